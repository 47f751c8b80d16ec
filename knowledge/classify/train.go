package classify

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// How a model is trained: found by trial, on messages that were not learnt from.
const (
	epochs  = 7
	rate    = 0.7  // of a step, before it is divided by what a weight has moved so far (Adagrad)
	decay   = 1e-5 // pull of a weight to nothing
	prior   = 2    // the score of a label one of whose phrases was found
	rare    = 2    // features of fewer examples are not learnt, other than words and phrases
	learnt  = 0.03 // an example that is off by less rests for restFor epochs
	restFor = 3
	rounds  = 3    // in which an epoch is shared out
	least   = 0.02 // a label that is believed less is not pushed down
	faint   = 0.05 // weights smaller than this are left out of the model

	maxSlots = 40 // of more than few labels, a feature says something about fewer than these, and "outside"
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
	labels   int
	ids      Table
	families []family
	counts   []float32 // of each feature: how much it counts before learning; 0 leaves it out
	strange  float32   // how rare a feature is that is not learnt
	docs     []doc
	known    []known
	start    parameters
}

// parameters are what is learnt: the weights in rows and in slots.
type parameters struct {
	rows   weighed[float32]
	sparse weighed[slot]
}

// lane learns from a part of the examples; lanes run beside each other.
type lane struct {
	*trainer
	parameters
	board  *board
	active []int32 // the labels that the example at hand moves
}

// weighed are weights, and the sum of the squared gradients of each.
type weighed[T any] struct {
	weights []T
	moved   []float32
}

// Train learns from examples of the labels 0 to labels-1 and of Outside. The same examples in
// the same order give the same model.
func Train(labels int, examples []Example) *Model {
	t := &trainer{labels: labels}
	t.index(examples)
	t.layout()
	t.learn()
	return t.model()
}

// index gives every feature of the examples a number, and weighs it by how rare it is.
func (t *trainer) index(examples []Example) {
	var r reader
	var in, last []int32 // by feature: the examples that have it, and the last of them
	for n, e := range examples {
		d := doc{marks: e.Marks, label: int32(e.Label)}
		r.read(e.Text)
		for _, f := range r.features {
			id, ok := t.ids.Get(f.hash)
			if !ok {
				id = int32(t.ids.Len())
				t.ids.Put(f.hash, id)
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

// fixed is the movement of a weight that is to stay where it is.
var fixed = float32(math.Inf(1))

// layout gives each feature a slot for each label in whose examples it occurs, and one for
// "outside"; the other labels could only be pushed down together. One that occurs with many
// of few labels gets a whole row, which is faster. One that occurs with many of very many
// hardly tells them apart and keeps "outside" alone: so what an example or a message costs
// does not grow with the number of labels.
func (t *trainer) layout() {
	occurs := make([][]int32, len(t.counts))
	for _, d := range t.docs {
		for _, id := range d.ids {
			if list := occurs[id]; d.label != Outside && (len(list) == 0 || list[len(list)-1] != d.label) {
				occurs[id] = append(list, d.label)
			}
		}
	}
	t.known = make([]known, len(t.counts))
	for id, labels := range occurs {
		if t.counts[id] == 0 {
			continue
		}
		slices.Sort(labels)
		labels = slices.Compact(labels)
		k := known{count: t.counts[id], row: t.labels <= fewLabels && 4*len(labels) > t.labels}
		if k.row {
			k.from = int32(len(t.start.rows.weights))
			t.start.rows.weights = append(t.start.rows.weights, make([]float32, t.labels+1)...)
			k.to = int32(len(t.start.rows.weights))
			for range t.labels {
				t.start.rows.moved = append(t.start.rows.moved, fixed)
			}
			t.start.rows.moved = append(t.start.rows.moved, 0)
			for _, l := range labels {
				t.start.rows.moved[k.from+l] = 0
			}
		} else {
			if t.labels > fewLabels && len(labels) >= maxSlots {
				labels = nil
			}
			k.from = int32(len(t.start.sparse.weights))
			for _, l := range append(labels, int32(t.labels)) {
				t.start.sparse.weights = append(t.start.sparse.weights, slot{label: l})
			}
			k.to = int32(len(t.start.sparse.weights))
		}
		t.known[id] = k
	}
	t.start.sparse.moved = make([]float32, len(t.start.sparse.weights))
}

// learn goes through the examples again and again, in an order that is shuffled in the same
// way each time. Each round is shared out to two lanes that learn at the same time from where
// the last round ended, and what both have moved is added up: the result does not depend on
// how many processors there are.
func (t *trainer) learn() {
	lanes := [2]*lane{t.newLane(), t.newLane()}
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
		for round := range slices.Chunk(order, max(1, len(order)/rounds)) {
			t.round(lanes, round)
		}
	}
}

func (t *trainer) newLane() *lane {
	return &lane{trainer: t, parameters: t.start.clone(), board: newBoard(t.labels)}
}

func (t *trainer) round(lanes [2]*lane, docs []int) {
	half := len(docs) / 2
	var wg sync.WaitGroup
	wg.Go(func() { lanes[0].run(docs[:half]) })
	lanes[1].run(docs[half:])
	wg.Wait()
	t.start.merge(lanes[0].parameters, lanes[1].parameters)
}

func (l *lane) run(docs []int) {
	for _, i := range docs {
		if d := &l.docs[i]; d.rest > 0 {
			d.rest--
		} else {
			l.step(d, l.board)
		}
	}
}

func (p parameters) clone() parameters {
	return parameters{
		weighed[float32]{slices.Clone(p.rows.weights), slices.Clone(p.rows.moved)},
		weighed[slot]{slices.Clone(p.sparse.weights), slices.Clone(p.sparse.moved)}}
}

// merge takes what a and b have moved since p into p, and p into both.
//
//go:norace
func (p parameters) merge(a, b parameters) {
	for i, w := range p.rows.weights {
		if a.rows.weights[i] != w || b.rows.weights[i] != w {
			w = a.rows.weights[i] + b.rows.weights[i] - w
			m := a.rows.moved[i] + b.rows.moved[i] - p.rows.moved[i]
			p.rows.weights[i], a.rows.weights[i], b.rows.weights[i] = w, w, w
			p.rows.moved[i], a.rows.moved[i], b.rows.moved[i] = m, m, m
		}
	}
	for i := range p.sparse.weights {
		w := p.sparse.weights[i].weight
		if a.sparse.weights[i].weight != w || b.sparse.weights[i].weight != w {
			w = a.sparse.weights[i].weight + b.sparse.weights[i].weight - w
			m := a.sparse.moved[i] + b.sparse.moved[i] - p.sparse.moved[i]
			p.sparse.weights[i].weight, a.sparse.weights[i].weight, b.sparse.weights[i].weight = w, w, w
			p.sparse.moved[i], a.sparse.moved[i], b.sparse.moved[i] = m, m, m
		}
	}
}

// step moves the weights towards one example. It is most of the time of training; nothing
// runs beside it that a race detector could find, and it would take ten times as long.
//
//go:norace
func (t *lane) step(d *doc, b *board) {
	b.reset()
	for j, id := range d.ids {
		if k := t.known[id]; k.row {
			b.addRow(t.rows.weights[k.from:k.to], d.x[j])
		} else {
			b.add(t.sparse.weights[k.from:k.to], d.x[j])
		}
	}
	for _, l := range d.marks {
		b.touch(int32(l))
		b.score[l] += prior
	}
	if off := t.gradient(d.label, b); off < learnt {
		d.rest = restFor
		return
	}
	for j, id := range d.ids {
		if k := t.known[id]; k.row {
			t.moveRow(int(k.from), b.score, d.x[j])
		} else {
			t.moveSlots(int(k.from), int(k.to), b.score, d.x[j])
		}
	}
}

// moveRow moves a whole row; only the active labels have a gradient.
//
//go:norace
func (t *lane) moveRow(from int, gradient []float32, x float32) {
	for _, l := range t.active {
		k := from + int(l)
		t.rows.weights[k] += change(t.rows.weights[k], gradient[l]*x, &t.rows.moved[k])
	}
}

//go:norace
func (t *lane) moveSlots(from, to int, gradient []float32, x float32) {
	slots, moved := t.sparse.weights[from:to], t.sparse.moved[from:to]
	for k := range slots {
		if g := gradient[slots[k].label]; g != 0 {
			slots[k].weight += change(slots[k].weight, g*x, &moved[k])
		}
	}
}

// change is what a weight changes by; the more it has moved so far, the less.
//
//go:norace
func change(weight, gradient float32, moved *float32) float32 {
	g := gradient + decay*weight
	*moved += g * g
	return -rate * g / (sqrt(*moved) + 1e-3)
}

// gradient puts in the place of each score what it should change by: the labels compete for
// what is inside; and every message is inside or outside. It returns the largest.
//
//go:norace
func (t *lane) gradient(label int32, b *board) (off float32) {
	n := int32(t.labels)
	out := 1 / (1 + exp(-b.score[n]))
	t.active = t.active[:0]
	if label == Outside {
		for _, l := range b.touched {
			b.score[l] = 0
		}
		return t.push(b, n, out-1)
	}
	b.touch(label)
	var top float32
	for _, l := range b.touched {
		top = max(top, b.score[l])
	}
	sum := b.silent(top)
	for _, l := range b.touched {
		s := b.score[l] - top
		if s < tooFar {
			b.score[l] = 0
			continue
		}
		b.score[l] = exp(s)
		sum += b.score[l]
	}
	for _, l := range b.touched {
		g := b.score[l] / sum
		if l == label {
			g--
		}
		off = max(off, t.push(b, l, g))
	}
	return max(off, t.push(b, n, out))
}

// push sets the gradient of a label, if it is worth the while, and returns how large it is.
//
//go:norace
func (t *lane) push(b *board, label int32, gradient float32) float32 {
	if abs(gradient) < least {
		b.score[label] = 0
		return 0
	}
	b.score[label] = gradient
	t.active = append(t.active, label)
	return abs(gradient)
}

// model keeps what was learnt.
func (t *trainer) model() *Model {
	m := &Model{labels: t.labels, ids: t.ids.without(func(id int32) bool { return t.counts[id] == 0 }), known: t.known, strange: t.strange, rows: t.start.rows.weights}
	for id, k := range m.known {
		if k.row {
			continue
		}
		from := int32(len(m.slots))
		for _, s := range t.start.sparse.weights[k.from:k.to] {
			if s.weight > faint || s.weight < -faint {
				m.slots = append(m.slots, s)
			}
		}
		m.known[id].from, m.known[id].to = from, int32(len(m.slots))
	}
	return m
}

func abs(x float32) float32 { return max(x, -x) }
