package main

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisClient makes the client of a configured Redis. Timeouts are short and the library
// retries nothing: a turn has 1.2 s, and a resent command hides the fate of the first one.
// The figures come from measurements under faults (reliability-design §2).
func redisClient(c config) (redis.UniversalClient, error) {
	return redisWithin(c, 250*time.Millisecond, 300*time.Millisecond, 150*time.Millisecond)
}

// redisWithin makes a client with the given times to connect, to read or write, and to wait for a
// connection.
func redisWithin(c config, dial, io, pool time.Duration) (redis.UniversalClient, error) {
	const size = 64
	switch c.RedisMode {
	case "cluster":
		o, err := redis.ParseClusterURL(string(c.RedisURL))
		if err != nil {
			return nil, err
		}
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout, o.PoolSize = dial, io, io, pool, size
		o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRedirects = true, 1, 2
		o.ClusterStateReloadInterval = time.Second
		return redis.NewClusterClient(o), nil
	case "sentinel":
		o, err := redis.ParseFailoverURL(string(c.RedisURL))
		if err != nil {
			return nil, err
		}
		o.MasterName = c.RedisMaster
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout, o.PoolSize = dial, io, io, pool, size
		o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRetries = true, 1, -1
		return redis.NewFailoverClient(o), nil
	default:
		o, err := redis.ParseURL(string(c.RedisURL))
		if err != nil {
			return nil, err
		}
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout, o.PoolSize = dial, io, io, pool, size
		o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRetries = true, 1, -1
		return redis.NewClient(o), nil
	}
}

// quietRedis drops what the client library would print: addresses, and errors that quote
// commands. Errors reach the log through our own classes.
type quietRedis struct{}

func (quietRedis) Printf(context.Context, string, ...any) {}
