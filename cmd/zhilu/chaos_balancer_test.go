package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// balancer stands before the instances as a load balancer does: it gives each request to the
// next one that is ready, and never sends one twice. It is an http.RoundTripper.
type balancer struct {
	base *http.Transport

	mu   sync.Mutex
	all  []*process
	bad  map[*process]int // probes in a row that did not find it ready
	next int
}

// How a load balancer asks for readiness. An instance that says that it is not ready, or refuses
// the call, is taken out at once; one that does not answer, when it has happened twice.
const (
	probeEvery   = 250 * time.Millisecond
	probeTimeout = time.Second
	outAfter     = 2
)

func newBalancer() *balancer {
	// Connections are closed before the server does it: it ends one that has sent nothing after 3 s.
	return &balancer{base: &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 512, IdleConnTimeout: 2 * time.Second}, bad: map[*process]int{}}
}

func (b *balancer) add(p *process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, p)
}

func (b *balancer) remove(p *process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = slices.DeleteFunc(b.all, func(q *process) bool { return q == p })
	delete(b.bad, p)
}

// failures remembers the instances that failed a message: its next try goes to another one.
type failures struct {
	mu     sync.Mutex
	failed map[*process]bool
}

type failuresKey struct{}

// withFailures makes the context of all tries of one message.
func withFailures(ctx context.Context) context.Context {
	return context.WithValue(ctx, failuresKey{}, &failures{failed: map[*process]bool{}})
}

var errNoInstance = errors.New("no instance is ready")

// RoundTrip sends the request to an instance.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	way, _ := r.Context().Value(failuresKey{}).(*failures)
	p := b.choose(way)
	if p == nil {
		return nil, errNoInstance
	}
	r = r.Clone(r.Context())
	r.URL.Host, r.Host = p.public, p.public
	resp, err := b.base.RoundTrip(r)
	if err != nil && way != nil && r.Context().Err() == nil { // the platform hanging up is no failure of the instance
		way.mu.Lock()
		defer way.mu.Unlock()
		way.failed[p] = true
	}
	return resp, err
}

// choose takes the next instance in turn that is ready and has not failed the message; if
// there is none, one that is ready; if there is none either, any.
func (b *balancer) choose(way *failures) *process {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ready, anyone *process
	for range b.all {
		b.next++
		p := b.all[b.next%len(b.all)]
		switch {
		case b.bad[p] >= outAfter:
			anyone = p
		case way.hasFailed(p):
			ready = p
		default:
			return p
		}
	}
	return cmp.Or(ready, anyone)
}

func (w *failures) hasFailed(p *process) bool {
	if w == nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed[p]
}

// probe asks every instance for its readiness until ctx ends.
func (b *balancer) probe(ctx context.Context) {
	client := &http.Client{Timeout: probeTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		var round sync.WaitGroup
		for _, p := range b.instances() {
			round.Go(func() { b.mark(p, probed(client, p)) })
		}
		round.Wait()
		select {
		case <-ctx.Done():
		case <-time.After(probeEvery):
		}
	}
}

func (b *balancer) instances() []*process {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.all)
}

// probed is how much one probe counts against an instance; 0 when it is ready.
func probed(client *http.Client, p *process) int {
	resp, err := client.Get(p.ready)
	var slow net.Error
	switch {
	case errors.As(err, &slow) && slow.Timeout():
		return 1
	case err != nil:
		return outAfter
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return outAfter
	}
	return 0
}

func (b *balancer) mark(p *process, against int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case against == 0:
		b.bad[p] = 0
	case slices.Contains(b.all, p):
		b.bad[p] += against
	}
}
