package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/dialog"
	"zhilu/dialog/session"
	"zhilu/dialog/session/redistest"
)

// tally is what a meter was told.
type tally struct {
	calls, conflicts, made, dropped, erased, unerased int
}

// counts is a meter that tests look at.
type counts struct {
	mu sync.Mutex
	t  tally
}

func (c *counts) add(f func(*tally)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.t)
}

func (c *counts) Call(string, time.Duration, string) { c.add(func(t *tally) { t.calls++ }) }
func (c *counts) Conflict()                          { c.add(func(t *tally) { t.conflicts++ }) }

func (c *counts) Late(made bool) {
	c.add(func(t *tally) {
		if made {
			t.made++
		} else {
			t.dropped++
		}
	})
}

func (c *counts) Erased(done bool) {
	c.add(func(t *tally) {
		if done {
			t.erased++
		} else {
			t.unerased++
		}
	})
}

func (c *counts) read() (t tally) {
	c.add(func(now *tally) { t = *now })
	return t
}

// hurried is a client with the short limits of a server, through a proxy.
func hurried(t *testing.T, p *redistest.Proxy) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: p.Addr(), MaxRetries: -1, DialerRetries: 1, DialTimeout: 250 * time.Millisecond,
		ReadTimeout: 300 * time.Millisecond, WriteTimeout: 300 * time.Millisecond, PoolTimeout: 150 * time.Millisecond, ContextTimeoutEnabled: true})
	t.Cleanup(func() { c.Close() })
	return c
}

// bothWays runs a test with the client itself, and with calls gathered in pipelines, as the server
// does it.
func bothWays(t *testing.T, test func(t *testing.T, store func(*redis.Client, ...session.Option) *session.Store)) {
	t.Run("client", func(t *testing.T) {
		test(t, func(c *redis.Client, o ...session.Option) *session.Store { return session.New(c, secret, o...) })
	})
	t.Run("pipeline", func(t *testing.T) {
		test(t, func(c *redis.Client, o ...session.Option) *session.Store {
			p, err := c.AsyncAutoPipeline()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { p.Close() })
			return session.New(c, secret, append(o, session.WithPipeline(p))...)
		})
	})
}

// trusted has enough turns that a store may trust its guesses.
func trusted(t *testing.T, s *session.Store) *session.Store {
	t.Helper()
	for i := range 20 {
		mustTurn(t, s, s.User("wx1", "regular"), fmt.Sprint("m", i))
	}
	return s
}

// until waits for a condition; the test ends when it never comes.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestOneRoundTrip: a turn costs one call, also the first one of a user; two when another
// instance has moved on.
func TestOneRoundTrip(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		m := &counts{}
		one, two := session.New(c, secret, session.WithMeter(m)), session.New(c, secret)
		u := one.User("wx1", "ana")
		for i := range 5 {
			mustTurn(t, one, u, fmt.Sprint("m", i))
		}
		if got := m.read(); got.calls != 5 || got.conflicts != 0 {
			t.Errorf("five turns: %+v", got)
		}
		want(t, mustTurn(t, two, u, "elsewhere"), "reply 6", session.Committed)
		want(t, mustTurn(t, one, u, "m9"), "reply 7", session.Committed)
		if got := m.read(); got.calls != 7 || got.conflicts != 1 {
			t.Errorf("a turn after one elsewhere: %+v", got)
		}
		want(t, mustTurn(t, one, u, "m3"), "reply 4", session.Duplicate)
	})
}

// TestLostReplies: what was executed and not acknowledged is neither executed twice nor lost, and
// every reply that is given is the one that stands.
func TestLostReplies(t *testing.T) {
	bothWays(t, func(t *testing.T, store func(*redis.Client, ...session.Option) *session.Store) {
		server := redistest.Start(t)
		p := server.Proxy()
		m := &counts{}
		s := store(hurried(t, p), session.WithMeter(m))
		const users, messages = 20, 15
		for i := range users { // everybody is known before the fault
			mustTurn(t, s, s.User("wx1", fmt.Sprint("u", i)), "first")
		}
		p.Set(redistest.LoseReplies(0.3, 7))
		said := make([]int, users) // turns that were answered with a state
		var wg sync.WaitGroup
		for i := range users {
			wg.Go(func() {
				u := s.User("wx1", fmt.Sprint("u", i))
				said[i] = 1
				for n := range messages {
					msg := session.Message{ID: fmt.Sprint("m", n), At: 1}
					for { // as the platform: until it is answered
						r, err := s.Turn(context.Background(), u, msg, count)
						if err == nil {
							said[i]++
							if expect := fmt.Sprintf("reply %d", said[i]); r.Reply != expect {
								t.Errorf("user %d: %q, want %q (outcome %d)", i, r.Reply, expect, r.Outcome)
							}
							break
						}
					}
				}
			})
		}
		wg.Wait()
		struck := p.Struck()
		p.Set(redistest.Pass())
		s.Close(context.Background())
		clean := session.New(server.PatientClient(), secret)
		for i := range users {
			r := mustTurn(t, clean, clean.User("wx1", fmt.Sprint("u", i)), "last")
			want(t, r, fmt.Sprintf("reply %d", messages+2), session.Committed)
		}
		if got := m.read(); struck < users || got.dropped > 0 {
			t.Errorf("%d replies were lost; %+v", struck, got)
		}
	})
}

// TestLateCommit: a turn that began from what is known is answered although its commit got no
// answer, and the commit is made when Redis is back.
func TestLateCommit(t *testing.T) {
	bothWays(t, func(t *testing.T, store func(*redis.Client, ...session.Option) *session.Store) {
		server := redistest.Start(t)
		p := server.Proxy()
		m := &counts{}
		s := trusted(t, store(hurried(t, p), session.WithMeter(m)))
		u := s.User("wx1", "ana")
		mustTurn(t, s, u, "m1")
		p.Set(redistest.BlackHole())
		want(t, mustTurn(t, s, u, "m2"), "reply 2", session.Unclear)
		if s.Pending() != 1 {
			t.Errorf("%d pending", s.Pending())
		}
		if _, err := s.Turn(context.Background(), u, session.Message{ID: "m3", At: 1}, count); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("the next turn before it is made: %v", err)
		}
		if _, err := s.Turn(context.Background(), s.User("wx1", "new"), session.Message{ID: "m1", At: 1}, count); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("somebody nobody knows: %v", err)
		}
		p.Set(redistest.Pass())
		until(t, "the commit is made", func() bool { return s.Pending() == 0 })
		want(t, mustTurn(t, s, u, "m2"), "reply 2", session.Duplicate)
		want(t, mustTurn(t, s, u, "m3"), "reply 3", session.Committed)
		if got := m.read(); got.made != 1 || got.dropped != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// TestUntrusted: where messages of a user come in on several instances, no turn is answered from a
// guess that Redis did not confirm: the place could be an old one.
func TestUntrusted(t *testing.T) {
	bothWays(t, func(t *testing.T, store func(*redis.Client, ...session.Option) *session.Store) {
		server := redistest.Start(t)
		p := server.Proxy()
		s, other := trusted(t, store(hurried(t, p))), session.New(server.PatientClient(), secret)
		u := s.User("wx1", "ana")
		for i := range 4 {
			mustTurn(t, s, u, fmt.Sprint("here", i))
			mustTurn(t, other, u, fmt.Sprint("there", i))
		}
		p.Set(redistest.BlackHole())
		if r, err := s.Turn(context.Background(), u, session.Message{ID: "m", At: 1}, count); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("%+v, %v", r, err)
		}
		if s.Pending() != 0 {
			t.Error("something is to be written")
		}
	})
}

// TestLateCommitGivesWay: a commit in the background does not undo what came after it elsewhere.
func TestLateCommitGivesWay(t *testing.T) {
	bothWays(t, func(t *testing.T, store func(*redis.Client, ...session.Option) *session.Store) {
		server := redistest.Start(t)
		p := server.Proxy()
		m := &counts{}
		s, other := trusted(t, store(hurried(t, p), session.WithMeter(m))), session.New(server.PatientClient(), secret)
		u := s.User("wx1", "ana")
		mustTurn(t, s, u, "m1")
		p.Set(redistest.BlackHole())
		want(t, mustTurn(t, s, u, "m2"), "reply 2", session.Unclear)
		want(t, mustTurn(t, other, u, "m3"), "reply 2", session.Committed)
		p.Set(redistest.Pass())
		until(t, "the commit is dropped", func() bool { return m.read().dropped == 1 })
		want(t, mustTurn(t, s, u, "m4"), "reply 3", session.Committed)
	})
}

// TestBreaker: without an answer turns soon fail at once, and when Redis is back they succeed
// again by themselves.
func TestBreaker(t *testing.T) {
	bothWays(t, func(t *testing.T, store func(*redis.Client, ...session.Option) *session.Store) {
		server := redistest.Start(t)
		p := server.Proxy()
		s := store(hurried(t, p))
		turn := func(user string) error {
			_, err := s.Turn(context.Background(), s.User("wx1", user), session.Message{ID: "m", At: 1}, count)
			return err
		}
		if err := turn("a"); err != nil {
			t.Fatal(err)
		}
		p.Set(redistest.BlackHole())
		for i := 0; !s.OpenBanks()[0]; i++ {
			if turn(fmt.Sprint("b", i)) == nil || i > 5 {
				t.Fatal("the breaker does not open")
			}
		}
		before := p.Struck()
		for i := range 100 { // within half a second
			if turn(fmt.Sprint("c", i)) == nil {
				t.Fatal("a turn succeeded")
			}
		}
		if asked := p.Struck() - before; asked > 8 {
			t.Errorf("Redis was asked %d times", asked)
		}
		p.Set(redistest.Pass())
		until(t, "Redis is asked again", func() bool { return turn("d") == nil })
	})
}

// TestErrorsDoNotOpen: Redis refusing a write is an answer.
func TestErrorsDoNotOpen(t *testing.T) {
	server := redistest.Start(t)
	c := server.Client()
	defer c.Close()
	s := session.New(c, secret)
	c.ConfigSet(context.Background(), "maxmemory", "1")
	for i := range 10 {
		if _, err := s.Turn(context.Background(), s.User("wx1", fmt.Sprint(i)), session.Message{ID: "m", At: 1}, count); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("%v", err)
		}
	}
	if s.OpenBanks()[0] {
		t.Error("the breaker is open")
	}
}

// TestEraseInFlight: a turn that was under way while everything was deleted does not bring
// anything back, whatever it began from and wherever it runs.
func TestEraseInFlight(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		here, there := session.New(c, secret), session.New(c, secret)
		for name, known := range map[string]bool{"known": true, "new": false} {
			for place, s := range map[string]*session.Store{"here": here, "there": there} {
				u := here.User("wx1", name+place)
				if known {
					mustTurn(t, s, u, "m0")
				}
				_, err := s.Turn(context.Background(), u, session.Message{ID: "m1", At: 1}, func(st dialog.State) (session.Next, error) {
					if err := here.Erase(context.Background(), u, 1); err != nil {
						t.Error(err)
					}
					return count(st)
				})
				if err != nil {
					t.Error(err)
				}
			}
		}
		here.Close(context.Background()) // makes the sweeps that are left at once
		if left := keys(t, c); len(left) != 0 {
			t.Errorf("left: %q", left)
		}
	})
}

// TestBackAfterErase: who comes back after an erasure keeps what is new, whatever sweeps follow and
// whichever copy of the old message arrives late.
func TestBackAfterErase(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		u := s.User("wx1", "ana")
		mustTurn(t, s, u, "m1")
		if err := s.Erase(context.Background(), u, 100); err != nil {
			t.Fatal(err)
		}
		later := session.Message{ID: "m2", At: 101}
		if r, err := s.Turn(context.Background(), u, later, count); err != nil || r.Reply != "reply 1" {
			t.Errorf("%+v %v", r, err)
		}
		if err := s.Erase(context.Background(), u, 100); err != nil { // a copy of the event
			t.Fatal(err)
		}
		s.Close(context.Background())
		if left := keys(t, c); len(left) != 2 {
			t.Errorf("left: %q", left)
		}
	})
}

// TestBackInTheSameSecond: what is said after an erasure is kept though the platform's clock shows
// the same second for both.
func TestBackInTheSameSecond(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		u := s.User("wx1", "ana")
		mustTurn(t, s, u, "m1")
		if err := s.Erase(context.Background(), u, 1); err != nil {
			t.Fatal(err)
		}
		want(t, mustTurn(t, s, u, "m2"), "reply 1", session.Committed)
		want(t, mustTurn(t, s, u, "m3"), "reply 2", session.Committed)
		s.Close(context.Background())
		if left := keys(t, c); len(left) != 3 {
			t.Errorf("left: %q", left)
		}
	})
}

// TestErasePutOff: what could not be deleted at once is deleted when Redis is back, and nothing
// that was still to be written comes after it.
func TestErasePutOff(t *testing.T) {
	bothWays(t, func(t *testing.T, store func(*redis.Client, ...session.Option) *session.Store) {
		server := redistest.Start(t)
		p := server.Proxy()
		m := &counts{}
		s := trusted(t, store(hurried(t, p), session.WithMeter(m)))
		u := s.User("wx1", "ana")
		mustTurn(t, s, u, "m1")
		p.Set(redistest.Drop(1, 3))
		want(t, mustTurn(t, s, u, "m2"), "reply 2", session.Unclear)
		if err := s.Erase(context.Background(), u, 1); err == nil {
			t.Error("deleted without Redis")
		}
		p.Set(redistest.Pass())
		until(t, "it is deleted", func() bool { return m.read().erased > 0 })
		c := server.PatientClient()
		defer c.Close()
		for _, k := range keys(t, c) {
			if strings.Contains(k, u.Pseudonym()) {
				t.Errorf("left: %q", k)
			}
		}
		s.Close(context.Background())
	})
}

// TestManyMessagesAreErased: all replies of a busy half hour go, and ids of replies that expired by
// themselves are not carried along.
func TestManyMessagesAreErased(t *testing.T) {
	e, err := session.StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c := e.Client()
	defer c.Close()
	s := session.New(c, secret)
	u := s.User("wx1", "ana")
	id := func(n int) string { return fmt.Sprintf("%032d", n) }
	for n := range 700 {
		mustTurn(t, s, u, id(n))
	}
	if err := s.Erase(context.Background(), u, 1); err != nil {
		t.Fatal(err)
	}
	if left := keys(t, c); len(left) != 0 {
		t.Errorf("%d keys left", len(left))
	}
	mustTurn(t, s, u, id(1))
	e.Pass(session.ReplyTTL + time.Second)
	mustTurn(t, s, u, id(2))
	for _, k := range keys(t, c) {
		if strings.HasSuffix(k, ":s") {
			if ids := strings.Fields(c.HGet(context.Background(), k, "r").Val()); len(ids) != 1 || ids[0] != id(2) {
				t.Errorf("ids %q", ids)
			}
		}
	}
}

// TestClusterBanks: breakers follow the slots of Redis, so a dead shard closes only its own.
func TestClusterBanks(t *testing.T) {
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{"127.0.0.1:1"}})
	defer c.Close()
	s := session.New(c, secret)
	if len(s.OpenBanks()) != 64 {
		t.Errorf("%d banks", len(s.OpenBanks()))
	}
}
