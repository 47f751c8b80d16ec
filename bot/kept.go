package bot

import (
	"time"

	"zhilu/knowledge/keyspace"
)

// Memory is what a bot keeps in memory between two messages: how many came in a minute, by
// pseudonym.
func Memory() []keyspace.Key {
	return []keyspace.Key{{Pattern: "flood", Type: keyspace.Memory, Life: time.Minute, Holds: []keyspace.Holding{keyspace.Pseudonym}}}
}
