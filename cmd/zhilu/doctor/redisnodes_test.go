package doctor

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
)

// startRedis starts a server on a port of the loopback, and gives its address.
func startRedis(t *testing.T, args ...string) string {
	t.Helper()
	dir, port := t.TempDir(), redistest.FreePort(t)
	base := []string{"--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "yes", "--logfile", filepath.Join(dir, "log")}
	launch(t, append(base, args...)...)
	addr := net.JoinHostPort("127.0.0.1", port)
	rdb := client(t, &redis.Options{Addr: addr})
	until(t, "redis-server answers", func(ctx context.Context) bool { return rdb.Ping(ctx).Err() == nil })
	return addr
}

func launch(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("redis-server", args...)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start redis-server (make test installs it): %v", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
}

func split(t *testing.T, addr string) (host, port string) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

// online waits until a master has so many replicas that are up to date.
func online(t *testing.T, master *redis.Client, count int) {
	t.Helper()
	until(t, "replicas are online", func(ctx context.Context) bool {
		text, _ := master.Info(ctx, "replication").Result()
		return strings.Count(text, "state=online") == count
	})
}

func TestReplicas(t *testing.T) {
	s := plain(t)
	addr := startRedis(t)
	host, port := split(t, addr)
	replica := startRedis(t, "--replicaof", host+" "+port)
	master := client(t, &redis.Options{Addr: addr})
	online(t, master, 1)
	s.Redis = master
	saying(t, wanting(t, s, Redis, "redis-min-replicas"), "min-replicas-to-write 1")
	set(t, master, "min-replicas-to-write", "1")
	saying(t, wanting(t, s, Redis), "Replicas online: 1")
	s.Redis = client(t, &redis.Options{Addr: replica})
	wanting(t, s, Redis, "redis-readonly", "redis-replica-address")
}

// TestSentinel: one sentinel with a quorum of one, then what can be wrong with it.
func TestSentinel(t *testing.T) {
	s := plain(t)
	addr := startRedis(t)
	host, port := split(t, addr)
	startSentinel := func(quorum int) string {
		dir, at := t.TempDir(), redistest.FreePort(t)
		conf := filepath.Join(dir, "sentinel.conf")
		text := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nlogfile %s\nsentinel monitor mymaster %s %s %d\n", at, dir, filepath.Join(dir, "log"), host, port, quorum)
		if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		launch(t, conf, "--sentinel")
		at = net.JoinHostPort("127.0.0.1", at)
		c := redis.NewSentinelClient(&redis.Options{Addr: at})
		defer c.Close()
		until(t, "the sentinel answers", func(ctx context.Context) bool { return c.Ping(ctx).Err() == nil })
		return at
	}
	through := func(master string, sentinels ...string) Setup {
		s := s
		s.RedisMode, s.RedisMaster = "sentinel", master
		rdb := redis.NewFailoverClient(&redis.FailoverOptions{MasterName: master, SentinelAddrs: sentinels, ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1})
		s.Redis, s.Sentinels = rdb, map[string]*redis.SentinelClient{}
		t.Cleanup(func() { rdb.Close() })
		for _, addr := range sentinels {
			c := redis.NewSentinelClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1})
			t.Cleanup(func() { c.Close() })
			s.Sentinels[addr] = c
		}
		return s
	}
	one := startSentinel(1)
	wanting(t, through("mymaster", one), Redis, "sentinel-few", "sentinel-lone")
	saying(t, wanting(t, through("other", one), Redis, "sentinel-few", "sentinel-unknown", "sentinel-none"), "master other")
	nobody := net.JoinHostPort("127.0.0.1", redistest.FreePort(t))
	wanting(t, through("mymaster", one, nobody, addr), Redis, "sentinel-unreachable", "sentinel-not", "sentinel-lone")

	startRedis(t, "--replicaof", host+" "+port)
	master := client(t, &redis.Options{Addr: addr})
	online(t, master, 1)
	set(t, master, "min-replicas-to-write", "1")
	healthy := through("mymaster", one, startSentinel(1), startSentinel(1))
	wanting(t, healthy, Redis)
	wanting(t, through("mymaster", startSentinel(9)), Redis, "sentinel-few", "sentinel-quorum")
}

// TestCluster: a master with and without a replica, then one without all of its slots.
func TestCluster(t *testing.T) {
	s := plain(t)
	node := func() (string, *redis.Client) {
		addr := startRedis(t, "--cluster-enabled", "yes", "--cluster-port", redistest.FreePort(t), "--cluster-node-timeout", "5000")
		return addr, client(t, &redis.Options{Addr: addr})
	}
	addr, master := node()
	throughCluster := func(addr string) Setup {
		s := s
		rdb := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}, ContextTimeoutEnabled: true, MaxRedirects: 2, DialerRetries: 1})
		t.Cleanup(func() { rdb.Close() })
		s.Redis, s.RedisMode = rdb, "cluster"
		return s
	}
	state := func(want string) {
		t.Helper()
		until(t, "cluster_state:"+want, func(ctx context.Context) bool {
			text, _ := master.ClusterInfo(ctx).Result()
			return strings.Contains(text, "cluster_state:"+want)
		})
	}
	do := func(c *redis.Client, args ...any) {
		t.Helper()
		if err := c.Do(t.Context(), args...).Err(); err != nil {
			t.Fatal(args, err)
		}
	}
	do(master, "cluster", "addslotsrange", 0, 16383)
	state("ok")
	wanting(t, throughCluster(addr), Redis, "cluster-lone")

	other, replica := node()
	host, port := split(t, addr)
	bus, err := master.ConfigGet(t.Context(), "cluster-port").Result()
	if err != nil {
		t.Fatal(err)
	}
	do(replica, "cluster", "meet", host, port, bus["cluster-port"])
	id, err := master.Do(t.Context(), "cluster", "myid").Text()
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the replica knows its master "+other, func(ctx context.Context) bool {
		return replica.Do(ctx, "cluster", "replicate", id).Err() == nil
	})
	online(t, master, 1)
	set(t, master, "min-replicas-to-write", "1")
	state("ok")
	until(t, "a client sees the master", func(ctx context.Context) bool { return throughCluster(addr).Redis.Ping(ctx).Err() == nil })
	wanting(t, throughCluster(addr), Redis)

	single := s
	single.Redis = master
	wanting(t, single, Redis, "redis-is-cluster")
	do(master, "cluster", "delslotsrange", 16000, 16383)
	state("fail")
	saying(t, wanting(t, throughCluster(addr), Redis, "cluster-slots", "cluster-state"), "384")
	alone := startRedis(t)
	wanting(t, throughCluster(alone), Redis, "redis-no-cluster")
}
