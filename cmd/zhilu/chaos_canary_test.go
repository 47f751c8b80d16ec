package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"
)

// canary measures how busy the machine is: it sleeps for a moment again and again, adds up by
// how much it overslept, and counts who else wants to run. Other people's work on a shared
// machine must not look like a slow answer.
type canary struct {
	mu        sync.Mutex
	overslept time.Duration
	crowd     float64 // seconds × processes that wait for each processor
}

const canaryNap = 10 * time.Millisecond

// machine is the one canary of the test process.
var machine = sync.OnceValue(func() *canary {
	c := &canary{}
	go func() {
		for start := time.Now(); ; start = time.Now() {
			time.Sleep(canaryNap)
			c.nap(time.Since(start), waiting())
		}
	}()
	return c
})

func (c *canary) nap(took time.Duration, waiting float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.crowd += took.Seconds() * waiting
	if over := took - canaryNap; over > canaryNap {
		c.overslept += over
	}
}

// waiting is how many want to run for each processor besides the one that does; 0 where the
// system does not say.
func waiting() float64 {
	var load float64
	var running int
	data, _ := os.ReadFile("/proc/loadavg")
	if n, _ := fmt.Sscanf(string(data), "%f %f %f %d/", &load, &load, &load, &running); n < 4 {
		return 0
	}
	return max(0, float64(running)/float64(runtime.NumCPU())-1)
}

// moment is where the canary stood at a time.
type moment struct {
	at        time.Time
	overslept time.Duration
	crowd     float64
}

func (c *canary) now() moment {
	c.mu.Lock()
	defer c.mu.Unlock()
	return moment{time.Now(), c.overslept, c.crowd}
}

// since is how long the machine has stood still since a moment, and how many times slower than
// a quiet one it was.
func (c *canary) since(m moment) (stood time.Duration, slower float64) {
	now := c.now()
	return now.overslept - m.overslept, 1 + (now.crowd-m.crowd)/max(canaryNap, now.at.Sub(m.at)).Seconds()
}

// pace is how much slower than a quiet one the machine is, by what most of a scenario's messages
// took while there was no fault, in terms of usual. It is 1 on a quiet machine.
func pace(undisturbed []time.Duration) float64 {
	const usual = 150 * time.Millisecond
	if len(undisturbed) == 0 {
		return 1
	}
	slices.Sort(undisturbed)
	return max(1, float64(undisturbed[len(undisturbed)*9/10])/float64(usual))
}
