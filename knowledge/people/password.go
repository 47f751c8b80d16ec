package people

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Limits of a password [6.2.1, 6.2.9]. Fifteen characters are suggested, none are demanded of
// any kind [6.2.5].
const (
	leastPassword = 8   // characters
	maxPassword   = 256 // bytes
)

//go:embed common.txt
var commonList string

// common is the set of passwords, and of words at the heart of passwords, that people who guess
// try first.
var common = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if !strings.HasPrefix(line, "#") {
			for _, word := range strings.Fields(line) {
				set[word] = true
			}
		}
	}
	return set
})

// products are names that anybody guesses who sees the sign-in page.
var products = []string{"zhilu", "指路", "wechat", "weixin", "微信", "console"}

// strong refuses a password that is guessed early, with the reason [6.2.4, 6.2.11, 6.2.12].
func strong(password, login, name string) error {
	if len(password) > maxPassword {
		return ErrWeak{"long"}
	}
	if !utf8.ValidString(password) {
		return ErrWeak{"encoding"}
	}
	password = normal(password)
	folded := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < leastPassword:
		return ErrWeak{"short"}
	case repeats(folded):
		return ErrWeak{"repeat"}
	case sequence(folded):
		return ErrWeak{"sequence"}
	case number(folded):
		return ErrWeak{"digits"}
	case mostly(folded, append(strings.Fields(strings.ToLower(normal(name))), login)...):
		return ErrWeak{"login"}
	case mostly(folded, products...):
		return ErrWeak{"product"}
	case isCommon(folded):
		return ErrWeak{"common"}
	}
	return nil
}

// repeats says whether a text is fewer than four different characters, or one piece again and
// again.
func repeats(s string) bool {
	runes := []rune(s)
	different := map[rune]bool{}
	for _, r := range runes {
		different[r] = true
	}
	return len(different) < 4 || period(runes) <= len(runes)/2
}

// period is the length of the shortest piece that a text repeats; its last time may be cut off.
func period(runes []rune) int {
	for n := 1; n < len(runes); n++ {
		i := n
		for i < len(runes) && runes[i] == runes[i-n] {
			i++
		}
		if i == len(runes) {
			return n
		}
	}
	return len(runes)
}

// rows are neighbours on a keyboard, by rows and by columns.
var rows = []string{"`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "azertyuiop", "~!@#$%^&*()_+",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik<(ol>)p:?", "147258369", "963852741", "zaq1xsw2cde3vfr4"}

// sequence says whether a text is made of nothing but runs of three and more: alphabet and
// numbers up or down, keys side by side, one character again and again.
func sequence(s string) bool {
	runes := []rune(s)
	for i := 0; i < len(runes); {
		n := max(steps(runes[i:], 1), steps(runes[i:], -1), steps(runes[i:], 0), keys(runes[i:]))
		if n < 3 {
			return false
		}
		i += n
	}
	return true
}

// steps is how many characters from the first one on are each by d further.
func steps(runes []rune, d rune) int {
	n := 1
	for n < len(runes) && runes[n] == runes[n-1]+d {
		n++
	}
	return n
}

// keys is how many characters from the first one on lie side by side, in either direction.
func keys(runes []rune) int {
	best := 1
	for _, row := range rows {
		for _, line := range []string{row, reversed(row)} {
			at := strings.IndexRune(line, runes[0])
			if at < 0 {
				continue
			}
			n := 0
			for _, r := range line[at:] {
				if n == len(runes) || runes[n] != r {
					break
				}
				n++
			}
			best = max(best, n)
		}
	}
	return best
}

func reversed(s string) string {
	runes := []rune(s)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

// number says whether a text is a number no longer than a telephone's, perhaps with somebody's
// initials: dates of birth, QQ numbers and telephones are what is tried first in China.
func number(s string) bool {
	const telephone, initials = 11, 3
	digits := strings.TrimFunc(s, unicode.IsLetter)
	return len(digits) <= telephone && strings.Trim(digits, "0123456789") == "" &&
		utf8.RuneCountInString(s)-len(digits) <= initials
}

// mostly says whether a text is little more than one of some words: without it, too little for
// a password is left. Very short words say nothing.
func mostly(s string, words ...string) bool {
	for _, w := range words {
		if len(w) < 4 {
			continue
		}
		for _, w := range []string{w, reversed(w)} {
			if strings.Contains(s, w) && utf8.RuneCountInString(strings.ReplaceAll(s, w, "")) < leastPassword {
				return true
			}
		}
	}
	return false
}

// isCommon says whether a text, or its heart, is in the list. The heart is what is left without
// the digits and signs around it, at most eight of them, and with letters for the digits that
// look like them. Spaces do not count.
func isCommon(s string) bool {
	s = strings.ReplaceAll(s, " ", "")
	forms := []string{s}
	heart := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	frame := utf8.RuneCountInString(s) - utf8.RuneCountInString(heart)
	if heart != "" && frame <= leastPassword {
		forms = append(forms, heart, strings.TrimRight(s, "0123456789!.,?*#_-"), strings.TrimLeft(s, "0123456789!.,?*#_-"))
	}
	for _, t := range forms {
		for _, t := range []string{t, unleet(t)} {
			if common()[t] || common()[reversed(t)] {
				return true
			}
		}
	}
	return false
}

// unleet gives letters for the digits and signs that are written in their place.
func unleet(s string) string {
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(s)
}
