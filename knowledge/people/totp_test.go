package people

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestCodes: a code works a step early or late, and once.
func TestCodes(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Admin)
		uri, _, err := w.BeginTOTP(ctx, w.signIn("ana"))
		ok(t, err)
		u := must(url.Parse(uri))(t)
		if u.Scheme != "otpauth" || u.Query().Get("issuer") != issuer || !strings.HasSuffix(u.Path, ":ana") {
			t.Errorf("address %s://%s%s", u.Scheme, u.Host, u.Path)
		}
		seed, _, _ := w.enrol(w.signIn("ana"))
		token := w.signIn("ana")
		verify := func(code string) error {
			next, err := w.Verify(ctx, token, code)
			if err == nil {
				token = next
			}
			return err
		}
		wantErr(t, verify(w.code(seed)), ErrStale) // the one that finished the setup
		w.pass(10 * time.Minute)
		code := w.code(seed)
		w.pass(stepSeconds * time.Second)
		ok(t, verify(code[:3]+" "+code[3:]))
		wantErr(t, verify(code), ErrStale)
		fresh := w.code(seed)
		ok(t, verify(fresh))
		wantErr(t, verify(code), ErrStale) // older than the one before
		w.pass(10 * time.Minute)
		old := w.code(seed)
		w.pass(2 * stepSeconds * time.Second)
		for _, wrong := range []string{old, "", "00000", "abcdef", strings.Repeat("1", 1000)} {
			wantErr(t, verify(wrong), ErrWrong)
			w.forget()
		}
	})
}

// TestCodeTwiceAtOnce: the same code in two browsers at the same moment opens one of them.
func TestCodeTwiceAtOnce(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.add("ana", Admin)
		seed, _, _ := w.enrol(w.signIn("ana"))
		for range 5 {
			w.pass(time.Minute)
			tokens := []string{w.signIn("ana"), w.signIn("ana"), w.signIn("ana")}
			errs := atOnce(3, func(i int) error {
				_, err := w.Verify(ctx, tokens[i], w.code(seed))
				return err
			})
			if count(errs, nil) != 1 || count(errs, ErrStale) != 2 {
				t.Fatal(errs)
			}
			w.forget()
		}
	})
}

// TestRecovery: each recovery code works once, however it is typed, and for nobody else.
func TestRecovery(t *testing.T) {
	w := mini(t)
	w.add("ana", Admin)
	w.add("bo", Admin)
	_, token, codes := w.enrol(w.signIn("ana"))
	_, _, others := w.enrol(w.signIn("bo"))
	_, err := w.Verify(ctx, token, others[0])
	wantErr(t, err, ErrWrong)
	token = must(w.Verify(ctx, token, codes[0]))(t)
	_, err = w.Verify(ctx, token, codes[0])
	wantErr(t, err, ErrWrong)
	typed := strings.NewReplacer("-", " ", "1", "l", "0", "o").Replace(strings.ToLower(codes[1]))
	must(w.Verify(ctx, token, typed))(t)
	if p := must(w.Person(ctx, "ana"))(t); p.RecoveryLeft != 8 {
		t.Errorf("%d left", p.RecoveryLeft)
	}
}

// TestCodesThrottled: codes are guessed no faster than passwords, however many sessions and
// addresses a thief of the password has; the owner at home gets through.
func TestCodesThrottled(t *testing.T) {
	w := mini(t)
	w.add("ana", Admin)
	seed, token, _ := w.enrol(w.signIn("ana"))
	w.pass(time.Minute)
	must(w.Verify(ctx, token, w.code(seed)))(t)
	looked, last := 0, error(nil)
	for i := range 30 {
		thief, _, err := w.SignIn(ctx, "ana", good, fmt.Sprintf("203.0.113.%d", i), agent)
		ok(t, err)
		if _, last = w.Verify(ctx, thief, "000000"); waits(last) == 0 {
			looked++
		}
	}
	if looked != freeTries || waits(last) != firstWait {
		t.Errorf("%d codes were looked at, then %v", looked, last)
	}
	w.pass(time.Minute)
	must(w.Verify(ctx, w.signIn("ana"), w.code(seed)))(t)
}

// TestEnrolling: a seed is in force when a code shows that it arrived, in time and in the
// session that asked for it; a session without a code does not replace it.
func TestEnrolling(t *testing.T) {
	w := mini(t)
	w.add("ana", Admin)
	token := w.signIn("ana")
	_, _, err := w.FinishTOTP(ctx, token, "123456")
	wantErr(t, err, ErrWrong)
	_, seed, err := w.BeginTOTP(ctx, token)
	ok(t, err)
	_, _, err = w.FinishTOTP(ctx, w.signIn("ana"), w.code(seed))
	wantErr(t, err, ErrWrong)
	_, err = w.Verify(ctx, token, w.code(seed))
	wantErr(t, err, ErrWrong)
	w.pass(seedTTL + time.Second)
	_, _, err = w.FinishTOTP(ctx, token, w.code(seed))
	wantErr(t, err, ErrWrong)
	if p := must(w.Person(ctx, "ana"))(t); p.HasTOTP {
		t.Error("in force without a code")
	}
	_, seed, err = w.BeginTOTP(ctx, token)
	ok(t, err)
	unverified := w.signIn("ana")
	verified, _, err := w.FinishTOTP(ctx, token, w.code(seed))
	ok(t, err)
	if w.alive(unverified) {
		t.Error("a session from before the codes goes on")
	}
	thief := w.signIn("ana")
	_, _, err = w.BeginTOTP(ctx, thief)
	wantErr(t, err, ErrUnverified)
	_, err = w.SetPassword(ctx, thief, good, other)
	wantErr(t, err, ErrUnverified)
	_, _, err = w.BeginTOTP(ctx, verified)
	ok(t, err)
	ok(t, w.RemoveTOTP(ctx, "ana"))
	if p := must(w.Person(ctx, "ana"))(t); p.HasTOTP || p.RecoveryLeft != 0 || w.alive(verified) {
		t.Errorf("after removal: %+v", p)
	}
}

// TestSealed: a seed opens for its person and under its secret only.
func TestSealed(t *testing.T) {
	w := mini(t)
	w.add("ana", Admin)
	w.add("bo", Admin)
	seed, _, _ := w.enrol(w.signIn("bo"))
	w.pass(time.Minute)
	ana, bo := must(w.fetch(ctx, w.rdb, "ana"))(t), must(w.fetch(ctx, w.rdb, "bo"))(t)
	ana.Seed = bo.Seed // somebody with write access to Redis
	ok(t, w.rdb.HSet(ctx, keyPeople, "ana", must(json.Marshal(ana))(t)).Err())
	_, err := w.Verify(ctx, w.signIn("ana"), w.code(seed))
	wantErr(t, err, errSeed)
	wantErr(t, err, ErrUnavailable)

	changed := newWorld(t, w.rdb)
	changed.Store = New(w.rdb, []byte("the secret was changed by somebody"), w.clock)
	changed.hasher = newHasher(cheap)
	_, err = changed.Verify(ctx, changed.signIn("bo"), w.code(seed))
	wantErr(t, err, errSeed)
}
