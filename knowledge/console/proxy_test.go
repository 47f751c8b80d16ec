package console

import (
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
)

// TestFrom: an address that a request claims is believed of a trusted proxy alone.
func TestFrom(t *testing.T) {
	for _, c := range []struct {
		proxies          []string
		peer, said, want string
	}{
		{nil, "192.0.2.7:4711", "203.0.113.5", "192.0.2.7"},
		{[]string{"10.0.0.0/8"}, "192.0.2.7:4711", "203.0.113.5", "192.0.2.7"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:4711", "203.0.113.5", "203.0.113.5"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:4711", "1.1.1.1, 203.0.113.5", "203.0.113.5"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:4711", "", "10.1.2.3"},
	} {
		s := newConsole(t, func(cfg *Config) { cfg.Proxies = c.proxies })
		got := ""
		s.engine.GET("/address-of-this-test", func(g *gin.Context) { got = s.brief(g).from() })
		r := httptest.NewRequest("GET", "/address-of-this-test", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.said)
		s.engine.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%v, %s, %q: %s, want %s", c.proxies, c.peer, c.said, got, c.want)
		}
	}
}
