package redistest

import (
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy stands before a server and plays the faults of a network. It is safe for any number
// of goroutines, and closes with the test.
type Proxy struct {
	t                testing.TB
	network, server  string // where it forwards to
	addr             string // where it listens, host:port
	links, listeners sync.WaitGroup

	mu       sync.Mutex // guards everything below
	fault    Fault
	tosses   *rand.Rand
	changed  chan struct{} // closed when another fault begins
	struck   int
	listener net.Listener // nil while connections are refused
	open     map[*link]struct{}
	closed   bool
}

// NewProxy starts a proxy before the server at an address: "tcp" and host:port, or "unix" and
// a path. It begins with Pass.
func NewProxy(t testing.TB, network, server string) *Proxy {
	t.Helper()
	p := &Proxy{t: t, network: network, server: server, addr: net.JoinHostPort("127.0.0.1", FreePort(t)),
		changed: make(chan struct{}), open: map[*link]struct{}{}, tosses: Pass().tosses()}
	if err := p.listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

// Proxy starts a proxy before the server.
func (s *Server) Proxy() *Proxy {
	s.t.Helper()
	network, addr := s.address()
	return NewProxy(s.t, network, addr)
}

// Addr is where the proxy listens, host:port.
func (p *Proxy) Addr() string { return p.addr }

// URL is the address of the proxy in go-redis' URL form.
func (p *Proxy) URL() string { return "redis://" + p.addr }

// Set begins another fault, for connections that are open and for new ones. It returns when
// the fault is in force.
func (p *Proxy) Set(f Fault) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.tosses, p.struck = f, f.tosses(), 0
	close(p.changed)
	p.changed = make(chan struct{})
	switch f.kind {
	case refuse:
		p.stopListening()
		fallthrough
	case reset:
		for l := range p.open {
			p.struck++
			l.abort()
		}
	}
	if f.kind != refuse && p.listener == nil && !p.closed {
		p.listenAgain()
	}
}

// Struck counts what the fault has done since it was set: connections ended, pieces delayed,
// held or lost.
func (p *Proxy) Struck() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.struck
}

// Connections counts those that are open.
func (p *Proxy) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}

// now gives the fault in force, and what is closed when another one begins.
func (p *Proxy) now() (Fault, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault, p.changed
}

// strike counts a fault that happens.
func (p *Proxy) strike() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.struck++
}

// toss decides, and counts, whether a fault with a share happens now; false when it is over.
func (p *Proxy) toss(f Fault) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	hit := p.fault == f && p.tosses.Float64() < f.share
	if hit {
		p.struck++
	}
	return hit
}

func (p *Proxy) listen() error {
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		return err
	}
	p.listener = l
	p.listeners.Go(func() { p.accept(l) })
	return nil
}

// listenAgain takes the port back. Nothing else should have it, but a test that began at the
// same moment may have tried it.
func (p *Proxy) listenAgain() {
	p.t.Helper()
	var err error
	for range 100 {
		if err = p.listen(); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Errorf("listen again: %v", err)
}

func (p *Proxy) stopListening() {
	if p.listener != nil {
		p.listener.Close()
		p.listener = nil
	}
}

func (p *Proxy) accept(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		p.serve(client.(*net.TCPConn))
	}
}

// serve starts the traffic of a new connection.
func (p *Proxy) serve(client *net.TCPConn) {
	l := &link{proxy: p, client: client, gone: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.fault.kind == refuse || p.fault.kind == reset {
		p.struck++
		client.SetLinger(0)
		client.Close()
		return
	}
	p.open[l] = struct{}{}
	p.links.Go(func() {
		l.run()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.open, l)
	})
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed = true
	p.stopListening()
	for l := range p.open {
		l.abort()
	}
	p.mu.Unlock()
	p.listeners.Wait()
	p.links.Wait()
}
