package worddiff

import (
	"slices"
	"strings"
)

// farthest is how many tokens an edit may be moved.
const farthest = 16

// settle moves an edit that only puts in, or only leaves out, to where it reads best, when it
// could stand in more than one place: 2[. Sign it.\n3]. Go → 2. [Sign it.\n3. ]Go.
func settle(before, e, after *edit) {
	if e.replaces() || !e.same.empty() {
		return
	}
	moved := e.gone.tokens
	if len(moved) == 0 {
		moved = e.arrived.tokens
	}
	left, right := before.same.tokens, after.same.tokens
	n := len(moved)
	all := slices.Concat(tail(left), moved, head(right))
	start := len(tail(left)) // of the edit, in all
	best, score := start, reads(all, start, n)
	for at := start; at+n < len(all)-1 && all[at] == all[at+n]; {
		if at++; reads(all, at, n) > score {
			best, score = at, reads(all, at, n)
		}
	}
	for at := start; at > 1 && all[at-1] == all[at+n-1]; {
		if at--; reads(all, at, n) > score {
			best, score = at, reads(all, at, n)
		}
	}
	if by := best - start; by > 0 {
		before.same = someOf(slices.Concat(left, right[:by]))
		after.same = someOf(right[by:])
	} else if by < 0 {
		before.same = someOf(left[:len(left)+by])
		after.same = someOf(slices.Concat(left[len(left)+by:], right))
	}
	if now := someOf(all[best : best+n]); e.gone.empty() {
		e.arrived = now
	} else {
		e.gone = now
	}
}

func tail(list []string) []string { return list[max(0, len(list)-farthest):] }
func head(list []string) []string { return list[:min(len(list), farthest)] }

// reads says how well an edit of n tokens at a place reads: best when it begins and ends with
// a line, less with a sentence, a clause, a word.
func reads(all []string, at, n int) int { return seam(all[at-1]) + seam(all[at+n-1]) }

func seam(last string) int {
	switch {
	case last == "\n":
		return 8
	case strings.ContainsAny(last, "。！？；"):
		return 4
	case strings.ContainsAny(last, "，、,;:："):
		return 2
	case strings.Trim(last, " ") == "":
		return 1
	}
	return 0
}
