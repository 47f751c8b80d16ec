package doctor

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"zhilu/knowledge"
)

// Level says how bad a finding is.
type Level string

// The levels. An error keeps the service from working or loses data; a warning will one day.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Error   Level = "error"
)

// Finding is one thing that was looked at.
type Finding struct {
	Group Group
	ID    string // its key in texts.yaml
	Node  string // which of several servers, "" when there is one
	args  []any  // name, value, …
}

// said is a value that differs from language to language.
type said func(knowledge.Lang) string

// Report is what was found, in the order of Groups.
type Report struct {
	At       time.Time
	Findings []Finding
}

// Count is how many findings have a level.
func (r Report) Count(l Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level() == l {
			n++
		}
	}
	return n
}

// notes gathers the findings of a group.
type notes struct {
	group Group
	node  string
	list  []Finding
}

// add notes a finding with the values that its text names: name, value, name, value.
func (n *notes) add(id string, args ...any) {
	n.list = append(n.list, Finding{Group: n.group, ID: id, Node: n.node, args: args})
}

// words is one text in three languages, side by side.
type words = knowledge.Text

// catalogue is texts.yaml.
type catalogue struct {
	Groups   map[Group]words `yaml:"groups"`
	Levels   map[Level]words `yaml:"levels"`
	Title    words           `yaml:"title"`
	Summary  words           `yaml:"summary"`
	Settings map[string]words
	Findings map[string]struct {
		Level Level `yaml:"level"`
		Line  words `yaml:"line"`
		Do    words `yaml:"do"`
	} `yaml:"findings"`
}

//go:embed texts.yaml
var textsYAML []byte

var texts = sync.OnceValue(func() (c catalogue) {
	if err := yaml.UnmarshalWithOptions(textsYAML, &c, yaml.Strict()); err != nil { // a test reads it
		panic(err)
	}
	return c
})

// Level is how bad the finding is.
func (f Finding) Level() Level { return texts().Findings[f.ID].Level }

// Line says in one line what was found.
func (f Finding) Line(lang knowledge.Lang) string {
	line := f.fill(texts().Findings[f.ID].Line, lang)
	if f.Node != "" {
		return f.Node + ": " + line
	}
	return line
}

// Do says what to do about it, "" when nothing is to be done.
func (f Finding) Do(lang knowledge.Lang) string { return f.fill(texts().Findings[f.ID].Do, lang) }

// fill writes the values into a text.
func (f Finding) fill(text words, lang knowledge.Lang) string {
	var pairs []string
	for i := 0; i+1 < len(f.args); i += 2 {
		value := fmt.Sprint(f.args[i+1])
		if in, ok := f.args[i+1].(said); ok {
			value = in(lang)
		}
		pairs = append(pairs, fmt.Sprintf("{%s}", f.args[i]), oneLine(value))
	}
	return strings.NewReplacer(pairs...).Replace(text.In(lang))
}

// oneLine keeps what came from outside in its line and free of what a terminal would obey.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
