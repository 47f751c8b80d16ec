// Package classify learns from labelled messages which label a message has: a linear model
// over n-grams of characters and words, concepts of a lexicon and phrases. Training is
// deterministic and takes nothing but the examples; there is no model file.
//
// The model has two heads. One chooses among the labels; the other says whether a message is
// outside of all of them, and learns that from all examples together.
package classify

import (
	"math"
	"slices"
	"sync"
)

// Text is one message to learn from or to judge.
type Text struct {
	Folded   string // the message in the normal form of package fold
	Concepts []int  // the concepts found in it, in their order
	Marks    []int  // the labels whose phrases it holds, each once
}

// Example is a text with its label, an index from 0, or Outside.
type Example struct {
	Text
	Label int
}

// Outside is the label of examples that no label is right for.
const Outside = -1

// Scored is a label with its share of the belief, 0 to 1.
type Scored struct {
	Label int
	Share float32
}

// slot is the weight of one feature for one label; the label after the last one stands for
// "outside".
type slot struct {
	label  int32
	weight float32
}

// known is a feature that was learnt: what it counts, and its slots.
type known struct {
	count    float32
	from, to int32
}

// Model judges texts. It is safe for concurrent use.
type Model struct {
	labels  int
	ids     map[uint64]int32
	known   []known
	strange float32 // how rare a feature is that is not known
	slots   []slot
	pool    sync.Pool
}

// scratch is the working memory of one judgement.
type scratch struct {
	reader reader
	ids    []int32
	seen   []uint32 // by feature: the turn in which it was met last
	turn   uint32
	scores []float32 // by label
}

func (m *Model) scratch() *scratch {
	if s, ok := m.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{seen: make([]uint32, len(m.known)), scores: make([]float32, m.labels+1)}
}

// Judge gives the likeliest labels of a text, best first, at most n, as if it was inside; and
// how far it is believed to be outside, 0 to 1. The list is appended to into[:0].
func (m *Model) Judge(t Text, n int, into []Scored) (list []Scored, outside float32) {
	s := m.scratch()
	defer m.pool.Put(s)
	m.score(s, t)
	outside = 1 / (1 + exp(-s.scores[m.labels]))
	return best(s.scores[:m.labels], n, into[:0]), outside
}

// score adds up the weights of the features that a text has.
func (m *Model) score(s *scratch, t Text) {
	s.reader.read(t)
	s.ids = s.ids[:0]
	s.turn++
	var norm float32
	for _, f := range s.reader.features {
		id, ok := m.ids[f.hash]
		if !ok {
			norm += square(weights[f.family] * m.strange)
			continue
		}
		if s.seen[id] == s.turn {
			continue
		}
		s.seen[id] = s.turn
		s.ids = append(s.ids, id)
		norm += square(m.known[id].count)
	}
	clear(s.scores)
	scale := 1 / sqrt(norm) // the size is always there, so that no norm is 0
	for _, id := range s.ids {
		k := m.known[id]
		x := k.count * scale
		for _, sl := range m.slots[k.from:k.to] {
			s.scores[sl.label] += sl.weight * x
		}
	}
	for _, l := range t.Marks {
		s.scores[l] += prior
	}
}

// best turns scores into shares and keeps the n largest. A label without any score is not
// among them: nothing speaks for it.
func best(scores []float32, n int, list []Scored) []Scored {
	var top, sum float32
	for _, s := range scores {
		top = max(top, s)
	}
	for l, s := range scores {
		if s-top < -12 {
			continue
		}
		share := exp(s - top)
		sum += share
		if s == 0 || len(list) == n && share <= list[n-1].Share {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, share, func(x Scored, v float32) int {
			if x.Share >= v {
				return -1
			}
			return 1
		})
		list = slices.Insert(list, at, Scored{l, share})
		list = list[:min(len(list), n)]
	}
	for i := range list {
		list[i].Share /= sum
	}
	return list
}

func square(x float32) float32 { return x * x }
func sqrt(x float32) float32   { return float32(math.Sqrt(float64(x))) }
func exp(x float32) float32    { return float32(math.Exp(float64(x))) }
