package people

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/pquerna/otp/totp"
	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
)

var (
	secret = []byte("a secret of the tests, not of anyone")
	cheap  = cost{memory: 32, passes: 1, threads: 1}
	ctx    = context.Background()
)

const (
	good  = "绿茶 kaffee 7 Fenster"
	other = "lamp under 三棵树"
	home  = "198.51.100.7"
	agent = "Firefox"
)

// world is a store with a clock that the test moves.
type world struct {
	*Store
	t    testing.TB
	rdb  redis.UniversalClient
	mu   sync.Mutex
	time time.Time
}

func newWorld(t testing.TB, rdb redis.UniversalClient) *world {
	w := &world{t: t, rdb: rdb, time: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	w.Store = New(rdb, secret, w.clock)
	w.hasher = newHasher(cheap)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.time
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(d)
}

func mini(t testing.TB) *world {
	t.Helper()
	server := miniredis.RunT(t)
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr(), MaxRetries: -1, PoolSize: 30})
	t.Cleanup(func() { rdb.Close() })
	return newWorld(t, rdb)
}

// both runs a test against an embedded Redis and a real one.
func both(t *testing.T, test func(*testing.T, *world)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) { test(t, mini(t)) })
	t.Run("redis-server", func(t *testing.T) {
		rdb := redistest.Start(t).PatientClient()
		t.Cleanup(func() { rdb.Close() })
		test(t, newWorld(t, rdb))
	})
}

// must fails the test on an error and gives the value else.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// waits gives how long an error asks to wait, 0 when it does not.
func waits(err error) time.Duration {
	var w ErrWait
	errors.As(err, &w)
	return w.For
}

// add makes a person with the password good.
func (w *world) add(login string, role Role) {
	w.t.Helper()
	token := must(w.Invite(ctx, "test", login, "Name of "+login, role))(w.t)
	must(w.Redeem(ctx, token, good))(w.t)
}

func (w *world) signIn(login string) string {
	w.t.Helper()
	token, _, err := w.SignIn(ctx, login, good, home, agent)
	ok(w.t, err)
	return token
}

// enrol gives a person one-time codes and returns the seed, the token after that and the
// recovery codes.
func (w *world) enrol(token string) (seed, newToken string, codes []string) {
	w.t.Helper()
	_, seed, err := w.BeginTOTP(ctx, token)
	ok(w.t, err)
	newToken, codes, err = w.FinishTOTP(ctx, token, w.code(seed))
	ok(w.t, err)
	return seed, newToken, codes
}

func (w *world) code(seed string) string {
	w.t.Helper()
	return must(totp.GenerateCode(seed, w.clock()))(w.t)
}

// forget clears all counters.
func (w *world) forget() {
	w.t.Helper()
	for _, key := range must(w.rdb.Keys(ctx, prefix+"wait:*").Result())(w.t) {
		ok(w.t, w.rdb.Del(ctx, key).Err())
	}
}

func (w *world) alive(token string) bool {
	w.t.Helper()
	_, _, err := w.Session(ctx, token)
	if err != nil && !errors.Is(err, ErrNotFound) {
		w.t.Fatal(err)
	}
	return err == nil
}

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

// atOnce runs a function n times at once.
func atOnce(n int, f func(int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func count(errs []error, want error) (n int) {
	for _, err := range errs {
		if errors.Is(err, want) {
			n++
		}
	}
	return n
}

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
		w.pass(inviteTTL)
		gone("a link of three days", two)
		three := must(w.Invite(ctx, "ana", "bo", "Bo", Editor))(t)
		w.pass(inviteTTL - time.Second)
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
	w.pass(onceTTL)
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
