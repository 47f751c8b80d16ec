package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"zhilu/knowledge"
)

// WriteText prints the findings for people, by group.
func (r Report) WriteText(w io.Writer, lang knowledge.Lang) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", texts().Title.In(lang), r.At.Format("2006-01-02 15:04 -07:00"))
	group := Group("")
	for _, f := range r.Findings {
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(&b, "\n%s\n", texts().Groups[group].In(lang))
		}
		fmt.Fprintf(&b, "  %s  %s\n", padded(f.Level(), lang), f.Line(lang))
		if do := f.Do(lang); do != "" {
			fmt.Fprintf(&b, "  %s  → %s\n", strings.Repeat(" ", column(lang)), do)
		}
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// Summary is the last line: how many findings of which level.
func (r Report) Summary(lang knowledge.Lang) string {
	return strings.NewReplacer("{errors}", fmt.Sprint(r.Count(Error)), "{warnings}", fmt.Sprint(r.Count(Warning)), "{ok}", fmt.Sprint(r.Count(OK))).
		Replace(texts().Summary.In(lang))
}

// padded is the name of a level, as wide on a terminal as the widest.
func padded(l Level, lang knowledge.Lang) string {
	name := texts().Levels[l].In(lang)
	return name + strings.Repeat(" ", column(lang)-width(name, lang))
}

func column(lang knowledge.Lang) int {
	most := 0
	for _, name := range texts().Levels {
		most = max(most, width(name.In(lang), lang))
	}
	return most
}

// width is how many columns of a terminal a word takes: two for a Chinese character.
func width(s string, lang knowledge.Lang) int {
	n := utf8.RuneCountInString(s)
	if lang.Chinese() {
		n *= 2
	}
	return n
}

// WriteJSON prints the findings for a machine; ids and levels stay the same in every language.
func (r Report) WriteJSON(w io.Writer, lang knowledge.Lang) error {
	type finding struct {
		Group Group  `json:"group"`
		ID    string `json:"id"`
		Level Level  `json:"level"`
		Node  string `json:"node,omitempty"`
		Line  string `json:"line"`
		Do    string `json:"do,omitempty"`
	}
	out := struct {
		At       string    `json:"at"`
		Errors   int       `json:"errors"`
		Warnings int       `json:"warnings"`
		Findings []finding `json:"findings"`
	}{r.At.UTC().Format("2006-01-02T15:04:05Z"), r.Count(Error), r.Count(Warning), []finding{}}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, finding{f.Group, f.ID, f.Level(), f.Node, f.Line(lang), f.Do(lang)})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
