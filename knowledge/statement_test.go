package knowledge

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"golang.org/x/tools/txtar"
)

// sayers are the functions that take the format of a problem, with its place among the
// arguments; -1: the first string that is no YAML path.
var sayers = map[string]int{"report": 4, "reportAbout": 5, "reportIn": 4, "saying": 0, "sayf": 0, "newStatement": 0, "bad": -1}

// said is one format in the code, with the number of values given to it.
type said struct {
	format string
	args   int // -1: not counted
	at     token.Position
}

// saidInCode collects the formats of all problems by reading the code of the package.
func saidInCode(t *testing.T) []said {
	t.Helper()
	files, err := filepath.Glob("*.go")
	must(t, err)
	set, all := token.NewFileSet(), []said{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		must(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if s, ok := saidIn(t, set, n); ok {
					all = append(all, s)
				}
			case *ast.CompositeLit:
				refuseText(t, set, n)
			}
			return true
		})
	}
	return all
}

func saidIn(t *testing.T, set *token.FileSet, call *ast.CallExpr) (said, bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	at, ok := sayers[name]
	if !ok {
		return said{}, false
	}
	if at < 0 {
		at = slices.IndexFunc(call.Args, func(a ast.Expr) bool { s, ok := literal(a); return ok && !strings.HasPrefix(s, "$") })
	}
	if at < 0 || at >= len(call.Args) {
		t.Errorf("%s: %s without a format", set.Position(call.Pos()), name)
		return said{}, false
	}
	format, ok := literal(call.Args[at])
	if !ok {
		if id, isName := call.Args[at].(*ast.Ident); !isName || id.Name != "format" { // handed on
			t.Errorf("%s: the format of %s must be a literal", set.Position(call.Pos()), name)
		}
		return said{}, false
	}
	s := said{format, len(call.Args) - at - 1, set.Position(call.Pos())}
	if name == "newStatement" { // its values are in a slice
		s.args = -1
	}
	return s, true
}

// refuseText: a Problem literal with a Text would not be translated; see Problem.saying.
func refuseText(t *testing.T, set *token.FileSet, lit *ast.CompositeLit) {
	name, ok := lit.Type.(*ast.Ident)
	if lit.Type != nil && (!ok || name.Name != "Problem") {
		return
	}
	keys := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok {
				keys[k.Name] = true
			}
		}
	}
	if p := set.Position(lit.Pos()); keys["Text"] && keys["Code"] && keys["File"] && p.Filename != "read.go" {
		t.Errorf("%s: say what is wrong with Problem.saying", p)
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// TestProblemsTranslated: what the code says is in problems.yaml, in both languages and with
// the same values, and nothing else is.
func TestProblemsTranslated(t *testing.T) {
	all, used := translations(), map[string]bool{}
	for _, s := range saidInCode(t) {
		used[s.format] = true
		text, ok := all[s.format]
		if !ok {
			t.Errorf("%s: %q is not in problems.yaml", s.at, s.format)
			continue
		}
		want := verbs(t, s.format)
		if s.args >= 0 && s.args != len(want) || len(want) > maxArgs {
			t.Errorf("%s: %q is given %d values, of at most %d", s.at, s.format, s.args, maxArgs)
		}
		for _, l := range []Lang{ZhHans, Es} {
			switch got := verbs(t, text.In(l)); {
			case text.In(l) == "":
				t.Errorf("%q is missing in %s", s.format, l)
			case !maps.EqualFunc(got, want, func(a, b rune) bool { return a == b || a == 's' && b == 'v' }):
				t.Errorf("%q has other values in %s: %q", s.format, l, text.In(l))
			}
		}
		if strings.ContainsAny(text.Zh, `"`) || !strings.ContainsFunc(text.Zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%q: %q is no Chinese", s.format, text.Zh)
		}
	}
	for format := range all {
		if !used[format] {
			t.Errorf("%q is in problems.yaml and nobody says it", format)
		}
	}
}

var verb = regexp.MustCompile(`%(\[(\d+)\])?([a-z%])`)

// verbs are those of a format, by the number of the value.
func verbs(t *testing.T, format string) map[int]rune {
	t.Helper()
	m, n := map[int]rune{}, 0
	for _, v := range verb.FindAllStringSubmatch(format, -1) {
		if n++; v[2] != "" {
			n, _ = strconv.Atoi(v[2])
		}
		m[n] = rune(v[3][0])
	}
	if strings.Count(format, "%") != len(verb.FindAllString(format, -1)) {
		t.Errorf("%q holds a verb that this test does not know", format)
	}
	return m
}

// TestProblemsOfBroken says every problem of the broken bases in Chinese and Spanish, as
// testdata/problems.*.txt has them: the rule, the field, the sentence. -update writes the files.
func TestProblemsOfBroken(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.txt")
	must(t, err)
	out := map[Lang]*strings.Builder{ZhHans: {}, Es: {}}
	for _, path := range files {
		archive, err := txtar.ParseFile(path)
		must(t, err)
		ps := problemsOfBroken(t, path, archive)
		for l, b := range out {
			fmt.Fprintf(b, "== %s\n", strings.TrimSuffix(filepath.Base(path), ".txt"))
			for _, p := range ps {
				fmt.Fprintf(b, "%s\t%s\t%s\n", p.Code.Title(l), p.Where, p.In(l))
				if !slices.Contains(ps, p) { // panics when something in it cannot be compared
					t.Errorf("%q is not equal to itself", p.Text)
				}
				if p.In(En) != p.Text {
					t.Errorf("%q in English: %q", p.Text, p.In(En))
				}
				if s := p.In(l); s == "" || s == p.Text || strings.Contains(s, "%!") || translations()[p.said.format].In(l) == "" {
					t.Errorf("%q in %s: %q", p.Text, l, s)
				}
			}
		}
	}
	for l, b := range out {
		name := "testdata/problems." + langKey(l) + ".txt"
		if *update {
			must(t, os.WriteFile(name, []byte(b.String()), 0o644))
		}
		if want, err := os.ReadFile(name); err != nil || string(want) != b.String() {
			t.Errorf("%s is not what is said (%v); run make update and read it through", name, err)
		}
	}
}

// TestProblemsOfFolder: what is wrong with files is said in all languages too, and the same
// problem twice is one.
func TestProblemsOfFolder(t *testing.T) {
	broken := fstest.MapFS{
		"a.txt":          {Data: []byte("x")},
		"topic/big.yaml": {Data: make([]byte, maxFileBytes+1)},
	}
	_, ps := Canonical(broken)
	_, more := Read(broken)
	twice := decode("x.yaml", []byte("id: a\nid: b\n"), new(Entry))
	two := decodeOne("x.yaml", []byte("id: a\n---\nid: b\n"), new(Entry))
	foreign := Problem{Code: BadSyntax, File: "x.yaml"}.of(os.ErrClosed)
	for _, p := range slices.Concat(ps, more, twice, two, Problems{foreign}) {
		zh, es := p.In(ZhHans), p.In(Es)
		if zh == p.Text || es == p.Text || zh == es || zh == "" || strings.Contains(zh+es, "%!") {
			t.Errorf("%q: %q, %q", p.Text, zh, es)
		}
	}
	if got := twice[0].In(ZhHans); got != "字段“id”重复了：第 1 行已经有了。请只留一个。" {
		t.Errorf("%q: %s", twice[0].Text, got)
	}
	if _, ps := Import(fstest.MapFS{"topic/x.yaml": {Data: []byte("idd: x\n")}}); len(ps) < 2 || ps[len(ps)-1] == ps[len(ps)-2] {
		t.Errorf("one fault, said more than once: %v", ps)
	}
	if got := (Problem{Text: "put together by hand"}).In(ZhHans); got != "put together by hand" {
		t.Error(got)
	}
}

func TestStatementQuotes(t *testing.T) {
	p := Problem{}.saying("the character %q may not stand in a text", '\u200b')
	if got := p.In(ZhHans); !strings.Contains(got, `“\u200b”`) {
		t.Error(got)
	}
	p = Problem{}.saying("%s is a %s, not a %s", ID("x"), Right, Channel)
	if p.Text != "x is a right, not a channel" || p.In(Es) != "Aquí va una ficha de tipo «canal», pero x es de tipo «derecho». Elija otra." {
		t.Errorf("%s / %s", p.Text, p.In(Es))
	}
	if !slices.Contains(Problems{p}, Problem{}.saying("%s is a %s, not a %s", ID("x"), Right, Channel)) {
		t.Error("what says the same is not equal")
	}
}
