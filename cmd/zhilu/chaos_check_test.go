package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/knowledge"
)

// TestChaosNotices: what judges the scenarios tells right answers from every wrong kind. A bot
// of the model answers, and is made to repeat an effect, to forget one, to lose the place and
// to talk nonsense; whatever it does is noticed in its next answer.
func TestChaosNotices(t *testing.T) {
	rel, err := knowledge.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		m := memory{rel: rel, maybe: []place{""}}
		var at, before place // of the bot
		tell := func() (string, verdict) {
			text, telling := m.choose(rng, now)
			if !telling {
				t.Errorf("seed %d: %q from %s tells nothing", seed, text, at)
			}
			reply, next := modelStep(rel, at, text, now)
			before, at = at, next
			return text, m.hear(text, []string{reply}, false, now, now)
		}
		expect := func(want verdict) {
			t.Helper()
			if text, got := tell(); got != want {
				t.Fatalf("seed %d: verdict %d on the answer to %q, want %d", seed, got, text, want)
			}
		}
		for range 3 {
			expect(stateful)
		}
		text, _ := m.choose(rng, now)
		if v := m.hear(text, []string{lostPlace(rel, text, now)}, false, now); v != stateless {
			t.Errorf("without a place: %d", v)
		}
		expect(stateful) // the place is where it was

		text, _ = tell()
		_, at = modelStep(rel, at, text, now)
		expect(double)
		expect(stateful) // what came of it is the place now
		at = before
		expect(undone)

		text, _ = m.choose(rng, now)
		if v := m.hear(text, nil, true, now); v != stateless {
			t.Errorf("no answer: %d", v)
		}
		_, at = modelStep(rel, at, text, now)
		expect(stateful) // it may have had its effect
		if v := m.hear("1", []string{"nonsense"}, false, now); v != wrong {
			t.Errorf("nonsense: %d", v)
		}
	}
}

// TestChaosCounts: every count of a delivery counts what it is named after.
func TestChaosCounts(t *testing.T) {
	reply := func(text string) simulator.Attempt {
		return simulator.Attempt{Try: 1, Status: 200, Outcome: simulator.Replied, Reply: &simulator.Reply{Content: text}}
	}
	slow := reply("a")
	slow.Duration = 1600 * time.Millisecond
	slower := reply("a")
	slower.Duration = 5 * time.Second
	for name, c := range map[string]struct {
		attempts  []simulator.Attempt
		outcome   simulator.Outcome
		abandoned bool
		stood     time.Duration
		answers   int
		unsure    bool
		want      func(*tally) bool
	}{
		"right":     {[]simulator.Attempt{reply("a"), reply("a")}, simulator.Replied, false, 0, 1, false, func(y *tally) bool { return y.invalid+y.failed+y.late+y.lost == 0 }},
		"two texts": {[]simulator.Attempt{reply("a"), reply("b")}, simulator.Replied, false, 0, 2, false, func(y *tally) bool { return true }},
		"invalid":   {[]simulator.Attempt{{Try: 1, Status: 502, Outcome: simulator.Fault}}, simulator.Fault, false, 0, 0, false, func(y *tally) bool { return y.invalid == 1 && y.lost == 1 }},
		"silent":    {[]simulator.Attempt{{Try: 1, Status: 200, Outcome: simulator.Silent}}, simulator.Silent, false, 0, 0, false, func(y *tally) bool { return y.invalid == 0 && y.lost == 1 }},
		"failed":    {[]simulator.Attempt{{Try: 1, Err: errNoInstance, Outcome: simulator.Fault}, reply("a")}, simulator.Replied, false, 0, 1, true, func(y *tally) bool { return y.failed == 1 && y.lost == 0 }},
		"abandoned": {[]simulator.Attempt{{Try: 1, Err: errNoInstance, Outcome: simulator.Fault}}, simulator.Replied, true, 0, 0, true, func(y *tally) bool { return y.failed == 0 }},
		"late":      {[]simulator.Attempt{slow}, simulator.Replied, false, 0, 1, false, func(y *tally) bool { return y.late == 1 && y.tooLate == 0 }},
		"too late":  {[]simulator.Attempt{slower}, simulator.Replied, false, 0, 1, false, func(y *tally) bool { return y.late == 1 && y.tooLate == 1 }},
		"busy":      {[]simulator.Attempt{slow}, simulator.Replied, false, time.Second, 1, false, func(y *tally) bool { return y.late == 0 }},
	} {
		y := &tally{}
		answers, unsure := y.delivery(simulator.Delivery{Attempts: c.attempts, Outcome: c.outcome}, c.abandoned, c.stood)
		if len(answers) != c.answers || unsure != c.unsure || !c.want(y) {
			t.Errorf("%s: %q, unsure %v, %v %q", name, answers, unsure, y, y.faults)
		}
	}
	y := &tally{}
	y.copies(2, 0)
	y.copies(1, 1)
	if y.differ != 1 || y.mixed != 1 {
		t.Errorf("copies: %d differ, %d mixed", y.differ, y.mixed)
	}
}
