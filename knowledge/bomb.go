package knowledge

import (
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// maxNested is how deep lists and mappings on one line may lie in each other. The files of a base
// need three; the time that the YAML parser takes grows with the square of the depth.
const maxNested = 20

// defused refuses a file that is small and would take the parser minutes and all memory: anchors
// and aliases, by which a file can say the same thing a billion times, and deep nesting. No
// base needs either. Nearly all files pass by a look at their bytes.
func defused(name string, data []byte) Problems {
	if !suspicious(data) {
		return nil
	}
	depth, line := 0, 0 // of this line's entries
	open := 0           // brackets
	for _, t := range lexer.Tokenize(string(data)) {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return Problems{Problem{Code: BadSyntax, File: name, Line: t.Position.Line, Col: t.Position.Column}.
				saying("anchors and aliases (& and *) are not read: write out what is meant")}
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open--
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Line != line {
				depth, line = 0, t.Position.Line
			}
			depth++
		}
		if open > maxNested || depth > maxNested {
			return Problems{Problem{Code: BadSyntax, File: name, Line: t.Position.Line, Col: t.Position.Column}.
				saying("lists and mappings lie more than %d deep in each other", maxNested)}
		}
	}
	return nil
}

// suspicious reports whether a file may hold what defused refuses, without taking it apart.
func suspicious(data []byte) bool {
	open, deepest := 0, 0 // brackets
	run, most := 0, 0     // of "- " and "? " one after the other
	for i, c := range data {
		switch c {
		case '&', '*':
			return true
		case '<':
			if i > 0 && data[i-1] == '<' {
				return true
			}
		case '[', '{':
			open++
			deepest = max(deepest, open)
		case ']', '}':
			open--
		}
		switch c {
		case '-', '?':
			run++
			most = max(most, run)
		case ' ', '\t':
		default:
			run = 0
		}
	}
	return deepest > maxNested || most > maxNested
}
