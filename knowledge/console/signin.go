package console

import (
	"errors"
	"math"
	"net/http"
	"strconv"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// signInForm is the sign-in page. Held is a form that waits until somebody is signed in.
type signInForm struct {
	Login, Password     field
	Next, Held, Problem string
	Ended               bool // a session was over when a form came
}

func (c *Console) signInPage(v *visit) error {
	next := c.localPath(v.query("next"))
	if v.who.Login != "" {
		return v.redirect(next, "")
	}
	return v.show("sign-in", signInForm{Next: next})
}

func (c *Console) signIn(v *visit) error {
	form := signInForm{Login: v.field("login"), Next: c.localPath(v.posted("next")), Held: v.raw("held")}
	token, who, err := c.people.SignIn(v.ctx(), form.Login.Value, v.raw("password"), v.from(), v.gin.Request.UserAgent())
	if form.Problem = v.trouble(err, "sign-in.wrong"); form.Problem != "" {
		c.meter.Login(LoginRefused)
		v.refused(form.Login.Value, err)
		return v.show("sign-in", form)
	}
	if err != nil {
		return err
	}
	c.meter.Login(LoginDone)
	if err := v.started(token, who); err != nil {
		return err
	}
	if v.token != "" {
		_ = c.people.SignOut(v.ctx(), v.token) // nobody needs the session before this one; it ends by itself too
	}
	v.enterAs(token)
	v.who = who
	if who.HasTOTP && !v.verified() {
		return v.show("verify", verifyForm{Next: form.Next, Held: form.Held})
	}
	return v.goOn(form.Next, form.Held)
}

// trouble says why an attempt with a password, a code or a link did not work, and sets the
// status; "" when it worked or something else is the matter.
func (v *visit) trouble(err error, wrong string) string {
	var wait people.ErrWait
	switch {
	case errors.Is(err, people.ErrWrong):
		v.status = http.StatusForbidden
		return v.say(wrong)
	case errors.Is(err, people.ErrStale):
		v.status = http.StatusForbidden
		return v.say("verify.stale")
	case errors.As(err, &wait):
		v.status = http.StatusTooManyRequests
		v.gin.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.For.Seconds()))))
		return v.say("refused.429_text", wait.For)
	case errors.Is(err, people.ErrUnavailable):
		v.status = http.StatusServiceUnavailable
		v.console.log.Error("console store away", "route", pattern(v.gin), "error", class(err))
		return v.say("refused.503_text")
	}
	return ""
}

// goOn leads on after the sign-in: to the form that waited, or to the page somebody wanted.
func (v *visit) goOn(next, kept string) error {
	if h := v.console.unhold(kept); h != nil {
		return v.show("resume", h)
	}
	return v.redirect(v.console.localPath(next), "")
}

type verifyForm struct {
	Code                field
	Next, Held, Problem string
}

func (c *Console) verifyPage(v *visit) error {
	next := c.localPath(v.query("next"))
	if !v.who.HasTOTP || v.session.Verified {
		return v.redirect(next, "")
	}
	return v.show("verify", verifyForm{Next: next})
}

func (c *Console) verify(v *visit) error {
	form := verifyForm{Next: c.localPath(v.posted("next")), Held: v.raw("held")}
	token, err := c.people.Verify(v.ctx(), v.token, v.posted("code"))
	if form.Problem = v.trouble(err, "verify.wrong"); form.Problem != "" {
		v.refused(v.who.Login, err)
		return v.show("verify", form)
	}
	if err != nil {
		return err
	}
	v.enterAs(token)
	v.session.Verified = true
	return v.goOn(form.Next, form.Held)
}

// enterPage asks for a click: programs that look at links in messages must not use one up.
func (c *Console) enterPage(v *visit) error { return v.show("enter", nil) }

func (c *Console) enter(v *visit) error {
	token, err := c.people.SignInOnce(v.ctx(), v.param("token"), v.from(), v.gin.Request.UserAgent())
	if errors.Is(err, people.ErrNotFound) {
		return v.refuse(http.StatusNotFound, "enter.gone")
	}
	if err != nil {
		return err
	}
	_, who, err := c.people.Session(v.ctx(), token)
	if err != nil {
		return err
	}
	if err := v.started(token, who); err != nil {
		return err
	}
	v.enterAs(token)
	return v.redirect("/", "")
}

func (c *Console) signOut(v *visit) error {
	if err := c.people.SignOut(v.ctx(), v.token); err != nil && !errors.Is(err, people.ErrNotFound) {
		return err
	}
	v.note(v.actor(), versions.Audit{Action: "session.end", Object: v.who.Login})
	v.dropCookie(sessionCookie)
	return v.redirect("/sign-in", "sign-in.out")
}

// confirmForm asks for the password again; with Held, on the way of a form.
type confirmForm struct {
	Password field
	Next     string
	Held     *held
}

func (c *Console) confirmPage(v *visit) error {
	return v.show("confirm", confirmForm{Next: c.localPath(v.query("next"))})
}

func (c *Console) confirm(v *visit) error {
	form := confirmForm{Next: c.localPath(v.posted("next"))}
	err := c.people.Confirm(v.ctx(), v.token, v.raw("password_again"))
	if err != nil {
		v.refused(v.who.Login, err)
	}
	if form.Password.Problem = v.trouble(err, "confirm.wrong"); form.Password.Problem != "" {
		return v.show("confirm", form)
	}
	if err != nil {
		return err
	}
	return v.redirect(form.Next, "")
}
