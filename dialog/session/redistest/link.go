package redistest

import (
	"errors"
	"net"
	"sync"
	"time"
)

// link is one connection of a client and the one to the server that goes with it.
type link struct {
	proxy  *Proxy
	client *net.TCPConn

	mu     sync.Mutex
	server net.Conn // nil while there is none
	gone   chan struct{}
	ended  bool
}

// errDead ends a direction of a link whose stream has a hole: nothing may follow.
var errDead = errors.New("bytes were lost")

// run moves bytes both ways until the server has hung up or the link is ended.
func (l *link) run() {
	defer l.end(false)
	fault, _ := l.proxy.now()
	if fault.kind == blackHole { // nobody is there to talk to, then or later
		l.proxy.strike()
		l.sink(l.client)
		return
	}
	server, err := net.Dial(l.proxy.network, l.proxy.server)
	if err != nil || !l.join(server) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { l.toServer(server) })
	both.Go(func() { l.toClient(server) })
	both.Wait()
}

// join notes the connection to the server, unless the link has been ended meanwhile.
func (l *link) join(server net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		server.Close()
		return false
	}
	l.server = server
	return true
}

// toServer delivers commands, also those of a client that has hung up.
func (l *link) toServer(server net.Conn) {
	err := l.carry(l.client, server, true)
	switch {
	case errors.Is(err, errDead):
		l.sink(l.client)
		l.end(false)
	case err != nil: // the server is gone
		l.end(false)
	default:
		server.(interface{ CloseWrite() error }).CloseWrite()
	}
}

// toClient delivers replies. When the server hangs up the link is over; when the client is
// gone, what the server still says is read and thrown away.
func (l *link) toClient(server net.Conn) {
	if err := l.carry(server, l.client, false); err != nil {
		l.sink(server)
	}
	l.end(false)
}

// carry reads pieces and delivers each as the fault of the moment has it. It reads on while a
// piece is delayed or held, so that a sender who hangs up loses nothing. It returns nil at the
// end of the stream, errDead when bytes were lost, and else why they cannot be delivered.
func (l *link) carry(from, to net.Conn, commands bool) error {
	pieces := make(chan []byte, 4096)
	l.proxy.links.Go(func() {
		defer close(pieces)
		for {
			buf := make([]byte, 16<<10)
			n, err := from.Read(buf)
			if n > 0 {
				select {
				case pieces <- buf[:n]:
				case <-l.gone:
					return
				}
			}
			if err != nil {
				return
			}
		}
	})
	for piece := range pieces {
		if err := l.deliver(piece, to, commands); err != nil {
			l.proxy.links.Go(func() {
				for range pieces { // until the sender hangs up
				}
			})
			return err
		}
	}
	return nil
}

// deliver brings one piece to its end of the link, or plays the fault.
func (l *link) deliver(piece []byte, to net.Conn, commands bool) error {
	f, changed := l.proxy.now()
	for f.kind == hold {
		l.proxy.strike()
		if !l.wait(changed, nil) {
			return errDead
		}
		f, changed = l.proxy.now()
	}
	switch f.kind {
	case delay:
		d := f.toClient
		if commands {
			d = f.toServer
		}
		l.proxy.strike()
		if d > 0 && !l.wait(changed, time.After(d)) {
			return errDead
		}
	case throttle:
		return l.trickle(piece, to, f, changed)
	case blackHole:
		l.proxy.strike()
		return errDead
	case drop:
		if l.proxy.toss(f) {
			to.Write(piece[:len(piece)/2])
			l.end(false)
			return errDead
		}
	case loseReplies:
		if !commands && l.proxy.toss(f) {
			l.end(false)
			return errDead
		}
	case swallowReplies:
		if !commands && l.proxy.toss(f) {
			return errDead
		}
	}
	_, err := to.Write(piece)
	return err
}

// trickle writes a piece at the rate of a throttle, and the rest at once when it ends.
func (l *link) trickle(piece []byte, to net.Conn, f Fault, changed <-chan struct{}) error {
	const tick = 20 * time.Millisecond
	step := max(1, f.bytesPerSecond*int(tick)/int(time.Second))
	for len(piece) > 0 {
		l.proxy.strike()
		if !l.wait(changed, time.After(tick)) {
			return errDead
		}
		n := min(step, len(piece))
		if now, _ := l.proxy.now(); now != f {
			n = len(piece)
		}
		if _, err := to.Write(piece[:n]); err != nil {
			return err
		}
		piece = piece[n:]
	}
	return nil
}

// wait returns when the fault changes or the time is over; false when the link has ended.
func (l *link) wait(changed <-chan struct{}, over <-chan time.Time) bool {
	select {
	case <-changed:
		return true
	case <-over:
		return true
	case <-l.gone:
		return false
	}
}

// sink reads until the other side hangs up and delivers nothing.
func (l *link) sink(c net.Conn) {
	buf := make([]byte, 16<<10)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// abort ends the link with RST towards the client.
func (l *link) abort() { l.end(true) }

// end closes both connections, once.
func (l *link) end(rst bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return
	}
	l.ended = true
	close(l.gone)
	if rst {
		l.client.SetLinger(0)
	}
	l.client.Close()
	if l.server != nil {
		l.server.Close()
	}
}
