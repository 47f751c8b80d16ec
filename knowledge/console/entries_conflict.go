package console

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

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
