package sheet

import (
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"
	"testing"

	"zhilu/knowledge"
)

// embedded are the files of the base that is built in.
var embedded = sync.OnceValue(func() map[string][]byte {
	files := map[string][]byte{}
	err := fs.WalkDir(knowledge.Base(), ".", func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files[p], err = fs.ReadFile(knowledge.Base(), p)
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	return files
})

// small is a base of a few entries, for tests that change it.
func small() map[string][]byte {
	return map[string][]byte{
		"sources.yaml": []byte("# Where it comes from.\nSRC:\n  tier: A\n  title: A law\n  urls:\n    - https://example.org/law\n"),
		"channel/hotline.yaml": []byte(`# The hotline.
id: hotline
kind: channel
name:
  zh: 热线{.phone}
  en: Hotline {.phone}
  es: Línea {.phone}
text:
  zh: |
    拨{.phone}。

    时间：{.hours}。
  en: |
    Call {.phone}.

    Hours: {.hours}.
  es: |
    Llame al {.phone}.

    Horario: {.hours}.
phrases:
  zh: ["12378", "=总局"]
  en: [financial regulator]
examples:
  zh: |
    12378怎么打
    打不通
  en: |
    what is 12378
facts:
  hours:
    type: hours
    values:
      zh: 工作日白天
      en: weekdays
      es: días hábiles
    open:
      days: workdays
      from: "09:00"
      to: "17:00"
    sources: [SRC]
    checked: 2026-11-21
    confidence: low
  phone:
    type: phone
    value: "12378"
    sources: [SRC]
    checked: 2026-11-21
    confidence: medium
    later:
      - from: 2027-01-01
        value: "12379"
        sources: [SRC]
        checked: 2026-11-21
        confidence: high
made_from:
  en: STAMP
  es: STAMP
sources: [SRC]
checked: 2026-11-21
confidence: medium
`),
		"topic/other.yaml": []byte("id: other\nkind: topic\nname:\n  zh: 别的\n  en: Other\n  es: Otro\n"),
	}
}

// fresh is small with its translations stamped and in canonical form.
func fresh(t testing.TB) map[string][]byte {
	t.Helper()
	files := small()
	for path, data := range files {
		if !knowledge.EntryFile(path) {
			continue
		}
		e, err := knowledge.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		e.Restamp(knowledge.En, knowledge.Es)
		if files[path], err = knowledge.Rewrite(data, e); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func mustExport(t testing.TB, files map[string][]byte, k Kind, f Format, lang knowledge.Lang) []byte {
	t.Helper()
	data, err := Export(files, k, f, lang)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustImport(t testing.TB, files map[string][]byte, name string, data []byte) Preview {
	t.Helper()
	before := maps.Clone(files)
	p, err := Import(files, name, data)
	if err != nil {
		t.Fatal(err)
	}
	for path := range before {
		if string(before[path]) != string(files[path]) {
			t.Errorf("the import writes into %s", path)
		}
	}
	return p
}

// told are the problems or notes as a test compares them: row, column, key.
func told(ps []RowProblem) string {
	lines := make([]string, 0, len(ps))
	for _, p := range ps {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %s %s", p.Row, p.Key, p.Column)))
	}
	return strings.Join(lines, "; ")
}

// quiet asks that a preview changes nothing and says nothing.
func quiet(t *testing.T, p Preview) {
	t.Helper()
	if len(p.Changes) > 0 || len(p.Files) > 0 || len(p.Problems) > 0 || len(p.Notes) > 0 {
		t.Errorf("%d changes, %d files, problems %s, notes %s", len(p.Changes), len(p.Files), told(p.Problems), told(p.Notes))
		for i, c := range p.Changes {
			if i < 3 {
				t.Logf("%+v", c)
			}
		}
	}
}

// TestRoundTrip: what was exported and comes back as it was changes nothing.
func TestRoundTrip(t *testing.T) {
	for name, files := range map[string]map[string][]byte{"embedded": embedded(), "small": fresh(t)} {
		for i, k := range Kinds {
			for j, f := range []Format{XLSX, CSV} {
				lang := knowledge.AnswerLangs[(i+j)%3]
				t.Run(fmt.Sprintf("%s %s %s %s", name, k, f, lang), func(t *testing.T) {
					data := mustExport(t, files, k, f, lang)
					if name == "small" && string(mustExport(t, files, k, f, lang)) != string(data) {
						t.Error("a second export has other bytes")
					}
					p := mustImport(t, files, "x."+string(f), data)
					quiet(t, p)
					if p.Kind != k || k != Contacts && p.Rows == 0 {
						t.Errorf("read as %q, %d rows", p.Kind, p.Rows)
					}
					t.Logf("%d rows, %d KiB", p.Rows, len(data)>>10)
				})
			}
		}
	}
}
