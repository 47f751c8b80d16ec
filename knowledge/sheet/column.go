package sheet

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"zhilu/knowledge"
)

// form says how the cell of a column is read.
type form int

const (
	text   form = iota // several lines
	line               // one line
	date               // 2006-01-02
	clock              // 15:04
	number             // a whole number above 0
)

// role says what a column is for.
type role int

const (
	value   role = iota // may be changed
	key                 // says which row it is: must be there, is locked
	derived             // is shown only; what stands there is not read
)

// column is one column of a kind of sheet.
type column struct {
	name  string // in code, in the key of its header, and understood as a header itself
	form  form
	role  role
	width float64
	among []string // the values that it takes; empty for any
}

// ref is the last column of every sheet but contacts.
const ref = "ref"

var langs = []string{"zh", "en", "es"}

var (
	factTypes  = []string{"phone", "url", "hours", "period", "statute", "rate", "place", "code"}
	confidence = []string{"high", "medium", "low"}
	openDays   = []string{"workdays", "daily"}
)

// columns are the columns of each kind, in the order in which they are written.
var columns = map[Kind][]column{
	Texts: {
		{"id", line, key, 22, nil}, {"kind", line, derived, 10, nil}, {"field", line, key, 8, nil},
		{"zh", text, value, 60, nil}, {"en", text, value, 60, nil}, {"es", text, value, 60, nil},
		{"stale_en", line, derived, 10, nil}, {"stale_es", line, derived, 10, nil}, {"bytes", line, derived, 14, nil},
	},
	Facts: {
		{"entry", line, key, 22, nil}, {"fact", line, key, 14, nil}, {"n", number, key, 6, nil},
		{"type", line, value, 9, factTypes}, {"value", line, value, 24, nil},
		{"zh", text, value, 30, nil}, {"en", text, value, 30, nil}, {"es", text, value, 30, nil},
		{"from", date, value, 12, nil}, {"until", date, value, 12, nil},
		{"open_days", line, value, 10, openDays}, {"open_from", clock, value, 8, nil}, {"open_to", clock, value, 8, nil},
		{"sources", line, value, 20, nil}, {"checked", date, value, 12, nil}, {"confidence", line, value, 10, confidence},
		{"review_days", number, value, 8, nil}, {"review_due", date, derived, 12, nil},
	},
	Phrases:  {{"entry", line, key, 22, nil}, {"lang", line, key, 6, langs}, {"phrase", line, value, 60, nil}},
	Examples: {{"entry", line, key, 22, nil}, {"lang", line, key, 6, langs}, {"example", line, value, 100, nil}},
	Contacts: {
		{"contact", line, value, 20, nil},
		{"name_zh", line, value, 30, nil}, {"name_en", line, value, 30, nil}, {"name_es", line, value, 30, nil},
		{"phone", line, value, 18, nil},
		{"hours_zh", line, value, 30, nil}, {"hours_en", line, value, 30, nil}, {"hours_es", line, value, 30, nil},
		{"web", line, value, 30, nil},
		{"note_zh", text, value, 50, nil}, {"note_en", text, value, 50, nil}, {"note_es", text, value, 50, nil},
		{"source_title", line, value, 30, nil}, {"source_link", line, value, 30, nil}, {"checked", date, value, 12, nil},
	},
}

// needed are the columns without which a sheet is not of its kind.
var needed = map[Kind][]string{
	Texts: {"id", "field"}, Facts: {"entry", "fact"}, Phrases: {"entry", "lang", "phrase"},
	Examples: {"entry", "lang", "example"}, Contacts: {"name_zh"},
}

// header is the label of a column.
func header(name string) Label { return Label("column." + name) }

// headers find a column of a kind by any of its headers, folded.
var headers = func() map[Kind]map[string]string {
	all := map[Kind]map[string]string{}
	for _, k := range Kinds {
		all[k] = map[string]string{}
		for _, c := range append(slices.Clone(columns[k]), column{name: ref}) {
			all[k][foldHeader(c.name)] = c.name
			for _, l := range knowledge.AnswerLangs {
				all[k][foldHeader(header(c.name).In(l))] = c.name
			}
		}
	}
	return all
}()

// foldHeader makes headers alike that a person would call the same.
func foldHeader(s string) string {
	s = strings.ToLower(width.Fold.String(norm.NFC.String(s)))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\r_\u00a0\ufeff", r) }), " ")
}

// columnOf finds a column of a kind by its name.
func columnOf(k Kind, name string) column {
	for _, c := range columns[k] {
		if c.name == name {
			return c
		}
	}
	return column{name: name}
}
