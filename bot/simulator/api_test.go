package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhilu/bot/simulator"
)

// client calls a platform's API.
type client struct {
	t     *testing.T
	p     *simulator.Platform
	base  string
	token string
	clock *clock
}

// api is a platform with its API, a token, and a follower who wrote just now.
func api(t *testing.T, cfg simulator.Config) (c *client, ann string) {
	t.Helper()
	clk := newClock()
	cfg.Now, cfg.Secret = clk.now, "secret"
	p, _ := start(t, cfg, writes("success"))
	s := httptest.NewServer(p.API())
	t.Cleanup(s.Close)
	c = &client{t: t, p: p, base: s.URL, clock: clk}
	c.token, _ = c.fetch()["access_token"].(string)
	ann = p.User("ann")
	p.Send(t.Context(), simulator.Text(ann, "你好"))
	return c, ann
}

func (c *client) fetch() map[string]any {
	return c.get("/cgi-bin/token?grant_type=client_credential&appid=" + appID + "&secret=secret")
}

func (c *client) stable(force string) map[string]any {
	return c.do("POST", "/cgi-bin/stable_token",
		`{"grant_type":"client_credential","appid":"`+appID+`","secret":"secret","force_refresh":`+force+`}`)
}

func (c *client) get(path string) map[string]any { return c.do("GET", path, "") }

func (c *client) do(method, path, body string) map[string]any {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, _ := io.ReadAll(resp.Body)
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil || resp.StatusCode != http.StatusOK {
		c.t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, raw)
	}
	return out
}

// call posts body with the token and gives the error code.
func (c *client) call(path, body string) int {
	c.t.Helper()
	return code(c.do("POST", path+"?access_token="+c.token, body))
}

func code(m map[string]any) int {
	n, _ := m["errcode"].(float64)
	return int(n)
}

const (
	send   = "/cgi-bin/message/custom/send"
	typing = "/cgi-bin/message/custom/typing"
	create = "/cgi-bin/menu/create"
)

func text(to, content string) string {
	raw, _ := json.Marshal(content)
	return `{"touser":"` + to + `","msgtype":"text","text":{"content":` + string(raw) + `}}`
}

func want(t *testing.T, what string, got, code int) {
	t.Helper()
	if got != code {
		t.Errorf("%s: errcode %d, want %d", what, got, code)
	}
}

func TestCustomSendRefusals(t *testing.T) {
	c, ann := api(t, simulator.Config{})
	for body, errcode := range map[string]int{
		`{`:                                 47001,
		text("oNobody", "x"):                40003,
		text(ann, ""):                       44004,
		text(ann, strings.Repeat("长", 683)): 45002,
		text(ann, strings.Repeat("长", 682)): 0,
		`{"touser":"` + ann + `","msgtype":"hologram"}`:                           40008,
		`{"touser":"` + ann + `","msgtype":"image","image":{}}`:                   40007,
		`{"touser":"` + ann + `","msgtype":"news","news":{"articles":[{},{}]}}`:   45008,
		`{"touser":"` + ann + `","msgtype":"news","news":{"articles":[]}}`:        44004,
		`{"touser":"` + ann + `","msgtype":"voice","voice":{"media_id":"m"}}`:     0,
		`{"touser":"` + ann + `","msgtype":"miniprogrampage"}`:                    0,
		`{"touser":"` + ann + `","msgtype":"msgmenu","msgmenu":{"list":[]}}`:      44004,
		`{"touser":"` + ann + `","msgtype":"news","news":{"articles":[{"a":1}]}}`: 0,
	} {
		want(t, body[:min(len(body), 90)], c.call(send, body), errcode)
	}
}

func TestCustomSendWindows(t *testing.T) {
	c, ann := api(t, simulator.Config{})
	say := func() int { return c.call(send, text(ann, "x")) }
	act := func(m simulator.Message) { c.p.Send(t.Context(), m) }
	drain := func(what string, n int) {
		t.Helper()
		for range n {
			want(t, what, say(), 0)
		}
		want(t, what+", one more", say(), 45047)
	}
	drain("after a message", 5)
	act(simulator.Click(ann, "k"))
	drain("after a click", 3)
	act(simulator.View(ann, "https://example.invalid/"))
	want(t, "a view opens nothing", say(), 45047)
	act(simulator.Scan(ann, "s"))
	c.clock.move(59 * time.Second)
	drain("within the minute after a scan", 3)
	act(simulator.Subscribe(ann))
	drain("after following", 3)

	act(simulator.Text(ann, "x"))
	c.clock.move(48*time.Hour - time.Second)
	c.token, _ = c.fetch()["access_token"].(string)
	want(t, "in the last second of 48 h", say(), 0)
	c.clock.move(time.Second)
	want(t, "after 48 h", say(), 45015)
	act(simulator.Click(ann, "k"))
	want(t, "a click opens its minute", say(), 0)
	c.clock.move(time.Minute)
	want(t, "but not 48 h", say(), 45015)

	d := c.p.Send(t.Context(), simulator.Text(ann, "x"))
	drain("after a message again", 5)
	c.p.Send(t.Context(), d.Message)
	want(t, "a retry is no new message", say(), 45047)
	c.p.SendWith(t.Context(), simulator.Text(ann, "x"), simulator.Options{Signature: "forged"})
	want(t, "nor is a forgery", say(), 45047)
	act(simulator.Text(ann, "x"))
	act(simulator.Unsubscribe(ann))
	want(t, "after unfollowing", say(), 43004)
}

func TestSentIsRemembered(t *testing.T) {
	c, ann := api(t, simulator.Config{})
	want(t, "text", c.call(send, `{"touser":"`+ann+`","msgtype":"text","text":{"content":"<a href=\"https://example.invalid/?a=1&b=2\">好</a>"}}`), 0)
	want(t, "escaped", c.call(send, `{"touser":"`+ann+`","msgtype":"text","text":{"content":"\u003cb\u003e \u0026"}}`), 0)
	want(t, "msgmenu", c.call(send, `{"touser":"`+ann+`","msgtype":"msgmenu","msgmenu":{"head_content":"满意吗","list":[{"id":"101","content":"满意 &"},{"id":102,"content":"不满意"}],"tail_content":"再见"}}`), 0)
	sent := c.p.Sent(ann, 0)
	if len(sent) != 3 || sent[2].Seq != 3 || len(c.p.Sent(ann, 2)) != 1 || c.p.Sent(ann, 3) != nil {
		t.Fatalf("Sent = %+v", sent)
	}
	if s := sent[0].Segments(); len(s) != 1 || s[0].URL != "https://example.invalid/?a=1&b=2" {
		t.Errorf("link: %+v", s)
	}
	if got := sent[1].Content; got != `\u003cb\u003e \u0026` {
		t.Errorf("escapes show as on phones, not %q", got)
	}
	s := sent[2].Segments()
	if len(s) != 5 || s[1].Send != "满意 &" || s[1].ID != "101" || s[3].ID != "102" || s[4].Text != "\n再见" {
		t.Errorf("menu: %+v", s)
	}
}

func TestTyping(t *testing.T) {
	c, ann := api(t, simulator.Config{})
	cmd := func(command string) int {
		return c.call(typing, `{"touser":"`+ann+`","command":"`+command+`"}`)
	}
	want(t, "bad command", cmd("Sing"), 45072)
	want(t, "typing", cmd("Typing"), 0)
	if !c.p.Typing(ann) {
		t.Error("not shown")
	}
	want(t, "twice", cmd("Typing"), 45081)
	want(t, "a message ends it", c.call(send, text(ann, "x")), 0)
	if c.p.Typing(ann) {
		t.Error("still shown")
	}
	want(t, "again", cmd("Typing"), 0)
	want(t, "cancel", cmd("CancelTyping"), 0)
	want(t, "again", cmd("Typing"), 0)
	c.clock.move(15 * time.Second)
	want(t, "it lasts 15 s", cmd("Typing"), 0)
	c.clock.move(16 * time.Second)
	want(t, "31 s after the last exchange", cmd("Typing"), 45080)
	want(t, "stranger", c.call(typing, `{"touser":"oX","command":"Typing"}`), 40003)
}

func TestKindsOfAccounts(t *testing.T) {
	menu := `{"button":[{"name":"a","type":"click","key":"k"}]}`
	for kind, granted := range map[simulator.Kind][5]int{ // send, menu, conditional menu, tags, templates
		simulator.UnverifiedSubscription: {48001, 48001, 48001, 48001, 48001},
		simulator.VerifiedSubscription:   {0, 0, 65304, 0, 48001},
		simulator.UnverifiedService:      {48001, 0, 48001, 48001, 48001},
		simulator.VerifiedService:        {0, 0, 65304, 0, 0},
		simulator.TestAccount:            {0, 0, 65304, 0, 0},
	} {
		c, ann := api(t, simulator.Config{Kind: kind})
		want(t, string(kind)+" send", c.call(send, text(ann, "x")), granted[0])
		want(t, string(kind)+" menu", c.call(create, menu), granted[1])
		want(t, string(kind)+" conditional", c.call("/cgi-bin/menu/addconditional", menu), granted[2])
		want(t, string(kind)+" tags", code(c.get("/cgi-bin/tags/get?access_token="+c.token)), granted[3])
		want(t, string(kind)+" templates", code(c.get("/cgi-bin/template/get_all_private_template?access_token="+c.token)), granted[4])
	}
	c, ann := api(t, simulator.Config{Kind: simulator.TestAccount})
	want(t, "msgmenu on a test account", c.call(send, `{"touser":"`+ann+`","msgtype":"msgmenu"}`), 40200)
}

func TestInjectedFaultsAndQuotas(t *testing.T) {
	c, ann := api(t, simulator.Config{Quotas: map[string]int{send: 2}})
	c.p.FailNext(send, 40001, -1)
	want(t, "first", c.call(send, text(ann, "x")), 40001)
	want(t, "second", c.call(send, text(ann, "x")), -1)
	want(t, "third", c.call(send, text(ann, "x")), 0)
	want(t, "fourth", c.call(send, text(ann, "x")), 0)
	want(t, "over the quota", c.call(send, text(ann, "x")), 45009)

	few, _ := api(t, simulator.Config{Kind: simulator.TestAccount})
	for range 199 {
		few.fetch()
	}
	want(t, "201st token of a test account", code(few.fetch()), 45009)
}
