package console

import (
	"fmt"
	"slices"

	"zhilu/knowledge"
)

// report is what the gate found out about a draft, compared with what is live. A draft goes
// live only with a report that blocks nothing.
type report struct {
	at      *snapshot
	Release *knowledge.Release // nil when the draft has errors
	Errors  knowledge.Problems
	Warns   knowledge.Problems
	Changes []knowledge.Change

	Played int // conversations
	Talks  []talk
	Missed []string // messages of the must-hit list without their card
	Crisis int      // messages of that list
	Before Figures
	After  Figures
	Moved  []moved
	Falls  bool // fewer messages of the test set are routed right, beyond noise
	Deaf   bool // a message about self-harm or violence that was found is not found any more

	Asked   int        // messages that nobody could answer, kept from the last weeks
	Answers []answered // those of them that the draft answers
}

// answered is a message that gets no answer now and would get one.
type answered struct{ Text, Got string }

// talk is a golden conversation that would go differently.
type talk struct {
	Name  string
	Saved bool // by operators
	Turns []talkTurn
	Way   bool // it reaches another state or another answer, not only other words
	Fault string
}

// talkTurn is one exchange of it, as it is live and as it would be.
type talkTurn struct {
	Event                string
	Old, New             string
	OldStatus, NewStatus string
	Differs              bool
}

// moved is a message of the test set that would lead elsewhere.
type moved struct {
	Row
	Was string
}

// ID names a conversation in a form: operators may save one under the name of a built-in one.
func (t talk) ID() string {
	if t.Saved {
		return "saved:" + t.Name
	}
	return "built-in:" + t.Name
}

// blocks names what keeps the draft from going live, as keys of console texts; none for a
// draft that may.
func (r *report) blocks() []string {
	var keys []string
	add := func(is bool, key string) {
		if is {
			keys = append(keys, key)
		}
	}
	add(len(r.Changes) == 0, "publish.block.nothing")
	add(len(r.Errors) > 0, "publish.block.errors")
	add(len(r.Missed) > 0, "publish.block.crisis")
	add(r.Deaf, "publish.block.deaf")
	add(r.Falls, "publish.block.falls")
	add(slices.ContainsFunc(r.Talks, func(t talk) bool { return t.Fault != "" }), "publish.block.tests")
	return keys
}

// ways are the conversations that reach another state; each wants a tick of its own.
func (r *report) ways() []talk {
	return slices.DeleteFunc(slices.Clone(r.Talks), func(t talk) bool { return !t.Way || t.Fault != "" })
}

// Key names what a report is about: a form that carries another one was filled in for another
// draft, or before something else went live.
func (v *snapshot) Key() string { return fmt.Sprintf("%d-%d", v.draft.Counter, v.pointer.Epoch) }
