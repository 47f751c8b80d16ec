package console

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge"
)

// entryForm is an entry as a form holds it: what stands in each field, by its path, "text.zh".
type entryForm map[string]string

// textFields are the fields of an entry that are texts in three languages, in the order of the form.
var textFields = []string{"name", "short", "text", "other", "call", "near"}

// langKeys are the languages as files and forms name them.
var langKeys = []string{"zh", "en", "es"}

func langOf(key string) knowledge.Lang {
	switch key {
	case "en":
		return knowledge.En
	case "es":
		return knowledge.Es
	}
	return knowledge.ZhHans
}

// keyOf is the end of a path that a language has.
func keyOf(l knowledge.Lang) string {
	return langKeys[slices.Index(knowledge.AnswerLangs[:], l.Answer())]
}

// value is what the form holds of a field of an entry.
func (s slot) value(e *knowledge.Entry) string {
	if s.text != nil {
		return strings.TrimSuffix(*s.text(e), "\n")
	}
	return s.get(e)
}

// put writes a value into an entry, and gives the key of what is wrong with it. A text that
// says what stands there already is left byte for byte as it is.
func (s slot) put(e *knowledge.Entry, value string) string {
	if s.text == nil {
		return s.set(e, value)
	}
	at := s.text(e)
	if tidy(value) != tidy(*at) {
		if *at = tidy(value); strings.Contains(*at, "\n") {
			*at += "\n" // as files have texts of several lines
		}
	}
	return ""
}

// tidy is a text without space at the ends of its lines and without empty lines around it.
func tidy(s string) string {
	var all []string
	for l := range strings.SplitSeq(s, "\n") {
		all = append(all, strings.TrimRight(l, " \t\u3000"))
	}
	return strings.Trim(strings.Join(all, "\n"), "\n ")
}

// open gives a copy of an entry that may be written to.
func open(e *knowledge.Entry) *knowledge.Entry {
	c := *e
	c.Say = &knowledge.Say{}
	if e.Say != nil {
		*c.Say = *e.Say
	}
	return &c
}

// closed is an entry that was open, as a file has it.
func closed(e *knowledge.Entry) *knowledge.Entry {
	if *e.Say == (knowledge.Say{}) {
		e.Say = nil
	}
	return e
}

// entryFormOf is the form of an entry.
func entryFormOf(e *knowledge.Entry) entryForm {
	f, e := entryForm{}, open(e)
	for _, s := range slots {
		f[s.path] = s.value(e)
	}
	return f
}

// typed is the form with what was sent of it; what was not sent stays. A tick box sends a
// hidden value before its own, so the last one counts.
func (v *visit) typed(f entryForm) entryForm {
	now := entryForm{}
	for path, value := range f {
		now[path] = value
		if sent := v.gin.Request.PostForm[path]; len(sent) > 0 {
			now[path] = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(sent[len(sent)-1])
		}
	}
	return now
}

// apply gives the entry with the values of a form, and by path the keys of what cannot be taken.
func (f entryForm) apply(to *knowledge.Entry) (e *knowledge.Entry, wrong map[string]string) {
	e, wrong = open(to), map[string]string{}
	before := entryFormOf(to)
	for _, s := range slots {
		value := f[s.path]
		if value == before[s.path] {
			continue // also what could not be typed today
		}
		if s.text == nil {
			value = strings.TrimSpace(value)
		}
		key := refused(value, s)
		if key == "" {
			key = s.put(e, value)
		}
		if key != "" {
			wrong[s.path] = key
		}
	}
	return closed(e), wrong
}

// refused gives the key of why a value is not taken at all, "" for one that is.
func refused(value string, s slot) string {
	switch {
	case !utf8.ValidString(value), strings.ContainsFunc(value, hidden):
		return "entries.hidden"
	case len(value) > s.most:
		return "entries.huge"
	case !s.many && strings.Contains(tidy(value), "\n"):
		return "entries.one_line"
	}
	return ""
}

// hidden reports characters that nobody sees and that can make a text read otherwise than it is
// stored: controls, directions of writing, separators of other alphabets, the byte order mark.
// Joiners stay: emoji are made with them.
func hidden(r rune) bool {
	switch {
	case r == '\n':
		return false
	case unicode.IsControl(r), r == '\ufeff', r == '\u2028', r == '\u2029', r == '\u061c', r == '\u200e', r == '\u200f', r == '\ufffd':
		return true
	}
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r >= 0xe0000 && r <= 0xe007f
}

// mayTranslate reports whether a translator may change a field: texts in English and Spanish.
func mayTranslate(path string) bool {
	name, key, _ := strings.Cut(path, ".")
	return (key == "en" || key == "es") && (name == "say" || slices.Contains(textFields, name))
}
