package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"zhilu/knowledge/people"
)

// payloads are texts that would run or lead away where something is not escaped.
func payloads(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("testdata/xss.txt")
	ok(t, err)
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if len(lines) < 40 {
		t.Fatalf("%d payloads", len(lines))
	}
	return lines
}

// shape is a page without its texts: what a payload must not change.
func shape(t *testing.T, p page) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(p.Body))
	ok(t, err)
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		b.WriteString(n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestPayloads says hostile texts wherever a text can come in, and expects the same elements
// as for a harmless one.
func TestPayloads(t *testing.T) {
	s := newConsole(t)
	admin := s.signIn(t, people.Admin)
	s.join(t, "ana", "Ana", people.Editor)
	tries := 0
	places := map[string]func(text string) page{
		"login": func(x string) page {
			c := s.visitor(t)
			c.addr = fmt.Sprintf("198.51.100.%d:1", tries) // or one address would have to wait
			tries++
			return c.post("/sign-in", "login", x, "password", "p")
		},
		"next":    func(x string) page { return s.visitor(t).get("/sign-in?next=" + url.QueryEscape(x)) },
		"confirm": func(x string) page { return admin.get("/confirm?next=" + url.QueryEscape("/people/"+x)) },
		"name": func(x string) page {
			ok(t, s.people.Rename(t.Context(), "ana", x))
			return admin.get("/people")
		},
		"title": func(x string) page {
			ok(t, s.people.Rename(t.Context(), "ana", x))
			return admin.get("/people/ana")
		},
		"flash": func(x string) page {
			ok(t, s.people.Rename(t.Context(), "ana", x))
			return admin.follow(admin.post("/people/ana/role", "role", "editor"))
		},
		"form": func(x string) page { return admin.post("/people", "login", x, "name", x, "role", x) },
		"held": func(x string) page {
			return s.visitor(t).post("/people", "login", x, x, x, "name", "b")
		},
		"not found": func(x string) page { return admin.get("/" + url.PathEscape(x)) },
		"no person": func(x string) page {
			return admin.get("/people/" + url.PathEscape(strings.ReplaceAll(x, "/", "")) + "?" + url.QueryEscape(x))
		},
		"agent": func(x string) page {
			c := s.visitor(t)
			c.header.Set("User-Agent", x)
			link, err := s.people.OneTime(t.Context(), "test", "ana")
			ok(t, err)
			c.post("/enter/" + link).want(http.StatusSeeOther)
			p := c.get("/account")
			ok(t, s.people.SignOutAll(t.Context(), "ana"))
			return p
		},
		"language": func(x string) page {
			c := s.visitor(t)
			c.header.Set("Accept-Language", x+",en")
			return c.get("/sign-in")
		},
		"back": func(x string) page { return s.visitor(t).post("/language", "lang", x, "back", x) },
		"link": func(x string) page {
			return s.visitor(t).get("/invite/" + url.PathEscape(strings.ReplaceAll(x, "/", "")))
		},
		"no method": func(x string) page { return admin.get("/sign-out?" + url.QueryEscape(x)) },
	}
	for name, place := range places {
		want := shape(t, place("Harm, less"))
		for _, x := range payloads(t) {
			p := place(x)
			if got := shape(t, p); got != want {
				t.Errorf("%s: %q changed the page: %s", name, x, p.brief())
			}
		}
	}
}

// TestNext says that no link leads off the console after the sign-in.
func TestNext(t *testing.T) {
	s := newConsole(t)
	s.join(t, "ana", "Ana", people.Editor)
	for next, want := range map[string]string{
		"/account": "/account", "/people/x": "/people/x", "/account?a=b": "/account?a=b",
		"//evil.example": "/", "///evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/", "https://evil.example/account": "/",
		"https:evil.example": "/", "javascript:alert(1)": "/", "/%2f/evil.example": "/", "/account\r\nSet-Cookie: a=b": "/", "account": "/",
		"/nothing": "/", "/sign-out": "/", "": "/", "/@evil.example": "/", "/account#x": "/", "http://": "/", "/\t/evil.example": "/", "/account/..//evil.example": "/",
	} {
		p := s.visitor(t).post("/sign-in", "login", "ana", "password", password, "next", next)
		if got := p.want(http.StatusSeeOther).Header.Get("Location"); got != want {
			t.Errorf("next %q leads to %q, want %q", next, got, want)
		}
		p = s.visitor(t).post("/language", "lang", "es", "back", next)
		if got := p.want(http.StatusSeeOther).Header.Get("Location"); got != want {
			t.Errorf("back %q leads to %q, want %q", next, got, want)
		}
	}
}

// TestFixation says that a session somebody put into a browser before the sign-in is not the
// one after it, and that each step up has a new one.
func TestFixation(t *testing.T) {
	s := newConsole(t)
	victim, attacker := "ana", s.signInAs(t, "viewer-evil", false)
	s.join(t, victim, "Ana", people.Editor)
	for _, planted := range []string{strings.Repeat("A", 43), "x", attacker.token()} {
		c := s.visitor(t)
		c.cookies[c.name(sessionCookie)] = planted
		c.get("/sign-in") // drops a cookie that is no session
		p := c.post("/sign-in", "login", victim, "password", password)
		p.want(http.StatusSeeOther)
		if c.token() == planted || c.token() == "" {
			t.Errorf("planted %q stays", planted)
		}
		if _, who, err := s.people.Session(t.Context(), planted); err == nil {
			t.Errorf("the planted session is %s's", who.Login)
		}
	}
	cookie := ""
	c := s.visitor(t)
	w := httptest.NewRecorder()
	r := formRequest("/sign-in", url.Values{"login": {victim}, "password": {password}, "csrf": {c.csrf()}})
	r.AddCookie(&http.Cookie{Name: c.name(visitCookie), Value: c.cookies[c.name(visitCookie)]})
	s.ServeHTTP(w, r)
	for _, line := range w.Result().Header["Set-Cookie"] {
		if strings.HasPrefix(line, "__Host-zhilu=") {
			cookie = line
		}
	}
	for _, want := range []string{"Path=/", "HttpOnly", "Secure", "SameSite=Strict"} {
		if !strings.Contains(cookie, want) || strings.Contains(cookie, "Domain") {
			t.Errorf("the session cookie lacks %s: %s", want, cookie)
		}
	}
}

// TestFlashIsOurs says that nobody else can put a text on a page.
func TestFlashIsOurs(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Viewer)
	c.post("/account/name", "name", "New").want(http.StatusSeeOther)
	real := c.cookies[c.name(flashCookie)]
	for name, value := range map[string]string{"made up": "eyJLZXkiOiJhY2NvdW50LnRpdGxlIn0.AAAA", "changed": "x" + real, "no seal": strings.Split(real, ".")[0],
		"a form's token as seal": "x." + c.csrf()} {
		c.cookies[c.name(flashCookie)] = value
		if strings.Contains(c.get("/account").Body, `role="status"`) {
			t.Errorf("%s: shown", name)
		}
	}
	c.cookies[c.name(flashCookie)] = real
	c.get("/account").want(http.StatusOK, "Your name is saved.")
	c.get("/account").not("Your name is saved.")
	c.cookies[c.name(flashCookie)] = real
	s.clock.add(2 * time.Minute)
	c.get("/account").not("Your name is saved.")
}

// TestLogKeepsQuiet says what must not stand in the log, whatever happens.
func TestLogKeepsQuiet(t *testing.T) {
	s := newConsole(t)
	s.routes = append(s.routes, route{post, "/panic/:id", people.Viewer, func(v *visit) error { panic("canary-value " + v.posted("text")) }, 0},
		route{post, "/fault/:id", people.Viewer, func(v *visit) error {
			_, err := url.Parse("http://[canary-url")
			return err
		}, 0})
	s.router()
	c := s.signIn(t, people.Viewer)
	c.header.Set("User-Agent", "canary-agent")
	secrets := []string{"canary", c.token(), c.csrf(), password, "192.0.2.1", "viewer"}
	c.post("/panic/canary-path?q=canary-query", "text", "canary-text").want(http.StatusInternalServerError, "A fault of ours").not("canary-value")
	c.post("/fault/canary-path", "text", "canary-text").want(http.StatusInternalServerError, "What you typed is still here", "canary-text")
	c.get("/invite/canary-token").want(http.StatusNotFound, "used before")
	c.get("/canary-nowhere").want(http.StatusNotFound)
	c.post("/sign-in", "login", "canary-login", "password", "canary-password")
	s.redis.SetError("canary-redis")
	c.post("/account/name", "name", "canary-name").want(http.StatusServiceUnavailable)
	for _, secret := range secrets {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("%q is in the log:\n%s", secret, s.log)
		}
	}
	for _, want := range []string{"route=/panic/:id", "status=500", "console panic", "TestLogKeepsQuiet", "method=POST", "ms="} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, s.log)
		}
	}
}
