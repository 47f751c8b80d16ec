package main

import (
	"context"
	"testing"
	"time"

	"zhilu/dialog/session/redistest"
)

// skipShort leaves the scenarios out of `go test -short`, and plays them beside each other.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("real processes and real faults: takes a minute")
	}
	t.Parallel()
}

// proxied is a Redis behind a proxy.
type proxied struct {
	server *redistest.Server
	proxy  *redistest.Proxy
}

func newProxied(t *testing.T) proxied {
	t.Helper()
	server := redistest.Start(t)
	return proxied{server, server.Proxy()}
}

// fault is a scenario whose fault is one of the network.
func (r proxied) fault(name string, f redistest.Fault) scenario {
	return scenario{name: name, fault: func(*testing.T) func() {
		r.proxy.Set(f)
		return func() { r.proxy.Set(redistest.Pass()) }
	}}
}

// TestChaosUnreachable: Redis cannot be reached, in six ways.
func TestChaosUnreachable(t *testing.T) {
	skipShort(t)
	r := newProxied(t)
	f := newFleet(t, single(r.proxy.URL()), 2)
	scenarios := []scenario{
		r.fault("refuse", redistest.Refuse()),
		r.flap(),
		r.fault("black hole", redistest.BlackHole()),
		r.fault("hold, then deliver", redistest.Hold()),
		r.hang(),
		r.killed(),
	}
	if longChaos() {
		scenarios = append(scenarios, r.fault("reset", redistest.Reset()))
	}
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) { s.run(t, f) })
	}
}

// flap opens and closes the port again and again.
func (r proxied) flap() scenario {
	return scenario{name: "flap", fault: func(t *testing.T) func() {
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for refused := true; ; refused = !refused {
				next := redistest.Pass()
				if refused {
					next = redistest.Refuse()
				}
				r.proxy.Set(next)
				select {
				case <-stop:
					return
				case <-time.After(200 * time.Millisecond):
				}
			}
		}()
		return func() { close(stop); <-done; r.proxy.Set(redistest.Pass()) }
	}}
}

// hang stops the server where it stands.
func (r proxied) hang() scenario {
	return scenario{name: "hang", fault: func(*testing.T) func() {
		r.server.Pause()
		return r.server.Resume
	}}
}

// killed ends the server with kill -9 and starts it again from its append-only file.
func (r proxied) killed() scenario {
	return scenario{name: "kill -9 of Redis", fault: func(*testing.T) func() {
		r.server.Kill()
		return r.server.Up
	}}
}

// TestChaosImpaired: Redis is there, and refuses, forgets or is slow; before that, it is not
// there when the instances start.
func TestChaosImpaired(t *testing.T) {
	skipShort(t)
	r := newProxied(t)
	r.proxy.Set(redistest.Refuse())
	f := newFleet(t, single(r.proxy.URL()), 2)
	if !t.Run("boot without Redis", func(t *testing.T) { r.boot().run(t, f) }) {
		r.proxy.Set(redistest.Pass())
	}
	scenarios := []scenario{
		r.outOfMemory(),
		r.readOnly(),
		r.maxClients(),
		r.scriptFlush(),
		r.counted("slow 100 ms", redistest.Delay(50*time.Millisecond, 50*time.Millisecond)).unnoticed(),
		r.fault("slow 1 s", redistest.Delay(500*time.Millisecond, 500*time.Millisecond)),
		r.counted("replies lost 30 %", redistest.LoseReplies(0.3, 1)),
		r.counted("dropped 10 %", redistest.Drop(0.1, 1)),
	}
	if longChaos() {
		scenarios = append(scenarios, r.counted("replies swallowed 10 %", redistest.SwallowReplies(0.1, 1)))
	}
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) { s.run(t, f) })
	}
}

// boot is over when Redis is there for the first time.
func (r proxied) boot() scenario {
	return scenario{name: "boot without Redis", cold: true, fault: func(*testing.T) func() {
		return func() { r.proxy.Set(redistest.Pass()) }
	}}
}

// outOfMemory has the server refuse every write.
func (r proxied) outOfMemory() scenario {
	return scenario{name: "out of memory", fault: func(*testing.T) func() {
		r.server.Do("CONFIG", "SET", "maxmemory-policy", "noeviction")
		r.server.Do("CONFIG", "SET", "maxmemory", "1mb")
		return func() { r.server.Do("CONFIG", "SET", "maxmemory", "0") }
	}}
}

// readOnly makes the server the replica of a host that is not there.
func (r proxied) readOnly() scenario {
	return scenario{name: "READONLY", fault: func(t *testing.T) func() {
		r.server.Do("REPLICAOF", "127.0.0.1", redistest.FreePort(t))
		return func() { r.server.Do("REPLICAOF", "NO", "ONE") }
	}}
}

// maxClients ends all connections and accepts no other.
func (r proxied) maxClients() scenario {
	return scenario{name: "max clients", fault: func(t *testing.T) func() {
		client := r.server.PatientClient()
		one := client.Conn()
		do := func(args ...any) {
			if err := one.Do(t.Context(), args...).Err(); err != nil {
				t.Errorf("%v: %v", args, err)
			}
		}
		do("CONFIG", "SET", "maxclients", "1")
		do("CLIENT", "KILL", "SKIPME", "yes")
		return func() {
			do("CONFIG", "SET", "maxclients", "10000")
			one.Close()
			client.Close()
		}
	}}
}

// scriptFlush makes the server forget its scripts all the time; nobody should notice.
func (r proxied) scriptFlush() scenario {
	flushed := 0
	return scenario{name: "script flush", harmless: true, happened: func() bool { return flushed > 10 },
		fault: func(*testing.T) func() {
			client := r.server.PatientClient()
			stop, done := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(done)
				for {
					select {
					case <-stop:
						return
					case <-time.After(20 * time.Millisecond):
						if client.ScriptFlush(context.Background()).Err() == nil {
							flushed++
						}
					}
				}
			}()
			return func() { close(stop); <-done; client.Close() }
		}}
}

// unnoticed is a scenario in which nobody may lose the place.
func (s scenario) unnoticed() scenario {
	s.harmless = true
	return s
}

// counted is a fault that need not leave anybody without a place: the proxy tells whether it
// happened.
func (r proxied) counted(name string, f redistest.Fault) scenario {
	struck := 0
	return scenario{name: name, happened: func() bool { return struck > 0 }, fault: func(*testing.T) func() {
		r.proxy.Set(f)
		return func() { struck = r.proxy.Struck(); r.proxy.Set(redistest.Pass()) }
	}}
}
