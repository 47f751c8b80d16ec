package classify

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSparseBoard: a board of many labels looks at those alone that a message speaks of, and
// finds what a board finds that looks at all of them.
func TestSparseBoard(t *testing.T) {
	const labels = fewLabels + 88
	r := rand.New(rand.NewPCG(5, 0))
	sparse, dense := newBoard(labels), &board{score: make([]float32, labels+1)}
	for l := range labels {
		dense.touched = append(dense.touched, int32(l))
	}
	for range 200 { // the boards are used again and again
		sparse.reset()
		dense.reset()
		for range r.IntN(40) {
			var slots []slot
			for range 1 + r.IntN(20) {
				slots = append(slots, slot{r.Int32N(labels), r.Float32()*16 - 4})
			}
			slots = append(slots, slot{labels, r.Float32() - 0.5})
			x := r.Float32()
			sparse.add(slots, x)
			dense.add(slots, x)
		}
		if *sparse.outside() != *dense.outside() {
			t.Fatalf("outside is %v, densely %v", *sparse.outside(), *dense.outside())
		}
		same(t, sparse.best(4, nil), dense.best(4, nil), 1e-5)
	}
}

// TestManyLabels: one label more, and the board is sparse; nothing else changes but what a
// label takes that has no examples.
func TestManyLabels(t *testing.T) {
	examples := toy(1, 30)
	dense, sparse := Train(fewLabels, examples), Train(fewLabels+1, examples)
	if newBoard(fewLabels).stamp != nil || newBoard(fewLabels+1).stamp == nil {
		t.Fatal("the boards are not what they are taken for")
	}
	for _, e := range toy(2, 40) {
		d, s := judge(dense, e.Text), judge(sparse, e.Text)
		if math.Abs(float64(d.outside-s.outside)) > 0.005 {
			t.Errorf("%q is outside by %v, densely %v", e.Folded, s.outside, d.outside)
		}
		same(t, s.list[:1], d.list[:1], 0.005)
	}
}

// same compares two lists; shares may differ by off.
func same(t *testing.T, got, want []Scored, off float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%+v, want %+v", got, want)
	}
	for i, w := range want {
		if g := got[i]; g.Label != w.Label || math.Abs(float64(g.Share-w.Share)) > off {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
