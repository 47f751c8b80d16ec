package sheet

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhilu/knowledge"
)

// holds asks of a preview what is true of every one, whatever was uploaded.
func holds(t *testing.T, files map[string][]byte, data []byte, p Preview) {
	t.Helper()
	named := map[string]bool{}
	if g, fault := read(data); fault == nil {
		for _, r := range g.rows {
			for _, c := range r.cells {
				named[strings.ToLower(c.text)] = true
			}
		}
	}
	changed := map[string]bool{}
	for _, c := range p.Changes {
		changed[c.Path] = true
		if c.Row < 2 || p.Files[c.Path] == nil {
			t.Errorf("a change of row %d, of %s, whose file does not change", c.Row, c.Path)
		}
	}
	for path, out := range p.Files {
		if !changed[path] || string(out) == string(files[path]) {
			t.Errorf("%s changes without a change", path)
		}
		if path == knowledge.SourcesFile {
			continue
		}
		e, err := knowledge.Decode(out)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if p.Kind != Contacts && !named[string(e.ID)] {
			t.Errorf("%s changes, and no row names it", path)
		}
		if again, err := knowledge.Rewrite(out, e); err != nil || string(again) != string(out) {
			t.Errorf("%s is not canonical: %v", path, err)
		}
	}
	for _, q := range slices.Concat(p.Problems, p.Notes) {
		for _, l := range knowledge.AnswerLangs {
			if s := q.Text(l); s == q.Key || s == "" || strings.Contains(strings.NewReplacer("%!", "").Replace(s), "%!") {
				t.Errorf("%s: %q", q.Key, s)
			}
		}
	}
}

// FuzzImport: whatever is uploaded, Import comes back and what it says holds.
func FuzzImport(f *testing.F) {
	for _, k := range Kinds {
		for _, format := range []Format{CSV, XLSX} {
			f.Add(mustExport(f, fresh(f), k, format, knowledge.ZhHans))
		}
	}
	f.Add(bookOf(f, phoneRow(`<c r="C2"><v>95555</v></c>`), nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		files := fresh(t)
		holds(t, files, data, mustImport(t, files, "x.csv", data))
	})
}

// TestNoRowNoChange: of the embedded base, whatever is edited, nothing changes that no row
// names, and a language that no cell changed stays as it was.
func TestNoRowNoChange(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 12))
	files := fresh(t)
	for round := range 400 {
		k := Kinds[round%len(Kinds)]
		s := tableOf(t, files, k)
		s.rows = slices.DeleteFunc(s.rows, func(row []string) bool { return row[0] != s.rows[0][0] && r.IntN(3) == 0 })
		for range 1 + r.IntN(6) {
			if len(s.rows) < 2 || r.IntN(6) == 0 {
				s.rows = append(s.rows, make([]string, len(s.rows[0])))
			}
			row := s.rows[1+r.IntN(len(s.rows)-1)]
			row[r.IntN(len(row))] = []string{"", "hotline", "other", "en", "新的{.phone}", "x\u200by", "2026-01-02", "110", "=1", "name", "https://e.org", "phone", "high"}[r.IntN(13)]
		}
		p := mustImport(t, files, "x.csv", s.bytes())
		holds(t, files, s.bytes(), p)
		untouched(t, files, p)
	}
}

// untouched asks that an entry differs only where a change says so.
func untouched(t *testing.T, files map[string][]byte, p Preview) {
	t.Helper()
	for path, out := range p.Files {
		if files[path] == nil || !knowledge.EntryFile(path) {
			continue
		}
		before, _ := knowledge.Decode(files[path])
		after, _ := knowledge.Decode(out)
		a, b := reflect.ValueOf(*before), reflect.ValueOf(*after)
		for i := range a.NumField() {
			name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("yaml"), ",")
			said := slices.ContainsFunc(p.Changes, func(c Change) bool {
				field, _, _ := strings.Cut(c.Field, ".")
				return c.Path == path && field == name
			})
			if !said && !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
				t.Errorf("%s: %s changes and no change says so", path, name)
			}
		}
	}
}

// TestStrings: every sentence is there in every language, with the same verbs, and no two
// columns of a sheet share a header.
func TestStrings(t *testing.T) {
	for key, s := range sentences {
		for _, l := range knowledge.AnswerLangs {
			if s.In(l) == "" || verbs(s.In(l)) != verbs(s.Zh) {
				t.Errorf("%s in %s: %q", key, l, s.In(l))
			}
		}
	}
	for _, k := range Kinds {
		owner := map[string]string{}
		for _, c := range append(slices.Clone(columns[k]), column{name: ref}) {
			for _, h := range []string{c.name, header(c.name).In(knowledge.ZhHans), header(c.name).In(knowledge.En), header(c.name).In(knowledge.Es)} {
				if first := owner[foldHeader(h)]; first != "" && first != c.name {
					t.Errorf("%s: %q is the header of %s and %s", k, h, first, c.name)
				}
				owner[foldHeader(h)] = c.name
			}
			if sentences[string(header(c.name))].Empty() {
				t.Errorf("%s has no header", c.name)
			}
		}
		if sentences["kind."+string(k)].Empty() {
			t.Errorf("%s has no name", k)
		}
	}
}

// TestKeys: every sentence that the code names is in strings.yaml, and is named.
func TestKeys(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, name := range names {
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`"((file|header|ref|row|cell|text|fact|list|contact|note)\.[a-z.]+)"`).FindAllSubmatch(code, -1) {
			used[string(m[1])] = true
		}
	}
	for key := range used {
		if sentences[key].Empty() {
			t.Errorf("%s is not in strings.yaml", key)
		}
	}
	for key := range sentences {
		if family, _, _ := strings.Cut(key, "."); !used[key] && !slices.Contains([]string{"kind", "lang", "column", "stale"}, family) {
			t.Errorf("%s is never said", key)
		}
	}
}

// verbs are the verbs of a sentence, in order of their numbers.
func verbs(s string) string {
	var all []string
	for i := range s {
		if s[i] == '%' {
			all = append(all, s[i:i+5])
		}
	}
	slices.Sort(all)
	return fmt.Sprint(all)
}
