// Package fold brings a message into the normal form in which the bot compares texts: what
// users type and what operators wrote as phrases and rules pass through the same function.
//
// It is not for display, not for storing, and it is no translation: the result reads roughly
// like Simplified Chinese, English or Spanish without accents, and loses what does not help to
// recognise a text. It knows nothing about meaning. All functions are pure and safe for any
// number of goroutines.
package fold

import (
	"cmp"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:generate go run generate.go

// Text gives the normal form of s. It accepts any bytes, gives valid UTF-8, and folding the
// result again changes nothing. In this order:
//
//  1. NFKC: full width, circled digits, ligatures, compatibility forms. Bytes that are not
//     UTF-8, and characters nobody sees (zero width, variation selectors, bidi, controls,
//     combining accents), are dropped. Emoji stay.
//  2. Rune by rune: lower case; accents off Latin letters; Chinese and curly punctuation to
//     ASCII; Traditional to Simplified, and the Cantonese characters in words.go.
//  3. Runs of white space become one space; no space stays at the ends, beside a Han character
//     or between two digits ("1 2 3 7 8" is "12378").
//  4. A letter three or more times in a row stays twice ("nooooo" is "noo"), a Han character
//     four or more times stays twice. Digits are never touched.
//  5. Taiwan and Hong Kong words become the mainland ones (words.go), as soon as the text so
//     far ends with one; what they become is subject to steps 4 and 5 again.
//
// A text that is in normal form already is returned as it is, without allocating.
func Text(s string) string {
	plain, rare := inspect(s)
	if plain {
		return s
	}
	if !rare {
		return once(s)
	}
	// Scripts beyond the daily ones can compose anew once an invisible rune between two
	// others is gone, so they are folded until nothing changes; two rounds are usual.
	for range 8 {
		next := once(norm.NFKC.String(s))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// once does steps 2 to 5 on a text that is in NFKC, or holds only runes that need none.
func once(s string) string {
	w := writer{buf: make([]byte, 0, len(s)+8)}
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		switch r = mapped(r); r {
		case drop:
		case ' ':
			w.space = true
		case '…':
			w.add('.')
			w.add('.')
			w.add('.')
		default:
			w.add(r)
		}
	}
	return string(w.buf)
}

// writer appends runes under steps 3 to 5.
type writer struct {
	buf   []byte
	last  rune // the rune added last, 0 at the start
	run   int  // how often it stood there in a row
	space bool // white space came since
}

func (w *writer) add(r rune) {
	if w.space {
		w.space = false
		if w.last != 0 && !tight(w.last, r) {
			w.buf, w.last, w.run = append(w.buf, ' '), ' ', 1
		}
	}
	if r != w.last {
		w.last, w.run = r, 0
	}
	w.run++
	switch longest := longestRun(r); {
	case w.run <= longest:
		w.buf = utf8.AppendRune(w.buf, r)
	case w.run == longest+1: // the run turns out to be too long: back to two
		w.buf = w.buf[:len(w.buf)-(longest-2)*utf8.RuneLen(r)]
	}
	if word, ok := wordEnding(w.buf, r); ok {
		w.replace(word[0], word[1])
	}
}

// replace puts to in the place of from, with which the text ends.
func (w *writer) replace(from, to string) {
	w.buf = w.buf[:len(w.buf)-len(from)]
	w.last, w.run = 0, 0
	for rest := w.buf; len(rest) > 0; w.run++ {
		r, n := utf8.DecodeLastRune(rest)
		if w.run > 0 && r != w.last {
			break
		}
		w.last, rest = r, rest[:len(rest)-n]
	}
	for _, r := range to {
		w.add(r)
	}
}

// longestRun is how often a rune may stand in a row before the run is cut to two.
func longestRun(r rune) int {
	switch {
	case Han(r):
		return 3
	case 'a' <= r && r <= 'z' || r >= utf8.RuneSelf && unicode.IsLetter(r):
		return 2
	default:
		return 1 << 30
	}
}

// tight reports whether no space is kept between a and b.
func tight(a, b rune) bool { return Han(a) || Han(b) || digit(a) && digit(b) }

func digit(r rune) bool { return '0' <= r && r <= '9' }

// Han reports whether r is a Chinese character (not kana, not punctuation).
func Han(r rune) bool {
	switch {
	case r < 0x2E80:
		return false
	case 0x4E00 <= r && r <= 0x9FFF:
		return true
	default:
		return unicode.Is(unicode.Han, r)
	}
}

// Script tells in which Chinese characters s is written: 1 when it holds more runes that only
// Traditional writing uses than runes that only Simplified writing uses, -1 when it is the
// other way round, 0 when neither prevails, as in a text of shared characters alone.
func Script(s string) int {
	balance := 0
	for _, r := range s {
		if r < mainFirst {
			continue
		}
		balance += script(r)
	}
	return cmp.Compare(balance, 0)
}
