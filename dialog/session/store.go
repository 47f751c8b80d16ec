// Package session keeps the state of each user in Redis, one atomic step a turn: a message
// changes the state at most once, and every copy of it gets the same reply.
//
// Keys, all of one user on one slot through the hash tag {pid}:
//
//	wx:<account>:{pid}:s          hash    v version, s state, r ids of recent messages, b birth   30 days idle
//	wx:<account>:{pid}:m:<msg>    string  version, newline, the reply to that message             30 minutes
//
// pid is a keyed pseudonym: theft of Redis alone reveals no openid. Nothing that a user
// typed is stored. It holds no locks; other instances may be at work on the same user at any
// moment. In the common case a turn costs one round trip: the state is guessed to be what
// this instance wrote last, and the script that commits confirms the guess or gives the
// state as it is.
package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
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

// ErrUnavailable says that a turn could not be held: Redis could not be asked or refused, or
// it is not known what became of a turn that began from a guess. The caller answers without
// a state.
var ErrUnavailable = errors.New("session store unavailable")

// ErrConflicts is ErrUnavailable for a turn that lost against other writers too often.
var ErrConflicts = errors.New("too many conflicts in a row")

// User is the pseudonym of a user of one account.
type User struct{ account, pid string }

// Message is what tells one message of a user from the others.
type Message struct {
	ID string // the same for every copy of the message
	At int64  // when it was sent, in Unix seconds by the platform's clock
}

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
	rdb      redis.UniversalClient
	pipeline *redis.AutoPipeliner // nil for none
	secret   []byte
	random   io.Reader
	now      func() time.Time
	meter    Meter

	guesses *guesses
	banks   []breaker
	late    *late
}

// Option changes what New makes.
type Option func(*Store)

// WithMeter has a meter told of calls and their fate.
func WithMeter(m Meter) Option { return func(s *Store) { s.meter = m } }

// WithPipeline sends the scripts of turns through p, an asynchronous one of the same client: calls
// made at the same moment go out in one write, for a quarter less time of the processor. Not for a
// cluster: a dead shard would hold up calls to the others.
func WithPipeline(p *redis.AutoPipeliner) Option { return func(s *Store) { s.pipeline = p } }

// New makes a store. secret keys the pseudonyms: whoever changes it loses all sessions. The
// caller closes it before the client.
func New(rdb redis.UniversalClient, secret []byte, options ...Option) *Store {
	s := &Store{rdb: rdb, secret: slices.Clone(secret), random: rand.Reader, now: time.Now,
		meter: noMeter{}, guesses: newGuesses(maxGuesses), banks: make([]breaker, 1)}
	if _, cluster := rdb.(*redis.ClusterClient); cluster {
		s.banks = make([]breaker, maxBanks)
	}
	for _, option := range options {
		option(s)
	}
	s.late = newLate(s)
	return s
}

// User gives the pseudonym under which a user of an account is kept.
func (s *Store) User(account, openID string) User {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(account))
	mac.Write([]byte{0})
	mac.Write([]byte(openID))
	pid := hex.EncodeToString(mac.Sum(nil)[:16])
	return User{account, pid}
}

// Pseudonym is the same for every message of a user, and says nothing without the secret.
func (u User) Pseudonym() string { return u.pid }

func (u User) prefix() string          { return "wx:" + u.account + ":{" + u.pid + "}:" }
func (u User) state() string           { return u.prefix() + "s" }
func (u User) reply(msg string) string { return u.prefix() + "m:" + msg }
