package versions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Audit is one record of what was done or refused. Each holds the hash of the one before, so
// that none can be changed or taken out unseen. It holds no text of a message and no openid.
type Audit struct {
	N      int64     `json:"n"` // 1 is the first
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Role   string    `json:"role,omitempty"`
	From   string    `json:"from,omitempty"`
	Action string    `json:"action"` // such as "draft.save", "release.publish", "person.disable"
	Object string    `json:"object,omitempty"`
	Before string    `json:"before,omitempty"` // hash or number of what was there
	After  string    `json:"after,omitempty"`
	Result string    `json:"result"` // "ok", or why it was refused
	Why    string    `json:"why,omitempty"`
	Prev   string    `json:"prev"`
	Hash   string    `json:"hash"`
}

// ErrRecord says which record of the audit is damaged or does not follow from the one before.
// It is an ErrCorrupt.
type ErrRecord struct{ N int64 }

func (e ErrRecord) Error() string { return fmt.Sprintf("%v: audit record %d", ErrCorrupt, e.N) }
func (e ErrRecord) Unwrap() error { return ErrCorrupt }

// sum is the hash of a record with that of the one before.
func (a Audit) sum() string {
	a.Hash = ""
	h := sha256.Sum256(asJSON(a))
	return hex.EncodeToString(h[:])
}

// Done is the result of what took place.
const Done = "ok"

// next makes the record that follows the last one that g sees.
func (s *Store) next(ctx context.Context, g getter, by Actor, a Audit) (Audit, error) {
	var last Audit
	if err := getJSON(g.LIndex(ctx, keyAudit, -1), &last); err != nil {
		return Audit{}, err
	}
	a.N, a.At, a.Prev = last.N+1, s.now().UTC().Truncate(time.Millisecond), last.Hash
	a.Who, a.Role, a.From = by.Login, by.Role, by.From
	if a.Result == "" {
		a.Result = Done
	}
	a.Hash = a.sum()
	return a, nil
}

// Record adds a record of something that is not stored here: a sign-in, a refusal.
func (s *Store) Record(ctx context.Context, by Actor, a Audit) error {
	return s.change(ctx, []string{keyAudit}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		r, err := s.next(ctx, tx, by, a)
		return func(p redis.Pipeliner) { p.RPush(ctx, keyAudit, asJSON(r)) }, err
	})
}

// Audit gives records, newest first: n of them from number before-1 down; before 0 is the end.
func (s *Store) Audit(ctx context.Context, before int64, n int64) ([]Audit, error) {
	total, err := s.rdb.LLen(ctx, keyAudit).Result()
	if err != nil {
		return nil, storeError(err, false)
	}
	last := total - 1
	if before > 0 {
		last = min(last, before-2)
	}
	if last < 0 {
		return nil, nil
	}
	return s.audit(ctx, max(0, last-n+1), last)
}

// audit gives the records at the indices from first to last, newest first.
func (s *Store) audit(ctx context.Context, first, last int64) ([]Audit, error) {
	rows, err := s.rdb.LRange(ctx, keyAudit, first, last).Result()
	if err != nil {
		return nil, storeError(err, false)
	}
	list := make([]Audit, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal([]byte(row), &list[len(rows)-1-i]); err != nil {
			return nil, ErrRecord{first + int64(i) + 1}
		}
	}
	return list, nil
}

// Chain checks the records of an audit one after the other, the first one first. The zero value is
// at the start. It is not safe for several goroutines.
type Chain struct {
	n    int64
	prev string
}

// Follow gives an ErrRecord when the record does not follow from the one before.
func (c *Chain) Follow(a Audit) error {
	c.n++
	if a.N != c.n || a.Prev != c.prev || a.sum() != a.Hash {
		return ErrRecord{c.n}
	}
	c.prev = a.Hash
	return nil
}

// VerifyAudit walks the chain. The error is the ErrRecord of the first record that does not
// follow from the one before, or that of Redis.
func (s *Store) VerifyAudit(ctx context.Context) error {
	const page = 500
	var chain Chain
	for from := int64(0); ; from += page {
		list, err := s.audit(ctx, from, from+page-1)
		if err != nil || len(list) == 0 {
			return err
		}
		for i := len(list) - 1; i >= 0; i-- {
			if err := chain.Follow(list[i]); err != nil {
				return err
			}
		}
	}
}
