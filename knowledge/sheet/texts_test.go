package sheet

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"zhilu/knowledge"
)

// table is an exported sheet to be edited as a person would.
type table struct {
	t    *testing.T
	rows [][]string
}

func tableOf(t *testing.T, files map[string][]byte, k Kind) *table {
	t.Helper()
	data := mustExport(t, files, k, CSV, knowledge.En)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return &table{t, rows}
}

// set writes into the column of row n, as the spreadsheet counts.
func (s *table) set(n int, column, v string) *table {
	s.t.Helper()
	i := slices.Index(s.rows[0], column)
	if i < 0 {
		s.t.Fatalf("no column %q in %q", column, s.rows[0])
	}
	s.rows[n-1][i] = v
	return s
}

// add appends a row that a person typed.
func (s *table) add(cells ...string) *table {
	s.rows = append(s.rows, append(cells, make([]string, len(s.rows[0])-len(cells))...))
	return s
}

func (s *table) bytes() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(s.rows); err != nil {
		s.t.Fatal(err)
	}
	return b.Bytes()
}

// changes are the changes of a preview as a test compares them.
func changes(p Preview) string {
	var lines []string
	for _, c := range p.Changes {
		if c.Field == "made_from" {
			c.Old, c.New = "", ""
		}
		lines = append(lines, strings.Join([]string{string(c.Entry), c.Field, string(c.Lang), c.Old + "→" + c.New}, " "))
	}
	return strings.Join(lines, "; ")
}

// Rows of the small base: 2 hotline name, 3 hotline text, 4 other name.
func TestTexts(t *testing.T) {
	for _, c := range []struct {
		name                     string
		edit                     func(*table)
		changes, problems, notes string
	}{
		{"a translation", func(s *table) { s.set(4, "Spanish", "Otra cosa") }, "other name es Otro→Otra cosa", "", ""},
		{"Chinese alone makes translations stale", func(s *table) { s.set(4, "Chinese", "其他") },
			"other name zh-Hans 别的→其他", "", "4 note.stale; 4 note.stale"},
		{"Chinese with English", func(s *table) { s.set(4, "Chinese", "其他").set(4, "English", "Others") },
			"other name zh-Hans 别的→其他; other name en Other→Others; other made_from en →", "", "4 note.stamped; 4 note.stale"},
		{"one text of two is enough, the other did not change", func(s *table) {
			s.set(2, "Chinese", "电话{.phone}").set(2, "English", "Phone {.phone}").set(2, "Spanish", "Teléfono {.phone}")
		}, "hotline name zh-Hans 热线{.phone}→电话{.phone}; hotline name en Hotline {.phone}→Phone {.phone}; hotline name es Línea {.phone}→Teléfono {.phone}; hotline made_from en →; hotline made_from es →",
			"", "3 note.stamped; 3 note.stamped"},
		{"a placeholder is lost", func(s *table) { s.set(2, "English", "Hotline") }, "", "2 text.missing English", ""},
		{"a placeholder is translated", func(s *table) { s.set(2, "Spanish", "Línea {.teléfono}") }, "", "2 text.references Spanish", ""},
		{"a placeholder too many", func(s *table) { s.set(4, "English", "Other {hotline}") }, "", "4 text.extra English", ""},
		{"a placeholder of the Chinese", func(s *table) { s.set(2, "Chinese", "热线") }, "", "2 text.extra Chinese; 2 text.extra Chinese", ""},
		{"a brace", func(s *table) { s.set(2, "English", "Hotline {.phone}}") }, "", "2 text.brace English", ""},
		{"a row is taken whole or not at all", func(s *table) { s.set(2, "English", "Line {.phone}").set(2, "Spanish", "Línea") }, "", "2 text.missing Spanish", ""},
		{"an empty cell", func(s *table) { s.set(4, "English", " ") }, "", "4 cell.empty English", ""},
		{"zero width", func(s *table) { s.set(4, "English", "Ot\u200bher") }, "", "4 cell.invisible English", ""},
		{"bidi", func(s *table) { s.set(4, "English", "Ot\u202eher") }, "", "4 cell.bidi English", ""},
		{"control", func(s *table) { s.set(4, "English", "Ot\aher") }, "", "4 cell.control English", ""},
		{"a formula", func(s *table) { s.set(4, "English", "=1+1") }, "", "4 cell.formula.csv English", ""},
		{"an unknown entry", func(s *table) { s.set(4, "entry", "nobody").set(4, "ref (do not change)", "") }, "", "4 row.entry entry", ""},
		{"an unknown field", func(s *table) { s.set(4, "field", "title").set(4, "ref (do not change)", "") }, "", "4 cell.among field", ""},
		{"the id was written over", func(s *table) { s.set(4, "entry", "hotline") }, "", "4 ref.moved ref (do not change)", ""},
		{"the ref was written over", func(s *table) { s.set(4, "ref (do not change)", "x") }, "", "4 ref.broken ref (do not change)", ""},
		{"the ref of another sheet", func(s *table) {
			s.set(4, "ref (do not change)", "phrases/00000000/000000.000000").set(4, "English", "X")
		}, "", "4 ref.kind ref (do not change)", ""},
		{"a row twice", func(s *table) { s.rows = append(s.rows, slices.Clone(s.rows[3])); s.set(5, "English", "Else") }, "", "5 row.twice", ""},
		{"a new text", func(s *table) { s.add("other", "", "short", "短句。", "A sentence.", "Una frase.") },
			"other short zh-Hans →短句。; other short en →A sentence.; other short es →Una frase.; other made_from en →; other made_from es →", "", "5 note.stamped; 5 note.stamped"},
		{"what is derived is not read", func(s *table) { s.set(4, "bytes", "x").set(4, "kind", "y").set(4, "English to compare", "z") }, "", "", ""},
		{"spaces and line ends", func(s *table) { s.set(3, "English", "Call {.phone}.\r\n\r\nHours: {.hours}.\r\n ") }, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fresh(t)
			s := tableOf(t, files, Texts)
			c.edit(s)
			p := mustImport(t, files, "x.csv", s.bytes())
			if got := changes(p); got != c.changes {
				t.Errorf("changes %s\nwant    %s", got, c.changes)
			}
			if told(p.Problems) != c.problems || told(p.Notes) != c.notes {
				t.Errorf("problems %s, want %s\nnotes %s, want %s", told(p.Problems), c.problems, told(p.Notes), c.notes)
			}
			if (len(p.Changes) > 0) != (len(p.Files) > 0) {
				t.Errorf("%d changes, %d files", len(p.Changes), len(p.Files))
			}
		})
	}
}

// TestTextFile: the file keeps its head, its shape and its end of line.
func TestTextFile(t *testing.T) {
	files := fresh(t)
	s := tableOf(t, files, Texts).set(3, "Spanish", "Marque {.phone}.\nHorario: {.hours}.")
	p := mustImport(t, files, "x.csv", s.bytes())
	want := strings.Replace(string(files["channel/hotline.yaml"]), "    Llame al {.phone}.\n\n", "    Marque {.phone}.\n", 1)
	if got := string(p.Files["channel/hotline.yaml"]); got != want {
		t.Errorf("got\n%s", got)
	}
}

// put changes the base behind the back of a sheet that was exported.
func put(t *testing.T, files map[string][]byte, path string, change func(*knowledge.Entry)) {
	t.Helper()
	e, err := knowledge.Decode(files[path])
	if err != nil {
		t.Fatal(err)
	}
	change(e)
	if files[path], err = knowledge.Rewrite(files[path], e); err != nil {
		t.Fatal(err)
	}
}

// TestOthersEdits: what others changed since the export is not written over unseen.
func TestOthersEdits(t *testing.T) {
	for _, c := range []struct {
		name                     string
		behind                   func(*knowledge.Entry)
		edit                     func(*table)
		changes, problems, notes string
	}{
		{"theirs only", func(e *knowledge.Entry) { e.Name.Es = "Ajeno" }, func(*table) {}, "", "", "0 note.moved"},
		{"theirs and ours, different languages", func(e *knowledge.Entry) { e.Name.Es = "Ajeno" }, func(s *table) { s.set(4, "English", "Ours") },
			"other name en Other→Ours", "", "0 note.moved"},
		{"the same cell", func(e *knowledge.Entry) { e.Name.Es = "Ajeno" }, func(s *table) { s.set(4, "Spanish", "Nuestro") }, "", "4 cell.conflict Spanish", "0 note.moved"},
		{"the same change", func(e *knowledge.Entry) { e.Name.Es = "Ajeno" }, func(s *table) { s.set(4, "Spanish", "Ajeno") }, "", "", "0 note.moved"},
		{"a translation of the older Chinese does not count as new", func(e *knowledge.Entry) { e.Name.Zh = "新的" }, func(s *table) { s.set(4, "English", "Ours") },
			"other name en Other→Ours", "", "0 note.moved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fresh(t)
			s := tableOf(t, files, Texts)
			c.edit(s)
			put(t, files, "topic/other.yaml", c.behind)
			p := mustImport(t, files, "x.csv", s.bytes())
			if changes(p) != c.changes || told(p.Problems) != c.problems || told(p.Notes) != c.notes {
				t.Errorf("changes %s\nproblems %s\nnotes %s", changes(p), told(p.Problems), told(p.Notes))
			}
		})
	}
	t.Run("both are shown", func(t *testing.T) {
		files := fresh(t)
		s := tableOf(t, files, Texts).set(4, "Spanish", "Nuestro")
		put(t, files, "topic/other.yaml", func(e *knowledge.Entry) { e.Name.Es = "Ajeno" })
		p := mustImport(t, files, "x.csv", s.bytes())
		for _, l := range knowledge.AnswerLangs {
			if text := p.Problems[0].Text(l); !strings.Contains(text, "Nuestro") || !strings.Contains(text, "Ajeno") {
				t.Error(text)
			}
		}
	})
}

// TestStaleMarks: a translation that is stale is fresh again when its text was changed, or its
// mark taken away, in every row of the entry; a typing error put right is not enough.
func TestStaleMarks(t *testing.T) {
	stale := func() map[string][]byte {
		files := fresh(t)
		put(t, files, "channel/hotline.yaml", func(e *knowledge.Entry) { e.Text.Zh = "只拨{.phone}。时间：{.hours}。\n" })
		return files
	}
	const mark = "Spanish to compare"
	for _, c := range []struct {
		name    string
		edit    func(*table)
		changes string
	}{
		{"nothing", func(*table) {}, ""},
		{"one text changed", func(s *table) { s.set(3, "Spanish", "Solo {.phone}. {.hours}") }, "hotline text es Llame al {.phone}.\n\nHorario: {.hours}.\n→Solo {.phone}. {.hours}\n"},
		{"changed and the other mark taken away", func(s *table) { s.set(3, "Spanish", "Solo {.phone}. {.hours}").set(2, mark, "") },
			"hotline text es Llame al {.phone}.\n\nHorario: {.hours}.\n→Solo {.phone}. {.hours}\n; hotline made_from es →"},
		{"both marks taken away", func(s *table) { s.set(2, mark, "").set(3, mark, "") }, "hotline made_from es →"},
		{"one mark", func(s *table) { s.set(2, mark, "") }, ""},
		{"a mark, and the other row left out", func(s *table) { s.set(2, mark, ""); s.rows = slices.Delete(s.rows, 2, 3) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := stale()
			s := tableOf(t, files, Texts)
			if s.rows[1][7] == "" || s.rows[3][7] != "" {
				t.Fatalf("marks: %q", s.rows)
			}
			c.edit(s)
			p := mustImport(t, files, "x.csv", s.bytes())
			if changes(p) != c.changes || len(p.Problems) > 0 {
				t.Errorf("changes %s\nproblems %s", changes(p), told(p.Problems))
			}
		})
	}
}
