package worddiff

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestWord is how many characters the longest word of the list has.
const longestWord = 7

// wordList are the Chinese words that stay whole: those common in texts about debt collection
// and about offices. Chinese that is not in the list is compared character by character.
//
//go:embed words.txt
var wordList string

var words = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(wordList) {
		m[w] = true
	}
	return m
}()

// tokens takes a text apart into what is compared as a whole: a Chinese word, a Latin word, a
// number, a placeholder such as {entry.fact}, a run of spaces, any other character. Joined they
// give the text, byte for byte.
func tokens(s string) []string {
	var list []string
	for s != "" {
		n := first(s)
		n += joined(s[n:])
		list, s = append(list, s[:n]), s[n:]
	}
	return list
}

// first is the length of the token that s begins with.
func first(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == '{':
		return placeholder(s)
	case r == ' ' || r == '\t':
		return run(s, func(r rune) bool { return r == ' ' || r == '\t' })
	case unicode.IsDigit(r):
		return number(s)
	case unicode.Is(unicode.Han, r):
		return word(s)
	case latin(r):
		return letters(s)
	}
	return n
}

// latin reports whether r belongs to a script that parts its words.
func latin(r rune) bool {
	return unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

// run is the length of the longest beginning of s of which every character is in.
func run(s string, in func(rune) bool) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !in(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// placeholder is the length of "{…}" at the start of s, and that of the brace alone when it
// has no partner near.
func placeholder(s string) int {
	const longest = 100
	end := strings.IndexAny(s[1:min(len(s), longest)], "{}\n")
	if end > 0 && s[1+end] == '}' {
		return end + 2
	}
	return 1
}

// number takes hyphens, points and colons between digits along: 400-800-1234, 09:00, 1.5%.
func number(s string) int {
	n := run(s, unicode.IsDigit)
	for n+1 < len(s) && strings.IndexByte(".,:-/", s[n]) >= 0 {
		more := run(s[n+1:], unicode.IsDigit)
		if more == 0 {
			break
		}
		n += 1 + more
	}
	for _, sign := range []string{"%", "％"} {
		if strings.HasPrefix(s[n:], sign) {
			return n + len(sign)
		}
	}
	return n
}

// letters takes an apostrophe inside a word along: don't, l’aval.
func letters(s string) int {
	in := func(r rune) bool { return latin(r) || unicode.Is(unicode.M, r) }
	n := run(s, in)
	for _, mark := range []string{"'", "’"} {
		if rest, ok := strings.CutPrefix(s[n:], mark); ok {
			if more := run(rest, in); more > 0 {
				return n + len(mark) + more
			}
		}
	}
	return n
}

// word is the length of the longest word of the list at the start of s, or of one character.
func word(s string) int {
	_, shortest := utf8.DecodeRuneInString(s)
	best, n := shortest, 0
	for range longestWord {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.Is(unicode.Han, r) {
			break
		}
		if n += size; words[s[:n]] {
			best = n
		}
	}
	return best
}

// joined is the length of what belongs to the character before s: accents, the parts of an emoji.
func joined(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case r == '\u200d': // joins the character after it too
			_, next := utf8.DecodeRuneInString(s[n+size:])
			n += size + next
		case unicode.Is(unicode.M, r), r >= 0x1F3FB && r <= 0x1F3FF:
			n += size
		default:
			return n
		}
	}
	return n
}

// units say how much of its meaning a token carries: nothing for spaces and punctuation, 1 for
// a Chinese character, 2 for a Latin word, a number or a placeholder.
func units(token string) int {
	r, size := utf8.DecodeRuneInString(token)
	switch {
	case unicode.Is(unicode.Han, r):
		return utf8.RuneCountInString(token)
	case unicode.IsDigit(r), r == '{' && size < len(token), latin(r):
		return 2
	case unicode.IsLetter(r), unicode.Is(unicode.So, r):
		return 1
	}
	return 0
}

// sentences groups tokens: a sentence goes up to its end mark or line end, with the spaces and
// marks after it.
func sentences(list []string) []string {
	var all []string
	start, size, ended := 0, 0, false
	text := strings.Join(list, "")
	for i, t := range list {
		trailing := t == "\n" || strings.Trim(t, " \t”’\"»)）") == ""
		if ended && !trailing {
			all, start, ended = append(all, text[start:size]), size, false
		}
		size += len(t)
		ended = ended || ends(list, i)
	}
	if size > start {
		all = append(all, text[start:])
	}
	return all
}

// ends reports whether token i ends a sentence; the point after the number of a list does not.
func ends(list []string, i int) bool {
	switch list[i] {
	case "\n", "。", "！", "？", "；":
		return true
	case ".", "!", "?", ";":
		if r, _ := utf8.DecodeRuneInString(list[max(i-1, 0)]); unicode.IsDigit(r) && (i == 1 || list[i-2] == "\n") {
			return false
		}
		return i+1 == len(list) || strings.Trim(list[i+1], " \t\n") == ""
	}
	return false
}
