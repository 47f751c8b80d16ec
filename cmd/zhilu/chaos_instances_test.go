package main

import (
	"testing"
	"time"

	"zhilu/dialog/session/redistest"
)

// TestChaosInstances: instances die, stand still and are replaced under load. The platform's
// next try goes to another one, as behind a load balancer.
func TestChaosInstances(t *testing.T) {
	skipShort(t)
	r := newProxied(t)
	f := newFleet(t, single(r.proxy.URL()), 2)
	for _, s := range []scenario{f.crash(r), f.freeze(r), f.rolling()} {
		t.Run(s.name, func(t *testing.T) { s.run(t, f) })
	}
}

// turnsTake makes turns slow enough to be hit in the middle.
func (r proxied) turnsTake(d time.Duration) { r.proxy.Set(redistest.Delay(d/2, 0)) }

// crash kills an instance with kill -9 in the middle of turns, and starts another one.
func (f *fleet) crash(r proxied) scenario {
	killed := false
	return scenario{name: "instance killed", harmless: true, cutsCalls: true, happened: func() bool { return killed }, fault: func(*testing.T) func() {
		r.turnsTake(200 * time.Millisecond)
		return func() {
			killed = true
			victim := f.balancer.instances()[0]
			victim.kill()
			r.proxy.Set(redistest.Pass())
			f.start()
			f.balancer.remove(victim)
		}
	}}
}

// freeze stops an instance where it stands, in the middle of turns, until the load balancer has
// taken it out and the platform has given up every try that it has. When it goes on, it
// finishes turns that others have finished long ago.
func (f *fleet) freeze(r proxied) scenario {
	const beyond = 9 * time.Second
	stopped := false
	return scenario{name: "instance hangs", harmless: true, cutsCalls: true, happened: func() bool { return stopped }, lasts: func() time.Duration { return max(chaosTime(), beyond) },
		fault: func(*testing.T) func() {
			r.turnsTake(200 * time.Millisecond)
			victim := f.balancer.instances()[0]
			stop := time.AfterFunc(500*time.Millisecond, victim.stop)
			return func() {
				stopped = !stop.Stop()
				victim.cont()
				r.proxy.Set(redistest.Pass())
			}
		}}
}

// exitWithin is how long an instance that was told to end may take (reliability-design §4).
const exitWithin = 20 * time.Second

// rolling replaces every instance by a new one, one after the other: no call may fail, and
// nobody may lose the place.
func (f *fleet) rolling() scenario {
	replaced := 0
	return scenario{name: "rolling restart", harmless: true, lasts: nothing, happened: func() bool { return replaced >= 2 },
		fault: func(t *testing.T) func() {
			return func() {
				for _, old := range f.balancer.instances() {
					f.start()
					if err := old.term(exitWithin); err != nil {
						t.Errorf("an instance that was told to end: %v", err)
					}
					f.balancer.remove(old)
					replaced++
				}
			}
		}}
}
