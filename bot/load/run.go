package load

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Run sends what the configuration says, waits for the answers and gives what was measured. When
// ctx ends it stops early and gives what there is. The error is of the configuration, or of a
// process whose times cannot be read; what a server does wrong is in the Result.
func Run(ctx context.Context, c Config) (Result, error) {
	r, err := newRun(c)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		for _, t := range r.targets {
			t.close()
		}
	}()
	meter, err := newMeter(c.PIDs)
	if err != nil {
		return Result{}, err
	}
	r.begin = time.Now()
	measured := make(chan error, 1)
	stop := make(chan struct{})
	go func() { measured <- meter.measure(r, stop) }()

	tallies := make([]*tally, c.Concurrency)
	var senders sync.WaitGroup
	for i := range tallies {
		tallies[i] = newTally()
		senders.Go(func() { r.sender(ctx, tallies[i]) })
	}
	senders.Wait()
	finished := time.Since(r.begin)
	close(stop)
	if err := <-measured; err != nil {
		return Result{}, err
	}
	r.copies.Wait()
	all := r.copied
	for _, t := range tallies {
		all.merge(t)
	}
	return r.result(all, min(finished, r.end), meter), nil
}

// run is one run. Times are counted from its begin.
type run struct {
	Config
	envelope *envelope
	targets  []*target
	begin    time.Time
	end      time.Duration // of the measurement
	firstID  int64         // MsgId of message 0
	number   atomic.Int64  // of the next message of a closed loop
	arrivals *arrivals     // of an open loop
	answered atomic.Int64  // requests that came to an end, for the meter

	copies sync.WaitGroup
	copied *tally
	spare  sync.Pool // of *buffers, for copies
}

func newRun(c Config) (*run, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r := &run{Config: c, copied: newTally(), end: math.MaxInt64}
	r.spare.New = func() any { return new(buffers) }
	r.firstID = time.Now().UnixNano() // so that no two runs use the same one
	if c.Duration > 0 {
		r.end = c.Warmup + c.Duration
	}
	if c.Rate > 0 {
		r.arrivals = &arrivals{gap: time.Duration(float64(time.Second) / c.Rate), fixed: c.Fixed,
			rng: rand.New(rand.NewPCG(c.Seed, 0)), until: r.end}
	}
	var err error
	if r.envelope, err = newEnvelope(c.Account); err != nil {
		return nil, err
	}
	for _, address := range c.URLs {
		t, err := newTarget(address, c.Concurrency)
		if err != nil {
			return nil, err
		}
		r.targets = append(r.targets, t)
	}
	return r, nil
}

// sender is one connection's worth of sending.
func (r *run) sender(ctx context.Context, t *tally) {
	b := &buffers{}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		k, due, ok := r.next()
		if !ok {
			return
		}
		now := time.Since(r.begin)
		if r.arrivals != nil && now > r.end+r.Timeout { // the server did not keep up
			if due >= r.Warmup {
				t.skip(now - due)
			}
			continue
		}
		if due > now {
			timer.Reset(due - now)
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
		}
		r.message(b, k, due, t)
	}
}

// next gives the number of the next message and when it is due; false when there is none.
func (r *run) next() (k int64, due time.Duration, ok bool) {
	if r.arrivals != nil {
		k, due, ok = r.arrivals.next()
	} else {
		k, due = r.number.Add(1)-1, time.Since(r.begin)
		ok = due < r.end
	}
	return k, due, ok && (r.Messages == 0 || k < r.Messages)
}

// delivery is one of a message: the first, or the copy.
type delivery struct {
	push
	to   *target
	due  time.Duration
	copy bool
	pair *pair // nil when there is no copy
}

// message sends message number k, and sees to its copy when it has one. A copy is sent by
// itself at its time, also when all connections are busy or the run is over.
func (r *run) message(b *buffers, k int64, due time.Duration, t *tally) {
	user, m := at(r.Script, r.Users, k)
	d := delivery{due: due, push: push{Message: m, user: fmt.Appendf(nil, "oLoad%06x%017d", r.Seed&0xffffff, user), id: r.firstID + k,
		created: time.Now().Unix(), rng: rand.NewPCG(r.Seed, uint64(k)+1)}}
	turn := k
	if r.ByUser {
		turn = int64(user)
	}
	d.to = r.targets[turn%int64(len(r.targets))]
	if due >= r.Warmup && float64(d.rng.Uint64()>>11)/(1<<53) < r.Copies {
		d.pair = &pair{}
		again := d
		again.copy, again.rng = true, rand.NewPCG(^r.Seed, uint64(k)+1)
		if !r.ByUser { // a retry may well reach another instance
			again.to = r.targets[(turn+1)%int64(len(r.targets))]
		}
		again.due += r.CopyAfter[k%int64(len(r.CopyAfter))]
		r.copies.Add(1)
		time.AfterFunc(again.due-time.Since(r.begin), func() {
			defer r.copies.Done()
			b := r.spare.Get().(*buffers)
			defer r.spare.Put(b)
			r.deliver(b, again, r.copied)
		})
	}
	r.deliver(b, d, t)
}

// deliver makes one request and counts its answer, if it was due in the time of measurement.
func (r *run) deliver(b *buffers, d delivery, t *tally) {
	now := time.Now()
	d.stamp = now.Unix()
	request := r.envelope.request(b, d.to, d.push)
	status, body, err := d.to.do(request, b, now.Add(r.Timeout))
	sent, answered := now.Sub(r.begin), time.Since(r.begin)
	var a answer
	if err != nil {
		a = failure(err)
	} else {
		a = r.envelope.judge(b, status, body, d.user, d.pair != nil)
	}
	r.answered.Add(1)
	if d.due >= r.Warmup {
		t.add(d.due, sent, answered, r.end, a, d.copy)
	}
	if d.pair != nil {
		d.pair.answered(a, t)
	}
}
