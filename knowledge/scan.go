package knowledge

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/classify"
	"zhilu/knowledge/fold"
)

// scanner finds many patterns in folded text in one pass. Patterns are kept by their first
// two runes and by their text, so that the cost grows with the text and not with the number
// of patterns: at each place it looks up one substring for each length that a pattern with
// this beginning has.
type scanner[T comparable] struct {
	starts  classify.Table // first two runes to an index of lengths
	lengths [][]int        // in bytes, longest first
	values  map[string][]T
	open    map[string]bool // "threat*": the word may go on
}

func newScanner[T comparable]() *scanner[T] {
	return &scanner[T]{values: map[string][]T{}, open: map[string]bool{}}
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
	if !slices.Contains(s.values[folded], v) {
		s.values[folded] = append(s.values[folded], v)
	}
	a, n := utf8.DecodeRuneInString(folded)
	b, _ := utf8.DecodeRuneInString(folded[n:])
	start, ok := s.starts.Get(startOf(a, b))
	if !ok {
		start = int32(len(s.lengths))
		s.starts.Put(startOf(a, b), start)
		s.lengths = append(s.lengths, nil)
	}
	lengths := s.lengths[start]
	at, found := slices.BinarySearchFunc(lengths, len(folded), func(n, want int) int { return want - n })
	if !found {
		s.lengths[start] = slices.Insert(lengths, at, len(folded))
	}
}

// startOf is the key of the first two runes of a pattern; the second is utf8.RuneError when
// there is none.
func startOf(a, b rune) uint64 { return classify.Hash(uint64(a), uint64(b)) }

// found is a pattern found at [from, to) of the text.
type found[T comparable] struct {
	from, to int
	values   []T
}

// find appends the patterns in the text to list: at each place the longest, none inside another.
func (s *scanner[T]) find(text string, list []found[T]) []found[T] {
	end := 0
	r, n := utf8.DecodeRuneInString(text)
	for i := 0; i < len(text); {
		next, size := utf8.DecodeRuneInString(text[i+n:])
		to := s.longest(text, i, r, next)
		if to == 0 && next != utf8.RuneError {
			to = s.longest(text, i, r, utf8.RuneError)
		}
		if to > end {
			list, end = append(list, found[T]{i, to, s.values[text[i:to]]}), to
		}
		i, r, n = i+n, next, size
	}
	return list
}

// longest is the end of the longest pattern at from that begins with two runes; 0 when there
// is none.
func (s *scanner[T]) longest(text string, from int, a, b rune) int {
	start, ok := s.starts.Get(startOf(a, b))
	if !ok {
		return 0
	}
	for _, n := range s.lengths[start] {
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
