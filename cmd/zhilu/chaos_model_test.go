package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"zhilu/bot"
	"zhilu/dialog"
	"zhilu/knowledge"
)

// place is a state of the dialog as JSON, without the time of the last turn, so that two
// places can be compared.
type place string

// modelStep is the pure model: what a message at a place is answered, and where it leads.
func modelStep(rel *knowledge.Release, at place, text string, now time.Time) (reply string, next place) {
	var s dialog.State
	if at != "" {
		if err := json.Unmarshal([]byte(at), &s); err != nil {
			panic(fmt.Sprintf("a place of the model: %v", err))
		}
	}
	turn := dialog.Step(rel, s, dialog.Input{Text: text}, now)
	turn.State.Seen = 0
	data, err := json.Marshal(turn.State)
	if err != nil {
		panic(fmt.Sprintf("a state of the model: %v", err))
	}
	return bot.Render(turn.Reply), place(data)
}

// lostPlace is what a message is answered when the state cannot be read.
func lostPlace(rel *knowledge.Release, text string, now time.Time) string {
	return bot.Render(dialog.Stateless(rel, dialog.Input{Text: text}, now).Reply)
}

// memory is what is known of a user's state from the answers so far. Mostly it is one place;
// more where nobody can say whether a message whose answer was lost had its effect.
type memory struct {
	rel    *knowledge.Release
	maybe  []place // where the user may be
	before []place // where the user was before, latest first: effects that were shown would be undone
	twice  []place // where the user would be if the last effect had happened twice
	// forgets is set where Redis may lose what it acknowledged: a place where an effect happened
	// twice can be one of those before then.
	forgets bool
}

// maxBefore is how far back an effect is looked for that is gone.
const maxBefore = 8

// verdict says what an answer shows.
type verdict int

const (
	stateful  verdict = iota // right, from the user's place
	stateless                // right, without a place
	double                   // an effect happened twice
	undone                   // an effect that was shown is gone
	wrong                    // none of these
)

// hear takes the distinct texts with which a message was answered, the one shown last, and
// whether some request of it may have had its effect though it brought no answer.
func (m *memory) hear(text string, answers []string, unsure bool, times ...time.Time) verdict {
	var lost []string
	for _, now := range times {
		lost = append(lost, lostPlace(m.rel, text, now))
	}
	told := slices.DeleteFunc(slices.Clone(answers), func(a string) bool { return slices.Contains(lost, a) })
	if len(told) == 0 { // what Redis did with a message that it did not acknowledge, nobody knows
		next := m.after(m.maybe, text, nil, times)
		m.twice = union(m.twice, m.after(next, text, nil, times))
		m.maybe = union(m.maybe, next)
		return stateless
	}
	for _, c := range []struct {
		from []place
		says verdict
	}{{m.maybe, stateful}, {m.twice, double}, {m.before, undone}} {
		if next := m.after(c.from, text, told, times); len(next) > 0 {
			m.before = union(m.maybe, m.before)
			m.before = m.before[:min(len(m.before), maxBefore)]
			m.maybe, m.twice = next, m.after(next, text, nil, times)
			if c.says == double && m.forgets && len(m.after(m.before, text, told, times)) > 0 {
				return undone // the place where it happened twice is one of those before
			}
			return c.says
		}
	}
	return wrong
}

// after gives where the places lead from which the message is answered in one of the ways
// told; nil allows every answer.
func (m *memory) after(from []place, text string, told []string, times []time.Time) []place {
	var next []place
	for _, at := range from {
		for _, now := range times {
			if reply, to := modelStep(m.rel, at, text, now); told == nil || slices.Contains(told, reply) {
				next = union(next, []place{to})
			}
		}
	}
	return next
}

func union(a, b []place) []place {
	a = slices.Clone(a)
	for _, p := range b {
		if !slices.Contains(a, p) {
			a = append(a, p)
		}
	}
	return a
}

// openings are what users begin with; nonsense counts up the ladder of what was not understood.
var openings = []string{"催收", "一天打几十个电话", "they call my mother all day", "me amenazan", "爆通讯录", "夜里打电话"}

const nonsense = "qwzzx plimf grubnak"

// choose picks the user's next message. It prefers one whose answer shows whether the effects so
// far happened exactly once, whose own effect would show if it happened twice and would not
// look like one undone, and that is answered otherwise without a place.
func (m *memory) choose(rng *rand.Rand, now time.Time) (text string, telling bool) {
	at := m.maybe[0]
	var s dialog.State
	json.Unmarshal([]byte(at), &s) // modelStep reports a place that cannot be read
	words := []string{"0", nonsense}
	for i := range s.Offered {
		words = append(words, fmt.Sprint(i+1))
	}
	rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	fallback := openings[rng.IntN(len(openings))]
	if at == "" {
		return fallback, true
	}
	for _, w := range words {
		reply, next := modelStep(m.rel, at, w, now)
		_, again := modelStep(m.rel, next, w, now)
		if next == at || again == next || again == at || reply == lostPlace(m.rel, w, now) {
			continue
		}
		fallback = w
		if !m.mistakable(w, reply, now) {
			return w, true
		}
	}
	return fallback, false
}

// mistakable reports whether the message is answered the same from a place where the user
// should not be, or the same from one where an effect happened twice and one where it is gone.
func (m *memory) mistakable(text, reply string, now time.Time) bool {
	heard := map[string]place{reply: m.maybe[0]}
	for _, at := range slices.Concat(m.before[:min(len(m.before), 1)], m.twice) {
		other, _ := modelStep(m.rel, at, text, now)
		if same, ok := heard[other]; ok && same != at && !slices.Contains(m.maybe, at) {
			return true
		}
		heard[other] = at
	}
	return false
}
