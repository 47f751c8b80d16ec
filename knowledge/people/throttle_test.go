package people

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

func (w *world) guess(login, from string) error {
	w.t.Helper()
	_, _, err := w.SignIn(ctx, login, other, from, agent)
	return err
}

// TestSameWork: an unknown login, a disabled person, one without a password and a wrong
// password are one answer and one hash; a wait is none for everybody.
func TestSameWork(t *testing.T) {
	w := mini(t)
	w.add("ana", Viewer)
	w.add("gone", Viewer)
	ok(t, w.Disable(ctx, "gone", true))
	must(w.Invite(ctx, "", "new", "New", Viewer))(t)
	long := string(make([]byte, maxPassword+1))
	for _, c := range []struct{ login, password string }{
		{"ana", other}, {"ana", ""}, {"ana", long}, {"gone", good}, {"gone", other}, {"new", good}, {"new", ""},
		{"nobody", good}, {"", good}, {"李", good}, {long, good}, {"A B", good}, {"sessions:ana", ""},
	} {
		before := w.hasher.runs.Load()
		token, p, err := w.SignIn(ctx, c.login, c.password, fmt.Sprintf("2001:db8:0:%x::1", before), agent)
		if !errors.Is(err, ErrWrong) || err.Error() != ErrWrong.Error() || token != "" || p != (Person{}) {
			t.Errorf("%.20q: %v %q %+v", c.login, err, token, p)
		}
		if n := w.hasher.runs.Load() - before; n != 1 {
			t.Errorf("%.20q: %d hashes", c.login, n)
		}
	}
	for _, login := range []string{"ana", "nobody", "gone", "new"} {
		for range freeTries {
			w.guess(login, "192.0.2.1")
		}
		before := w.hasher.runs.Load()
		err := w.guess(login, "192.0.2.1")
		if waits(err) == 0 || w.hasher.runs.Load() != before {
			t.Errorf("%s: %v, %d hashes", login, err, w.hasher.runs.Load()-before)
		}
	}
}

// TestDelays: five tries are free, then each wait is twice the one before, up to a quarter of
// an hour; trying meanwhile does not prolong it, and there is always a next try.
func TestDelays(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Viewer)
		for i := range freeTries {
			if err := w.guess("ana", "192.0.2.1"); !errors.Is(err, ErrWrong) {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		want := firstWait
		for range 15 {
			for range 3 {
				if _, _, err := w.SignIn(ctx, "ana", good, "192.0.2.1", agent); waits(err) != want {
					t.Fatalf("%v, want a wait of %s", err, want)
				}
			}
			w.pass(want - time.Millisecond)
			if d := waits(w.guess("ana", "192.0.2.1")); d != time.Millisecond {
				t.Fatalf("the wait was prolonged: %s left", d)
			}
			w.pass(time.Millisecond)
			wantErr(t, w.guess("ana", "192.0.2.1"), ErrWrong)
			want = min(2*want, longest)
		}
		w.pass(longest)
		_, _, err := w.SignIn(ctx, "ana", good, "192.0.2.1", agent)
		ok(t, err)
	})
}

// TestKnownAddress: strangers hammer an account from everywhere; its owner signs in at home
// all the same, and from there has brakes of their own.
func TestKnownAddress(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Viewer)
		w.signIn("ana")
		looked := 0
		for i := range 300 {
			if errors.Is(w.guess("ana", fmt.Sprintf("203.0.%d.%d", i/250, i%250)), ErrWrong) {
				looked++
			}
		}
		if looked != freeTries {
			t.Errorf("%d guesses from 300 addresses were looked at", looked)
		}
		w.signIn("ana")
		_, _, err := w.SignIn(ctx, "ana", good, "203.0.113.77", agent)
		if waits(err) == 0 {
			t.Errorf("a new address during an attack: %v", err)
		}
		for range freeTries {
			wantErr(t, w.guess("ana", home), ErrWrong)
		}
		if _, _, err := w.SignIn(ctx, "ana", good, home, agent); waits(err) != firstWait {
			t.Errorf("five wrong ones from home: %v", err)
		}
		w.pass(firstWait)
		w.signIn("ana")
		wantErr(t, w.guess("ana", home), ErrWrong) // the count began anew
		w.signIn("ana")
	})
}

// TestDistributed: with any number of addresses, few guesses a day reach one account.
func TestDistributed(t *testing.T) {
	w := mini(t)
	w.add("ana", Viewer)
	looked := 0
	for minute := range 24 * 60 {
		if errors.Is(w.guess("ana", fmt.Sprintf("2001:db8:%x::1", minute)), ErrWrong) {
			looked++
		}
		w.pass(time.Minute)
	}
	if looked > 120 {
		t.Errorf("%d guesses in a day", looked)
	}
}

// TestSpraying: one address tries one password on many accounts; an own account does not clear it.
func TestSpraying(t *testing.T) {
	w := mini(t)
	w.add("mallory", Viewer)
	for i := range freeTries - 1 {
		wantErr(t, w.guess(fmt.Sprintf("victim%d", i), fmt.Sprintf("2001:db8::%x", i)), ErrWrong) // one /64
	}
	_, _, err := w.SignIn(ctx, "mallory", good, "[2001:db8::ffff]:443", agent)
	ok(t, err)
	wantErr(t, w.guess("victim8", "2001:db8::9"), ErrWrong)
	if waits(w.guess("victim9", "2001:db8::a")) != firstWait {
		t.Error("signing in to an own account cleared the address")
	}
	if errors.Is(w.guess("victim9", "2001:db8:0:1::a"), ErrWrong) == false {
		t.Error("another network waits too")
	}
}

// TestParallelGuesses: many guesses at the same moment are not more than the free ones.
func TestParallelGuesses(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Viewer)
		errs := atOnce(40, func(i int) error { return w.guess("ana", fmt.Sprintf("192.0.2.%d", i)) })
		if n := count(errs, ErrWrong); n != freeTries {
			t.Errorf("%d of 40 were looked at", n)
		}
	})
}

// TestClockSetBack: a wait from a clock that ran years ahead is not a lock-out.
func TestClockSetBack(t *testing.T) {
	w := mini(t)
	w.add("ana", Viewer)
	w.pass(1000 * time.Hour)
	for range 2 * freeTries {
		w.guess("ana", home)
	}
	w.pass(-1000 * time.Hour)
	w.signIn("ana")
}

// TestCountersDown: a Redis that reads and does not write is no way around the brakes, and its
// answer does not tell a right password without them.
func TestCountersDown(t *testing.T) {
	server := miniredis.RunT(t)
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr(), MaxRetries: -1})
	t.Cleanup(func() { rdb.Close() })
	w := newWorld(t, rdb)
	w.add("ana", Viewer)
	rdb.AddHook(failing{fail: func(name string) bool { return name != "watch" && name != "hget" && name != "unwatch" }})
	for range freeTries {
		wantErr(t, w.guess("ana", home), ErrWrong)
	}
	_, _, err := w.SignIn(ctx, "ana", good, home, agent)
	if waits(err) != firstWait {
		t.Fatalf("nothing counts: %v", err)
	}
	for want := 2 * firstWait; want <= 8*firstWait; want *= 2 {
		w.pass(want / 2)
		token, _, err := w.SignIn(ctx, "ana", good, home, agent)
		if wantErr(t, err, ErrUnavailable); token != "" {
			t.Fatal("signed in without a store")
		}
		if _, _, err = w.SignIn(ctx, "ana", good, home, agent); waits(err) != want {
			t.Fatalf("%v, want a wait of %s", err, want)
		}
	}
}

// TestMemoryBound: the counters of this process forget the least first.
func TestMemoryBound(t *testing.T) {
	c := newCounters()
	for range freeTries + 3 {
		c.reserve([]string{"target"}, 0)
		c.kept["target"] = tries{n: c.kept["target"].n}
	}
	for i := range maxCounters + 10 {
		c.reserve([]string{fmt.Sprint(i)}, 1)
	}
	if len(c.kept) > maxCounters || c.kept["target"].n != freeTries+3 {
		t.Errorf("%d kept, target %+v", len(c.kept), c.kept["target"])
	}
	c.reserve([]string{"target"}, countTTL.Milliseconds()+1)
	if c.kept["target"].n != 1 {
		t.Errorf("after a day without tries: %+v", c.kept["target"])
	}
}

// TestSemaphore: hashes wait for a slot, and no longer than their caller.
func TestSemaphore(t *testing.T) {
	w := mini(t)
	w.add("ana", Viewer)
	for range maxHashing {
		w.hasher.slots <- struct{}{}
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	before := w.hasher.runs.Load()
	_, _, err := w.SignIn(gone, "ana", good, home, agent)
	wantErr(t, err, ErrUnavailable)
	_, err = w.hasher.matches(gone, w.hasher.dummy, good)
	wantErr(t, err, context.Canceled)
	if w.hasher.runs.Load() != before {
		t.Error("hashed for nobody")
	}
	for range maxHashing {
		<-w.hasher.slots
	}
	w.signIn("ana")
}
