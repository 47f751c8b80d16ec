package classify

// slot is the weight of one feature for one label. The label after the last one stands for
// "outside".
type slot struct {
	label  int32
	weight float32
}

// fewLabels is the number of labels up to which all of them are looked at for each message;
// beyond it only those that one of its features speaks of.
const fewLabels = 512

// board is where the scores of one message are added up, by label; the last is "outside".
type board struct {
	score   []float32
	touched []int32 // the labels that have a score; all of them when there are few
	stamp   []uint32
	turn    uint32
}

func newBoard(labels int) *board {
	b := &board{score: make([]float32, labels+1)}
	if labels > fewLabels {
		b.stamp = make([]uint32, labels+1)
		return b
	}
	for l := range labels {
		b.touched = append(b.touched, int32(l))
	}
	return b
}

func (b *board) outside() *float32 { return &b.score[len(b.score)-1] }

// reset clears the board for the next message.
//
//go:norace
func (b *board) reset() {
	if b.stamp == nil {
		clear(b.score)
		return
	}
	for _, l := range b.touched {
		b.score[l] = 0
	}
	*b.outside() = 0
	b.touched = b.touched[:0]
	b.turn++
}

// addRow adds a feature that has a weight for every label.
//
//go:norace
func (b *board) addRow(row []float32, x float32) {
	score := b.score[:len(row)]
	for l, w := range row {
		score[l] += w * x
	}
}

// add adds a feature that has a weight for some labels.
//
//go:norace
func (b *board) add(slots []slot, x float32) {
	score := b.score
	if b.stamp == nil {
		for i := range slots {
			score[slots[i].label] += slots[i].weight * x
		}
		return
	}
	for _, s := range slots {
		b.touch(s.label)
		score[s.label] += s.weight * x
	}
}

// touch notes that a label has a score.
//
//go:norace
func (b *board) touch(l int32) {
	if b.stamp != nil && b.stamp[l] != b.turn && int(l) < len(b.score)-1 {
		b.stamp[l] = b.turn
		b.touched = append(b.touched, l)
	}
}

// tooFar is how far a score lies below the best one when it counts for nothing.
const tooFar = -9

// silent is what the labels without a score add to the sum of shares, next to the best score.
// It is the same whether a board looks at them one by one or, being sparse, not at all.
//
//go:norace
func (b *board) silent(top float32) float32 {
	if -top < tooFar {
		return 0
	}
	return exp(-top) * float32(len(b.score)-1-len(b.touched))
}

// best turns scores into shares and appends the n largest to list. A label without any score
// is not among them: nothing speaks for it.
func (b *board) best(n int, list []Scored) []Scored {
	var top float32
	for _, l := range b.touched {
		top = max(top, b.score[l])
	}
	sum := b.silent(top)
	for _, l := range b.touched {
		s := b.score[l]
		if s-top < tooFar {
			continue
		}
		share := exp(s - top)
		sum += share
		if s != 0 && (len(list) < n || n > 0 && share > list[n-1].Share) {
			list = insert(list, n, Scored{int(l), share})
		}
	}
	for i := range list {
		list[i].Share /= sum
	}
	return list
}

// insert keeps the n best in order.
func insert(list []Scored, n int, s Scored) []Scored {
	if len(list) < n {
		list = append(list, s)
	}
	at := len(list) - 1
	for ; at > 0 && list[at-1].Share < s.Share; at-- {
		list[at] = list[at-1]
	}
	list[at] = s
	return list
}
