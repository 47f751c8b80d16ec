package knowledge

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// named is what the console calls a thing, and what it says of it in one sentence.
type named struct {
	Title Text `yaml:"title"`
	Hint  Text `yaml:"hint"`
}

// labels are the names of things by the word that a base file has for them.
type labels struct {
	Languages   map[Lang]named       `yaml:"languages"`
	Severities  map[string]named     `yaml:"severities"`
	Kinds       map[Kind]named       `yaml:"kinds"`
	Levels      map[Level]named      `yaml:"levels"`
	Confidences map[Confidence]named `yaml:"confidences"`
	FactTypes   map[FactType]named   `yaml:"fact_types"`
	Fields      map[string]named     `yaml:"fields"`
	Checks      map[Check]named      `yaml:"checks"`
}

//go:embed names.yaml
var namesYAML []byte

var names = sync.OnceValue(func() (n labels) {
	if err := yaml.UnmarshalWithOptions(namesYAML, &n, yaml.Strict()); err != nil { // a test reads it
		panic(err)
	}
	return n
})

// titleIn is the title of a thing; what has none is called by its own name.
func titleIn[K ~string](m map[K]named, key K, l Lang) string {
	if s := m[key].Title.In(l); s != "" {
		return s
	}
	return string(key)
}

// A Title is the short name of a thing in the answer language of l, for a label or a list: in
// English and Spanish in lower case where a sentence can hold it. A Hint explains the thing in
// one sentence for people who are no programmers. What is not known is called by its own name
// and has no hint. All of them are safe for any number of goroutines.

// Title is the name of language x.
func (x Lang) Title(l Lang) string { return titleIn(names().Languages, x, l) }

// Title is the name of a severity.
func (s Severity) Title(l Lang) string { return names().Severities[s.key()].Title.In(l) }

// Hint says what follows from a severity.
func (s Severity) Hint(l Lang) string { return names().Severities[s.key()].Hint.In(l) }

func (s Severity) key() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Title is the name of a kind of entry.
func (k Kind) Title(l Lang) string { return titleIn(names().Kinds, k, l) }

// Hint says what a kind of entry is.
func (k Kind) Hint(l Lang) string { return names().Kinds[k].Hint.In(l) }

// Title is the name of the force of a rule.
func (v Level) Title(l Lang) string { return titleIn(names().Levels, v, l) }

// Hint says what the force of a rule is.
func (v Level) Hint(l Lang) string { return names().Levels[v].Hint.In(l) }

// Title is the name of a confidence.
func (c Confidence) Title(l Lang) string { return titleIn(names().Confidences, c, l) }

// Hint says when to choose a confidence.
func (c Confidence) Hint(l Lang) string { return names().Confidences[c].Hint.In(l) }

// Title is the name of a type of fact.
func (f FactType) Title(l Lang) string { return titleIn(names().FactTypes, f, l) }

// Hint says what a type of fact is for.
func (f FactType) Hint(l Lang) string { return names().FactTypes[f].Hint.In(l) }

// Title is the short name of a rule that a base can break: "Too long".
func (c Check) Title(l Lang) string { return titleIn(names().Checks, c, l) }

// FieldTitle is the name of a field: of "text", of "facts.value", of a path as in Problem.Where
// ("$.facts.phone.later[0].values.en"), and of a field of a file that is no entry, with the name
// of the file before it ("sources.yaml.tier"). A path that ends with a language is named with
// it: "Answer (English)".
func FieldTitle(path string, l Lang) string {
	field, lang := fieldOf(path)
	s := titleIn(names().Fields, field, l)
	switch {
	case lang == "":
		return s
	case l.Answer() == ZhHans:
		return s + "（" + lang.Title(l) + "）"
	default:
		return s + " (" + lang.Title(l) + ")"
	}
}

// FieldHint explains a field, named as in FieldTitle, in one sentence; "" when there is none.
func FieldHint(path string, l Lang) string {
	field, _ := fieldOf(path)
	return names().Fields[field].Hint.In(l)
}

var (
	listIndex = regexp.MustCompile(`\[\d+\]`)
	factName  = regexp.MustCompile(`^facts\.[^.]+`)
)

// fieldOf finds the key of a field in names.yaml, and the language in which it is.
func fieldOf(path string) (field string, lang Lang) {
	path, isPath := strings.CutPrefix(path, "$.")
	path = listIndex.ReplaceAllString(path, "")
	if isPath {
		path = factName.ReplaceAllString(path, "facts")
	}
	if _, ok := names().Fields[path]; ok {
		return path, ""
	}
	if under, ok := strings.CutPrefix(path, "facts.later."); ok {
		return fieldOf("facts." + under)
	}
	for _, l := range AnswerLangs {
		if parent, ok := strings.CutSuffix(path, "."+langKey(l)); ok {
			field, _ = fieldOf(parent)
			return field, l
		}
	}
	return path, ""
}
