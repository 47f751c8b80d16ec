package versions

import "zhilu/knowledge/keyspace"

// Keys are the kinds of keys that a store writes. All are kept for good; of people they hold the
// logins of staff.
func Keys() []keyspace.Key {
	staff, nobody := []keyspace.Holding{keyspace.Staff}, []keyspace.Holding{keyspace.Nobody}
	return []keyspace.Key{
		{Pattern: keyActive, Type: "string", Holds: staff},
		{Pattern: keyDraft, Type: "hash", Holds: staff},
		{Pattern: keyHead, Type: "string", Holds: nobody},
		{Pattern: keyRev, Type: "hash", Holds: nobody},
		{Pattern: keyHistory("<path>"), Type: "list", Holds: staff},
		{Pattern: keyRelease("<id>"), Type: "string", Holds: nobody},
		{Pattern: keyReleases, Type: "list", Holds: staff},
		{Pattern: keyReviewed, Type: "hash", Holds: staff},
		{Pattern: keyTests, Type: "hash", Holds: staff},
		{Pattern: keyAudit, Type: "list", Holds: staff},
	}
}
