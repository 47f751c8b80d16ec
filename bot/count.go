package bot

import (
	"slices"
	"time"

	"zhilu/dialog"
	"zhilu/dialog/session"
	"zhilu/knowledge"
)

// Event is one turn as it is counted: coded values, and of a message that was not understood
// its words. Whoever takes it masks these at once and keeps User only in a keyed form.
type Event struct {
	At        time.Time
	Lang      string // of the reply
	Intent    string // see dialog.Turn.Counted
	State     string // the state that the turn led to; "" when the place stayed
	Situation string // the situation that the turn is the first to be about
	Channel   string // the channel that it showed
	Crisis    bool   // a crisis card went out
	Missed    bool   // the message was not understood
	// Stateless: the state could not be read or written. Only At, Lang and Crisis are set besides.
	Stateless bool
	// User is the pseudonym of a user whose message was not understood, and Text the message; ""
	// when none of its words may be kept.
	User, Text string
}

// event is what a committed turn is counted as.
func (t *turnLog) event(rel *knowledge.Release, user session.User, msg Inbound, now time.Time) Event {
	after := t.turn.State
	e := Event{At: now, Lang: string(t.turn.ReplyLang), Intent: t.turn.Counted(rel), State: string(reached(t.before, after)),
		Crisis: slices.Contains(t.turn.Effects, dialog.Crisis), Missed: slices.Contains(t.turn.Effects, dialog.Miss)}
	if after.Situation != t.before.Situation {
		e.Situation = string(after.Situation)
	}
	if e.State == string(dialog.Channel) {
		e.Channel = string(after.At.Entry)
	}
	if e.Missed && !e.Crisis && !slices.Contains(t.turn.Effects, dialog.Care) {
		e.User, e.Text = user.Pseudonym(), msg.Content
	}
	return e
}

// reached is the state that a turn led to: what it laid over the place, or a place other than
// the one before.
func reached(before, after dialog.State) dialog.Where {
	switch {
	case after.Over != "":
		return after.Over
	case after.At.State != before.At.State || after.At.Entry != before.At.Entry:
		return after.At.State
	}
	return ""
}

// count tells of a turn. A fault there must not cost the user the answer.
func (b *Bot) count(e Event) {
	if b.Count == nil {
		return
	}
	defer func() {
		if recover() != nil {
			b.panicked("panic in counting")
		}
	}()
	b.Count(e)
}
