package console

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// report is what the gate found out about a draft, compared with what is live. A draft goes
// live only with a report that blocks nothing.
type report struct {
	at      *snapshot
	Release *knowledge.Release // nil when the draft has errors
	Errors  knowledge.Problems
	Warns   knowledge.Problems
	Changes []knowledge.Change

	Played  int // conversations
	Talks   []talk
	Missed  []string // messages of the must-hit list without their card
	Crisis  int      // messages of that list
	Before  Figures
	After   Figures
	Moved   []moved
	Falls   bool // fewer messages of the test set are routed right, beyond noise
	Deaf    bool // a message about self-harm or violence that was found is not found any more
	Answers int  // of the messages that nobody could answer, those that the draft answers
}

// talk is a golden conversation that would go differently.
type talk struct {
	Name  string
	Saved bool // by operators
	Turns []talkTurn
	Way   bool // it reaches another state or another answer, not only other words
	Fault string
}

// talkTurn is one exchange of it, as it is live and as it would be.
type talkTurn struct {
	Event                string
	Old, New             string
	OldStatus, NewStatus string
	Differs              bool
}

// moved is a message of the test set that would lead elsewhere.
type moved struct {
	Row
	Was string
}

// gate examines drafts. A report is kept until the draft, what is live or the saved tests change.
type gate struct {
	bench Bench
	live  *versions.Live

	mu   sync.Mutex
	key  string
	last *report
}

// examine compiles the draft and plays everything against it. It takes seconds at most.
func (g *gate) examine(ctx context.Context, v *snapshot, tests map[string]versions.Test) (*report, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := fmt.Sprint(v.draft.Counter, v.draft.Base, v.pointer.Epoch, v.live.Release.ID, testKey(tests))
	if g.last != nil && g.key == key {
		return g.last, nil
	}
	r := &report{at: v, Changes: v.diff()}
	for _, p := range v.problems {
		if p.Severity == knowledge.Error {
			r.Errors = append(r.Errors, p)
		} else {
			r.Warns = append(r.Warns, p)
		}
	}
	if len(r.Errors) == 0 {
		if r.Release, _ = knowledge.CompileAfter(v.parsed, v.live.Release); r.Release == nil {
			return nil, fmt.Errorf("the draft passed its checks and did not compile")
		}
		g.live.Offer(r.Release)
		g.play(r, tests)
		g.measure(r)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	g.key, g.last = key, r
	return r, nil
}

func testKey(tests map[string]versions.Test) string {
	key := ""
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		key += name + tests[name].At.String()
	}
	return key
}

// play has every golden conversation with both releases. What is switched off at the moment
// does not count. A conversation that operators saved is compared with what they saved.
func (g *gate) play(r *report, tests map[string]versions.Test) {
	live := r.at.live.Release.WithOff(knowledge.Off{})
	golden := g.bench.Golden()
	for _, name := range slices.Sorted(maps.Keys(golden)) {
		r.Played++
		old, err := g.bench.Play(live, golden[name])
		if err == nil {
			g.compare(r, talk{Name: name}, golden[name], old)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
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
func (g *gate) measure(r *report) {
	r.Missed, r.Crisis = g.bench.Crisis(r.Release)
	r.Before, r.After = g.bench.Measure(r.at.live.Release), g.bench.Measure(r.Release)
	better, worse := 0, 0
	for i, row := range r.After.Rows {
		was := r.Before.Rows[i]
		if was.Got != row.Got {
			r.Moved = append(r.Moved, moved{row, was.Got})
		}
		switch {
		case row.Right && !was.Right:
			better++
		case was.Right && !row.Right:
			worse++
		}
	}
	r.Falls = worse > better && chance(better, worse) < 0.05
	r.Deaf = r.After.SelfHarm.Right < r.Before.SelfHarm.Right || r.After.Violence.Right < r.Before.Violence.Right
}

// chance is how likely a difference of this size is when neither is better: McNemar's exact
// test, two-sided.
func chance(better, worse int) float64 {
	n, k := better+worse, min(better, worse)
	sum, term := 0.0, math.Pow(0.5, float64(n))
	for i := 0; i <= k; i++ {
		sum += term
		term = term * float64(n-i) / float64(i+1)
	}
	return min(1, 2*sum)
}

// blocks names what keeps the draft from going live, as keys of console texts; none for a
// draft that may.
func (r *report) blocks() []string {
	var keys []string
	add := func(is bool, key string) {
		if is {
			keys = append(keys, key)
		}
	}
	add(len(r.Changes) == 0, "publish.block.nothing")
	add(len(r.Errors) > 0, "publish.block.errors")
	add(len(r.Missed) > 0, "publish.block.crisis")
	add(r.Deaf, "publish.block.deaf")
	add(r.Falls, "publish.block.falls")
	add(slices.ContainsFunc(r.Talks, func(t talk) bool { return t.Fault != "" }), "publish.block.tests")
	return keys
}
