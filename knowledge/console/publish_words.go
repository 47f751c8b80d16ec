package console

import (
	"strings"

	"zhilu/knowledge"
)

// piece is a part of a text, and what became of it: "ins", "del" or "" for nothing.
type piece struct{ Text, Op string }

// pieces shows what changed between two texts.
func pieces(old, now string) []piece {
	a, b := []rune(old), []rune(now)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return solid(piece{string(a[:start]), ""}, piece{string(a[start : len(a)-end]), "del"},
		piece{string(b[start : len(b)-end]), "ins"}, piece{string(a[len(a)-end:]), ""})
}

// problemText is a problem in the language of the console.
func problemText(p knowledge.Problem, _ knowledge.Lang) string { return p.Text }

// kindTitle is the name of a kind of entry.
func kindTitle(k knowledge.Kind, _ knowledge.Lang) string { return string(k) }

// fieldTitle is the name of a field, given as its path in an entry.
func fieldTitle(path string, _ knowledge.Lang) string { return path }

// solid leaves out pieces without text.
func solid(all ...piece) []piece {
	var list []piece
	for _, p := range all {
		if p.Text != "" {
			list = append(list, p)
		}
	}
	return list
}

// without leaves out the pieces with an op: the old text is that without what came.
func without(all []piece, op string) []piece {
	var list []piece
	for _, p := range all {
		if p.Op != op {
			list = append(list, p)
		}
	}
	return list
}

// langName is a language in itself, as in the switch of the console.
func langName(l knowledge.Lang) string {
	switch l {
	case knowledge.En:
		return "English"
	case knowledge.Es:
		return "Español"
	case knowledge.ZhHant:
		return "繁體中文"
	default:
		return "中文"
	}
}

// firstLine is the beginning of a text that has no name.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return cutRunes(line, 40)
}
