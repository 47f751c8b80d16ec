package load

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// prepared is a message and the reply to it.
func prepared(b *testing.B) (*envelope, *target, push, []byte) {
	e, err := newEnvelope(account(Safe))
	if err != nil {
		b.Fatal(err)
	}
	to, err := newTarget("http://127.0.0.1:1/wechat", 1)
	if err != nil {
		b.Fatal(err)
	}
	p := push{Message: Message{Type: Text, Content: "他们一直打给我妈和单位"}, user: []byte("oLoad00000000000000000000001"), id: 1 << 60, created: 1e9, stamp: 1e9, rng: rand.NewPCG(1, 2)}
	reply := (&bot{account: account(Safe)}).seal(text(received{FromUserName: string(p.user), ToUserName: e.OriginalID, CreateTime: 1}, strings.Repeat("催收的人", 100)))
	return e, to, p, []byte(reply)
}

// BenchmarkEnvelope is what the generator itself does for a message, without the network.
func BenchmarkEnvelope(b *testing.B) {
	e, to, p, reply := prepared(b)
	buf := &buffers{}
	b.ReportAllocs()
	for b.Loop() {
		e.request(buf, to, p)
		if a := e.judge(buf, 200, reply, p.user, false); a.class != replied {
			b.Fatal(a)
		}
	}
}

// BenchmarkDelivery adds the connection, with a server that reads and writes bytes and no more.
func BenchmarkDelivery(b *testing.B) {
	e, _, p, reply := prepared(b)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	// In two chunks, as net/http sends what is longer than 2 KiB.
	fixed := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\nDate: Sun, 22 Nov 2026 05:02:02 GMT\r\n"+
		"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", 512, reply[:512], len(reply)-512, reply[512:])
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		in := bufio.NewReader(c)
		for {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			in.Discard(int(r.ContentLength))
			c.Write(fixed)
		}
	}()
	to, err := newTarget("http://"+l.Addr().String()+"/wechat", 1)
	if err != nil {
		b.Fatal(err)
	}
	buf := &buffers{}
	b.ReportAllocs()
	for b.Loop() {
		status, body, err := to.do(e.request(buf, to, p), buf, time.Now().Add(time.Minute))
		if err != nil {
			b.Fatal(err)
		}
		if a := e.judge(buf, status, body, p.user, false); a.class != replied {
			b.Fatal(a)
		}
	}
}
