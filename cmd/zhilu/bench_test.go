package main

import (
	"strings"
	"testing"
	"time"

	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

func embedded(t *testing.T) *knowledge.Release {
	t.Helper()
	rel, err := knowledge.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return rel
}

// TestBench: what the console is handed gives what the dialog gives.
func TestBench(t *testing.T) {
	rel, b := embedded(t), bench()
	first, err := b.Say(rel, nil, "催收", transcript.Start)
	if err != nil {
		t.Fatal(err)
	}
	if first.Status != "collection collection zh-Hans" || len(first.Options) == 0 || first.Options[0].Event != "[tap who=self] 是我自己借的" {
		t.Errorf("%+v", first)
	}
	second, err := b.Say(rel, first.State, first.Options[0].Event, transcript.Start.Add(time.Minute))
	if err != nil || !strings.HasPrefix(second.Status, "situation who=self") {
		t.Errorf("after the tap: %+v %v", second, err)
	}
	talks := b.Golden()
	if len(talks) < 200 {
		t.Fatalf("%d conversations", len(talks))
	}
	for name, text := range talks {
		again, err := b.Record(rel, text)
		if err != nil || again != text {
			t.Errorf("%s changes in playing: %v", name, err)
			break
		}
	}
	if _, err := b.Play(rel, "no transcript"); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a fault of a transcript: %v", err)
	}
	if missed, all := b.Crisis(rel); len(missed) > 0 || all < 1000 {
		t.Errorf("%d of %d messages of the must-hit list are missed: %q", len(missed), all, missed)
	}
	f := b.Measure(rel)
	if f.All.All != 457 || f.SelfHarm.Right != f.SelfHarm.All || f.All.Percent() < 92 {
		t.Errorf("%+v", f.All)
	}
}
