package sheet

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"zhilu/knowledge"
)

// textFields are the texts of an entry, in the order of its file.
var textFields = []string{"name", "short", "text", "other", "call", "near", "say"}

// textOf is a text of an entry by its field; empty when the entry has none.
func textOf(e *knowledge.Entry, field string) knowledge.Text {
	switch t := textField(e, field); {
	case t != nil:
		return *t
	case field == "say" && e.Say != nil:
		return knowledge.Text{Zh: e.Say.Zh, En: e.Say.En, Es: e.Say.Es}
	}
	return knowledge.Text{}
}

func textField(e *knowledge.Entry, field string) *knowledge.Text {
	switch field {
	case "name":
		return &e.Name
	case "short":
		return &e.Short
	case "text":
		return &e.Text
	case "other":
		return &e.Other
	case "call":
		return &e.Call
	case "near":
		return &e.Near
	}
	return nil
}

func setText(e *knowledge.Entry, field string, t knowledge.Text) {
	if into := textField(e, field); into != nil {
		*into = t
		return
	}
	if e.Say == nil {
		e.Say = new(knowledge.Say)
	}
	e.Say.Zh, e.Say.En, e.Say.Es = t.Zh, t.En, t.Es
}

// slot is the text of one language, to be changed.
func slot(t *knowledge.Text, lang string) *string {
	switch lang {
	case "en":
		return &t.En
	case "es":
		return &t.Es
	}
	return &t.Zh
}

// textEdits are what an import did to the texts of an entry.
type textEdits struct {
	stale map[string]bool // by language, before the import
	rows  map[string]textEdit
}

// textEdit is what an import did to one text.
type textEdit struct {
	row     int
	seen    bool            // the Chinese in the sheet is the one that the entry now has
	changed map[string]bool // by language
	cleared map[string]bool // languages whose mark of being stale a person took away
}

// textRow takes over one row of texts: all of it or, with a problem, nothing.
func (m *importer) textRow(r inRow) {
	keys, ok := m.keys(r, "id", "field")
	if !ok || !m.once(r, keys) {
		return
	}
	it, field := m.entry(r, "id", keys[0]), keys[1]
	if it == nil {
		return
	}
	if !slices.Contains(textFields, field) {
		m.fail(r.n, "field", refuse("cell.among", field, strings.Join(textFields, ", ")))
		return
	}
	if it.texts.rows == nil {
		it.texts = textEdits{map[string]bool{"en": it.Stale(knowledge.En), "es": it.Stale(knowledge.Es)}, map[string]textEdit{}}
	}
	old := textOf(it.Entry, field)
	next, edit := old, textEdit{row: r.n, changed: map[string]bool{}, cleared: map[string]bool{}}
	for _, l := range langs {
		v, changed, good := m.want(r, l, *slot(&old, l))
		if ok = ok && good; changed {
			*slot(&next, l), edit.changed[l] = shape(v, *slot(&old, l), old.Zh), true
		}
	}
	if !ok || len(edit.changed) > 0 && !m.placeholders(r, next, edit.changed) {
		return
	}
	edit.seen = m.cell(r, "zh").text == clean(next.Zh)
	for _, l := range langs[1:] {
		_, shown := m.at["stale_"+l]
		edit.cleared[l] = shown && r.ref != nil && m.cell(r, "stale_"+l).empty()
	}
	it.texts.rows[field] = edit
	for i, l := range langs {
		if edit.changed[l] {
			it.change(r.n, field, knowledge.AnswerLangs[i], *slot(&old, l), *slot(&next, l))
		}
	}
	if len(edit.changed) == 0 {
		return
	}
	setText(it.Entry, field, next)
	if field == "say" && edit.changed["zh"] {
		m.note(r.n, "note.pinyin", string(it.ID))
	}
}

// shape gives a text the end of line that the file has: a sheet shows it without.
func shape(s, old, zh string) string {
	if old == "" {
		old = zh
	}
	if strings.HasSuffix(old, "\n") || old == "" && strings.Contains(s, "\n") {
		return s + "\n"
	}
	return s
}

var reference = regexp.MustCompile(`\{[^{}]*\}`)

// references is the set of what a text refers to; broken when a brace has no partner.
func references(s string) (refs map[string]bool, broken bool) {
	refs = map[string]bool{}
	for _, r := range reference.FindAllString(s, -1) {
		refs[r] = true
	}
	return refs, strings.ContainsAny(reference.ReplaceAllString(s, ""), "{}")
}

// placeholders asks that every language refers to the same facts as the Chinese.
func (m *importer) placeholders(r inRow, t knowledge.Text, changed map[string]bool) bool {
	zh, broken := references(t.Zh)
	if broken && changed["zh"] {
		m.fail(r.n, "zh", refuse("text.brace"))
		return false
	}
	good := true
	for _, l := range langs[1:] {
		s := *slot(&t, l)
		if s == "" || !changed["zh"] && !changed[l] {
			continue
		}
		column := l
		if !changed[l] {
			column = "zh"
		}
		refs, broken := references(s)
		switch missing, extra := without(zh, refs), without(refs, zh); {
		case broken:
			m.fail(r.n, column, refuse("text.brace"))
		case missing != "" && extra != "":
			m.fail(r.n, column, refuse("text.references", Label("lang."+l), missing, extra))
		case missing != "":
			m.fail(r.n, column, refuse("text.missing", Label("lang."+l), missing))
		case extra != "":
			m.fail(r.n, column, refuse("text.extra", Label("lang."+l), extra))
		default:
			continue
		}
		good = false
	}
	return good
}

// without lists what is in a and not in b.
func without(a, b map[string]bool) string {
	var list []string
	for _, r := range slices.Sorted(maps.Keys(a)) {
		if !b[r] {
			list = append(list, r)
		}
	}
	return strings.Join(list, " ")
}

// stamp says of each translation whether it still is one of the Chinese. It is stamped anew
// when, of every text of the entry, either the translation was changed beside the Chinese
// that now stands, or the mark of being stale was taken away, or nothing made it stale.
func (m *importer) stamp(it *item) {
	for i, l := range langs[1:] {
		lang := knowledge.AnswerLangs[i+1]
		if it.texts.rows == nil || !it.Stale(lang) {
			continue
		}
		if row := it.texts.covers(it.Entry, l); row > 0 {
			old := *slot(&knowledge.Text{En: it.MadeFrom.En, Es: it.MadeFrom.Es}, l)
			it.Restamp(lang)
			it.change(row, "made_from", lang, old, *slot(&knowledge.Text{En: it.MadeFrom.En, Es: it.MadeFrom.Es}, l))
			m.note(row, "note.stamped", string(it.ID), Label("lang."+l))
			continue
		}
		for _, f := range textFields {
			if edit := it.texts.rows[f]; edit.changed["zh"] && !it.texts.stale[l] {
				m.note(edit.row, "note.stale", string(it.ID), Label("lang."+l))
				break
			}
		}
	}
}

// covers gives the last row of the entry when its texts in l are all accounted for; else 0.
func (t textEdits) covers(e *knowledge.Entry, l string) (row int) {
	for _, f := range textFields {
		now := textOf(e, f)
		edit, there := t.rows[f]
		row = max(row, edit.row)
		switch {
		case now.Zh == "" || *slot(&now, l) == "": // nothing to compare; a missing text is the lint's
		case !t.stale[l] && !edit.changed["zh"]:
		case there && edit.seen && (edit.changed[l] || t.stale[l] && edit.cleared[l]):
		default:
			return 0
		}
	}
	return row
}
