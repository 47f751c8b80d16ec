// Package versions keeps the versions of the knowledge base in Redis: the draft that operators
// edit, the releases that were made of it, which of them is live, and who did what. An instance
// follows what is live through Live.
//
// Keys, all on one slot through the hash tag {kb}. They hold content and names of operators,
// nothing of borrowers, and are kept for good:
//
//	kb:{kb}:active          string  the pointer: which release is live, and what is switched off
//	kb:{kb}:draft           hash    path -> the change, of each file that differs from the base of the draft
//	kb:{kb}:draft:head      string  the release the draft started from, and a counter of its changes
//	kb:{kb}:rev             hash    path -> revision; numbers only grow
//	kb:{kb}:history:<path>  list    the last revisions of a file, newest first
//	kb:{kb}:release:<id>    string  the files of a release as a zip archive; never changed
//	kb:{kb}:releases        list    what was released when, by whom and why
//	kb:{kb}:reviewed        hash    number -> the review that followed an emergency release
//	kb:{kb}:tests           hash    name -> a golden conversation that operators saved
//	kb:{kb}:audit           list    the chain of what was done and refused
//
// Every change is one MULTI on watched keys together with its audit record: when the record
// cannot be written, nothing takes place.
package versions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	keyActive   = "kb:{kb}:active"
	keyDraft    = "kb:{kb}:draft"
	keyHead     = "kb:{kb}:draft:head"
	keyRev      = "kb:{kb}:rev"
	keyReleases = "kb:{kb}:releases"
	keyReviewed = "kb:{kb}:reviewed"
	keyTests    = "kb:{kb}:tests"
	keyAudit    = "kb:{kb}:audit"

	// Changes is the pub/sub channel on which a new pointer is announced.
	Changes = "kb:{kb}:changes"
)

func keyHistory(path string) string { return "kb:{kb}:history:" + path }
func keyRelease(id string) string   { return "kb:{kb}:release:" + id }

// Sentinels that callers branch on.
var (
	// ErrUnavailable: Redis could not be asked. Nothing was changed, unless the error is also
	// ErrUnknown.
	ErrUnavailable = errors.New("the store of versions is out of reach")
	// ErrUnknown: the connection broke while a change was being written; it may have taken place.
	ErrUnknown = errors.New("nobody knows whether the change was stored")
	// ErrMoved: the draft or the pointer is not what the caller had looked at.
	ErrMoved = errors.New("somebody changed it in between")
	// ErrNotFound: there is no such release, file or test.
	ErrNotFound = errors.New("not found")
	// ErrNothing: the change would change nothing.
	ErrNothing = errors.New("nothing would change")
	// ErrReason: a reason is missing or too long.
	ErrReason = errors.New("a reason is needed, of at most 500 characters")
	// ErrCorrupt: what is stored under a release's id is not that release.
	ErrCorrupt = errors.New("the stored release is damaged")
)

// Actor is who does something.
type Actor struct {
	Login string
	Role  string // as it was at that time, for the audit
	From  string // where the request came from, coarsely; "" for the command line
}

// Store is the store of versions. Safe for any number of goroutines and instances.
type Store struct {
	rdb  redis.UniversalClient
	now  func() time.Time
	base *Base // the built-in one
	seen *shelf
}

// New makes a store. base is what is live before anything was published.
func New(rdb redis.UniversalClient, now func() time.Time, base *Base) *Store {
	return &Store{rdb: rdb, now: now, base: base, seen: &shelf{}}
}

// attempts is how often a change is tried against others who change the same keys.
const attempts = 20

// change reads what it must through tx, and writes what plan gives in one step, on condition
// that none of the keys changed meanwhile; otherwise plan runs again.
func (s *Store) change(ctx context.Context, keys []string, plan func(tx *redis.Tx) (func(redis.Pipeliner), error)) error {
	for range attempts {
		written := false
		err := s.rdb.Watch(ctx, func(tx *redis.Tx) error {
			write, err := plan(tx)
			if err != nil {
				return err
			}
			written = true
			_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error { write(p); return nil })
			return err
		}, keys...)
		if errors.Is(err, redis.TxFailedErr) {
			continue
		}
		return storeError(err, written)
	}
	return fmt.Errorf("%w: too many changes at once", ErrUnavailable)
}

// storeError gives an error of Redis its sentinel; those of a plan pass.
func storeError(err error, written bool) error {
	var refusal redis.Error
	switch {
	case err == nil || own(err):
		return err
	case written && !errors.As(err, &refusal):
		return fmt.Errorf("%w: %w", ErrUnavailable, ErrUnknown)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func own(err error) bool {
	var stale *ErrStale
	var second *ErrSecond
	if errors.As(err, &stale) || errors.As(err, &second) {
		return true
	}
	for _, e := range []error{ErrUnavailable, ErrMoved, ErrNotFound, ErrNothing, ErrReason, ErrCorrupt, ErrName} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// getter is what reads: a client, or a transaction on it.
type getter interface {
	Get(ctx context.Context, key string) *redis.StringCmd
	HGetAll(ctx context.Context, key string) *redis.MapStringStringCmd
	HGet(ctx context.Context, key, field string) *redis.StringCmd
	LRange(ctx context.Context, key string, start, stop int64) *redis.StringSliceCmd
	LIndex(ctx context.Context, key string, index int64) *redis.StringCmd
}

// getJSON reads a value; a missing one leaves into as it is.
func getJSON(cmd *redis.StringCmd, into any) error {
	data, err := cmd.Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil
	case err != nil:
		return storeError(err, false)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%w: %s", ErrCorrupt, cmd.Args()[1])
	}
	return nil
}

// asJSON writes a value of our own types, which always marshal.
func asJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// checkReason asks for a reason.
func checkReason(why string) error {
	if n := len([]rune(why)); n == 0 || n > 500 {
		return ErrReason
	}
	return nil
}
