package load

import (
	"math/rand/v2"
	"sync"
	"time"
)

// arrivals is the schedule of an open loop: when each message is due, whatever the server does.
// It is safe for concurrent use.
type arrivals struct {
	mu    sync.Mutex
	gap   time.Duration // the mean between two messages
	fixed bool          // always the same gap; otherwise a Poisson process
	rng   *rand.Rand
	due   time.Duration
	k     int64
	until time.Duration
}

// next gives the number of the next message and when it is due after the start; false after
// the last.
func (a *arrivals) next() (k int64, due time.Duration, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, due = a.k, a.due
	if due >= a.until {
		return 0, 0, false
	}
	gap := a.gap
	if !a.fixed {
		gap = time.Duration(a.rng.ExpFloat64() * float64(a.gap))
	}
	a.k, a.due = k+1, due+gap
	return k, due, true
}
