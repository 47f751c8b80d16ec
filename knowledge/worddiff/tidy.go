package worddiff

import (
	"slices"
	"strings"
)

// chance is how many units may stand between two changes and still count as equal by chance.
const chance = 4

// edit is a stretch of text: what both versions have, or what one took for the other.
type edit struct {
	same          some
	gone, arrived some // when same is empty
}

// some are tokens, with what they weigh together.
type some struct {
	tokens []string
	units  int
}

func someOf(tokens []string) some {
	s := some{tokens: slices.Clip(tokens)} // appending copies, and leaves the text alone
	for _, t := range tokens {
		s.units += units(t)
	}
	return s
}

func (s some) empty() bool  { return len(s.tokens) == 0 }
func (s some) text() string { return strings.Join(s.tokens, "") }

func (s some) and(more some) some {
	return some{append(s.tokens, more.tokens...), s.units + more.units}
}

// add puts an edit at the end of a list, into the last one when that is of the same sort.
func add(list []edit, e edit) []edit {
	if n := len(list); n > 0 && list[n-1].same.empty() == e.same.empty() {
		list[n-1] = list[n-1].and(e)
		return list
	}
	return append(list, e)
}

func (e edit) and(more edit) edit {
	return edit{e.same.and(more.same), e.gone.and(more.gone), e.arrived.and(more.arrived)}
}

// tidy takes what is equal by chance into the changes around it, and gives the pieces.
func tidy(edits []edit) []Piece {
	var list []edit
	for _, e := range edits {
		list = append(list, e)
		for n := len(list); n >= 3 && byChance(list[n-3], list[n-2], list[n-1]); n = len(list) {
			a, b, c := list[n-3], list[n-2].same, list[n-1]
			list[n-3] = edit{gone: a.gone.and(b).and(c.gone), arrived: a.arrived.and(b).and(c.arrived)}
			list = list[:n-2]
		}
	}
	var pieces []Piece
	for i := range list {
		if i > 0 && i+1 < len(list) {
			settle(&list[i-1], &list[i], &list[i+1])
		}
	}
	for _, e := range list {
		for _, p := range []Piece{{e.same.text(), Equal}, {e.gone.text(), Delete}, {e.arrived.text(), Insert}} {
			if p.Text != "" {
				pieces = append(pieces, p)
			}
		}
	}
	return pieces
}

// byChance reports whether what is equal between two changes says so little that the changes
// are better read as one: a space, a mark, or less than either of them. Words that were only
// put in, or only left out, hide nothing and stay apart.
func byChance(a, same, c edit) bool {
	if same.same.empty() || !a.same.empty() || !c.same.empty() {
		return false
	}
	n, replaced := same.same.units, a.replaces() || c.replaces()
	switch {
	case n > 0:
		return replaced && n <= min(chance, a.units(), c.units())
	case strings.Trim(same.same.text(), " ") == "":
		return replaced || a.gone.empty() != c.gone.empty()
	default:
		return a.replaces() && c.replaces()
	}
}

// replaces reports whether an edit puts something in the place of something.
func (e edit) replaces() bool { return !e.gone.empty() && !e.arrived.empty() }

func (e edit) units() int { return max(e.gone.units, e.arrived.units) }
