package load

import (
	"errors"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// class is what became of a request.
type class int

// The classes. A refusal is a 4xx; wrong is a 200 that the platform could not use.
const (
	replied class = iota
	success
	empty
	refused
	wrong
	failed
	classes
)

// answer is what a request got.
type answer struct {
	class   class
	reason  string // of wrong and failed
	content string // of a reply, filled in only when it will be compared
}

// silent reports whether the answer was received and showed nothing to the user.
func (c class) silent() bool { return c == success || c == empty }

// failure names an error of the connection in a few words that hold nothing of the request.
func failure(err error) answer {
	reason := "connection broken"
	var timeout net.Error
	switch {
	case errors.Is(err, errConnect):
		reason = "no connection"
	case errors.Is(err, errSize):
		reason = "answer too long"
	case errors.As(err, &timeout) && timeout.Timeout():
		reason = "no answer in time"
	}
	return answer{class: failed, reason: reason}
}

// judge says what the platform would make of an answer.
func (e *envelope) judge(b *buffers, status int, body, user []byte, keep bool) answer {
	switch {
	case status >= 400 && status < 500:
		return answer{class: refused, reason: "status " + strconv.Itoa(status)}
	case status != 200:
		return answer{class: failed, reason: "status " + strconv.Itoa(status)}
	case len(body) == 0:
		return answer{class: empty}
	case string(body) == "success":
		return answer{class: success}
	}
	content, fault := e.open(b, body, user)
	if fault != "" {
		return answer{class: wrong, reason: fault}
	}
	a := answer{class: replied}
	if keep {
		a.content = string(content)
	}
	return a
}

// Latencies are kept in microseconds up to two minutes, with three digits.
const (
	shortest = 1
	longest  = int64(2 * time.Minute / time.Microsecond)
	digits   = 3
)

// tally counts. It is safe for concurrent use; senders have one each, since a lock that nobody
// else wants costs nothing.
type tally struct {
	mu      sync.Mutex
	latency *hdrhistogram.Histogram
	late    *hdrhistogram.Histogram // from when a message was due to when it was sent
	count   [classes]int64
	reasons map[string]int64
	inTime  int64 // answered before the end of the measurement
	unsent  int64
	copies  int64
	equal   int64
	unequal int64
}

func newTally() *tally {
	return &tally{latency: hdrhistogram.New(shortest, longest, digits), late: hdrhistogram.New(shortest, longest, digits), reasons: map[string]int64{}}
}

func note(h *hdrhistogram.Histogram, d time.Duration) {
	h.RecordValue(min(max(d.Microseconds(), shortest), longest)) // cannot fail within the bounds
}

// add notes a request that was due, sent and answered at these times after the start.
func (t *tally) add(due, sent, answered, end time.Duration, a answer, isCopy bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	note(t.latency, answered-due)
	note(t.late, sent-due)
	t.count[a.class]++
	if a.reason != "" {
		t.reasons[a.reason]++
	}
	if answered <= end {
		t.inTime++
	}
	if isCopy {
		t.copies++
	}
}

// skip notes a message that was never sent. It counts as one that took as long as it has
// waited, which is less than it would have taken.
func (t *tally) skip(waited time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	note(t.latency, waited)
	note(t.late, waited)
	t.unsent++
}

func (t *tally) compared(equal bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if equal {
		t.equal++
	} else {
		t.unequal++
	}
}

func (t *tally) merge(o *tally) {
	t.latency.Merge(o.latency)
	t.late.Merge(o.late)
	for i, n := range o.count {
		t.count[i] += n
	}
	for reason, n := range o.reasons {
		t.reasons[reason] += n
	}
	t.inTime, t.unsent = t.inTime+o.inTime, t.unsent+o.unsent
	t.copies, t.equal, t.unequal = t.copies+o.copies, t.equal+o.equal, t.unequal+o.unequal
}

// pair is a message of which a copy is sent. Who is answered second compares; a copy of which
// one side got no answer, or a wrong one, is counted there and not compared.
type pair struct {
	mu    sync.Mutex
	other *answer
}

func (p *pair) answered(a answer, t *tally) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.other == nil {
		p.other = &a
		return
	}
	if o := p.other; o.class <= empty && a.class <= empty {
		t.compared(o.content == a.content && (o.class == a.class || o.class.silent() && a.class.silent()))
	}
}
