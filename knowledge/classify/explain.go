package classify

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Feature is a feature of a text as a person can read it.
type Feature struct {
	Sort Sort
	// Text is what stands in the text; empty for concepts and phrases.
	Text string
	// Of are the concepts, or the label whose phrase it is.
	Of []int
	// Weight is what it adds to the score of the label that was asked about.
	Weight float32
}

// Sort says what a feature is.
type Sort string

const (
	Character Sort = "character"  // one to three Han characters
	Edge      Sort = "edge"       // Han characters that the text begins or ends with
	Word      Sort = "word"       // a Latin word, a number, an emoji
	Words     Sort = "words"      // two words side by side
	Part      Sort = "part"       // four letters of a word, "_" for an end of it
	Concept   Sort = "concept"    // a concept
	InOrder   Sort = "in order"   // two concepts, one after the other
	Phrase    Sort = "phrase"     // a phrase of a label
	Length    Sort = "length"     // how long the text is, in characters
	Nameless  Sort = "(nameless)" // a feature that this file does not know; a test finds none
)

// AnyNumber is the text of a number whose digits do not count.
const AnyNumber = "#"

// Explain gives every feature of a text that says something about a label, or with Outside
// about being outside, those that speak loudest first. Together they make the score on which
// Judge decides. It reads the text anew, and is for people who look for the reason.
func (m *Model) Explain(t Text, label int) []Feature {
	s := m.scratch()
	defer m.pool.Put(s)
	scale := m.recognise(s, t)
	names := naming{}
	names.read(t, s.reader.runes)
	column := int32(label)
	if label == Outside {
		column = int32(m.labels)
	}
	var list []Feature
	seen := map[uint64]bool{}
	for _, f := range s.reader.features {
		if seen[f.hash] {
			continue
		}
		seen[f.hash] = true
		named, ok := names[f.hash]
		if !ok {
			named = Feature{Sort: Nameless}
		}
		if id, ok := m.ids.Get(f.hash); ok {
			named.Weight = m.weight(id, column) * m.known[id].count * scale
		}
		if named.Sort == Phrase && named.Of[0] == label {
			named.Weight += prior
		}
		if named.Weight != 0 {
			list = append(list, named)
		}
	}
	slices.SortStableFunc(list, func(a, b Feature) int { return cmp.Compare(abs(b.Weight), abs(a.Weight)) })
	return list
}

// weight is the weight of a known feature for a label, or for "outside", the one after the last.
func (m *Model) weight(id, label int32) float32 {
	k := m.known[id]
	if k.row {
		return m.rows[k.from+label]
	}
	for _, s := range m.slots[k.from:k.to] {
		if s.label == label {
			return s.weight
		}
	}
	return 0
}

// naming holds, by hash, the features that a text may have: more of them than it has, so that
// what a feature is stays decided in one place, by the reader.
type naming map[uint64]Feature

func (n naming) read(t Text, runes []rune) {
	n.add(Length, strconv.Itoa(len(runes)), hashOf(size, lengthClass(len(runes))))
	n.characters(runes)
	n.words(strings.FieldsFunc(string(runes), func(r rune) bool { return !partOfWord(r) }))
	for i, c := range t.Concepts {
		n[hashOf(concept, uint64(c))] = Feature{Sort: Concept, Of: []int{c}}
		if i > 0 {
			n[hashOf(inOrder, uint64(t.Concepts[i-1]), uint64(c))] = Feature{Sort: InOrder, Of: []int{t.Concepts[i-1], c}}
		}
	}
	for _, l := range t.Marks {
		n[hashOf(mark, uint64(l))] = Feature{Sort: Phrase, Of: []int{l}}
	}
}

func (n naming) add(s Sort, text string, hash uint64) { n[hash] = Feature{Sort: s, Text: text} }

func (n naming) characters(runes []rune) {
	for i, r := range runes {
		n.add(Word, string(r), hashOf(word, uint64(r))) // an emoji
		for j, f := range [...]family{hanOne, hanTwo, hanThree} {
			if i+j < len(runes) {
				part := runes[i : i+j+1]
				n.add(Character, string(part), hashRunes(f, part))
			}
		}
	}
	if last := len(runes) - 2; last >= 0 {
		n.add(Edge, string(runes[:2])+"…", hashOf(edge, 1, uint64(runes[0]), uint64(runes[1])))
		n.add(Edge, "…"+string(runes[last:]), hashOf(edge, 2, uint64(runes[last]), uint64(runes[last+1])))
	}
}

func (n naming) words(list []string) {
	before := map[uint64]string{}
	for _, w := range list {
		now := map[uint64]string{hashRunes(word, []rune(w)): w, hashOf(word, utf8.RuneError): AnyNumber}
		for h, text := range now {
			n.add(Word, text, h)
			for b, first := range before {
				n.add(Words, first+" "+text, mix(mix(seeds[wordPair], b), h))
			}
		}
		before = now
		marked := []rune("_" + w + "_")
		for end := 4; end <= len(marked); end++ {
			n.add(Part, string(marked[end-4:end]), hashRunes(wordPart, marked[end-4:end]))
		}
	}
}

// hashOf is the hash of a feature that is told by some values.
func hashOf(f family, values ...uint64) uint64 {
	h := seeds[f]
	for _, v := range values {
		h = mix(h, v)
	}
	return h
}

func hashRunes(f family, runes []rune) uint64 {
	h := seeds[f]
	for _, r := range runes {
		h = mix(h, uint64(r))
	}
	return h
}
