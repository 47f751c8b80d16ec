package counts

import "zhilu/knowledge/keyspace"

// Keys are the kinds of keys that a recorder writes.
func Keys() []keyspace.Key {
	hash := []keyspace.Holding{keyspace.Nobody}
	return []keyspace.Key{
		{Pattern: prefix + "n:<day>", Type: "hash", Life: DayTTL, Holds: []keyspace.Holding{keyspace.Count}},
		{Pattern: writerKey("<writer>"), Type: "string", Life: writerTTL, Holds: hash},
		{Pattern: usersKey("<hash>"), Type: "string", Life: MissTTL, Holds: []keyspace.Holding{keyspace.Pseudonym}},
		{Pattern: groupKey("<hash>"), Type: "hash", Life: MissTTL, Holds: []keyspace.Holding{keyspace.Crowd, keyspace.Staff}},
		{Pattern: fewKey, Type: "zset", Life: MissTTL, Holds: hash},
		{Pattern: seenKey, Type: "zset", Life: MissTTL, Holds: hash},
	}
}

// Memory is what a recorder keeps in memory: it tries a batch again until it is given up.
func Memory() []keyspace.Key {
	return []keyspace.Key{{Pattern: "counts", Type: keyspace.Memory, Life: maxTries * FlushEvery,
		Holds: []keyspace.Holding{keyspace.Count, keyspace.Pseudonym, keyspace.Masked}}}
}
