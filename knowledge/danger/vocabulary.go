package danger

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"zhilu/knowledge/fold"
)

// A key is one unit as a rule writes it.
type key struct {
	text   string
	prefix bool // "suicid*": any word that begins so
	typos  bool // "suicide~": also with one letter missing, or two letters swapped
}

// keys splits a folded text of a rule into units, as units.split does with a message.
func keys(text string) []key {
	var u units
	var out []key
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case fold.Han(r):
			out = append(out, key{text: string(r)})
		case wordRune(r):
			size = u.readWord(text[i:])
			out = append(out, key{text: string(u.word)})
		case r == '*' && len(out) > 0:
			out[len(out)-1].prefix = true
		case r == '~' && len(out) > 0:
			out[len(out)-1].typos = true
		}
		i += size
	}
	return out
}

// vocabulary numbers the units that rules mention. Number 0 is any other unit.
type vocabulary struct {
	han   [0xA000 - 0x4E00]uint16
	words map[string]uint16 // words, and characters outside the main block
	stems map[string]uint16 // beginnings of words

	prefixes map[string][]uint16 // answers of method of, while compiling
	short    int                 // length in bytes of the shortest stem
	long     int                 // and of the longest
	size     int
}

// newVocabulary numbers the keys. Exact words come first: no typo of one word hides another.
func newVocabulary(all []key) *vocabulary {
	v := &vocabulary{words: map[string]uint16{}, stems: map[string]uint16{}, prefixes: map[string][]uint16{}, short: 1 << 30, size: 1}
	for _, k := range all {
		into := v.words
		if k.prefix {
			into = v.stems
		}
		if into[k.text] == 0 {
			into[k.text] = uint16(v.size)
			v.size++
		}
	}
	for _, k := range all {
		if k.typos {
			v.alias(k)
		}
	}
	for stem := range v.stems {
		v.short, v.long = min(v.short, len(stem)), max(v.long, len(stem))
	}
	for word, id := range v.words {
		if r, size := utf8.DecodeRuneInString(word); size == len(word) && 0x4E00 <= r && r < 0xA000 {
			v.han[r-0x4E00] = id
		}
	}
	return v
}

// alias adds the slips of the fingers for k, where they are no words of their own.
func (v *vocabulary) alias(k key) {
	into := v.words
	if k.prefix {
		into = v.stems
	}
	id := into[k.text]
	add := func(slip string) {
		if v.words[slip] == 0 && v.stems[slip] == 0 {
			into[slip] = id
		}
	}
	for i := range len(k.text) {
		add(k.text[:i] + k.text[i+1:])
		if i > 0 {
			add(k.text[:i-1] + k.text[i:i+1] + k.text[i-1:i] + k.text[i+1:])
		}
	}
}

// of gives the numbers that a unit of a message may have to satisfy k.
func (v *vocabulary) of(k key) []uint16 {
	if !k.prefix {
		return []uint16{v.words[k.text]}
	}
	if out, ok := v.prefixes[k.text]; ok {
		return out
	}
	seen := map[uint16]bool{v.stems[k.text]: true} // its slips have the same number
	for _, in := range []map[string]uint16{v.stems, v.words} {
		for text, id := range in {
			if strings.HasPrefix(text, k.text) {
				seen[id] = true
			}
		}
	}
	out := slices.Sorted(maps.Keys(seen))
	v.prefixes[k.text] = out
	return out
}

func (v *vocabulary) rune(r rune) uint16 {
	if 0x4E00 <= r && r < 0xA000 {
		return v.han[r-0x4E00]
	}
	var b [utf8.UTFMax]byte
	return v.words[string(b[:utf8.EncodeRune(b[:], r)])]
}

// word finds the number of a word as it was read.
func (v *vocabulary) word(b []byte) uint16 {
	if id := v.words[string(b)]; id != 0 {
		return id
	}
	if id := v.stem(b); id != 0 {
		return id
	}
	for _, one := range "il" { // "k1ll" and "ki11"
		plain := letters(b, byte(one))
		if id := v.words[string(plain)]; id != 0 {
			return id
		}
		if id := v.stem(plain); id != 0 {
			return id
		}
	}
	return 0
}

// stem finds the longest stem with which b begins.
func (v *vocabulary) stem(b []byte) uint16 {
	for n := min(len(b), v.long); n >= v.short; n-- {
		if id := v.stems[string(b[:n])]; id != 0 {
			return id
		}
	}
	return 0
}

// letters puts letters in the place of the digits in a word that has both, and doubles into
// one. For any other word it gives nothing. A 1 can be an i or an l.
func letters(b []byte, one byte) []byte {
	digits := 0
	for _, c := range b {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	if digits == 0 || digits == len(b) || len(b) > longWord {
		return nil
	}
	var out []byte
	for _, c := range b {
		switch {
		case c == '1':
			c = one
		case '0' <= c && c <= '9':
			c = "oizeasgtbg"[c-'0']
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return out
}

// longWord is longer than any word with digits in it that is worth reading.
const longWord = 32
