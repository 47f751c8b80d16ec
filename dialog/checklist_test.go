package dialog_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// choose runs one step with the tap of a move.
func choose(s dialog.State, m dialog.Move) dialog.Turn {
	return dialog.Step(base(), s, dialog.Input{Text: "x", Choice: m}, transcript.Start)
}

// TestEverythingTicked: with every item ticked each list of evidence still fits, says so, and
// offers the channels first; nothing of a list is lost on the way.
func TestEverythingTicked(t *testing.T) {
	var all []knowledge.ID
	for _, e := range base().All(knowledge.Evidence) {
		all = append(all, e.ID)
	}
	slices.Sort(all)
	for _, lang := range langs {
		for _, e := range base().All(knowledge.Situation) {
			s := choose(dialog.State{Lang: lang, LangSet: true, Saved: all}, dialog.Move(e.ID)).State
			turn := choose(s, "evidence")
			if len(e.Evidence) == 0 || turn.State.At.State != dialog.Evidence {
				continue
			}
			if n := turn.Reply.Size(); n > dialog.Budget {
				t.Errorf("%s, %s: %d bytes", e.ID, lang, n)
			}
			done := base().In(lang, transcript.Start).Text(knowledge.MsgAllSaved)
			if !strings.Contains(turn.Reply.Text, done) || turn.Reply.Options[0].Move != "channels" {
				t.Errorf("%s, %s: %s %+v", e.ID, lang, turn.Reply.Text, turn.Reply.Options)
			}
			for _, o := range turn.Reply.Options {
				if slices.Contains(all, knowledge.ID(o.Move)) != strings.HasPrefix(o.Label, "✓ ") {
					t.Errorf("%s, %s: option %q of %s", e.ID, lang, o.Label, o.Move)
				}
			}
		}
	}
}

// TestTick: a tick leads back to the list, twice is once, and it goes with "restart", with
// "erase" and with its entry.
func TestTick(t *testing.T) {
	s := choose(choose(dialog.State{}, "threats").State, "ev-call").State
	before, _ := json.Marshal(s)
	once := choose(s, "tick=ev-call")
	if got := choose(once.State, "tick=ev-call").State.Saved; !slices.Equal(got, []knowledge.ID{"ev-call"}) {
		t.Errorf("ticked twice: %v", got)
	}
	if at := once.State.At; at != (dialog.Place{State: dialog.Evidence, Entry: "threats"}) {
		t.Errorf("a tick leads to %+v", at)
	}
	if got := choose(once.State, "untick=ev-call").State.Saved; len(got) != 0 {
		t.Errorf("not saved: %v", got)
	}
	for _, words := range []string{"restart", "delete my data"} {
		if got := say(once.State, words).State.Saved; len(got) != 0 {
			t.Errorf("after %q: %v", words, got)
		}
	}
	old := once.State
	old.Rel, old.Saved = "old", []knowledge.ID{"ev-call", "ev-gone", "threats"}
	if got := say(old, "menu").State.Saved; !slices.Equal(got, []knowledge.ID{"ev-call"}) {
		t.Errorf("under another release: %v", got)
	}
	if after, _ := json.Marshal(s); string(after) != string(before) || len(old.Saved) != 3 {
		t.Error("the given state was changed")
	}
}

// TestTickOnly: what is ticked is an evidence item.
func TestTickOnly(t *testing.T) {
	for _, m := range []dialog.Move{"tick=threats", "tick=gone", "tick=", "untick=police-110"} {
		if got := choose(dialog.State{}, m).State; len(got.Saved) != 0 || got.At.State != dialog.Menu && got.At.State != "" {
			t.Errorf("%q: %v at %+v", m, got.Saved, got.At)
		}
	}
}

// TestTickWithoutState: nothing claims to be kept when it cannot be.
func TestTickWithoutState(t *testing.T) {
	turn := dialog.Stateless(base(), dialog.Input{Text: "存好了", Choice: "tick=ev-call"}, transcript.Start)
	if text := turn.Reply.Plain(); strings.Contains(text, "✓") || !strings.Contains(text, base().In(knowledge.ZhHans, transcript.Start).Text(knowledge.MsgLostPlace)) {
		t.Error(text)
	}
}
