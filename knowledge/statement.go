package knowledge

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// maxArgs is how many things a statement may speak of.
const maxArgs = 4

// statement is what a problem says, apart from its language: a format in English and what goes
// into it. An argument is a string, a number, or a word that has a form in each language. Two
// that say the same are equal by ==. As an error it is the English sentence.
type statement struct {
	format string
	args   [maxArgs]any // nil from the first that is not used on
}

// worded is an argument that is itself words.
type worded interface{ in(l Lang) string }

// sayf makes a statement; the format is one of problems.yaml.
func sayf(format string, args ...any) error {
	return newStatement(format, args)
}

func newStatement(format string, args []any) statement {
	s := statement{format: format}
	for i, a := range args {
		if err, ok := a.(error); ok {
			a = err.Error()
		}
		s.args[i] = a
	}
	return s
}

func (s statement) used() []any {
	for i, a := range s.args {
		if a == nil {
			return s.args[:i]
		}
	}
	return s.args[:]
}

func (s statement) Error() string { return fmt.Sprintf(s.format, s.used()...) }

// in is the sentence in the answer language of l; in English when it was never translated.
func (s statement) in(l Lang) string {
	format := translations()[s.format].In(l)
	if format == "" {
		return s.Error()
	}
	args := make([]any, 0, maxArgs)
	for _, a := range s.used() {
		args = append(args, spoken{a, l})
	}
	return fmt.Sprintf(format, args...)
}

// spoken is an argument in a language: words are translated, and %q quotes as that language does.
type spoken struct {
	arg  any
	lang Lang
}

// Format writes the argument for any verb; of the verbs only q matters.
func (s spoken) Format(f fmt.State, verb rune) {
	text := ""
	switch a := s.arg.(type) {
	case worded:
		text = a.in(s.lang)
	case Kind:
		text = a.Title(s.lang)
	case rune:
		text = visible(string(a))
	default:
		text = fmt.Sprint(a)
		if verb == 'q' {
			text = visible(text)
		}
	}
	if verb == 'q' {
		text = inQuotes(text, s.lang)
	}
	fmt.Fprint(f, text)
}

// visible writes characters that cannot be seen by their code.
func visible(s string) string {
	s = strconv.Quote(s)
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
}

// inQuotes puts text into the quotation marks of a language; of nothing it says that it is empty.
func inQuotes(text string, l Lang) string {
	switch l.Answer() {
	case En:
		return `"` + text + `"`
	case Es:
		if text == "" {
			return "(vacío)"
		}
		return "«" + text + "»"
	default:
		if text == "" {
			return "（空）"
		}
		return "“" + text + "”"
	}
}

//go:embed problems.yaml
var problemsYAML []byte

// translations are the formats of statements in the languages of the console, by the English one.
var translations = sync.OnceValue(func() map[string]Text {
	m := map[string]Text{}
	if err := yaml.Unmarshal(problemsYAML, &m); err != nil { // a test reads it
		panic(err)
	}
	for format, t := range m {
		t.En = format
		m[format] = t
	}
	return m
})

// In is the problem in one sentence, without its place, in the answer language of l: what is
// wrong, and in Chinese and Spanish also what to do. In English it is Text. What the YAML library
// says of a file that cannot be read stays English within the sentence.
func (p Problem) In(l Lang) string {
	if l.Answer() == En || p.said == (statement{}) {
		return p.Text
	}
	text, about := p.said.in(l), p.about
	if raw, err := strconv.Unquote(about); err == nil {
		about = inQuotes(raw, l)
	}
	switch {
	case about == "":
		return text
	case l.Answer() == Es:
		return about + ": " + text
	default:
		return about + "：" + text
	}
}

// saying is the problem with its sentence.
func (p Problem) saying(format string, args ...any) Problem {
	p.Text = fmt.Sprintf(format, args...)
	if p.about != "" {
		p.Text = p.about + ": " + p.Text
	}
	p.said = newStatement(format, args)
	return p
}

// of is the problem with what an error says.
func (p Problem) of(err error) Problem {
	p.Text = err.Error()
	if !errors.As(err, &p.said) {
		p.said = newStatement("this cannot be used: %s", []any{p.Text})
	}
	return p
}

// What the YAML library says often enough to be translated.
var (
	yamlUnknown = regexp.MustCompile(`^unknown field "(.*)"$`)
	yamlTwice   = regexp.MustCompile(`^mapping key "(.*)" already defined at \[(\d+):\d+\]$`)
)

// saidByYAML is what the YAML library says of a file.
func saidByYAML(text string) statement {
	if m := yamlUnknown.FindStringSubmatch(text); m != nil {
		return newStatement("unknown field %q", []any{m[1]})
	}
	if m := yamlTwice.FindStringSubmatch(text); m != nil {
		return newStatement("the field %q stands in line %s already", []any{m[1], m[2]})
	}
	return newStatement("the file is not written as YAML: %s", []any{text})
}
