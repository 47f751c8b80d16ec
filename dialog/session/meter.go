package session

import "time"

// Meter is told what happens between a store and its Redis. Its methods are called from many
// goroutines and must not block.
type Meter interface {
	// Call tells of one call: what for ("turn", "erase"), how long it took and the kind of
	// its error, "" for none.
	Call(op string, took time.Duration, kind string)
	// Conflict tells that a turn began from a state that was not, or no longer, the right one.
	Conflict()
	// Late tells of a commit in the background: whether it was made, or dropped.
	Late(made bool)
	// Erased tells of an erasure and whether it was confirmed; one that was not is tried again.
	Erased(done bool)
}

type noMeter struct{}

func (noMeter) Call(string, time.Duration, string) {}
func (noMeter) Conflict()                          {}
func (noMeter) Late(bool)                          {}
func (noMeter) Erased(bool)                        {}
