package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhilu/knowledge"
)

// TestWorkbook opens a workbook with the library: what a person sees of it.
func TestWorkbook(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(mustExport(t, fresh(t), Phrases, XLSX, knowledge.ZhHans)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); len(got) != 1 || got[0] != "说法" {
		t.Errorf("sheets %q", got)
	}
	rows, err := f.GetRows("说法")
	if err != nil || strings.Join(rows[0], " ") != "条目 语言 说法 校验码（请勿改动）" || rows[2][2] != "=总局" {
		t.Errorf("%v %q", err, rows)
	}
	if formula, _ := f.GetCellFormula("说法", "C3"); formula != "" {
		t.Errorf("a phrase is run: %q", formula)
	}
	for cell, locked := range map[string]bool{"A2": true, "B2": true, "C2": false, "D2": true, "A90": false} {
		id, err := f.GetCellStyle("说法", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil || style.NumFmt != 49 || (style.Protection == nil || style.Protection.Locked) != locked {
			t.Errorf("%s: %v %+v %+v", cell, err, style, style.Protection)
		}
	}
	panes, err := f.GetPanes("说法")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 2 {
		t.Errorf("%v %+v", err, panes)
	}
	protection, err := f.GetSheetProtection("说法")
	if err != nil || !protection.InsertRows || protection.InsertColumns {
		t.Errorf("the sheet is not protected: %v %+v", err, protection)
	}
	if list, err := f.GetDataValidations("说法"); err != nil || len(list) != 1 || list[0].Formula1 != `"zh,en,es"` {
		t.Errorf("%v %+v", err, list)
	}
}

// TestEscape: every text comes back from either format as it was, and no cell of a CSV runs.
func TestEscape(t *testing.T) {
	texts := []string{"=1+1", "'=1+1", "''=1", "+86 10", "-1", "@x", "＝1", "'", "''", "'quoted'", "_x0041_", "_x005F_x0041_", `a"b`, "a,b;c", "<b>&amp;", "x y", "12378", "1E5", "2026-11-21", "TRUE", "#REF!"}
	files := fresh(t)
	put(t, files, "channel/hotline.yaml", func(e *knowledge.Entry) { e.Phrases.Zh = texts })
	for _, f := range []Format{CSV, XLSX} {
		data := mustExport(t, files, Phrases, f, knowledge.Es)
		quiet(t, mustImport(t, files, "x."+string(f), data))
		g, fault := read(data)
		if fault != nil {
			t.Fatal(fault.Key)
		}
		for i, want := range texts {
			if got := g.rows[i+1].cells[2]; got.text != want || got.fault != nil {
				t.Errorf("%s: %q comes back as %q", f, want, got.text)
			}
		}
		if f == CSV {
			for _, start := range []string{",=", ",+", ",-", ",@", ",\"=", "\n=", ",＝"} {
				if bytes.Contains(data, []byte(start)) {
					t.Errorf("a cell starts with %q", start)
				}
			}
		}
	}
}

func TestExportRefuses(t *testing.T) {
	if _, err := Export(fresh(t), "people", CSV, knowledge.En); err == nil {
		t.Error("a kind that does not exist")
	}
	if _, err := Export(fresh(t), Texts, "pdf", knowledge.En); err == nil {
		t.Error("a format that does not exist")
	}
	files := fresh(t)
	files["topic/broken.yaml"] = []byte("id: [")
	if _, err := Export(files, Texts, CSV, knowledge.En); err == nil || !strings.HasPrefix(err.Error(), "topic/broken.yaml: ") {
		t.Errorf("a base that does not decode: %v", err)
	}
	if _, err := Import(files, "x.csv", nil); err == nil {
		t.Error("a base that does not decode is imported into")
	}
}

// TestComment: a file with a comment inside is left alone, and told of.
func TestComment(t *testing.T) {
	files := fresh(t)
	files["topic/other.yaml"] = append(files["topic/other.yaml"], "# a note\n"...)
	p := mustImport(t, files, "x.csv", tableOf(t, files, Texts).set(4, "Spanish", "Otra").set(2, "Spanish", "Tel. {.phone}").bytes())
	if told(p.Problems) != "4 row.rewrite" || len(p.Files) != 1 || len(p.Changes) != 1 {
		t.Errorf("%s; %s", told(p.Problems), changes(p))
	}
}
