package main

import (
	"testing"
	"time"

	"zhilu/dialog/session/redistest"
)

// nothing is a fault that lasts until its healing has found that somebody else took over.
func nothing() time.Duration { return 0 }

// TestChaosSentinel: a master under Sentinel dies, and another one hangs. What it acknowledged
// in its last moments may be lost; the place is there again soon after the new master is.
func TestChaosSentinel(t *testing.T) {
	skipShort(t)
	trio := redistest.StartTrio(t)
	f := newFleet(t, map[string]string{"ZHILU_REDIS_URL": trio.URL(), "ZHILU_REDIS_MODE": "sentinel", "ZHILU_REDIS_MASTER": redistest.MasterName}, 2)
	failover := func(name string, fault func() *redistest.Server, restore func(*redistest.Server)) scenario {
		var old *redistest.Server
		return scenario{name: name, lasts: nothing, losesData: true,
			fault: func(t *testing.T) func() {
				old = fault()
				return func() { trio.AwaitMaster(old) }
			},
			after: func(*testing.T) {
				restore(old)
				trio.AwaitWhole()
			}}
	}
	for _, s := range []scenario{
		failover("Sentinel, master killed", trio.KillMaster, (*redistest.Server).Up),
		failover("Sentinel, master hangs", trio.PauseMaster, (*redistest.Server).Resume),
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t, f) })
	}
}

// TestChaosCluster: the master of a shard dies and its replica takes over; the master of
// another hangs; and a whole shard is gone, which must not be felt on the others for long.
func TestChaosCluster(t *testing.T) {
	skipShort(t)
	cluster := redistest.StartCluster(t)
	f := newFleet(t, map[string]string{"ZHILU_REDIS_URL": cluster.URL(), "ZHILU_REDIS_MODE": "cluster"}, 2)
	failover := func(name string, shard int, fault func(int) *redistest.Server, restore func(*redistest.Server)) scenario {
		var old *redistest.Server
		return scenario{name: name, lasts: nothing, losesData: true,
			fault: func(t *testing.T) func() {
				old = fault(shard)
				return func() { cluster.AwaitMaster(shard, old) }
			},
			after: func(*testing.T) { restore(old) }}
	}
	const gone = 2
	for _, s := range []scenario{
		failover("Cluster, master killed", 0, cluster.KillMaster, (*redistest.Server).Up),
		failover("Cluster, master hangs", 1, cluster.PauseMaster, (*redistest.Server).Resume),
		{name: "Cluster, shard gone", lasts: shardGone, recovery: 3 * time.Second,
			suffers: func(pid string) bool { return cluster.Shard("{"+pid+"}") == gone },
			fault: func(*testing.T) func() {
				cluster.KillShard(gone)
				return func() { cluster.UpShard(gone) }
			}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t, f) })
	}
}

// shardGone is long enough for the users of other shards to have their place for good.
func shardGone() time.Duration { return max(chaosTime(), 5*time.Second) }
