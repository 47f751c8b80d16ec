package redistest

import (
	"math/rand/v2"
	"time"
)

// Fault is what a Proxy does to its connections. The zero Fault is Pass.
type Fault struct {
	kind               faultKind
	toServer, toClient time.Duration
	bytesPerSecond     int
	share              float64
	seed               uint64
}

type faultKind int

const (
	pass faultKind = iota
	delay
	throttle
	refuse
	reset
	blackHole
	hold
	drop
	loseReplies
	swallowReplies
)

// Pass delivers everything.
func Pass() Fault { return Fault{} }

// Delay delivers what goes to the server and what comes back so much later.
func Delay(toServer, toClient time.Duration) Fault {
	return Fault{kind: delay, toServer: toServer, toClient: toClient}
}

// Throttle delivers at most so many bytes a second, for each connection and direction.
func Throttle(bytesPerSecond int) Fault { return Fault{kind: throttle, bytesPerSecond: bytesPerSecond} }

// Refuse closes the listener and all connections: dialing gets ECONNREFUSED, as when the
// server is not running. The port is the same when it ends.
func Refuse() Fault { return Fault{kind: refuse} }

// Reset answers every connection, old or new, with RST.
func Reset() Fault { return Fault{kind: reset} }

// BlackHole accepts and reads, forwards nothing and answers nothing. A connection that lost
// bytes stays dead when the fault ends: its stream has a hole.
func BlackHole() Fault { return Fault{kind: blackHole} }

// Hold keeps all bytes, and delivers them when it ends: also those of clients that have hung
// up meanwhile.
func Hold() Fault { return Fault{kind: hold} }

// Drop closes connections in the middle of a command or a reply: this share (0 to 1) of what
// passes is delivered by half. The same seed tosses the same way.
func Drop(share float64, seed uint64) Fault { return Fault{kind: drop, share: share, seed: seed} }

// LoseReplies closes connections after the server has executed a command and before its reply
// is delivered, for this share (0 to 1) of the replies.
func LoseReplies(share float64, seed uint64) Fault {
	return Fault{kind: loseReplies, share: share, seed: seed}
}

// SwallowReplies is LoseReplies whose connections stay open and silent. Commands that follow
// on one are executed, and not answered either.
func SwallowReplies(share float64, seed uint64) Fault {
	return Fault{kind: swallowReplies, share: share, seed: seed}
}

// tosses gives the chance of a fault.
func (f Fault) tosses() *rand.Rand { return rand.New(rand.NewPCG(f.seed, uint64(f.kind))) }
