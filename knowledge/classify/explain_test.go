package classify

import (
	"math"
	"slices"
	"testing"
)

// A model of three labels over a few messages of every script.
func small() *Model {
	list := []Example{
		{Text{Folded: "他们打电话给我妈", Concepts: []int{0, 1}, Marks: []int{0}}, 0},
		{Text{Folded: "天天打电话给我爸妈", Concepts: []int{0, 1}}, 0},
		{Text{Folded: "they keep calling my mother", Concepts: []int{1, 0}}, 0},
		{Text{Folded: "利息太高,借5000还8000"}, 1},
		{Text{Folded: "the interest is too high, 5000 became 8000"}, 1},
		{Text{Folded: "interest of 36 percent"}, 1},
		{Text{Folded: "打12378有用吗", Marks: []int{2}}, 2},
		{Text{Folded: "call 12378 now", Marks: []int{2}}, 2},
		{Text{Folded: "今天天气不错🙂"}, Outside},
		{Text{Folded: "nice weather today 🙂"}, Outside},
	}
	return Train(3, slices.Concat(list, list)) // twice: what occurs once is not learnt
}

// TestExplainNamesEveryFeature: whatever the reader reads has a name, and the right one.
func TestExplainNamesEveryFeature(t *testing.T) {
	for _, text := range []Text{
		{Folded: "他们打电话给我妈", Concepts: []int{0, 1, 1, 2}, Marks: []int{0, 2}},
		{Folded: "5000 a 12378 110 b2 o'clock don't 🙂催收call me贷款 36 percent"},
		{Folded: "a"}, {Folded: "催"}, {Folded: "¿ninos?"}, {Folded: "привет мир"}, {Folded: "!"}, {},
	} {
		var r reader
		r.read(text)
		names := naming{}
		names.read(text, r.runes)
		want := map[family]Sort{hanOne: Character, hanTwo: Character, hanThree: Character, edge: Edge, word: Word, wordPair: Words,
			wordPart: Part, concept: Concept, inOrder: InOrder, mark: Phrase, size: Length}
		for _, f := range r.features {
			if names[f.hash].Sort != want[f.family] {
				t.Errorf("%q: a feature of family %d is named %+v", text.Folded, f.family, names[f.hash])
			}
		}
	}
}

// TestExplainAddsUp: the weights of the features make the score that Judge turns into shares.
func TestExplainAddsUp(t *testing.T) {
	m := small()
	for _, text := range []Text{
		{Folded: "他们打电话给我妈", Concepts: []int{0, 1}, Marks: []int{0}}, {Folded: "interest 36 percent 12378", Marks: []int{2}},
		{Folded: "天气"}, {Folded: "they keep calling, 5000"},
	} {
		ranked, outside := m.Judge(text, 3, nil)
		score := func(label int) (sum float64) {
			for _, f := range m.Explain(text, label) {
				sum += float64(f.Weight)
			}
			return sum
		}
		if want := 1 / (1 + math.Exp(-score(Outside))); math.Abs(want-float64(outside)) > 1e-4 {
			t.Errorf("%q: outside %f, its features say %f", text.Folded, outside, want)
		}
		for _, r := range ranked[1:] {
			ratio := math.Exp(score(r.Label) - score(ranked[0].Label))
			if got := float64(r.Share / ranked[0].Share); math.Abs(ratio-got) > 1e-3 {
				t.Errorf("%q: label %d has %f of the first, its features say %f", text.Folded, r.Label, got, ratio)
			}
		}
	}
}

// TestExplainOrder: the loudest first, each feature once, and a phrase counts with its prior.
func TestExplainOrder(t *testing.T) {
	list := small().Explain(Text{Folded: "打打打12378", Marks: []int{2}}, 2)
	if len(list) == 0 || list[0].Sort != Phrase || list[0].Of[0] != 2 || list[0].Weight <= prior {
		t.Fatalf("%+v", list)
	}
	seen := map[string]bool{}
	for i, f := range list {
		if i > 0 && abs(f.Weight) > abs(list[i-1].Weight) {
			t.Errorf("%+v comes after %+v", f, list[i-1])
		}
		if key := string(f.Sort) + f.Text; seen[key] {
			t.Errorf("%+v is there twice", f)
		} else {
			seen[key] = true
		}
	}
}
