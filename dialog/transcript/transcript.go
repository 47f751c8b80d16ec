// Package transcript reads, plays and writes conversations as text: the form of golden
// conversations, of `zhilu chat` and of bug reports.
//
//	# threats in Spanish            a comment
//	# later 26h                     time passes before the next message
//	# now 2026-11-21T22:30          the clock is set (Beijing time)
//	> me amenazan                   the user
//	< ¿Hay alguien en su puerta …   the bot, every line of it
//	= advice threats es             state, intent and language reached
//
// What is no text is written in brackets: [image], [voice], [sticker], [location], [follow],
// [unfollow], [scan], [again] (the platform sends the last message once more) and [tap ID] LABEL.
package transcript

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Kind is the sort of an Event.
type Kind string

// The kinds of event. Text has words, Tap words and an id.
const (
	Text     Kind = "text"
	Tap      Kind = "tap"
	Image    Kind = "image"
	Voice    Kind = "voice"
	Sticker  Kind = "sticker"
	Location Kind = "location"
	Follow   Kind = "follow"
	Unfollow Kind = "unfollow"
	Scan     Kind = "scan"
	Again    Kind = "again"
)

var bare = []Kind{Image, Voice, Sticker, Location, Follow, Unfollow, Scan, Again}

// Event is what the user does.
type Event struct {
	Kind   Kind
	Text   string
	Choice string // of a tap: the id of the option
}

// ParseEvent reads one line a user sends.
func ParseEvent(line string) Event {
	inner, ok := strings.CutPrefix(line, "[")
	if !ok {
		return Event{Kind: Text, Text: line}
	}
	inner, rest, ok := strings.Cut(inner, "]")
	if id, tap := strings.CutPrefix(inner, "tap "); ok && tap {
		return Event{Kind: Tap, Choice: id, Text: strings.TrimSpace(rest)}
	}
	if k := Kind(inner); ok && rest == "" && slices.Contains(bare, k) {
		return Event{Kind: k}
	}
	return Event{Kind: Text, Text: line}
}

// String is the line the event is written as.
func (e Event) String() string {
	switch e.Kind {
	case Text:
		return e.Text
	case Tap:
		return strings.TrimSpace("[tap " + e.Choice + "] " + e.Text)
	default:
		return "[" + string(e.Kind) + "]"
	}
}

// Answer is what the bot does. Status is empty where it cannot be seen from outside.
type Answer struct {
	Text   string // "" for no reply
	Status string // "state intent lang"
}

// Turn is one exchange with what stands above it.
type Turn struct {
	Above []string // comments and directives, as written
	Later time.Duration
	Now   time.Time // set by a directive; zero otherwise
	Event Event
	Want  Answer
}

// Transcript is one conversation.
type Transcript struct {
	Turns []Turn
	Below []string // comments after the last turn
}

// Parse reads a transcript. An error names the line.
func Parse(r io.Reader) (Transcript, error) {
	p := parser{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if err := p.line(lines.Text()); err != nil {
			return Transcript{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	p.close()
	p.t.Below = p.above.Above
	return p.t, lines.Err()
}

type parser struct {
	t     Transcript
	above Turn // what stands above the next turn
	open  bool // a turn has begun
	reply []string
}

func (p *parser) line(s string) error {
	switch {
	case strings.HasPrefix(s, "> "):
		p.close()
		p.above.Event = ParseEvent(s[2:])
		p.t.Turns = append(p.t.Turns, p.above)
		p.above, p.open = Turn{}, true
	case s == "<" || strings.HasPrefix(s, "< "):
		if !p.open {
			return fmt.Errorf("a reply before any message")
		}
		p.reply = append(p.reply, strings.TrimPrefix(s[1:], " "))
	case strings.HasPrefix(s, "= "):
		if !p.open {
			return fmt.Errorf("a state before any message")
		}
		p.t.Turns[len(p.t.Turns)-1].Want.Status = s[2:]
	case s == "" || strings.HasPrefix(s, "#"):
		p.close()
		return p.comment(s)
	default:
		return fmt.Errorf("a line starts with >, <, = or #")
	}
	return nil
}

func (p *parser) comment(s string) error {
	p.above.Above = append(p.above.Above, s)
	fields := strings.Fields(strings.TrimPrefix(s, "#"))
	if len(fields) != 2 {
		return nil
	}
	var err error
	switch fields[0] {
	case "later":
		p.above.Later, err = time.ParseDuration(fields[1])
	case "now":
		p.above.Now, err = ParseClock(fields[1])
	}
	return err
}

// ParseClock reads a time of day in Beijing: 2026-11-21T22:30, with seconds or without, or a day alone.
func ParseClock(s string) (time.Time, error) {
	beijing := time.FixedZone("CST", 8*60*60)
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, beijing); err == nil {
			return t, nil
		}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fmt.Errorf("%q is no time such as 2026-11-21T22:30", s)
	}
	return t, nil
}

func (p *parser) close() {
	if p.open {
		p.t.Turns[len(p.t.Turns)-1].Want.Text = strings.Join(p.reply, "\n")
	}
	p.open, p.reply = false, nil
}

// Write writes the transcript in the form Parse reads.
func (t Transcript) Write(w io.Writer) error {
	var b strings.Builder
	for _, turn := range t.Turns {
		for _, line := range turn.Above {
			b.WriteString(line + "\n")
		}
		b.WriteString("> " + turn.Event.String() + "\n")
		b.WriteString(turn.Want.Lines())
	}
	for _, line := range t.Below {
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Lines is an answer as it is written: every line of the reply, then the state.
func (a Answer) Lines() string {
	var b strings.Builder
	if a.Text != "" {
		for _, line := range strings.Split(a.Text, "\n") {
			b.WriteString(strings.TrimRight("< "+line, " ") + "\n")
		}
	}
	if a.Status != "" {
		b.WriteString("= " + a.Status + "\n")
	}
	return b.String()
}

// Talker is a conversation with a bot, however it is reached.
type Talker interface {
	// Say gives the bot's answer to one event, at a time.
	Say(e Event, now time.Time) (Answer, error)
}

// Start is when a transcript begins that does not set the clock: a Saturday morning.
var Start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.FixedZone("CST", 8*60*60))

// Play has the conversation anew and returns it with the answers given now. A second
// passes between two messages.
func (t Transcript) Play(talker Talker) (Transcript, error) {
	played := Transcript{Below: t.Below}
	now := Start
	for _, turn := range t.Turns {
		if !turn.Now.IsZero() {
			now = turn.Now
		}
		now = now.Add(turn.Later + time.Second)
		answer, err := talker.Say(turn.Event, now)
		if err != nil {
			return played, fmt.Errorf("%q: %w", turn.Event, err)
		}
		turn.Want = answer
		played.Turns = append(played.Turns, turn)
	}
	return played, nil
}

// Differences compares two plays of a transcript turn by turn; a status that one of them
// does not know is not compared.
func (t Transcript) Differences(got Transcript) []string {
	var diffs []string
	for i, want := range t.Turns {
		if i >= len(got.Turns) {
			return append(diffs, fmt.Sprintf("turn %d is missing", i+1))
		}
		g := got.Turns[i]
		if want.Want.Text != g.Want.Text {
			diffs = append(diffs, fmt.Sprintf("turn %d, > %s\n--- want\n%s\n+++ got\n%s", i+1, want.Event, want.Want.Text, g.Want.Text))
		}
		if want.Want.Status != g.Want.Status && want.Want.Status != "" && g.Want.Status != "" {
			diffs = append(diffs, fmt.Sprintf("turn %d, > %s\nwant = %s\ngot  = %s", i+1, want.Event, want.Want.Status, g.Want.Status))
		}
	}
	return diffs
}
