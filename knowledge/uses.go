package knowledge

import (
	"strings"
	"time"
)

// Sketch gives the texts of a draft as a borrower would read them, also of one that has faults
// and makes no release: what cannot be read stands as it is written. It knows where each fact is
// used. It never changes; safe for any number of goroutines.
type Sketch struct {
	rel   *Release
	index map[factRef][]usePlace
}

// usePlace is a text that holds a fact.
type usePlace struct {
	item  *Item
	field string
	texts *tri
	name  ID
}

// Use is one text of an entry that holds a fact, in all languages.
type Use struct {
	Entry ID
	Field string // as in the file: name, short, text, other, call or near
	// Name is the entry through whose name, which stands in the text, it holds the fact; empty
	// when the text names the fact itself.
	Name ID
	In   [len(AnswerLangs)][]Piece // in the order of AnswerLangs
}

// Piece is a part of a text; Fact says that the fact in question wrote it.
type Piece struct {
	Text string
	Fact bool
}

// deepest is how far names in names are followed: a sound base has none.
const deepest = 4

// Sketch reads every text of a draft.
func (d *Draft) Sketch() *Sketch {
	s := &Sketch{rel: &Release{items: map[ID]*Item{}}, index: map[factRef][]usePlace{}}
	var items []*Item
	for _, e := range d.Entries {
		if s.rel.items[e.ID] != nil {
			continue
		}
		item := &Item{Entry: *e}
		for _, f := range e.texts(&item.compiledTexts) {
			for i, l := range AnswerLangs {
				t, err := parseTemplate(e.ID, f.text.In(l))
				if err != nil {
					t = template{{lit: f.text.In(l)}}
				}
				f.into[i] = t
			}
		}
		s.rel.items[e.ID] = item
		items = append(items, item)
	}
	for _, item := range items {
		for _, f := range item.Entry.texts(&item.compiledTexts) {
			s.note(item, f)
		}
	}
	return s
}

// note puts one text into the index, under each fact that it holds.
func (s *Sketch) note(item *Item, f textField) {
	seen := map[factRef]bool{}
	add := func(r factRef, through ID) {
		if r.name != "" && !seen[r] {
			seen[r] = true
			s.index[r] = append(s.index[r], usePlace{item, f.name, f.into, through})
		}
	}
	for _, t := range f.into {
		for _, p := range t {
			add(factRef{p.entry, p.fact}, "")
		}
	}
	for _, t := range f.into {
		for _, p := range t {
			if other := s.rel.items[p.entry]; other != nil && p.entry != item.ID && (p.fact == "" || other.Facts[p.fact].Type == Statute) {
				for _, in := range other.name {
					for _, q := range in {
						add(factRef{q.entry, q.fact}, p.entry)
					}
				}
			}
		}
	}
}

// Count is how many texts hold a fact.
func (s *Sketch) Count(id ID, fact string) int { return len(s.index[factRef{id, fact}]) }

// Uses lists the texts that hold a fact, as they read at now: those that name it themselves and
// those that name an entry whose name holds it, in the order of the draft.
func (s *Sketch) Uses(id ID, fact string, now time.Time) []Use {
	want := factRef{id, fact}
	uses := make([]Use, 0, len(s.index[want]))
	for _, p := range s.index[want] {
		u := Use{Entry: p.item.ID, Field: p.field, Name: p.name}
		for i, l := range AnswerLangs {
			w := sketcher{s.rel, l, now, want, nil}
			w.write(p.texts[i], nil, 0)
			u.In[i] = w.out
		}
		uses = append(uses, u)
	}
	return uses
}

// Name is the label of an entry at now; empty when it has none.
func (s *Sketch) Name(id ID, l Lang, now time.Time) string {
	w := sketcher{s.rel, l, now, factRef{}, nil}
	w.name(id, 0)
	return w.text()
}

// sketcher writes one text in one language.
type sketcher struct {
	rel  *Release
	lang Lang
	now  time.Time
	want factRef
	out  []Piece
}

func (w *sketcher) add(text string, fact bool) {
	if n := len(w.out); n > 0 && w.out[n-1].Fact == fact && !fact {
		w.out[n-1].Text += text
		return
	}
	w.out = append(w.out, Piece{text, fact})
}

func (w *sketcher) text() string {
	var b strings.Builder
	for _, p := range w.out {
		b.WriteString(p.Text)
	}
	return b.String()
}

func (w *sketcher) name(id ID, depth int) {
	if item := w.rel.items[id]; item != nil {
		w.write(item.name[langIndex(w.lang)], nil, depth+1)
	}
}

func (w *sketcher) write(t template, params []string, depth int) {
	for _, p := range t {
		item := w.rel.items[p.entry]
		switch {
		case p.ref == "":
			w.add(p.lit, false)
		case p.param != "" && params == nil:
			w.add("…", false)
		case p.param != "":
			w.add(param(params, p.param), false)
		case item == nil || depth > deepest || p.fact != "" && item.Facts[p.fact].Type == "":
			w.add("{"+p.ref+"}", false)
		case p.fact == "":
			w.name(p.entry, depth)
		default:
			w.fact(item, p, depth)
		}
	}
}

func (w *sketcher) fact(item *Item, p piece, depth int) {
	f := item.Facts[p.fact].At(w.now)
	value := f.Value
	if value == "" {
		value = f.Values.In(w.lang)
	}
	asked := factRef{p.entry, p.fact} == w.want
	if f.Type != Statute {
		w.add(value, asked)
		return
	}
	within := func(write func(*sketcher)) string {
		inner := sketcher{w.rel, w.lang, w.now, factRef{}, nil}
		write(&inner)
		return inner.text()
	}
	params := []string{"rule", within(func(in *sketcher) { in.name(p.entry, depth) }), "article", value,
		"level", within(func(in *sketcher) { in.name(levelMessage(item.Level), depth) })}
	citation := w.rel.items[MsgCitation]
	if citation == nil {
		w.add(value, asked)
		return
	}
	w.add(within(func(in *sketcher) { in.write(citation.text[langIndex(w.lang)], params, depth+1) }), asked)
}
