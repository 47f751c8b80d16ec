package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"zhilu/bot/simulator"
)

// page is a chat page under /try/.
func page(t *testing.T, cfg simulator.Config, answer func(http.ResponseWriter, *http.Request, inbound)) (*httptest.Server, *simulator.Platform, *bot) {
	t.Helper()
	p, b := start(t, cfg, answer)
	mux := http.NewServeMux()
	mux.Handle("/try/", p.Try("/try/"))
	mux.Handle("/cgi-bin/", p.API())
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s, p, b
}

func request(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(raw)
}

func TestPageHeadersAndLanguages(t *testing.T) {
	s, _, _ := page(t, simulator.Config{Name: `A & B "账号"`}, says("好"))
	for query, header := range map[string]string{"": "", "?lang=es": "zh-CN", "?lang=en": ""} {
		resp, body := request(t, "GET", s.URL+"/try/"+query, "", "Accept-Language", header)
		lang := "zh"
		if query != "" {
			lang = query[len(query)-2:]
		}
		if resp.StatusCode != 200 || !strings.Contains(body, `<html lang="`+lang+`">`) {
			t.Errorf("%q: %d, not in %s", query, resp.StatusCode, lang)
		}
		if !strings.Contains(body, `A &amp; B &#34;账号&#34;</h1>`) {
			t.Error("the account's name is not escaped")
		}
		if strings.Contains(body, " style=") || strings.Contains(body, "<style") || regexp.MustCompile(`<script[^>]*>[^<]`).MatchString(body) ||
			regexp.MustCompile(` on[a-z]+=`).MatchString(body) || regexp.MustCompile(`(?:src|href)="(?:https?:)?//`).MatchString(body) {
			t.Error("the page holds inline code or foreign addresses")
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		csp := resp.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("policy %q", csp)
		}
	}
	if _, body := request(t, "GET", s.URL+"/try/", "", "Accept-Language", "fr, es-MX;q=0.8"); !strings.Contains(body, `<html lang="es">`) {
		t.Error("the browser's language does not count")
	}
}

func TestPagePaths(t *testing.T) {
	s, p, _ := page(t, simulator.Config{}, says("好"))
	for path, status := range map[string]int{
		"/try/": 200, "/try/app.js": 200, "/try/view.js": 200, "/try/style.css": 200, "/try/icon.svg": 200,
		"/try":                 200, // through a redirect
		"/try/strings/zh.json": 404, "/try/index.html": 404, "/try/x": 404, "/try/send": 405,
	} {
		if resp, _ := request(t, "GET", s.URL+path, ""); resp.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, status)
		}
	}
	root := httptest.NewServer(p.Try("/"))
	defer root.Close()
	if resp, _ := request(t, "GET", root.URL+"/app.js", ""); resp.StatusCode != 200 {
		t.Errorf("without a prefix: %d", resp.StatusCode)
	}
}

// tabCall posts to the page and reads the answer.
func tabCall(t *testing.T, s *httptest.Server, path, body string) (int, map[string]any) {
	t.Helper()
	resp, raw := request(t, "POST", s.URL+"/try/"+path, body)
	var out map[string]any
	if err := json.Unmarshal([]byte(raw), &out); err != nil {
		t.Fatalf("%s %s: %s", path, body, raw)
	}
	return resp.StatusCode, out
}

func TestSendThroughThePage(t *testing.T) {
	s, _, b := page(t, simulator.Config{}, func(w http.ResponseWriter, r *http.Request, m inbound) {
		if m.Event == "unsubscribe" {
			says("too late")(w, r, m)
			return
		}
		says(`选<a href="weixin://bizmsgmenu?msgmenucontent=%E4%BA%8C&msgmenuid=2">二</a>`)(w, r, m)
	})
	call := func(rest string) (int, map[string]any) {
		t.Helper()
		return tabCall(t, s, "send", `{"user":"tab-12345678",`+rest+`}`)
	}
	if status, out := call(`"kind":"again"`); status != 409 || out["error"] != "nothing_sent" {
		t.Errorf("again at first: %d %v", status, out)
	}
	status, out := call(`"kind":"text","text":"你好"`)
	if status != 200 || out["outcome"] != "replied" || out["following"] != true {
		t.Fatalf("text: %d %v", status, out)
	}
	raw, _ := json.Marshal(out["reply"])
	if want := `{"segments":[{"kind":"text","text":"选"},{"id":"2","kind":"tap","send":"二","text":"二"}],"type":"text"}`; string(raw) != want {
		t.Errorf("reply %s", raw)
	}
	attempt := out["attempts"].([]any)[0].(map[string]any)
	if !strings.Contains(attempt["query"].(string), "signature=") || !strings.Contains(out["xml"].(string), "你好") ||
		!strings.Contains(attempt["plain"].(string), "msgmenuid") || attempt["status"] != 200.0 {
		t.Errorf("attempt %v", attempt)
	}
	_, again := call(`"kind":"again"`)
	if again["msgid"] != out["msgid"] {
		t.Errorf("again has MsgId %v, not %v", again["msgid"], out["msgid"])
	}
	call(`"kind":"tap","text":"二","id":"2"`)
	if m := b.last(t); m.Content != "二" || m.MenuID != "2" {
		t.Errorf("tap: %+v", m)
	}
	for kind, want := range map[string]string{"picture": "image", "voice": "voice", "location": "location", "sticker": "text", "follow": "event"} {
		call(`"kind":"` + kind + `"`)
		if m := b.last(t); m.Type != want {
			t.Errorf("%s arrived as %s", kind, m.Type)
		}
	}
	if _, out := call(`"kind":"unfollow"`); out["following"] != false || out["reply"] != nil {
		t.Errorf("unfollow: %v", out)
	}
	if status, out := call(`"kind":"text","text":"x"`); status != 409 || out["error"] != "not_following" {
		t.Errorf("after unfollow: %d %v", status, out)
	}
	if status, _ := call(`"kind":"follow"`); status != 200 {
		t.Errorf("follow again: %d", status)
	}
}

func TestBadCalls(t *testing.T) {
	s, _, b := page(t, simulator.Config{}, says("好"))
	for _, body := range []string{`{`, `{"user":"x","kind":"text","text":"a"}`, `{"user":"tab-12345678","kind":"dance"}`,
		`{"user":"tab-12345678","kind":"text"}`, `{"user":"<script>","kind":"follow"}`,
		`{"user":"tab-12345678","kind":"text","text":"` + strings.Repeat("x", 6001) + `"}`,
		`{"user":"tab-12345678","kind":"text","text":"` + strings.Repeat("x", 64<<10) + `"}`} {
		if status, out := tabCall(t, s, "send", body); status != 400 || out["error"] != "bad_request" {
			t.Errorf("%.60s: %d %v", body, status, out)
		}
	}
	good := `{"user":"tab-12345678","kind":"text","text":"x"}`
	for name, headers := range map[string][]string{
		"another site":   {"Sec-Fetch-Site", "cross-site"},
		"another origin": {"Origin", "https://evil.example.invalid"},
		"a form":         {"Content-Type", "text/plain"},
	} {
		if resp, _ := request(t, "POST", s.URL+"/try/send", good, headers...); resp.StatusCode != 403 && resp.StatusCode != 400 {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	if n := len(b.all()); n != 0 {
		t.Errorf("%d messages went out", n)
	}
	if resp, _ := request(t, "POST", s.URL+"/try/send", good, "Sec-Fetch-Site", "same-origin"); resp.StatusCode != 200 {
		t.Errorf("same origin: %d", resp.StatusCode)
	}
}

func TestFaultThroughThePage(t *testing.T) {
	s, _, _ := page(t, simulator.Config{Timeout: 20 * time.Millisecond}, hang)
	_, out := tabCall(t, s, "send", `{"user":"tab-12345678","kind":"text","text":"x"}`)
	if out["outcome"] != "fault" || out["notice"] != simulator.FaultNotice || len(out["attempts"].([]any)) != 3 {
		t.Errorf("%v", out)
	}
}

func TestCustomerServiceMessagesReachThePage(t *testing.T) {
	s, _, b := page(t, simulator.Config{}, writes("success"))
	poll := func(after string) map[string]any {
		t.Helper()
		_, out := tabCall(t, s, "poll", `{"user":"tab-12345678","after":`+after+`}`)
		return out
	}
	if out := poll("0"); len(out["messages"].([]any)) != 0 {
		t.Errorf("a tab that never wrote: %v", out)
	}
	tabCall(t, s, "send", `{"user":"tab-12345678","kind":"text","text":"x"}`)
	c := &client{t: t, base: s.URL}
	c.token, _ = c.get("/cgi-bin/token?grant_type=client_credential&appid=" + appID + "&secret=any")["access_token"].(string)
	ann := b.last(t).From
	want(t, "typing", c.call(typing, `{"touser":"`+ann+`","command":"Typing"}`), 0)
	if out := poll("0"); out["typing"] != true {
		t.Errorf("typing is not shown: %v", out)
	}
	want(t, "send", c.call(send, text(ann, "稍后好了")), 0)
	raw, _ := json.Marshal(poll("0")["messages"])
	if !strings.Contains(string(raw), `"segments":[{"kind":"text","text":"稍后好了"}],"seq":1,"type":"text"`) {
		t.Errorf("messages %s", raw)
	}
	if out := poll("1"); len(out["messages"].([]any)) != 0 {
		t.Errorf("seen already: %v", out)
	}
}

func TestTabsAreBounded(t *testing.T) {
	s, _, _ := page(t, simulator.Config{}, writes("success"))
	call := func(user, kind string) int {
		status, _ := tabCall(t, s, "send", `{"user":"`+user+`","kind":"`+kind+`"}`)
		return status
	}
	call("tab-first-one", "picture")
	for i := range 200 {
		call("tab-other-"+string(rune('a'+i/26))+string(rune('a'+i%26)), "picture")
	}
	if status := call("tab-first-one", "again"); status != 409 {
		t.Errorf("the oldest tab is still remembered: %d", status)
	}
	if status := call("tab-other-ha", "again"); status != 200 {
		t.Errorf("a recent tab is forgotten: %d", status)
	}
}

func TestOnlySoManyAtOnce(t *testing.T) {
	var under sync.WaitGroup
	under.Add(32)
	release := make(chan struct{})
	s, _, _ := page(t, simulator.Config{}, func(w http.ResponseWriter, _ *http.Request, _ inbound) {
		under.Done()
		<-release
		_, _ = io.WriteString(w, "success")
	})
	var calls sync.WaitGroup
	for range 32 {
		calls.Go(func() { request(t, "POST", s.URL+"/try/send", `{"user":"tab-12345678","kind":"voice"}`) })
	}
	under.Wait()
	if status, out := tabCall(t, s, "send", `{"user":"tab-87654321","kind":"voice"}`); status != 503 || out["error"] != "busy" {
		t.Errorf("one too many: %d %v", status, out)
	}
	close(release)
	calls.Wait()
}
