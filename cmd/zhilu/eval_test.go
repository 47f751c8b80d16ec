package main

import (
	"encoding/json"
	"strings"
	"testing"

	"zhilu/dialog"
)

// testSet is the labelled set whose figures the README shows.
const testSet = "../../knowledge/testdata/utterances/dev.jsonl"

func TestEval(t *testing.T) {
	code, out, _ := zhilu(t, "", "eval", testSet)
	if code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	for _, want := range []string{"\nall  ", "\n  three words or more  ", "\n  zh-Hant  ", "\n  situations  ", "\n  threats  ", "\nself-harm\n  recall  ", "\n  es recall  ",
		"\n  en false alarms  ", "\n  missed  ", "\n  false alarm rows  ", "\nviolence\n", "\nexpected -> got\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	code, out, _ = zhilu(t, "", "eval", "--json", testSet)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var first struct {
		ID, Label, Lang string
		Candidates      []string
	}
	var last struct{ Summary summary }
	if code != 0 || json.Unmarshal([]byte(lines[0]), &first) != nil || json.Unmarshal([]byte(lines[len(lines)-1]), &last) != nil {
		t.Fatalf("exit %d, first %s, last %s", code, lines[0], lines[len(lines)-1])
	}
	if first.ID != "d0001" || last.Summary.All.Rows != len(lines)-1 {
		t.Errorf("first %+v, last %+v, %d lines", first, last, len(lines))
	}
	// The bar of the danger lists on this file: every self-harm row, at most 2 % false alarms, none on look-alikes.
	if a := last.Summary.SelfHarm; a.Recall.Right != a.Recall.Rows || a.Recall.Rows == 0 || a.False.Right*50 > a.False.Rows || a.FalseHard.Right != 0 {
		t.Errorf("self-harm: %+v", a)
	}
}

// evaluated is the test set and how the embedded base routes it.
func evaluated(t *testing.T) ([]row, []result) {
	t.Helper()
	rel, err := loadBase("")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readRows(testSet, dialog.Labels(rel))
	if err != nil {
		t.Fatal(err)
	}
	return rows, route(rel, rows)
}
