package knowledge

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"zhilu/knowledge/fold"
)

// What somebody who edits an entry has to know of it, whether or not the base compiles.

// Kinds are the kinds of entries, those that borrowers meet first leading.
func Kinds() []Kind {
	return []Kind{Situation, Channel, Right, Evidence, Topic, Lender, Rule, Control, Message}
}

// Fields says which fields an entry of this kind must have and which it may have besides, by
// their name in the file; nil for a kind that does not exist. Those that say where an entry
// comes from are not among them: see Stated.
func (k Kind) Fields() (must, may []string) {
	f := fields[k]
	return slices.Clone(f.must), slices.Clone(f.may)
}

// Stated reports whether entries of this kind state something about the world, and so need
// sources, a day of checking and a confidence.
func (k Kind) Stated() bool { return k != Message && k != Control }

// Valid reports whether an entry may have this id.
func (id ID) Valid() bool { return id.valid() }

// Required reports whether the dialog speaks through the entry with this id: no base goes
// without it.
func Required(id ID) bool {
	_, ok := required[id]
	return ok
}

// TextLimit is how many bytes a text field may take with its facts filled in; 0 for a field
// that is no text.
func TextLimit(field string) int {
	for _, f := range new(Entry).texts(new(compiledTexts)) {
		if f.name == field {
			return f.max
		}
	}
	return 0
}

// Translation says how the texts of an entry in a language stand to its Chinese texts.
type Translation int

// The states of a translation.
const (
	Untranslated Translation = iota // there is no text in this language
	Unstamped                       // nobody said which Chinese texts it was made from
	Outdated                        // it was made from older ones
	Current                         // it was made from those that stand there
)

// Translation gives the state of the texts in l, which is En or Es.
func (e *Entry) Translation(l Lang) Translation {
	stamp := Text{En: e.MadeFrom.En, Es: e.MadeFrom.Es}.In(l)
	switch {
	case !e.translated(l):
		return Untranslated
	case stamp == "":
		return Unstamped
	case stamp != e.stamp():
		return Outdated
	}
	return Current
}

// Mentions lists the fields of an entry in which it names another one, by id or by reference.
func (e *Entry) Mentions(id ID) []string {
	var list []string
	for _, f := range []struct {
		name string
		ids  []ID
	}{{"rights", e.Rights}, {"evidence", e.Evidence}, {"channels", e.Channels}, {"drops", e.Drops}, {"parent", []ID{e.Parent}}, {"as", []ID{e.As}}} {
		if slices.Contains(f.ids, id) {
			list = append(list, f.name)
		}
	}
	for _, f := range e.texts(new(compiledTexts)) {
		all := f.text.Zh + f.text.En + f.text.Es
		if strings.Contains(all, "{"+string(id)+"}") || strings.Contains(all, "{"+string(id)+".") {
			list = append(list, f.name)
		}
	}
	return list
}

// Clash is a phrase or an example of an entry that another entry has too.
type Clash struct {
	Field string // "phrases" or "examples"
	Lang  Lang
	Text  string
	With  *Entry
}

// Clashes lists what keeps messages of e from being told apart from those of other entries of
// the draft: see the rules DuplicatePhrase and DuplicateExample, which name only one of the two.
func (d *Draft) Clashes(e *Entry) []Clash {
	phrases, words, examples := map[string]phrase{}, map[string]phrase{}, map[string]example{}
	for _, p := range e.Phrases.all() {
		folded := fold.Text(p.bare())
		phrases[folded], words[strip(folded)] = p, p
	}
	for _, x := range e.Examples.all() {
		examples[strip(fold.Text(x.text))] = x
	}
	delete(phrases, "") // an empty phrase is a problem of its own
	delete(words, "")
	delete(examples, "")
	var list []Clash
	add := func(field string, l Lang, text string, with *Entry) {
		if c := (Clash{field, l, text, with}); text != "" && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	for _, other := range d.Entries {
		if other == e {
			continue
		}
		for _, p := range other.Phrases.all() {
			folded := fold.Text(p.bare())
			add("phrases", phrases[folded].lang, phrases[folded].text, other)
			add("examples", examples[strip(folded)].lang, examples[strip(folded)].text, other)
		}
		for _, x := range other.Examples.all() {
			key := strip(fold.Text(x.text))
			add("phrases", words[key].lang, words[key].text, other)
			add("examples", examples[key].lang, examples[key].text, other)
		}
	}
	return list
}

// Haystack is what somebody may remember of an entry, for Needles to be found in, in the form in
// which the bot compares texts: first what it is called and found by (id, name, values of facts,
// phrases), then what it says.
func (e *Entry) Haystack() (called, says string) {
	first := []string{string(e.ID), e.Name.Zh, e.Name.En, e.Name.Es}
	for _, f := range e.Facts {
		for _, v := range f.versions() {
			first = append(first, v.Value, v.Values.Zh, v.Values.En, v.Values.Es)
		}
	}
	for _, p := range e.Phrases.all() {
		first = append(first, p.text)
	}
	var then []string
	for _, f := range e.texts(new(compiledTexts))[1:] {
		then = append(then, f.text.Zh, f.text.En, f.text.Es)
	}
	if e.Say != nil {
		then = append(then, e.Say.Zh, e.Say.En, e.Say.Es)
	}
	return folded(first), folded(then)
}

func folded(parts []string) string {
	for i, p := range parts {
		parts[i] = fold.Text(p)
	}
	return strings.Join(parts, "\n")
}

// Needles are the words of a search, each in the form of a Haystack.
func Needles(query string) []string {
	var list []string
	for _, w := range strings.Fields(query) {
		if w = fold.Text(w); w != "" {
			list = append(list, w)
		}
	}
	return list
}

// Filled is a text as a borrower reads it.
type Filled struct {
	Text    string   // with its facts and names; a parameter, and what nothing is known of, stays in braces
	Bytes   int      // as they count for TextLimit: without parameters
	Unknown []string // references, with their braces, that lead nowhere
}

// reference is what may be one in a text that is still being typed.
var reference = regexp.MustCompile(`\{[^{}\n]*\}`)

// Fill fills in a text of an entry at a time, as Words does with that of a release. It needs no
// base that compiles: find gives the other entries, or nil. The text need not be that of self.
func Fill(self *Entry, text string, l Lang, now time.Time, find func(ID) *Entry) Filled {
	f := filler{lang: l, now: now, find: func(id ID) *Entry {
		if id == self.ID {
			return self
		}
		return find(id)
	}}
	out := Filled{Text: f.text(self, text, nil, 0), Unknown: f.unknown}
	out.Bytes = len(out.Text) - f.params
	return out
}

// filler fills texts in.
type filler struct {
	lang    Lang
	now     time.Time
	find    func(ID) *Entry
	params  int // bytes of parameters that were left
	unknown []string
}

func (f *filler) text(self *Entry, text string, params []string, depth int) string {
	return reference.ReplaceAllStringFunc(strings.TrimRight(text, "\n"), func(ref string) string {
		p, err := parseRef(self.ID, ref[1:len(ref)-1])
		if err == nil && p.param != "" {
			if value := param(params, p.param); value != "" || depth > 0 {
				return value
			}
			f.params += len(ref)
			return ref
		}
		if err == nil && depth < deepest {
			if value, ok := f.value(p, depth); ok {
				return value
			}
		}
		f.unknown = append(f.unknown, ref)
		return ref
	})
}

// value is what a reference to a fact or a name stands for.
func (f *filler) value(p piece, depth int) (string, bool) {
	target := f.find(p.entry)
	if target == nil {
		return "", false
	}
	name := func(e *Entry) string { return f.text(e, e.Name.In(f.lang), nil, depth+1) }
	if p.fact == "" {
		return name(target), !target.Name.Empty()
	}
	fact, ok := target.Facts[p.fact]
	if !ok {
		return "", false
	}
	fact = fact.At(f.now)
	value := fact.Value
	if value == "" {
		value = fact.Values.In(f.lang)
	}
	citation, level := f.find(MsgCitation), f.find(levelMessage(target.Level))
	if fact.Type != Statute || citation == nil || level == nil {
		return value, true
	}
	return f.text(citation, citation.Text.In(f.lang), []string{"rule", name(target), "article", value, "level", name(level)}, depth+1), true
}
