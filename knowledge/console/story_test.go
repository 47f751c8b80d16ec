package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"zhilu/knowledge/people"
)

// TestInvitation tells how somebody comes to work here: invited, a password, signed in, a
// second factor, out again.
func TestInvitation(t *testing.T) {
	s := newConsole(t)
	admin := s.signIn(t, people.Admin)
	admin.get("/people").want(http.StatusOK, "Invite somebody", "Administrator: also manages people")
	admin.post("/people", "login", "Ana López", "name", "", "role", "king").want(http.StatusUnprocessableEntity,
		"Nothing was saved yet", `value="Ana López"`, `aria-describedby="f-login-hint f-login-problem"`)
	link := admin.post("/people", "login", "ana", "name", "Ana López", "role", "reviewer").want(http.StatusOK, "Send this link to Ana López").
		find(`https://example.com(/invite/[\w-]{43})`)
	admin.get("/people").want(http.StatusOK, "invited, no password yet")

	ana := s.visitor(t)
	for range 3 { // whatever looks at links uses nothing up
		s.visitor(t).get(link).want(http.StatusOK, "This link is for Ana López, whose login is ana.", "At least 8 characters")
	}
	for typed, said := range map[[2]string]string{
		{"a7x", "a7x"}: "Too short", {"password1", "password1"}: "Many people use this one", {"80152973", "80152973"}: "Digits alone",
		{"seven purple kettles", "seven purple kettle"}: "The two passwords differ",
	} {
		ana.post(link, "password", typed[0], "password_repeat", typed[1]).want(http.StatusUnprocessableEntity, said).not(typed[0])
	}
	ana.follow(ana.post(link, "password", password, "password_repeat", password)).want(http.StatusOK, "Sign in with the login ana.")
	ana.get(link).want(http.StatusNotFound, "Ask an administrator for a new link")
	ana.post("/sign-in", "login", "ana", "password", password).want(http.StatusSeeOther)

	set := ana.post("/account/factor").want(http.StatusOK, "Scan this picture", "data:image/png;base64,")
	uri, err := url.Parse(set.find(`name="code_uri" value="([^"]*)"`))
	ok(t, err)
	ana.post("/account/factor/finish", "code", "000000", "code_uri", uri.String()).want(http.StatusForbidden, "The code is wrong", "data:image/png;base64,")
	done := ana.post("/account/factor/finish", "code", s.code(t, uri.Query().Get("secret")), "code_uri", uri.String()).want(http.StatusOK, "Keep your recovery codes")
	recovery := strings.Fields(done.find(`(?s)<pre[^>]*id="codes">(.*?)</pre>`))
	if len(recovery) != 10 {
		t.Fatalf("recovery codes: %v", recovery)
	}
	ana.get("/account").want(http.StatusOK, "Recovery codes left: 10.").not(recovery[0])
	ana.follow(ana.post("/sign-out")).want(http.StatusOK, "You are signed out.")

	again := s.visitor(t)
	again.post("/sign-in", "login", "ana", "password", password, "next", "/account").want(http.StatusOK, "Enter your code")
	again.follow(again.get("/people/ana")).want(http.StatusOK, "Enter your code", `value="/people/ana"`).not("Audit", "Menu")
	again.follow(again.post("/verify", "code", recovery[3], "next", "/account")).want(http.StatusOK, "Recovery codes left: 9.")
}

// TestAdministration tells what an administrator does to somebody else, and not to themselves.
func TestAdministration(t *testing.T) {
	s := newConsole(t)
	admin, ana := s.signIn(t, people.Admin), s.signInAs(t, "editor-ana", false)
	admin.get("/people/editor-ana").want(http.StatusOK, "is signed out at once", "What they wrote and the audit stay", "Test browser")
	admin.follow(admin.post("/people/editor-ana/role", "role", "publisher")).want(http.StatusOK, "The role of Editor-ana is changed.", "Publisher")
	admin.post("/people/editor-ana/role", "role", "king").want(http.StatusUnprocessableEntity, "choose a role")
	ana.get("/").want(http.StatusSeeOther) // a new role is a new session
	ana.post("/sign-in", "login", "editor-ana", "password", password).want(http.StatusSeeOther)
	admin.follow(admin.post("/people/editor-ana/sessions/end", "id", "all")).want(http.StatusOK, "Sessions of Editor-ana are over.", "No sessions now.")
	ana.get("/").want(http.StatusSeeOther)
	admin.follow(admin.post("/people/editor-ana/disable")).want(http.StatusOK, "is disabled", "Enable the account")
	ana.post("/sign-in", "login", "editor-ana", "password", password).want(http.StatusForbidden, "The login or the password is wrong")
	admin.post("/people/editor-ana/link").want(http.StatusConflict, "Enable it first")
	admin.follow(admin.post("/people/editor-ana/enable")).want(http.StatusOK, "is enabled")
	admin.post("/people/editor-ana/reset").want(http.StatusOK, "Send this link to Editor-ana")
	ana.post("/sign-in", "login", "editor-ana", "password", password).want(http.StatusForbidden)
	for _, deed := range []string{"role", "disable", "link", "reset", "factor", "sessions/end"} {
		admin.post("/people/admin/"+deed, "role", "viewer", "id", "all").want(http.StatusConflict, "This is your own account")
	}
	admin.post("/people/nobody/disable").want(http.StatusNotFound)
	admin.get("/people/admin").want(http.StatusOK, "This is your own account").not("Disable…")
}

// TestConfirm tells of a deed more than ten minutes after the sign-in: the form waits for the
// password and is done then, without being typed twice.
func TestConfirm(t *testing.T) {
	s := newConsole(t)
	admin := s.signIn(t, people.Admin)
	s.clock.add(11 * time.Minute)
	fields := []string{"login", "luis", "name", "Luis \"el\" Núñez", "role", "editor"}
	admin.post("/people", fields...).want(http.StatusForbidden, "Your password once more", `action="/people"`, `name="name" value="Luis "el" Núñez"`)
	admin.post("/people", append(fields, "password_again", "wrong")...).want(http.StatusForbidden, "The password is wrong", `value="luis"`)
	admin.post("/people", append(fields, "password_again", password)...).want(http.StatusOK, "Send this link to Luis")
	admin.post("/people/luis/link").want(http.StatusOK, "Send this link")
	s.clock.add(11 * time.Minute)
	admin.get("/confirm?next=/people/luis").want(http.StatusOK, "Your password once more")
	admin.follow(admin.post("/confirm", "password_again", password, "next", "/people/luis")).want(http.StatusOK, "Luis")
}

// TestKept tells of forms that come when the session is over, while Redis is away, or from a
// page of another session: what was typed comes back.
func TestKept(t *testing.T) {
	s := newConsole(t)
	editor := s.signInAs(t, "editor-1", false)
	s.clock.add(31 * time.Minute)
	p := editor.post("/account/name", "name", "A long & <careful> text", "password_old", "secret words").want(http.StatusUnauthorized, "Your session was over", "What you typed is kept").not("secret words")
	held := p.find(`name="held" value="([^"]*)"`)
	p = editor.post("/sign-in", "login", "editor-1", "password", password, "held", held).want(http.StatusOK, "You are signed in", "A long & <careful> text", `action="/account/name"`, "Passwords, codes and files are not kept")
	editor.follow(editor.post(p.find(`action="(/account/name)"`), "name", "A long & <careful> text")).want(http.StatusOK, "Your name is saved.", "A long & <careful> text")

	for _, other := range []string{"https://evil.example/?a=b", "/sign-out?a=b", "/nothing?a=b", "/language?lang=es", "//evil.example?a=b", "%%%"} {
		c := s.visitor(t)
		c.post("/sign-in", "login", "editor-1", "password", password, "held", other).want(http.StatusSeeOther)
	}
	form := url.Values{"csrf": {"of another session"}, "name": {"typed text"}}
	editor.send(formRequest("/account/name", form)).want(http.StatusForbidden, "opened before you signed in", "typed text", "Send again")

	s.redis.SetError("LOADING")
	editor.post("/account/name", "name", "typed text").want(http.StatusServiceUnavailable, "The store cannot be reached", "typed text", "Send again")
	s.visitor(t).post("/sign-in", "login", "editor-1", "password", password).want(http.StatusServiceUnavailable, `value="editor-1"`)
	s.visitor(t).get("/sign-in").want(http.StatusOK)
	s.redis.SetError("")
	editor.get("/account").want(http.StatusOK)
}

// TestWait tells of somebody who guesses passwords.
func TestWait(t *testing.T) {
	s := newConsole(t)
	c := s.visitor(t)
	for range 20 {
		if p := c.post("/sign-in", "login", "nobody", "password", "guess"); p.Status == http.StatusTooManyRequests {
			p.want(http.StatusTooManyRequests, "There were too many attempts", "please wait", `value="nobody"`)
			if p.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			return
		}
	}
	t.Error("nobody is made to wait")
}

// TestTooLarge sends more than a form may hold.
func TestTooLarge(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Viewer)
	c.post("/account/name", "name", strings.Repeat("x", bodyLimit)).want(http.StatusRequestEntityTooLarge, "At most 1 MB")
}

// TestTrial tells how the trial mode begins: a link on the terminal, a click, and neither
// password nor second factor after it.
func TestTrial(t *testing.T) {
	s := newConsole(t, func(c *Config) { c.Insecure = true })
	_, err := s.people.Invite(t.Context(), "test", "trial", "Trial", people.Admin)
	ok(t, err)
	link, err := s.people.OneTime(t.Context(), "test", "trial")
	ok(t, err)
	c := s.visitor(t)
	for range 3 {
		c.get("/enter/"+link).want(http.StatusOK, "This link works once")
	}
	c.follow(c.post("/enter/"+link)).want(http.StatusOK, "Today")
	s.visitor(t).post("/enter/"+link).want(http.StatusNotFound, "used before")
	s.clock.add(20 * time.Minute)
	c.post("/people", "login", "ana", "name", "Ana", "role", "viewer").want(http.StatusOK, "http://example.com/invite/")
	if p := c.get("/"); p.Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over plain http")
	}
}

// TestLanguage switches the language and keeps the page, signed out and for good.
func TestLanguage(t *testing.T) {
	s := newConsole(t)
	for header, want := range map[string]string{"zh-TW,zh;q=0.9": "zh-Hans", "es-MX,en;q=0.5": "es", "fr,en-GB;q=0.5": "en", "fr": "zh-Hans", "": "zh-Hans", "ZH": "zh-Hans"} {
		c := s.visitor(t)
		c.header.Set("Accept-Language", header)
		if got := c.get("/sign-in").find(`<html lang="([^"]*)"`); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	c := s.signInAs(t, "viewer-1", false)
	c.get("/account").want(http.StatusOK, "My account")
	c.follow(c.post("/language", "lang", "es", "back", "/account")).want(http.StatusOK, "Mi cuenta", `<html lang="es">`)
	elsewhere := s.visitor(t)
	elsewhere.follow(elsewhere.post("/sign-in", "login", "viewer-1", "password", password)).want(http.StatusOK, "Hoy")
	c.post("/language", "lang", "tlh").want(http.StatusBadRequest)
}

// TestPasswordChange ends the other sessions and gives this one a new token.
func TestPasswordChange(t *testing.T) {
	s := newConsole(t)
	c, other := s.signInAs(t, "viewer-1", false), s.visitor(t)
	other.post("/sign-in", "login", "viewer-1", "password", password).want(http.StatusSeeOther)
	const fresh = "eight yellow teapots hum"
	c.post("/account/password", "password_old", "wrong", "password", fresh, "password_repeat", fresh).want(http.StatusUnprocessableEntity, "The password is wrong").not(fresh)
	c.post("/account/password", "password_old", password, "password", fresh, "password_repeat", fresh+"x").want(http.StatusUnprocessableEntity, "The two passwords differ")
	c.post("/account/password", "password_old", password, "password", "viewer-1", "password_repeat", "viewer-1").want(http.StatusUnprocessableEntity, "Too much like your login")
	before := c.token()
	c.follow(c.post("/account/password", "password_old", password, "password", fresh, "password_repeat", fresh)).want(http.StatusOK, "Your password is changed.")
	if c.token() == before {
		t.Error("the old token is the new one")
	}
	other.get("/").want(http.StatusSeeOther)
	id := c.get("/account").find(`name="id" value="([^"]*)"`)
	c.follow(c.post("/account/sessions/end", "id", id)).want(http.StatusOK, "You are signed out.")
}
