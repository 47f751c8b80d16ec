package danger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"zhilu/knowledge/fold"
)

// The rule language is described in rules/README.md. This file turns its lines into sections
// and expressions; compile.go turns those into tables.

// section is one block of a rule file: "self-harm wish-to-die" and the lines under it.
type section struct {
	kind, name string
	lines      []line
}

type line struct {
	file string
	no   int
	text string
}

func (l line) fault(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", l.file, l.no, fmt.Sprintf(format, args...))
}

// Kinds of sections besides the two kinds of findings.
const (
	kindWords    = "words"
	kindOrdinary = "ordinary"
	kindMaybe    = "maybe-self-harm"
)

// sections reads a rule file and reports every line it cannot read.
func sections(file, text string) ([]section, error) {
	var out []section
	var faults []error
	for i, raw := range strings.Split(text, "\n") {
		l := line{file, i + 1, strings.TrimSpace(raw)}
		switch {
		case l.text == "" || l.text[0] == '#':
		case raw[0] == ' ' || raw[0] == '\t':
			if len(out) == 0 {
				faults = append(faults, l.fault("a line before the first heading"))
				continue
			}
			last := &out[len(out)-1]
			if n := len(last.lines); n > 0 && strings.HasPrefix(raw, "        ") {
				last.lines[n-1].text += " " + l.text
				continue
			}
			last.lines = append(last.lines, l)
		default:
			kind, name, _ := strings.Cut(l.text, " ")
			switch kind {
			case kindWords, kindOrdinary, kindMaybe, string(SelfHarm), string(Violence):
			default:
				faults = append(faults, l.fault("heading %q: want words, ordinary, self-harm, maybe-self-harm or violence", kind))
			}
			if name = strings.TrimSpace(name); name == "" || strings.ContainsAny(name, " @|&()") {
				faults = append(faults, l.fault("heading %q needs one name", l.text))
			}
			out = append(out, section{kind: kind, name: name})
		}
	}
	return out, errors.Join(faults...)
}

// element is a piece of an expression: a text, a named class, or a group of alternatives.
type element struct {
	text     string      // folded; words may end in * or ~
	class    string      // without the @
	group    [][]element // alternatives
	optional bool

	gap   int  // what may stand before it: at most so many units; 0 for nothing
	far   bool // the gap may run over punctuation
	start bool // it must begin a clause
	end   int  // where not 0, the clause must end within end-1 units after it
	mark  bool // no text at all: what stood before must end a clause, as end says
}

// pattern is what one alternative of a line asks for: sequences that must all be there, near
// each other, in any order.
type pattern [][]element

// patterns reads the alternatives of a line.
func (l line) patterns() ([]pattern, error) {
	r := reader{l.text}
	var out []pattern
	var p pattern
	for {
		seq, err := r.sequence()
		if err == nil && len(seq) == 0 {
			err = errors.New("an alternative with nothing to look for")
		}
		if err != nil {
			return nil, l.fault("%v", err)
		}
		p = append(p, seq)
		sign, rest := byte('|'), ""
		if r.rest != "" {
			sign, rest = r.rest[0], r.rest[1:]
		}
		if sign == ')' {
			return nil, l.fault("a ) without its (")
		}
		if sign == '|' {
			out, p = append(out, p), nil
		}
		if r.rest == "" {
			return out, nil
		}
		r.rest = rest
	}
}

// reader reads expressions from the front of rest.
type reader struct{ rest string }

// sequence reads elements up to the end, a "|", a "&" or a ")".
func (r *reader) sequence() ([]element, error) {
	var out []element
	var next element
	for {
		r.rest = strings.TrimLeft(r.rest, " \t")
		switch {
		case r.rest == "" || strings.IndexByte("|&)", r.rest[0]) >= 0:
			if next.gap > 0 || next.start { // a gap before $ was used up there
				return nil, errors.New("a gap or ^ with nothing after it")
			}
			return out, nil
		case strings.HasPrefix(r.rest, ".."):
			next.gap = r.number("..")
		case r.rest[0] == '~':
			next.gap, next.far = r.number("~"), true
		case r.rest[0] == '^':
			r.rest, next.start = r.rest[1:], true
		case r.rest[0] == '$':
			if r.rest = r.rest[1:]; len(out) == 0 {
				out = append(out, element{mark: true})
			}
			out[len(out)-1].end, next = next.gap+1, element{}
		default:
			if err := r.element(&next); err != nil {
				return nil, err
			}
			out, next = append(out, next), element{}
		}
	}
}

// number reads the size of a gap after its sign; 3 if none is given.
func (r *reader) number(sign string) int {
	r.rest = strings.TrimPrefix(r.rest, sign)
	digits := len(r.rest) - len(strings.TrimLeft(r.rest, "0123456789"))
	n, err := strconv.Atoi(r.rest[:digits])
	if err != nil {
		n = 3
	}
	r.rest = r.rest[digits:]
	return min(n, maxGap)
}

// element reads a text, a class or a group into e.
func (r *reader) element(e *element) error {
	switch r.rest[0] {
	case '@':
		n := strings.IndexAny(r.rest, " \t()|&$")
		if n < 0 {
			n = len(r.rest)
		}
		e.class, r.rest = r.rest[1:n], r.rest[n:]
	case '(':
		r.rest = r.rest[1:]
		for {
			alternative, err := r.sequence()
			if err != nil {
				return err
			}
			if r.rest == "" {
				return errors.New("a ( without its )")
			}
			if len(alternative) == 0 {
				return errors.New("an empty alternative in ( )")
			}
			e.group = append(e.group, alternative)
			sign := r.rest[0]
			r.rest = r.rest[1:]
			if sign == '&' {
				return errors.New("a & inside ( )")
			}
			if sign == ')' {
				break
			}
		}
		e.optional = strings.HasPrefix(r.rest, "?")
		r.rest = strings.TrimPrefix(r.rest, "?")
	default:
		n := strings.IndexAny(r.rest, " \t()|&@$")
		if n < 0 {
			n = len(r.rest)
		}
		e.text, r.rest = fold.Text(r.rest[:n]), r.rest[n:]
		if e.text == "" {
			return errors.New("a text of which nothing is left")
		}
	}
	return nil
}
