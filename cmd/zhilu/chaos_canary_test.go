package main

import (
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

// stood is how long the machine has stood still so far.
func (c *canary) stood() time.Duration { return time.Duration(c.overslept.Load()) }
