package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zhilu/bot"
	"zhilu/bot/simulator"
)

// talk sends messages and events of every kind with something to find in each of their parts.
func (c *canaries) talk(t *testing.T, p *simulator.Platform) {
	t.Helper()
	user := func(name string) string { return c.hide("openid", p.User("canary "+name)) }
	text := func(s string) string { return c.hide("text", s) }
	ana, bob := user("ana"), user("bob")
	for _, m := range []simulator.Message{
		simulator.Subscribe(ana), simulator.SubscribeScene(bob, text("canary-scene")), simulator.Scan(ana, text("canary-scan")),
		simulator.Text(ana, text("canary 催收天天打电话")), simulator.Text(ana, "1"), simulator.Text(ana, text("canaryword zxqv asdfgh")),
		simulator.Text(ana, text("我叫金丝雀,身份证110101199003071234")), simulator.Text(bob, text("mi número es 13812345678 canario")),
		simulator.Text(bob, text("canary 我不想活了")), simulator.Text(bob, text("canary they are hitting me right now")), simulator.Text(bob, "广东"),
		simulator.Tap(ana, text("canary label"), text("canary=choice")), simulator.Click(ana, text("canary-key")), simulator.View(ana, text("https://canary.example/view")),
		simulator.Image(bob), simulator.VoiceRecognized(bob, text("canary voice")), simulator.Location(bob, 23.1, 113.3, text("canary street 7")),
		simulator.Link(ana, text("canary title"), text("canary description"), text("https://canary.example/link")), simulator.File(ana, text("canary.pdf"), 12),
		simulator.SelectLocation(ana, text("canary-place"), 23.1, 113.3, text("canary avenue")), simulator.ScanCode(ana, "x", text("canary scanned"), true),
		simulator.DebugDemo(bob, text("canary demo")), simulator.Text(ana, "删除我的数据"), simulator.Text(ana, text("canary 又来了")), simulator.Unsubscribe(bob),
	} {
		p.SendWith(t.Context(), m, simulator.Options{Copies: 2})
	}
	flood := user("flood")
	for i := range 45 { // past the limit of a minute
		p.Send(t.Context(), simulator.Text(flood, text(fmt.Sprint("canary flood ", i))))
	}
}

// forge makes calls that the platform would not make; all must be refused.
func (c *canaries) forge(t *testing.T, p *simulator.Platform, public string) {
	t.Helper()
	m := simulator.Text(c.hide("openid", p.User("canary forged")), c.hide("text", "canary forged text"))
	long := strings.Repeat("canary too long ", 5000)
	c.hide("text", long[:64])
	for _, o := range []simulator.Options{
		{Signature: c.hide("forged signature", "canarysignature")}, {MsgSignature: c.hide("forged signature", "canarymsgsignature")},
		{Timestamp: "1000000000"}, {Timestamp: "canary"}, {Nonce: c.hide("nonce", "canary-nonce-1")}, {Mode: simulator.Plain},
		{Body: func(b string) string { return b + long }}, {Body: func(string) string { return "canary too long <xml><Encrypt>" }},
		{Body: func(b string) string {
			return strings.Replace(b, "<Encrypt><![CDATA[", "<Encrypt><![CDATA[canaryAAAA", 1)
		}},
		{Edit: func(r *http.Request) {
			r.ContentLength = -1
			r.Header.Set("User-Agent", c.hide("agent", "canary-agent"))
		}},
		{Edit: func(r *http.Request) {
			r.URL.RawQuery += "&openid=" + c.hide("query", "canary-openid-in-query") + "&x=%zz"
		}},
		{Edit: func(r *http.Request) { r.URL.RawQuery += "&timestamp=1" }},
	} {
		o.Tries = 1
		p.SendWith(t.Context(), m, o)
	}
	for _, target := range []string{"/wechat?echostr=" + c.hide("echo", "canary-echo") + "&signature=canarysignature&timestamp=1&nonce=1",
		"/" + c.hide("path", "canary-nowhere") + "?q=" + c.hide("query", "canary-query"), "/wechat/" + c.hide("path", "canary-path")} {
		status, body, _ := get(t, http.MethodGet, "http://"+public+target)
		if found := c.in([]byte(body)); status < 400 || len(found) > 0 {
			t.Errorf("status %d, %v in the answer", status, found)
		}
	}
	resp, err := http.Post("http://"+public+bot.Path, "text/xml", struct{ io.Reader }{strings.NewReader(long)}) // of unknown length
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over the limit: status %d", resp.StatusCode)
	}
}

// consoleOf is where the console of a process listens.
func consoleOf(t *testing.T, p *process) string {
	t.Helper()
	m := regexp.MustCompile(`console: +http://([^/\s]+)`).FindStringSubmatch(p.log.String())
	if m == nil {
		t.Fatalf("it does not say where its console is:\n%s", p.log)
	}
	return m[1]
}

// csrfField finds the token in a form.
var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// visit goes to the console: with wrong passwords and links, and then with the right one. It may
// fail when Redis does. It gives whether somebody was signed in.
func (c *canaries) visit(t *testing.T, console, login, password, wrong string) (in bool) {
	t.Helper()
	cookies := map[string]string{}
	open := func(method, path string, form url.Values) (status int, body string) {
		ctx, cancel := within(t)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, method, console+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("User-Agent", "Mozilla/5.0")
		req.Header.Set("Referer", console+"/"+c.hide("referer", "canary-referer"))
		for name, value := range cookies {
			req.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		for _, k := range resp.Cookies() {
			if cookies[k.Name] = k.Value; len(k.Value) > 20 {
				c.hide("cookie "+k.Name, k.Value)
			}
		}
		page, _ := io.ReadAll(resp.Body)
		if m := csrfField.FindStringSubmatch(string(page)); m != nil {
			c.hide("form token", m[1])
			cookies["csrf of the test"] = m[1]
		}
		return resp.StatusCode, string(page)
	}
	token := func() url.Values {
		v := url.Values{"csrf": {cookies["csrf of the test"]}}
		delete(cookies, "csrf of the test")
		return v
	}
	open(http.MethodGet, "/sign-in?next=/"+c.hide("query", "canary-next"), nil)
	form := token()
	for _, attempt := range [][2]string{{login, wrong}, {c.hide("login nobody has", "canary-login"), wrong}, {login, password}} {
		form.Set("login", attempt[0])
		form.Set("password", attempt[1])
		open(http.MethodPost, "/sign-in", form)
	}
	for _, path := range []string{"/", "/entries?q=" + c.hide("search", "canary-search"), "/unanswered", "/audit", "/account",
		"/enter/" + c.hide("link", "canary-enter-token-000000"), "/invite/" + c.hide("link", "canary-invite-token-0000"), "/" + c.hide("path", "canary-page")} {
		open(http.MethodGet, path, nil)
	}
	status, _ := open(http.MethodGet, "/account", nil)
	form = token()
	form.Set("name", c.hide("form", "canary\x00name"))
	open(http.MethodPost, "/account/name", form)
	return status == http.StatusOK
}
