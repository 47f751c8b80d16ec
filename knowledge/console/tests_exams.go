package console

import (
	"crypto/sha256"
	"slices"
	"strings"
	"sync"

	"zhilu/knowledge"
)

// exams puts tests and the built-in messages to releases, and keeps what came of it: neither a
// release nor the text of a test changes.
type exams struct {
	bench Bench

	mu       sync.Mutex
	verdicts map[[sha256.Size]byte]verdict
	weighed  []*weighed // the last first
}

// verdict is what came of a test.
type verdict struct {
	Pass  bool
	First int  // the first message with another answer, from 1
	Fault bool // it cannot be read
}

// Limits of what is kept. A verdict is small; a weighing has a line for each message.
const (
	keptVerdicts = 8000
	keptWeighed  = 4
)

// verdict has a test with a release that nothing is switched off of.
func (x *exams) verdict(rel *knowledge.Release, text string) verdict {
	key := sha256.Sum256([]byte(rel.ID + "\n" + text))
	x.mu.Lock()
	out, ok := x.verdicts[key]
	x.mu.Unlock()
	if ok {
		return out
	}
	turns, err := x.turns(rel, text)
	out = verdict{Pass: err == nil, Fault: err != nil}
	for i, t := range turns {
		if t.Differs && out.Pass {
			out.Pass, out.First = false, i+1
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.verdicts == nil || len(x.verdicts) >= keptVerdicts {
		x.verdicts = map[[sha256.Size]byte]verdict{}
	}
	x.verdicts[key] = out
	return out
}

// turns are the exchanges of a test, as it expects them and as a release has them.
func (x *exams) turns(rel *knowledge.Release, text string) ([]talkTurn, error) {
	want, err := x.bench.Play(nil, text)
	if err != nil {
		return nil, err
	}
	got, err := x.bench.Play(rel, text)
	if err != nil {
		return nil, err
	}
	turns := make([]talkTurn, min(len(want), len(got)))
	for i := range turns {
		w, g := want[i], got[i]
		turns[i] = talkTurn{Event: w.Event, Old: w.Text, New: g.Text, OldStatus: w.Status, NewStatus: g.Status,
			Differs: w.Text != g.Text || w.Status != "" && g.Status != "" && w.Status != g.Status}
	}
	return turns, nil
}

// weighed is how a release does on the built-in messages.
type weighed struct {
	id      string
	Figures Figures
	Missed  []string // of the must-hit list
	All     int
}

// weigh routes the built-in messages. It takes a fifth of a second, once a release.
func (x *exams) weigh(rel *knowledge.Release) *weighed {
	x.mu.Lock()
	at := slices.IndexFunc(x.weighed, func(w *weighed) bool { return w.id == rel.ID })
	if at >= 0 {
		defer x.mu.Unlock()
		return x.weighed[at]
	}
	x.mu.Unlock()
	w := &weighed{id: rel.ID, Figures: x.bench.Measure(rel)}
	w.Missed, w.All = x.bench.Crisis(rel)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.weighed = append([]*weighed{w}, x.weighed[:min(len(x.weighed), keptWeighed-1)]...)
	return w
}

// talkLine is what stands above a message in a transcript: the clock, time that passes, a note.
type talkLine struct{ Now, Later, Note string }

// linesAbove gives for each message of a transcript what stands above it.
func linesAbove(text string) [][]talkLine {
	var all [][]talkLine
	var above []talkLine
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "> "):
			all, above = append(all, above), nil
		case strings.HasPrefix(line, "#"):
			above = append(above, readLine(strings.TrimSpace(line[1:])))
		}
	}
	return all
}

func readLine(s string) talkLine {
	if f := strings.Fields(s); len(f) == 2 {
		switch f[0] {
		case "now":
			return talkLine{Now: f[1]}
		case "later":
			return talkLine{Later: f[1]}
		}
	}
	return talkLine{Note: s}
}
