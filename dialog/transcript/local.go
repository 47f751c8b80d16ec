package transcript

import (
	"encoding/json"
	"fmt"
	"time"

	"zhilu/dialog"
	"zhilu/knowledge"
)

// Local talks to the dialog in this process: no WeChat, no Redis. The state goes through
// JSON between turns, as it does in the store, so that nothing hides in memory.
type Local struct {
	Release *knowledge.Release
	// State is the state after the last message, as JSON; nil at the start.
	State []byte
	// Turn is what came of the last message.
	Turn dialog.Turn

	last Answer // what a copy of the last message gets
}

// Say gives the dialog's answer.
func (l *Local) Say(e Event, now time.Time) (Answer, error) {
	var in dialog.Input
	switch e.Kind {
	case Text, Tap:
		in = dialog.Input{Text: e.Text, Choice: dialog.Move(e.Choice)}
	case Follow:
		in.Kind = dialog.Follow
	case Scan:
		in.Kind = dialog.Scan
	case Again:
		return l.last, nil
	case Unfollow:
		l.State, l.Turn, l.last = nil, dialog.Turn{}, Answer{}
		return Answer{Status: "- unfollow -"}, nil
	default:
		in.Kind = dialog.Media
	}
	var state dialog.State
	if l.State != nil {
		if err := json.Unmarshal(l.State, &state); err != nil {
			return Answer{}, fmt.Errorf("read state: %w", err)
		}
	}
	l.Turn = dialog.Step(l.Release, state, in, now)
	var err error
	if l.State, err = json.Marshal(l.Turn.State); err != nil {
		return Answer{}, fmt.Errorf("write state: %w", err)
	}
	l.last = Answer{Text: l.Turn.Reply.Plain(), Status: Status(l.Turn)}
	return l.last, nil
}

// Status is the line of a turn that says what was reached: state, intent and language; a
// dash where there is no state.
func Status(t dialog.Turn) string {
	at := t.State.Shown()
	if at == "" {
		at = "-"
	}
	return fmt.Sprintf("%s %s %s", at, t.Intent, t.ReplyLang)
}
