package redistest

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// TestServerOptions: a port, an argument, and what was written is there after a kill.
func TestServerOptions(t *testing.T) {
	t.Parallel()
	s := Start(t, OnPort(), Args("--maxclients", "50"))
	if got := s.Do("CONFIG", "GET", "maxclients").(map[any]any)["maxclients"]; got != "50" {
		t.Errorf("maxclients %v", got)
	}
	s.Do("SET", "k", "v")
	url := s.URL()
	s.Kill()
	s.Up()
	if got := s.Do("GET", "k"); got != "v" || s.URL() != url {
		t.Errorf("after a kill: %v at %s, before at %s", got, s.URL(), url)
	}
	s.Pause()
	c := s.Client()
	defer c.Close()
	if err := c.Ping(t.Context()).Err(); !timedOut(err) {
		t.Errorf("paused: %v", err)
	}
	s.Resume()
	s.ready()
}

// TestTrio: the master is killed, and later another one paused; each time another takes over
// and a client of the sentinels writes there.
func TestTrio(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	tr := StartTrio(t)
	o, err := redis.ParseFailoverURL(tr.URL())
	if err != nil {
		t.Fatal(err)
	}
	o.DialTimeout, o.ReadTimeout = time.Second, time.Second
	c := redis.NewFailoverClient(o)
	defer c.Close()
	write(t, c, "k", "before")
	first := tr.KillMaster()
	second := tr.AwaitMaster(first)
	write(t, c, "k", "after")
	if got := second.Do("GET", "k"); got != "after" {
		t.Errorf("the new master has %v", got)
	}
	first.Up()
	tr.AwaitWhole()
	paused := tr.PauseMaster()
	tr.AwaitMaster(paused)
	write(t, c, "k", "again")
	paused.Resume()
}

// write writes as soon as there is somebody to write to.
func write(t *testing.T, c redis.UniversalClient, key, value string) {
	t.Helper()
	var err error
	until(t, 30*time.Second, func() bool { err = c.Set(context.Background(), key, value, 0).Err(); return err == nil },
		func() string { return "write: " + err.Error() })
}

// TestCluster: a master is killed and its replica takes over; a whole shard is killed and the
// others go on.
func TestCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	cl := StartCluster(t)
	o, err := redis.ParseClusterURL(cl.URL())
	if err != nil {
		t.Fatal(err)
	}
	o.ClusterStateReloadInterval = time.Second
	c := redis.NewClusterClient(o)
	defer c.Close()
	keys := map[int]string{}
	for _, k := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		keys[cl.Shard(k)] = k
	}
	if len(keys) != 3 {
		t.Fatalf("keys of all shards are wanted: %v", keys)
	}
	for _, k := range keys {
		write(t, c, k, "before")
	}
	old := cl.KillMaster(1)
	if cl.AwaitMaster(1, old) == old {
		t.Error("the dead master is master")
	}
	write(t, c, keys[1], "after")
	cl.KillShard(2)
	write(t, c, keys[0], "without shard 2")
	write(t, c, keys[1], "without shard 2")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if c.Set(ctx, keys[2], "x", 0).Err() == nil {
		t.Error("a shard that is gone takes writes")
	}
	cl.UpShard(2)
	write(t, c, keys[2], "back")
}
