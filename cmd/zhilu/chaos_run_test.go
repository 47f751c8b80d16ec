package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog"
	"zhilu/knowledge/danger"
)

// scenario is one fault and what must hold in it.
type scenario struct {
	name string
	// fault begins it, and gives what ends it; that returns when Redis is back.
	fault func(*testing.T) (heal func())
	// lasts is how long the fault is left alone before it is healed; chaosTime() when nil.
	lasts func() time.Duration
	// after puts everything in order for the next scenario; nil for nothing.
	after func(*testing.T)

	cold      bool          // the fault is there before the first message
	losesData bool          // Redis may forget what it acknowledged
	cutsCalls bool          // instances die: calls may stay without an answer
	harmless  bool          // all messages keep their place, also during the fault
	recovery  time.Duration // 2 s when 0
	// suffers says for whom the fault is one; everybody when nil. The others must have their
	// place again within the recovery time of the fault's beginning.
	suffers func(pid string) bool
	// happened reports whether the fault was one; when nil, messages without a place show it.
	happened func() bool
}

// recoveryBar is how soon after Redis is back everybody has the place again (reliability-design §2).
const recoveryBar = 2 * time.Second

// usuallyBusy is how many times slower than an idle one the scenarios themselves make the machine.
const usuallyBusy = 2

// giveUp is how long a user waits for the place before the scenario ends without it.
const giveUp = 15 * time.Second

// scenarioCount makes the users of one scenario others than those of the next.
var scenarioCount atomic.Int64

// run plays a scenario: users talk, the fault begins, they go on, it ends, and each of them
// talks until the place is there again, and a little longer.
func (s scenario) run(t *testing.T, f *fleet) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	y := &tally{}
	number := scenarioCount.Add(1)
	var users []*talker
	for i := range chaosUsers() {
		u := newTalker(f, y, f.release, fmt.Sprintf("%s %d %d", s.name, number, i), uint64(i))
		u.memory.forgets = s.losesData
		users = append(users, u)
	}
	before := f.descriptors()
	if !s.cold && !starts(ctx, users) {
		t.Fatalf("not even at the start everybody has a place: %q", y.faults)
	}
	y = &tally{pace: pace(undisturbed(users))} // what came before the fault does not count
	for _, u := range users {
		u.counts, u.heard = y, nil
	}

	fault, moment := time.Now(), machine().now()
	heal := s.fault(t)
	back := make(chan struct{})
	var talking sync.WaitGroup
	talking.Go(func() { each(users, func(u *talker) { u.talk(ctx, back, s.length()) }) })
	talking.Go(func() { f.cryForHelp(ctx, y, int(number), back) })
	time.Sleep(s.length())
	heal()
	healed := time.Now()
	close(back)
	talking.Wait()

	each(users, func(u *talker) { u.recover(ctx, healed) })
	if s.after != nil {
		s.after(t)
	}
	s.times(y, users, fault, healed)
	_, slower := machine().since(moment)
	y.pace = max(y.pace, pace(undisturbed(users)), slower/usuallyBusy)
	y.compare(before, f.descriptors())
	for _, u := range users {
		f.pids = append(f.pids, u.id)
	}
	s.judge(t, y)
	chaosTable.mu.Lock()
	defer chaosTable.mu.Unlock()
	chaosTable.rows = append(chaosTable.rows, chaosRow{s.name, y})
}

func (s scenario) length() time.Duration {
	if s.lasts != nil {
		return s.lasts()
	}
	return chaosTime()
}

// starts gives every user a place: three messages with a moment between them, and more on a
// machine that is too busy for the timeouts of Redis.
func starts(ctx context.Context, users []*talker) bool {
	var without atomic.Int64
	each(users, func(u *talker) {
		for n, start := 0, time.Now(); n < 3 && time.Since(start) < time.Minute; {
			u.pause(300*time.Millisecond, nil)
			if u.say(ctx) == stateful {
				n++
			}
		}
		if len(u.heard) == 0 || u.heard[len(u.heard)-1].verdict != stateful {
			without.Add(1)
		}
	})
	return without.Load() == 0
}

// undisturbed are the times of the two last messages of each user, when there is no fault: what
// the machine takes for them.
func undisturbed(users []*talker) []time.Duration {
	var took []time.Duration
	for _, u := range users {
		for _, h := range u.heard[max(0, len(u.heard)-2):] {
			took = append(took, h.came.Sub(h.sent)/time.Duration(max(1, h.tries)))
		}
	}
	return took
}

// talk goes on through the fault: about four messages, or one every three seconds in a long
// one, since nobody types faster for long.
func (u *talker) talk(ctx context.Context, back <-chan struct{}, length time.Duration) {
	const fastest, slowest = 600 * time.Millisecond, 3 * time.Second
	between := min(max(length/4, fastest), slowest)
	for {
		u.pause(between, back)
		select {
		case <-back:
			return
		default:
			u.say(ctx)
		}
	}
}

// recover asks until three answers in a row come from the place.
func (u *talker) recover(ctx context.Context, healed time.Time) {
	for row := 0; row < 3 && time.Since(healed) < giveUp; {
		if row++; u.say(ctx) == stateless {
			row = 0
		}
		u.pause(200*time.Millisecond, nil)
	}
}

// cryForHelp sends messages that must be recognised as danger, each from somebody new, until
// the fault is over. Their answer is the card, whether or not a place can be read.
func (f *fleet) cryForHelp(ctx context.Context, y *tally, number int, back <-chan struct{}) {
	list := danger.MustList()
	for i := 0; ; i++ {
		must := list[(number*97+i*389)%len(list)]
		now := time.Now()
		moment := machine().now()
		d := f.platform.SendWith(withFailures(ctx), simulator.Text(f.platform.User(fmt.Sprint("danger ", number, " ", i)), must.Text), simulator.Options{Copies: 1 + i%2})
		y.delivery(d, false, moment)
		y.cried(f.isCard(d, must, now), must)
		select {
		case <-back:
			return
		case <-time.After(chaosTime() / 8):
		}
	}
}

// isCard reports whether every answer to a message is the card for its danger.
func (f *fleet) isCard(d simulator.Delivery, must danger.Must, now time.Time) bool {
	card := bot.Render(dialog.Step(f.release, dialog.State{}, dialog.Input{Text: must.Text}, now).Reply)
	without := lostPlace(f.release, must.Text, now)
	number := map[danger.Kind]string{danger.SelfHarm: "12356", danger.Violence: "110"}[must.Kind]
	if d.Reply == nil {
		return false
	}
	for _, a := range d.Attempts {
		if a.Reply == nil {
			continue
		}
		if text := a.Reply.Content; text != card && text != without || number == "" || !strings.Contains(text, number) {
			return false
		}
	}
	return true
}
