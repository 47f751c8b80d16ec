package bot

import (
	"strings"
	"unicode/utf8"
)

// Limits of a text reply in bytes of UTF-8. The platform documents none; 2048 was measured, and some
// saw the wall earlier (§5). Texts should aim at Aim; MaxContent is where we cut.
const (
	MaxContent = 2048
	Aim        = 1800
)

// Clean returns s as valid UTF-8 without the characters that XML 1.0 forbids; a single one makes the
// whole reply unreadable for the platform (§2). Line ends become LF, which is what the platform wants
// and what any XML reader makes of them. Clean of a clean text is the same text.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if forbidden(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// isClean looks at bytes: what is forbidden beyond the controls are two noncharacters, EF BF BE and
// EF BF BF in UTF-8.
func isClean(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' && c != '\t' && c != '\n':
			return false
		case c == 0xEF && i+2 < len(s) && s[i+1] == 0xBF && s[i+2] >= 0xBE:
			return false
		}
	}
	return utf8.ValidString(s)
}

// forbidden is the complement of Char in XML 1.0 §2.2; a rune of valid UTF-8 is never a surrogate.
func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}
