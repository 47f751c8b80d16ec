package load

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxResponse is far beyond any valid reply.
const maxResponse = 256 << 10

// staleAfter is when a connection is not used again: servers close idle ones, 60 s being usual,
// and a message must not die of that.
const staleAfter = 20 * time.Second

// target is one server, with its idle connections. It is our own client because that of
// net/http costs several times as much. It follows no redirect and uses no proxy. Safe for
// concurrent use.
type target struct {
	path string // request target up to and with the ? or & before the query
	head string // from the end of the request line to the value of Content-Length
	addr string
	tls  *tls.Config // nil for http
	idle chan *conn
}

type conn struct {
	net.Conn
	in   *bufio.Reader
	used time.Time
}

// newTarget reads an address; idle is how many connections are kept.
func newTarget(address string, idle int) (*target, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil, errors.New("load: the address is not of the form http://host:port/path")
	}
	t := &target{addr: u.Host, idle: make(chan *conn, idle)}
	if u.Scheme == "https" {
		t.tls = &tls.Config{ServerName: u.Hostname()}
	}
	if u.Port() == "" {
		t.addr = net.JoinHostPort(u.Hostname(), u.Scheme)
	}
	t.path = u.RequestURI() + "?"
	if strings.Contains(u.RequestURI(), "?") {
		t.path = u.RequestURI() + "&"
	}
	t.head = " HTTP/1.1\r\nHost: " + u.Host + "\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Type: text/xml\r\nContent-Length: "
	return t, nil
}

// errConnect is all that can go wrong before the request is out; errSize an endless answer.
var (
	errConnect = errors.New("no connection")
	errSize    = errors.New("answer too long")
)

// do sends one whole request and reads the answer into b.response, both before the deadline.
// After an error the connection is not used again; nothing is sent twice.
func (t *target) do(request []byte, b *buffers, deadline time.Time) (status int, body []byte, err error) {
	c, err := t.connection(deadline)
	if err != nil {
		return 0, nil, errors.Join(errConnect, err)
	}
	c.SetDeadline(deadline)
	status, body, keep, err := c.exchange(request, b)
	if err != nil || !keep {
		c.Close()
		return status, body, err
	}
	c.used = time.Now()
	select {
	case t.idle <- c:
	default:
		c.Close()
	}
	return status, body, nil
}

func (t *target) connection(deadline time.Time) (*conn, error) {
	for {
		select {
		case c := <-t.idle:
			if time.Since(c.used) < staleAfter {
				return c, nil
			}
			c.Close()
			continue
		default:
		}
		d := &net.Dialer{Deadline: deadline}
		var c net.Conn
		var err error
		if t.tls != nil {
			c, err = tls.DialWithDialer(d, "tcp", t.addr, t.tls)
		} else {
			c, err = d.Dial("tcp", t.addr)
		}
		if err != nil {
			return nil, err
		}
		return &conn{Conn: c, in: bufio.NewReader(c)}, nil
	}
}

func (c *conn) exchange(request []byte, b *buffers) (status int, body []byte, keep bool, err error) {
	if _, err := c.Write(request); err != nil {
		return 0, nil, false, err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, nil, false, err
	}
	b.response, err = appendAll(b.response[:0], io.LimitReader(resp.Body, maxResponse+1))
	if err == nil && len(b.response) > maxResponse {
		err = errSize
	}
	return resp.StatusCode, b.response, !resp.Close, err
}

// appendAll is io.ReadAll into a buffer that is there already.
func appendAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

func (t *target) close() {
	for {
		select {
		case c := <-t.idle:
			c.Close()
		default:
			return
		}
	}
}
