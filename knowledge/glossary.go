package knowledge

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Term is a term of the locked glossary: where a Chinese text holds Zh, the same text in
// English and Spanish holds one of the renderings. Variants ("filed", "filing") are listed.
type Term struct {
	Zh string   `yaml:"zh"`
	En []string `yaml:"en,flow"`
	Es []string `yaml:"es,flow"`
}

func (t Term) in(l Lang) []string {
	if l == Es {
		return t.Es
	}
	return t.En
}

// checkTerms looks at the glossary itself.
func (c *compiler) checkTerms() {
	seen := map[string]bool{}
	for i, t := range c.draft.Terms {
		bad := func(format string, args ...any) {
			c.reportIn(glossaryFile, fmt.Sprintf("$[%d]", i), strconv.Quote(t.Zh), BadTerm, format, args...)
		}
		if t.Zh == "" || slices.Contains(t.En, "") || slices.Contains(t.Es, "") {
			bad("a term or a rendering is empty")
		}
		if len(t.En) == 0 || len(t.Es) == 0 {
			bad("a term needs a rendering in en and in es")
		}
		if seen[t.Zh] {
			bad("the term stands in the list twice")
		}
		seen[t.Zh] = true
	}
}

// terms gives the glossary, longer terms first.
func (d *Draft) terms() []Term {
	return slices.SortedStableFunc(slices.Values(d.Terms), func(a, b Term) int { return cmp.Compare(len(b.Zh), len(a.Zh)) })
}

// termsOf finds the terms that a Chinese text holds. A term inside a longer one that was
// found does not count: 催收 in 催收公司.
func termsOf(zh string, longestFirst []Term) []Term {
	var found []Term
	for _, t := range longestFirst {
		if t.Zh != "" && strings.Contains(zh, t.Zh) {
			found = append(found, t)
			zh = strings.ReplaceAll(zh, t.Zh, mark)
		}
	}
	return found
}

// checkGlossary asks for the locked rendering of each term of a text.
func (c *compiler) checkGlossary(e *Entry, w wording) {
	for _, t := range termsOf(w.in[0], c.terms) {
		for i, l := range AnswerLangs {
			if i == 0 || w.in[i] == "" || len(t.in(l)) == 0 || holdsAny(w.in[i], t.in(l)) || strings.Contains(w.in[i], t.Zh) {
				continue // the term itself is what a menu or a door shows
			}
			c.report(e, w.at(l), l, GlossaryTerm, "the Chinese text says %s, so this one must say %s", t.Zh, choice(list(t.in(l))))
		}
	}
}

// holdsAny reports whether text holds one of the words, in any case, where a word starts.
func holdsAny(text string, words []string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return wordAt(text, strings.ToLower(w), 0) >= 0 })
}

// wordAt is the place of the first w in text, at from or later, that does not begin inside
// a word; -1 when there is none.
func wordAt(text, w string, from int) int {
	for w != "" {
		i := strings.Index(text[from:], w)
		if i < 0 {
			return -1
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		first, n := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(before) || unicode.Is(unicode.Han, first) {
			return from + i
		}
		from += i + n
	}
	return -1
}
