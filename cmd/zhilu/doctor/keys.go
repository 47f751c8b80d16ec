package doctor

import (
	"time"

	"zhilu/knowledge/keyspace"
)

// Written are the kinds of keys that the doctor writes.
func Written() []keyspace.Key {
	return []keyspace.Key{{Pattern: probeKey, Type: "string", Life: time.Second, Holds: []keyspace.Holding{keyspace.Nobody}}}
}
