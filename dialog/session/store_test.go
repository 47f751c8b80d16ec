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

var secret = []byte("a secret of the tests, not of anyone")

// backends are the servers that the one suite runs against.
func backends(t *testing.T, suite func(*testing.T, redis.UniversalClient)) {
	t.Run("redis-server", func(t *testing.T) {
		client := redistest.Start(t).PatientClient()
		t.Cleanup(func() { client.Close() })
		suite(t, client)
	})
	t.Run("embedded", func(t *testing.T) {
		e, err := session.StartEmbedded()
		if err != nil {
			t.Fatal(err)
		}
		client := e.Client()
		t.Cleanup(func() { client.Close(); e.Close() })
		suite(t, client)
	})
}

// count is a step that counts its turns in the state and says the number.
func count(s dialog.State) (session.Next, error) {
	s.Misses++
	return session.Next{State: s, Reply: fmt.Sprintf("reply %d", s.Misses)}, nil
}

func mustTurn(t *testing.T, s *session.Store, u session.User, msg string) session.Result {
	t.Helper()
	r, err := s.Turn(context.Background(), u, session.Message{ID: msg, At: 1}, count)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func want(t *testing.T, got session.Result, reply string, outcome session.Outcome) {
	t.Helper()
	if got.Reply != reply || got.Outcome != outcome {
		t.Errorf("got %q, outcome %d; want %q, outcome %d", got.Reply, got.Outcome, reply, outcome)
	}
}

func TestTurns(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		ana, ben := s.User("wx1", "ana"), s.User("wx1", "ben")
		want(t, mustTurn(t, s, ana, "m1"), "reply 1", session.Committed)
		want(t, mustTurn(t, s, ana, "m2"), "reply 2", session.Committed)
		want(t, mustTurn(t, s, ana, "m1"), "reply 1", session.Duplicate) // a late copy rewinds nothing
		want(t, mustTurn(t, s, ben, "m1"), "reply 1", session.Committed) // the same MsgId of another user
		want(t, mustTurn(t, s, ana, "m3"), "reply 3", session.Committed)
		want(t, mustTurn(t, s, s.User("wx2", "ana"), "m1"), "reply 1", session.Committed) // another account
	})
}

// TestOneOfManyCopies sends every message as many copies at the same moment through two
// stores, as two instances do.
func TestOneOfManyCopies(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		stores := []*session.Store{session.New(c, secret), session.New(c, secret)}
		u := stores[0].User("wx1", "ana")
		const messages, copies = 20, 6
		for m := range messages {
			results := make([]session.Result, copies)
			var wg sync.WaitGroup
			for i := range copies {
				wg.Go(func() {
					r, err := stores[i%2].Turn(context.Background(), u, session.Message{ID: fmt.Sprint("m", m), At: 1}, count)
					if err != nil {
						t.Error(err)
					}
					results[i] = r
				})
			}
			wg.Wait()
			committed := 0
			for _, r := range results {
				if r.Outcome == session.Committed {
					committed++
				}
				if r.Reply != fmt.Sprintf("reply %d", m+1) {
					t.Errorf("message %d: a copy got %q", m, r.Reply)
				}
			}
			if committed != 1 {
				t.Errorf("message %d was committed %d times", m, committed)
			}
		}
	})
}

// TestDifferentMessagesAtOnce loses no update when one user sends several messages.
func TestDifferentMessagesAtOnce(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		u := s.User("wx1", "ana")
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if _, err := s.Turn(context.Background(), u, session.Message{ID: fmt.Sprint("m", i), At: 1}, count); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		want(t, mustTurn(t, s, u, "last"), "reply 5", session.Committed)
	})
}

func TestErase(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		ana, ben := s.User("wx1", "ana"), s.User("wx1", "ben")
		for i := range 5 {
			mustTurn(t, s, ana, fmt.Sprint("m", i))
		}
		mustTurn(t, s, ben, "m0")
		before := len(keys(t, c))
		if err := s.Erase(context.Background(), ana, 1); err != nil {
			t.Fatal(err)
		}
		if left := keys(t, c); len(left) != before-6 || len(left) != 2 {
			t.Errorf("%d keys before, left %q", before, left)
		}
		if err := s.Erase(context.Background(), ana, 1); err != nil {
			t.Errorf("erasing twice: %v", err)
		}
		want(t, mustTurn(t, s, ana, "m9"), "reply 1", session.Committed)
	})
}

func TestTurnThatErases(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		u := s.User("wx1", "ana")
		mustTurn(t, s, u, "m1")
		for range 2 { // and its retry
			r, err := s.Turn(context.Background(), u, session.Message{ID: "m2", At: 1}, func(dialog.State) (session.Next, error) {
				return session.Next{Reply: "deleted", Erase: true}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			want(t, r, "deleted", session.Committed)
			if left := keys(t, c); len(left) != 0 {
				t.Errorf("left: %q", left)
			}
		}
	})
}

// TestWhatRedisHolds: keyed pseudonyms, a time to live on every key, all keys of a user on
// one slot.
func TestWhatRedisHolds(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		mustTurn(t, s, s.User("wx1", "oOpenIdOfAna"), "m1")
		all := keys(t, c)
		if len(all) != 2 {
			t.Fatalf("keys: %q", all)
		}
		for _, k := range all {
			if strings.Contains(k, "oOpenIdOfAna") || !strings.HasPrefix(k, "wx:wx1:{") {
				t.Errorf("key %q", k)
			}
			if ttl := c.TTL(context.Background(), k).Val(); ttl <= 0 || ttl > session.StateTTL {
				t.Errorf("%s lives %v", k, ttl)
			}
		}
		tag := func(k string) string { return k[strings.Index(k, "{"):strings.Index(k, "}")] }
		if tag(all[0]) != tag(all[1]) {
			t.Error("the keys of one user are on two slots")
		}
		if other := session.New(c, []byte("another secret")).User("wx1", "oOpenIdOfAna"); other == s.User("wx1", "oOpenIdOfAna") {
			t.Error("the pseudonym does not depend on the secret")
		}
	})
}

// TestEmbeddedExpires: without a ticking clock nothing in the embedded server would expire.
func TestEmbeddedExpires(t *testing.T) {
	e, err := session.StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c := e.Client()
	defer c.Close()
	s := session.New(c, secret)
	u := s.User("wx1", "ana")
	mustTurn(t, s, u, "m1")
	e.Pass(session.ReplyTTL + time.Second)
	if left := keys(t, c); len(left) != 1 {
		t.Errorf("after half an hour: %q", left)
	}
	mustTurn(t, s, u, "m2")
	e.Pass(session.StateTTL + time.Second)
	if left := keys(t, c); len(left) != 0 {
		t.Errorf("after 30 days: %q", left)
	}
}

func TestUnreadableStateStartsAnew(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		u := s.User("wx1", "ana")
		mustTurn(t, s, u, "m1")
		for _, k := range keys(t, c) {
			if strings.HasSuffix(k, ":s") {
				c.HSet(context.Background(), k, "s", "{broken")
			}
		}
		s = session.New(c, secret) // one that has not seen the state
		want(t, mustTurn(t, s, u, "m2"), "reply 1", session.Committed)
	})
}

// TestRedisGone kills the server: turns fail at once and change nothing; after a restart
// the place is there again.
func TestRedisGone(t *testing.T) {
	server := redistest.Start(t)
	c := server.Client()
	defer c.Close()
	s := session.New(c, secret)
	u := s.User("wx1", "ana")
	mustTurn(t, s, u, "m1")
	server.Kill()
	if _, err := s.Turn(context.Background(), u, session.Message{ID: "m2", At: 1}, count); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("without a server: %v", err)
	}
	server.Up()
	want(t, mustTurn(t, s, u, "m3"), "reply 2", session.Committed)
}

func TestRefusedWrites(t *testing.T) {
	server := redistest.Start(t)
	c := server.Client()
	defer c.Close()
	s := session.New(c, secret)
	u := s.User("wx1", "ana")
	mustTurn(t, s, u, "m1")
	ctx := context.Background()
	for name, set := range map[string][2]string{"out of memory": {"maxmemory", "1"}, "too few replicas": {"min-replicas-to-write", "3"}} {
		if err := c.ConfigSet(ctx, set[0], set[1]).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Turn(ctx, u, session.Message{ID: "m2", At: 1}, count); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
		c.ConfigSet(ctx, set[0], "0")
	}
	c.ScriptFlush(ctx) // the script is sent again
	want(t, mustTurn(t, s, u, "m2"), "reply 2", session.Committed)
}

func TestStepError(t *testing.T) {
	backends(t, func(t *testing.T, c redis.UniversalClient) {
		s := session.New(c, secret)
		wrong := errors.New("wrong")
		_, err := s.Turn(context.Background(), s.User("wx1", "ana"), session.Message{ID: "m1", At: 1}, func(dialog.State) (session.Next, error) { return session.Next{}, wrong })
		if !errors.Is(err, wrong) || len(keys(t, c)) != 0 {
			t.Errorf("error %v, keys %q", err, keys(t, c))
		}
	})
}

func keys(t *testing.T, c redis.UniversalClient) []string {
	t.Helper()
	all, err := c.Keys(context.Background(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
