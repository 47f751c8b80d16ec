package knowledge

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"

	"zhilu/knowledge/fold"
)

const tooLong = 64 << 10 // bytes of the longest text that is tried

// equal reports whether two matches are the same in everything.
func equal(m, n Match) bool {
	return m.Label == n.Label && m.Share == n.Share && m.PhraseLang == n.PhraseLang && slices.Equal(m.Candidates, n.Candidates)
}

// checkMatch asks of a match what holds whatever the text.
func checkMatch(t *testing.T, text string, m Match) {
	t.Helper()
	rel := embeddedRelease()
	bad := func(what string) { t.Errorf("%s: %+v for %.80q (%d bytes)", what, m, text, len(text)) }
	if m.Label != "" && rel.Entry(m.Label) == nil {
		bad("a label that is no entry")
	}
	if !(m.Share >= 0 && m.Share <= 1) || (m.Label == "") != (m.Share == 0) {
		bad("a share that does not go with the label")
	}
	if len(m.Candidates) > 3 {
		bad("more than three candidates")
	}
	for i, id := range m.Candidates {
		if e := rel.Entry(id); e == nil || e.Kind == Control || id == m.Label || slices.Contains(m.Candidates[:i], id) {
			bad("a candidate that cannot be one")
		}
	}
}

// anyTexts are texts that nobody writes: of bytes, of runes of all scripts, of phrases again
// and again, of one word, of nothing but spaces.
func anyTexts() map[string]string {
	fill := func(s string) string { return strings.Repeat(s, tooLong/len(s)) }
	texts := map[string]string{
		"spaces": fill(" "), "wide spaces": fill("\u3000"), "emoji": fill("😭"), "families": fill("👨‍👩‍👧‍👦"), "flags": fill("🇨🇳"), "one Han": fill("催"), "Han": fill("他们每天打电话"),
		"one letter": fill("a"), "one word": fill("amenaza"), "digits": fill("12378"), "marks": fill("！?，."), "accents": fill("\u0301"), "zero width": fill("\u200b"),
		"broken": fill("\xff催\xc3"), "controls": fill("\x00\x07"), "kana": fill("ｶﾞ"), "cut in a rune": strings.Repeat("a", maxMatched-1) + "催收",
		"mark of the whole": "=返回", "nothing": "", "a byte": "\xe5",
	}
	var phrases []string
	for _, e := range embeddedRelease().items {
		for _, p := range e.Phrases.all() {
			phrases = append(phrases, p.bare())
		}
	}
	slices.Sort(phrases)
	r := rand.New(rand.NewPCG(9, 0))
	scripts := [...][2]rune{{0, 0x7F}, {0x80, 0x24F}, {0x300, 0x36F}, {0x400, 0x4FF}, {0x590, 0x6FF}, {0x900, 0x97F}, {0xE00, 0xE7F}, {0x2000, 0x206F}, {0x3040, 0x30FF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0xD800, 0xDFFF}, {0xFE00, 0xFFFF}, {0x1F1E6, 0x1FAFF}, {0x20000, 0x2A6DF}, {0, utf8.MaxRune}}
	for i := range 60 {
		n := 1 << (r.IntN(16) + 1) // as many short ones as long ones
		var bytes, runes, said, word strings.Builder
		for bytes.Len() < n {
			bytes.WriteByte(byte(r.Uint32()))
		}
		for runes.Len() < n {
			s := scripts[r.IntN(len(scripts))]
			runes.WriteRune(s[0] + r.Int32N(s[1]-s[0]+1))
		}
		for said.Len() < n {
			said.WriteString(phrases[r.IntN(len(phrases))] + []string{"", " ", "，", "\n"}[r.IntN(4)])
		}
		for word.Len() < n {
			word.WriteByte("abcdefghijklmnopqrstuvwxyz"[r.IntN(26)])
		}
		for kind, b := range map[string]*strings.Builder{"bytes": &bytes, "runes": &runes, "phrases": &said, "word": &word} {
			texts[fmt.Sprintf("%s %d", kind, i)] = b.String()
		}
	}
	return texts
}

// TestAnyText: whatever comes leads somewhere or nowhere, without a panic, and to the same
// place each time, also when eight ask at once.
func TestAnyText(t *testing.T) {
	rel, texts := embeddedRelease(), anyTexts()
	first := map[string]Match{}
	for name, text := range texts {
		first[name] = rel.Match(text)
		checkMatch(t, text, first[name])
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for name, text := range texts { // each goroutine in an order of its own
				if again := rel.Match(text); !equal(again, first[name]) {
					t.Errorf("%s: %+v, then %+v", name, first[name], again)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzMatch looks for a text that makes the router panic, waver, or take space for sense.
func FuzzMatch(f *testing.F) {
	rel := embeddedRelease() // before the first text, which must not take ten seconds
	for _, s := range []string{"", "催收", "=返回", "１２３７８！", "me amenazan", "他們打電話給我媽", "\xff\xfe死\xc3", "\u200b\u0301🇨🇳1️⃣", "ｶﾞ ﬁ ①"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := rel.Match(s)
		checkMatch(t, s, m)
		if again := rel.Match(s); !equal(again, m) {
			t.Errorf("%+v, then %+v, for %q", m, again, s)
		}
		if len(s)+2 <= maxMatched {
			if spaced := rel.Match(" " + s + "\n"); !equal(spaced, m) {
				t.Errorf("%+v, with space around it %+v, for %q", m, spaced, s)
			}
		}
	})
}

// eachHan puts a space after each Han character.
func eachHan(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		if fold.Han(r) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// fullWidth writes printable ASCII in its full-width form, spaces included.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '\u3000'
		case '!' <= r && r <= '~':
			return r + 0xFEE0
		}
		return r
	}, s)
}

// TestPhrasesLeadHome: every phrase of the base, typed alone, leads to its own entry, however
// it is dressed.
func TestPhrasesLeadHome(t *testing.T) {
	s2t, err := opencc.New("s2t")
	if err != nil {
		t.Fatal(err)
	}
	dress := map[string]func(string) string{
		"as it is":          func(s string) string { return s },
		"spaces around":     func(s string) string { return " \n" + s + "\t " },
		"spaces in Chinese": eachHan,
		"full width":        fullWidth,
		"upper case":        strings.ToUpper,
		"exclamation":       func(s string) string { return s + "！！" },
		"quotes":            func(s string) string { return "“" + s + "”" },
		"question":          func(s string) string { return "¿" + s + "?" },
		"dots":              func(s string) string { return "…" + s + "..." },
		"emoji":             func(s string) string { return "😭😭" + s + " 🙏🏽❤️" },
		"traditional": func(s string) string {
			out, err := s2t.Convert(s)
			if err != nil {
				t.Fatal(err)
			}
			return out
		},
	}
	rel := embeddedRelease()
	for _, e := range rel.items {
		for _, p := range e.Phrases.all() {
			for name, change := range dress {
				if got := rel.Match(change(p.bare())).Label; got != e.ID {
					t.Errorf("%s: %q of %s leads to %q", name, change(p.bare()), e.ID, got)
				}
			}
		}
	}
}

// TestEndOfMessage: space after a message changes nothing. A mark may: the router looks at
// the last two characters of a message, and at signs, but no more than one example in fifty
// leads elsewhere.
func TestEndOfMessage(t *testing.T) {
	rel := embeddedRelease()
	changed, of := map[string]int{}, 0
	for _, e := range rel.items {
		for i, x := range e.Examples.all() {
			if i%4 != 0 { // all of them take long under the race detector
				continue
			}
			of++
			m := rel.Match(x.text)
			if spaced := rel.Match(x.text + " \n"); !equal(spaced, m) {
				t.Errorf("%q is %+v, and with space after it %+v", x.text, m, spaced)
			}
			for _, end := range [...]string{"。", "!", "...", "?"} {
				if rel.Match(x.text+end).Label != m.Label {
					changed[end]++
				}
			}
		}
	}
	for end, n := range changed {
		t.Logf("%q: %d of %d lead elsewhere (%.2f %%)", end, n, of, 100*float64(n)/float64(of))
		if 50*n > of {
			t.Errorf("with %q at the end %d of %d examples lead elsewhere", end, n, of)
		}
	}
}
