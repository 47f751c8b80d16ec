package console

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Cookies of the console. Over https each has the prefix __Host-, which no other host and no
// plain connection can set.
const (
	sessionCookie = "zhilu"
	visitCookie   = "zhilu-visit" // a random value that ties the forms of the signed-out to their browser
	flashCookie   = "zhilu-flash"
	langCookie    = "zhilu-lang"
)

func (v *visit) cookieName(name string) string {
	if v.console.insecure {
		return name
	}
	return "__Host-" + name
}

func (v *visit) cookie(name string) string {
	c, err := v.gin.Request.Cookie(v.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie sets a cookie for so many seconds; 0 is until the browser closes.
func (v *visit) setCookie(name, value string, seconds int) {
	http.SetCookie(v.gin.Writer, &http.Cookie{Name: v.cookieName(name), Value: value, Path: "/", MaxAge: seconds,
		Secure: !v.console.insecure, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

func (v *visit) dropCookie(name string) { v.setCookie(name, "", -1) }

// enterAs gives the browser a session and forgets the token of the visit before it.
func (v *visit) enterAs(token string) {
	v.token = token
	v.setCookie(sessionCookie, token, 0)
	v.dropCookie(visitCookie)
}

// visitToken is the random value of a signed-out visit, "" when it has none.
func (v *visit) visitToken() string {
	t := v.cookie(visitCookie)
	if raw, err := base64.RawURLEncoding.DecodeString(t); err != nil || len(raw) != 32 {
		return ""
	}
	return t
}

// csrf is what the forms of this visit must carry.
func (v *visit) csrf() string {
	if v.token != "" {
		return v.console.people.CSRF(v.token)
	}
	t := v.visitToken()
	if t == "" {
		raw := make([]byte, 32)
		_, _ = rand.Read(raw) // never fails
		t = base64.RawURLEncoding.EncodeToString(raw)
		v.gin.Request.AddCookie(&http.Cookie{Name: v.cookieName(visitCookie), Value: t})
		v.setCookie(visitCookie, t, 0)
	}
	return v.console.people.CSRF(t)
}

// flash is a text for the next page. It travels in the browser, signed, for a minute.
type flash struct {
	Key  string
	Args []string
	At   int64
}

const flashLife = time.Minute

// flashSeal keeps a sealed flash from being the token of a visit: that has no colon.
const flashSeal = "flash:"

func (v *visit) setFlash(key string, args []any) {
	f := flash{Key: key, At: v.console.now().Unix()}
	for _, a := range args {
		f.Args = append(f.Args, cutRunes(v.console.words.text(v.lang, a), 100))
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return
	}
	body := base64.RawURLEncoding.EncodeToString(raw)
	v.setCookie(flashCookie, body+"."+v.console.people.CSRF(flashSeal+body), int(flashLife.Seconds()))
}

// takeFlash gives the text that the last deed left, once.
func (v *visit) takeFlash() string {
	value := v.cookie(flashCookie)
	if value == "" {
		return ""
	}
	v.dropCookie(flashCookie)
	body, seal, _ := strings.Cut(value, ".")
	if !v.console.people.ValidCSRF(flashSeal+body, seal) {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	var f flash
	if err != nil || json.Unmarshal(raw, &f) != nil || v.console.now().Sub(time.Unix(f.At, 0)) > flashLife {
		return ""
	}
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return v.say(f.Key, args...)
}

func cutRunes(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
