package people

import "zhilu/knowledge/keyspace"

// Keys are the kinds of keys that a store writes.
func Keys() []keyspace.Key {
	staff := []keyspace.Holding{keyspace.Staff}
	return []keyspace.Key{
		{Pattern: keyPeople, Type: "hash", Holds: staff},
		{Pattern: keySession("<hash>"), Type: "string", Life: absoluteLimit, Holds: staff},
		{Pattern: keySessions("<login>"), Type: "hash", Life: absoluteLimit, Holds: staff},
		{Pattern: keyLink("<hash>"), Type: "string", Life: max(InviteTTL, OnceTTL), Holds: staff},
		{Pattern: keyLinkOf("<login>"), Type: "string", Life: max(InviteTTL, OnceTTL), Holds: staff},
		{Pattern: prefix + "wait:<hash>", Type: "hash", Life: countTTL, Holds: staff},
		{Pattern: prefix + "known:<hash>", Type: "string", Life: knownTTL, Holds: staff},
	}
}
