package main

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisTimes bounds what a client of Redis waits for.
type redisTimes struct{ dial, io, pool time.Duration }

// turnTimes: a turn has 1.2 s (the figures come from measurements under faults,
// reliability-design §2). patientTimes: a diagnosis tells slow from dead.
var (
	turnTimes    = redisTimes{250 * time.Millisecond, 300 * time.Millisecond, 150 * time.Millisecond}
	patientTimes = redisTimes{3 * time.Second, 3 * time.Second, 3 * time.Second}
)

// redisClient makes the client of a configured Redis. Timeouts are short and the library
// retries nothing: a resent command hides the fate of the first one.
func redisClient(c config) (redis.UniversalClient, error) { return redisClientWith(c, turnTimes) }

func redisClientWith(c config, wait redisTimes) (redis.UniversalClient, error) {
	const size = 64
	switch c.RedisMode {
	case "cluster":
		o, err := redis.ParseClusterURL(string(c.RedisURL))
		if err != nil {
			return nil, err
		}
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout, o.PoolSize = wait.dial, wait.io, wait.io, wait.pool, size
		o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRedirects = true, 1, 2
		o.ClusterStateReloadInterval = time.Second
		return redis.NewClusterClient(o), nil
	case "sentinel":
		o, err := redis.ParseFailoverURL(string(c.RedisURL))
		if err != nil {
			return nil, err
		}
		o.MasterName = c.RedisMaster
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout, o.PoolSize = wait.dial, wait.io, wait.io, wait.pool, size
		o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRetries = true, 1, -1
		return redis.NewFailoverClient(o), nil
	default:
		o, err := redis.ParseURL(string(c.RedisURL))
		if err != nil {
			return nil, err
		}
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout, o.PoolSize = wait.dial, wait.io, wait.io, wait.pool, size
		o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRetries = true, 1, -1
		return redis.NewClient(o), nil
	}
}

// sentinelClients makes a client for each sentinel of the configuration, by its address.
func sentinelClients(c config, wait redisTimes) (map[string]*redis.SentinelClient, error) {
	o, err := redis.ParseFailoverURL(string(c.RedisURL))
	if err != nil {
		return nil, err
	}
	clients := map[string]*redis.SentinelClient{}
	for _, addr := range o.SentinelAddrs {
		clients[addr] = redis.NewSentinelClient(&redis.Options{Addr: addr, Username: o.SentinelUsername, Password: o.SentinelPassword, TLSConfig: o.TLSConfig,
			DialTimeout: wait.dial, ReadTimeout: wait.io, WriteTimeout: wait.io, PoolTimeout: wait.pool,
			ContextTimeoutEnabled: true, DialerRetries: 1, MaxRetries: -1})
	}
	return clients, nil
}

// quietRedis drops what the client library would print: addresses, and errors that quote
// commands. Errors reach the log through our own classes.
type quietRedis struct{}

func (quietRedis) Printf(context.Context, string, ...any) {}

// pipeline gives a face of the client that sends calls made at the same moment in one write, if
// the client has one.
func (a *app) pipeline(rdb redis.UniversalClient) (*redis.AutoPipeliner, bool) {
	client, ok := rdb.(*redis.Client)
	if !ok || a.config.RedisMode == "embedded" {
		return nil, false
	}
	p, err := client.AsyncAutoPipeline()
	if err != nil {
		return nil, false
	}
	a.closers = append(a.closers, func() { p.Close() })
	return p, true
}
