package session

import "zhilu/knowledge/keyspace"

// Keys are the kinds of keys that a store writes.
func Keys() []keyspace.Key {
	user := User{"<account>", "<pid>"}
	return []keyspace.Key{
		{Pattern: user.state(), Type: "hash", Life: StateTTL, Holds: []keyspace.Holding{keyspace.Pseudonym, keyspace.Choices}},
		{Pattern: user.reply("<msg>"), Type: "string", Life: ReplyTTL, Holds: []keyspace.Holding{keyspace.Pseudonym, keyspace.Choices}},
	}
}

// Memory is what a store keeps in memory between two messages.
func Memory() []keyspace.Key {
	both := []keyspace.Holding{keyspace.Pseudonym, keyspace.Choices}
	return []keyspace.Key{
		{Pattern: "guesses", Type: keyspace.Memory, Life: 2 * guessAge, Holds: both},
		{Pattern: "late-commits", Type: keyspace.Memory, Life: lateLife, Holds: both},
		{Pattern: "erasures", Type: keyspace.Memory, Life: eraseLife + sweeps[len(sweeps)-1], Holds: both[:1]},
	}
}
