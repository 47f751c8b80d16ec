package classify

import (
	"cmp"
	"math"
	"slices"
)

// How a model is trained: found by trial, on messages that were not learnt from.
const (
	epochs  = 12
	rate    = 0.8  // of a step, before it is divided by what a weight has moved so far (Adagrad)
	decay   = 1e-5 // pull of a weight to nothing
	prior   = 2    // the score of a label one of whose phrases was found
	rare    = 2    // features of fewer examples are not learnt, other than words and phrases
	learnt  = 0.01 // an example that is off by less rests for restFor epochs
	restFor = 1
	least   = 0.02 // weights smaller than this are left out of the model
)

// doc is an example as the features it has.
type doc struct {
	ids   []int32
	x     []float32
	marks []int
	label int32
	rest  int // epochs for which it is left alone
}

type trainer struct {
	ids      map[uint64]int32
	families []family
	counts   []float32 // of each feature: its weight before learning; 0 leaves it out
	strange  float32   // what a feature that is not learnt counts in the length of a message
	docs     []doc
	start    []int32 // of each feature in slots, and one more at the end
	slots    []slot
	moved    []float32 // sum of the squared gradients of each slot
}

// Train learns from examples of the labels 0 to labels-1 and of Outside. The same examples in
// the same order give the same model.
func Train(labels int, examples []Example) *Model {
	t := &trainer{ids: map[uint64]int32{}}
	t.index(examples)
	t.layout(int32(labels))
	t.learn(labels)
	return t.model(labels)
}

// index gives every feature of the examples a number, and weighs it by how rare it is.
func (t *trainer) index(examples []Example) {
	var r reader
	var in, last []int32 // by feature: the examples that have it, and the last of them
	for n, e := range examples {
		d := doc{marks: e.Marks, label: int32(e.Label)}
		r.read(e.Text)
		for _, f := range r.features {
			id, ok := t.ids[f.hash]
			if !ok {
				id = int32(len(t.ids))
				t.ids[f.hash] = id
				t.families, in, last = append(t.families, f.family), append(in, 0), append(last, -1)
			}
			if last[id] != int32(n) {
				last[id] = int32(n)
				in[id]++
				d.ids = append(d.ids, id)
			}
		}
		t.docs = append(t.docs, d)
	}
	t.strange = float32(math.Log(float64(len(examples) + 1)))
	t.counts = make([]float32, len(in))
	for id, n := range in {
		if f := t.families[id]; n >= rare || f == mark || f == word {
			t.counts[id] = weights[f] * float32(math.Log(float64(len(examples)+1)/float64(n)))
		}
	}
	for i := range t.docs {
		t.normalise(&t.docs[i])
	}
}

// normalise brings the features to length 1 together, and then leaves out what is not learnt:
// the more of a message is strange, the less the rest of it says.
func (t *trainer) normalise(d *doc) {
	var norm float32
	for _, id := range d.ids {
		norm += square(cmp.Or(t.counts[id], weights[t.families[id]]*t.strange))
	}
	d.ids = slices.DeleteFunc(d.ids, func(id int32) bool { return t.counts[id] == 0 })
	d.x = make([]float32, len(d.ids))
	for j, id := range d.ids {
		d.x[j] = t.counts[id] / sqrt(norm)
	}
}

// layout gives each feature a slot for each label in whose examples it occurs, and one for
// "outside": the others could only be pushed down together.
func (t *trainer) layout(outside int32) {
	occurs := make([][]int32, len(t.counts))
	for _, d := range t.docs {
		for _, id := range d.ids {
			if list := occurs[id]; d.label != Outside && (len(list) == 0 || list[len(list)-1] != d.label) {
				occurs[id] = append(list, d.label)
			}
		}
	}
	t.start = make([]int32, len(t.counts)+1)
	for id, labels := range occurs {
		if t.counts[id] != 0 {
			slices.Sort(labels)
			for _, l := range slices.Compact(labels) {
				t.slots = append(t.slots, slot{label: l})
			}
			t.slots = append(t.slots, slot{label: outside})
		}
		t.start[id+1] = int32(len(t.slots))
	}
	t.moved = make([]float32, len(t.slots))
}

// learn goes through the examples again and again, in an order that is shuffled in the same
// way each time.
func (t *trainer) learn(labels int) {
	scores := make([]float32, labels+1)
	order := make([]int, len(t.docs))
	for i := range order {
		order[i] = i
	}
	seed := uint64(1)
	for range epochs {
		for i := len(order) - 1; i > 0; i-- {
			seed = seed*6364136223846793005 + 1442695040888963407
			j := int(seed>>33) % (i + 1)
			order[i], order[j] = order[j], order[i]
		}
		for _, i := range order {
			if d := &t.docs[i]; d.rest > 0 {
				d.rest--
			} else {
				t.step(d, scores)
			}
		}
	}
}

// step moves the weights towards one example. It is most of the time of training, and has no
// concurrency that a race detector could watch.
//
//go:norace
func (t *trainer) step(d *doc, scores []float32) {
	clear(scores)
	for j, id := range d.ids {
		x := d.x[j]
		for _, s := range t.slots[t.start[id]:t.start[id+1]] {
			scores[s.label] += s.weight * x
		}
	}
	for _, l := range d.marks {
		scores[l] += prior
	}
	if off := gradient(int(d.label), scores); off < learnt {
		d.rest = restFor
	}
	for j, id := range d.ids {
		x := d.x[j]
		from, to := t.start[id], t.start[id+1]
		slots, moved := t.slots[from:to], t.moved[from:to]
		for k := range slots {
			g := scores[slots[k].label]
			if g == 0 {
				continue
			}
			g = g*x + decay*slots[k].weight
			moved[k] += g * g
			slots[k].weight -= rate * g / (sqrt(moved[k]) + 1e-3)
		}
	}
}

// gradient puts in the place of each score what it should change by: the labels compete for
// what is inside; and every message is inside or outside. It returns the largest.
//
//go:norace
func gradient(label int, scores []float32) float32 {
	n := len(scores) - 1
	out := 1 / (1 + exp(-scores[n]))
	if label == Outside {
		clear(scores)
		scores[n] = out - 1
		return 1 - out
	}
	scores[n] = out
	inside := scores[:n]
	top := slices.Max(inside)
	var sum float32
	for l, s := range inside {
		if s -= top; s < -12 {
			inside[l] = 0
			continue
		} else {
			inside[l] = exp(s)
		}
		sum += inside[l]
	}
	for l := range inside {
		if inside[l] /= sum; inside[l] < 1e-3 && l != label {
			inside[l] = 0
		}
	}
	inside[label]--
	return max(out, -inside[label])
}

// model keeps what was learnt.
func (t *trainer) model(labels int) *Model {
	m := &Model{labels: labels, strange: t.strange, ids: map[uint64]int32{}}
	for hash, id := range t.ids {
		if t.counts[id] != 0 {
			m.ids[hash] = id
		}
	}
	m.known = make([]known, len(t.counts))
	for id, count := range t.counts {
		from := int32(len(m.slots))
		for _, s := range t.slots[t.start[id]:t.start[id+1]] {
			if s.weight > least || s.weight < -least {
				m.slots = append(m.slots, s)
			}
		}
		m.known[id] = known{count, from, int32(len(m.slots))}
	}
	return m
}
