package doctor

import (
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
)

func set(t *testing.T, rdb *redis.Client, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if err := rdb.ConfigSet(t.Context(), pairs[i], pairs[i+1]).Err(); err != nil {
			t.Fatal(pairs[i], err)
		}
	}
}

// TestRedisSettings: faults in how a real server is set up, one after another.
func TestRedisSettings(t *testing.T) {
	s, _, rdb := withRedis(t)
	saying(t, wanting(t, s, Redis), "appendfsync everysec")
	for _, c := range []struct {
		name, wrong, right string
		ids                []string
	}{
		{"maxmemory-policy", "allkeys-lru", "noeviction", []string{"redis-policy"}},
		{"maxmemory", "64mb", "0", nil},
		{"appendfsync", "no", "everysec", []string{"redis-fsync-no"}},
		{"appendonly", "no", "yes", []string{"redis-aof-off"}},
		{"min-replicas-to-write", "1", "0", []string{"redis-noreplicas"}},
		{"maxmemory", "1mb", "0", []string{"redis-full", "redis-memory-low"}},
	} {
		set(t, rdb, c.name, c.wrong)
		wanting(t, s, Redis, c.ids...)
		set(t, rdb, c.name, c.right)
	}
	wanting(t, s, Redis)
}

// TestRedisClock: one of the clocks is wrong.
func TestRedisClock(t *testing.T) {
	s, _, _ := withRedis(t)
	s.Now = func() time.Time { return time.Now().Add(-20 * time.Second) }
	saying(t, wanting(t, s, Redis, "redis-clock-off"), "20 s")
	s.Now = func() time.Time { return time.Now().Add(time.Hour) }
	wanting(t, s, Redis, "redis-clock-far")
}

func TestRedisOutOfReach(t *testing.T) {
	s, server, _ := withRedis(t)
	s.Redis = client(t, &redis.Options{Network: "unix", Addr: server.Socket, ReadTimeout: 200 * time.Millisecond})
	server.Pause()
	wanting(t, s, Redis, "redis-timeout")
	server.Resume()
	server.Kill()
	wanting(t, s, Redis, "redis-refused")
	wanting(t, s, Releases, "releases-unknown")
	wanting(t, s, People, "people-unknown")
	s.Redis = client(t, &redis.Options{Addr: net.JoinHostPort("127.0.0.1", redistest.FreePort(t))})
	wanting(t, s, Redis, "redis-refused")
	s.Redis = client(t, &redis.Options{Addr: "redis.invalid:6379"})
	wanting(t, s, Redis, "redis-name")
	s.Redis = nil
	wanting(t, s, Redis, "redis-unset")
	s.RedisMode = "embedded"
	wanting(t, s, Redis, "redis-embedded")
	s.Trial = true
	wanting(t, s, Redis)
	wanting(t, s, Releases)
	wanting(t, s, People)
}

// TestRedisRights: passwords, and users that may not do what is needed.
func TestRedisRights(t *testing.T) {
	s, server, rdb := withRedis(t)
	as := func(user, password string) Setup {
		s := s
		s.Redis = client(t, &redis.Options{Network: "unix", Addr: server.Socket, Username: user, Password: password})
		return s
	}
	for _, rules := range [][]any{
		{"acl", "setuser", "zhilu", "on", ">right", "~wx:*", "~kb:*", "&kb:*", "+@all", "-@dangerous", "+info", "+config|get", "+cluster"},
		{"acl", "setuser", "managed", "on", ">right", "~*", "&*", "+@all", "-@dangerous", "+info"},
		{"acl", "setuser", "blind", "on", ">right", "~*", "&*", "+@all", "-@dangerous"},
		{"acl", "setuser", "reader", "on", ">right", "~*", "&*", "+@read", "+@connection", "+info", "+time", "+config|get"},
	} {
		if err := rdb.Do(t.Context(), rules...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	wanting(t, as("zhilu", "right"), Redis) // what the text about missing rights advises
	wanting(t, as("zhilu", "wrong"), Redis, "redis-auth-wrong")
	saying(t, wanting(t, as("managed", "right"), Redis, "redis-hidden"), "Ask your provider")
	wanting(t, as("blind", "right"), Redis, "redis-hidden")
	wanting(t, as("reader", "right"), Redis, "redis-acl")
	set(t, rdb, "requirepass", "right")
	s.Redis = client(t, &redis.Options{Network: "unix", Addr: server.Socket})
	wanting(t, s, Redis, "redis-auth-missing")
}

// TestRedisTLS: one side uses TLS and the other does not, or shows a certificate that nobody trusts.
func TestRedisTLS(t *testing.T) {
	s := plain(t)
	through := func(url string) Setup {
		o, err := redis.ParseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		o.ReadTimeout = 500 * time.Millisecond
		s := s
		s.Redis = client(t, o)
		return s
	}
	wanting(t, through("rediss://"+startRedis(t)), Redis, "redis-timeout") // it waits for the end of a line

	ca := newAuthority(t)
	cert, key := ca.files(t, ca.issue(t, leaf{host: "127.0.0.1"}))
	port := redistest.FreePort(t)
	startRedis(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no")
	addr := net.JoinHostPort("127.0.0.1", port)
	wanting(t, through("rediss://"+addr), Redis, "redis-certificate")
	wanting(t, through("redis://"+addr), Redis, "redis-closed")
}

func TestOldVersions(t *testing.T) {
	for version, old := range map[string]bool{"5.0.14": true, "6.0.16": true, "6.2.0": false, "7.0.15": false, "10.1": false} {
		if before(version, oldest) != old {
			t.Errorf("%s: old %t", version, !old)
		}
	}
	n := &notes{}
	n.version(info{"redis_version": "5.0.7"})
	n.version(info{})
	if n.list[0].ID != "redis-old" || n.list[1].ID != "redis-hidden" {
		t.Errorf("%+v", n.list)
	}
}
