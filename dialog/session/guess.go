package session

import (
	"sync"
	"time"
)

// maxGuesses is the number of users whose last state is remembered at most, in each of two
// generations; under a kilobyte a user.
const maxGuesses = 1 << 16

// guessAge is how long a generation is filled: what an instance remembers of a user who says no
// more, it forgets within two of them.
const guessAge = 10 * time.Minute

// guesses are the states that this instance wrote or saw last. They are no truth: another
// instance may have moved on, so a guess only ever is what a commit expects. Safe for
// concurrent use.
type guesses struct {
	mu         sync.Mutex
	max        int
	now        func() time.Time
	began      time.Time
	young, old map[string]stored // by pid
}

func newGuesses(max int) *guesses {
	return &guesses{max: max, now: time.Now, began: time.Now(), young: map[string]stored{}}
}

// get gives what is remembered of a user; nothing, and false, for others.
func (g *guesses) get(pid string) (stored, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if st, ok := g.young[pid]; ok {
		return st, true
	}
	st, ok := g.old[pid]
	return st, ok
}

func (g *guesses) put(pid string, st stored) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := g.now(); len(g.young) >= g.max || now.Sub(g.began) > guessAge {
		if now.Sub(g.began) > 2*guessAge {
			g.young = map[string]stored{}
		}
		g.old, g.young, g.began = g.young, map[string]stored{}, now
	}
	g.young[pid] = st
}

func (g *guesses) drop(pid string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.young, pid)
	delete(g.old, pid)
}
