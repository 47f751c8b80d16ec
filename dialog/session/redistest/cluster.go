package redistest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	shards = 3
	slots  = 16384
)

// Cluster is a Redis Cluster of the loopback: three shards, each a master with a replica. A
// master that does not answer for a second is replaced. A shard that is gone leaves the others
// at work (cluster-require-full-coverage no).
type Cluster struct {
	Nodes []*Server // masters at the start, then the replica of each, in their order
	t     testing.TB
	buses []string // ports of the cluster bus
}

// StartCluster starts a cluster and waits until every node knows all of it. The options are
// those of the nodes.
func StartCluster(t testing.TB, options ...Option) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	for range 2 * shards {
		bus := FreePort(t)
		c.buses = append(c.buses, bus)
		c.Nodes = append(c.Nodes, Start(t, append([]Option{OnPort(), Args("--cluster-enabled", "yes", "--cluster-port", bus,
			"--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no", "--cluster-replica-validity-factor", "0",
			"--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1")}, options...)...))
	}
	for i, n := range c.Nodes {
		n.Do("CLUSTER", "SET-CONFIG-EPOCH", i+1)
		if i < shards {
			n.Do("CLUSTER", "ADDSLOTSRANGE", firstSlot(i), firstSlot(i+1)-1)
		}
	}
	for _, n := range c.Nodes {
		for i, other := range c.Nodes {
			if other != n {
				n.Do("CLUSTER", "MEET", "127.0.0.1", other.port, c.buses[i])
			}
		}
	}
	c.await("a node does not know all the others", func(n *Server) bool {
		return clusterField(n, "cluster_known_nodes") == "6" && clusterField(n, "cluster_size") == "3"
	})
	for i, n := range c.Nodes[shards:] {
		n.Do("CLUSTER", "REPLICATE", c.Nodes[i].Do("CLUSTER", "MYID"))
	}
	c.await("the cluster is not whole", c.whole)
	return c
}

// firstSlot is where a shard begins.
func firstSlot(shard int) int { return shard * slots / shards }

// clusterField is a line of CLUSTER INFO; "" when the node does not answer.
func clusterField(n *Server, name string) string {
	client := n.Client()
	defer client.Close()
	text, _ := client.ClusterInfo(context.Background()).Result()
	return lineOf(text, name)
}

// whole reports whether a node sees three masters with a replica each, and, if it is one,
// follows its master.
func (c *Cluster) whole(n *Server) bool {
	client := n.Client()
	defer client.Close()
	text, _ := client.ClusterNodes(context.Background()).Result()
	return clusterField(n, "cluster_state") == "ok" && strings.Count(text, "slave ") == shards && !strings.Contains(text, "fail") &&
		(field(n, "replication", "role") == "master" || field(n, "replication", "master_link_status") == "up")
}

// await waits until something holds at every node that runs.
func (c *Cluster) await(why string, holds func(*Server) bool) {
	c.t.Helper()
	for _, n := range c.Nodes {
		if n.Alive() {
			until(c.t, 30*time.Second, func() bool { return holds(n) },
				func() string { return fmt.Sprint(why, ": ", n.Do("CLUSTER", "NODES")) })
		}
	}
}

// URL is the address of the nodes in the form of go-redis' ParseClusterURL.
func (c *Cluster) URL() string { return urlOf(c.Nodes, "") }

// Shard is the shard (0 to 2) that holds a key. It asks a node that runs.
func (c *Cluster) Shard(key string) int {
	c.t.Helper()
	for _, n := range c.Nodes {
		if n.Alive() {
			return int(n.Do("CLUSTER", "KEYSLOT", key).(int64)) * shards / slots
		}
	}
	c.t.Fatal("no node runs")
	return 0
}

// Master is the master of a shard as its own nodes see it; nil in the middle of a failover.
func (c *Cluster) Master(shard int) *Server {
	for _, n := range []*Server{c.Nodes[shard], c.Nodes[shard+shards]} {
		if n.Alive() && field(n, "replication", "role") == "master" && clusterField(n, "cluster_state") == "ok" {
			return n
		}
	}
	return nil
}

// KillMaster ends the master of a shard at once and gives it, to be started again with Up.
func (c *Cluster) KillMaster(shard int) *Server {
	c.t.Helper()
	m := c.mustMaster(shard)
	m.Kill()
	return m
}

// PauseMaster stops the master of a shard where it stands and gives it, for Resume.
func (c *Cluster) PauseMaster(shard int) *Server {
	c.t.Helper()
	m := c.mustMaster(shard)
	m.Pause()
	return m
}

// KillShard ends both nodes of a shard: its data is gone until UpShard.
func (c *Cluster) KillShard(shard int) {
	c.Nodes[shard].Kill()
	c.Nodes[shard+shards].Kill()
}

// UpShard starts the nodes of a shard again and waits until it has a master.
func (c *Cluster) UpShard(shard int) {
	c.t.Helper()
	c.Nodes[shard].Up()
	c.Nodes[shard+shards].Up()
	until(c.t, 30*time.Second, func() bool { return c.Master(shard) != nil }, func() string { return "the shard has no master" })
}

func (c *Cluster) mustMaster(shard int) *Server {
	c.t.Helper()
	m := c.Master(shard)
	if m == nil {
		c.t.Fatalf("shard %d has no master at the moment", shard)
	}
	return m
}

// AwaitMaster waits until the replica of a master that is gone has been promoted, and gives
// it.
func (c *Cluster) AwaitMaster(shard int, old *Server) *Server {
	c.t.Helper()
	next := c.Nodes[shard]
	if next == old {
		next = c.Nodes[shard+shards]
	}
	until(c.t, 30*time.Second, func() bool { return c.Master(shard) == next }, func() string { return "the replica was not promoted" })
	return next
}
