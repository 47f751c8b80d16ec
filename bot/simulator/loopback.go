package simulator

import (
	"fmt"
	"net"
	"net/http"
)

// Loopback is a transport for tests: it refuses every host but this machine, so
// that a wrong address can never reach a real platform. Give it to Config.Client
// and to the bot's own client.
type Loopback struct {
	Base http.RoundTripper // default: no proxy
}

// direct uses no proxy; its connections are shared, as with http.DefaultTransport.
var direct = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 512, 512 // many users, one bot
	return t
}()

// RoundTrip does the request if its host is a loopback address or localhost.
func (l Loopback) RoundTrip(r *http.Request) (*http.Response, error) {
	host := r.URL.Hostname()
	ip := net.ParseIP(host)
	if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("simulator: %s is not this machine", host)
	}
	if l.Base == nil {
		return direct.RoundTrip(r)
	}
	return l.Base.RoundTrip(r)
}
