package session

import (
	"context"
	"slices"
	"sync"
	"time"
)

// What is done in the background, and its limits.
const (
	lateLife   = 15 * time.Second // a commit that was not made by then is dropped: the platform is through with the message
	lateRetry  = 200 * time.Millisecond
	maxLate    = 1024
	eraseLife  = 10 * time.Minute
	maxErasing = 1 << 16
)

// sweeps are the moments after an erasure at which it is made once more: for a turn that was
// under way on another instance, for the last try of a commit in the background there, and in
// case a failover brought back what was deleted.
var sweeps = []time.Duration{2 * time.Second, 20 * time.Second, time.Minute}

// late finishes what a turn could not wait for: commits whose answer was lost, and erasures. It
// has a goroutine only while there is something to do. Safe for concurrent use.
type late struct {
	s *Store

	mu       sync.Mutex
	commits  map[string]*backlog // by pid
	pending  int
	erasures map[string]*erasure // by pid
	running  bool
	wake     chan struct{}
	closed   bool
	idle     sync.Cond // running became false
}

// backlog are commits of one user in their order.
type backlog struct {
	mu   sync.Mutex // held while they are being made
	list []lateCommit
}

type lateCommit struct {
	commit
	until time.Time
}

// erasure is what was asked for up to a moment. It is due until it is done, and after it for
// the sweeps.
type erasure struct {
	user  User
	upTo  int64
	due   time.Time
	until time.Time // gives up then; zero when it was done once
	swept int
}

func newLate(s *Store) *late {
	l := &late{s: s, commits: map[string]*backlog{}, erasures: map[string]*erasure{}, wake: make(chan struct{}, 1)}
	l.idle.L = &l.mu
	return l
}

// Pending is the number of commits that are still to be made in the background.
func (s *Store) Pending() int {
	s.late.mu.Lock()
	defer s.late.mu.Unlock()
	return s.late.pending
}

// Close makes what is left in the background once more, as far as ctx allows, and ends it.
// Turns must have ended before.
func (s *Store) Close(ctx context.Context) {
	l := s.late
	l.mu.Lock()
	l.closed = true
	l.kick()
	for l.running {
		l.idle.Wait()
	}
	l.mu.Unlock()
	l.pass(ctx, true)
}

// commitSoon takes over a commit whose fate is not known.
func (l *late) commitSoon(c commit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.pending >= maxLate {
		l.s.meter.Late(false)
		return
	}
	b := l.commits[c.user.pid]
	if b == nil {
		b = &backlog{}
		l.commits[c.user.pid] = b
	}
	b.list = append(b.list, lateCommit{c, l.s.now().Add(lateLife)})
	l.pending++
	l.kick()
}

// before makes the pending commits of a user, if any, so that a turn does not overtake them.
func (l *late) before(ctx context.Context, u User) error {
	l.mu.Lock()
	b := l.commits[u.pid]
	l.mu.Unlock()
	if b == nil {
		return nil
	}
	return l.settle(ctx, u, b)
}

// settle makes the commits of one user until one gets no answer.
func (l *late) settle(ctx context.Context, u User, b *backlog) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		l.mu.Lock()
		if len(b.list) == 0 {
			if l.commits[u.pid] == b {
				delete(l.commits, u.pid)
			}
			l.mu.Unlock()
			return nil
		}
		next := b.list[0]
		l.mu.Unlock()
		made := false
		if l.s.now().Before(next.until) {
			a, err := l.s.call(ctx, next.commit)
			if err != nil {
				return err
			}
			made = a.reply == next.reply
		}
		l.mu.Lock()
		if len(b.list) > 0 { // an erasure may have emptied it meanwhile
			b.list = b.list[1:]
			l.pending--
		}
		l.mu.Unlock()
		l.s.meter.Late(made)
	}
}

// eraseSoon has an erasure made that could not be made at once.
func (l *late) eraseSoon(u User, upTo int64) {
	now := l.s.now()
	l.note(erasure{user: u, upTo: upTo, due: now.Add(lateRetry), until: now.Add(eraseLife)})
}

// erased notes an erasure that was made, for the sweeps.
func (l *late) erased(u User, upTo int64) {
	l.s.meter.Erased(true)
	l.note(erasure{user: u, upTo: upTo, due: l.s.now().Add(sweeps[0])})
}

// note remembers an erasure and drops what was still to be written of the user.
func (l *late) note(e erasure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pid := e.user.pid
	if b := l.commits[pid]; b != nil {
		l.pending -= len(b.list)
		b.list = nil
		delete(l.commits, pid)
	}
	known := l.erasures[pid]
	if known == nil && (l.closed || len(l.erasures) >= maxErasing) {
		if !e.until.IsZero() {
			l.s.meter.Erased(false)
		}
		return
	}
	if known != nil {
		e.upTo = max(e.upTo, known.upTo)
	}
	l.erasures[pid] = &e
	l.kick()
}

// born is the time that counts for a message. The platform tells seconds: what begins after an
// erasure of the same second was made is newer than it.
func (l *late) born(u User, at int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.erasures[u.pid]; e != nil && e.until.IsZero() && at == e.upTo {
		return at + 1
	}
	return at
}

// gone reports whether an erasure covers a message: what a turn wrote meanwhile must go again.
func (l *late) gone(u User, at int64) (upTo int64, yes bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.erasures[u.pid]
	if e == nil || at > e.upTo {
		return 0, false
	}
	return e.upTo, true
}

// kick has the goroutine look again, and starts it when there is none. Called with mu held.
func (l *late) kick() {
	if !l.running && !l.closed {
		l.running = true
		go l.run()
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *late) run() {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), lateLife)
		l.pass(ctx, false)
		cancel()
		l.mu.Lock()
		pause, any := l.next()
		if !any || l.closed {
			l.running = false
			l.idle.Broadcast()
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-l.wake:
			timer.Stop()
		}
	}
}

// next is the time until something is due; false when nothing is left. Called with mu held.
func (l *late) next() (time.Duration, bool) {
	if len(l.commits) > 0 {
		return lateRetry, true
	}
	pause, any := sweeps[len(sweeps)-1], false
	now := l.s.now()
	for _, e := range l.erasures {
		pause, any = min(pause, e.due.Sub(now)), true
	}
	return max(pause, time.Millisecond), any
}

// pass tries all that is due, or, at the end, all that is left.
func (l *late) pass(ctx context.Context, all bool) {
	l.mu.Lock()
	users := make(map[User]*backlog, len(l.commits))
	for _, b := range l.commits {
		if len(b.list) > 0 {
			users[b.list[0].user] = b
		}
	}
	now := l.s.now()
	var due []erasure
	for pid, e := range l.erasures {
		switch {
		case !e.until.IsZero() && now.After(e.until):
			delete(l.erasures, pid)
			l.s.meter.Erased(false)
		case all || !now.Before(e.due):
			due = append(due, *e)
		}
	}
	l.mu.Unlock()
	for u, b := range users {
		l.settle(ctx, u, b) // what got no answer is tried again
	}
	slices.SortFunc(due, func(a, b erasure) int { return a.due.Compare(b.due) })
	for _, e := range due {
		l.again(ctx, e)
	}
}

// again makes an erasure once more.
func (l *late) again(ctx context.Context, e erasure) {
	err := l.s.eraseAll(ctx, e.user, e.upTo)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.erasures[e.user.pid]
	if now == nil {
		return
	}
	switch {
	case err != nil:
		now.due = l.s.now().Add(lateRetry)
		return
	case !now.until.IsZero(): // done at last: the sweeps begin
		l.s.meter.Erased(true)
		now.until, now.due = time.Time{}, l.s.now().Add(sweeps[0])
		return
	}
	if now.swept++; now.swept >= len(sweeps) {
		delete(l.erasures, e.user.pid)
		return
	}
	now.due = l.s.now().Add(sweeps[now.swept] - sweeps[now.swept-1])
}
