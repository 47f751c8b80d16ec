package people

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
)

// failing makes commands fail on their way to the server.
type failing struct{ fail func(name string) bool }

var errBroken = &net.OpError{Op: "write", Err: errors.New("broken by the test")}

func (failing) DialHook(next redis.DialHook) redis.DialHook { return next }

func (f failing) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if f.fail(cmd.Name()) {
			cmd.SetErr(errBroken)
			return errBroken
		}
		return next(ctx, cmd)
	}
}

func (f failing) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if f.fail("pipeline") {
			return errBroken
		}
		return next(ctx, cmds)
	}
}

// call is one call of the store, from the state that prepare makes.
type call struct {
	name string
	do   func(w *world, p prepared) (token string, err error)
}

type prepared struct{ invitation, once, session, begun, seed, code string }

func prepare(w *world) prepared {
	w.add("ana", Admin)
	w.add("bo", Admin)
	var p prepared
	p.invitation = must(w.Invite(ctx, "", "cai", "Cai", Viewer))(w.t)
	must(w.Invite(ctx, "", "dora", "Dora", Viewer))(w.t)
	p.once = must(w.OneTime(ctx, "", "dora"))(w.t)
	p.seed, p.session, _ = w.enrol(w.signIn("ana"))
	p.begun = w.signIn("bo")
	_, seed, err := w.BeginTOTP(ctx, p.begun)
	ok(w.t, err)
	w.pass(2 * time.Minute)
	p.code = w.code(seed)
	return p
}

var calls = []call{
	{"SignIn", func(w *world, p prepared) (string, error) {
		token, _, err := w.SignIn(ctx, "ana", good, home, agent)
		return token, err
	}},
	{"SignInOnce", func(w *world, p prepared) (string, error) { return w.SignInOnce(ctx, p.once, home, agent) }},
	{"Verify", func(w *world, p prepared) (string, error) { return w.Verify(ctx, p.session, w.code(p.seed)) }},
	{"FinishTOTP", func(w *world, p prepared) (string, error) {
		token, codes, err := w.FinishTOTP(ctx, p.begun, p.code)
		if err != nil && codes != nil {
			return token, fmt.Errorf("codes with an error: %w", err)
		}
		return token, err
	}},
	{"BeginTOTP", func(w *world, p prepared) (string, error) { _, s, err := w.BeginTOTP(ctx, p.session); return s, err }},
	{"SetPassword", func(w *world, p prepared) (string, error) { return w.SetPassword(ctx, p.session, good, other) }},
	{"Invite", func(w *world, p prepared) (string, error) { return w.Invite(ctx, "", "eva", "Eva", Viewer) }},
	{"OneTime", func(w *world, p prepared) (string, error) { return w.OneTime(ctx, "", "bo") }},
	{"Reset", func(w *world, p prepared) (string, error) { return w.Reset(ctx, "", "bo") }},
	{"Redeem", func(w *world, p prepared) (string, error) {
		who, err := w.Redeem(ctx, p.invitation, good)
		return who.Login, err
	}},
	{"Session", func(w *world, p prepared) (string, error) {
		s, _, err := w.Session(ctx, p.session)
		return s.ID, err
	}},
	{"Peek", func(w *world, p prepared) (string, error) { who, err := w.Peek(ctx, p.once); return who.Login, err }},
	{"Person", func(w *world, p prepared) (string, error) { who, err := w.Person(ctx, "ana"); return who.Login, err }},
	{"People", func(w *world, p prepared) (string, error) {
		list, err := w.People(ctx)
		return fmt.Sprint(len(list)), err
	}},
	{"Sessions", func(w *world, p prepared) (string, error) {
		list, err := w.Sessions(ctx, "ana")
		return fmt.Sprint(len(list)), err
	}},
	{"Confirm", func(w *world, p prepared) (string, error) { return "", w.Confirm(ctx, p.session, good) }},
	{"SignOut", func(w *world, p prepared) (string, error) { return "", w.SignOut(ctx, p.session) }},
	{"SignOutAll", func(w *world, p prepared) (string, error) { return "", w.SignOutAll(ctx, "ana") }},
	{"SetRole", func(w *world, p prepared) (string, error) { return "", w.SetRole(ctx, "ana", Viewer) }},
	{"Disable", func(w *world, p prepared) (string, error) { return "", w.Disable(ctx, "ana", true) }},
	{"Rename", func(w *world, p prepared) (string, error) { return "", w.Rename(ctx, "ana", "Anna") }},
	{"SetLang", func(w *world, p prepared) (string, error) { return "", w.SetLang(ctx, "ana", "es") }},
	{"RemoveTOTP", func(w *world, p prepared) (string, error) { return "", w.RemoveTOTP(ctx, "ana") }},
}

// TestLostInTheMiddle: whichever command is the one that Redis does not answer any more, the
// call gives ErrUnavailable or has done its work; never a token beside an error.
func TestLostInTheMiddle(t *testing.T) {
	for _, s := range calls {
		t.Run(s.name, func(t *testing.T) {
			for n := 0; ; n++ {
				w := mini(t)
				p := prepare(w)
				left := n
				w.rdb.AddHook(failing{func(string) bool { left--; return left < 0 }})
				token, err := s.do(w, p)
				if left >= 0 {
					if ok(t, err); n < 1 {
						t.Error("it asks Redis nothing")
					}
					return
				}
				if err != nil && (!errors.Is(err, ErrUnavailable) || strings.Trim(token, "0") != "") {
					t.Fatalf("command %d lost: %q, %v", n, token, err)
				}
				if err != nil && strings.Contains(err.Error(), "broken by the test") {
					t.Errorf("the error quotes what it wraps: %v", err)
				}
				if n > 30 {
					t.Fatal("no end")
				}
			}
		})
	}
}

// TestServerKilled: the same with a real server that dies and returns.
func TestServerKilled(t *testing.T) {
	server := redistest.Start(t)
	rdb := server.Client()
	t.Cleanup(func() { rdb.Close() })
	ok(t, rdb.ConfigSet(ctx, "appendfsync", "always").Err()) // what it acknowledges it has when it returns
	w := newWorld(t, rdb)
	w.add("ana", Viewer)
	token := w.signIn("ana")
	server.Kill()
	_, _, err := w.SignIn(ctx, "ana", good, home, agent)
	wantErr(t, err, ErrUnavailable)
	_, _, err = w.Session(ctx, token)
	wantErr(t, err, ErrUnavailable)
	for range 2 * freeTries {
		w.SignIn(ctx, "ana", good, home, agent)
	}
	server.Up()
	for end := time.Now().Add(10 * time.Second); rdb.Ping(ctx).Err() != nil && time.Now().Before(end); { // the client dials again within a second
	}
	w.signIn("ana") // the outage counted as nobody's failures
}

// TestCanaries: no password, token, seed or code stands in a value, a key or an error in clear.
func TestCanaries(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		const wrong = "WRONG-canary-9174"
		var canaries []string
		hide := func(values ...string) { canaries = append(canaries, values...) }
		hide(good, other, wrong, "WRONG-canary")
		var said strings.Builder
		note := func(err error) { fmt.Fprintln(&said, err) }
		link := must(w.Invite(ctx, "", "ana", "Ana", Admin))(t)
		hide(link)
		look := func() {
			t.Helper()
			stored := dump(t, w.rdb) + said.String()
			for _, c := range canaries {
				if strings.Contains(stored, c) {
					t.Errorf("%q stands in clear", c)
				}
			}
		}
		look()
		_, err := w.Redeem(ctx, link, "short")
		note(err)
		must(w.Redeem(ctx, link, good))(t)
		token := w.signIn("ana")
		hide(token)
		_, err = w.SetPassword(ctx, token, wrong, other)
		note(err)
		uri, seed, err := w.BeginTOTP(ctx, token)
		ok(t, err)
		raw := must(plain32.DecodeString(seed))(t)
		hide(uri, seed, string(raw), fmt.Sprintf("%x", raw))
		_, _, err = w.FinishTOTP(ctx, token, wrong)
		note(err)
		look()
		token2, codes, err := w.FinishTOTP(ctx, token, w.code(seed))
		ok(t, err)
		hide(token2, w.CSRF(token2))
		for _, c := range codes {
			hide(c, strings.ReplaceAll(c, "-", ""))
		}
		look()
		w.pass(time.Minute)
		code := w.code(seed)
		token3 := must(w.Verify(ctx, token2, code))(t)
		hide(token3, `"`+code+`"`)
		_, err = w.Verify(ctx, token3, code)
		note(err)
		for _, login := range []string{"ana", wrong, "nobody"} {
			_, _, err = w.SignIn(ctx, login, wrong, "192.0.2.200", agent)
			note(err)
		}
		hide("192.0.2.200") // nobody signed in from there
		note(w.Confirm(ctx, token3, wrong))
		once := must(w.OneTime(ctx, "", "ana"))(t)
		hide(once)
		look()
		token4 := must(w.SignInOnce(ctx, once, home, agent))(t)
		token5 := must(w.SetPassword(ctx, token3, good, other))(t)
		hide(token4, token5, string(secret))
		look()
	})
}

// dump prints everything a Redis holds.
func dump(t testing.TB, rdb redis.UniversalClient) string {
	t.Helper()
	var b strings.Builder
	for _, key := range must(rdb.Keys(ctx, "*").Result())(t) {
		fmt.Fprintln(&b, key)
		if rdb.Type(ctx, key).Val() == "hash" {
			for field, v := range rdb.HGetAll(ctx, key).Val() {
				fmt.Fprintln(&b, field, v)
			}
			continue
		}
		fmt.Fprintln(&b, rdb.Get(ctx, key).Val())
	}
	return b.String()
}
