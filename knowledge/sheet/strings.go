package sheet

import (
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"

	"zhilu/knowledge"
)

//go:embed strings.yaml
var stringsYAML []byte

// sentences are the texts of this package by their key.
var sentences = func() map[string]knowledge.Text {
	all := map[string]knowledge.Text{}
	if err := yaml.Unmarshal(stringsYAML, &all); err != nil { // embedded, and read by every test
		panic(err)
	}
	return all
}()

// Label is a word of strings.yaml by its key: among the Args of a problem it stands for the
// word in the language of the reader.
type Label string

// In gives the word in a language; the key itself when there is none.
func (l Label) In(lang knowledge.Lang) string {
	if t := sentences[string(l)].In(lang); t != "" {
		return t
	}
	return string(l)
}

// Title is the name of a kind of sheet, as the tab of a workbook and a page show it.
func (k Kind) Title(lang knowledge.Lang) string { return Label("kind." + string(k)).In(lang) }

// maxShown is how many characters of a cell a sentence repeats.
const maxShown = 80

// Text is the problem as a sentence: what is wrong and what to do about it. It does not say
// the row and the column.
func (p RowProblem) Text(lang knowledge.Lang) string {
	args := make([]any, len(p.Args))
	for i, a := range p.Args {
		switch a := a.(type) {
		case Label:
			args[i] = a.In(lang)
		case string:
			args[i] = shorten(a)
		default:
			args[i] = a
		}
	}
	if len(args) == 0 {
		return Label(p.Key).In(lang)
	}
	return fmt.Sprintf(Label(p.Key).In(lang), args...)
}

func shorten(s string) string {
	if r := []rune(s); len(r) > maxShown {
		return string(r[:maxShown-1]) + "…"
	}
	return s
}
