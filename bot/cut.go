package bot

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The places where a text may be cut, best first. The first four count only in the second half of the
// room: half a page is better than a lone greeting.
const (
	cutParagraph = iota
	cutLine
	cutSentence
	cutPhrase   // at a space or after a Chinese comma
	cutLetter   // between two letters
	cutInLetter // between a letter and its accent, or inside a joined emoji
	cutInLink
	cutKinds
)

// Cut returns the longest sensible beginning of s with at most max bytes: it ends at a paragraph, else
// a line, else a sentence, else a space or comma, else between two letters, and never inside a rune.
// It does not end inside a link (<a …>…</a>) or inside what the eye sees as one letter, unless nothing
// else would be left. Space at the end is dropped, nothing is added. A text within the limit comes
// back unchanged. s must be valid UTF-8 (see Clean).
func Cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	first := len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	links := link.FindAllStringIndex(s, -1)
	var best [cutKinds]int
	for at := max; at > first && (at >= max/2 || best[cutLetter] == 0); at-- {
		if !utf8.RuneStart(s[at]) {
			continue
		}
		kind := cutKind(s, at, links)
		if at < max/2 && kind < cutLetter {
			kind = cutLetter
		}
		if best[kind] == 0 {
			best[kind] = at
		}
	}
	for _, at := range best {
		if at > 0 {
			return strings.TrimRightFunc(s[:at], unicode.IsSpace)
		}
	}
	return ""
}

// link is an element that the client shows as one (§2, §5). An <a without its end is text.
var link = regexp.MustCompile(`(?is)<a(?:\s[^>]*)?>.*?</a\s*>`)

// cutKind says what kind of place s[:at] ends at.
func cutKind(s string, at int, links [][]int) int {
	for _, l := range links {
		if l[0] < at && at < l[1] {
			return cutInLink
		}
	}
	next, _ := utf8.DecodeRuneInString(s[at:])
	switch {
	case joined(s, at, next):
		return cutInLetter
	case next == '\n' && strings.HasPrefix(strings.TrimLeft(s[at+1:], " \t"), "\n"):
		return cutParagraph
	case next == '\n':
		return cutLine
	case sentenceEnds(s[:at], next):
		return cutSentence
	case unicode.IsSpace(next) || phraseEnds(s[:at], next):
		return cutPhrase
	}
	return cutLetter
}

// Marks that close what a sentence opened, and that therefore stay with it.
const closers = `”’」』）)]】》"'`

// sentenceEnds reports whether a sentence is over at the end of s, when next follows.
func sentenceEnds(s string, next rune) bool {
	if strings.ContainsRune(closers+"。！？…｡!?.", next) {
		return false
	}
	last, size := utf8.DecodeLastRuneInString(s)
	for range 3 { // more closing marks in a row are no sentence's
		if !strings.ContainsRune(closers, last) {
			break
		}
		s = s[:len(s)-size]
		last, size = utf8.DecodeLastRuneInString(s)
	}
	switch last {
	case '。', '！', '？', '…', '｡':
		return true
	case '!', '?', '.':
		// Not in "3.14" or "a.cn", and not after the number of a list item, "1. ".
		before, _ := utf8.DecodeLastRuneInString(s[:len(s)-size])
		return (unicode.IsSpace(next) || unicode.Is(unicode.Han, next)) &&
			!(last == '.' && unicode.IsDigit(before))
	}
	return false
}

// phraseEnds knows the Chinese marks only: the others have a space after them.
func phraseEnds(s string, next rune) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("，、；：", last) && !strings.ContainsRune(closers, next)
}

const joiner = '\u200d'

// joined reports whether next, which stands at s[at:], is seen as one with what is before it: a
// combining mark or variation selector, a joined emoji, a skin tone, a tag, the second half of a flag.
func joined(s string, at int, next rune) bool {
	if next == joiner || unicode.Is(unicode.M, next) ||
		0x1F3FB <= next && next <= 0x1F3FF || 0xE0020 <= next && next <= 0xE007F {
		return true
	}
	if last, _ := utf8.DecodeLastRuneInString(s[:at]); last == joiner {
		return !unicode.IsSpace(next)
	}
	if !unicode.Is(unicode.Regional_Indicator, next) {
		return false
	}
	letters := 0
	for at > 0 {
		last, size := utf8.DecodeLastRuneInString(s[:at])
		if !unicode.Is(unicode.Regional_Indicator, last) {
			break
		}
		letters++
		at -= size
	}
	return letters%2 == 1 // flags are pairs
}
