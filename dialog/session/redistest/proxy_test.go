package redistest

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// behind gives a server, a proxy before it, and a client of the proxy that tries once and waits
// as long as it is told.
func behind(t *testing.T, patience time.Duration) (*Server, *Proxy, *redis.Client) {
	t.Helper()
	s := Start(t)
	p := s.Proxy()
	c := redis.NewClient(&redis.Options{Addr: p.Addr(), MaxRetries: -1, DialerRetries: 1, Protocol: 2, DisableIdentity: true,
		DialTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, PoolSize: 1})
	t.Cleanup(func() { c.Close() })
	return s, p, c
}

const (
	short = 200 * time.Millisecond
	long  = 20 * time.Second
)

// count is what the server itself says of the key that the tests increment.
func count(t *testing.T, s *Server) string {
	t.Helper()
	v, _ := s.Do("INCRBY", "n", 0).(int64)
	return string(rune('0' + v))
}

func incr(c *redis.Client) error { return c.Incr(context.Background(), "n").Err() }

func TestProxyPasses(t *testing.T) {
	s, p, c := behind(t, long)
	if err := incr(c); err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("催", 1<<20)
	if err := c.Set(t.Context(), "large", large, 0).Err(); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Get(t.Context(), "large").Result(); err != nil || got != large {
		t.Errorf("%d bytes of %d came back, %v", len(got), len(large), err)
	}
	if count(t, s) != "1" || p.Struck() != 0 {
		t.Errorf("count %s, struck %d", count(t, s), p.Struck())
	}
}

// TestProxyFaults: every fault does to a connection in use, and to a new one, what it says, is
// counted, and is over when it is over.
func TestProxyFaults(t *testing.T) {
	for name, f := range map[string]struct {
		fault  Fault
		says   func(error) bool
		counts string // whether the command was executed
	}{
		"refuse":       {Refuse(), func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, io.EOF) }, "0"},
		"reset":        {Reset(), func(err error) bool { return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) }, "0"},
		"black hole":   {BlackHole(), timedOut, "0"},
		"hold":         {Hold(), timedOut, "0"},
		"drop":         {Drop(1, 1), func(err error) bool { return err != nil && !timedOut(err) }, "0"},
		"lost reply":   {LoseReplies(1, 1), func(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) }, "1"},
		"no reply":     {SwallowReplies(1, 1), timedOut, "1"},
		"slow, one":    {Delay(long, 0), timedOut, "0"},
		"slow, other":  {Delay(0, long), timedOut, "1"},
		"one byte a s": {Throttle(50), timedOut, "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p, c := behind(t, short)
			if err := c.Ping(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			p.Set(f.fault)
			if err := incr(c); !f.says(err) {
				t.Errorf("connection in use: %v", err)
			}
			if n := count(t, s); n != f.counts {
				t.Errorf("executed %s times, want %s", n, f.counts)
			}
			if err := c.Ping(t.Context()).Err(); err == nil {
				t.Error("a new connection works")
			}
			if p.Struck() == 0 {
				t.Error("not counted")
			}
			p.Set(Pass())
			until(t, long, func() bool { return c.Ping(context.Background()).Err() == nil }, func() string { return "still at fault" })
		})
	}
}

func timedOut(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// TestProxyRefusesDials: the port is closed, as a stopped server's, and then is the same again.
func TestProxyRefusesDials(t *testing.T) {
	_, p, _ := behind(t, short)
	p.Set(Refuse())
	if _, err := net.Dial("tcp", p.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial: %v", err)
	}
	p.Set(Pass())
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	until(t, long, func() bool { return p.Connections() == 0 }, func() string { return "a connection is left" })
}

// TestProxyDeliversWhatItHeld: a held command is executed when the fault ends, though its
// client has hung up.
func TestProxyDeliversWhatItHeld(t *testing.T) {
	s, p, c := behind(t, short)
	if err := c.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	p.Set(Hold())
	if err := incr(c); !timedOut(err) {
		t.Errorf("held: %v", err)
	}
	c.Close()
	if count(t, s) != "0" {
		t.Error("it was delivered at once")
	}
	p.Set(Pass())
	until(t, long, func() bool { return count(t, s) == "1" }, func() string { return "it was never delivered" })
}

// TestProxyDelays: a command takes at least as long as both ways, and no longer than it must.
func TestProxyDelays(t *testing.T) {
	_, p, c := behind(t, long)
	if err := c.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	p.Set(Delay(50*time.Millisecond, 70*time.Millisecond))
	start := time.Now()
	if err := incr(c); err != nil || time.Since(start) < 120*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	p.Set(Delay(time.Hour, 0))
	time.AfterFunc(50*time.Millisecond, func() { p.Set(Pass()) })
	if err := incr(c); err != nil {
		t.Errorf("delivered when the fault ended: %v", err)
	}
}

// TestProxyThrottles: 4 kB at 10 kB/s.
func TestProxyThrottles(t *testing.T) {
	_, p, c := behind(t, long)
	if err := c.Set(t.Context(), "k", strings.Repeat("x", 4000), 0).Err(); err != nil {
		t.Fatal(err)
	}
	p.Set(Throttle(10_000))
	start := time.Now()
	if got, err := c.Get(t.Context(), "k").Result(); err != nil || len(got) != 4000 || time.Since(start) < 300*time.Millisecond {
		t.Errorf("%d bytes, %v after %v", len(got), err, time.Since(start))
	}
}

// TestProxyLosesAShare: about as many replies as asked for, and commands whose reply was lost
// were executed, unless it was the reply to a greeting on a new connection.
func TestProxyLosesAShare(t *testing.T) {
	s, p, c := behind(t, long)
	p.Set(LoseReplies(0.3, 7))
	failed := 0
	for range 300 {
		if c.Incr(t.Context(), "many").Err() != nil {
			failed++
		}
	}
	if failed < 60 || failed > 120 {
		t.Errorf("%d of 300 replies lost", failed)
	}
	if n := s.Do("INCRBY", "many", 0).(int64); n < int64(300-failed)+30 {
		t.Errorf("%d commands executed, %d acknowledged", n, 300-failed)
	}
}
