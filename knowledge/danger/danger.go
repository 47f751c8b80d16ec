// Package danger recognises, in a message, signs that somebody may die or hurt themselves, and
// violence under way or explicitly threatened against body, life or property. It is the floor
// of the crisis answer: compiled into the binary, without I/O, the same in every state.
//
// It is not a diagnosis, keeps nothing, and does not say what to answer. Collectors who only
// call, come, insult, sue or expose somebody are no danger in its sense. The rules are the text
// files in rules/, made to be read by people who help borrowers; rules/README.md explains them.
package danger

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"zhilu/knowledge/fold"
)

// Kind says what kind of danger a message shows.
type Kind string

const (
	None     Kind = ""
	SelfHarm Kind = "self-harm" // the writer, or someone they speak of, may die or hurt themselves
	Violence Kind = "violence"  // body, life or property attacked, or explicitly threatened, by others
)

// Finding is what was recognised, and the heading of the rule that recognised it. The zero
// Finding says that nothing was.
type Finding struct {
	Kind Kind
	Rule string
}

// Rules recognise danger. They never change and are safe for any number of goroutines.
type Rules struct {
	sets    []*set
	classes map[string][][]key
}

//go:embed rules/*.txt
var files embed.FS

var floor = sync.OnceValue(func() *Rules {
	r, err := compileFloor()
	if err != nil {
		panic("rules of package danger: " + err.Error()) // a test compiles them
	}
	return r
})

// Floor gives the rules compiled into the binary. The first call compiles them; make it when
// the program starts.
func Floor() *Rules { return floor() }

// Find applies the floor to a message as it was typed.
func Find(text string) Finding { return floor().Find(text) }

// Find applies the rules to a message as it was typed, of any length and any bytes. Self-harm
// wins over violence.
func (r *Rules) Find(text string) Finding {
	folded := fold.Text(text)
	var found Finding
	for _, s := range r.sets {
		switch f := s.find(folded); {
		case f.Kind == SelfHarm:
			return f
		case found.Kind == None:
			found = f
		}
	}
	return found
}

// With gives rules that find all that r finds and what the extra rule file finds besides. The
// file may use the classes of r; its ordinary uses hide nothing from the rules of r. The name
// stands in errors, which list every fault with its line.
func (r *Rules) With(name, file string) (*Rules, error) {
	all, err := sections(name, file)
	if err != nil {
		return nil, err
	}
	s, classes, err := compile(all, r.classes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Rules{append(r.sets[:len(r.sets):len(r.sets)], s), classes}, nil
}

func compileFloor() (*Rules, error) {
	names, err := fs.Glob(files, "rules/*.txt")
	if err != nil {
		return nil, err
	}
	var all []section
	var faults []error
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		some, err := sections(name, string(text))
		all, faults = append(all, some...), append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	s, classes, err := compile(all, nil)
	if err != nil {
		return nil, err
	}
	return &Rules{[]*set{s}, classes}, nil
}
