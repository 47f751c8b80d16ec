// Package session keeps the state of each user in Redis, one atomic step a turn: a message
// changes the state at most once, and every copy of it gets the same reply.
//
// Keys, all of one user on one slot through the hash tag {pid}:
//
//	wx:<account>:{pid}:s          hash    v version, s state, r ids of recent messages   30 days idle
//	wx:<account>:{pid}:m:<msg>    string  version, newline, the reply to that message    30 minutes
//
// pid is a keyed pseudonym: theft of Redis alone reveals no openid. Nothing that a user
// typed is stored. It is no cache and holds no locks; other instances may be at work on the
// same user at any moment.
package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/dialog"
)

// How long things are kept. The reply outlives twice the accepted age of a signature and
// the platform's retries (2 × 600 s + 15 s).
const (
	StateTTL = 30 * 24 * time.Hour
	ReplyTTL = 30 * time.Minute
)

const (
	maxRounds = 6   // attempts of one turn against other writers
	maxRecent = 200 // message ids remembered for erasure; more than that in half an hour is no person
)

// private stands in the store for a reply that is not kept.
const private = "-"

// ErrUnavailable says that a turn surely changed nothing, because Redis could not be asked
// or refused. The caller answers without a state.
var ErrUnavailable = errors.New("session store unavailable")

// User is the pseudonym of a user of one account.
type User struct{ account, pid string }

// Next is what a turn makes of a state.
type Next struct {
	State dialog.State
	Reply string // stored and given to every copy of the message; "" when it is not answered
	Erase bool   // delete everything held of the user instead of storing
	// Private keeps the reply itself out of the store: a copy of the message gets Duplicate
	// with Private set and no reply, and the caller makes it again.
	Private bool
}

// Outcome says what became of a turn.
type Outcome int

// The outcomes.
const (
	Committed Outcome = iota // this call changed the state
	Duplicate                // a copy of the message had changed it before; its reply is returned
	Unclear                  // the reply is right, but the connection broke before the commit was confirmed
)

// Result is the reply of a turn and what became of it.
type Result struct {
	Reply   string
	Private bool // of a Duplicate: the reply was not kept
	Outcome Outcome
}

// Store is the store of sessions. It is safe for any number of goroutines and instances.
type Store struct {
	rdb    redis.UniversalClient
	secret []byte
	random io.Reader
}

// New makes a store. secret keys the pseudonyms: whoever changes it loses all sessions.
func New(rdb redis.UniversalClient, secret []byte) *Store {
	return &Store{rdb: rdb, secret: slices.Clone(secret), random: rand.Reader}
}

// User gives the pseudonym under which a user of an account is kept.
func (s *Store) User(account, openID string) User {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(account))
	mac.Write([]byte{0})
	mac.Write([]byte(openID))
	pid := hex.EncodeToString(mac.Sum(nil))[:32]
	return User{account, pid}
}

// Pseudonym is the same for every message of a user, and says nothing without the secret.
func (u User) Pseudonym() string { return u.pid }

func (u User) prefix() string          { return "wx:" + u.account + ":{" + u.pid + "}:" }
func (u User) state() string           { return u.prefix() + "s" }
func (u User) reply(msg string) string { return u.prefix() + "m:" + msg }

// turn does one of three things atomically: give the stored reply of a message that was
// handled before; give the state when it is not the expected one ("-" expects nothing); or
// write the new state together with the reply.
var turn = redis.NewScript(`
local r = redis.call('GET', KEYS[2])
if r then return {'DONE', r} end
local v = redis.call('HGET', KEYS[1], 'v') or ''
if ARGV[1] ~= v then
  return {'STATE', v, redis.call('HGET', KEYS[1], 's') or '', redis.call('HGET', KEYS[1], 'r') or ''}
end
redis.call('HSET', KEYS[1], 'v', ARGV[2], 's', ARGV[3], 'r', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('SET', KEYS[2], ARGV[5], 'EX', ARGV[7])
return {'DONE', ARGV[5]}`)

// Turn runs step on the user's state and stores what it makes of it, on condition that
// nobody wrote in between; otherwise step runs again on the newer state, so it must be a
// pure function. msg identifies the message among those of the user: a second call with the
// same msg returns the first one's reply and runs no step.
//
// It gives ErrUnavailable when nothing was changed. When the connection breaks during the
// commit the reply is returned with the outcome Unclear.
func (s *Store) Turn(ctx context.Context, u User, msg string, step func(dialog.State) (Next, error)) (Result, error) {
	at, done, err := s.call(ctx, u, msg, commit{expect: "-"})
	if err != nil {
		return Result{}, fmt.Errorf("%w: read: %w", ErrUnavailable, err)
	}
	for range maxRounds {
		if done != nil {
			return Result{Reply: done.reply, Private: done.reply == private, Outcome: Duplicate}, nil
		}
		next, err := step(at.decode())
		if err != nil {
			return Result{}, err
		}
		if next.Erase {
			return Result{Reply: next.Reply}, s.erase(ctx, u, at.recent)
		}
		c, err := s.prepare(at, msg, next)
		if err != nil {
			return Result{}, err
		}
		if at, done, err = s.commit(ctx, u, msg, c); err != nil {
			if refused(err) {
				return Result{}, fmt.Errorf("%w: write: %w", ErrUnavailable, err)
			}
			return Result{Reply: next.Reply, Outcome: Unclear}, nil
		}
		if done != nil && done.version == c.version {
			return Result{Reply: next.Reply, Outcome: Committed}, nil
		}
	}
	return Result{}, fmt.Errorf("%w: %d conflicts in a row", ErrUnavailable, maxRounds)
}

// commit tries once more when the connection broke: the script is right when it runs twice.
func (s *Store) commit(ctx context.Context, u User, msg string, c commit) (stored, *reply, error) {
	at, done, first := s.call(ctx, u, msg, c)
	if first == nil || refused(first) || ctx.Err() != nil {
		return at, done, first
	}
	at, done, err := s.call(ctx, u, msg, c)
	if err != nil { // what became of the first call is unknown, whatever the second one says
		return at, done, first
	}
	return at, done, nil
}

// stored is a state as it lies in Redis.
type stored struct {
	version string
	state   string
	recent  []string
}

// decode gives the state; one that cannot be read counts as none: the user starts anew
// instead of being stuck.
func (st stored) decode() dialog.State {
	var d dialog.State
	if json.Unmarshal([]byte(st.state), &d) != nil {
		return dialog.State{}
	}
	return d
}

type reply struct{ version, reply string }

// commit is what a turn wants to write.
type commit struct {
	expect, version, state, recent, reply string
}

func (s *Store) prepare(at stored, msg string, next Next) (commit, error) {
	state, err := json.Marshal(next.State)
	if err != nil {
		return commit{}, fmt.Errorf("encode state: %w", err)
	}
	token := make([]byte, 12)
	if _, err := io.ReadFull(s.random, token); err != nil {
		return commit{}, fmt.Errorf("random version: %w", err)
	}
	recent := append(at.recent[:len(at.recent):len(at.recent)], msg)
	if len(recent) > maxRecent {
		recent = recent[len(recent)-maxRecent:]
	}
	c := commit{expect: at.version, version: base64.RawURLEncoding.EncodeToString(token), state: string(state), recent: strings.Join(recent, " ")}
	c.reply = c.version + "\n" + next.Reply
	if next.Private {
		c.reply = c.version + "\n" + private
	}
	return c, nil
}

func (s *Store) call(ctx context.Context, u User, msg string, c commit) (stored, *reply, error) {
	got, err := turn.Run(ctx, s.rdb, []string{u.state(), u.reply(msg)},
		c.expect, c.version, c.state, c.recent, c.reply, int(StateTTL.Seconds()), int(ReplyTTL.Seconds())).StringSlice()
	if err != nil {
		return stored{}, nil, err
	}
	switch {
	case len(got) == 2 && got[0] == "DONE":
		version, text, _ := strings.Cut(got[1], "\n")
		return stored{}, &reply{version, text}, nil
	case len(got) == 4 && got[0] == "STATE":
		return stored{version: got[1], state: got[2], recent: strings.Fields(got[3])}, nil, nil
	}
	return stored{}, nil, errors.New("unexpected answer of the turn script")
}

// refused reports whether an error shows that the command surely did not run: an error
// reply of Redis, or no connection at all.
func refused(err error) bool {
	var answer redis.Error
	if errors.As(err, &answer) {
		return true
	}
	return errors.Is(err, redis.ErrPoolTimeout) || strings.Contains(err.Error(), "dial ")
}

// Erase deletes everything held of a user. It is right when called twice or for a user
// nobody knows.
func (s *Store) Erase(ctx context.Context, u User) error {
	recent, err := s.rdb.HGet(ctx, u.state(), "r").Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("erase: %w", err)
	}
	return s.erase(ctx, u, strings.Fields(recent))
}

func (s *Store) erase(ctx context.Context, u User, recent []string) error {
	keys := []string{u.state()}
	for _, msg := range recent {
		keys = append(keys, u.reply(msg))
	}
	if err := s.rdb.Unlink(ctx, keys...).Err(); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}
