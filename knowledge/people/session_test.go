package people

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestSessionLimits: half an hour without use, twelve hours in all, and a write a minute.
func TestSessionLimits(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Viewer)
		idle := w.signIn("ana")
		w.pass(idleLimit - time.Second)
		if !w.alive(idle) {
			t.Error("over too early")
		}
		w.pass(idleLimit)
		if w.alive(idle) {
			t.Error("half an hour without use did not end it")
		}
		busy := w.signIn("ana")
		for range 12*60/20 - 1 {
			w.pass(20 * time.Minute)
			if !w.alive(busy) {
				t.Fatal("over although it was used")
			}
		}
		ttl := must(w.rdb.PTTL(ctx, keySession(fingerprint(busy))).Result())(t)
		if ttl > 20*time.Minute {
			t.Errorf("kept for %s with 20 minutes left", ttl)
		}
		w.pass(20 * time.Minute)
		if w.alive(busy) {
			t.Error("alive after twelve hours")
		}
		if list := must(w.Sessions(ctx, "ana"))(t); len(list) != 0 {
			t.Errorf("listed although over: %+v", list)
		}
	})
}

func TestSessionWritesOnceAMinute(t *testing.T) {
	w := mini(t)
	w.add("ana", Viewer)
	token := w.signIn("ana")
	stored := func() string { return w.rdb.Get(ctx, keySession(fingerprint(token))).Val() }
	before := stored()
	w.pass(touchEvery - time.Millisecond)
	if !w.alive(token) || stored() != before {
		t.Error("written again within a minute")
	}
	w.pass(time.Millisecond)
	if !w.alive(token) || stored() == before {
		t.Error("not written after a minute")
	}
	if p := must(w.Person(ctx, "ana"))(t); !p.LastSeen.Equal(w.clock()) {
		t.Errorf("last seen %s", p.LastSeen)
	}
}

// TestEndings: everything that must end sessions ends them at once, all the ones it must.
func TestEndings(t *testing.T) {
	for name, c := range map[string]struct {
		end   func(w *world, mine string) error
		stays bool // this session's own token, too
	}{
		"sign out everywhere": {end: func(w *world, _ string) error { return w.SignOutAll(ctx, "ana") }},
		"disabled":            {end: func(w *world, _ string) error { return w.Disable(ctx, "ana", true) }},
		"another role":        {end: func(w *world, _ string) error { return w.SetRole(ctx, "ana", Editor) }},
		"codes removed":       {end: func(w *world, _ string) error { return w.RemoveTOTP(ctx, "ana") }},
		"reset":               {end: func(w *world, _ string) error { _, err := w.Reset(ctx, "", "ana"); return err }},
		"another password":    {end: func(w *world, mine string) error { _, err := w.SetPassword(ctx, mine, good, other); return err }},
		"same role":           {end: func(w *world, _ string) error { return w.SetRole(ctx, "ana", Viewer) }, stays: true},
		"another name":        {end: func(w *world, _ string) error { return w.Rename(ctx, "ana", "Anna") }, stays: true},
		"new codes": {end: func(w *world, mine string) error {
			_, seed, err := w.BeginTOTP(ctx, mine)
			ok(w.t, err)
			_, _, err = w.FinishTOTP(ctx, mine, w.code(seed))
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := mini(t)
			w.add("ana", Viewer)
			w.add("bo", Viewer)
			mine, theirs, bo := w.signIn("ana"), w.signIn("ana"), w.signIn("bo")
			ok(t, c.end(w, mine))
			if w.alive(mine) != c.stays || w.alive(theirs) != c.stays {
				t.Errorf("alive: %v, %v", w.alive(mine), w.alive(theirs))
			}
			if !w.alive(bo) {
				t.Error("somebody else's session ended")
			}
			if left := w.rdb.Exists(ctx, keySession(fingerprint(theirs))).Val(); left == 1 != c.stays {
				t.Errorf("%d of the other session left in the store", left)
			}
		})
	}
}

// TestEnabledAgain: sessions from before do not come back with a person.
func TestEnabledAgain(t *testing.T) {
	w := mini(t)
	w.add("ana", Viewer)
	token := w.signIn("ana")
	value := w.rdb.Get(ctx, keySession(fingerprint(token))).Val()
	ok(t, w.Disable(ctx, "ana", true))
	ok(t, w.Disable(ctx, "ana", false))
	ok(t, w.rdb.Set(ctx, keySession(fingerprint(token)), value, time.Hour).Err()) // an old copy returns, as after a failover
	if w.alive(token) {
		t.Error("a session outlived the person's being disabled")
	}
	w.signIn("ana")
}

// TestFixation: nobody knows the token of a session before its rights grow, and no token works
// that the store did not make.
func TestFixation(t *testing.T) {
	w := mini(t)
	w.add("ana", Admin)
	first := w.signIn("ana")
	if second := w.signIn("ana"); second == first {
		t.Fatal("two sessions share a token")
	}
	before, _, _ := w.Session(ctx, first)
	seed, enrolled, _ := w.enrol(first)
	if enrolled == first || w.alive(first) {
		t.Error("enrolling kept the token")
	}
	w.pass(time.Minute)
	token := w.signIn("ana")
	mine, _, _ := w.Session(ctx, token)
	verified := must(w.Verify(ctx, token, w.code(seed)))(t)
	if verified == token || w.alive(token) || !w.alive(verified) {
		t.Error("verifying kept the token")
	}
	after, _, _ := w.Session(ctx, verified)
	if mine.ID == before.ID || after.ID != mine.ID || len(after.ID) != 12 {
		t.Errorf("ids %s, %s, %s", before.ID, mine.ID, after.ID)
	}
	changed := must(w.SetPassword(ctx, verified, good, other))(t)
	if s, _, _ := w.Session(ctx, changed); w.alive(verified) || w.alive(enrolled) || !s.Verified || !s.Started.Equal(after.Started) {
		t.Errorf("after a change of password: %+v", s)
	}
	for _, token := range []string{"", "x", fingerprint(changed), after.ID, "../people", strings.Repeat("a", 1<<16)} {
		if w.alive(token) {
			t.Errorf("token %.20q works", token)
		}
	}
}

// TestSessionsOneByOne: a person sees their sessions and ends one of them.
func TestSessionsOneByOne(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Viewer)
		w.add("bo", Viewer)
		one := w.signIn("ana")
		w.pass(time.Minute)
		two, _, err := w.SignIn(ctx, "ana", good, "203.0.113.9\n", strings.Repeat("界", 300)+"\x00")
		ok(t, err)
		list := must(w.Sessions(ctx, "ana"))(t)
		if len(list) != 2 || list[0].From != "203.0.113.9" || list[0].Agent != strings.Repeat("界", 200) || list[1].From != home {
			t.Fatalf("%+v", list)
		}
		wantErr(t, w.End(ctx, "bo", list[0].ID), ErrNotFound)
		ok(t, w.End(ctx, "ana", list[0].ID))
		wantErr(t, w.End(ctx, "ana", list[0].ID), ErrNotFound)
		if w.alive(two) || !w.alive(one) {
			t.Error("the wrong session ended")
		}
		ok(t, w.SignOut(ctx, one))
		ok(t, w.SignOut(ctx, one))
		ok(t, w.SignOut(ctx, "no token"))
		if list := must(w.Sessions(ctx, "ana"))(t); w.alive(one) || len(list) != 0 {
			t.Errorf("%+v", list)
		}
		_, err = w.Sessions(ctx, "nobody")
		wantErr(t, err, ErrNotFound)
	})
}

// TestManySessions: twenty at a time; the oldest makes room.
func TestManySessions(t *testing.T) {
	w := mini(t)
	w.add("ana", Viewer)
	var tokens []string
	for range maxSessions + 2 {
		tokens = append(tokens, w.signIn("ana"))
		w.pass(time.Second)
	}
	if list := must(w.Sessions(ctx, "ana"))(t); len(list) != maxSessions || w.alive(tokens[0]) || w.alive(tokens[1]) || !w.alive(tokens[2]) {
		t.Errorf("%d sessions", len(list))
	}
	w.pass(idleLimit)
	w.signIn("ana")
	if n := w.rdb.HLen(ctx, keySessions("ana")).Val(); n != 1 {
		t.Errorf("%d in the index, of which one is alive", n)
	}
}

func TestConfirm(t *testing.T) {
	w := mini(t)
	w.add("ana", Admin)
	token := w.signIn("ana")
	confirmed := func() bool {
		s, _, err := w.Session(ctx, token)
		ok(t, err)
		return s.Confirmed
	}
	if !confirmed() {
		t.Error("signing in gave the password just now")
	}
	w.pass(confirmedFor)
	if confirmed() {
		t.Error("confirmed for longer than ten minutes")
	}
	for range freeTries {
		wantErr(t, w.Confirm(ctx, token, other), ErrWrong)
	}
	if d := waits(w.Confirm(ctx, token, good)); d != firstWait {
		t.Errorf("waits %s", d)
	}
	w.signIn("ana") // guesses inside a session keep nobody out
	w.pass(firstWait)
	ok(t, w.Confirm(ctx, token, good))
	if !confirmed() {
		t.Error("not confirmed by the password")
	}
	wantErr(t, w.Confirm(ctx, "no token", good), ErrNotFound)
}

func TestCSRF(t *testing.T) {
	w := mini(t)
	form := w.CSRF("a")
	if !w.ValidCSRF("a", form) || w.ValidCSRF("b", form) || w.ValidCSRF("a", "") || w.ValidCSRF("", w.CSRF("")) || w.CSRF("b") == form {
		t.Error("the token of a form is not bound to its session")
	}
	if New(w.rdb, []byte("another secret of at least 32 chars"), w.clock).ValidCSRF("a", form) {
		t.Error("not keyed")
	}
}

// TestKeys: everything lies on one slot, and all but the people themselves runs out.
func TestKeys(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Admin)
		w.enrol(w.signIn("ana"))
		must(w.Invite(ctx, "", "bo", "Bo", Viewer))(t)
		w.SignIn(ctx, "nobody", good, "203.0.113.1", agent)
		limits := map[string]time.Duration{"session": idleLimit, "sessions": absoluteLimit, "link": InviteTTL, "linkof": InviteTTL, "wait": countTTL, "known": knownTTL}
		seen := map[string]bool{}
		for _, key := range must(w.rdb.Keys(ctx, "*").Result())(t) {
			rest, ours := strings.CutPrefix(key, "kb:{kb}:")
			kind, _, _ := strings.Cut(rest, ":")
			seen[kind] = true
			ttl := must(w.rdb.PTTL(ctx, key).Result())(t)
			if !ours || kind == "people" && ttl >= 0 || kind != "people" && (ttl <= 0 || ttl > limits[kind]) {
				t.Errorf("%s: TTL %s", key, ttl)
			}
		}
		if len(seen) != len(limits)+1 {
			t.Errorf("kinds of keys: %v", seen)
		}
	})
}

// TestSignInRaces: a session begun while its person is being disabled never lives.
func TestSignInRaces(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Viewer)
		for range 10 {
			tokens := make([]string, 4)
			atOnce(5, func(i int) error {
				if i == 4 {
					return w.Disable(ctx, "ana", true)
				}
				var err error
				tokens[i], _, err = w.SignIn(ctx, "ana", good, home, agent)
				return err
			})
			for _, token := range tokens {
				if w.alive(token) {
					t.Fatal("a disabled person has a session")
				}
			}
			ok(t, w.Disable(ctx, "ana", false))
			for _, token := range tokens {
				if w.alive(token) {
					t.Fatal("a session came back with its person")
				}
			}
			w.forget()
		}
	})
}

func ExampleErrWait() {
	fmt.Println(ErrWait{90 * time.Second})
	// Output: too many attempts, wait 1m30s
}
