package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge/people"
)

// canaries are values that must not come out anywhere: each with what it is.
type canaries struct {
	mu     sync.Mutex
	values map[string]string // value -> what it is
}

// hide adds a value, in the forms in which it could be written down.
func (c *canaries) hide(what, value string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil {
		c.values = map[string]string{}
	}
	if len(value) < 6 {
		panic("too short to be looked for: " + value)
	}
	for _, form := range []string{value, url.QueryEscape(value), base64.StdEncoding.EncodeToString([]byte(value)), hex.EncodeToString([]byte(value)),
		strings.Trim(fmt.Sprintf("%+q", value), `"`)} {
		c.values[form] = what
	}
	return value
}

// in gives what is found in a text, by what it is.
func (c *canaries) in(text []byte) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []string
	for value, what := range c.values {
		if bytes.Contains(text, []byte(value)) {
			found = append(found, what)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// wire is the way to the webhook: it hides what travels in URLs and bodies.
type wire struct{ c *canaries }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	q := r.URL.Query()
	for _, name := range []string{"signature", "msg_signature"} {
		if v := q.Get(name); len(v) > 20 { // forged ones may be short
			w.c.hide(name, v)
		}
	}
	if body, err := r.GetBody(); err == nil {
		var b bytes.Buffer
		b.ReadFrom(body)
		if _, sealed, ok := strings.Cut(b.String(), "<Encrypt><![CDATA["); ok && len(sealed) > 64 {
			w.c.hide("ciphertext", sealed[:64])
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestCanaries: what users send, who they are, and whatever opens something, stands in nothing
// that a server at debug level writes: its output, its metrics, the log, the append-only file and
// the memory of its Redis, also when calls are forged or too long, and Redis fails.
func TestCanaries(t *testing.T) {
	c, dir := &canaries{}, t.TempDir()
	server := redistest.Start(t, redistest.OnPort(), redistest.Args("--dir", dir, "--logfile", filepath.Join(dir, "log"), "--loglevel", "debug", "--slowlog-log-slower-than", "0"))
	secret := c.hide("ZHILU_SECRET", "a canary secret "+strings.Repeat("k7", 16))
	c.hide("ZHILU_WECHAT_TOKEN", chaosToken)
	c.hide("ZHILU_WECHAT_AES_KEY", chaosAESKey)
	server.Do("ACL", "SETUSER", "zhilu", "on", ">"+c.hide("password of Redis", "canaryRedisPassword9"), "~*", "&*", "+@all")
	proxy := server.Proxy()
	mei, password, wrong := c.staff(t, server, secret)
	p := launch(t, map[string]string{"ZHILU_REDIS_URL": "redis://zhilu:canaryRedisPassword9@" + proxy.Addr(), "ZHILU_SECRET": secret, "ZHILU_LOG_LEVEL": "debug",
		"ZHILU_WECHAT_APP_SECRET": c.hide("ZHILU_WECHAT_APP_SECRET", "canaryAppSecret42"), "ZHILU_MESSAGES_PER_MINUTE": "40"})
	platform, err := simulator.New(simulator.Config{URL: "http://" + p.public + bot.Path, Token: chaosToken, AppID: chaosAppID, AESKey: chaosAESKey,
		Account: chaosAccount, Client: &http.Client{Transport: wire{c}}})
	if err != nil {
		t.Fatal(err)
	}
	c.talk(t, platform)
	c.forge(t, platform, p.public)
	if !c.visit(t, "http://"+consoleOf(t, p), mei, password, wrong) {
		t.Error("nobody was signed in to the console")
	}
	ops := strings.TrimSuffix(p.ready, "/readyz")
	counted := c.quiet(t, ops)
	for _, f := range []redistest.Fault{redistest.Refuse(), redistest.SwallowReplies(1, 1), redistest.Reset()} {
		proxy.Set(f)
		for i := range 3 {
			platform.Send(t.Context(), simulator.Text(c.hide("openid", platform.User(fmt.Sprint("broken ", i))), c.hide("text", fmt.Sprint("canary broken ", i, " 催收"))))
		}
		c.visit(t, "http://"+consoleOf(t, p), mei, password, wrong)
	}
	proxy.Set(redistest.Pass())
	c.quiet(t, ops)
	if !strings.Contains(counted, `zhilu_signature_failures_total{reason="cipher"}`) || !strings.Contains(counted, `zhilu_turns_total{outcome="committed"}`) {
		t.Errorf("the traffic is not in the metrics:\n%s", counted)
	}
	slow := fmt.Sprint(server.Do("SLOWLOG", "GET", "-1"))
	if found := c.in([]byte(slow)); len(found) > 0 {
		t.Errorf("%v in the slow log of Redis", found)
	}
	if err := p.term(20 * time.Second); err != nil {
		t.Errorf("it did not end well: %v", err)
	}
	server.Kill()

	out := p.log.String()
	for _, want := range []string{`"outcome":"committed"`, `"reason":"cipher"`, `"class":"unavailable"`, "/sign-in"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the output: the traffic left no trace", want)
		}
	}
	searched := 0
	for name, data := range written(t, dir) {
		searched += len(data)
		if found := c.in(data); len(found) > 0 {
			t.Errorf("%v in %s of Redis", found, name)
		}
	}
	if found := c.in([]byte(out)); len(found) > 0 {
		t.Errorf("%v in the output of the server:\n%s", found, out)
	}
	if !bytes.Contains(bytes.Join(values(written(t, dir)), nil), []byte("wx:"+chaosAppID)) {
		t.Error("the append-only file holds no session: it was not searched")
	}
	t.Logf("%d values in %d forms, searched for in %d bytes of output and %d of Redis", len(c.values)/5, len(c.values), len(out), searched)
	c.plant(t, dir)
}

// plant shows that a canary would have been found: one value in a key of a real Redis.
func (c *canaries) plant(t *testing.T, dir string) {
	t.Helper()
	server := redistest.Start(t, redistest.Args("--dir", dir))
	server.Do("SET", "planted", "<"+chaosToken+">")
	server.Kill()
	if found := c.in(bytes.Join(values(written(t, dir)), nil)); !slices.Contains(found, "ZHILU_WECHAT_TOKEN") {
		t.Error("a planted canary was not found")
	}
}

// quiet reads what the ops listener shows and gives the metrics.
func (c *canaries) quiet(t *testing.T, ops string) (metrics string) {
	t.Helper()
	for _, path := range []string{"/metrics", "/readyz", "/livez", "/debug/pprof/goroutine?debug=2", "/debug/pprof/heap?debug=1", "/debug/pprof/allocs?debug=1", "/debug/pprof/"} {
		status, body, _ := get(t, http.MethodGet, ops+path)
		if found := c.in([]byte(body)); len(found) > 0 || status != http.StatusOK {
			t.Errorf("%s: status %d, %v", path, status, found)
		}
		if path == "/metrics" {
			metrics = body
		}
	}
	return metrics
}

// staff makes somebody who may sign in; it gives login, password and a wrong one.
func (c *canaries) staff(t *testing.T, server *redistest.Server, secret string) (login, password, wrong string) {
	t.Helper()
	rdb := server.PatientClient()
	defer rdb.Close()
	store := people.New(rdb, []byte(secret), time.Now)
	invitation, err := store.Invite(t.Context(), "test", "mei", "Mei", people.Admin)
	if err == nil {
		_, err = store.Redeem(t.Context(), c.hide("invitation", invitation), c.hide("password", "seven canary kettles sing"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return "mei", "seven canary kettles sing", c.hide("wrong password", "canary-password-wrong")
}

// written gives the files in a folder.
func written(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files[strings.TrimPrefix(path, dir)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func values(m map[string][]byte) (list [][]byte) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// within is a context for one call.
func within(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), time.Minute)
}
