package classify

import (
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/fold"
)

// family is a sort of feature; it seeds the hash, so that equal text in two families is two
// features.
type family uint64

const (
	hanOne   family = iota // one Han character
	hanTwo                 // two side by side
	hanThree               // three side by side
	edge                   // the first or last two Han characters of the message
	word                   // a Latin word, a number, an emoji
	wordPair               // two words side by side
	wordPart               // four letters of a word, its ends marked
	concept                // a concept of the lexicon
	inOrder                // two concepts, one after the other
	mark                   // a phrase of an entry
	size                   // how long the message is
	families
)

// weights say how much a feature counts beside those of other families, before it is
// weighed by how rare it is: found by leaving families out and by trial, on messages that
// were not learnt from.
var weights = [families]float32{
	hanOne: 0.6, hanTwo: 1, hanThree: 1, edge: 0.8,
	word: 1.2, wordPair: 1, wordPart: 0.4,
	concept: 1.6, inOrder: 0.6, mark: 1.5, size: 0.3,
}

// Limits of what is read of one message.
const (
	maxRunes    = 700 // more than a WeChat message holds (2048 bytes)
	maxConcepts = 14
)

// reader turns messages into features. It is reused, and not safe for concurrent use.
type reader struct {
	features []feature
	runes    []rune
}

// feature is one feature of one message.
type feature struct {
	hash   uint64
	family family
}

// seeds are the hashes that the features of each family begin with.
var seeds = func() (s [families]uint64) {
	for f := range s {
		s[f] = mix(0xcbf29ce484222325, uint64(f)+0x9e3779b97f4a7c15)
	}
	return s
}()

// mix takes one more value into a hash.
func mix(h, v uint64) uint64 {
	h = (h ^ v) * 0x9fb21c651e98df25
	return h ^ h>>32
}

func (x *reader) add(f family, h uint64) { x.features = append(x.features, feature{h, f}) }

// one adds a feature that is told by one value.
func (x *reader) one(f family, v uint64) { x.add(f, mix(seeds[f], v)) }

// read collects the features of a text. One that occurs twice is there twice.
func (x *reader) read(t Text) {
	x.features, x.runes = x.features[:0], x.runes[:0]
	for _, r := range t.Folded {
		if len(x.runes) == maxRunes {
			break
		}
		x.runes = append(x.runes, r)
	}
	x.script()
	for i, c := range t.Concepts[:min(len(t.Concepts), maxConcepts)] {
		x.one(concept, uint64(c))
		if i > 0 {
			x.add(inOrder, mix(mix(seeds[inOrder], uint64(t.Concepts[i-1])), uint64(c)))
		}
	}
	for _, m := range t.Marks {
		x.one(mark, uint64(m))
	}
	x.one(size, lengthClass(len(x.runes)))
}

// lengthClass says roughly how long a message of n runes is.
func lengthClass(n int) uint64 {
	for class, upTo := range [...]int{2, 4, 7, 12, 25, 60} {
		if n <= upTo {
			return uint64(class)
		}
	}
	return 6
}

// script walks over the runes: Han characters one by one, Latin words and numbers whole.
func (x *reader) script() {
	var before uint64 // hash of the word before, 0 for none
	first, last := -1, -1
	for i := 0; i < len(x.runes); {
		switch r := x.runes[i]; {
		case fold.Han(r):
			if first < 0 {
				first = i
			}
			last, before = i, 0
			x.han(i)
			i++
		case partOfWord(r):
			end := i + 1
			for end < len(x.runes) && partOfWord(x.runes[end]) {
				end++
			}
			before = x.latin(x.runes[i:end], before)
			i = end
		default:
			if r > 0x2000 { // emoji
				x.one(word, uint64(r))
			}
			i++
		}
	}
	x.edges(first, last)
}

func partOfWord(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '\'' || r >= utf8.RuneSelf && !fold.Han(r) && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// edges adds the two characters that a message begins and ends with, if they are Han.
func (x *reader) edges(first, last int) {
	if first == 0 && len(x.runes) > 1 {
		x.add(edge, mix(mix(mix(seeds[edge], 1), uint64(x.runes[0])), uint64(x.runes[1])))
	}
	if last > 0 && last == len(x.runes)-1 {
		x.add(edge, mix(mix(mix(seeds[edge], 2), uint64(x.runes[last-1])), uint64(x.runes[last])))
	}
}

// han adds the one to three Han characters that begin at i.
func (x *reader) han(i int) {
	for n, f := range [...]family{hanOne, hanTwo, hanThree} {
		if i+n >= len(x.runes) || !fold.Han(x.runes[i+n]) {
			return
		}
		h := seeds[f]
		for _, r := range x.runes[i : i+n+1] {
			h = mix(h, uint64(r))
		}
		x.add(f, h)
	}
}

// latin adds a word, the pair with the word before, and parts of it; it returns its hash. A
// number that has not the length of a hotline is any number: an amount, a day, a count.
func (x *reader) latin(w []rune, before uint64) uint64 {
	h, number := seeds[word], true
	for _, r := range w {
		h = mix(h, uint64(r))
		number = number && unicode.IsDigit(r)
	}
	if number && len(w) != 3 && len(w) != 5 {
		h = mix(seeds[word], utf8.RuneError)
	}
	x.add(word, h)
	if before != 0 {
		x.add(wordPair, mix(mix(seeds[wordPair], before), h))
	}
	if !number && len(w) >= 4 {
		x.parts(w)
	}
	return h
}

// parts adds every four letters in a row of a word, counting a mark at each end.
func (x *reader) parts(w []rune) {
	at := func(i int) uint64 {
		if i < 0 || i == len(w) {
			return '_'
		}
		return uint64(w[i])
	}
	for i := -1; i+3 <= len(w); i++ {
		h := seeds[wordPart]
		for n := range 4 {
			h = mix(h, at(i+n))
		}
		x.add(wordPart, h)
	}
}
