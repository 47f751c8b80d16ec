package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/versions"
)

// gate examines drafts. A report is kept until the draft, what is live or the saved tests change.
type gate struct {
	bench      Bench
	compiled   func(*snapshot) *knowledge.Release      // nil for a draft that has errors
	unanswered func(context.Context) ([]string, error) // nil when nobody keeps them
	busy       chan struct{}                           // one examination at a time: it takes a whole processor

	mu   sync.Mutex
	key  string
	last *report
}

func newGate(cfg Config, d *desk) *gate {
	g := &gate{bench: cfg.Bench, compiled: d.compiled, unanswered: cfg.Unanswered, busy: make(chan struct{}, 1)}
	if g.unanswered == nil && cfg.Counts != nil {
		g.unanswered = func(ctx context.Context) ([]string, error) { return unhandled(ctx, cfg.Counts) }
	}
	return g
}

// unhandled are the messages that nobody could answer and nobody has dealt with.
func unhandled(ctx context.Context, r *counts.Reader) ([]string, error) {
	misses, err := r.Misses(ctx)
	var texts []string
	for _, m := range misses {
		if m.Done == "" {
			texts = append(texts, m.Text)
		}
	}
	return texts, err
}

// kept is the last report when it is one of this draft beside what is live now; nil otherwise.
func (g *gate) kept(v *snapshot, tests map[string]versions.Test) *report {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last != nil && g.key == gateKey(v, tests) {
		return g.last
	}
	return nil
}

func gateKey(v *snapshot, tests map[string]versions.Test) string {
	key := fmt.Sprint(v.draft.Counter, v.draft.Base, v.pointer.Epoch, v.live.Release.ID)
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		key += "|" + name + " " + tests[name].At.String()
	}
	return key
}

// examine compiles the draft and plays everything against it. It takes seconds; whoever asks
// for the same draft meanwhile waits for the same report. The error is that of ctx.
func (g *gate) examine(ctx context.Context, v *snapshot, tests map[string]versions.Test) (*report, error) {
	select {
	case g.busy <- struct{}{}:
		defer func() { <-g.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if r := g.kept(v, tests); r != nil {
		return r, nil
	}
	r, err := g.report(ctx, v, tests)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.key, g.last = gateKey(v, tests), r
	return r, nil
}

func (g *gate) report(ctx context.Context, v *snapshot, tests map[string]versions.Test) (*report, error) {
	r := &report{at: v, Changes: v.diff()}
	for _, p := range v.problems {
		if p.Severity == knowledge.Error {
			r.Errors = append(r.Errors, p)
		} else {
			r.Warns = append(r.Warns, p)
		}
	}
	if len(r.Errors) > 0 {
		return r, nil
	}
	if r.Release = g.compiled(v); r.Release == nil {
		return nil, errors.New("the draft passed its checks and did not compile")
	}
	for _, step := range []func(context.Context, *report){
		func(ctx context.Context, r *report) { g.play(ctx, r, tests) }, g.measure, g.ask,
	} {
		if step(ctx, r); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return r, nil
}

// play has every golden conversation with both releases. What is switched off at the moment
// does not count. A conversation that operators saved is compared with what they saved.
func (g *gate) play(ctx context.Context, r *report, tests map[string]versions.Test) {
	live := r.at.live.Release.WithOff(knowledge.Off{})
	golden := g.bench.Golden()
	for _, name := range slices.Sorted(maps.Keys(golden)) {
		if ctx.Err() != nil {
			return
		}
		r.Played++
		old, err := g.bench.Play(live, golden[name])
		if err == nil {
			g.compare(r, talk{Name: name}, golden[name], old)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		if ctx.Err() != nil {
			return
		}
		r.Played++
		g.compare(r, talk{Name: name, Saved: true}, tests[name].Text, g.saved(tests[name].Text))
	}
	slices.SortStableFunc(r.Talks, func(a, b talk) int { return cmp.Compare(rank(a), rank(b)) })
}

func rank(t talk) int {
	switch {
	case t.Fault != "":
		return 0
	case t.Way:
		return 1
	}
	return 2
}

// saved is what a transcript itself expects.
func (g *gate) saved(text string) []Turn {
	turns, _ := g.bench.Play(nil, text) // without a release: as it is written
	return turns
}

func (g *gate) compare(r *report, t talk, text string, old []Turn) {
	now, err := g.bench.Play(r.Release, text)
	if err != nil {
		t.Fault = err.Error()
		r.Talks = append(r.Talks, t)
		return
	}
	differs := false
	for i, n := range now {
		turn := talkTurn{Event: n.Event, New: n.Text, NewStatus: n.Status}
		if i < len(old) {
			turn.Old, turn.OldStatus = old[i].Text, old[i].Status
		}
		way := turn.OldStatus != "" && turn.OldStatus != turn.NewStatus
		turn.Differs = way || turn.Old != turn.New
		differs, t.Way = differs || turn.Differs, t.Way || way
		t.Turns = append(t.Turns, turn)
	}
	if differs {
		r.Talks = append(r.Talks, t)
	}
}

// measure routes the test set and the must-hit list with both releases.
func (g *gate) measure(_ context.Context, r *report) {
	r.Missed, r.Crisis = g.bench.Crisis(r.Release)
	r.Before, r.After = g.bench.Measure(r.at.live.Release.WithOff(knowledge.Off{})), g.bench.Measure(r.Release)
	for i, row := range r.After.Rows {
		if was := r.Before.Rows[i]; was.Got != row.Got {
			r.Moved = append(r.Moved, moved{row, was.Got})
		}
	}
	r.Falls, r.Deaf = g.bench.Falls(r.Before, r.After), r.After.Deafer(r.Before)
}

// ask routes the messages that nobody could answer. They are masked, and a courtesy: without
// them the report has all that decides.
func (g *gate) ask(ctx context.Context, r *report) {
	if g.unanswered == nil {
		return
	}
	texts, err := g.unanswered(ctx)
	if err != nil {
		return
	}
	r.Asked = len(texts)
	for _, text := range texts {
		if got := g.bench.Route(r.Release, text); got != g.bench.Unanswered && g.bench.Route(r.at.live.Release, text) == g.bench.Unanswered {
			r.Answers = append(r.Answers, answered{text, got})
		}
	}
}
