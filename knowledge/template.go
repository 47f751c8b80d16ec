package knowledge

import (
	"strings"
	"time"
)

// template is a text with its references taken apart:
//
//	{.phone}            a fact of the entry itself
//	{police-110.phone}  a fact of another entry
//	{police-110}        the name of another entry
//	{$place}            a parameter that the dialog fills in
type template []piece

type piece struct {
	lit   string // literal text, when ref is empty
	ref   string // the reference as written, without braces
	entry ID
	fact  string
	param string
}

// parseTemplate takes s apart; self is the entry that {.fact} refers to.
func parseTemplate(self ID, s string) (template, error) {
	var t template
	s = strings.TrimRight(s, "\n")
	for s != "" {
		open := strings.IndexAny(s, "{}")
		if open < 0 {
			return append(t, piece{lit: s}), nil
		}
		end := strings.IndexAny(s[open+1:], "{}")
		if s[open] == '}' || end < 0 || s[open+1+end] == '{' {
			return nil, sayf("a brace has no partner near %q", near(s[open:]))
		}
		if open > 0 {
			t = append(t, piece{lit: s[:open]})
		}
		p, err := parseRef(self, s[open+1:open+1+end])
		if err != nil {
			return nil, err
		}
		t = append(t, p)
		s = s[open+end+2:]
	}
	return t, nil
}

func parseRef(self ID, ref string) (piece, error) {
	p := piece{ref: ref}
	if name, ok := strings.CutPrefix(ref, "$"); ok {
		p.param = name
		return p, nil
	}
	entry, fact, dotted := strings.Cut(ref, ".")
	p.entry, p.fact = ID(entry), fact
	if p.entry == "" {
		p.entry = self
	}
	if ref == "" || !p.entry.valid() || dotted && !ID(fact).valid() {
		return p, sayf("{%s} is no reference: write {entry.fact}, {.fact}, {entry} or {$name}", ref)
	}
	return p, nil
}

func near(s string) string {
	if r := []rune(s); len(r) > 12 {
		return string(r[:12]) + "…"
	}
	return s
}

// refs is the set of references of t.
func (t template) refs() map[string]bool {
	m := map[string]bool{}
	for _, p := range t {
		if p.ref != "" {
			m[p.ref] = true
		}
	}
	return m
}

// literal is the text without its references.
func (t template) literal() string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.lit)
	}
	return b.String()
}

// tri is a text in the answer languages, parsed. Index: as in AnswerLangs.
type tri [len(AnswerLangs)]template

func langIndex(l Lang) int {
	switch l.Answer() {
	case En:
		return 1
	case Es:
		return 2
	default:
		return 0
	}
}

// Words renders the texts of a release in one language at one time. It is a small value,
// made for one turn.
type Words struct {
	rel  *Release
	lang Lang
	now  time.Time
}

// In gives the texts of r as a writer of l reads them at now: in the answer language of l, for
// ZhHant in Traditional characters. Safe for any number of goroutines.
func (r *Release) In(l Lang, now time.Time) Words {
	if l == ZhHant {
		r = r.hant()
	}
	return Words{r, l.Answer(), now}
}

// Name is the label of an entry; empty when there is no such entry.
func (w Words) Name(id ID) string {
	return w.render(id, func(i *Item) *tri { return &i.name }, nil)
}

// Short is an entry in one sentence.
func (w Words) Short(id ID) string {
	return w.render(id, func(i *Item) *tri { return &i.short }, nil)
}

// Text is the answer of an entry. params are pairs: the name of a parameter, its value.
func (w Words) Text(id ID, params ...string) string {
	return w.render(id, func(i *Item) *tri { return &i.text }, params)
}

// Other is a situation's answer for a person who is called about somebody else's debt;
// the same as Text where the entry makes no difference.
func (w Words) Other(id ID) string {
	if s := w.render(id, func(i *Item) *tri { return &i.other }, nil); s != "" {
		return s
	}
	return w.Text(id)
}

// Call is what to have ready before calling a channel; empty when the entry has none.
func (w Words) Call(id ID) string {
	return w.render(id, func(i *Item) *tri { return &i.call }, nil)
}

// Say is the sentence an entry gives to a phrase card, in Chinese, its pronunciation and its
// meaning in the language of w; nil when it has none.
func (w Words) Say(id ID) *Say {
	if item := w.rel.items[id]; item != nil {
		return item.Entry.Say
	}
	return nil
}

// Meaning is the meaning of s in the language of w; for a reader of Chinese it is empty.
func (w Words) Meaning(s *Say) string {
	switch w.lang {
	case En:
		return s.En
	case Es:
		return s.Es
	default:
		return ""
	}
}

func (w Words) render(id ID, field func(*Item) *tri, params []string) string {
	item := w.rel.items[id]
	if item == nil {
		return ""
	}
	t := field(item)[langIndex(w.lang)]
	if len(t) == 1 && t[0].ref == "" { // most names and many sentences are one piece
		return t[0].lit
	}
	var b strings.Builder
	w.write(&b, t, params)
	return b.String()
}

func (w Words) write(b *strings.Builder, t template, params []string) {
	for _, p := range t {
		switch {
		case p.ref == "":
			b.WriteString(p.lit)
		case p.param != "":
			b.WriteString(param(params, p.param))
		case p.fact == "":
			b.WriteString(w.Name(p.entry))
		default:
			b.WriteString(w.Fact(p.entry, p.fact))
		}
	}
}

func param(pairs []string, name string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return ""
}

// fact is a fact as it stands at the time of w; it is empty when there is none.
func (w Words) fact(id ID, name string) Fact {
	item := w.rel.items[id]
	if item == nil {
		return Fact{}
	}
	return item.Facts[name].At(w.now)
}

// Fact renders one fact as it stands at the time of w. A statute carries the name and the
// level of its rule, so that a rule is never named as more than it is.
func (w Words) Fact(id ID, name string) string {
	f := w.fact(id, name)
	value := f.Value
	if value == "" {
		value = f.Values.In(w.lang)
	}
	if f.Type != Statute {
		return value
	}
	return w.Text(MsgCitation, "rule", w.Name(id), "article", value, "level", w.Name(levelMessage(w.rel.items[id].Level)))
}
