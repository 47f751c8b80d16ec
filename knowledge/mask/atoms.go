package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/fold"
)

// kind is the sort of an atom.
type kind byte

const (
	other kind = iota // punctuation, signs, emoji
	space
	latin // a letter that is no Han character
	han
	token // one of ours: nothing reaches over it
)

// atom is one visible rune of the text, folded, or one token.
type atom struct {
	lo, hi int32 // its bytes
	r      rune  // in the normal form of package fold; 0 for a token
	d      int8  // the value of a digit, -1 for none
	kind   kind
	upper  bool
	as     class
}

// text is a message under work.
type text struct {
	s       string
	a       []atom
	changed bool // something is masked or dropped
}

// read takes the text apart.
func (t *text) read() {
	for i := 0; i < len(t.s); {
		if n := ours(t.s[i:]); n > 0 {
			t.a = append(t.a, atom{lo: int32(i), hi: int32(i + n), d: -1, kind: token})
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(t.s[i:])
		lo := int32(i)
		i += size
		f := fold.Rune(r)
		if f < 0 {
			t.changed = true
			continue
		}
		a := atom{lo: lo, hi: int32(i), r: f, d: digit(r, f)}
		switch {
		case f == ' ':
			a.kind = space
		case 'a' <= f && f <= 'z':
			a.kind, a.upper = latin, f != r && unicode.IsUpper(r)
		case f < utf8.RuneSelf:
		case fold.Han(f):
			a.kind = han
		case unicode.IsLetter(f):
			a.kind, a.upper = latin, unicode.IsUpper(r)
		}
		t.a = append(t.a, a)
	}
}

// ours gives the length of the token with which s begins, 0 for none.
func ours(s string) int {
	const open = "‹"
	if !strings.HasPrefix(s, open) {
		return 0
	}
	for _, w := range tokens[phone:] {
		if strings.HasPrefix(s, w) {
			return len(w)
		}
	}
	return 0
}

// signs are runs of characters that stand for 1, 2, 3 … or, from zero, for 0, 1, 2 …: circled,
// in brackets, with a full stop, raised, lowered, as rods.
var signs = []struct{ first, last, value rune }{
	{0x2070, 0x2079, 0}, {0x2080, 0x2089, 0}, {0x2460, 0x2473, 1}, {0x2474, 0x2487, 1}, {0x2488, 0x249B, 1}, {0x24EA, 0x24EA, 0},
	{0x24F5, 0x24FE, 1}, {0x24FF, 0x24FF, 0}, {0x2776, 0x277F, 1}, {0x2780, 0x2789, 1}, {0x278A, 0x2793, 1}, {0x3021, 0x3029, 1},
	{0x3220, 0x3229, 1}, {0x3280, 0x3289, 1}, {0x1F101, 0x1F10A, 0},
}

// digit gives the value of a digit in any dress, -1 for what is none. f is r folded.
func digit(r, f rune) int8 {
	switch {
	case '0' <= f && f <= '9':
		return int8(f - '0')
	case r < 0x80:
		return -1
	case r == '²' || r == '³':
		return int8(r - '²' + 2)
	case r == '¹':
		return 1
	case 0x4E00 <= f && f <= 0x9FFF || f == '〇':
		return spoken(f)
	case r < 0x660:
		return -1
	}
	for _, s := range signs {
		if s.first <= r && r <= s.last {
			return int8((r - s.first + s.value) % 10)
		}
	}
	if !unicode.Is(unicode.Nd, r) {
		return -1
	}
	for _, b := range unicode.Nd.R16 { // each block holds whole sets of ten, from zero
		if rune(b.Lo) <= r && r <= rune(b.Hi) {
			return int8((r - rune(b.Lo)) % 10)
		}
	}
	for _, b := range unicode.Nd.R32 {
		if rune(b.Lo) <= r && r <= rune(b.Hi) {
			return int8((r - rune(b.Lo)) % 10)
		}
	}
	return -1
}

// spoken gives the value of a digit written as a Han character: plain, in the form of bank
// forms, or as it is read out on the phone.
func spoken(r rune) int8 {
	switch r {
	case '〇', '零', '洞':
		return 0
	case '一', '壹', '幺':
		return 1
	case '二', '贰', '两', '弍':
		return 2
	case '三', '叁', '弎':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒', '拐':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖', '勾':
		return 9
	}
	return -1
}

// mark masks the atoms from i up to j.
func (t *text) mark(i, j int, as class) {
	for ; i < j; i++ {
		if t.a[i].kind != token {
			t.a[i].as, t.changed = as, true
		}
	}
}

// The little questions about an atom; outside the text all are answered with no.

func (t *text) in(i int) bool { return 0 <= i && i < len(t.a) }
func (t *text) rune(i int) rune {
	if t.in(i) {
		return t.a[i].r
	}
	return 0
}
func (t *text) free(i int) bool  { return t.in(i) && t.a[i].as == none && t.a[i].kind != token }
func (t *text) digit(i int) bool { return t.in(i) && t.a[i].d >= 0 }
func (t *text) latin(i int) bool { return t.in(i) && t.a[i].kind == latin }
func (t *text) space(i int) bool { return t.in(i) && t.a[i].kind == space }

// han says no to a character that is masked already: it is part of no name.
func (t *text) han(i int) bool { return t.in(i) && t.a[i].kind == han && t.a[i].as == none }

// figure is a digit that is no Han character.
func (t *text) figure(i int) bool { return t.digit(i) && t.a[i].kind != han }

// code is a letter or figure, as in names of accounts.
func (t *text) code(i int) bool { return t.latin(i) || t.figure(i) }

// skip goes over spaces and the given signs, at most four of them.
func (t *text) skip(i int, over string) int {
	for n := 0; n < 4 && t.free(i) && (t.space(i) || strings.ContainsRune(over, t.a[i].r)); n++ {
		i++
	}
	return i
}

// at gives the end of a phrase that begins at i, -1 for none. A space in the phrase stands for
// one or more; letters at its ends must be whole words.
func (t *text) at(i int, phrase string) int {
	if 'a' <= phrase[0] && phrase[0] <= 'z' && t.latin(i-1) {
		return -1
	}
	start := i
	for _, r := range phrase {
		if r == ' ' {
			if !t.space(i) {
				return -1
			}
			for t.space(i) {
				i++
			}
			continue
		}
		if r >= utf8.RuneSelf && i > start && t.space(i) { // 微 信 号
			i++
		}
		if !t.in(i) || t.a[i].r != r {
			return -1
		}
		i++
	}
	if last := phrase[len(phrase)-1]; 'a' <= last && last <= 'z' && t.latin(i) {
		return -1
	}
	return i
}

// word gives the end of the word of letters that begins at i; an apostrophe belongs to it.
func (t *text) word(i int) int {
	for t.latin(i) || t.rune(i) == '\'' && t.latin(i-1) && t.latin(i+1) {
		i++
	}
	return i
}

// is reports whether the atoms from i to j spell one of the words of a list.
func (t *text) is(i, j int, list words) bool {
	var b [16]byte
	if j-i > len(b) {
		return false
	}
	for k := i; k < j; k++ {
		if t.a[k].r >= utf8.RuneSelf {
			return false
		}
		b[k-i] = byte(t.a[k].r)
	}
	_, ok := list[string(b[:j-i])]
	return ok
}
