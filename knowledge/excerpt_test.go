package knowledge

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestExcerpt: the caret stands under the fault, also after Chinese text, which is twice as
// wide, and what YAML has to say is said once.
func TestExcerpt(t *testing.T) {
	for file, want := range map[string]struct{ line, before string }{
		"id: x\ncolour: red\n":                     {"colour: red", ""},
		"id: x\nname: {zh: 例子, fr: Exemple}\n":     {"name: {zh: 例子, fr: Exemple}", "name: {zh: ...., "},
		"id: x\r\nname: {zh: \"例，例\", fr: x}\r\n":  {"name: {zh: \"例，例\", fr: x}", "name: {zh: ........, "},
		"id: x\rcolour: red\r":                     {"colour: red", ""},
		"id: x\nname:\n  zh: |\n    例子\n  fr: 例\n": {"  fr: 例", "  "},
		"id: x\nname: {zh: ａ한 😀é, fr: x}\n":        {"name: {zh: ａ한 😀é, fr: x}", "name: {zh: ........, "},
		"id: x\nname: {zh: e\u0301, fr: x}\n":      {"name: {zh: e\u0301, fr: x}", "name: {zh: ., "},
		"id: x\nname: {zh: \u202e\u200d一, fr: x}":  {"name: {zh: \ufffd\ufffd一, fr: x}", "name: {zh: ...., "},
		"id: x\nname: {zh: 例子\n":                   {"name: {zh: 例子", "name: "},
		"id: x\nname: {zh: 未完, en: \"}\n":          {"name: {zh: 未完, en: \"}", "name: {zh: ...., en: "},
		"\ufeffcolour: red\n":                      {"\ufffdcolour: red", ""},
		"id: [":                                    {"id: [", "id: "},
		"id: x\n\tk: y":                            {"\tk: y", ""},
		"id: x\nid: y":                             {"id: y", ""},
	} {
		base := fstest.MapFS{"x.yaml": {Data: []byte(file)}}
		_, ps := Read(base)
		if len(ps) != 1 || strings.Contains(ps[0].String(), "\n") {
			t.Fatalf("%q: %v", file, ps)
		}
		caret := strings.Repeat(" ", len(want.before)) + "^"
		if got := ps[0].Excerpt(base); got != "    "+want.line+"\n    "+caret+"\n" {
			t.Errorf("%q: %v\n%s", file, ps[0], got)
		}
	}
}

// TestExcerptOfALongLine: a line of any length is cut to what is near the fault.
func TestExcerptOfALongLine(t *testing.T) {
	list := "rights: [" + strings.Repeat("权利-right, ", 400) + "[错], " + strings.Repeat("权利-right, ", 400) + "end]"
	for file, want := range map[string]struct {
		head, fault, tail string // how the line begins, what stands over the caret, how it ends
	}{
		"id: x\n" + list: {"…", "[错], 权利", "…"},
		"id: x\nrights: [" + strings.Repeat("权利, ", 400) + "[错]]":                                      {"…", "[错]]", "[错]]"},
		"id: x\nrights: [[错]," + strings.Repeat("权利, ", 400) + "]":                                     {"rights: [[错],", "[错],权利", "…"},
		"id: x\nrights: [" + strings.Repeat("权, ", 18) + "[错]]":                                        {"rights: [权", "[错]]", "[错]]"},
		"id: x\nrights: [" + strings.Repeat("e\u0301", 60) + ", [错], " + strings.Repeat("a", 13) + "]": {"rights: [e", "[错], a", "a]"},
	} {
		base := fstest.MapFS{"x.yaml": {Data: []byte(file)}}
		_, ps := Read(base)
		if len(ps) != 1 {
			t.Fatal(ps)
		}
		lines := strings.Split(ps[0].Excerpt(base), "\n")
		line, caret := strings.TrimPrefix(lines[0], excerptIndent), columnsOf([]rune(lines[1]))-1-len(excerptIndent)
		before, _, found := strings.Cut(line, want.fault)
		if len(lines) != 3 || !found || columnsOf([]rune(before)) != caret || columnsOf([]rune(lines[0])) > 100 ||
			!strings.HasPrefix(line, want.head) || !strings.HasSuffix(line, want.tail) {
			t.Errorf("%.40q…: %d columns\n%s", file, columnsOf([]rune(lines[0])), strings.Join(lines, "\n"))
		}
	}
}

// TestExcerptOfOddPlaces: no place, a file that is not there any more, a line of tabs.
func TestExcerptOfOddPlaces(t *testing.T) {
	base := fstest.MapFS{"x.yaml": {Data: []byte("id: x\n")}}
	for _, p := range []Problem{{File: "x.yaml"}, {File: "x.yaml", Line: 1}, {File: "x.yaml", Line: 3, Col: 1}, {File: "y.yaml", Line: 1, Col: 1}, {File: ".", Line: 1, Col: 1}, {File: "../x.yaml", Line: 1, Col: 1}} {
		if got := p.Excerpt(base); got != "" {
			t.Errorf("%v: %q", p, got)
		}
	}
	tabs := fstest.MapFS{"x.yaml": {Data: []byte(strings.Repeat("\t", 50) + "例" + strings.Repeat("\t", 50))}}
	if got := (Problem{File: "x.yaml", Line: 1, Col: 51}).Excerpt(tabs); got != "    …\t\t\t\t\t\t例\t\t\t\t\t…\n     \t\t\t\t\t\t^\n" {
		t.Errorf("tabs: %q", got)
	}
	short := fstest.MapFS{"x.yaml": {Data: []byte("id: x # 例\t例")}}
	if got := (Problem{File: "x.yaml", Line: 1, Col: 11}).Excerpt(short); got != "    id: x # 例\t例\n              \t^\n" {
		t.Errorf("a tab: %q", got)
	}
	if got := (Problem{File: "x.yaml", Line: 1, Col: 99}).Excerpt(base); got != "    id: x\n         ^\n" {
		t.Errorf("past the end of the line: %q", got)
	}
}

// TestExcerptOfTheBase: whatever place a problem of the embedded base can have, it can be shown.
func TestExcerptOfTheBase(t *testing.T) {
	c := &compiler{draft: draftOfBase()}
	for _, e := range c.draft.Entries {
		for _, where := range []string{"$.id", "$.name", "$.text.zh", "$.phrases", "$.facts", "$.facts.phone", "$.sources[0]"} {
			p := c.at(e, where, "", BadFact)
			lines := strings.Split(p.Excerpt(Base()), "\n")
			if p.Line > 0 && (len(lines) != 3 || !strings.HasSuffix(lines[1], "^") || slices.Contains([]string{":", " "}, under(lines))) {
				t.Errorf("%s %s\n%s", e.ID, where, strings.Join(lines, "\n"))
			}
		}
	}
}

// under is the character over the caret.
func under(lines []string) string {
	at := len(lines[1]) - 1
	for i, r := range lines[0] {
		if columnsOf([]rune(lines[0][:i])) == at {
			return string(r)
		}
	}
	return ""
}
