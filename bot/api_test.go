package bot_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
)

const (
	apiAppID  = "wx5a1ce0ffee0ddba1"
	apiSecret = "0123456789abcdef0123456789abcdef"
)

// platformAPI is a simulated platform whose API counts the tokens it is asked for.
func platformAPI(t *testing.T, cfg simulator.Config) (p *simulator.Platform, api *bot.API, tokens *int) {
	t.Helper()
	cfg.Token, cfg.AppID, cfg.Secret = "token", apiAppID, apiSecret
	p, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tokens = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/cgi-bin/stable_token" {
			*tokens++
		}
		p.API().ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return p, bot.NewAPI(server.URL+"/", apiAppID, apiSecret, server.Client(), time.Now), tokens
}

func TestAPIKeepsItsToken(t *testing.T) {
	p, api, tokens := platformAPI(t, simulator.Config{})
	var out struct {
		List []string `json:"ip_list"`
	}
	if _, ok := api.Skew(); ok {
		t.Error("a skew before any answer")
	}
	for range 3 {
		if err := api.Get(t.Context(), "/cgi-bin/getcallbackip", &out); err != nil || len(out.List) == 0 {
			t.Fatal(err, out)
		}
	}
	if skew, ok := api.Skew(); !ok || skew.Abs() > 30*time.Second {
		t.Errorf("skew %v %t", skew, ok)
	}
	if *tokens != 1 {
		t.Errorf("asked %d times for a token", *tokens)
	}
	p.FailNext("/cgi-bin/getcallbackip", 42001)
	if err := api.Get(t.Context(), "/cgi-bin/getcallbackip", &out); err != nil || *tokens != 2 {
		t.Errorf("an expired token: %v, asked %d times", err, *tokens)
	}
	p.FailNext("/cgi-bin/getcallbackip", 40001, 40001, 40001)
	var refused *bot.APIError
	if err := api.Get(t.Context(), "/cgi-bin/getcallbackip", &out); !errors.As(err, &refused) || refused.Code != 40001 || *tokens != 3 {
		t.Errorf("a token that is never taken: %v, asked %d times", err, *tokens)
	}
}

func TestAPIRefusals(t *testing.T) {
	for _, c := range []struct {
		cfg  simulator.Config
		path string
		code int
		ip   string
	}{
		{simulator.Config{AllowIPs: []string{"203.0.113.9"}}, "/cgi-bin/getcallbackip", 40164, "127.0.0.1"},
		{simulator.Config{Kind: simulator.UnverifiedSubscription}, "/cgi-bin/menu/get", 48001, ""},
		{simulator.Config{}, "/cgi-bin/nothing", 40066, ""},
	} {
		_, api, _ := platformAPI(t, c.cfg)
		var refused *bot.APIError
		if err := api.Get(t.Context(), c.path, nil); !errors.As(err, &refused) || refused.Code != c.code || refused.IP != c.ip {
			t.Errorf("%s: %v %+v", c.path, err, refused)
		}
	}
}

// TestAPIErrorsAreBare: no error quotes the token, the secret, or an address that holds them.
func TestAPIErrorsAreBare(t *testing.T) {
	token := strings.Repeat("t", 40)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/cgi-bin/stable_token":
			w.Write([]byte(`{"access_token":"` + token + `","expires_in":7200}`))
		case "/refused":
			w.Write([]byte(`{"errcode":48001,"errmsg":"` + token + apiSecret + `"}`))
		case "/page":
			w.Write([]byte("<html>" + token))
		case "/status":
			w.WriteHeader(http.StatusBadGateway)
		default:
			panic(http.ErrAbortHandler)
		}
	}))
	defer server.Close()
	api := bot.NewAPI(server.URL, apiAppID, apiSecret, server.Client(), time.Now)
	for _, path := range []string{"/refused", "/page", "/status", "/cut"} {
		err := api.Get(t.Context(), path, nil)
		if err == nil || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), apiSecret) || strings.Contains(err.Error(), server.URL) {
			t.Errorf("%s: %v", path, err)
		}
	}
	server.Close()
	if err := bot.NewAPI(server.URL, apiAppID, apiSecret, http.DefaultClient, time.Now).Get(t.Context(), "/", nil); err == nil ||
		strings.Contains(err.Error(), "http://") || strings.Contains(err.Error(), apiSecret) {
		t.Errorf("refused connection: %v", err)
	}
	if err := bot.NewAPI("http://\x7f", apiAppID, apiSecret, http.DefaultClient, time.Now).Get(t.Context(), "/", nil); !errors.Is(err, bot.ErrAnswer) {
		t.Errorf("no web address: %v", err)
	}
}

// TestAPIFollowsNoRedirect: what leads elsewhere does not get the secret.
func TestAPIFollowsNoRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	if _, err := bot.NewAPI(server.URL, apiAppID, apiSecret, server.Client(), time.Now).Token(t.Context()); !errors.Is(err, bot.ErrAnswer) {
		t.Error(err)
	}
}

func TestTryAESKey(t *testing.T) {
	const key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	if err := bot.TryAESKey(key, apiAppID); err != nil {
		t.Error(err)
	}
	if bot.TryAESKey(key[1:], apiAppID) == nil {
		t.Error("a short key passed")
	}
}
