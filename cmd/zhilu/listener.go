package main

import (
	"net"
	"sync"
	"sync/atomic"
)

// maxConnections is how many connections the public address holds open at once. A server on two
// cores answers that many calls within half a second; more would only wait.
const maxConnections = 1024

// capped is a listener that closes what is over a limit at once, instead of letting it wait until
// the platform has hung up: the platform tries again, on an instance that has room.
type capped struct {
	net.Listener
	most    int64
	open    atomic.Int64
	refused *atomic.Int64
}

// Accept gives the next connection within the limit.
func (c *capped) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c.open.Add(1) <= c.most {
			return &counted{Conn: conn, done: func() { c.open.Add(-1) }}, nil
		}
		c.open.Add(-1)
		c.refused.Add(1)
		if tcp, ok := conn.(*net.TCPConn); ok {
			tcp.SetLinger(0) // leaves nothing behind
		}
		conn.Close()
	}
}

// counted is a connection that says once when it is closed.
type counted struct {
	net.Conn
	once sync.Once
	done func()
}

// Close closes the connection.
func (c *counted) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.done)
	return err
}
