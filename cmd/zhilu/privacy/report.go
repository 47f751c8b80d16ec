// Package privacy tells what Zhilu keeps, of whom, in which form and for how long, in words that
// can go into an organisation's privacy notice. What there is comes from the packages that
// write it; only the words are here.
package privacy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"zhilu/knowledge"
	"zhilu/knowledge/keyspace"
)

// Kept is a kind of key, who writes it and whether it is in a backup.
type Kept struct {
	keyspace.Key
	Writer string // package, by its path in the program
	Backup bool
}

// Metric is one metric and its labels.
type Metric struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels,omitempty"`
}

// Inventory is everything that is kept.
type Inventory struct {
	Redis   []Kept
	Memory  []Kept
	Logs    []string // fields
	Metrics []Metric
}

// files are what is written outside Redis, in their order.
var files = []string{"archive", "backup"}

type words = knowledge.Text

// catalogue is texts.yaml.
type catalogue struct {
	Title    words                                    `yaml:"title"`
	Note     words                                    `yaml:"note"`
	Sections map[string]words                         `yaml:"sections"`
	About    map[string]words                         `yaml:"about"`
	Words    map[string]words                         `yaml:"words"`
	Holds    map[keyspace.Holding]words               `yaml:"holds"`
	Keys     map[string]description                   `yaml:"keys"`
	Files    map[string]struct{ Name, Content words } `yaml:"files"`
}

type description struct{ Purpose, Content words }

//go:embed texts.yaml
var textsYAML []byte

var texts = sync.OnceValue(func() (c catalogue) {
	if err := yaml.UnmarshalWithOptions(textsYAML, &c, yaml.Strict()); err != nil { // a test reads it
		panic(err)
	}
	return c
})

// item is a kind of key in the report.
type item struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Seconds int64    `json:"seconds"` // 0: for good
	Kept    string   `json:"kept"`
	Writer  string   `json:"writer"`
	Backup  bool     `json:"backup"`
	Purpose string   `json:"purpose"`
	Content string   `json:"content"`
	Holds   []string `json:"holds"`  // codes
	Person  []string `json:"person"` // the same in words
}

type file struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// report is an inventory in one language.
type report struct {
	Title   string   `json:"title"`
	Note    string   `json:"note"`
	Redis   []item   `json:"redis"`
	Memory  []item   `json:"memory"`
	Logs    []string `json:"logs"`
	Metrics []Metric `json:"metrics"`
	Files   []file   `json:"files"`
}

func (v Inventory) in(lang knowledge.Lang) report {
	c := texts()
	r := report{Title: c.Title.In(lang), Note: c.Note.In(lang), Redis: items(v.Redis, lang), Memory: items(v.Memory, lang), Logs: v.Logs, Metrics: v.Metrics}
	for _, id := range files {
		r.Files = append(r.Files, file{c.Files[id].Name.In(lang), c.Files[id].Content.In(lang)})
	}
	return r
}

func items(list []Kept, lang knowledge.Lang) []item {
	out := make([]item, len(list))
	for i, k := range list {
		d := texts().Keys[k.Pattern]
		out[i] = item{Name: k.Pattern, Type: k.Type, Seconds: int64(k.Life / time.Second), Kept: life(k.Life, lang), Writer: k.Writer, Backup: k.Backup,
			Purpose: d.Purpose.In(lang), Content: d.Content.In(lang)}
		for _, h := range k.Holds {
			out[i].Holds = append(out[i].Holds, string(h))
			out[i].Person = append(out[i].Person, texts().Holds[h].In(lang))
		}
	}
	return out
}

// life says how long something is kept, in the largest unit that fits.
func life(d time.Duration, lang knowledge.Lang) string {
	if d == 0 {
		return word("forever", lang)
	}
	for _, u := range []struct {
		unit string
		of   time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}, {"seconds", time.Second}} {
		if d%u.of == 0 && d > u.of {
			return strings.ReplaceAll(word(u.unit, lang), "{n}", fmt.Sprint(int64(d/u.of)))
		}
	}
	return strings.ReplaceAll(word("seconds", lang), "{n}", fmt.Sprint(int64((d+time.Second-1)/time.Second)))
}

func word(id string, lang knowledge.Lang) string { return texts().Words[id].In(lang) }

// WriteJSON writes the report as one JSON object.
func (v Inventory) WriteJSON(w io.Writer, lang knowledge.Lang) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v.in(lang))
}

// WriteText writes the report for people to read.
func (v Inventory) WriteText(w io.Writer, lang knowledge.Lang) error {
	r, c := v.in(lang), texts()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", r.Title, r.Note)
	section := func(id string) {
		fmt.Fprintf(&b, "\n== %s ==\n", c.Sections[id].In(lang))
		if about := c.About[id].In(lang); about != "" {
			fmt.Fprintf(&b, "%s\n", about)
		}
	}
	section("redis")
	writeItems(&b, r.Redis, lang)
	section("memory")
	writeItems(&b, r.Memory, lang)
	section("logs")
	fmt.Fprintf(&b, "\n%s\n", strings.Join(r.Logs, ", "))
	section("metrics")
	fmt.Fprintln(&b)
	for _, m := range r.Metrics {
		if fmt.Fprint(&b, m.Name); len(m.Labels) > 0 {
			fmt.Fprintf(&b, " (%s: %s)", word("labels", lang), strings.Join(m.Labels, ", "))
		}
		fmt.Fprintln(&b)
	}
	section("files")
	for _, f := range r.Files {
		fmt.Fprintf(&b, "\n%s\n  %s: %s\n", f.Name, word("content", lang), f.Content)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeItems(b *strings.Builder, list []item, lang knowledge.Lang) {
	for _, i := range list {
		fmt.Fprintf(b, "\n%s\n", i.Name)
		facts := []string{word("life", lang) + ": " + i.Kept, word("writer", lang) + ": " + i.Writer}
		if i.Type != keyspace.Memory {
			in := word("no", lang)
			if i.Backup {
				in = word("yes", lang)
			}
			facts = append([]string{word("type", lang) + ": " + i.Type}, append(facts, word("backup", lang)+": "+in)...)
		}
		fmt.Fprintf(b, "  %s\n", strings.Join(facts, " · "))
		fmt.Fprintf(b, "  %s: %s\n  %s: %s\n  %s: %s\n", word("purpose", lang), i.Purpose, word("content", lang), i.Content,
			word("person", lang), strings.Join(i.Person, "; "))
	}
}

// Described are the kinds of keys that texts.yaml describes, in order: those of an inventory, or
// the report would be silent about some.
func Described() []string { return slices.Sorted(maps.Keys(texts().Keys)) }
