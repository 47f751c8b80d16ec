package simulator

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Options bend one delivery away from what the platform normally does.
type Options struct {
	Copies int // how many requests go out at once in every try; the first one counts
	Tries  int // default Config.Tries
	Mode   Mode

	// Abandon ends the first try this long after its request was written, as if
	// the connection had been lost: its answer is not read, even if it was ready.
	Abandon time.Duration

	// Timestamp and Nonce are signed in place of fresh ones; Signature and
	// MsgSignature replace the right ones: forgeries.
	Timestamp, Nonce, Signature, MsgSignature string

	Body func(body string) string // changes the body after it was signed
	Edit func(r *http.Request)    // changes the request before it goes out
}

// forged tells whether the request is not one the platform would send: then no
// user did anything.
func (o Options) forged() bool {
	return o.Mode != "" || o.Timestamp+o.Nonce+o.Signature+o.MsgSignature != "" || o.Body != nil || o.Edit != nil
}

// Send delivers m as the platform does: up to three tries with the same MsgId,
// each cut off after the timeout, until the webhook answers with status 200.
// It returns when the platform would give up, or early when ctx ends; then the
// outcome is Fault without a Notice.
func (p *Platform) Send(ctx context.Context, m Message) Delivery {
	return p.SendWith(ctx, m, Options{})
}

// SendWith is Send with options.
func (p *Platform) SendWith(ctx context.Context, m Message, o Options) Delivery {
	m = p.stamp(m)
	if !m.sent && !o.forged() {
		p.acted(m)
	}
	m.sent = true
	d := Delivery{Message: m, XML: m.plain(p.cfg.Account)}
	for try := range or(o.Tries, p.cfg.Tries) {
		copies := p.try(ctx, d, o, try+1)
		d.Attempts = append(d.Attempts, copies...)
		heard := copies[0]
		d.Outcome, d.Reply, d.Faults = heard.Outcome, heard.Reply, heard.Faults
		if heard.answered() || ctx.Err() != nil {
			break
		}
	}
	if d.Outcome == Fault && m.answerable() && ctx.Err() == nil {
		d.Notice = FaultNotice
	}
	return d
}

// try sends all copies at once and waits for them.
func (p *Platform) try(ctx context.Context, d Delivery, o Options, try int) []Attempt {
	copies := make([]Attempt, max(o.Copies, 1))
	var wg sync.WaitGroup
	for i := range copies {
		wg.Go(func() {
			a := p.attempt(ctx, d, o, try)
			a.Copy = i + 1
			p.judge(&a, d.Message, or(o.Mode, p.cfg.Mode))
			copies[i] = a
		})
	}
	wg.Wait()
	return copies
}
