// Package keyspace describes what packages keep outside their own memory of a moment: a row for
// every kind of key in Redis, and for everything that stays in memory between two messages.
// What it says is held to real traffic by a test.
package keyspace

import (
	"regexp"
	"strings"
	"time"
)

// Key is a kind of key in Redis, or something in memory.
type Key struct {
	// Pattern is the name with its parts in angle brackets, such as "wx:<account>:{<pid>}:s"; of
	// what is in memory a name in lower case.
	Pattern string
	// Type is what Redis calls it: string, hash, list or zset; Memory for what is in memory.
	Type string
	// Life is the longest time for which it is kept after the last write; 0 for good.
	Life time.Duration
	// Holds is what of a person is in it.
	Holds []Holding
}

// Memory is the Type of what no Redis holds.
const Memory = "memory"

// Holding is a form in which something of a person is kept.
type Holding string

// The forms.
const (
	Nobody    Holding = "nobody"    // nothing of a person
	Pseudonym Holding = "pseudonym" // a keyed hash in the place of a user's number
	Choices   Holding = "choices"   // coded choices of a user
	Count     Holding = "count"     // a number of many, in which nobody can be found
	Crowd     Holding = "crowd"     // masked words that at least three users sent
	Masked    Holding = "masked"    // masked words of one message, on the way to a count
	Staff     Holding = "staff"     // an account of staff
)

// Holdings are all of them.
var Holdings = []Holding{Nobody, Pseudonym, Choices, Count, Crowd, Masked, Staff}

// The parts of patterns that are not any text without a colon.
var parts = map[string]string{"<pid>": "[0-9a-f]{32}", "<day>": `\d{4}-\d\d-\d\d`, "<hash>": "[0-9a-f]{32,64}", "<id>": "[0-9a-f]{64}"}

var part = regexp.MustCompile(`<[a-z]+>`)

// Matches reports whether a key of Redis is of this kind.
func (k Key) Matches(name string) bool {
	var b strings.Builder
	rest := k.Pattern
	for _, at := range part.FindAllString(k.Pattern, -1) {
		before, after, _ := strings.Cut(rest, at)
		b.WriteString(regexp.QuoteMeta(before))
		if form := parts[at]; form != "" {
			b.WriteString(form)
		} else {
			b.WriteString("[^:]+")
		}
		rest = after
	}
	b.WriteString(regexp.QuoteMeta(rest))
	return regexp.MustCompile("^" + b.String() + "$").MatchString(name)
}
