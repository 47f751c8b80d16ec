package knowledge

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/fold"
)

// scanner finds many patterns in folded text in one pass. Patterns are kept by their first
// two runes and by their text, so that the cost grows with the text and not with the number
// of patterns: at each place it looks up one substring for each length that a pattern with
// this beginning has.
type scanner[T any] struct {
	lengths map[[2]rune][]int // in bytes, longest first
	values  map[string][]T
	open    map[string]bool // "threat*": the word may go on
}

func newScanner[T any]() *scanner[T] {
	return &scanner[T]{map[[2]rune][]int{}, map[string][]T{}, map[string]bool{}}
}

// add takes a pattern; a "*" at its end leaves the end of its last word open. Two patterns
// of the same text are found together.
func (s *scanner[T]) add(pattern string, v T) {
	folded := fold.Text(strings.TrimSuffix(pattern, "*"))
	if folded == "" {
		return
	}
	if strings.HasSuffix(pattern, "*") {
		s.open[folded] = true
	}
	s.values[folded] = append(s.values[folded], v)
	key := firstTwo(folded)
	at, found := slices.BinarySearchFunc(s.lengths[key], len(folded), func(n, want int) int { return want - n })
	if !found {
		s.lengths[key] = slices.Insert(s.lengths[key], at, len(folded))
	}
}

// firstTwo are the first two runes of s; the second is utf8.RuneError when there is none.
func firstTwo(s string) [2]rune {
	a, n := utf8.DecodeRuneInString(s)
	b, _ := utf8.DecodeRuneInString(s[n:])
	return [2]rune{a, b}
}

// found is a pattern found at [from, to) of the text.
type found[T any] struct {
	from, to int
	values   []T
}

// find appends the patterns in the text to list: at each place the longest, none inside another.
func (s *scanner[T]) find(text string, list []found[T]) []found[T] {
	end := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		next, _ := utf8.DecodeRuneInString(text[i+n:])
		to := s.longest(text, i, s.lengths[[2]rune{r, next}])
		if to == 0 && next != utf8.RuneError {
			to = s.longest(text, i, s.lengths[[2]rune{r, utf8.RuneError}])
		}
		if to > end {
			list, end = append(list, found[T]{i, to, s.values[text[i:to]]}), to
		}
		i += n
	}
	return list
}

// longest is the end of the longest pattern at from; 0 when there is none.
func (s *scanner[T]) longest(text string, from int, lengths []int) int {
	for _, n := range lengths {
		to := from + n
		if to > len(text) {
			continue
		}
		if _, ok := s.values[text[from:to]]; ok && bounded(text, from, to, s.open[text[from:to]]) {
			return to
		}
	}
	return 0
}

// bounded reports whether s[from:to] does not cut a Latin word or a number in two; open
// allows it at the end.
func bounded(s string, from, to int, open bool) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	first, _ := utf8.DecodeRuneInString(s[from:])
	last, _ := utf8.DecodeLastRuneInString(s[:to])
	return !(wordRune(before) && wordRune(first)) && (open || !(wordRune(last) && wordRune(after)))
}

// wordRune reports whether r is part of a word that spaces surround.
func wordRune(r rune) bool {
	return r != utf8.RuneError && !fold.Han(r) && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
