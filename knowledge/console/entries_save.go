package console

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
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

// conflict is two versions of an entry: what somebody else saved, and what was typed.
type conflict struct {
	Change versions.Change // theirs
	Gone   bool
	Rows   []clashRow
	Taken  []string // fields that only the other one changed: the form has theirs
}

// clashRow is a field that both changed: the form has what was typed.
type clashRow struct {
	Title, Anchor, Theirs, Mine string
	Pieces                      []piece
}

// seen names the content that a form was made from: a release that was taken back changes a file
// without a new revision.
func seen(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// conflict shows both versions. The form keeps what was typed; a field that only the other
// person changed since has theirs, so that saving takes nothing back that nobody looked at.
func (v *visit) conflict(s *snapshot, at place, ed editing) error {
	history, err := v.console.store.History(v.ctx(), at.path)
	if err != nil {
		return err
	}
	k := &conflict{Change: versions.Change{Path: at.path, Rev: at.rev}}
	var base entryForm // what the form was made from; nil when it is not kept any more
	for _, c := range history {
		if seen(c.Data) == seen(s.files[at.path]) && k.Change.Who == "" {
			k.Change = c
		}
		if e, err := knowledge.Decode(c.Data); err == nil && base == nil && seen(c.Data) == v.posted("seen") {
			base = entryFormOf(e)
		}
	}
	if at.entry == nil {
		return v.refuse(http.StatusConflict, "entries.gone_meanwhile", k.Change.Who)
	}
	theirs := entryFormOf(at.entry)
	mine := maps.Clone(theirs)
	for _, slot := range slots {
		typed := ed.form[slot.path]
		switch {
		case v.who.Role == people.Translator && !mayTranslate(slot.path):
			continue
		case tidy(typed) == tidy(theirs[slot.path]):
			continue
		case base != nil && tidy(typed) == tidy(base[slot.path]):
			k.Taken = append(k.Taken, v.fieldTitle(slot.path))
			continue
		case base != nil && tidy(theirs[slot.path]) == tidy(base[slot.path]): // only mine
			mine[slot.path] = typed
			continue
		}
		mine[slot.path] = typed
		k.Rows = append(k.Rows, clashRow{v.fieldTitle(slot.path), anchor(slot.path), theirs[slot.path], typed, pieces(theirs[slot.path], typed)})
	}
	_, ed.wrong = mine.apply(at.entry)
	ed.form, ed.conflict, ed.status, ed.ticked = mine, k, http.StatusConflict, nil // who ticked looked at another text
	return v.showEntry(s, at, ed)
}

// newEntryPage asks which entry to make.
type newEntryForm struct {
	Kind, ID, Name field
	Kinds          []option
}

func (c *Console) newEntryPage(v *visit) error {
	f := newEntryForm{Kind: field{Value: cutRunes(v.query("kind"), 20)}, ID: field{Value: cutRunes(v.query("id"), 40)}}
	return v.showNew(f)
}

func (v *visit) showNew(f newEntryForm) error {
	for _, k := range knowledge.Kinds() {
		f.Kinds = append(f.Kinds, option{string(k), v.say("entries.choice", k.Title(v.lang), k.Hint(v.lang))})
	}
	if !sound(f.Kind, f.ID, f.Name) {
		return v.again("entries-new", f)
	}
	return v.show("entries-new", f)
}

func (c *Console) newEntry(v *visit) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	f := newEntryForm{Kind: v.field("kind"), ID: v.field("id"), Name: v.field("name")}
	e := &knowledge.Entry{ID: knowledge.ID(f.ID.Value), Kind: knowledge.Kind(f.Kind.Value), Name: knowledge.Text{Zh: f.Name.Value}}
	if must, may := e.Kind.Fields(); must == nil && may == nil {
		f.Kind.Problem = v.say("entries.bad_kind")
	}
	switch {
	case !e.ID.Valid() || e.ID == "new": // /entries/new is the page that makes one
		f.ID.Problem = v.say("entries.bad_id")
	case s.entries[e.ID] != nil:
		f.ID.Problem = v.say("entries.id_taken", v.called(s, s.entries[e.ID]))
	case s.files[fileOf(s, e.ID)] != nil:
		f.ID.Problem = v.say("entries.id_taken", fileOf(s, e.ID))
	}
	if key := refused(f.Name.Value, slot{most: mostLine}); key != "" {
		f.Name.Problem = v.wrong(key, slot{most: mostLine})
	}
	if !sound(f.Kind, f.ID, f.Name) {
		return v.showNew(f)
	}
	data, err := knowledge.Encode(e)
	if err != nil {
		return fmt.Errorf("new entry: %w", err)
	}
	path := knowledge.PathOf(e)
	err = c.store.Save(v.ctx(), v.actor(), []versions.File{{Path: path, Rev: s.revs[path], Data: data}}, "")
	var stale *versions.ErrStale
	if errors.As(err, &stale) {
		f.ID.Problem = v.say("entries.id_taken", path)
		return v.showNew(f)
	}
	if err != nil {
		return err
	}
	return v.redirect("/entries/"+string(e.ID), "entries.created")
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

// preview is a text as a borrower would read it, while it is typed.
type preview struct {
	Text    string   `json:"text"`
	Bytes   int      `json:"bytes"`
	Unknown []string `json:"unknown"`
	Count   string   `json:"count"` // what is said of the length
	Long    bool     `json:"long"`
	Warn    string   `json:"warn"`
}

// previewEntry fills in a text of an entry that is being typed. It is JSON, which the page puts
// in as text.
func (c *Console) previewEntry(v *visit) error {
	s, at, err := v.found()
	if err != nil {
		return err
	}
	name, key, _ := strings.Cut(v.posted("field"), ".")
	text := strings.ReplaceAll(v.raw("text"), "\r\n", "\n")
	if at.entry == nil || knowledge.TextLimit(name) == 0 || keyOf(langOf(key)) != key || len(text) > mostText || !utf8.ValidString(text) {
		return v.refuse(http.StatusUnprocessableEntity, "refused.unreadable")
	}
	most := knowledge.TextLimit(name)
	if name == "name" && at.entry.Kind == knowledge.Rule {
		most = 0
	}
	filled := knowledge.Fill(at.entry, tidy(text), langOf(key), c.now(), s.find)
	p := preview{Text: filled.Text, Bytes: filled.Bytes, Unknown: filled.Unknown, Long: most > 0 && filled.Bytes > most}
	if p.Count = v.say("entries.bytes", filled.Bytes, most); most == 0 {
		p.Count = v.say("entries.bytes_only", filled.Bytes)
	}
	if len(filled.Unknown) > 0 {
		p.Warn = v.say("entries.unknown", strings.Join(filled.Unknown, " "))
	}
	v.gin.JSON(http.StatusOK, p)
	return nil
}
