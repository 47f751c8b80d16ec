// Package backup saves what an organisation made of Zhilu into one file, and puts it back into an
// empty Redis: releases and which of them is live, the draft with its history, saved tests, the
// audit, the accounts of operators, and the counts, in which there is nobody.
//
// Nothing of borrowers is in the file: no dialog, and of messages that nobody could answer neither
// the words nor who sent them. Nor is what lets somebody in: no session, no link, and not the brakes
// on guessing. What it holds of accounts is worth keeping apart: hashes of passwords and of recovery
// codes, and seeds of one-time codes that are sealed with a secret which is not in the file.
//
// The file is a zip archive that people can read:
//
//	manifest.json           format, program, time; size and SHA-256 of every other part
//	live.jsonl, people.jsonl, …   one row a line: a key of Redis with its type, its content, its end
//	releases/<id>.zip       the files of a release, whose digest is its id
//
// Rows say what a key holds and not how a version of Redis stores it.
package backup

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Format is the version of the format that this program writes. It reads this one and older ones.
const Format = 1

// Manifest says what a file is.
type Manifest struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // the version that wrote it
	Made    time.Time `json:"made"`
	Secret  string    `json:"secret"` // tells one ZHILU_SECRET from another, see SecretMark
	Parts   []Part    `json:"parts"`
}

// Part is one file of the archive.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Errors that callers branch on.
var (
	// ErrDamaged: the file is not as it was written, or was never one.
	ErrDamaged = errors.New("the backup is damaged")
	// ErrNewer: a newer version of the program wrote the file.
	ErrNewer = errors.New("the backup has a newer format than this program reads")
	// ErrNotEmpty: something is there already.
	ErrNotEmpty = errors.New("this Redis is not empty")
	// ErrBusy: what is live or the draft changed again and again while it was read.
	ErrBusy = errors.New("somebody publishes or edits all the time")
)

// SecretMark tells one secret from another without showing anything of it.
func SecretMark(secret []byte) string {
	mark, err := hkdf.Key(sha256.New, secret, nil, "zhilu backup: which secret", 8)
	if err != nil {
		panic(err) // only for a length no hash can give
	}
	return hex.EncodeToString(mark)
}

// row is one key of Redis, or a piece of one: pieces follow each other and are put together.
type row struct {
	Key    string            `json:"key"`
	Until  *time.Time        `json:"until,omitempty"` // when it expires; nil for never
	Value  *string           `json:"value,omitempty"`
	Values []string          `json:"values,omitempty"` // of a list, in order
	Fields map[string]string `json:"fields,omitempty"` // of a hash
}

// The types of keys.
const (
	text   = "string"
	list   = "list"
	fields = "hash"
)

func (r row) kind() string {
	switch {
	case r.Value != nil && r.Values == nil && r.Fields == nil:
		return text
	case r.Value == nil && r.Values != nil && r.Fields == nil:
		return list
	case r.Value == nil && r.Values == nil && r.Fields != nil:
		return fields
	}
	return ""
}

const prefix = "kb:{kb}:"

// keep is a kind of key that a backup holds. A name that ends in a colon is the beginning of many.
type keep struct{ part, name, kind string }

// The keys whose names other parts of this package use.
const (
	keyActive  = prefix + "active"
	keyHead    = prefix + "draft:head"
	keyRev     = prefix + "rev"
	keyList    = prefix + "releases"
	keyAudit   = prefix + "audit"
	keyPeople  = prefix + "people"
	keyHistory = prefix + "history:"
	keyRelease = prefix + "release:"
	keyDay     = prefix + "n:"
)

// kept are the keys in a backup, in the order of its parts. The packages that own them document
// them: versions, people, counts.
var kept = []keep{
	{"live.jsonl", "active", text},
	{"releases.jsonl", "releases", list},
	{"releases.jsonl", "reviewed", fields},
	{"draft.jsonl", "draft", fields},
	{"draft.jsonl", "draft:head", text},
	{"draft.jsonl", "rev", fields},
	{"draft.jsonl", "history:", list},
	{"tests.jsonl", "tests", fields},
	{"people.jsonl", "people", fields},
	{"counts.jsonl", "n:", fields},
	{"audit.jsonl", "audit", list},
}

// keepFor finds the kind of a key; false for one that has no place in a backup.
func keepFor(key string) (keep, bool) {
	name, ours := strings.CutPrefix(key, prefix)
	if !ours || strings.HasPrefix(name, "n:w:") {
		return keep{}, false
	}
	at := slices.IndexFunc(kept, func(k keep) bool {
		return name == k.name || strings.HasSuffix(k.name, ":") && strings.HasPrefix(name, k.name) && len(name) > len(k.name)
	})
	if at < 0 {
		return keep{}, false
	}
	return kept[at], true
}

// check refuses a row that no backup of this format has.
func (r row) check(part string) error {
	k, ok := keepFor(r.Key)
	if !ok || k.part != part || k.kind != r.kind() {
		return fmt.Errorf("%w: %s holds a key that does not belong there", ErrDamaged, part)
	}
	return nil
}
