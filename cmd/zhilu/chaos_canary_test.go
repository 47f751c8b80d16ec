package main

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// canary measures how long the machine itself stood still: it sleeps for a moment again and
// again, and adds up by how much it overslept. Other people's work on a shared machine must not
// look like a slow answer.
type canary struct{ overslept atomic.Int64 }

const canaryNap = 10 * time.Millisecond

// machine is the one canary of the test process.
var machine = sync.OnceValue(func() *canary {
	c := &canary{}
	go func() {
		for {
			start := time.Now()
			time.Sleep(canaryNap)
			if over := time.Since(start) - canaryNap; over > canaryNap {
				c.overslept.Add(int64(over))
			}
		}
	}()
	return c
})

// pace is how much slower than a quiet one the machine is: what most of a scenario's messages
// took while there was no fault, in terms of usual. It is 1 on a quiet machine.
func pace(undisturbed []time.Duration) float64 {
	const usual = 150 * time.Millisecond
	if len(undisturbed) == 0 {
		return 1
	}
	slices.Sort(undisturbed)
	return max(1, float64(undisturbed[len(undisturbed)*9/10])/float64(usual))
}

// stood is how long the machine has stood still so far.
func (c *canary) stood() time.Duration { return time.Duration(c.overslept.Load()) }
