package main

import (
	"context"
	"errors"
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
	out  map[*process]bool // found not ready by the last probe
	next int
}

// probeEvery is how often a load balancer asks for readiness; one bad answer takes an instance out.
const probeEvery = 250 * time.Millisecond

func newBalancer() *balancer {
	return &balancer{base: &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 512}, out: map[*process]bool{}}
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
	delete(b.out, p)
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
	if err != nil && way != nil {
		way.mu.Lock()
		defer way.mu.Unlock()
		way.failed[p] = true
	}
	return resp, err
}

// choose takes the next instance in turn that is ready and has not failed the message; if
// there is none, the next one that is ready.
func (b *balancer) choose(way *failures) *process {
	b.mu.Lock()
	defer b.mu.Unlock()
	var second *process
	for range b.all {
		b.next++
		p := b.all[b.next%len(b.all)]
		switch {
		case b.out[p]:
		case way.hasFailed(p):
			second = p
		default:
			return p
		}
	}
	return second
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
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		var round sync.WaitGroup
		for _, p := range b.instances() {
			round.Go(func() { b.mark(p, isReady(client, p)) })
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

func isReady(client *http.Client, p *process) bool {
	resp, err := client.Get(p.ready)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func (b *balancer) mark(p *process, ready bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.Contains(b.all, p) {
		b.out[p] = !ready
	}
}
