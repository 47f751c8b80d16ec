package classify

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The toy problem: three offices and small talk. Each has words of its own; some words are
// everybody's.
var (
	own = [...][]string{
		{"电话", "短信", "响铃", "拉黑", "号码", "ringing", "calls", "sms"},
		{"利息", "扣费", "年化", "砍头", "本金", "interest", "fees", "rate"},
		{"上门", "敲门", "家里", "楼下", "小区", "door", "visit", "house"},
		{"天气", "足球", "做饭", "电影", "笑话", "weather", "football", "recipe"},
	}
	shared = []string{"他们", "今天", "我", "怎么办", "一直", "please", "they", "again"}
)

const outsideToy = 3 // in own

// toyText is a message about one of own: two of its words among three of everybody's.
func toyText(r *rand.Rand, about int) Text {
	pick := func(from []string, n int) (words []string) {
		for _, i := range r.Perm(len(from))[:n] {
			words = append(words, from[i])
		}
		return words
	}
	words := append(pick(own[about], 2), pick(shared, 3)...)
	r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return Text{Folded: strings.Join(words, " ")}
}

// toy gives n examples of each office and of small talk.
func toy(seed uint64, n int) (list []Example) {
	r := rand.New(rand.NewPCG(seed, 0))
	for range n {
		for about := range own {
			e := Example{toyText(r, about), about}
			if about == outsideToy {
				e.Label = Outside
			}
			list = append(list, e)
		}
	}
	return list
}

// verdict is what a model says of a text.
type verdict struct {
	list    []Scored
	outside float32
}

func judge(m *Model, t Text) verdict {
	list, outside := m.Judge(t, 3, nil)
	return verdict{list, outside}
}

func (v verdict) equal(w verdict) bool { return v.outside == w.outside && slices.Equal(v.list, w.list) }

// TestLearns: what was not learnt from is told apart, inside and outside.
func TestLearns(t *testing.T) {
	m := Train(3, toy(1, 30))
	for _, e := range toy(2, 50) {
		v := judge(m, e.Text)
		if e.Label == Outside {
			if v.outside < 0.5 {
				t.Errorf("%q is outside, and believed so by %.2f", e.Folded, v.outside)
			}
			continue
		}
		if v.outside >= 0.5 || len(v.list) == 0 || v.list[0].Label != e.Label || v.list[0].Share < 0.5 {
			t.Errorf("%q is of %d, and judged %+v", e.Folded, e.Label, v)
		}
	}
}

// TestJudgeIsInOrder: shares fall, lie between 0 and 1 and are no more than 1 together; at
// most n are given, in the memory that was lent.
func TestJudgeIsInOrder(t *testing.T) {
	m := Train(3, toy(1, 30))
	lent := make([]Scored, 0, 8)
	for _, e := range toy(2, 20) {
		for n := range 5 {
			list, outside := m.Judge(e.Text, n, lent)
			var sum float32
			for _, s := range list {
				sum += s.Share
			}
			falling := slices.IsSortedFunc(list, func(a, b Scored) int { return int(b.Share*1e6) - int(a.Share*1e6) })
			if len(list) > n || sum > 1.0001 || !falling || !(outside >= 0 && outside <= 1) {
				t.Errorf("%q, at most %d: %+v, outside %v", e.Folded, n, list, outside)
			}
			if n > 0 && len(list) > 0 && &list[0] != &lent[:1][0] {
				t.Error("the memory that was lent is not used")
			}
		}
	}
}

// TestSameModel: the same examples give the same model, bit by bit, whatever the number of
// processors.
func TestSameModel(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	examples, others := toy(1, 40), toy(2, 40)
	var first []verdict
	for _, procs := range []int{1, 2, 4, 2} {
		runtime.GOMAXPROCS(procs)
		m := Train(3, examples)
		for i, e := range others {
			v := judge(m, e.Text)
			if len(first) <= i {
				first = append(first, v)
			} else if !v.equal(first[i]) {
				t.Fatalf("with %d processors %q is judged %+v, with one %+v", procs, e.Folded, v, first[i])
			}
		}
	}
}

// TestUnknownText: words that no example has say nothing. All that is left is how long the
// message is, and when no example was as long, there is no label at all.
func TestUnknownText(t *testing.T) {
	m := Train(3, toy(1, 30))
	short := Text{Folded: "jkxq vvwz 龘靐 齉爩 qqkkp"}
	if v := judge(m, short); len(v.list) > 0 && v.list[0].Share > 0.5 {
		t.Errorf("nothing is known of %q, and it is judged %+v", short.Folded, v)
	}
	if v := judge(m, Text{Folded: strings.Repeat("龘靐齉爩 ", 60)}); len(v.list) > 0 {
		t.Errorf("a label out of nothing: %+v", v)
	}
	diluted := Text{Folded: "电话 " + short.Folded}
	if all, some := judge(m, Text{Folded: "电话"}), judge(m, diluted); all.list[0].Share <= some.list[0].Share {
		t.Errorf("what is strange in a message does not weaken what is known: %v, then %v", all.list, some.list)
	}
}

// TestConceptsAndMarks: a concept is learnt like a word; a mark speaks for its label even
// where nothing was learnt.
func TestConceptsAndMarks(t *testing.T) {
	examples := toy(1, 20)
	for i := range examples {
		if examples[i].Label == 1 {
			examples[i].Concepts = []int{7, 8}
		}
	}
	m := Train(3, examples)
	if v := judge(m, Text{Folded: "jkxq vvwz", Concepts: []int{7, 8}}); len(v.list) == 0 || v.list[0].Label != 1 {
		t.Errorf("the concepts of 1 are judged %+v", v)
	}
	if v := judge(Train(3, nil), Text{Folded: "jkxq", Marks: []int{2}}); len(v.list) != 1 || v.list[0].Label != 2 {
		t.Errorf("the mark of 2 is judged %+v", v)
	}
	many := Text{Folded: "jkxq"}
	for i := range 1000 {
		many.Concepts = append(many.Concepts, i)
	}
	judge(m, many)
}

// TestNothingToLearn: what holds nothing gives a model that says nothing, and no panic.
func TestNothingToLearn(t *testing.T) {
	empty := Example{Label: 0}
	for name, c := range map[string]struct {
		labels   int
		examples []Example
	}{
		"no labels, no examples":  {0, nil},
		"no labels, outside only": {0, toyOf(Outside)},
		"no examples":             {3, nil},
		"many labels, none known": {fewLabels + 88, nil},
		"empty examples":          {3, []Example{empty, empty, empty}},
		"one example":             {1, toyOf(0)[:1]},
		"outside only":            {3, toyOf(Outside)},
		"one label of three":      {3, toyOf(1)},
		"one label of many":       {fewLabels + 88, toyOf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			m := Train(c.labels, c.examples)
			for _, text := range []Text{{}, {Folded: " "}, {Folded: "电话 calls 12378 😭"}, {Folded: strings.Repeat("天", 2000)}} {
				v := judge(m, text)
				if !(v.outside >= 0 && v.outside <= 1) {
					t.Errorf("%.20q is outside by %v", text.Folded, v.outside)
				}
				for _, s := range v.list {
					if s.Label < 0 || s.Label >= c.labels || !(s.Share >= 0 && s.Share <= 1) {
						t.Errorf("%.20q is judged %+v", text.Folded, v)
					}
				}
			}
		})
	}
}

// toyOf gives the examples of the toy problem that have one label.
func toyOf(label int) []Example {
	return slices.DeleteFunc(toy(1, 10), func(e Example) bool { return e.Label != label })
}

// TestLabelsWithoutExamples: they are never chosen, and take next to nothing from the others.
func TestLabelsWithoutExamples(t *testing.T) {
	m := Train(40, toy(1, 30))
	for _, e := range toy(2, 30) {
		for i, s := range judge(m, e.Text).list {
			if s.Label > 2 || i == 0 && e.Label != Outside && s.Label != e.Label {
				t.Errorf("%q of %d: %+v", e.Folded, e.Label, s)
			}
		}
	}
}

// TestSharedByMany: a model serves any number of goroutines, and each gets what one alone gets.
func TestSharedByMany(t *testing.T) {
	m, texts := Train(3, toy(1, 20)), toy(2, 25)
	var want []verdict
	for _, e := range texts {
		want = append(want, judge(m, e.Text))
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range texts {
				i = (i + 11*g) % len(texts)
				if got := judge(m, texts[i].Text); !got.equal(want[i]) {
					t.Errorf("%q: %+v among others, %+v alone", texts[i].Folded, got, want[i])
				}
			}
		})
	}
	wg.Wait()
}

// TestMaxSlots: a word of very many labels says nothing about any of them, and costs nothing;
// a word of one label still finds it.
func TestMaxSlots(t *testing.T) {
	const labels = fewLabels + 8
	var examples []Example
	for l := range labels {
		for range 2 {
			examples = append(examples, Example{Text{Folded: fmt.Sprintf("hello %c%c", 0x4E00+l, 0x4E00+l)}, l})
		}
	}
	m := Train(labels, examples)
	for id, k := range m.known {
		if k.row || k.to-k.from > maxSlots {
			t.Errorf("feature %d has %d weights", id, k.to-k.from)
		}
	}
	if v := judge(m, Text{Folded: "hello"}); len(v.list) > 0 {
		t.Errorf("what all labels say is judged %+v", v)
	}
	for l := 0; l < labels; l += 100 {
		if v := judge(m, examples[2*l].Text); len(v.list) == 0 || v.list[0].Label != l {
			t.Errorf("%q is of %d, and judged %+v", examples[2*l].Folded, l, v)
		}
	}
}
