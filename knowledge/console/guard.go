package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"zhilu/knowledge/people"
)

// Limits of one request.
const (
	bodyLimit   = 1 << 20
	uploadLimit = 8 << 20
	deadline    = 20 * time.Second // no page waits longer for the stores
)

// guard stands before a route: the handler runs only when everything the table asks for holds.
func (c *Console) guard(r route) gin.HandlerFunc {
	return func(g *gin.Context) {
		ctx, cancel := context.WithTimeout(g.Request.Context(), deadline)
		defer cancel()
		g.Request = g.Request.WithContext(ctx)
		v := c.brief(g)
		v.route = r
		if err := c.admit(v, r); err != nil {
			v.answer(err)
			return
		}
		if err := r.handle(v); err != nil {
			v.answer(err)
		}
	}
}

// admit checks a visit against a route in the order: size, who, where the form comes from,
// role, second factor, password again.
func (c *Console) admit(v *visit, r route) error {
	if err := v.readForm(r.needs&upload != 0); err != nil {
		return err
	}
	if r.needs&plain != 0 {
		return nil
	}
	// Who is signed out may have forms too, and pages that need nobody work without Redis.
	if err := c.identify(v); err != nil && r.least != anyone {
		return err
	}
	if r.least != anyone && v.who.Login == "" {
		return v.signInFirst()
	}
	if !safe(r.method) && !v.tokenFits() {
		return &refusal{status: http.StatusForbidden, key: "refused.form", held: v.hold()}
	}
	if r.least == anyone || r.least == signedIn {
		return nil
	}
	if v.who.HasTOTP && !v.verified() {
		return v.verifyFirst()
	}
	if !r.admits(v.who) {
		v.recordRefusal("role")
		return v.refuseRole(r.least)
	}
	if r.needs&second != 0 && !v.verified() {
		return v.factorFirst()
	}
	if r.needs&fresh != 0 {
		return v.confirmFirst()
	}
	return nil
}

// identify finds whose session the visit belongs to. Signed out is not an error.
func (c *Console) identify(v *visit) error {
	token := v.cookie(sessionCookie)
	if token == "" {
		return nil
	}
	session, who, err := c.people.Session(v.ctx(), token)
	if errors.Is(err, people.ErrNotFound) {
		v.dropCookie(sessionCookie)
		return nil
	}
	v.token = token // also when the store is away: the token of a form is checked without it
	if err != nil {
		return err
	}
	v.session, v.who = session, who
	if l, ok := consoleLang(who.Lang); ok {
		v.lang = l
	}
	return nil
}

// readForm reads a posted form within its limit.
func (v *visit) readForm(large bool) error {
	r := v.gin.Request
	if safe(r.Method) {
		return nil
	}
	limit := int64(bodyLimit)
	if large {
		limit = uploadLimit
	}
	r.Body = http.MaxBytesReader(v.gin.Writer, r.Body, limit)
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(limit)
	} else {
		err = r.ParseForm()
	}
	var large_ *http.MaxBytesError
	if errors.As(err, &large_) {
		return &refusal{status: http.StatusRequestEntityTooLarge, args: []any{limit >> 20}}
	}
	if err != nil {
		return v.refuse(http.StatusBadRequest, "refused.unreadable")
	}
	return nil
}

// tokenFits reports whether a form carries the token of this session or, signed out, of this
// visit (a sign-in form made elsewhere would sign people in as somebody else).
func (v *visit) tokenFits() bool {
	given := v.posted("csrf")
	if given == "" {
		given = v.gin.GetHeader("X-CSRF-Token")
	}
	of := v.token
	if of == "" {
		of = v.visitToken()
	}
	return of != "" && given != "" && v.console.people.ValidCSRF(of, given)
}

// verified reports whether the session has its second factor. In trial mode nobody has one.
func (v *visit) verified() bool { return v.session.Verified || v.console.insecure }

// signInFirst leads a signed-out visit to the sign-in. A link in a message or on another site
// comes without the cookie, since that is SameSite=Strict, also where it is only redirected:
// a page of ours in between makes the browser send it.
func (v *visit) signInFirst() error {
	if from := v.gin.GetHeader("Sec-Fetch-Site"); safe(v.gin.Request.Method) && (from == "cross-site" || from == "same-site") {
		return v.instead(http.StatusOK, "arrive", "/sign-in?next="+url.QueryEscape(v.gin.Request.URL.RequestURI()))
	}
	if safe(v.gin.Request.Method) {
		return v.goTo("/sign-in", v.gin.Request.URL)
	}
	return v.instead(http.StatusUnauthorized, "sign-in", signInForm{Held: v.hold().encode(), Ended: true})
}

func (v *visit) verifyFirst() error {
	if safe(v.gin.Request.Method) {
		return v.goTo("/verify", v.gin.Request.URL)
	}
	return v.instead(http.StatusForbidden, "verify", verifyForm{Held: v.hold().encode()})
}

func (v *visit) factorFirst() error {
	return v.instead(http.StatusForbidden, "factor-first", nil)
}

// confirmFirst lets a visit on whose password was given within ten minutes. Others see the
// page that asks for it; it posts the same form again, with the password in it.
func (v *visit) confirmFirst() error {
	if v.console.insecure || v.session.Confirmed {
		return nil
	}
	if safe(v.gin.Request.Method) {
		return v.goTo("/confirm", v.gin.Request.URL)
	}
	form := confirmForm{Held: v.hold()}
	v.status = http.StatusForbidden
	if given := v.raw("password_again"); given != "" {
		err := v.console.people.Confirm(v.ctx(), v.token, given)
		if err != nil {
			v.refused(v.who.Login, err)
		}
		form.Password.Problem = v.trouble(err, "confirm.wrong")
		if form.Password.Problem == "" {
			v.status = 0
			return err
		}
	}
	return v.instead(v.status, "confirm", form)
}

// instead shows another page than the one that was asked for, and lets nothing else happen.
func (v *visit) instead(status int, page string, data any) error {
	v.status = status
	if err := v.show(page, data); err != nil {
		return err
	}
	return errDone
}

// goTo sends a visit to a page that sends it on to next afterwards.
func (v *visit) goTo(page string, next *url.URL) error {
	to := page
	if next.Path != "/" {
		to += "?next=" + url.QueryEscape(next.RequestURI())
	}
	v.leadTo(to)
	return errDone
}

// localPath gives next when it is a page of the console, else "/": whoever makes a link
// decides what stands in it, not where it leads.
func (c *Console) localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || len(next) > 1000 || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || u.Fragment != "" ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	if r := c.find(get, u.Path); r == nil || r.needs&plain != 0 {
		return "/"
	}
	return u.RequestURI()
}

// from is the address a request came from: that of the client behind the proxies that are
// trusted, and else of whoever connected.
func (v *visit) from() string { return v.gin.ClientIP() }
