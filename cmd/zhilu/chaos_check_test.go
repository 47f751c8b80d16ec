package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/knowledge"
)

// TestChaosNotices: what judges the scenarios tells right answers from every wrong kind. A bot
// of the model answers, and is made to lose the place, to repeat an effect, to forget one and
// to talk nonsense; it is noticed in its next answer.
func TestChaosNotices(t *testing.T) {
	rel, err := knowledge.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	const seeds = 20
	blind := 0
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := &corrupt{t: t, rng: rand.New(rand.NewPCG(seed, 2)), now: time.Now(), memory: memory{rel: rel, maybe: []place{""}}}
			c.talk()
			if c.blind {
				blind++
			}
		})
	}
	if blind > seeds/4 {
		t.Errorf("%d of %d talks came by a message that tells nothing", blind, seeds)
	}
}

// corrupt is a bot of the model that can be made to go wrong, and the memory of its user.
type corrupt struct {
	t          *testing.T
	rng        *rand.Rand
	now        time.Time
	memory     memory
	at, before place // of the bot
	last       string
	blind      bool // a message could not tell: what follows proves nothing
}

func (c *corrupt) talk() {
	for range 3 {
		c.expect(stateful)
	}
	text, _ := c.memory.choose(c.rng, c.now)
	if v := c.memory.hear(text, []string{lostPlace(c.memory.rel, text, c.now)}, false, c.now); v != stateless {
		c.t.Errorf("without a place: verdict %d", v)
	}
	c.expect(stateful) // the place is where it was

	_, c.at = modelStep(c.memory.rel, c.at, c.last, c.now)
	c.expect(double)
	c.expect(stateful) // what came of it is the place now
	c.at = c.before
	c.expect(undone)

	text, _ = c.memory.choose(c.rng, c.now)
	if v := c.memory.hear(text, nil, true, c.now); v != stateless {
		c.t.Errorf("no answer: verdict %d", v)
	}
	_, c.at = modelStep(c.memory.rel, c.at, text, c.now)
	c.expect(stateful) // it may have had its effect
	if v := c.memory.hear("1", []string{"nonsense"}, false, c.now); v != wrong {
		c.t.Errorf("nonsense: verdict %d", v)
	}
}

// expect sends the next message and compares the verdict on its answer.
func (c *corrupt) expect(want verdict) {
	c.t.Helper()
	text, telling := c.memory.choose(c.rng, c.now)
	c.blind = c.blind || !telling
	reply, next := modelStep(c.memory.rel, c.at, text, c.now)
	c.before, c.at, c.last = c.at, next, text
	if got := c.memory.hear(text, []string{reply}, false, c.now); got != want && !c.blind {
		c.t.Errorf("verdict %d on the answer to %q, want %d", got, text, want)
	}
}

// TestChaosCounts: every count of a delivery counts what it is named after.
func TestChaosCounts(t *testing.T) {
	reply := func(text string) simulator.Attempt {
		return simulator.Attempt{Try: 1, Status: 200, Outcome: simulator.Replied, Reply: &simulator.Reply{Content: text}}
	}
	slow := reply("a")
	slow.Duration = 3 * time.Second
	slower := reply("a")
	slower.Duration = 20 * time.Second
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
		"busy":      {[]simulator.Attempt{slow}, simulator.Replied, false, 2 * time.Second, 1, false, func(y *tally) bool { return y.late == 0 }},
	} {
		y := &tally{}
		m := machine().now()
		m.overslept -= c.stood
		answers, unsure := y.delivery(simulator.Delivery{Attempts: c.attempts, Outcome: c.outcome}, c.abandoned, m)
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
