package danger

import (
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/fold"
)

// A unit is what gaps are counted in: one Chinese character, or one word or number of
// another script. Patterns see numbers of units only; 0 is a unit no rule mentions.
//
// Reading tolerates what people do to words: a letter more or less in a double ("kil",
// "dieee"), a missing apostrophe ("dont"), a star or dot inside ("su*cide", "k.m.s"), digits
// for letters ("k1ll"), a character set apart by marks ("自*杀", "死.了.算.了").
type units struct {
	ids  []uint16
	ends []int32 // per unit, where its clause ends: clauses are bounded by . , ; ! ?

	word   []byte // the word being read
	spaced []byte // the single letters that stood before, in a row ("k m s")
	at     int    // where in ids they begin
}

// maxSpaced is how many letters set apart can make one word.
const maxSpaced = 24

// split reads a folded text. The slices of u are used again.
func (u *units) split(text string, v *vocabulary) {
	u.ids, u.ends, u.spaced = u.ids[:0], u.ends[:0], u.spaced[:0]
	since := 0 // units since the last mark
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case fold.Han(r):
			u.ids, u.spaced = append(u.ids, v.rune(r)), u.spaced[:0]
			since++
		case wordRune(r):
			size = u.readWord(text[i:])
			u.addWord(v)
			since++
		case r != ' ':
			if bounds(text, i, since) {
				u.close()
			}
			since = 0
		}
		i += size
	}
	u.close()
}

// close ends the running clause.
func (u *units) close() {
	for end := int32(len(u.ids)); len(u.ends) < int(end); {
		u.ends = append(u.ends, end)
	}
	u.spaced = u.spaced[:0]
}

// addWord adds u.word. From the third single letter in a row on, they are one word.
func (u *units) addWord(v *vocabulary) {
	if len(u.word) != 1 || len(u.spaced) == maxSpaced {
		u.ids, u.spaced = append(u.ids, v.word(u.word)), u.spaced[:0]
		return
	}
	if len(u.spaced) == 0 {
		u.at = len(u.ids)
	}
	u.spaced = append(u.spaced, u.word[0])
	if len(u.spaced) < 3 {
		u.ids = append(u.ids, v.word(u.word))
		return
	}
	u.ids = append(u.ids[:u.at], v.word(u.spaced))
}

func wordRune(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r >= utf8.RuneSelf && unicode.IsLetter(r)
}

// readWord reads the word with which text begins into u.word, without apostrophes, stars and
// doubled letters, and gives its length in text.
func (u *units) readWord(text string) (n int) {
	u.word = u.word[:0]
	last := rune(0)
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		switch {
		case wordRune(r) && !fold.Han(r):
			if r != last || '0' <= r && r <= '9' {
				u.word = utf8.AppendRune(u.word, r)
			}
			last = r
		case !inside(r) || !goesOn(text[n+size:]):
			return n
		}
		n += size
	}
	return n
}

// goesOn reports whether text begins with a letter or digit.
func goesOn(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return wordRune(r) && !fold.Han(r)
}

// inside reports whether a mark between two letters belongs to the word.
func inside(r rune) bool { return r == '\'' || r == '*' || r == '_' || r == '·' }

// bounds reports whether the mark at text[i], before which n units stand since the last mark,
// ends a clause. Dots in a row trail off and end nothing; nor does a mark that sets single
// characters apart.
func bounds(text string, i, n int) bool {
	switch text[i] {
	case '.':
		if i > 0 && text[i-1] == '.' || i+1 < len(text) && text[i+1] == '.' {
			return false
		}
	case ',', ';', '!', '?':
	default:
		return false
	}
	return n != 1 || !alone(text[i+1:])
}

// alone reports whether text begins with one letter or character and then ends or has a mark.
func alone(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || !fold.Han(r) && !wordRune(r) {
		return false
	}
	if size == len(text) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(text[size:])
	return next != ' ' && !fold.Han(next) && !wordRune(next)
}
