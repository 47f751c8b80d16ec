package session

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A breaker keeps turns from waiting for a Redis that does not answer: after maxFailures calls
// in a row without any answer it lets nothing through for about openTime, then one call to try.
// An error that Redis itself says is an answer.
const (
	maxFailures = 3
	openTime    = 500 * time.Millisecond
	openSpread  = 0.2 // of openTime, either way, so that instances do not try together
	maxBanks    = 64  // parts of a cluster's slots with a breaker each, so that a dead shard does not close the others
	allSlots    = 1 << 14
)

var errOpen = errors.New("redis did not answer lately")

type breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time // open until then; zero for closed
	trying   bool      // somebody is trying whether it may close
}

// allow reports whether a call may be made. Whoever gets true says how it went.
func (b *breaker) allow(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.until.IsZero():
		return true
	case b.trying || now.Before(b.until):
		return false
	}
	b.trying = true
	return true
}

func (b *breaker) say(answered bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = false
	if answered {
		b.failures, b.until = 0, time.Time{}
		return
	}
	if b.failures++; b.failures >= maxFailures {
		spread := 1 + openSpread*(2*rand.Float64()-1)
		b.until = now.Add(time.Duration(float64(openTime) * spread))
	}
}

func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.until.IsZero()
}

// bank is the number of the breaker for a user: by the slot of the keys in a cluster.
func (s *Store) bank(u User) int {
	if len(s.banks) == 1 {
		return 0
	}
	return int(crc16(u.pid)) % allSlots * len(s.banks) / allSlots
}

// begin asks the breaker for a call about a user. The function it gives must be called with the
// error of the call.
func (s *Store) begin(u User) (func(op string, err error), error) {
	b, start := &s.banks[s.bank(u)], s.now()
	if !b.allow(start) {
		return nil, errOpen
	}
	return func(op string, err error) {
		now := s.now()
		var reply redis.Error
		answered := err == nil || errors.As(err, &reply)
		if answered || !errors.Is(err, redis.ErrPoolTimeout) { // no connection free says nothing about Redis
			b.say(answered, now)
		} else {
			b.giveUp()
		}
		s.meter.Call(op, now.Sub(start), kindOf(err))
	}, nil
}

// giveUp is a call that came to no answer for reasons of our own.
func (b *breaker) giveUp() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = false
}

// OpenBanks tells of each bank whether it lets nothing through at the moment: one bank for a
// single Redis, 64 for a cluster.
func (s *Store) OpenBanks() []bool {
	open := make([]bool, len(s.banks))
	for i := range s.banks {
		open[i] = s.banks[i].open()
	}
	return open
}

// kindOf names an error in one of a few words, without its text.
func kindOf(err error) string {
	var reply redis.Error
	switch {
	case err == nil, errors.Is(err, redis.Nil):
		return ""
	case errors.As(err, &reply):
		return replyKind(reply.Error())
	case errors.Is(err, redis.ErrPoolTimeout):
		return "pool"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	var slow interface{ Timeout() bool }
	if errors.As(err, &slow) && slow.Timeout() {
		return "timeout"
	}
	return "connection"
}

// replyKinds are the error replies that are told apart.
var replyKinds = []string{"OOM", "READONLY", "NOREPLICAS", "MISCONF", "LOADING", "CLUSTERDOWN", "NOSCRIPT", "NOAUTH", "NOPERM", "WRONGPASS", "MOVED", "ASK", "TRYAGAIN", "MASTERDOWN"}

// replyKind is the first word of an error reply, when it is a known one.
func replyKind(text string) string {
	for _, kind := range replyKinds {
		if len(text) >= len(kind) && text[:len(kind)] == kind {
			return kind
		}
	}
	return "reply"
}

// crc16 is the CRC of Redis Cluster's key slots (CRC-16/XMODEM). go-redis has it too, in an
// internal package.
func crc16(s string) uint16 {
	var crc uint16
	for i := range len(s) {
		crc ^= uint16(s[i]) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
