package redistest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// MasterName is what the sentinels of a Trio call their master.
const MasterName = "zhilu"

// Trio is a master and two replicas watched by three sentinels, all of the loopback: the
// smallest Sentinel deployment that survives the loss of any one machine. A master that does
// not answer for half a second is replaced.
type Trio struct {
	Nodes     []*Server // the data nodes; the first one is the master at the start
	Sentinels []*Server
	t         testing.TB
}

// StartTrio starts a trio and waits until every sentinel knows all of it. The options are
// those of the data nodes.
func StartTrio(t testing.TB, options ...Option) *Trio {
	t.Helper()
	tr := &Trio{t: t}
	for i := range 3 {
		extra := []string{"--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"}
		if i > 0 {
			extra = append(extra, "--replicaof", "127.0.0.1 "+tr.Nodes[0].port)
		}
		tr.Nodes = append(tr.Nodes, Start(t, append([]Option{OnPort(), Args(extra...)}, options...)...))
	}
	for range 3 {
		tr.Sentinels = append(tr.Sentinels, startSentinel(t, tr.Nodes[0].port))
	}
	for _, s := range tr.Sentinels {
		until(t, 30*time.Second, func() bool { m := tr.seen(s); return m["num-slaves"] == "2" && m["num-other-sentinels"] == "2" },
			func() string { return fmt.Sprint("a sentinel does not know all the others: ", tr.seen(s)) })
	}
	tr.AwaitWhole()
	return tr
}

// AwaitWhole waits until there is a master and the two other nodes follow it: after a failover,
// when the old master is there again.
func (tr *Trio) AwaitWhole() {
	tr.t.Helper()
	until(tr.t, 30*time.Second, func() bool {
		m, follow := tr.Master(), 0
		for _, n := range tr.Nodes {
			if m != nil && n != m && field(n, "replication", "master_link_status") == "up" && field(n, "replication", "master_port") == m.port {
				follow++
			}
		}
		return follow == 2
	}, func() string { return "a replica does not follow the master" })
}

// startSentinel starts one sentinel. It wants a file of configuration, as it writes into it.
func startSentinel(t testing.TB, masterPort string) *Server {
	t.Helper()
	s := newServer(t, OnPort())
	conf := filepath.Join(s.dir, "sentinel.conf")
	text := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nlogfile %s\nsentinel monitor %s 127.0.0.1 %s 2\n"+
		"sentinel down-after-milliseconds %[4]s 500\nsentinel failover-timeout %[4]s 2000\nsentinel parallel-syncs %[4]s 2\n",
		s.port, s.dir, s.log(), MasterName, masterPort)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = []string{conf, "--sentinel"}
	s.Up()
	return s
}

// seen is what a sentinel knows of the master; nil when it does not answer.
func (tr *Trio) seen(sentinel *Server) map[string]string {
	client := redis.NewSentinelClient(sentinel.options(time.Second))
	defer client.Close()
	m, err := client.Master(context.Background(), MasterName).Result()
	if err != nil {
		return nil
	}
	return m
}

// URL is the address of the sentinels in the form of go-redis' ParseFailoverURL; the name of
// the master is MasterName.
func (tr *Trio) URL() string { return urlOf(tr.Sentinels, "&master_name="+MasterName) }

// urlOf names all servers: the first as the host, the others as parameters.
func urlOf(servers []*Server, more string) string {
	url := servers[0].URL() + "?"
	for i, s := range servers[1:] {
		if i > 0 {
			url += "&"
		}
		url += "addr=" + s.Addr()
	}
	return url + more
}

// Master is the data node that most sentinels take for the master and that takes itself for
// one; nil in the middle of a failover.
func (tr *Trio) Master() *Server {
	votes := map[string]int{}
	for _, s := range tr.Sentinels {
		votes[tr.seen(s)["port"]]++
	}
	for _, n := range tr.Nodes {
		if n.Alive() && votes[n.port] >= 2 && field(n, "replication", "role") == "master" {
			return n
		}
	}
	return nil
}

// KillMaster ends the master at once and gives it, to be started again with Up.
func (tr *Trio) KillMaster() *Server {
	tr.t.Helper()
	m := tr.mustMaster()
	m.Kill()
	return m
}

// PauseMaster stops the master where it stands and gives it, for Resume.
func (tr *Trio) PauseMaster() *Server {
	tr.t.Helper()
	m := tr.mustMaster()
	m.Pause()
	return m
}

func (tr *Trio) mustMaster() *Server {
	tr.t.Helper()
	m := tr.Master()
	if m == nil {
		tr.t.Fatal("the trio has no master at the moment")
	}
	return m
}

// AwaitMaster waits until the sentinels have made another node than the old one master, and
// gives it.
func (tr *Trio) AwaitMaster(old *Server) *Server {
	tr.t.Helper()
	var m *Server
	until(tr.t, 30*time.Second, func() bool { m = tr.Master(); return m != nil && m != old },
		func() string { return "no new master was promoted" })
	return m
}
