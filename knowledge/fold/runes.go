package fold

import (
	"unicode"
	"unicode/utf8"
)

// drop is what mapped gives for a rune that leaves no trace.
const drop rune = -1

// The block that holds nearly all of written Chinese; it has dense tables.
const (
	mainFirst = 0x4E00
	mainLast  = 0x9FFF
)

// The tables are filled once from the generated pairs and never change.
var (
	simplified [mainLast - mainFirst + 1]uint16 // 0: stays as it is; elsewhere: look in rarely
	rarely     = map[rune]rune{}
	scripts    [mainLast - mainFirst + 1]int8 // 1 Traditional only, -1 Simplified only
	latin      [0x1F00]byte                   // 0: no accent to take off
)

// elsewhere marks, in simplified, a rune whose counterpart does not fit there.
const elsewhere = 0xFFFF

func init() {
	eachPair(simplifiedPairs, simplify)
	eachPair(dialectRunes, simplify)
	for i, to := range simplified { // where OpenCC needs two steps, or ours come after its own
		if mainFirst <= to && to <= mainLast && simplified[to-mainFirst] != 0 {
			simplified[i] = simplified[to-mainFirst]
		}
	}
	eachPair(latinPairs, func(from, to rune) { latin[from] = byte(to) })
	for _, r := range traditionalOnly {
		if mainFirst <= r && r <= mainLast {
			scripts[r-mainFirst] = 1
		}
	}
	for _, r := range simplifiedOnly {
		if mainFirst <= r && r <= mainLast {
			scripts[r-mainFirst] = -1
		}
	}
}

func simplify(from, to rune) {
	if from < mainFirst || from > mainLast {
		rarely[from] = to
		return
	}
	if to >= elsewhere {
		rarely[from] = to
		to = elsewhere
	}
	simplified[from-mainFirst] = uint16(to)
}

func eachPair(pairs string, f func(from, to rune)) {
	for pairs != "" {
		from, n := utf8.DecodeRuneInString(pairs)
		to, m := utf8.DecodeRuneInString(pairs[n:])
		f(from, to)
		pairs = pairs[n+m:]
	}
}

// script is 1 for a rune of Traditional writing only, -1 for one of Simplified only, else 0.
func script(r rune) int {
	if r < mainFirst || r > mainLast {
		return 0
	}
	return int(scripts[r-mainFirst])
}

// mapped gives what one rune becomes (step 2): a rune, ' ' for white space, or drop.
func mapped(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return ascii(r)
	case mainFirst <= r && r <= mainLast:
		switch to := simplified[r-mainFirst]; to {
		case 0:
			return r
		case elsewhere:
			return rarely[r]
		default:
			return rune(to)
		}
	case int(r) < len(latin) && latin[r] != 0:
		return rune(latin[r])
	case 0xFF01 <= r && r <= 0xFF5E: // full width
		return mapped(r - 0xFEE0)
	case unseen(r):
		return drop
	}
	return uncommon(r)
}

func ascii(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case r == ' ' || '\t' <= r && r <= '\r':
		return ' '
	case r < ' ' || r == 0x7F:
		return drop
	}
	return r
}

// uncommon maps punctuation, spaces and the letters of other scripts.
func uncommon(r rune) rune {
	switch r {
	case '。', '｡', '．':
		return '.'
	case '、', '､':
		return ','
	case '“', '”', '„', '‟', '「', '」', '『', '』', '«', '»', '《', '》', '〈', '〉', '″', '〝', '〞':
		return '"'
	case '‘', '’', '‛', 'ʼ', '`', '´', '′':
		return '\''
	case '【', '〔', '〖':
		return '['
	case '】', '〕', '〗':
		return ']'
	case '‐', '‑', '‒', '–', '—', '―', '−', '─', '﹣':
		return '-'
	case '〜', '∼', '˜':
		return '~'
	case '‧', '・', '•', '⋅':
		return '·'
	}
	if '①' <= r && r <= '⑨' {
		return '1' + r - '①'
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	if to, ok := rarely[r]; ok {
		return to
	}
	if r >= 0x1F000 { // emoji, and scripts without case worth the search
		return r
	}
	return unicode.ToLower(r)
}

// unseen reports whether a rune shows nothing by itself: controls, joiners, variation
// selectors, bidi marks, fillers, tags, combining accents, the sign for broken text.
func unseen(r rune) bool {
	switch {
	case r < 0xA0:
		return r != 0x85 // NEL is white space
	case r < 0x2000:
		return 0x300 <= r && r <= 0x36F || r == 0xAD || r == 0x61C || r == 0x115F || r == 0x1160 ||
			0x17B4 <= r && r <= 0x17B5 || 0x180B <= r && r <= 0x180F
	case r < 0x3100:
		return 0x200B <= r && r <= 0x200F || 0x202A <= r && r <= 0x202E || 0x2060 <= r && r <= 0x206F ||
			0x20D0 <= r && r <= 0x20FF || r == 0x2800
	case r < 0x10000:
		return r == 0x3164 || 0xFE00 <= r && r <= 0xFE0F || r == 0xFEFF || r == 0xFFA0 || 0xFFF0 <= r && r <= 0xFFFD
	default:
		return 0x1D173 <= r && r <= 0x1D17A || 0xE0000 <= r && r <= 0xE0FFF
	}
}

// inspect reads s once: plain says that it is in normal form already, rare that it holds
// runes for which NFKC must be asked. When rare is true, plain is false.
func inspect(s string) (plain, rare bool) {
	plain = true
	last, run := rune(0), 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r >= utf8.RuneSelf && (r < mainFirst || r > mainLast) && compose(r) {
			return false, true
		}
		if !plain {
			continue
		}
		if r == last {
			run++
		} else {
			run = 1
		}
		switch {
		case r == ' ':
			plain = last != 0 && last != ' ' && !Han(last)
		case last == ' ':
			next := mapped(r)
			plain = next == r && !Han(r) && !(digit(r) && i >= 3 && digit(rune(s[i-3])))
		default:
			plain = mapped(r) == r && r != '…'
		}
		if _, word := wordEnding(s[:i], r); word || run > longestRun(r) {
			plain = false
		}
		last = r
	}
	return plain && last != ' ', false
}

// compose reports whether NFKC may change r or join it with a neighbour. It may say yes too
// often; it says no for what the daily languages use.
func compose(r rune) bool {
	switch {
	case int(r) < len(latin) && latin[r] != 0, unseen(r):
		return false
	case '①' <= r && r <= '⑨', r == '¿', r == '¡', r == '·', r == '´', r == 0xA0:
		return false
	case 0x2010 <= r && r <= 0x201F, r == 0x2022, r == 0x2026: // dashes, quotes, dots
		return false
	case 0x3000 <= r && r <= 0x3020, 0x3400 <= r && r <= 0x4DBF: // CJK punctuation, Extension A
		return false
	case 0xFF01 <= r && r <= 0xFF5E, 0x20000 <= r && r <= 0x2F7FF:
		return false
	case 0x1F300 <= r && r <= 0x1FAFF, 0x2600 <= r && r <= 0x27BF: // emoji
		return false
	}
	return true
}

// Rune gives what Text makes of a rune that stands by itself and needs no NFKC: a rune, ' ' for
// white space, or -1 for a rune that leaves no trace. It is for callers that need to know where
// in the text a rune stood.
func Rune(r rune) rune { return mapped(r) }
