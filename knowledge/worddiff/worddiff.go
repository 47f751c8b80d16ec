// Package worddiff shows what changed between two versions of a text, by words, in Chinese,
// Spanish and English: for people who compare versions, not for machines that patch. It knows
// nothing of a knowledge base but that {entry.fact} is one thing.
package worddiff

import "strings"

// Op says what became of a piece of text.
type Op int

const (
	Equal  Op = iota // in both versions
	Insert           // only in the new one
	Delete           // only in the old one
)

// Piece is a part of a text and what became of it.
type Piece struct {
	Text string
	Op   Op
}

// budget bounds the work of one Diff in pairs of words compared: two texts of 4 KiB are always
// compared to the word. What lies beyond is shown as replaced.
const budget = 4200 * 4200

// Diff gives the pieces of which old and now consist, in order: Equal and Delete joined give
// old, Equal and Insert joined give now. No piece is empty, no two neighbours have the same Op,
// and a Delete comes before the Insert that takes its place. What both texts share is looked
// for sentence by sentence first, so that a sentence that moved is shown as one, and then word
// by word in what is left; a word or two that are equal by chance between changes count as
// changed. It is deterministic, and bounded for texts of any length and content.
func Diff(old, now string) []Piece {
	d := differ{ids: map[string]int{}, left: budget}
	before, after := tokens(old), tokens(now)
	d.sentences(sentences(before), sentences(after))
	return tidy(d.edits)
}

type differ struct {
	ids   map[string]int
	units []int // by id
	left  int   // of the budget
	edits []edit
}

// number gives each text its number: equal texts have the same.
func (d *differ) number(texts []string, weigh func(string) int) []int {
	list := make([]int, len(texts))
	for i, t := range texts {
		id, ok := d.ids[t]
		if !ok {
			id = len(d.units)
			d.ids[t] = id
			d.units = append(d.units, weigh(t))
		}
		list[i] = id
	}
	return list
}

// sentences compares sentence by sentence, and what lies between equal ones word by word.
func (d *differ) sentences(before, after []string) {
	weigh := func(s string) int { // a sentence counts for more than its parts
		n := 1
		for _, t := range tokens(s) {
			n += units(t)
		}
		return n
	}
	d.walk(before, after, weigh, func(gone, arrived []string) {
		d.ids, d.units = map[string]int{}, nil
		b, a := tokens(strings.Join(gone, "")), tokens(strings.Join(arrived, ""))
		d.walk(b, a, func(t string) int { return 1 + 4*units(t) }, func(gone, arrived []string) {
			d.edits = add(d.edits, edit{gone: someOf(gone), arrived: someOf(arrived)})
		})
	})
}

// walk aligns two lists and hands on what is between their equal parts.
func (d *differ) walk(before, after []string, weigh func(string) int, changed func(gone, arrived []string)) {
	x, y := d.number(before, weigh), d.number(after, weigh)
	pairs := d.align(x, y)
	i, j := 0, 0
	for n := 0; n <= len(pairs); n++ {
		p := [2]int{len(before), len(after)}
		if n < len(pairs) {
			p = pairs[n]
		}
		if i < p[0] || j < p[1] {
			changed(before[i:p[0]], after[j:p[1]])
		}
		if n < len(pairs) {
			d.edits = add(d.edits, edit{same: someOf(tokens(before[p[0]]))})
		}
		i, j = p[0]+1, p[1]+1
	}
}

// align pairs the equal elements of x and y, in order, so that what is paired weighs the most.
// Beyond the budget it pairs only what is equal at the start and at the end.
func (d *differ) align(x, y []int) [][2]int {
	var pairs, tail [][2]int
	start, endX, endY := 0, len(x), len(y)
	for ; start < endX && start < endY && x[start] == y[start]; start++ {
		pairs = append(pairs, [2]int{start, start})
	}
	for ; endX > start && endY > start && x[endX-1] == y[endY-1]; endX, endY = endX-1, endY-1 {
		tail = append(tail, [2]int{endX - 1, endY - 1})
	}
	if cells := (endX - start) * (endY - start); cells > 0 && cells <= d.left {
		d.left -= cells
		for _, p := range d.heaviest(x[start:endX], y[start:endY]) {
			pairs = append(pairs, [2]int{start + p[0], start + p[1]})
		}
	}
	for i := len(tail) - 1; i >= 0; i-- {
		pairs = append(pairs, tail[i])
	}
	return pairs
}

const (
	skipX byte = iota
	skipY
	pair
)

// heaviest is the heaviest common subsequence, by the table of all pairs of beginnings.
func (d *differ) heaviest(x, y []int) [][2]int {
	steps := make([]byte, len(x)*len(y))
	above, row := make([]int, len(y)+1), make([]int, len(y)+1)
	for i, a := range x {
		for j, b := range y {
			best, step := above[j+1], skipX
			if row[j] > best {
				best, step = row[j], skipY
			}
			if a == b && above[j]+d.units[a] >= best {
				best, step = above[j]+d.units[a], pair
			}
			row[j+1], steps[i*len(y)+j] = best, step
		}
		above, row = row, above
	}
	var pairs [][2]int
	for i, j := len(x)-1, len(y)-1; i >= 0 && j >= 0; {
		switch steps[i*len(y)+j] {
		case pair:
			pairs = append(pairs, [2]int{i, j})
			i, j = i-1, j-1
		case skipX:
			i--
		default:
			j--
		}
	}
	for i, j := 0, len(pairs)-1; i < j; i, j = i+1, j-1 {
		pairs[i], pairs[j] = pairs[j], pairs[i]
	}
	return pairs
}
