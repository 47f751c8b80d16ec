package load

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// some is a short closed run of n messages.
func some(a Account, url string, n int64) Config {
	return Config{Account: a, URLs: []string{url}, Script: Script(), Users: 10, Concurrency: 4, Messages: n, Timeout: 30 * time.Second}
}

func do(t *testing.T, c Config) Result {
	t.Helper()
	r, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestModes: what is sent is what the SDK reads, and what the SDK seals is read.
func TestModes(t *testing.T) {
	for _, mode := range []Mode{Plain, Compatible, Safe} {
		b, url := start(t, account(mode), echo)
		r := do(t, some(account(mode), url, 200))
		if r.Requests != 200 || r.Reply != 200 || r.Bad() != 0 || r.PerSecond <= 0 || r.Latency.Max <= 0 || r.Generator == nil {
			t.Errorf("%s: %+v", mode, r)
		}
		ids, users := map[int64]bool{}, b.messages()
		for _, list := range users {
			for _, m := range list {
				ids[m.MsgId] = true
			}
		}
		if len(ids) != 200 || len(users) != 10 {
			t.Errorf("%s: %d message ids of %d users", mode, len(ids), len(users))
		}
	}
}

// TestKinds: taps, media and events in the platform's form.
func TestKinds(t *testing.T) {
	b, url := start(t, account(Safe), func(_ *bot, w http.ResponseWriter, m received) {
		if m.MsgType == Image {
			return // empty
		}
		w.Write([]byte("success"))
	})
	c := some(account(Safe), url, 5)
	c.Users, c.Concurrency = 1, 1
	c.Script = []Conversation{{{Type: Event, Event: "subscribe"}, {Type: Text, Content: "一", Choice: "who=self"}, {Type: Image}}, {{Type: Text, Content: "a]]>b"}}}
	r := do(t, c)
	if r.Success != 4 || r.Empty != 1 {
		t.Errorf("%+v", r)
	}
	got := b.seen
	if got[0].Event != "subscribe" || got[0].MsgId != 0 || got[1].Choice != "who=self" || got[1].Content != "一" || got[2].MsgType != Image ||
		got[3].Content != "a]]>b" || got[4].Event != "subscribe" {
		t.Errorf("%+v", got)
	}
}

// TestScript: users take turns, each begins with a conversation of its own and goes on with
// the next.
func TestScript(t *testing.T) {
	script := []Conversation{{{Content: "a1"}, {Content: "a2"}}, {{Content: "b1"}, {Content: "b2"}, {Content: "b3"}}}
	said := map[int]string{}
	for k := range int64(18) {
		user, m := at(script, 3, k)
		if user != int(k%3) {
			t.Errorf("message %d is of user %d", k, user)
		}
		said[user] += m.Content
	}
	if said[0] != "a1a2b1b2b3a1" || said[1] != "b1b2b3a1a2b1" || said[2] != said[0] {
		t.Error(said)
	}
	languages := map[string]bool{}
	for _, c := range Script() {
		if len(c) < 4 {
			t.Errorf("%v is no conversation", c)
		}
		languages[c[0].Content] = true
	}
	if len(languages) < 10 {
		t.Error("few conversations")
	}
}

// TestStall: a server that stands still for a second is charged for everybody who would have
// come meanwhile, and not for the few that it held up.
func TestStall(t *testing.T) {
	const stall = time.Second
	var from atomic.Int64 // of the stall
	begin := time.Now()
	_, url := start(t, account(Safe), func(b *bot, w http.ResponseWriter, m received) {
		if now := time.Since(begin); now > stall && from.Load() == 0 {
			from.CompareAndSwap(0, int64(now))
		}
		if f := time.Duration(from.Load()); f > 0 {
			time.Sleep(f + stall - time.Since(begin))
		}
		echo(b, w, m)
	})
	c := some(account(Safe), url, 0)
	c.Rate, c.Duration, c.Fixed = 200, 3*time.Second, true
	r := do(t, c)
	if r.Requests != 600 || r.Bad() != 0 {
		t.Errorf("%+v", r)
	}
	// A third of the messages came in that second and waited half of it on average; the four
	// connections held up four.
	if r.Latency.P90 < 400 || r.Latency.Max < 900 || r.Late.P90 < 300 {
		t.Errorf("%v; sent late by %v", r.Latency, r.Late)
	}
}

// TestTooMuch: what an open loop could not send is said, and is not left out of the latencies.
func TestTooMuch(t *testing.T) {
	_, url := start(t, account(Plain), func(b *bot, w http.ResponseWriter, m received) {
		time.Sleep(20 * time.Millisecond)
		echo(b, w, m)
	})
	c := some(account(Plain), url, 0)
	c.Rate, c.Duration, c.Timeout, c.Concurrency = 10_000, 300*time.Millisecond, 200*time.Millisecond, 2
	r := do(t, c)
	if r.Unsent < 1000 || r.Bad() < r.Unsent || r.Latency.P50 < 200 || r.PerSecond > 500 {
		t.Errorf("%+v", r)
	}
}

// TestCopies: a copy is the same message in a new envelope; its answer must be the same.
func TestCopies(t *testing.T) {
	var n atomic.Int64
	b, url := start(t, account(Safe), echo)
	_, forgetful := start(t, account(Safe), func(b *bot, w http.ResponseWriter, m received) {
		b.send(w, text(m, m.Content+time.Duration(n.Add(1)).String()))
	})
	c := some(account(Safe), url, 300)
	c.Copies, c.CopyAfter = 0.5, []time.Duration{0, 50 * time.Millisecond}
	r := do(t, c)
	if r.Copies < 75 || r.Copies > 225 || r.Equal != r.Copies || r.Bad() != 0 || r.Requests != 300+r.Copies {
		t.Errorf("%+v", r)
	}
	twice := int64(0)
	for _, list := range b.messages() {
		times := map[received]int64{}
		for _, m := range list {
			times[m]++
		}
		twice += int64(len(list) - len(times))
	}
	if twice != r.Copies {
		t.Errorf("%d messages came twice, %d copies were sent", twice, r.Copies)
	}
	c.URLs = []string{forgetful}
	if r := do(t, c); r.Unequal == 0 || r.Unequal != r.Copies || r.Bad() != r.Unequal {
		t.Errorf("%+v", r)
	}
	c.URLs, c.Copies = []string{url, forgetful}, 1 // a copy reaches the other server
	if r := do(t, c); r.Unequal != 300 {
		t.Errorf("%+v", r)
	}
	c.ByUser, c.Users = true, 2
	if r := do(t, c); r.Equal != 150 || r.Unequal != 150 {
		t.Errorf("%+v", r)
	}
}

// TestFailures: every way of giving no answer.
func TestFailures(t *testing.T) {
	for want, reply := range map[string]func(*bot, http.ResponseWriter, received){
		"status 403":        func(_ *bot, w http.ResponseWriter, _ received) { w.WriteHeader(http.StatusForbidden) },
		"status 502":        func(_ *bot, w http.ResponseWriter, _ received) { w.WriteHeader(http.StatusBadGateway) },
		"no answer in time": func(*bot, http.ResponseWriter, received) { time.Sleep(300 * time.Millisecond) },
		"connection broken": func(*bot, http.ResponseWriter, received) { panic(http.ErrAbortHandler) },
		"answer too long":   func(_ *bot, w http.ResponseWriter, _ received) { w.Write(make([]byte, maxResponse+1)) },
		"not valid XML":     func(_ *bot, w http.ResponseWriter, _ received) { w.Write([]byte(`{"ok":true}`)) },
	} {
		_, url := start(t, account(Safe), reply)
		c := some(account(Safe), url, 3)
		if want == "no answer in time" {
			c.Timeout = 100 * time.Millisecond
		}
		if r := do(t, c); r.Requests != 3 || r.Bad() != 3 || r.Reasons[want] != 3 {
			t.Errorf("%s: %+v", want, r)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if r := do(t, some(account(Safe), "http://"+l.Addr().String()+"/", 3)); r.Reasons["no connection"] != 3 || r.Failed != 3 {
		t.Errorf("%+v", r)
	}
}

// TestConnections: kept ones are used again, closed ones are not, and chunks are read.
func TestConnections(t *testing.T) {
	for _, closing := range []bool{false, true} {
		var mu sync.Mutex
		opened := 0
		b := &bot{t: t, account: account(Plain)}
		b.reply = func(w http.ResponseWriter, m received) {
			if closing {
				w.Header().Set("Connection", "close")
			}
			reply := text(m, strings.Repeat("好", 600))
			w.Write([]byte(reply[:50]))
			http.NewResponseController(w).Flush()
			w.Write([]byte(reply[50:]))
		}
		server := httptest.NewUnstartedServer(b)
		server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				mu.Lock()
				opened++
				mu.Unlock()
			}
		}
		server.Start()
		r := do(t, some(account(Plain), server.URL+"/wechat?account=1", 100))
		server.Close()
		if r.Reply != 100 || (opened > 4) != closing {
			t.Errorf("closing %t: %d connections, %+v", closing, opened, r)
		}
	}
}

// TestServers: CPU time of a process is read, and its end is an error.
func TestServers(t *testing.T) {
	_, url := start(t, account(Safe), echo)
	c := some(account(Safe), url, 2000)
	c.PIDs = []int{os.Getpid()}
	r := do(t, c)
	if len(r.Servers) != 1 || r.Servers[0].CPU <= 0 || r.Servers[0].PeakKiB < 1000 {
		t.Errorf("%+v", r.Servers)
	}
	c.PIDs = []int{1 << 30}
	if _, err := Run(t.Context(), c); err == nil || !strings.Contains(err.Error(), "process") {
		t.Error(err)
	}
}

// TestStop: a run that is stopped says what it has.
func TestStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, url := start(t, account(Safe), func(b *bot, w http.ResponseWriter, m received) { cancel(); echo(b, w, m) })
	c := some(account(Safe), url, 0)
	c.Duration = time.Hour
	r, err := Run(ctx, c)
	if err != nil || r.Requests == 0 || r.Requests > 8 || r.Seconds <= 0 || r.Seconds > 1000 {
		t.Errorf("%v %+v", err, r)
	}
}

func TestConfig(t *testing.T) {
	good := some(account(Safe), "http://127.0.0.1:1/", 1)
	for want, change := range map[string]func(*Config){
		"address to send": func(c *Config) { c.URLs = nil },
		"of the form":     func(c *Config) { c.URLs = []string{"127.0.0.1:80"} },
		"a user":          func(c *Config) { c.Users = 0 },
		"a connection":    func(c *Config) { c.Concurrency = 0 },
		"the rate":        func(c *Config) { c.Rate = -1 },
		"a duration":      func(c *Config) { c.Messages = 0 },
		"open loop":       func(c *Config) { c.Rate = 1 },
		"conversation 1":  func(c *Config) { c.Script = []Conversation{{}} },
		"copies":          func(c *Config) { c.Copies = 2 },
		"token":           func(c *Config) { c.Account.Token = "" },
		"AES key":         func(c *Config) { c.Account.AESKey = "short" },
		"app id":          func(c *Config) { c.Account.AppID = "" },
		"mode":            func(c *Config) { c.Account.Mode = "open" },
	} {
		c := good
		change(&c)
		if _, err := Run(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestPrint: both forms of a result hold every figure.
func TestPrint(t *testing.T) {
	r := Result{Loop: "open", Mode: Safe, Asked: 100, Requests: 5, Unsent: 77, Refused: 1, Wrong: 1, Copies: 3, Unequal: 2,
		Reasons: map[string]int64{"status 403": 1, badCipher: 2}, Servers: []Process{{PID: 42, CPU: 0.5, PeakKiB: 2048}}, Generator: &Process{}}
	var b strings.Builder
	r.Print(&b)
	for _, want := range []string{"open loop", "never sent   77", "refused 1", "2 × does not decrypt\n             1 × status 403", "2 with different", "process 42: 0.500 s", "2 MiB"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	data, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(data), `"p999":0`) {
		t.Errorf("%v %s", err, data)
	}
	if r.Bad() != 81 {
		t.Error(r.Bad())
	}
}
