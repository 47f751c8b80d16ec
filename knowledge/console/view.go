package console

import (
	"strings"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// view is what a template gets.
type view struct {
	Page  string // the name of the template
	Lang  knowledge.Lang
	Who   people.Person // whose Login is empty when signed out
	Data  any           // of the handler
	Path  string        // where the language switch leads back to
	Flash string        // what the last deed left to say
	Again bool          // a form came back with problems
	visit *visit
}

type menuEntry struct {
	Path, Key string
	Here      bool
}

func (v *visit) view(page string, data any) *view {
	return &view{Page: page, Lang: v.lang, Who: v.who, Data: data, Path: v.here(), Flash: v.takeFlash(),
		Again: v.status == 422 && !v.explained, visit: v}
}

// here is the page the person is on, or the one that a form of it belongs to.
func (v *visit) here() string {
	if u := v.gin.Request.URL; safe(v.gin.Request.Method) {
		return v.console.localPath(u.RequestURI())
	}
	return v.console.localPath(v.gin.Request.URL.Path)
}

// CSRF is what every form must send as csrf; the part "csrf" does.
func (w *view) CSRF() string { return w.visit.csrf() }

// Now is the time of the visit.
func (w *view) Now() time.Time { return w.visit.console.now() }

// Can reports whether the person has a role, so that a template shows no button that would
// be refused. It is a courtesy: the table decides.
func (w *view) Can(role string) bool {
	return w.Who.Login != "" && w.Who.Role.Includes(people.Role(role))
}

// Inside reports whether the person may go anywhere: signed in, the second factor given.
func (w *view) Inside() bool {
	return w.Who.Login != "" && (!w.Who.HasTOTP || w.visit.verified())
}

// Menu is the navigation of this person.
func (w *view) Menu() []menuEntry {
	var entries []menuEntry
	for _, m := range menu {
		r := w.visit.console.find(get, m.Path)
		if r == nil || !r.admits(w.Who) {
			continue
		}
		here := w.visit.gin.Request.URL.Path
		entries = append(entries, menuEntry{m.Path, m.Key, here == m.Path || m.Path != "/" && strings.HasPrefix(here, m.Path+"/")})
	}
	return entries
}

// language is one button of the language switch; each is named in itself.
type language struct {
	Code knowledge.Lang
	Name string
}

// Languages are the languages of the console.
func (w *view) Languages() []language {
	return []language{{knowledge.ZhHans, "中文"}, {knowledge.Es, "Español"}, {knowledge.En, "English"}}
}

// OwnSession reports whether a session of a list is the one this page is shown in.
func (w *view) OwnSession(id string) bool { return id == w.visit.session.ID }
