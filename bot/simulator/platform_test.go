package simulator_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhilu/bot/simulator"
)

func TestNewReportsEveryFaultAtOnce(t *testing.T) {
	_, err := simulator.New(simulator.Config{URL: "ftp://x", Mode: "half", AESKey: "short", Kind: "odd", Tries: -1})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"URL", "Token", "Mode", "AppID", "AESKey", "Kind", "negative"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %s", err, want)
		}
	}
}

func TestUserIsAnOpenidOfTheAccount(t *testing.T) {
	p, _ := start(t, simulator.Config{}, says("好"))
	q, _ := start(t, simulator.Config{Account: "gh_another"}, says("好"))
	ann := p.User("ann")
	if !regexp.MustCompile(`^o[0-9A-Za-z_-]{27}$`).MatchString(ann) {
		t.Errorf("User = %q", ann)
	}
	if ann != p.User("ann") || ann == p.User("bob") || ann == q.User("ann") {
		t.Error("an openid must be stable, and differ between users and between accounts")
	}
}

func TestVerify(t *testing.T) {
	p, _ := start(t, simulator.Config{}, says("好"))
	if err := p.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"echo in quotes": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `"`+r.URL.Query().Get("echostr")+`"`)
		}, "not the echostr alone"},
		"forbidden": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, "status 403"},
		"hangs":     {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no answer"},
		"redirects": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", 302) }, "status 302"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.handler)
			defer s.Close()
			timeout := 10 * time.Second
			if name == "hangs" {
				timeout = 50 * time.Millisecond
			}
			p, err := simulator.New(simulator.Config{URL: s.URL, Token: token, Timeout: timeout})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Verify(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Verify = %v, want %q", err, c.want)
			}
		})
	}
}

// TestPublishedSignatures signs the platform's own worked examples.
func TestPublishedSignatures(t *testing.T) {
	raw, err := os.ReadFile("testdata/signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct{ Name, Token, Timestamp, Nonce, Signature string }
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) < 4 {
		t.Fatalf("only %d vectors", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			got := ""
			s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got = r.URL.Query().Get("signature")
			}))
			defer s.Close()
			p, err := simulator.New(simulator.Config{URL: s.URL, Token: v.Token})
			if err != nil {
				t.Fatal(err)
			}
			p.SendWith(t.Context(), simulator.Text(p.User("ann"), "x"), simulator.Options{Timestamp: v.Timestamp, Nonce: v.Nonce})
			if got != v.Signature {
				t.Errorf("signature %s, want %s", got, v.Signature)
			}
		})
	}
}

func TestModesOnTheWire(t *testing.T) {
	for mode, want := range map[simulator.Mode]string{
		simulator.Plain: "plain", simulator.Compatible: "both", simulator.Safe: "encrypted",
	} {
		t.Run(string(mode), func(t *testing.T) {
			p, b := start(t, simulator.Config{Mode: mode}, says("好的"))
			ann := p.User("ann")
			d := p.Send(t.Context(), simulator.Text(ann, "你好"))
			if d.Outcome != simulator.Replied || d.Reply.Content != "好的" {
				t.Fatalf("%s %v", d.Outcome, d.Faults)
			}
			m := b.last(t)
			if m.mode != want || m.Content != "你好" || m.From != ann || m.MsgID != d.Message.MsgID {
				t.Errorf("the bot got %+v", m)
			}
			if strings.Contains(m.body, "你好") != (mode != simulator.Safe) {
				t.Errorf("what is readable in %s mode: %s", mode, m.body)
			}
			q, _ := url.ParseQuery(m.query)
			if q.Get("openid") != ann || (q.Get("encrypt_type") == "aes") != (mode != simulator.Plain) {
				t.Errorf("query %s", m.query)
			}
		})
	}
}

func TestURLKeepsItsQuery(t *testing.T) {
	var got url.Values
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.Query() }))
	defer s.Close()
	p, err := simulator.New(simulator.Config{URL: s.URL + "/w?account=2", Token: token})
	if err != nil {
		t.Fatal(err)
	}
	p.Send(t.Context(), simulator.Text(p.User("a"), "x"))
	if got.Get("account") != "2" || got.Get("signature") == "" {
		t.Errorf("query %v", got)
	}
}

func TestMsgIDsGrow(t *testing.T) {
	c := newClock()
	p, _ := start(t, simulator.Config{Now: c.now}, writes("success"))
	last := int64(0)
	for range 3 {
		d := p.Send(t.Context(), simulator.Text(p.User("ann"), "x"))
		id, err := strconv.ParseInt(d.Message.MsgID, 10, 64)
		if err != nil || id <= last {
			t.Errorf("MsgId %s after %d", d.Message.MsgID, last)
		}
		last = id
	}
	c.move(time.Minute)
	q, _ := start(t, simulator.Config{Now: c.now}, writes("success"))
	d := q.Send(t.Context(), simulator.Text(q.User("ann"), "x"))
	if id, _ := strconv.ParseInt(d.Message.MsgID, 10, 64); id <= last {
		t.Errorf("after a restart MsgId %d is not above %d", id, last)
	}
	if d := q.Send(context.Background(), simulator.Subscribe(q.User("ann"))); d.Message.MsgID != "" {
		t.Error("an event has no MsgId")
	}
}

func TestLoopbackRefusesTheWorld(t *testing.T) {
	c := &http.Client{Transport: simulator.Loopback{}}
	for _, bad := range []string{"http://api.weixin.qq.com/", "http://10.0.0.1/", "http://localhost.example.invalid/", "http://169.254.0.1/"} {
		if _, err := c.Get(bad); err == nil || !strings.Contains(err.Error(), "not this machine") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	r, err := c.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
}
