package console

import (
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/worddiff"
)

// piece is a part of a text, and what became of it: "ins", "del" or "" for nothing.
type piece struct{ Text, Op string }

// ops are the marks of pieces.
var ops = map[worddiff.Op]string{worddiff.Insert: "ins", worddiff.Delete: "del"}

// pieces shows what changed between two texts.
func pieces(old, now string) []piece {
	var list []piece
	for _, p := range worddiff.Diff(old, now) {
		list = append(list, piece{p.Text, ops[p.Op]})
	}
	return list
}

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
