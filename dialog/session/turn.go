package session

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/dialog"
)

const (
	maxRounds = 6    // attempts of one turn against other writers
	maxRecent = 1000 // message ids remembered for erasure: more than the flood guard lets through in half an hour
	idSize    = 33   // an id of 32 characters and a space
)

// errLate is a call that was not begun because time was up.
var errLate = errors.New("no time left")

// private stands in the store for a reply that is not kept.
const private = "-"

// turnScript does one of three things atomically: give the stored reply of a message that was
// handled before; give the state when it is not the expected one; or write the new state
// together with the reply. It is right when it runs twice. Ids of messages whose replies have
// expired are forgotten: half an hour without a turn shows in the time to live.
const turnSource = `
local r = redis.call('GET', KEYS[2])
if r then return r end
local h = redis.call('HMGET', KEYS[1], 'v', 's', 'r', 'b')
local v = h[1] or ''
if ARGV[1] ~= v then return {v, h[2] or ''} end
local ids = ''
if h[3] and redis.call('TTL', KEYS[1]) >= ARGV[7] - ARGV[8] then
  ids = string.sub(h[3], -tonumber(ARGV[9]))
end
redis.call('HSET', KEYS[1], 'v', ARGV[2], 's', ARGV[3], 'r', ids .. ARGV[5] .. ' ', 'b', h[4] or ARGV[6])
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[8])
return 1`

var turnScript = redis.NewScript(turnSource)

// Its constant arguments.
var (
	stateSeconds  = strconv.Itoa(int(StateTTL / time.Second))
	replySeconds  = strconv.Itoa(int(ReplyTTL / time.Second))
	recentAllowed = strconv.Itoa((maxRecent - 1) * idSize)
)

// Turn runs step on the user's state and stores what it makes of it, on condition that
// nobody wrote in between; otherwise step runs again on the newer state, so it must be a
// pure function, and must not change what the state it gets points to. A second call with
// the same message returns the first one's reply.
//
// It gives ErrUnavailable when the turn could not be held, or Redis did not confirm what it began
// from; in the latter case the state may have moved on all the same. When the connection breaks
// after that the reply is returned with the outcome Unclear, and the commit is tried again in the
// background.
func (s *Store) Turn(ctx context.Context, u User, msg Message, step func(dialog.State) (Next, error)) (Result, error) {
	if err := s.late.before(ctx, u); err != nil { // what is still to be written of this user comes first
		return Result{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	sent := msg.At
	msg.At = s.late.born(u, sent)
	at, guessed := s.guesses.get(u.pid)
	for range maxRounds {
		next, err := step(at.decode())
		switch {
		case err != nil:
			return Result{}, err
		case next.Erase:
			var gone bool
			if gone, at, err = s.erase(ctx, u, sent, at); err != nil {
				s.late.eraseSoon(u, sent)
				return Result{}, fmt.Errorf("%w: erase: %w", ErrUnavailable, err)
			}
			if gone {
				s.late.erased(u, sent)
				return Result{Reply: next.Reply}, nil
			}
			continue
		}
		c, err := s.prepare(u, msg, at, next)
		if err != nil {
			return Result{}, err
		}
		a, err := s.write(ctx, c)
		if err != nil {
			return s.broken(c, next, at.read || guessed && s.guesses.trusted(), err)
		}
		switch {
		case at.read:
		case a.reply == "": // another instance knows the user better
			s.guesses.told(false)
		case guessed && a.reply == c.reply: // the reply to a copy says nothing of the guess
			s.guesses.told(true)
		}
		if a.reply != "" {
			if upTo, gone := s.late.gone(u, msg.At); gone { // erased by another call while this one was under way
				s.Erase(ctx, u, upTo)
			}
			return a.result(c, next), nil
		}
		s.meter.Conflict()
		if at.read && at.version != "" && a.at.version == "" { // erased since it was read: what came before must not come back
			return Result{Reply: next.Reply, Outcome: Duplicate}, nil
		}
		at = a.at
	}
	return Result{}, fmt.Errorf("%w: %w", ErrUnavailable, ErrConflicts)
}

// broken decides about a turn whose commit got no answer.
func (s *Store) broken(c commit, next Next, sure bool, err error) (Result, error) {
	s.guesses.drop(c.user.pid)
	switch {
	case s.refused(err):
		return Result{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	case !sure: // the reply could be from a place where the user is no more
		return Result{}, fmt.Errorf("%w: unclear: %w", ErrUnavailable, err)
	}
	s.late.commitSoon(c)
	return Result{Reply: next.Reply, Outcome: Unclear}, nil
}

// stored is a state as it lies in Redis, or as this instance knows it.
type stored struct {
	version string
	state   string
	recent  string // ids of messages; only an erasure asks for them
	read    bool   // it came from Redis in this turn
}

// decode gives the state; one that cannot be read counts as none: the user starts anew
// instead of being stuck.
func (st stored) decode() dialog.State {
	var d dialog.State
	if st.state == "" || json.Unmarshal([]byte(st.state), &d) != nil {
		return dialog.State{}
	}
	return d
}

// commit is what a turn wants to write.
type commit struct {
	user                   User
	msg                    Message
	expect, version, state string
	reply                  string // with the version before it
	stateKey, replyKey     string
}

func (s *Store) prepare(u User, msg Message, at stored, next Next) (commit, error) {
	state := next.State.AppendJSON(make([]byte, 0, 512))
	var token [12]byte
	if _, err := io.ReadFull(s.random, token[:]); err != nil {
		return commit{}, fmt.Errorf("random version: %w", err)
	}
	c := commit{user: u, msg: msg, expect: at.version, version: base64.RawURLEncoding.EncodeToString(token[:]), state: string(state),
		stateKey: u.state(), replyKey: u.reply(msg.ID)}
	c.reply = c.version + "\n" + next.Reply
	if next.Private {
		c.reply = c.version + "\n" + private
	}
	return c, nil
}

// answer is what the turn script says: the reply that stands for the message, or the state
// that is not the expected one.
type answer struct {
	reply string
	at    stored
}

// result tells whose commit stands.
func (a answer) result(c commit, next Next) Result {
	version, text, _ := strings.Cut(a.reply, "\n")
	if version == c.version {
		return Result{Reply: next.Reply, Outcome: Committed}
	}
	return Result{Reply: text, Private: text == private, Outcome: Duplicate}
}

// retryWithin is the time in which a call must have failed for a second one: a call takes up to
// 0.85 s, to connect, to wait for those before it on the connection, and to be answered.
const retryWithin = 400 * time.Millisecond

// write commits, and tries once more when the connection broke. What became of the first call
// is unknown then, whatever the second one's error says.
func (s *Store) write(ctx context.Context, c commit) (answer, error) {
	start := s.now()
	a, first := s.call(ctx, c)
	if first == nil || s.refused(first) || s.now().Sub(start) > retryWithin {
		return a, first
	}
	a, err := s.call(ctx, c)
	if err != nil {
		return a, first
	}
	return a, nil
}

// call runs the turn script once and remembers what it learns of the state.
func (s *Store) call(ctx context.Context, c commit) (answer, error) {
	if ctx.Err() != nil {
		return answer{}, errLate
	}
	done, err := s.begin(c.user)
	if err != nil {
		return answer{}, err
	}
	got, err := s.runTurn(ctx, c.stateKey, c.replyKey, c.expect, c.version, c.state, c.reply, c.msg.ID,
		c.msg.At, stateSeconds, replySeconds, recentAllowed)
	done("turn", err)
	if err != nil {
		return answer{}, err
	}
	switch got := got.(type) {
	case int64:
		s.guesses.put(c.user.pid, stored{version: c.version, state: c.state})
		return answer{reply: c.reply}, nil
	case string:
		if strings.HasPrefix(got, c.version+"\n") { // an earlier call of ours, whose answer was lost
			s.guesses.put(c.user.pid, stored{version: c.version, state: c.state})
		}
		return answer{reply: got}, nil
	case []any:
		if len(got) == 2 {
			version, _ := got[0].(string)
			state, _ := got[1].(string)
			return answer{at: stored{version: version, state: state, read: true}}, nil
		}
	}
	return answer{}, errors.New("unexpected answer of the turn script")
}

// runTurn runs the turn script, together with those that other turns want to run at the same moment
// if there is a pipeline. It comes back when ctx ends, though the script may still run then.
func (s *Store) runTurn(ctx context.Context, stateKey, replyKey string, args ...any) (any, error) {
	if s.pipeline == nil {
		return turnScript.Run(ctx, s.rdb, []string{stateKey, replyKey}, args...).Result()
	}
	got, err := s.submit(ctx, "evalsha", turnScript.Hash(), stateKey, replyKey, args)
	if redis.HasErrorPrefix(err, "NOSCRIPT") { // it did not run
		return s.submit(ctx, "eval", turnSource, stateKey, replyKey, args)
	}
	return got, err
}

func (s *Store) submit(ctx context.Context, name, script, stateKey, replyKey string, args []any) (any, error) {
	cmd := redis.NewCmd(ctx, append([]any{name, script, 2, stateKey, replyKey}, args...)...)
	if err := s.pipeline.Submit(ctx, cmd).WaitContext(ctx); err != nil {
		return nil, err
	}
	return cmd.Result()
}

// refused reports whether an error shows that the command surely did not run: an error reply
// of Redis, no connection, or a breaker that let nothing through. A cluster client sends again
// by itself, so there only the last two say so for certain of the last try alone.
func (s *Store) refused(err error) bool {
	var reply redis.Error
	switch {
	case errors.Is(err, errOpen), errors.Is(err, errLate), errors.As(err, &reply):
		return true
	case len(s.banks) > 1:
		return false
	}
	return errors.Is(err, redis.ErrPoolTimeout) || strings.Contains(err.Error(), "dial ")
}
