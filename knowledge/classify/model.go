// Package classify learns from labelled messages which label a message has: a linear model
// over n-grams of characters and words, concepts of a lexicon and phrases. Training is
// deterministic and takes nothing but the examples; there is no model file.
//
// The model has two heads. One chooses among the labels; the other says whether a message is
// outside of all of them, and learns that from all examples together.
package classify

import (
	"math"
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

// known is a feature that was learnt: how rare it is, and where its weights are: in a whole
// row, or in slots.
type known struct {
	count    float32
	from, to int32
	row      bool
}

// Model judges texts. It is safe for concurrent use.
type Model struct {
	labels  int
	ids     Table
	known   []known
	strange float32 // how rare a feature is that is not known
	slots   []slot
	rows    []float32
	pool    sync.Pool
}

// scratch is the working memory of one judgement.
type scratch struct {
	reader reader
	board  *board
	ids    []int32
	seen   []uint32 // by feature: the turn in which it was met last
	turn   uint32
}

func (m *Model) scratch() *scratch {
	if s, ok := m.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{seen: make([]uint32, len(m.known)), board: newBoard(m.labels)}
}

// Judge gives the likeliest labels of a text, best first, at most n, as if it was inside; and
// how far it is believed to be outside, 0 to 1. The list is appended to into[:0].
func (m *Model) Judge(t Text, n int, into []Scored) (list []Scored, outside float32) {
	s := m.scratch()
	defer m.pool.Put(s)
	scale := m.recognise(s, t)
	s.board.reset()
	for _, id := range s.ids {
		k := m.known[id]
		if k.row {
			s.board.addRow(m.rows[k.from:k.to], k.count*scale)
		} else {
			s.board.add(m.slots[k.from:k.to], k.count*scale)
		}
	}
	for _, l := range t.Marks {
		s.board.touch(int32(l))
		s.board.score[l] += prior
	}
	return s.board.best(n, into[:0]), 1 / (1 + exp(-*s.board.outside()))
}

// recognise lists the features of a text that are known, each once, and gives the factor that
// brings all its features to length 1 together.
func (m *Model) recognise(s *scratch, t Text) (scale float32) {
	s.reader.read(t)
	s.ids = s.ids[:0]
	s.turn++
	var norm float32
	for _, f := range s.reader.features {
		id, ok := m.ids.Get(f.hash)
		if !ok {
			norm += square(weights[f.family] * m.strange)
			continue
		}
		if s.seen[id] != s.turn {
			s.seen[id] = s.turn
			s.ids = append(s.ids, id)
			norm += square(m.known[id].count)
		}
	}
	return 1 / sqrt(norm) // the size is always there, so that no norm is 0
}

func square(x float32) float32 { return x * x }
func sqrt(x float32) float32   { return float32(math.Sqrt(float64(x))) }
func exp(x float32) float32    { return float32(math.Exp(float64(x))) }
