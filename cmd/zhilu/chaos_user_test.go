package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"zhilu/bot/simulator"
	"zhilu/dialog/session"
	"zhilu/knowledge"
)

// talker is one user of a scenario.
type talker struct {
	on     *fleet
	counts *tally
	rng    *rand.Rand
	name   string
	id     string
	memory memory
	lives  int     // how many openids this one has used up
	heard  []heard // of this scenario
}

// heard is one answered message.
type heard struct {
	sent, came time.Time
	verdict    verdict
	tries      int
}

func newTalker(on *fleet, counts *tally, rel *knowledge.Release, name string, seed uint64) *talker {
	u := &talker{on: on, counts: counts, rng: rand.New(rand.NewPCG(seed, 1)), name: name, memory: memory{rel: rel}}
	u.reborn()
	return u
}

// reborn goes on as somebody whom the bot has never seen.
func (u *talker) reborn() {
	u.lives++
	u.id = u.on.platform.User(fmt.Sprint(u.name, " ", u.lives))
	u.memory = memory{rel: u.memory.rel, maybe: []place{""}, forgets: u.memory.forgets}
}

// pid is the pseudonym under which the user's state is kept.
func (u *talker) pid() string {
	return session.New(nil, []byte(chaosSecret)).User(chaosAppID, u.id).Pseudonym()
}

// manner is how the platform delivers a message: mostly plainly, sometimes in copies, and
// sometimes it loses the connection of the first try.
func (u *talker) manner() simulator.Options {
	var o simulator.Options
	switch n := u.rng.IntN(10); {
	case n < 2:
		o.Copies = 2 + u.rng.IntN(2)
	case n < 4:
		o.Abandon = time.Duration(1+u.rng.IntN(60)) * time.Millisecond
	case n < 5:
		o.Copies, o.Abandon = 2, time.Duration(1+u.rng.IntN(60))*time.Millisecond
	}
	return o
}

// say sends the next message, judges the answer and remembers what it shows.
func (u *talker) say(ctx context.Context) verdict {
	began := time.Now()
	text, telling := u.memory.choose(u.rng, began)
	manner := u.manner()
	moment := machine().now()
	began = time.Now()
	d := u.on.platform.SendWith(withFailures(ctx), simulator.Text(u.id, text), manner)
	ended := time.Now()
	answers, unsure := u.counts.delivery(d, manner.Abandon > 0, moment)
	u.countCopies(text, answers, began, ended)
	v := u.memory.hear(text, answers, unsure, began, ended)
	if len(answers) > 0 {
		u.counts.judged(v, text, telling)
		u.heard = append(u.heard, heard{began, ended, v, d.Attempts[len(d.Attempts)-1].Try})
	}
	if v == wrong {
		u.reborn()
	}
	return v
}

func (u *talker) countCopies(text string, answers []string, times ...time.Time) {
	if len(answers) < 2 {
		return
	}
	var lost []string
	for _, now := range times {
		lost = append(lost, lostPlace(u.memory.rel, text, now))
	}
	told := slices.DeleteFunc(slices.Clone(answers), func(a string) bool { return slices.Contains(lost, a) })
	u.counts.copies(len(told), len(answers)-len(told))
}

// backAt is when the user had the place again for good, of the messages sent after a moment:
// when the first of the answers came after which all were from the place. False if the last
// one was not, or nothing was sent.
func (u *talker) backAt(after time.Time) (time.Time, bool) {
	var at time.Time
	for i := len(u.heard) - 1; i >= 0 && u.heard[i].sent.After(after); i-- {
		if u.heard[i].verdict == stateless {
			break
		}
		at = u.heard[i].came
	}
	return at, !at.IsZero()
}

// each runs a part of a scenario for all users at once and waits for them.
func each(users []*talker, do func(*talker)) {
	var all sync.WaitGroup
	for _, u := range users {
		all.Go(func() { do(u) })
	}
	all.Wait()
}

// pause waits up to d, at random, or until stop is closed.
func (u *talker) pause(d time.Duration, stop <-chan struct{}) {
	select {
	case <-stop:
	case <-time.After(d/2 + time.Duration(u.rng.Int64N(int64(d/2)+1))):
	}
}
