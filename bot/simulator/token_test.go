package simulator_test

import (
	"strings"
	"testing"
	"time"

	"zhilu/bot/simulator"
)

func TestTokenRefusals(t *testing.T) {
	c, _ := api(t, simulator.Config{})
	token := func(query string) int { return code(c.get("/cgi-bin/token?" + query)) }
	for query, errcode := range map[string]int{
		"appid=" + appID + "&secret=secret":                                     40002,
		"grant_type=client_credential&secret=secret":                            41002,
		"grant_type=client_credential&appid=wx0&secret=secret":                  40013,
		"grant_type=client_credential&appid=" + appID:                           41004,
		"grant_type=client_credential&appid=" + appID + "&secret=wrong":         40125,
		"grant_type=client_credential&appid=" + appID + "&secret=secret&ok=yes": 0,
	} {
		want(t, query, token(query), errcode)
	}
	want(t, "POST for GET", code(c.do("POST", "/cgi-bin/token", "")), 43001)
	want(t, "GET for POST", code(c.get("/cgi-bin/stable_token")), 43002)
	want(t, "no JSON", code(c.do("POST", "/cgi-bin/stable_token", "x=1")), 47001)
	want(t, "no such call", code(c.get("/cgi-bin/nothing")), 40066)
	far, _ := api(t, simulator.Config{AllowIPs: []string{"203.0.113.9"}})
	out := far.fetch()
	want(t, "address not listed", code(out), 40164)
	if msg, _ := out["errmsg"].(string); !strings.Contains(msg, "127.0.0.1") {
		t.Errorf("errmsg %q does not name the address", msg)
	}
}

func TestTokenLife(t *testing.T) {
	c, _ := api(t, simulator.Config{})
	use := func(token string) int { return code(c.get("/cgi-bin/getcallbackip?access_token=" + token)) }
	first := c.token
	want(t, "fresh", use(first), 0)
	want(t, "missing", use(""), 41001)
	want(t, "malformed", use("abc"), 40014)
	want(t, "never issued", use(strings.Repeat("a", 132)), 40001)
	second, _ := c.fetch()["access_token"].(string)
	c.clock.move(4 * time.Minute)
	want(t, "replaced, in the overlap", use(first), 0)
	c.clock.move(2 * time.Minute)
	want(t, "replaced, after the overlap", use(first), 40001)
	want(t, "the newer one", use(second), 0)
	c.clock.move(2 * time.Hour)
	want(t, "expired", use(second), 42001)
}

func TestStableToken(t *testing.T) {
	c, _ := api(t, simulator.Config{})
	read := func(m map[string]any) (string, int) {
		token, _ := m["access_token"].(string)
		in, _ := m["expires_in"].(float64)
		return token, int(in)
	}
	first, in := read(c.stable("false"))
	if in != 7200 || first == c.token {
		t.Errorf("first: %d s", in)
	}
	c.clock.move(6900 * time.Second)
	same, in := read(c.stable("false"))
	if same != first || in != 300 {
		t.Errorf("five minutes before the end: other token %t, %d s", same != first, in)
	}
	c.clock.move(time.Second)
	next, in := read(c.stable("false"))
	if next == first || in != 7200 {
		t.Errorf("after that: other token %t, %d s", next != first, in)
	}
	use := func(token string) int { return code(c.get("/cgi-bin/getcallbackip?access_token=" + token)) }
	want(t, "the old one till its end", use(first), 0)
	forced, _ := read(c.stable("true"))
	if forced == next {
		t.Error("a forced refresh gave the same token")
	}
	want(t, "the one before a forced refresh", use(next), 40001)
	if again, _ := read(c.stable("true")); again != forced {
		t.Error("a second forced refresh within 30 s must change nothing")
	}
	for range 19 {
		c.clock.move(31 * time.Second)
		c.stable("true")
	}
	c.clock.move(31 * time.Second)
	want(t, "21st forced refresh of the day", code(c.stable("true")), 45009)
	c.clock.move(24 * time.Hour)
	want(t, "the day after", code(c.stable("true")), 0)
}
