package knowledge

import (
	"maps"
	"slices"
	"strings"
)

// mark stands in a wording where the text has a reference.
const mark = "\uFFFC"

// wording is one text of an entry as the gates on style read it: in the answer languages,
// with a mark for each reference.
type wording struct {
	field string // as in the file: "text", "say", "facts.hours.values"
	in    [len(AnswerLangs)]string
}

// at is the place of a language in the file.
func (w wording) at(l Lang) string { return "$." + w.field + "." + langKey(l) }

// roomy reports whether the wording has the room to say things in full: a label and the
// one line of a list shorten, and a fact is a value.
func (w wording) roomy() bool {
	return w.field == "text" || w.field == "other" || w.field == "call" || w.field == "near" || w.field == "say"
}

// prose reports whether the wording is sentences, not a label or a value.
func (w wording) prose() bool { return !strings.HasPrefix(w.field, "facts.") && w.field != "name" }

// wordings are the texts of an entry, those of its facts last.
func (c *compiler) wordings(e *Entry) []wording {
	var all []wording
	for _, f := range e.texts(&c.now.texts) {
		w := wording{field: f.name}
		for i := range AnswerLangs {
			w.in[i] = f.into[i].marked()
		}
		all = append(all, w)
	}
	if e.Say != nil {
		all = append(all, wording{"say", [...]string{e.Say.Zh, e.Say.En, e.Say.Es}})
	}
	for _, name := range slices.Sorted(maps.Keys(e.Facts)) {
		field := "facts." + name
		for i, f := range e.Facts[name].versions() {
			at := field
			if i > 0 {
				at = laterAt(field, i-1)
			}
			all = append(all, wording{at + ".values", [...]string{f.Values.Zh, f.Values.En, f.Values.Es}})
		}
	}
	return all
}

// marked is the text with a mark for each reference.
func (t template) marked() string {
	var b strings.Builder
	for _, p := range t {
		if p.ref != "" {
			b.WriteString(mark)
		}
		b.WriteString(p.lit)
	}
	return b.String()
}

func (c *compiler) checkWording(e *Entry) {
	for _, w := range c.wordings(e) {
		if w.roomy() {
			c.checkGlossary(e, w)
		}
		for i, l := range AnswerLangs {
			if claim := promised(w.in[i], l); claim != "" {
				c.report(e, w.at(l), l, Promise, "%q promises an outcome: say what can be done, not how it ends", claim)
			}
			if w.prose() {
				for _, why := range hardToRead(w.in[i], l) {
					c.tell(e, w.at(l), l, HardToRead, why)
				}
			}
		}
	}
}
