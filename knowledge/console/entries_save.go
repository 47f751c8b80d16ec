package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// mostFile is the largest file that the store of versions takes.
const mostFile = 256 << 10

// saveEntry saves what was typed, with faults of its content: the draft may have them. What
// nobody should ever store is refused beside its field.
func (c *Console) saveEntry(v *visit) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	at, err := v.place(s)
	if err != nil {
		return err
	}
	if at.entry == nil {
		return v.refuse(http.StatusConflict, "entries.cannot_edit")
	}
	ed := editing{form: v.typed(entryFormOf(at.entry)), ticked: map[string]bool{"match.en": v.ticked("match.en"), "match.es": v.ticked("match.es")},
		why: v.reason(), typed: true}
	rev, err := strconv.Atoi(v.posted("rev"))
	if err != nil {
		return v.refuse(http.StatusBadRequest, "refused.unreadable")
	}
	if rev != at.rev || v.posted("seen") != seen(s.files[at.path]) {
		return v.conflict(s, at, ed)
	}
	now, wrong := ed.form.apply(at.entry)
	forbidden := v.who.Role == people.Translator && v.forbid(at.entry, ed.form, wrong)
	if ed.wrong = wrong; len(wrong) > 0 || ed.why.Problem != "" {
		if ed.status = http.StatusUnprocessableEntity; forbidden {
			ed.status = http.StatusForbidden
		}
		return v.showEntry(s, at, ed)
	}
	return v.putEntry(s, at, ed, now)
}

// putEntry stores an entry in the place of what stands there.
func (v *visit) putEntry(s *snapshot, at place, ed editing, now *knowledge.Entry) error {
	for _, l := range []knowledge.Lang{knowledge.En, knowledge.Es} {
		if ed.ticked["match."+keyOf(l)] {
			now.Restamp(l)
		}
	}
	if len(knowledge.Diff(&knowledge.Draft{Entries: []*knowledge.Entry{at.entry}}, &knowledge.Draft{Entries: []*knowledge.Entry{now}})) == 0 {
		ed.typed, ed.said = false, v.say("entries.nothing")
		return v.showEntry(s, at, ed)
	}
	data, err := knowledge.Rewrite(s.files[at.path], now)
	if err != nil { // a comment between the fields has no place in a form
		data, err = knowledge.Encode(now)
	}
	if err != nil || len(data) > mostFile {
		ed.status, ed.refused = http.StatusUnprocessableEntity, v.say("entries.too_large", mostFile>>10)
		return v.showEntry(s, at, ed)
	}
	err = v.console.store.Save(v.ctx(), v.actor(), []versions.File{{Path: at.path, Rev: at.rev, Data: data}}, ed.why.Value)
	var stale *versions.ErrStale
	if errors.As(err, &stale) { // between the look and the save
		if s, err = v.look(); err != nil {
			return err
		}
		newer, err := v.place(s)
		if err != nil {
			return err
		}
		return v.conflict(s, newer, ed)
	}
	if err != nil {
		return err
	}
	return v.saved("/entries/"+string(at.id), at)
}

// saved says what was saved, and what keeps it from being published.
func (v *visit) saved(to string, at place) error {
	s, err := v.look()
	if err != nil { // it was saved all the same
		return v.redirect(to, "entries.saved", at.rev+1)
	}
	own := 0
	if e := s.entries[at.id]; e != nil {
		problems, shared := s.ownProblems(e)
		own = len(problems.Errors()) + len(shared)
	}
	switch all := len(s.problems.Errors()); {
	case own > 0:
		return v.redirect(to, "entries.saved_errors", at.rev+1, own)
	case all > 0:
		return v.redirect(to, "entries.saved_others", at.rev+1, all)
	}
	return v.redirect(to, "entries.saved", at.rev+1)
}

// ticked reports whether a box was ticked.
func (v *visit) ticked(name string) bool { return v.posted(name) == "yes" }

// reason takes why somebody does something; it may be empty.
func (v *visit) reason() field {
	f := v.field("why")
	if utf8.RuneCountInString(f.Value) > 500 || strings.ContainsFunc(f.Value, hidden) {
		f.Problem = v.say("entries.bad_reason")
	}
	return f
}

// forbid adds to wrong what a translator changed and may not change, and notes the attempt.
func (v *visit) forbid(old *knowledge.Entry, f entryForm, wrong map[string]string) bool {
	before, found := entryFormOf(old), false
	for _, s := range slots {
		if !mayTranslate(s.path) && tidy(f[s.path]) != tidy(before[s.path]) {
			wrong[s.path], found = "entries.not_yours", true
		}
	}
	if found {
		v.recordRefusal("field")
	}
	return found
}

// change does something to an entry on the revision that the form was made from.
func (v *visit) changeEntry(do func(rev int, why string) error) error {
	rev, err := strconv.Atoi(v.posted("rev"))
	if err != nil {
		return v.refuse(http.StatusBadRequest, "refused.unreadable")
	}
	why := v.reason()
	if why.Problem != "" {
		return v.refuse(http.StatusUnprocessableEntity, "entries.bad_reason")
	}
	err = do(rev, why.Value)
	var stale *versions.ErrStale
	if errors.As(err, &stale) {
		return v.refuse(http.StatusConflict, "entries.moved", stale.Now.Who, stale.Now.Rev)
	}
	return err
}

// found is the place of the visit in the draft.
func (v *visit) found() (*snapshot, place, error) {
	s, err := v.look()
	if err != nil {
		return nil, place{}, err
	}
	at, err := v.place(s)
	return s, at, err
}

// deleteEntry takes an entry out of the draft. What it breaks stands in the draft as errors.
func (c *Console) deleteEntry(v *visit) error {
	_, at, err := v.found()
	if err != nil {
		return err
	}
	err = v.changeEntry(func(rev int, why string) error {
		return c.store.Save(v.ctx(), v.actor(), []versions.File{{Path: at.path, Rev: rev}}, why)
	})
	if err != nil {
		return err
	}
	return v.redirect("/entries", "entries.deleted", string(at.id))
}

// discardEntry takes back what the draft changes of an entry.
func (c *Console) discardEntry(v *visit) error {
	s, at, err := v.found()
	if err != nil {
		return err
	}
	err = v.changeEntry(func(rev int, why string) error { return c.store.Discard(v.ctx(), v.actor(), at.path, rev, why) })
	if err != nil {
		return err
	}
	if s.base[at.path] == nil {
		return v.redirect("/entries", "entries.discarded", string(at.id))
	}
	return v.redirect("/entries/"+string(at.id), "entries.discarded", string(at.id))
}
