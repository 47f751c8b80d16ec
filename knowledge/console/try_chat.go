package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"zhilu/knowledge"
)

// Limits of a conversation that somebody tries.
const (
	maxSent     = 60
	maxMessage  = 4096     // bytes; what a borrower sends through WeChat is shorter
	maxWait     = 366 * 24 // hours between two messages
	maxSentJSON = maxSent * (maxMessage + 64) * 2
	maxAnswer   = 2048 // bytes of an answer that WeChat takes (wechat-protocol §5)
)

// sent is one message of the tester, as a transcript has it, and the whole hours that passed
// before. The page carries the list of them from one request to the next: the answers are made
// anew each time, so that another date or another release answers the same conversation.
type sent struct {
	Event string `json:"e"`
	Later int    `json:"h,omitempty"`
}

// errTampered says that the conversation that came with a form was not written by this console.
var errTampered = errors.New("the conversation of the form cannot be read")

// readSent reads the hidden field of the page. What it gives is within the limits.
func readSent(s string) ([]sent, error) {
	if s == "" {
		return nil, nil
	}
	if len(s) > maxSentJSON {
		return nil, errTampered
	}
	var all []sent
	dec := json.NewDecoder(strings.NewReader(s))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&all); err != nil {
		return nil, errTampered
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) || len(all) > maxSent {
		return nil, errTampered
	}
	for _, m := range all {
		if m.Event == "" || len(m.Event) > maxMessage || m.Event != oneLine(m.Event) || m.Later < 0 || m.Later > maxWait {
			return nil, errTampered
		}
	}
	return all, nil
}

// writeSent is what readSent reads.
func writeSent(all []sent) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the template escapes
	if err := enc.Encode(all); err != nil || len(all) == 0 {
		return ""
	}
	return strings.TrimSpace(b.String())
}

// oneLine makes of a text what a line of a transcript can hold: one line of UTF-8.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// sentAgain is the event of a platform that sends the last message once more.
const sentAgain = "[again]"

// exchange is one message, and what came of it.
type exchange struct {
	sent
	At   time.Time
	Said Said
}

// replay has a conversation with a release from its start. As in a transcript, a second passes
// between two messages.
func (c *Console) replay(rel *knowledge.Release, start time.Time, all []sent) ([]exchange, error) {
	var out []exchange
	var last Said
	at := start
	for _, m := range all {
		at = at.Add(time.Duration(m.Later)*time.Hour + time.Second)
		if m.Event != sentAgain { // a copy gets the answer of before
			said, err := c.bench.Say(rel, last.State, m.Event, at)
			if err != nil {
				return nil, fmt.Errorf("say: %w", err)
			}
			last = said
		}
		out = append(out, exchange{m, at, last})
	}
	return out, nil
}

// clockForm is how a field of the type datetime-local and a transcript write a time.
const clockForm = "2006-01-02T15:04"

// readClock reads a time in Beijing, which must be within a hundred years.
func readClock(s string) (time.Time, bool) {
	for _, form := range []string{clockForm, clockForm + ":05"} {
		if t, err := time.ParseInLocation(form, s, knowledge.Beijing); err == nil {
			return t, t.Year() >= 2000 && t.Year() < 2100
		}
	}
	return time.Time{}, false
}

// transcriptOf writes a conversation without its answers.
func transcriptOf(start time.Time, all []sent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# now %s\n", start.In(knowledge.Beijing).Format(clockForm))
	for _, m := range all {
		if m.Later > 0 {
			fmt.Fprintf(&b, "# later %dh\n", m.Later)
		}
		fmt.Fprintf(&b, "> %s\n", m.Event)
	}
	return b.String()
}

// eventOf takes a line apart: its kind ("text", "tap", "image" …), and the words of it.
func eventOf(line string) (kind, words string) {
	inner, ok := strings.CutPrefix(line, "[")
	if !ok {
		return "text", line
	}
	inner, rest, ok := strings.Cut(inner, "]")
	if strings.HasPrefix(inner, "tap ") && ok {
		return "tap", strings.TrimSpace(rest)
	}
	switch inner {
	case "image", "voice", "sticker", "location", "follow", "unfollow", "scan", "again":
		if ok && rest == "" {
			return inner, ""
		}
	}
	return "text", line
}

// wholeHours reads a length of time that a field of whole hours can hold.
func wholeHours(s string) (int, bool) {
	d, err := time.ParseDuration(s)
	return int(d / time.Hour), err == nil && d >= 0 && d%time.Hour == 0 && d <= maxWait*time.Hour
}
