// Package mask takes out of a message what could tell who wrote it or whom it is about, before
// any of it is kept: numbers that belong to a person, names, accounts, links and addresses.
//
// It goes by form, not by meaning: a name that nothing announces ("张伟 did not pay") is not
// found, so masked text is still shown to nobody before several people have sent the same
// (package counts). In doubt it masks too much. What everybody knows stays: short numbers of
// public lines, small amounts, provinces and cities, names of companies.
package mask

import (
	"strings"
	"unicode/utf8"
)

// class is what a stretch of text was.
type class byte

const (
	none class = iota
	phone
	identity
	card
	name
	account
	link
	mail
	place
	plate
	number
)

// tokens stand in the text for what was there.
var tokens = [...]string{phone: "‹phone›", identity: "‹id›", card: "‹card›", name: "‹name›", account: "‹account›", link: "‹link›",
	mail: "‹mail›", place: "‹place›", plate: "‹plate›", number: "‹number›"}

// maxRounds bounds Text; two rounds are usual, and each one only ever masks more.
const maxRounds = 8

// Text gives s with tokens such as ‹phone› or ‹name› in the place of what it takes out. What is
// left stands as it was typed, but for bytes that are not UTF-8 and characters nobody sees,
// which are dropped. Masking the result again changes nothing. It is a pure function, safe for
// any number of goroutines; a text with nothing to mask is returned as it is.
func Text(s string) string {
	var room [192]atom
	for range maxRounds {
		t := text{s: s, a: room[:0]}
		t.read()
		t.mails()
		t.links()
		t.accounts()
		t.plates()
		t.numberWords()
		t.numbers()
		t.codes()
		t.places()
		t.names()
		next := t.write()
		if next == s {
			return s
		}
		s = next
	}
	return s
}

// write puts the tokens in; neighbours of one class become one token.
func (t *text) write() string {
	if !t.changed {
		return t.s
	}
	var b strings.Builder
	b.Grow(len(t.s) + utf8.UTFMax*4)
	last := none
	for i := range t.a {
		a := &t.a[i]
		if a.as == none {
			b.WriteString(t.s[a.lo:a.hi])
		} else if a.as != last {
			b.WriteString(tokens[a.as])
		}
		last = a.as
	}
	return b.String()
}
