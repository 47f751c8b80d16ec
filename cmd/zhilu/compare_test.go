package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChance(t *testing.T) {
	for n, want := range map[[2]int]float64{{0, 0}: 1, {1, 0}: 1, {0, 5}: 0.0625, {6, 0}: 0.03125, {1, 9}: 0.0215, {5, 5}: 1, {3, 10}: 0.0923, {4000, 4000}: 1, {3000, 3400}: 6.14e-7} {
		if got := chance(n[0], n[1]); math.Abs(got-want) > 5e-5 {
			t.Errorf("%v: %g, want %g", n, got, want)
		}
	}
}

// TestEvalCompare: the figures against a former run, and when it fails.
func TestEvalCompare(t *testing.T) {
	_, now, _ := zhilu(t, "", "eval", "--json", testSet)
	path := filepath.Join(t.TempDir(), "old.json")
	compareWith := func(t *testing.T, former string) (int, string, string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(former), 0o644); err != nil {
			t.Fatal(err)
		}
		return zhilu(t, "", "eval", "--compare", path, testSet)
	}
	// former is the output with other labels for some rows.
	former := func(labels map[string]string) string {
		lines := strings.SplitAfter(now, "\n")
		for i, l := range lines {
			var r routed
			if json.Unmarshal([]byte(l), &r) == nil && labels[r.ID] != "" {
				lines[i] = fmt.Sprintf("{\"id\":%q,\"label\":%q}\n", r.ID, labels[r.ID])
			}
		}
		return strings.Join(lines, "")
	}
	rows, results := evaluated(t)
	wrong := map[string]string{} // ten rows that are right now
	unright := map[string]string{}
	for i, r := range results {
		if r.right() && r.Expect != "self-harm" && len(wrong) < 10 && !rows[i].accepts("court-12368") {
			wrong[r.ID] = "court-12368"
		}
		if !r.right() && len(unright) < 10 {
			unright[r.ID] = r.Expect
		}
	}
	if len(wrong) < 10 || len(unright) < 10 {
		t.Fatalf("%d right rows and %d wrong ones", len(wrong), len(unright))
	}
	for name, c := range map[string]struct {
		labels map[string]string
		code   int
		want   []string
	}{
		"the same":  {nil, 0, []string{"got right: 0\n", "went wrong: 0\n", "differently: 0\n", "+0.0 points, within noise (p = 1)"}},
		"better":    {wrong, 0, []string{"got right: 10\n", "court-12368 -> ", "beyond noise (p = 0.002)"}},
		"worse":     {unright, exitFault, []string{"went wrong: 10\n", "beyond noise (p = 0.002)", "\naccuracy dropped beyond noise (p = 0.002)\n"}},
		"one worse": {first(unright), 0, []string{"went wrong: 1\n", "-0.2 points, within noise (p = 1)"}},
	} {
		code, out, errOut := compareWith(t, former(c.labels))
		if code != c.code {
			t.Errorf("%s: exit %d", name, code)
		}
		for _, want := range c.want {
			if !strings.Contains(out+"\n"+errOut, want) {
				t.Errorf("%s: %q is missing:\n%s%s", name, want, out, errOut)
			}
		}
	}
	for name, c := range map[string]struct{ former, want string }{
		"a row more":    {now + "{\"id\":\"zz\",\"label\":\"none\"}\n", "the files do not belong together\nonly in the former output: zz\n"},
		"a row less":    {now[strings.Index(now, "\n")+1:], "the files do not belong together\nnot in the former output: d0001\n"},
		"no evaluation": {"right out of rows\n", path + ":1: not a line of zhilu eval --json: "},
		"no label":      {"{\"id\":\"d0001\"}\n", path + ":1: not a line of zhilu eval --json: id or label is missing\n"},
		"twice":         {now + now, fmt.Sprintf("%s:%d: the id \"d0001\" is there twice\n", path, len(rows)+2)},
	} {
		if code, out, errOut := compareWith(t, c.former); code != exitFault || out != "" || !strings.HasPrefix(errOut, c.want) {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errOut)
		}
	}
}

// first is one pair of a map.
func first(m map[string]string) map[string]string {
	for k, v := range m {
		return map[string]string{k: v}
	}
	return nil
}

// TestFall: self-harm may not fall by a single row, whatever else got better.
func TestFall(t *testing.T) {
	row := func(label string) result { return result{row: row{ID: "x", Expect: "self-harm"}, label: label} }
	c := compare(map[string]string{"x": "self-harm"}, []result{row("violence")})
	if err := c.fall(); err == nil || err.Error() != "self-harm recall fell from 1 to 0 of 1" {
		t.Errorf("%v", err)
	}
	if err := compare(map[string]string{"x": "violence"}, []result{row("self-harm")}).fall(); err != nil {
		t.Error(err)
	}
}
