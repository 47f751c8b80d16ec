package people

import (
	"context"
	"slices"
	"testing"
	"time"
)

// TestInvitation: one use, three days, one link a person.
func TestInvitation(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		gone := func(what, token string) {
			t.Helper()
			_, err := w.Peek(ctx, token)
			_, err2 := w.Redeem(ctx, token, good)
			_, err3 := w.SignInOnce(ctx, token, home, agent)
			if count([]error{err, err2, err3}, ErrNotFound) != 3 {
				t.Errorf("%s: %v, %v, %v", what, err, err2, err3)
			}
		}
		gone("no token", "")
		gone("an invented token", w.newToken())
		one := must(w.Invite(ctx, "ana", "bo", "Bo", Editor))(t)
		two := must(w.Invite(ctx, "ana", "bo", "Bo", Editor))(t)
		gone("the link before the newest", one)
		w.pass(InviteTTL)
		gone("a link of three days", two)
		three := must(w.Invite(ctx, "ana", "bo", "Bo", Editor))(t)
		w.pass(InviteTTL - time.Second)
		_, err := w.SignInOnce(ctx, three, home, agent)
		wantErr(t, err, ErrNotFound) // an invitation signs nobody in
		_, err = w.Redeem(ctx, three, "12345678")
		wantErr(t, err, ErrWeak{"sequence"})
		must(w.Redeem(ctx, three, good))(t)
		gone("a used link", three)

		session := w.signIn("bo")
		four := must(w.Invite(ctx, "ana", "bo", "Bo", Editor))(t)
		if !w.alive(session) {
			t.Error("a link that nobody used ended a session")
		}
		must(w.Redeem(ctx, four, other))(t)
		if w.alive(session) {
			t.Error("a new password by link left a session open")
		}
		five := must(w.Invite(ctx, "ana", "bo", "Bo", Editor))(t)
		ok(t, w.Disable(ctx, "bo", true))
		gone("the link of a disabled person", five)
		for _, f := range []func(context.Context, string, string) (string, error){w.Reset, w.OneTime,
			func(ctx context.Context, by, login string) (string, error) {
				return w.Invite(ctx, by, login, "Bo", Editor)
			}} {
			_, err := f(ctx, "ana", "bo")
			wantErr(t, err, ErrDisabled)
		}
		ok(t, w.Disable(ctx, "bo", false))
		gone("the link of somebody who was disabled", five)
	})
}

// TestConcurrentRedemption: of many who use a link at once, exactly one does.
func TestConcurrentRedemption(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		link := must(w.Invite(ctx, "", "ana", "Ana", Admin))(t)
		errs := atOnce(8, func(i int) error {
			_, err := w.Redeem(ctx, link, good+string(rune('a'+i)))
			return err
		})
		if count(errs, nil) != 1 || count(errs, ErrNotFound) != 7 {
			t.Fatal(errs)
		}
		winner := slices.Index(errs, nil)
		_, _, err := w.SignIn(ctx, "ana", good+string(rune('a'+winner)), home, agent)
		ok(t, err)

		once := must(w.OneTime(ctx, "", "ana"))(t)
		errs = atOnce(8, func(int) error {
			_, err := w.SignInOnce(ctx, once, home, agent)
			return err
		})
		if count(errs, nil) != 1 || count(errs, ErrNotFound) != 7 {
			t.Fatal(errs)
		}
	})
}

// TestOneTime: the link of the trial signs in once, and its person may set a first password.
func TestOneTime(t *testing.T) {
	w := mini(t)
	invitation := must(w.Invite(ctx, "", "ana", "Ana", Admin))(t)
	late := must(w.OneTime(ctx, "", "ana"))(t)
	_, err := w.Redeem(ctx, invitation, good)
	wantErr(t, err, ErrNotFound)
	_, err = w.Redeem(ctx, late, good)
	wantErr(t, err, ErrNotFound) // it sets no password
	w.pass(OnceTTL)
	_, err = w.SignInOnce(ctx, late, home, agent)
	wantErr(t, err, ErrNotFound)
	once := must(w.OneTime(ctx, "", "ana"))(t)
	token := must(w.SignInOnce(ctx, once, home, agent))(t)
	_, err = w.SignInOnce(ctx, once, home, agent)
	wantErr(t, err, ErrNotFound)
	if s, p, _ := w.Session(ctx, token); !s.Confirmed || s.Verified || p.HasPassword || p.LastSeen.IsZero() {
		t.Errorf("%+v %+v", s, p)
	}
	wantErr(t, w.Confirm(ctx, token, ""), ErrWrong)
	_, _, err = w.SignIn(ctx, "ana", "", home, agent)
	wantErr(t, err, ErrWrong)
	_, err = w.SetPassword(ctx, token, "anything", good)
	wantErr(t, err, ErrWrong)
	newToken := must(w.SetPassword(ctx, token, "", good))(t)
	if w.alive(token) || !w.alive(newToken) {
		t.Error("the token was not replaced")
	}
	_, err = w.SetPassword(ctx, newToken, "", other)
	wantErr(t, err, ErrWrong)
	w.signIn("ana")
}
