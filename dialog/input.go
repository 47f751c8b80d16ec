package dialog

import (
	"slices"

	"zhilu/knowledge"
)

// Input is one message or event, as far as the dialog is concerned.
type Input struct {
	Kind Kind
	// Text is what the user typed, or the label of what was tapped.
	Text string
	// Choice is the id of what was tapped; "" when it was typed.
	Choice Move
}

// Kind is the sort of an Input.
type Kind int

// The kinds of input.
const (
	Typed  Kind = iota // words, or a tap when Choice is set
	Follow             // the user follows the account
	Scan               // a follower scanned its QR code
	Button             // a button of the account's menu: Choice, and no words
	Media              // a picture, voice, sticker, place: anything but words
)

// Turn is what came of one input.
type Turn struct {
	State State
	Reply Reply
	// ReplyLang is the language of the reply.
	ReplyLang knowledge.Lang
	// Private is set when no copy of the reply may be kept: it depends on the input alone, and
	// a retry gets it from Stateless.
	Private bool
	Intent  string // the label of what the user wanted; "none" when it was not understood
	Effects []Effect
}

// Erases reports whether the turn deletes what is held of the user.
func (t Turn) Erases() bool { return slices.Contains(t.Effects, Erase) }

// Effect is something the caller must do once the turn is stored.
type Effect string

// The effects.
const (
	Erase  Effect = "erase"  // delete everything held about the user
	Crisis Effect = "crisis" // a crisis card went out: count it, without the user
	Miss   Effect = "miss"   // the message was not understood: count it
	Care   Effect = "care"   // it may be about self-harm, and got an ordinary answer: keep none of its words
)

// Intents that are no entries.
const (
	intentNone   = "none"
	intentNumber = "menu-pick"
	intentFollow = "follow"
	intentMedia  = "media"

	intentProvince = "province"
)
