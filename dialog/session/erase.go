package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// eraseScript deletes a state of the expected version and the replies named besides, or gives
// version, ids and state as they are, so that the next call can name what this one could not.
// A state that began after the erasure was asked for belongs to somebody who came back, and
// stays. It is right when it runs twice.
var eraseScript = redis.NewScript(`
local h = redis.call('HMGET', KEYS[1], 'v', 'r', 's', 'b')
if h[4] and tonumber(h[4]) > tonumber(ARGV[2]) then return 0 end
if ARGV[1] ~= (h[1] or '') then return {h[1] or '', h[2] or '', h[3] or ''} end
redis.call('UNLINK', unpack(KEYS))
return 1`)

// replicaTime is how long an erasure waits for one replica to have it too, where there is one.
const replicaTime = 100 * time.Millisecond

// Erase deletes everything held of a user up to a moment in Unix seconds by the platform's
// clock. It is right when called twice or for a user nobody knows. What cannot be deleted at
// once is tried again in the background, and the error says so.
func (s *Store) Erase(ctx context.Context, u User, upTo int64) error {
	if err := s.eraseAll(ctx, u, upTo); err != nil {
		s.late.eraseSoon(u, upTo)
		return err
	}
	s.late.erased(u, upTo)
	return nil
}

// EraseSoon has Erase done in the background: for a request that came when no turn could be held.
func (s *Store) EraseSoon(u User, upTo int64) { s.late.eraseSoon(u, upTo) }

func (s *Store) eraseAll(ctx context.Context, u User, upTo int64) error {
	var at stored
	for range maxRounds {
		gone, now, err := s.erase(ctx, u, upTo, at)
		if gone || err != nil {
			return err
		}
		at = now
	}
	return fmt.Errorf("erase: %d conflicts in a row", maxRounds)
}

// erase deletes what is held if the state is the one that the caller knows; otherwise it gives
// the state. Afterwards nothing that was under way can bring it back: a commit expects another
// version, and one that expects nobody is found by the sweeps.
func (s *Store) erase(ctx context.Context, u User, upTo int64, at stored) (gone bool, now stored, err error) {
	s.guesses.drop(u.pid)
	if at.version != "" && at.recent == "" { // the replies are not known: ask for them
		at.version = "-"
	}
	keys := []string{u.state()}
	for _, id := range strings.Fields(at.recent) {
		keys = append(keys, u.reply(id))
	}
	done, err := s.begin(u)
	if err != nil {
		return false, stored{}, fmt.Errorf("erase: %w", err)
	}
	got, err := s.eraseAndWait(ctx, keys, at.version, upTo)
	done("erase", err)
	if err != nil {
		return false, stored{}, fmt.Errorf("erase: %w", err)
	}
	if list, ok := got.([]any); ok && len(list) == 3 {
		version, _ := list[0].(string)
		recent, _ := list[1].(string)
		state, _ := list[2].(string)
		return false, stored{version: version, state: state, recent: recent, read: true}, nil
	}
	return true, stored{}, nil
}

// eraseAndWait runs the script and, on the same connection, waits for a replica.
func (s *Store) eraseAndWait(ctx context.Context, keys []string, version string, upTo int64) (any, error) {
	node, err := s.master(ctx, keys[0])
	if err != nil {
		return nil, err
	}
	conn := node.Conn()
	defer conn.Close()
	got, err := eraseScript.Run(ctx, conn, keys, version, upTo).Result()
	if number, ok := got.(int64); err == nil && ok && number == 1 {
		conn.Wait(ctx, 1, replicaTime) // without a replica there is nobody to wait for
	}
	return got, err
}

// master is the client of the node that holds a key.
func (s *Store) master(ctx context.Context, key string) (*redis.Client, error) {
	switch c := s.rdb.(type) {
	case *redis.Client:
		return c, nil
	case *redis.ClusterClient:
		return c.MasterForKey(ctx, key)
	}
	return nil, errors.New("a client of an unknown kind")
}
