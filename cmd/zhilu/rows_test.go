package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestEvalNamesBadRows: every fault with its line, all at once, and nothing else.
func TestEvalNamesBadRows(t *testing.T) {
	const golden = "testdata/badrows.txt"
	code, out, errOut := zhilu(t, "", "eval", "testdata/badrows.jsonl")
	if code != exitFault || out != "" {
		t.Errorf("exit %d\n%s", code, out)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(errOut), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || errOut != string(want) {
		t.Errorf("%v, got\n%s\nwant\n%s", err, errOut, want)
	}
	for _, args := range [][]string{{"--json"}, {"--trace", "a1"}, {"--compare", "testdata/badrows.txt"}} {
		if code, out, again := zhilu(t, "", append(append([]string{"eval"}, args...), "testdata/badrows.jsonl")...); code != exitFault || out != "" || again != errOut {
			t.Errorf("%q: exit %d\n%s%s", args, code, out, again)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.jsonl")
	if err := os.WriteFile(empty, []byte("\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := zhilu(t, "", "eval", empty); code != exitFault || errOut != empty+": no row\n" {
		t.Errorf("an empty file: exit %d %s", code, errOut)
	}
}
