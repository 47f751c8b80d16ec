package people

import (
	"strings"
	"testing"
	"time"
)

func TestRoles(t *testing.T) {
	for i, r := range Roles {
		for j, least := range Roles {
			if r.Includes(least) != (i >= j) {
				t.Errorf("%s includes %s: %v", r, least, i < j)
			}
		}
		if r.Includes("") || Role("").Includes(r) || Role("root").Includes(r) || r.Includes("root") {
			t.Errorf("%s and a role that is none", r)
		}
	}
}

// TestStory: somebody is invited, sets a password, signs in, sets up codes, and comes again.
func TestStory(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		link := must(w.Invite(ctx, "cli", "mei.lin", "林 Méi", Publisher))(t)
		if p := must(w.Peek(ctx, link))(t); p.Login != "mei.lin" || p.Name != "林 Méi" || p.HasPassword {
			t.Errorf("the link is for %+v", p)
		}
		_, err := w.Redeem(ctx, link, "mei.lin2026")
		wantErr(t, err, ErrWeak{"login"})
		must(w.Redeem(ctx, link, good))(t)
		_, err = w.Redeem(ctx, link, other)
		wantErr(t, err, ErrNotFound)

		_, _, err = w.SignIn(ctx, "mei.lin", other, home, agent)
		wantErr(t, err, ErrWrong)
		token, p, err := w.SignIn(ctx, " Mei.Lin ", "绿茶 kaffee ７ Fenster", home, agent) // a full-width digit
		ok(t, err)
		if p.Role != Publisher || !p.HasPassword || p.HasTOTP || !p.LastSeen.Equal(w.clock()) {
			t.Errorf("signed in as %+v", p)
		}
		s, _, err := w.Session(ctx, token)
		ok(t, err)
		if s.Verified || !s.Confirmed || s.From != home || s.Agent != agent || s.Login != "mei.lin" {
			t.Errorf("session %+v", s)
		}
		seed, token, codes := w.enrol(token)
		if s, p, _ = w.Session(ctx, token); !s.Verified || !p.HasTOTP || p.RecoveryLeft != 10 || len(codes) != 10 {
			t.Errorf("after enrolling: %+v %+v, %d codes", s, p, len(codes))
		}
		ok(t, w.SignOut(ctx, token))
		w.pass(time.Hour)
		token = w.signIn("mei.lin")
		token = must(w.Verify(ctx, token, w.code(seed)))(t)
		if s, _, _ = w.Session(ctx, token); !s.Verified {
			t.Error("not verified after a code")
		}
		ok(t, w.Rename(ctx, "mei.lin", "Mei Lin"))
		ok(t, w.SetLang(ctx, "mei.lin", "zh-Hans"))
		list := must(w.People(ctx))(t)
		if len(list) != 1 || list[0].Name != "Mei Lin" || list[0].Lang != "zh-Hans" || list[0].Disabled {
			t.Errorf("people: %+v", list)
		}
	})
}

func TestRules(t *testing.T) {
	w := mini(t)
	for _, login := range []string{"", "a", "Ana", "ana maria", "ana_1", "李", "ana\n", strings.Repeat("a", 41)} {
		_, err := w.Invite(ctx, "", login, "Ana", Editor)
		wantErr(t, err, ErrInvalid{"login"})
	}
	for _, name := range []string{"", "  ", "a\x00b", "a\u202eb", "a\u200bb", "a\nb", "a\u2028b", "\xff", strings.Repeat("名", 81)} {
		_, err := w.Invite(ctx, "", "ana", name, Editor)
		wantErr(t, err, ErrInvalid{"name"})
		wantErr(t, w.Rename(ctx, "ana", name), ErrInvalid{"name"})
	}
	_, err := w.Invite(ctx, "", "ana", "Ana", "root")
	wantErr(t, err, ErrInvalid{"role"})
	must(w.Invite(ctx, "", "ana", "Jose\u0301 "+strings.Repeat("名", 75), Editor))(t)
	if p := must(w.Person(ctx, "ana"))(t); !strings.HasPrefix(p.Name, "José ") {
		t.Errorf("the name is not in NFC: %q", p.Name)
	}
	_, err = w.Invite(ctx, "", "ana", "Somebody Else", Editor)
	wantErr(t, err, ErrTaken)
	wantErr(t, w.SetRole(ctx, "ana", ""), ErrInvalid{"role"})
	wantErr(t, w.SetLang(ctx, "ana", "<script>"), ErrInvalid{"lang"})
	for _, err := range []error{w.SetRole(ctx, "bo", Editor), w.Disable(ctx, "bo", true), w.Rename(ctx, "bo", "Bo"), w.SignOutAll(ctx, "bo"), w.RemoveTOTP(ctx, "bo")} {
		wantErr(t, err, ErrNotFound)
	}
}

// TestLastAdmin: whoever goes, somebody who can sign in stays.
func TestLastAdmin(t *testing.T) {
	w := mini(t)
	w.add("ana", Admin)
	wantErr(t, w.Disable(ctx, "ana", true), ErrLastAdmin)
	wantErr(t, w.SetRole(ctx, "ana", Publisher), ErrLastAdmin)
	ok(t, w.SetRole(ctx, "ana", Admin))
	link := must(w.Invite(ctx, "ana", "bo", "Bo", Admin))(t)
	wantErr(t, w.Disable(ctx, "ana", true), ErrLastAdmin) // bo may never come
	must(w.Redeem(ctx, link, other))(t)
	ok(t, w.Disable(ctx, "ana", true))
	wantErr(t, w.SetRole(ctx, "bo", Viewer), ErrLastAdmin)
	ok(t, w.Disable(ctx, "ana", false))
	ok(t, w.SetRole(ctx, "bo", Viewer))
}

// TestTwoAdmins: two admins who demote each other at the same moment do not both succeed.
func TestTwoAdmins(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for range 20 {
			for _, login := range []string{"ana", "bo"} {
				if _, err := w.Person(ctx, login); err != nil {
					w.add(login, Admin)
				}
				ok(t, w.SetRole(ctx, login, Admin))
			}
			errs := atOnce(2, func(i int) error { return w.SetRole(ctx, []string{"ana", "bo"}[i], Viewer) })
			if n := count(errs, nil); n != 1 || count(errs, ErrLastAdmin) != 1 {
				t.Fatalf("%d succeeded: %v", n, errs)
			}
		}
	})
}
