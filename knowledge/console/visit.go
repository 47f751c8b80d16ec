package console

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// visit is one request of a person. A handler of a route with a role finds who it is in who.
type visit struct {
	console *Console
	gin     *gin.Context
	route   route
	token   string // of the session; empty when signed out
	session people.Session
	who     people.Person
	lang    knowledge.Lang // of the console; one of knowledge.AnswerLangs
	status  int            // of the page; 0 is 200

	explained bool // the page itself says on top why nothing was done
}

// brief is a visit before anybody asked who it is.
func (c *Console) brief(g *gin.Context) *visit {
	v := &visit{console: c, gin: g}
	v.lang = v.guessLang()
	return v
}

func (v *visit) ctx() context.Context { return v.gin.Request.Context() }

// param is a part of the path, query one of the question mark's values.
func (v *visit) param(name string) string { return v.gin.Param(name) }
func (v *visit) query(name string) string { return v.gin.Query(name) }

// posted is a value of the form, without space around it; see raw.
func (v *visit) posted(name string) string { return strings.TrimSpace(v.raw(name)) }

// raw is a value of the form as it came: for passwords and long texts.
func (v *visit) raw(name string) string { return v.gin.Request.PostForm.Get(name) }

// field is what was typed into one field of a form, and what is wrong with it in the
// person's language. A form is a struct of fields; templates show one by "input".
type field struct{ Value, Problem string }

// field takes what was typed.
func (v *visit) field(name string) field { return field{Value: v.posted(name)} }

// sound reports whether no field has a problem.
func sound(fields ...field) bool {
	for _, f := range fields {
		if f.Problem != "" {
			return false
		}
	}
	return true
}

// say gives a text of the console in the language of the visit. Numbers and times among the
// arguments are written as that language writes them; every verb is %[n]s.
func (v *visit) say(key string, args ...any) string { return v.console.words.say(v.lang, key, args...) }

// show answers with a page. The handler's data is .Data in the template.
func (v *visit) show(page string, data any) error {
	var out bytes.Buffer
	if err := v.console.pages.write(&out, v.lang, page, v.view(page, data)); err != nil {
		return err
	}
	status := v.status
	if status == 0 {
		status = http.StatusOK
	}
	v.gin.Data(status, "text/html; charset=utf-8", out.Bytes())
	v.gin.Abort()
	return nil
}

// again shows the page of a form once more, with what was typed and the problems beside it.
func (v *visit) again(page string, data any) error {
	v.status = http.StatusUnprocessableEntity
	return v.show(page, data)
}

// redirect sends the person to a page of the console after a deed, which says the text on top.
func (v *visit) redirect(path, key string, args ...any) error {
	if key != "" {
		v.setFlash(key, args)
	}
	v.leadTo(path)
	return nil
}

// leadTo redirects without a body, so that no address is repeated in one.
func (v *visit) leadTo(path string) {
	v.gin.Header("Location", path)
	v.gin.Status(http.StatusSeeOther)
	v.gin.Writer.WriteHeaderNow()
	v.gin.Abort()
}

// refuse says that something cannot be done: why, and what to do. Return what it gives.
func (v *visit) refuse(status int, key string, args ...any) error {
	return &refusal{status: status, key: key, args: args}
}

// download answers with a file to keep, never to show. The name is plain ASCII of ours.
func (v *visit) download(name, contentType string, data []byte) error {
	v.gin.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	v.gin.Data(http.StatusOK, contentType, data)
	return nil
}

// guessLang takes the language of a visit before the person is known.
func (v *visit) guessLang() knowledge.Lang {
	if l, ok := consoleLang(v.cookie(langCookie)); ok {
		return l
	}
	for _, part := range strings.Split(v.gin.GetHeader("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		switch base {
		case "zh":
			return knowledge.ZhHans
		case "es":
			return knowledge.Es
		case "en":
			return knowledge.En
		}
	}
	return knowledge.ZhHans
}

// consoleLang reads a language of the console.
func consoleLang(s string) (knowledge.Lang, bool) {
	l := knowledge.Lang(s)
	return l, s != "" && l.Answer() == l
}

// setLanguage is the switch in the header: it keeps the page.
func (c *Console) setLanguage(v *visit) error {
	l, ok := consoleLang(v.posted("lang"))
	if !ok {
		return v.refuse(http.StatusBadRequest, "refused.unreadable")
	}
	v.setCookie(langCookie, string(l), 365*24*3600)
	if v.who.Login != "" {
		if err := c.people.SetLang(v.ctx(), v.who.Login, string(l)); err != nil && !errors.Is(err, people.ErrUnavailable) {
			return err
		}
	}
	return v.redirect(c.localPath(v.posted("back")), "")
}
