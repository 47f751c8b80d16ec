package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhilu/bot/load"
)

// TestRun: the driver builds the servers, measures each for a moment and writes its table. What
// the figures are is no matter here.
func TestRun(t *testing.T) {
	readme := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(readme, []byte("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	o := options{rounds: 1, duration: 500 * time.Millisecond, warmup: 100 * time.Millisecond, connections: 4, users: 50, share: 0.5, sessions: [2]int{10, 50}, readme: readme}
	if err := run(t.Context(), o, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"before\n<!-- bench -->\n| | echo | naive | Zhilu |\n", "÷ echo | 1.00 |", "50 users with a session ÷ 10 |", "same machine; go", "\n<!-- /bench -->\nafter\n"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%q is missing in\n%s", want, data)
		}
	}
	if strings.Contains(string(data), "old") || strings.Count(out.String(), "generator  ") != 8 {
		t.Errorf("%s", out.String())
	}
}

// TestMedians: ratios are taken round by round.
func TestMedians(t *testing.T) {
	of := func(values ...float64) (list []load.Result) {
		for _, v := range values {
			list = append(list, load.Result{PerSecond: v})
		}
		return list
	}
	if got := ratio(of(10, 2, 30), of(5, 2, 10), perSecond); got != "2.00" {
		t.Error(got)
	}
	if got := ratio(of(1), of(0), perSecond); got != "–" {
		t.Error(got)
	}
	if got := median(of(4, 1, 2, 9), perSecond); got != 3 {
		t.Error(got)
	}
	if err := parseSessions(&options{}, "1"); err == nil {
		t.Error("one number of sessions was taken")
	}
}
