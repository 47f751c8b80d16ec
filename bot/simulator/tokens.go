package simulator

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	tokenLife       = 7200 * time.Second
	tokenOverlap    = 5 * time.Minute
	forceInterval   = 30 * time.Second
	stablePerMinute = 10_000
)

// tokens are the access tokens that were given out. The two kinds do not touch
// each other.
type tokens struct {
	all    map[string]*grant
	plain  *grant
	stable *grant

	forced      time.Time // when the last forced refresh was
	minute      time.Time // the minute that calls are being counted in
	minuteCalls int
}

type grant struct {
	token    string
	until    time.Time
	replaced bool // until was brought forward by a newer token
}

func newTokens() tokens { return tokens{all: map[string]*grant{}} }

// check gives 0 for a valid token, else the error code.
func (t *tokens) check(token string, now time.Time) int {
	if token == "" {
		return 41001
	}
	wellFormed := len(token) >= 32 && !strings.ContainsFunc(token, func(r rune) bool {
		return r > 'z' || !(r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a')
	})
	if !wellFormed {
		return 40014
	}
	g, ok := t.all[token]
	switch {
	case !ok:
		return 40001
	case now.Before(g.until):
		return 0
	case g.replaced:
		return 40001
	}
	return 42001
}

// issue makes a token and forgets those that ended more than a day ago.
func (p *Platform) issue() *grant {
	now := p.now()
	for token, g := range p.tokens.all {
		if now.Sub(g.until) > 24*time.Hour {
			delete(p.tokens.all, token)
		}
	}
	g := &grant{
		token: "sim_" + base64.RawURLEncoding.EncodeToString(p.random(96)),
		until: now.Add(tokenLife),
	}
	p.tokens.all[g.token] = g
	return g
}

// replace ends g after a grace time, unless it ends earlier anyway.
func (g *grant) replace(now time.Time, grace time.Duration) {
	if g == nil {
		return
	}
	if end := now.Add(grace); end.Before(g.until) {
		g.until, g.replaced = end, true
	}
}

func (g *grant) body(now time.Time) any {
	return map[string]any{"access_token": g.token, "expires_in": int(g.until.Sub(now).Seconds())}
}

// credentials are who asks for a token.
type credentials struct {
	GrantType    string `json:"grant_type"`
	AppID        string `json:"appid"`
	Secret       string `json:"secret"`
	ForceRefresh bool   `json:"force_refresh"`
}

func (p *Platform) authenticate(r *http.Request, c credentials) error {
	switch {
	case c.GrantType != "client_credential":
		return apiError{40002, ""}
	case c.AppID == "":
		return apiError{41002, ""}
	case p.cfg.AppID != "" && c.AppID != p.cfg.AppID:
		return apiError{40013, ""}
	case c.Secret == "":
		return apiError{41004, ""}
	case p.cfg.Secret != "" && c.Secret != p.cfg.Secret:
		return apiError{40125, ""}
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if len(p.cfg.AllowIPs) > 0 && !slices.Contains(p.cfg.AllowIPs, host) {
		return apiError{40164, host}
	}
	return nil
}

// getToken is the old call: every token replaces the one before, which stays
// good for five minutes.
func (p *Platform) getToken(r *http.Request, _ []byte) (any, error) {
	q := r.URL.Query()
	c := credentials{GrantType: q.Get("grant_type"), AppID: q.Get("appid"), Secret: q.Get("secret")}
	if err := p.authenticate(r, c); err != nil {
		return nil, err
	}
	if !p.spend(pathToken) {
		return nil, apiError{45009, ""}
	}
	p.tokens.plain.replace(p.now(), tokenOverlap)
	p.tokens.plain = p.issue()
	return p.tokens.plain.body(p.now()), nil
}

// getStableToken gives the same token until five minutes before its end, so
// expires_in lies between 300 and 7200. A forced refresh ends the old one at
// once; within 30 seconds of the last one it does nothing.
func (p *Platform) getStableToken(r *http.Request, body []byte) (any, error) {
	var c credentials
	if json.Unmarshal(body, &c) != nil {
		return nil, apiError{47001, ""}
	}
	if err := p.authenticate(r, c); err != nil {
		return nil, err
	}
	if !p.tokens.underMinuteLimit(p.now()) {
		return nil, apiError{45011, ""}
	}
	if !p.spend(pathStable) {
		return nil, apiError{45009, ""}
	}
	if err := p.renewStable(c.ForceRefresh); err != nil {
		return nil, err
	}
	return p.tokens.stable.body(p.now()), nil
}

func (p *Platform) renewStable(force bool) error {
	now, t := p.now(), &p.tokens
	if t.stable == nil || t.stable.until.Sub(now) < tokenOverlap {
		t.stable = p.issue()
		return nil
	}
	if !force || now.Sub(t.forced) < forceInterval {
		return nil
	}
	if !p.spend(forcedRefresh) {
		return apiError{45009, ""}
	}
	t.stable.replace(now, 0)
	t.stable, t.forced = p.issue(), now
	return nil
}

func (t *tokens) underMinuteLimit(now time.Time) bool {
	if m := now.Truncate(time.Minute); !m.Equal(t.minute) {
		t.minute, t.minuteCalls = m, 0
	}
	t.minuteCalls++
	return t.minuteCalls <= stablePerMinute
}
