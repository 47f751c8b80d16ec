package bot

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"zhilu/dialog"
	"zhilu/dialog/session"
	"zhilu/knowledge"
)

// Limits of one instance (reliability-design §3). Nobody waits in a queue: what is over a limit
// is answered without a state, at once. Danger is answered as ever.
const (
	// MaxTurns is how many turns may wait for the session store at once.
	MaxTurns = 256
	// MaxPerMinute is how many different messages one person may send in a minute.
	MaxPerMinute = 20
	// maxCounted is how many people are counted in a minute; those beyond are not limited.
	maxCounted = 1 << 17
)

// refuses says why no turn is held for a message: one of the outcomes, or "" when it is. Then the
// turn is counted as under way, and the caller counts it off.
func (b *Bot) refuses(user session.User, in Inbound, now time.Time) string {
	if b.flood.count(user.Pseudonym(), in.Dedup(), now) > cmp.Or(b.PerMinute, MaxPerMinute) {
		return outcomeFlood
	}
	if b.turns.Add(1) > cmp.Or(b.MaxTurns, MaxTurns) {
		b.turns.Add(-1)
		return outcomeShed
	}
	return ""
}

// withoutTurn answers a message for which no turn is held.
func (b *Bot) withoutTurn(rel *knowledge.Release, user session.User, in Inbound, input dialog.Input, now time.Time, why string) string {
	t := dialog.Stateless(rel, input, now)
	b.promised(t, user, in, now)
	crisis := slices.Contains(t.Effects, dialog.Crisis)
	b.Metrics.turn(why, crisis, string(t.ReplyLang))
	b.count(Event{At: now, Lang: string(t.ReplyLang), Crisis: crisis, Stateless: true})
	if why == outcomeFlood && !crisis && !slices.Contains(t.Effects, dialog.Care) && !t.Erases() {
		return rel.In(t.ReplyLang, now).Text(knowledge.MsgSlowDown)
	}
	return Render(t.Reply)
}

// flood counts the messages of each person in the current minute. The zero value is ready.
type flood struct {
	mu     sync.Mutex
	minute int64
	seen   map[string]burst // by pseudonym
}

type burst struct {
	messages int
	last     string // the id of the last one: its copies are not counted
}

// count counts a message and gives how many the person sent in this minute.
func (f *flood) count(user, msg string, now time.Time) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if minute := now.Unix() / 60; minute != f.minute || f.seen == nil {
		f.minute, f.seen = minute, make(map[string]burst, len(f.seen))
	}
	b, known := f.seen[user]
	switch {
	case !known && len(f.seen) >= maxCounted:
		return 1
	case b.last != msg:
		b.messages, b.last = b.messages+1, msg
		f.seen[user] = b
	}
	return b.messages
}

// brief lets a repeated notice through once a second, with the number of times it was held back:
// under an attack or without Redis every message would write a line. The zero value is ready.
type brief struct {
	mu   sync.Mutex
	said map[string]notice
}

type notice struct {
	second int64
	held   int
}

// say calls write, with how often it was meant since the last time, unless it did so this second.
// kinds are few and fixed.
func (b *brief) say(now time.Time, kind string, write func(times int)) {
	b.mu.Lock()
	n := b.said[kind]
	n.held++
	times := n.held
	if n.second == now.Unix() {
		times = 0
	} else {
		n = notice{second: now.Unix()}
	}
	if b.said == nil {
		b.said = map[string]notice{}
	}
	b.said[kind] = n
	b.mu.Unlock()
	if times > 0 {
		write(times)
	}
}
