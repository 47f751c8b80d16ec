package versions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/redis/go-redis/v9"
)

// Test is a golden conversation that operators saved.
type Test struct {
	Name string    `json:"name"`
	Text string    `json:"text"` // a transcript
	Who  string    `json:"who"`
	At   time.Time `json:"at"`
	Why  string    `json:"why,omitempty"`
}

// Limits of saved tests.
const (
	maxTests     = 1000
	maxTestBytes = 64 << 10
)

// testName is a name a file can have.
var testName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,79}$`)

// ErrName: a test is named by lower-case letters, digits, hyphens and underscores.
var ErrName = errors.New("this is no name for a test")

// Tests gives the saved conversations by name.
func (s *Store) Tests(ctx context.Context) (map[string]Test, error) {
	rows, err := s.rdb.HGetAll(ctx, keyTests).Result()
	if err != nil {
		return nil, storeError(err, false)
	}
	tests := make(map[string]Test, len(rows))
	for name, row := range rows {
		var t Test
		if err := json.Unmarshal([]byte(row), &t); err != nil {
			return nil, fmt.Errorf("%w: test %s", ErrCorrupt, name)
		}
		tests[name] = t
	}
	return tests, nil
}

// SaveTest stores a conversation under a name, in the place of what had it.
func (s *Store) SaveTest(ctx context.Context, by Actor, name, text, why string) error {
	if !testName.MatchString(name) || len(text) > maxTestBytes {
		return ErrName
	}
	t := Test{Name: name, Text: text, Who: by.Login, At: s.now().UTC().Truncate(time.Second), Why: why}
	return s.test(ctx, by, Audit{Action: "test.save", Object: name, After: digest([]byte(text)), Why: why}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		n, err := tx.HLen(ctx, keyTests).Result()
		if err != nil {
			return nil, err
		}
		if n >= maxTests {
			return nil, fmt.Errorf("%w: there are %d tests already", ErrName, n)
		}
		return func(p redis.Pipeliner) { p.HSet(ctx, keyTests, name, asJSON(t)) }, nil
	})
}

// DeleteTest takes a saved conversation away.
func (s *Store) DeleteTest(ctx context.Context, by Actor, name, why string) error {
	return s.test(ctx, by, Audit{Action: "test.delete", Object: name, Why: why}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		ok, err := tx.HExists(ctx, keyTests, name).Result()
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, ErrNotFound
		}
		return func(p redis.Pipeliner) { p.HDel(ctx, keyTests, name) }, nil
	})
}

func (s *Store) test(ctx context.Context, by Actor, a Audit, plan func(*redis.Tx) (func(redis.Pipeliner), error)) error {
	return s.change(ctx, []string{keyTests, keyAudit}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		write, err := plan(tx)
		if err != nil {
			return nil, err
		}
		record, err := s.next(ctx, tx, by, a)
		return func(p redis.Pipeliner) {
			write(p)
			p.RPush(ctx, keyAudit, asJSON(record))
		}, err
	})
}
