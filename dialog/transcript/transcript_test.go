package transcript

import (
	"strings"
	"testing"
	"time"
)

const example = `# a conversation
> hola
< Hola
<
< 1. Sí
= who greeting es
# later 26h
> [tap who=self] Es mi préstamo
< Bien
= situation who=self es
> [image]
> [1]
< .
# the end
`

func TestRoundTrip(t *testing.T) {
	parsed, err := Parse(strings.NewReader(example))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := parsed.Write(&b); err != nil || b.String() != example {
		t.Errorf("%v:\n%s", err, b.String())
	}
	turns := parsed.Turns
	if len(turns) != 4 || turns[0].Want.Text != "Hola\n\n1. Sí" || turns[1].Later != 26*time.Hour ||
		turns[1].Event != (Event{Kind: Tap, Choice: "who=self", Text: "Es mi préstamo"}) || turns[2].Event.Kind != Image || turns[3].Event.Kind != Text {
		t.Errorf("%+v", turns)
	}
}

func TestParseFaults(t *testing.T) {
	for in, want := range map[string]string{
		"< hola\n":           "line 1: a reply before any message",
		"# x\n= who x es\n":  "line 2: a state before any message",
		"> a\nhola\n":        "line 2: a line starts with >, <, = or #",
		"# later soon\n> a":  "line 1: ",
		"# now yesterday\n>": "line 1: ",
	} {
		if _, err := Parse(strings.NewReader(in)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

// echo answers with what it hears, and at what time.
type echo struct{}

func (echo) Say(e Event, now time.Time) (Answer, error) {
	return Answer{Text: e.String() + " " + now.Format("02 15:04:05"), Status: "s"}, nil
}

func TestPlay(t *testing.T) {
	parsed, err := Parse(strings.NewReader("> a\n# later 26h\n> b\n# now 2026-12-24T18:00\n> c\n"))
	if err != nil {
		t.Fatal(err)
	}
	played, err := parsed.Play(echo{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"a 21 10:00:01", "b 22 12:00:02", "c 24 18:00:01"} {
		if got := played.Turns[i].Want.Text; got != want {
			t.Errorf("turn %d at %q, want %q", i+1, got, want)
		}
	}
	if d := played.Differences(played); len(d) != 0 {
		t.Errorf("differs from itself: %q", d)
	}
	if d := parsed.Differences(played); len(d) != 3 {
		t.Errorf("differences: %q", d)
	}
}
