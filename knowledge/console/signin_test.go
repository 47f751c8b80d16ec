package console

import (
	"net/http"
	"testing"

	"zhilu/knowledge/people"
)

func TestSignIn(t *testing.T) {
	s := newConsole(t)
	s.join(t, "ana", "Ana López", people.Editor)
	c := s.visitor(t)
	c.follow(c.get("/account")).want(http.StatusOK, "Sign in")
	c.post("/sign-in", "login", "ana", "password", "wrong one").want(http.StatusForbidden, "The login or the password is wrong", `value="ana"`)
	p := c.post("/sign-in", "login", "ana", "password", password, "next", "/account")
	if p.want(http.StatusSeeOther).Header.Get("Location") != "/account" {
		t.Error(p.brief())
	}
	c.follow(p).want(http.StatusOK, "Ana López", "Editor", "Your sessions")
	c.get("/").want(http.StatusOK, "Today")
	c.follow(c.post("/sign-out")).want(http.StatusOK, "You are signed out.")
	c.get("/").want(http.StatusSeeOther)
}
