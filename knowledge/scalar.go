package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain reports whether a string may stand in a file without quotes: it starts with a letter
// or with Chinese punctuation, so that it is no number, date or mark, and holds nothing that
// YAML reads as structure. A flow list needs more care than a line of its own.
func plain(s string, flow bool) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) && !strings.ContainsRune("《（“", first) {
		return false
	}
	if slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s)) {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") || strings.HasSuffix(s, " ") {
		return false
	}
	if flow && strings.ContainsAny(s, ",[]{}:#") {
		return false
	}
	return printable(s)
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// blockHeader gives the mark that opens a literal block for a text of several lines. ok is
// false for a text of one line, and for one that a block could not show faithfully: with
// spaces at the end of a line, characters nobody sees, or blank lines at either end.
func blockHeader(s string) (header string, ok bool) {
	if !strings.Contains(s, "\n") {
		return "", false
	}
	header, body := "|-", s
	if strings.HasSuffix(s, "\n") {
		header, body = "|", s[:len(s)-1]
	}
	if body == "" || strings.ContainsAny(body[:1], " \n") || strings.HasSuffix(body, "\n") {
		return "", false
	}
	for l := range strings.SplitSeq(body, "\n") {
		if !printable(l) || strings.HasSuffix(l, " ") {
			return "", false
		}
	}
	return header, true
}

// quoted is a string in double quotes; what nobody sees is written as an escape.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
