package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zhilu/knowledge/people"
)

// TestTable says that nothing answers that is not in the table, and nothing in it is doubled.
func TestTable(t *testing.T) {
	s := newConsole(t)
	var have, want []string
	for _, r := range s.engine.Routes() {
		have = append(have, r.Method+" "+r.Path)
	}
	for _, r := range s.routes {
		want = append(want, r.method+" "+r.path)
		if r.least != anyone && r.least != signedIn && !slices.Contains(people.Roles, r.least) {
			t.Errorf("%s %s: no role %q", r.method, r.path, r.least)
		}
		if r.method != get && r.method != post {
			t.Errorf("%s %s: forms know GET and POST only", r.method, r.path)
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("gin answers\n%v\nthe table has\n%v", have, want)
	}
}

// stubbed is a console whose handlers only say that they were reached: the walks below are
// about what stands before them.
func stubbed(t *testing.T) *site {
	s := newConsole(t)
	for i := range s.routes {
		s.routes[i].handle = func(v *visit) error {
			v.gin.String(http.StatusTeapot, "reached")
			return nil
		}
	}
	s.router()
	return s
}

const reached = http.StatusTeapot

// filled is the path of a route with something in each parameter.
func (r route) filled() string {
	parts := strings.Split(r.path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, ":") {
			parts[i] = "x"
		}
	}
	return strings.Join(parts, "/")
}

// ask sends what a page of the console would.
func (c *client) ask(r route) page {
	c.t.Helper()
	if r.method == get {
		return c.get(r.filled())
	}
	return c.post(r.filled())
}

// TestRoutes walks every route with every role and signed out: deny by default.
func TestRoutes(t *testing.T) {
	s := stubbed(t)
	for _, role := range people.Roles {
		c := s.signIn(t, role)
		for _, r := range s.routes {
			want := reached
			if r.least != anyone && r.least != signedIn && !role.Includes(r.least) {
				want = http.StatusForbidden
			}
			if got := c.ask(r).Status; got != want {
				t.Errorf("%s on %s %s: %d, want %d", role, r.method, r.path, got, want)
			}
		}
	}
	for _, r := range s.routes {
		c := s.visitor(t)
		p := c.ask(r)
		switch {
		case r.least == anyone:
			p.want(reached)
		case r.method == get && r.path == "/":
			p.want(http.StatusSeeOther)
		case r.method == get:
			p.want(http.StatusSeeOther)
			if want := "/sign-in?next=" + url.QueryEscape(r.filled()); p.Header.Get("Location") != want {
				t.Errorf("signed out on %s: to %s, want %s", r.path, p.Header.Get("Location"), want)
			}
		default:
			p.want(http.StatusUnauthorized, "session was over")
		}
	}
}

// TestSecondFactor walks every route with an administrator whose session lacks it.
func TestSecondFactor(t *testing.T) {
	s := stubbed(t)
	s.signInAs(t, "admin-has", true)
	token, _, err := s.people.SignIn(t.Context(), "admin-has", password, "192.0.2.1", "Test browser")
	ok(t, err)
	unverified := s.visitor(t)
	unverified.cookies[unverified.name(sessionCookie)] = token
	without := s.signInAs(t, "admin-none", false)
	for _, r := range s.routes {
		open := r.least == anyone || r.least == signedIn
		want := reached
		if !open && r.needs&second != 0 {
			want = http.StatusForbidden
		}
		if got := without.ask(r); got.Status != want {
			t.Errorf("without a factor on %s %s: %d, want %d", r.method, r.path, got.Status, want)
		}
		got := unverified.ask(r)
		switch {
		case open:
			got.want(reached)
		case r.method == get:
			got.want(http.StatusSeeOther)
			if !strings.HasPrefix(got.Header.Get("Location"), "/verify") {
				t.Errorf("factor not given on %s: to %s", r.path, got.Header.Get("Location"))
			}
		default:
			got.want(http.StatusForbidden, "Enter your code")
		}
	}
}

// TestFresh walks every route ten minutes after the password was given.
func TestFresh(t *testing.T) {
	s := stubbed(t)
	c := s.signIn(t, people.Admin)
	s.clock.add(11 * time.Minute)
	n := 0
	for _, r := range s.routes {
		p := c.ask(r)
		switch {
		case r.needs&fresh == 0:
			p.want(reached)
		case r.method == get:
			p.want(http.StatusSeeOther)
		default:
			n++
			p.want(http.StatusForbidden, "Your password once more")
			if !strings.Contains(p.Body, `action="`+r.filled()+`"`) {
				t.Errorf("%s: the form does not lead back", r.path)
			}
		}
	}
	if n == 0 {
		t.Error("no route asks for the password again")
	}
}

// TestForms walks every unsafe route with forms that did not come from a page of this session.
func TestForms(t *testing.T) {
	s := stubbed(t)
	admin, other := s.signIn(t, people.Admin), s.signIn(t, people.Viewer)
	signedOut := s.visitor(t)
	signedOut.csrf()
	cases := map[string]struct {
		token  func(c *client) string
		change func(*http.Request)
	}{
		"no token":        {func(*client) string { return "" }, nil},
		"a wrong token":   {func(*client) string { return "AAAA" }, nil},
		"another session": {func(*client) string { return other.csrf() }, nil},
		"another site":    {(*client).csrf, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
		"another host":    {(*client).csrf, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }},
		"another origin": {(*client).csrf, func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "https://elsewhere.example")
		}},
		"an opaque origin": {(*client).csrf, func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "null")
		}},
		"no headers at all": {(*client).csrf, func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") }},
	}
	for name, tc := range cases {
		for _, c := range []*client{admin, signedOut} {
			for _, r := range s.routes {
				if safe(r.method) || c == signedOut && r.least != anyone {
					continue
				}
				request := formRequest(r.filled(), url.Values{"csrf": {tc.token(c)}})
				if tc.change != nil {
					tc.change(request)
				}
				if p := c.send(request); p.Status != http.StatusForbidden {
					t.Errorf("%s on %s, signed in %v: %d", name, r.path, c == admin, p.Status)
				}
			}
		}
	}
	request := formRequest("/language", nil)
	request.Header.Set("X-CSRF-Token", admin.csrf())
	admin.send(request).want(reached)
}

// TestHeaders looks at the headers of every route and of paths that do not exist.
func TestHeaders(t *testing.T) {
	s := stubbed(t)
	c := s.signIn(t, people.Admin)
	pages := []page{c.get("/no-such-page"), c.send(httptest.NewRequest("PUT", "/", nil)), s.visitor(t).get("/people")}
	for _, r := range s.routes {
		pages = append(pages, c.ask(r))
	}
	for _, p := range pages {
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
				"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if p.Header.Get("Permissions-Policy") == "" {
			t.Error("no Permissions-Policy")
		}
	}
}

// TestNotFound says that an unknown path is not found for everybody, and that only pages that
// exist lead to the sign-in.
func TestNotFound(t *testing.T) {
	s := newConsole(t)
	in := s.signIn(t, people.Viewer)
	for _, c := range []*client{s.visitor(t), in} {
		for _, path := range []string{"/nothing", "/people/a/b", "/static/", "/static/x/base.css", "/.env", "/sign-in/", "//", "/static/..%2f..%2fetc/passwd"} {
			c.get(path).want(http.StatusNotFound, "No such page")
		}
		c.get("/sign-out").want(http.StatusMethodNotAllowed, "belongs to a form")
		r := httptest.NewRequest("DELETE", "/account", nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		c.send(r).want(http.StatusMethodNotAllowed)
	}
	in.get("/people").want(http.StatusForbidden, "needs the role “Administrator”", "Your role is “Viewer”")
}
