package console

import (
	"time"

	"zhilu/knowledge"
)

// Bench is what the console asks of the dialog, which it does not know: cmd hands it in. All
// of it is safe for any number of goroutines and does no I/O.
type Bench struct {
	// Say continues a conversation with a release. state is what the call before gave, nil at
	// the start; event is a line as transcripts have it: words, "[image]", "[tap ID] LABEL".
	Say func(rel *knowledge.Release, state []byte, event string, now time.Time) (Said, error)
	// Play has a transcript anew and gives what was said, turn by turn; without a release what
	// the transcript itself holds. The error names the line of one that cannot be read.
	Play func(rel *knowledge.Release, transcript string) ([]Turn, error)
	// Record writes a transcript with the answers that a release gives now.
	Record func(rel *knowledge.Release, transcript string) (string, error)
	// Golden are the built-in conversations, by name.
	Golden func() map[string]string
	// Crisis gives the messages of the built-in must-hit list that do not lead to the card they
	// must lead to, and how many there are in all.
	Crisis func(rel *knowledge.Release) (missed []string, all int)
	// Measure routes the built-in test set.
	Measure func(rel *knowledge.Release) Figures
	// Falls reports whether fewer messages of the test set are routed right, beyond noise.
	Falls func(before, after Figures) bool
	// Route is the label a message leads to by itself.
	Route func(rel *knowledge.Release, message string) string
	// Danger is the kind of danger that the fixed rules find in a message, "" for none, and the
	// heading of the rule. They come before everything else and no draft changes them.
	Danger func(message string) (kind knowledge.ID, rule string)
	// Unanswered is the label of a message that nothing answers.
	Unanswered string
}

// Said is what the bot answers.
type Said struct {
	State   []byte
	Text    string
	Options []Option
	Tail    string
	Status  string // "state intent lang"
	Plain   string // all of it, as transcripts have it
	Lang    knowledge.Lang
	Where   string
	Intent  string
	Size    int // in bytes, at most, as WeChat gets it
}

// Option is one choice of an answer. Event is the line that taps it.
type Option struct{ Key, Label, Note, Event string }

// Turn is one exchange of a transcript.
type Turn struct{ Event, Text, Status string }

// Figures are how well a release routes the built-in test set.
type Figures struct {
	Rows     []Row
	All      Share
	Lang     map[knowledge.Lang]Share
	SelfHarm Share // of the messages that must lead to the card, those that do
	Violence Share
	None     Share // of the messages that are none of our business, those that are left alone
}

// Deafer reports whether a message about self-harm or violence that was found is not found any
// more.
func (f Figures) Deafer(before Figures) bool {
	return f.SelfHarm.Right < before.SelfHarm.Right || f.Violence.Right < before.Violence.Right
}

// Row is one message of the test set.
type Row struct {
	ID, Text, Expect, Got string
	Lang                  knowledge.Lang
	Right                 bool
}

// Share is right of all.
type Share struct{ Right, All int }

// Percent is the share in percent; 100 of nothing.
func (s Share) Percent() float64 {
	if s.All == 0 {
		return 100
	}
	return 100 * float64(s.Right) / float64(s.All)
}
