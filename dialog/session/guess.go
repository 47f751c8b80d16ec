package session

import (
	"sync"
	"time"
)

// maxGuesses is the number of users whose last state is remembered at most, in each of two
// generations; encoded, it takes half a kilobyte a user. Decoded states of 100 000 users filled the
// memory of an instance, and collecting garbage took three times the processor of all else.
const maxGuesses = 1 << 15

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

	tried, wrong int // guesses that were put to Redis lately
}

// What makes guesses trustworthy: nearly all of the last ones were right. They are where one
// instance serves all messages of a user; where a load balancer spreads them, every other one is
// wrong.
const (
	lately     = 256
	atLeast    = 16 // so many must have been tried
	wrongShare = 16 // one wrong in so many is borne
)

// told notes whether a guess was right.
func (g *guesses) told(right bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tried >= lately {
		g.tried, g.wrong = g.tried/2, g.wrong/2
	}
	g.tried++
	if !right {
		g.wrong++
	}
}

// trusted reports whether a turn that began from a guess may be answered although Redis did not
// confirm it.
func (g *guesses) trusted() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tried >= atLeast && g.wrong*wrongShare <= g.tried
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
