package knowledge

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/fold"
)

// Match is what a message is about.
type Match struct {
	// Label is the entry the message leads to; empty when none is certain.
	Label ID
	// Candidates are other entries whose phrases it holds, likeliest first, at most three.
	Candidates []ID
	// PhraseLang is the language of the phrase that decided; empty when none did, or when it
	// is the same in two languages.
	PhraseLang Lang
}

// phrase is one phrase as it stands in a file.
type phrase struct {
	text string
	lang Lang
}

// bare is the phrase without the mark for "the whole message".
func (p phrase) bare() string { return strings.TrimPrefix(p.text, "=") }

// whole reports whether the phrase counts only as the whole message.
func (p phrase) whole() bool { return strings.HasPrefix(p.text, "=") }

func (ps Phrases) all() []phrase {
	var all []phrase
	for _, l := range AnswerLangs {
		list := ps.Zh
		switch l {
		case En:
			list = ps.En
		case Es:
			list = ps.Es
		}
		for _, s := range list {
			all = append(all, phrase{s, l})
		}
	}
	return all
}

// matcher finds phrases in folded text in one pass. Phrases are kept by their first two
// runes, so the cost grows with the message, not with the base.
type matcher struct {
	whole   map[string]target
	within  map[[2]rune][]pattern // longest first
	order   map[ID]int
	bigrams map[ID][]map[[2]rune]bool // of each phrase, for guessing
}

type target struct {
	id   ID
	kind Kind
	lang Lang
}

type pattern struct {
	folded string
	target target
}

// hit is a phrase found at [from, to) of the folded text.
type hit struct {
	from, to int
	target   target
}

func newMatcher(entries []*Entry) *matcher {
	m := &matcher{whole: map[string]target{}, within: map[[2]rune][]pattern{}, order: map[ID]int{}, bigrams: map[ID][]map[[2]rune]bool{}}
	for _, e := range entries {
		if e.Order > 0 {
			m.order[e.ID] = e.Order
		} else {
			m.order[e.ID] = 1 << 20
		}
		for _, p := range e.Phrases.all() {
			m.add(e, p)
		}
	}
	for _, list := range m.within {
		slices.SortStableFunc(list, func(a, b pattern) int { return cmp.Compare(len(b.folded), len(a.folded)) })
	}
	return m
}

func (m *matcher) add(e *Entry, p phrase) {
	folded, t := fold.Text(p.bare()), target{e.ID, e.Kind, p.lang}
	if same, ok := m.whole[strip(folded)]; ok && same.lang != p.lang {
		t.lang = "" // "menu" is the same in two languages
	}
	m.whole[strip(folded)] = t
	if p.whole() || utf8.RuneCountInString(folded) < 2 {
		return
	}
	key := firstTwo(folded)
	m.within[key] = append(m.within[key], pattern{folded, t})
	if e.Kind == Situation || e.Kind == Channel || e.Kind == Topic {
		m.bigrams[e.ID] = append(m.bigrams[e.ID], bigrams(folded))
	}
}

func firstTwo(s string) [2]rune {
	a, n := utf8.DecodeRuneInString(s)
	b, _ := utf8.DecodeRuneInString(s[n:])
	return [2]rune{a, b}
}

// strip takes off what surrounds a one-word message: punctuation and spaces.
func strip(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.IsSymbol(r) })
}

// find matches folded text.
func (m *matcher) find(folded string) Match {
	if t, ok := m.whole[strip(folded)]; ok {
		return Match{Label: t.id, PhraseLang: t.lang}
	}
	best := m.rank(m.hits(folded))
	if len(best) == 0 {
		return Match{}
	}
	match := Match{Label: best[0].target.id, PhraseLang: best[0].target.lang}
	for _, b := range best[1:min(len(best), 4)] {
		match.Candidates = append(match.Candidates, b.target.id)
	}
	return match
}

// hits are the phrases in the text: at each place the longest, none inside another.
func (m *matcher) hits(s string) []hit {
	var hits []hit
	end := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		for _, p := range m.within[[2]rune{r, next}] {
			to := i + len(p.folded)
			if !strings.HasPrefix(s[i:], p.folded) || !bounded(s, i, to) {
				continue
			}
			if to > end {
				hits, end = append(hits, hit{i, to, p.target}), to
			}
			break
		}
		i += n
	}
	return hits
}

// bounded reports whether s[from:to] does not cut a Latin word or a number in two.
func bounded(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	first, _ := utf8.DecodeRuneInString(s[from:])
	last, _ := utf8.DecodeLastRuneInString(s[:to])
	return !(wordRune(before) && wordRune(first)) && !(wordRune(last) && wordRune(after))
}

// wordRune reports whether r is part of a word that spaces surround.
func wordRune(r rune) bool {
	return r != utf8.RuneError && !fold.Han(r) && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// kindRank orders what a message can be about: a named institution before what happened,
// what happened before a question about it (utterances/README.md, "could go two ways").
var kindRank = map[Kind]int{Channel: 6, Situation: 5, Right: 4, Evidence: 3, Topic: 2, Control: 1, Lender: 0}

type scored struct {
	target target
	weight int
}

// rank sums the hits of each entry and orders the entries.
func (m *matcher) rank(hits []hit) []scored {
	var list []scored
	for _, h := range hits {
		i := slices.IndexFunc(list, func(s scored) bool { return s.target.id == h.target.id })
		if i < 0 {
			list, i = append(list, scored{target: h.target}), len(list)
		}
		list[i].weight += h.to - h.from
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		return cmp.Or(
			cmp.Compare(kindRank[b.target.kind], kindRank[a.target.kind]),
			cmp.Compare(b.weight, a.weight),
			cmp.Compare(m.order[a.target.id], m.order[b.target.id]))
	})
	return list
}

// guess names up to three entries one of whose phrases shares much with a text that holds
// none of them whole: the material of "did you mean".
func (m *matcher) guess(folded string) []ID {
	const enough = 0.34
	in := bigrams(folded)
	type near struct {
		id    ID
		share float64
	}
	var list []near
	for id, phrases := range m.bigrams {
		top := 0.0
		for _, p := range phrases {
			top = max(top, share(p, in))
		}
		if top >= enough {
			list = append(list, near{id, top})
		}
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(m.order[a.id], m.order[b.id]), cmp.Compare(a.id, b.id))
	})
	var ids []ID
	for _, n := range list[:min(len(list), 3)] {
		ids = append(ids, n.id)
	}
	return ids
}

func bigrams(s string) map[[2]rune]bool {
	set := map[[2]rune]bool{}
	var last rune
	for i, r := range s {
		if i > 0 {
			set[[2]rune{last, r}] = true
		}
		last = r
	}
	return set
}

// share is the part of the pairs of phrase that text has too.
func share(phrase, text map[[2]rune]bool) float64 {
	if len(phrase) < 2 {
		return 0
	}
	n := 0
	for b := range phrase {
		if text[b] {
			n++
		}
	}
	return float64(n) / float64(len(phrase))
}
