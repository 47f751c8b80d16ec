package main

import (
	"testing"
	"time"

	"zhilu/knowledge/danger"
)

// cried counts a message about danger.
func (y *tally) cried(card bool, must danger.Must) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.crisis++
	if !card {
		y.crisisMissed++
		y.note("no card for %s: %q", must.Kind, must.Text)
	}
}

// times finds out how long after Redis was back users had their place again.
func (s scenario) times(y *tally, users []*talker, fault, healed time.Time) {
	for _, u := range users {
		from := healed
		if s.suffers != nil && !s.suffers(u.pid()) {
			from = fault
		}
		at, ok := u.backAt(from)
		if !ok {
			y.notBack++
			continue
		}
		if took := at.Sub(from); y.firstBack == 0 || took < y.firstBack {
			y.firstBack = took
		}
		y.allBack = max(y.allBack, at.Sub(from))
	}
}

// compare finds the instance that has the most files open more than before.
func (y *tally) compare(before, after map[*process]int) {
	for p, n := range after {
		if was, ok := before[p]; ok && was > 0 {
			y.descriptors = max(y.descriptors, n-was)
		}
	}
}

// maxDescriptors is how many more files an instance may have open after a fault: a full pool
// of connections for each of six nodes would be 384.
const maxDescriptors = 100

// judge holds the bars against what was counted.
func (s scenario) judge(t *testing.T, y *tally) {
	t.Helper()
	bar := s.recovery
	if bar == 0 {
		bar = recoveryBar
	}
	bar = time.Duration(float64(bar) * y.pace)
	quiet := y.pace < 1.5 // a machine too busy for Redis' timeouts is a fault of its own
	for _, b := range []struct {
		broken bool
		what   string
	}{
		{y.invalid > 0, "answers that are not valid"},
		{y.late > 0, "answers after 1.5 s"},
		{y.tooLate > 0, "answers after 4.5 s"},
		{y.failed > 0 && !s.cutsCalls, "calls without an answer"},
		{y.double > 0, "effects that happened twice"},
		{y.wrong > 0 && !s.losesData, "answers that nothing explains"},
		{y.undone > 0 && !s.losesData, "effects that were shown and are gone"},
		{y.lost > 0, "lost replies"},
		{y.differ > 0 && !s.losesData, "copies with different answers"},
		{y.crisis == 0 || y.crisisMissed > 0, "messages about danger without the card"},
		{y.notBack > 0, "users who never got their place again"},
		{y.allBack > bar, "recovery slower than " + bar.Round(10*time.Millisecond).String()},
		{y.descriptors > maxDescriptors, "descriptors left open"},
		{y.blind > y.messages/5, "too many messages that could not have shown a fault"},
		{s.harmless && y.stateless > 0 && quiet, "messages answered without a place"},
		{!s.harmless && s.happened == nil && y.stateless == 0, "nobody noticed the fault: the scenario tests nothing"},
		{s.happened != nil && !s.happened(), "the fault did not happen: the scenario tests nothing"},
	} {
		if b.broken {
			t.Error(b.what)
		}
	}
	t.Logf("%s: %d messages in %d requests, %d from their place and %d without, %d blind; %d invalid, %d late, %d too late, slowest %v; "+
		"%d double, %d undone, %d wrong, %d lost, %d differ, %d mixed, %d calls failed; recovery %v to %v; %d of %d cards; %d more descriptors; pace %.1f",
		s.name, y.messages, y.attempts, y.stateful, y.stateless, y.blind, y.invalid, y.late, y.tooLate, y.slowest.Round(time.Millisecond),
		y.double, y.undone, y.wrong, y.lost, y.differ, y.mixed, y.failed, y.firstBack.Round(time.Millisecond), y.allBack.Round(time.Millisecond),
		y.crisis-y.crisisMissed, y.crisis, y.descriptors, y.pace)
	for _, fault := range y.faults {
		t.Log(fault)
	}
}
