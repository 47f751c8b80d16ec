package doctor

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"zhilu/bot"
)

const host = "bot.example.org"

var quietLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)

// webhook is the real webhook of the account of a setup.
func webhook(t *testing.T, s Setup) http.Handler {
	t.Helper()
	door, err := bot.NewDoor(s.Account, time.Now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	(&bot.Bot{Door: door, Now: time.Now, Log: slog.New(slog.DiscardHandler)}).Routes(router)
	return router
}

// site puts a handler behind TLS at the public address of the setup.
func (s *Setup) site(t *testing.T, ca *authority, chain tls.Certificate, h http.Handler) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = quietLog
	server.TLS = &tls.Config{Certificates: []tls.Certificate{chain}}
	server.StartTLS()
	t.Cleanup(server.Close)
	s.at(server.Listener.Addr().String())
	s.Net.Roots = ca.pool()
}

// at makes every name lead to one listener, by an address that is public.
func (s *Setup) at(addr string) {
	s.URL = "https://" + host + "/wechat"
	s.Net.Lookup = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("203.0.113.7")}, nil
	}
	s.Net.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}
}

// TestAddressAnswers: what a proxy or another server can make of the answer.
func TestAddressAnswers(t *testing.T) {
	s := plain(t)
	ca := newAuthority(t)
	good := ca.issue(t, leaf{host: host})
	echo := func(text func(string) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(text(r.URL.Query().Get("echostr")))) }
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	other := s
	other.Account.Tokens = []string{"another token of 24 chars"[:7]}
	real := webhook(t, s)
	for name, c := range map[string]struct {
		h   http.Handler
		ids []string
	}{
		"as it should be": {real, nil},
		"another token":   {webhook(t, other), []string{"address-token"}},
		"more than echo":  {echo(func(e string) string { return "\ufeff" + e }), []string{"address-echo-more", "address-forged"}},
		"no check":        {echo(func(e string) string { return e }), []string{"address-forged"}},
		"another site":    {echo(func(string) string { return "<html>welcome" }), []string{"address-echo-other", "address-forged-status"}},
		"redirect":        {http.RedirectHandler("https://www.example.org/wechat", http.StatusMovedPermanently), []string{"address-redirect"}},
		"not found":       {http.NotFoundHandler(), []string{"address-elsewhere"}},
		"bad gateway":     {status(http.StatusBadGateway), []string{"address-upstream"}},
		"sign-in":         {status(http.StatusUnauthorized), []string{"address-status"}},
		"slow": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("echostr") {
				time.Sleep(slowAnswer)
			}
			real.ServeHTTP(w, r)
		}), []string{"address-slow"}},
		"health and metrics outside": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/readyz":
				w.Write([]byte("ok\n"))
			case "/metrics":
				w.Write([]byte("# HELP x\n# TYPE x counter\n"))
			case "/sign-in":
				w.Write([]byte(`<form method="post" action="/sign-in">`))
			default:
				real.ServeHTTP(w, r)
			}
		}), []string{"address-inside", "address-inside", "address-inside"}},
		"cut": {http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), []string{"address-closed"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := s
			s.site(t, ca, good, c.h)
			wanting(t, s, Address, c.ids...)
		})
	}
}

// TestCertificates: what the platform would refuse.
func TestCertificates(t *testing.T) {
	s := plain(t)
	ca := newAuthority(t)
	between := ca.between(t)
	short := between.issue(t, leaf{host: host})
	whole := short
	whole.Certificate = [][]byte{short.Certificate[0], between.cert.Raw}
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		chain tls.Certificate
		ids   []string
	}{
		"good":       {whole, nil},
		"soon":       {ca.issue(t, leaf{host: host, until: time.Now().Add(20 * day)}), []string{"address-certificate-soon"}},
		"expired":    {ca.issue(t, leaf{host: host, from: time.Now().Add(-90 * day), until: time.Now().Add(-day)}), []string{"address-certificate-expired"}},
		"not yet":    {ca.issue(t, leaf{host: host, from: time.Now().Add(day)}), []string{"address-certificate-early"}},
		"wrong host": {ca.issue(t, leaf{host: "www.example.org"}), []string{"address-certificate-host"}},
		"incomplete": {short, []string{"address-certificate-chain"}},
		"own":        {(&authority{}).issue(t, leaf{host: host}), []string{"address-certificate-unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := s
			s.site(t, ca, c.chain, webhook(t, s))
			wanting(t, s, Address, c.ids...)
		})
	}
}

// TestAddressOutOfReach: wrong names, ports and machines.
func TestAddressOutOfReach(t *testing.T) {
	s := plain(t)
	saying(t, wanting(t, s, Address), "--url")
	for _, url := range []string{"bot.example.org/wechat", "ftp://bot.example.org/wechat", "https://bot.example.org/wechat?x=1", "https:///wechat", "https://u:p@bot.example.org/"} {
		s.URL = url
		wanting(t, s, Address, "address-form")
	}
	ca := newAuthority(t)
	s.site(t, ca, ca.issue(t, leaf{host: host}), webhook(t, s))
	s.URL = "https://" + host + ":8443/wechat/"
	wanting(t, s, Address, "address-port", "address-path", "address-redirect") // gin leads away from the slash
	s.URL = "https://" + host + "/wechat"
	s.Net.Lookup = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("192.168.1.20")}, nil
	}
	wanting(t, s, Address, "address-private")
	s.Net.Lookup = func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no such host") }
	wanting(t, s, Address, "address-name")

	open := httptest.NewServer(webhook(t, s))
	s.at(open.Listener.Addr().String())
	wanting(t, s, Address, "address-no-tls")
	s.URL = "http://" + host + "/wechat"
	wanting(t, s, Address, "address-http")
	s.Account.Tokens = nil
	saying(t, wanting(t, s, Address, "address-http"), "ZHILU_WECHAT_TOKEN")
	open.Close()
	s.URL = "https://" + host + "/wechat"
	wanting(t, s, Address, "address-refused")
}
