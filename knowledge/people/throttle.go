package people

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/redis/go-redis/v9"
)

// The brakes on guessing [6.3.1]. Attempts are counted before they are looked at, so that many
// at once count as many, and taken back when they were right. An attempt during a wait is not
// looked at and does not prolong it.
const (
	freeTries = 5
	firstWait = time.Second
	longest   = 15 * time.Minute
	countTTL  = 24 * time.Hour // after the newest attempt
	knownTTL  = 90 * 24 * time.Hour
)

// gate names the counters of one kind of attempt. Where the known key exists, somebody got
// through from this address before: there the narrow counter alone applies, and strangers who
// hammer the account, or share an address range, keep nobody out. Everywhere else all of the
// wide ones apply.
type gate struct {
	known, narrow string
	wide          []string
}

// accountGate is for attempts on an account from an address. Kinds are apart: who knows a
// password from somewhere is not known there for the codes.
func (s *Store) accountGate(kind, login, from string) gate {
	from = neighbourhood(from)
	return gate{
		known:  prefix + "known:" + s.keyName(kind, login, from),
		narrow: s.counter(kind, "pair", login, from),
		wide:   []string{s.counter(kind, "account", login), s.counter(kind, "address", from)},
	}
}

// sessionGate is for attempts inside a session: who stole one must not keep its owner from
// signing in, and has no more tries than anybody.
func (s *Store) sessionGate(id string) gate {
	return gate{known: s.counter("no such"), narrow: s.counter("no such"), wide: []string{s.counter("session", id)}}
}

func (s *Store) counter(texts ...string) string { return prefix + "wait:" + s.keyName(texts...) }

func (s *Store) keyName(texts ...string) string {
	return hex.EncodeToString(keyed(s.count, texts...)[:16])
}

// attempt is one counted attempt.
type attempt struct {
	s     *Store
	gate  gate
	known bool
	local bool // Redis did not count it
}

// reserve counts an attempt on the narrow counter of a known address or else on all wide ones,
// unless one of them makes it wait. It gives the milliseconds to wait and whether the address is
// known. A wait longer than the longest is a clock that was set back, and does not hold.
var reserve = redis.NewScript(`
local now, free, first, longest, ttl = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local known = redis.call('EXISTS', KEYS[1])
local from, to = 3, #KEYS
if known == 1 then from, to = 2, 2 end
local wait = 0
for i = from, to do
  local left = tonumber(redis.call('HGET', KEYS[i], 'u') or '0') - now
  if left > wait and left <= longest then wait = left end
end
if wait > 0 then return {wait, known} end
for i = from, to do
  local n = redis.call('HINCRBY', KEYS[i], 'n', 1)
  local pause = 0
  if n >= free then pause = math.min(longest, first * 2 ^ math.min(n - free, 30)) end
  redis.call('HSET', KEYS[i], 'u', string.format('%.0f', now + pause))
  redis.call('PEXPIRE', KEYS[i], ttl)
end
return {0, known}`)

// release takes one attempt back from counters, and its wait with it.
var release = redis.NewScript(`
for i = 1, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    if redis.call('HINCRBY', KEYS[i], 'n', -1) <= 0 then
      redis.call('DEL', KEYS[i])
    else
      redis.call('HSET', KEYS[i], 'u', '0')
    end
  end
end
return 0`)

// attempt counts an attempt; ErrWait when it must not be looked at. When Redis does not count,
// this process does.
func (s *Store) attempt(ctx context.Context, g gate) (attempt, error) {
	now := s.now().UnixMilli()
	keys := append([]string{g.known, g.narrow}, g.wide...)
	got, err := reserve.Run(ctx, s.rdb, keys, now, freeTries, firstWait.Milliseconds(), longest.Milliseconds(), countTTL.Milliseconds()).Int64Slice()
	a := attempt{s: s, gate: g}
	if err != nil || len(got) != 2 {
		a.local = true
		got = []int64{s.memory.reserve(g.wide, now), 0}
	}
	a.known = got[1] == 1
	if got[0] > 0 {
		return a, ErrWait{time.Duration(got[0]) * time.Millisecond}
	}
	return a, nil
}

func (a attempt) counted() []string {
	if a.known {
		return []string{a.gate.narrow}
	}
	return a.gate.wide
}

// forgive takes the attempt back: it was right, or nothing was looked at. Earlier failures
// stay counted, so that nobody clears an address by signing in to an account of their own.
// What Redis does not take back runs out by itself.
func (a attempt) forgive(ctx context.Context) {
	if a.local {
		a.s.memory.release(a.counted())
		return
	}
	release.Run(ctx, a.s.rdb, a.counted())
}

// succeed is forgive for an attempt that was right: the owner of the account was here, so that
// what was miscounted from a known address is forgotten too.
func (a attempt) succeed(ctx context.Context) {
	if a.known {
		a.s.rdb.Del(ctx, a.gate.narrow)
		return
	}
	a.forgive(ctx)
}

// remember writes that somebody got through this gate.
func (r *round) remember(g gate) {
	r.write(func(p redis.Pipeliner) { p.Set(r.ctx, g.known, 1, knownTTL) })
}
