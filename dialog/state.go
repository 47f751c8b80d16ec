package dialog

import (
	"time"

	"zhilu/knowledge"
)

// Where is the name of a state of the dialog: a row of the table.
type Where string

// The states. What each says, offers and leads to stands in table.go.
const (
	Greeting   Where = "greeting"
	Language   Where = "language"
	Collection Where = "collection" // the user said no more than "I am being collected"
	Who        Where = "who"
	Situations Where = "situation"
	Menu       Where = "menu"
	Advice     Where = "advice"
	Lender     Where = "lender"
	Rights     Where = "rights"
	Evidence   Where = "evidence"
	Channels   Where = "channels"
	Channel    Where = "channel"
	Province   Where = "province"
	Call       Where = "call"
	Card       Where = "card"
	Entry      Where = "entry"
)

// Overlays: something is said or asked over a state, which stays where it is.
const (
	Aside   Where = "aside"   // an answer in passing: thanks, a picture, a crisis card
	Clarify Where = "clarify" // did you mean A, B or C
	Resume  Where = "resume"  // go on where we were, or start again
	Stopped Where = "stopped"
)

// Place is a state and what it is about.
type Place struct {
	State Where        `json:"s,omitempty"`
	Entry knowledge.ID `json:"e,omitempty"`
	// From is the first option shown of a list that does not fit into one message.
	From int `json:"f,omitempty"`
}

// State is what is remembered of one user between turns: position, coded choices and the
// language. Nothing a user typed is in it, and nothing that says how a user feels.
type State struct {
	At    Place   `json:"at,omitzero"`
	Trail []Place `json:"tr,omitempty"` // the way back, last place last
	// Over is what lies over the place; "" for nothing.
	Over Where `json:"ov,omitempty"`
	// Offered are the choices of the last menu, so that a number means what was seen.
	Offered []Move `json:"of,omitempty"`

	Lang    knowledge.Lang `json:"la,omitempty"`
	LangSet bool           `json:"ls,omitempty"` // the user chose it; messages do not change it
	// ScriptSet: the user chose the characters too. Who chose no more than Chinese is answered
	// in those of the messages.
	ScriptSet bool `json:"ss,omitempty"`

	Who       Person       `json:"wh,omitempty"`
	Situation knowledge.ID `json:"si,omitempty"`
	// Beside is another situation of which the user spoke together with the one at hand.
	Beside knowledge.ID `json:"be,omitempty"`
	Lender knowledge.ID `json:"le,omitempty"`
	// Saved are the evidence items that the user ticked, by id.
	Saved []knowledge.ID `json:"ev,omitempty"`
	// Tried are the channels to which the user has complained already, by id.
	Tried []knowledge.ID `json:"tc,omitempty"`
	// Province is the code of the province that the user named.
	Province string `json:"pr,omitempty"`

	Misses int    `json:"mi,omitempty"` // messages in a row that were not understood
	Notice int    `json:"no,omitempty"` // version of the privacy notice that was shown
	Seen   int64  `json:"t,omitempty"`  // unix seconds of the last turn
	Rel    string `json:"re,omitempty"` // release of the last turn
}

// Person says whose debt the collectors are after.
type Person string

// The answers to "is it about you, or is someone you know being called?".
const (
	Self  Person = "self"
	Other Person = "other"
)

// Limits of what a state holds.
const (
	maxTrail   = 8
	maxOffered = 9
	maxMisses  = 3
	maxSaved   = 40
	maxTried   = 12
)

// Away is the time after which a returning user is asked whether to go on.
const Away = 6 * time.Hour

// NoticeVersion is the version of the privacy notice. Raise it when the notice changes in
// substance: everyone sees it once more.
const NoticeVersion = 1

// Shown is the name of what the user sees: the overlay, or else the state.
func (s State) Shown() Where {
	if s.Over != "" {
		return s.Over
	}
	return s.At.State
}

// enter moves to a place and remembers the way back. A place that is already on the trail
// is returned to, so that the trail never loops.
func (s *State) enter(p Place) {
	s.Over = ""
	if p == s.At {
		return
	}
	for i, t := range s.Trail {
		if t == p {
			s.Trail, s.At = s.Trail[:i:i], p
			return
		}
	}
	if s.At.State != "" && (!passing[s.At.State] || p.State == Language) {
		s.Trail = append(s.Trail[:len(s.Trail):len(s.Trail)], s.At)
		if len(s.Trail) > maxTrail {
			s.Trail = s.Trail[1:]
		}
	}
	s.At = p
}

// setLang keeps a language that the user chose.
func (s *State) setLang(l knowledge.Lang) {
	s.ScriptSet = s.ScriptSet && s.Lang == l
	s.Lang, s.LangSet = l, true
}

// passing states are questions that nobody wants to come back to.
var passing = map[Where]bool{Greeting: true, Language: true, Lender: true, Province: true}

// shallow states hold nothing that is worth a question to someone who comes back.
var shallow = map[Where]bool{"": true, Greeting: true, Language: true, Collection: true, Who: true, Menu: true}

// leave goes one place back; false at the start.
func (s *State) leave() bool {
	if len(s.Trail) == 0 {
		return false
	}
	last := len(s.Trail) - 1
	s.At, s.Trail, s.Over = s.Trail[last], s.Trail[:last:last], ""
	return true
}
