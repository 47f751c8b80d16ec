package people

import (
	"math"
	"sync"
)

// counters are the brakes of this process alone, for when Redis cannot count: a server that
// refuses writes still answers whether a password is right.
type counters struct {
	mu   sync.Mutex
	kept map[string]tries
}

type tries struct{ n, until, last int64 } // times in milliseconds

// maxCounters bounds the memory; beyond it the ones with the fewest tries are forgotten.
const maxCounters = 20_000

func newCounters() *counters { return &counters{kept: map[string]tries{}} }

// reserve is the script of that name on wide counters.
func (c *counters) reserve(keys []string, now int64) (wait int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		if left := c.kept[k].until - now; left <= longest.Milliseconds() {
			wait = max(wait, left)
		}
	}
	if wait > 0 {
		return wait
	}
	c.makeRoom(len(keys), now)
	for _, k := range keys {
		t := c.kept[k]
		if now-t.last > countTTL.Milliseconds() {
			t.n = 0
		}
		t.n++
		t.last, t.until = now, now+pause(t.n)
		c.kept[k] = t
	}
	return 0
}

// pause is the wait after the nth attempt.
func pause(n int64) int64 {
	if n < freeTries {
		return 0
	}
	return min(longest.Milliseconds(), firstWait.Milliseconds()<<min(n-freeTries, 30))
}

func (c *counters) release(keys []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		t, ok := c.kept[k]
		if t.n--; !ok || t.n <= 0 {
			delete(c.kept, k)
			continue
		}
		t.until = 0
		c.kept[k] = t
	}
}

// makeRoom forgets what ran out, and when that is not enough those with the fewest tries.
func (c *counters) makeRoom(more int, now int64) {
	if len(c.kept)+more <= maxCounters {
		return
	}
	fewest := int64(math.MaxInt64)
	for k, t := range c.kept {
		if now-t.last > countTTL.Milliseconds() {
			delete(c.kept, k)
		} else {
			fewest = min(fewest, t.n)
		}
	}
	if len(c.kept)+more <= maxCounters {
		return
	}
	for k, t := range c.kept {
		if t.n == fewest {
			delete(c.kept, k)
		}
	}
}
