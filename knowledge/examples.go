package knowledge

import (
	"maps"
	"slices"
	"strings"

	"zhilu/knowledge/fold"
)

// Concepts are words that mean much the same to the router, by the name of what they mean.
// A word that ends with "*" stands for every word that begins so.
type Concepts map[string]Phrases

// names are the names of the concepts, in their order.
func (c Concepts) names() []string { return slices.Sorted(maps.Keys(c)) }

// example is one message of an entry, as it stands in a file.
type example struct {
	text string
	lang Lang
}

func (x Examples) all() []example {
	var all []example
	for _, l := range AnswerLangs {
		for _, s := range splitLines(Text(x).In(l)) {
			all = append(all, example{s, l})
		}
	}
	return all
}

// splitLines gives the lines of s that hold something, without space around them.
func splitLines(s string) []string {
	var list []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}

// checkExamples asks that a message is an example of one entry only, and no phrase of
// another: the router cannot learn a contradiction.
func (c *compiler) checkExamples() {
	owner := map[string]*Entry{}
	for _, e := range c.draft.Entries {
		for _, key := range c.findings[e].phrases {
			owner[strip(key)] = e
		}
	}
	for _, e := range c.draft.Entries {
		keys := c.findings[e].examples
		for i, x := range e.Examples.all() {
			key := keys[i]
			if first := owner[key]; first != nil && first != e && key != "" {
				c.report(e, "$.examples", x.lang, DuplicateExample, "the example %q also belongs to %s (%s)", x.text, first.ID, c.draft.files[first].name)
				continue
			}
			owner[key] = e
		}
	}
}

func (c *compiler) checkConcepts() {
	for _, name := range c.draft.Concepts.names() {
		bad := func(format string, args ...any) {
			c.reportIn(conceptsFile, "$."+name, name, BadConcept, format, args...)
		}
		if !ID(name).valid() {
			bad("a concept is named by lower-case letters, digits and hyphens")
		}
		words := c.draft.Concepts[name].all()
		if len(words) == 0 {
			bad("a concept needs words")
		}
		seen := map[phrase]bool{}
		for _, w := range words {
			if fold.Text(strings.TrimSuffix(w.text, "*")) == "" {
				bad("a word is empty: %q", w.text)
			}
			if seen[w] {
				bad("the word %q stands there twice", w.text)
			}
			seen[w] = true
		}
	}
}
