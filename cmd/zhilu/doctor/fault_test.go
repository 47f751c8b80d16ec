package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// TestRefusals: the answers of Redis that no test brings about with a server.
func TestRefusals(t *testing.T) {
	for text, id := range map[string]string{
		"LOADING Redis is loading the dataset in memory":                                        "redis-loading",
		"DENIED Redis is running in protected mode because protected mode is enabled":           "redis-protected",
		"ERR AUTH <password> called without any password configured for the default user.":      "redis-auth-unneeded",
		"ERR unknown command 'EVAL', with args beginning with: ":                                "redis-no-command",
		"ERR max number of clients reached":                                                     "redis-clients",
		"CLUSTERDOWN The cluster is down":                                                       "cluster-state",
		"redis: can't connect: NOAUTH Authentication required.":                                 "redis-auth-missing",
		"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE": "redis-fault",
	} {
		n := &notes{}
		n.redisFault(errors.New(text))
		if n.list[0].ID != id {
			t.Errorf("%s: %s, want %s", text, n.list[0].ID, id)
		}
	}
}

// late is a connection whose answers come late.
type late struct {
	net.Conn
	by time.Duration
}

func (l late) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	time.Sleep(l.by)
	return n, err
}

// TestSlowRedis: a server that is far away.
func TestSlowRedis(t *testing.T) {
	s, server, _ := withRedis(t)
	for by, id := range map[time.Duration]string{slowTrip + 10*time.Millisecond: "redis-slow", tooSlowTrip + 10*time.Millisecond: "redis-too-slow"} {
		s.Redis = client(t, &redis.Options{Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, "unix", server.Socket)
			return late{c, by}, err
		}})
		wanting(t, s, Redis, id)
	}
}

// TestRedisCannotSave: the snapshot cannot be written, and so Redis refuses writes.
func TestRedisCannotSave(t *testing.T) {
	s := plain(t)
	rdb := client(t, &redis.Options{Addr: startRedis(t, "--dbfilename", "appendonlydir", "--save", "3600 1000000")})
	s.Redis = rdb
	if err := rdb.BgSave(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, "the snapshot failed", func(ctx context.Context) bool {
		text, _ := rdb.Info(ctx, "persistence").Result()
		return parseInfo(text)["rdb_last_bgsave_status"] == "err"
	})
	wanting(t, s, Redis, "redis-misconf")
}

// TestFailingParts: what INFO says of a replica that lags and of a file that cannot be written.
func TestFailingParts(t *testing.T) {
	s, _, rdb := withRedis(t)
	n := &notes{}
	s.replication(t.Context(), n, rdb, info{"role": "master", "connected_slaves": "2",
		"slave0": "ip=10.0.0.2,port=6379,state=online,offset=14,lag=60", "slave1": "ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0"})
	n.persistence(t.Context(), rdb, info{"aof_enabled": "1", "aof_last_write_status": "err"})
	var ids []string
	for _, f := range n.list {
		ids = append(ids, f.ID)
	}
	want := []string{"redis-replica-behind", "redis-replica-behind", "redis-min-replicas", "redis-aof-failing"}
	if len(ids) != len(want) {
		t.Fatalf("%q", ids)
	}
	for i := range want {
		if ids[i] != want[i] {
			t.Errorf("%q, want %q", ids, want)
		}
	}
	saying(t, n.list, "10.0.0.3:6379")
}

// TestOldTLS: the proxy speaks nothing newer than TLS 1.1.
func TestOldTLS(t *testing.T) {
	s := plain(t)
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = quietLog
	ca := newAuthority(t)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{ca.issue(t, leaf{host: host})}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	server.StartTLS()
	defer server.Close()
	s.at(server.Listener.Addr().String())
	wanting(t, s, Address, "address-handshake")
}
