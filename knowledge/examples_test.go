package knowledge

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"zhilu/knowledge/danger"
	"zhilu/knowledge/fold"
)

// TestExamplesEnough: every entry that messages lead to has enough examples to learn from, in
// every language some. The phrases of self-harm are also found by the rules of danger, which
// have not learnt them.
func TestExamplesEnough(t *testing.T) {
	least := map[Kind]int{Situation: 25, Channel: 12, Topic: 12, Control: 12}
	d, _ := Read(Base())
	for _, e := range d.Entries {
		if least[e.Kind] == 0 {
			continue
		}
		if n := len(e.Examples.all()); n < least[e.Kind] {
			t.Errorf("%s has %d examples, a %s needs %d", e.ID, n, e.Kind, least[e.Kind])
		}
		for _, l := range AnswerLangs {
			if len(splitLines(Text(e.Examples).In(l))) == 0 {
				t.Errorf("%s has no example in %s", e.ID, l)
			}
		}
	}
	e := embeddedRelease().Entry(SelfHarm)
	for _, p := range e.Phrases.all() {
		if got := danger.Find(p.bare()).Kind; got != danger.SelfHarm {
			t.Errorf("the rules find %q in %q", got, p.text)
		}
	}
}

// testSet gives the messages that measure the router and that it must not learn from, in the
// form in which they are compared, by their ids.
func testSet(t *testing.T) (ids, texts []string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/utterances/dev.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		var row struct{ ID, Text string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		ids, texts = append(ids, row.ID), append(texts, strip(fold.Text(row.Text)))
	}
	return ids, texts
}

// trigrams are the runs of three runes of a text, each once.
func trigramsOf(s string) map[[3]rune]bool {
	set, runes := map[[3]rune]bool{}, []rune(s)
	for i := range len(runes) - 2 {
		set[[3]rune(runes[i:i+3])] = true
	}
	return set
}

// TestExamplesAreNotTheTestSet: no example is a message of the test set, nor close to one:
// they share fewer than 0.6 of the trigrams that either has.
func TestExamplesAreNotTheTestSet(t *testing.T) {
	const close = 0.6
	ids, texts := testSet(t)
	if len(texts) < 100 {
		t.Fatalf("the test set has %d rows", len(texts))
	}
	rows, having, size := map[string]string{}, map[[3]rune][]int{}, make([]int, len(texts))
	for i, text := range texts {
		rows[text] = ids[i]
		set := trigramsOf(text)
		size[i] = len(set)
		for g := range set {
			having[g] = append(having[g], i)
		}
	}
	d, _ := Read(Base())
	for _, e := range d.Entries {
		for _, x := range e.Examples.all() {
			text := strip(fold.Text(x.text))
			if id, ok := rows[text]; ok && text != "" {
				t.Errorf("the example %q of %s is %s", x.text, e.ID, id)
				continue
			}
			set, both := trigramsOf(text), map[int]int{}
			for g := range set {
				for _, i := range having[g] {
					both[i]++
				}
			}
			for i, n := range both {
				if overlap := float64(n) / float64(len(set)+size[i]-n); overlap >= close {
					t.Errorf("the example %q of %s is close to %s, %q (%.2f)", x.text, e.ID, ids[i], texts[i], overlap)
				}
			}
		}
	}
}
