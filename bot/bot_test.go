package bot_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/session"
	"zhilu/dialog/session/redistest"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// The account of the tests. Nothing of it may appear in a log.
const (
	appID  = "wx5a1ce0ffee0ddba1"
	token  = "tkOfTheWholeTurn"
	aesKey = "kW3u7Zr0Qm5bXc8dEf2gHi4jKl6nOp9qRs1tUv3wYzA"
	ghID   = "gh_7d3a91c05be2"
)

// base is the embedded base.
func base() *knowledge.Release {
	rel, err := knowledge.Embedded()
	if err != nil {
		panic(err)
	}
	return rel
}

// clock is a clock that a test sets.
type clock struct{ unixNano atomic.Int64 }

func (c *clock) now() time.Time  { return time.Unix(0, c.unixNano.Load()) }
func (c *clock) set(t time.Time) { c.unixNano.Store(t.UnixNano()) }

// journal is a log that tests read.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// house is one or more instances of the bot on one Redis, with the platform before them.
type house struct {
	*simulator.Platform
	clock *clock
	log   *journal
	rdb   redis.UniversalClient
	calls atomic.Int64 // spreads requests over the instances
}

type setup struct {
	mode      bot.Mode
	instances int
	timeout   time.Duration // of one try of the platform
	tries     int
	release   *knowledge.Release
	count     func(bot.Event)
	maxTurns  int64
	hurry     bool // the short time limits of a real server: for tests of faults
}

// open builds a house on rdb. Requests go to the instances in turn.
func open(t testing.TB, rdb redis.UniversalClient, s setup) *house {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	h := &house{clock: &clock{}, log: &journal{}, rdb: rdb}
	h.clock.set(transcript.Start)
	if s.release == nil {
		s.release = base()
	}
	var instances []http.Handler
	for range max(s.instances, 1) {
		instances = append(instances, h.instance(t, s))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		instances[h.calls.Add(1)%int64(len(instances))].ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c := simulator.Config{URL: server.URL + bot.Path, Token: token, AppID: appID, Account: ghID, Mode: simulator.Mode(s.mode),
		Now: h.clock.now, Timeout: max(s.timeout, time.Minute), Tries: s.tries}
	if s.hurry {
		c.Timeout = s.timeout
	}
	if s.mode != bot.ModePlain {
		c.AESKey = aesKey
	}
	p, err := simulator.New(c)
	if err != nil {
		t.Fatal(err)
	}
	h.Platform = p
	return h
}

func (h *house) instance(t testing.TB, s setup) http.Handler {
	t.Helper()
	account := bot.Account{AppID: appID, OriginalID: ghID, Tokens: []string{token}, Mode: s.mode}
	if s.mode != bot.ModePlain {
		account.AESKeys = []string{aesKey}
	}
	door, err := bot.NewDoor(account, h.clock.now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	router := gin.New()
	router.HandleMethodNotAllowed = true
	budget := 30 * time.Second // a busy machine must not turn into a fault
	if s.hurry {
		budget = bot.TurnBudget
	}
	(&bot.Bot{Budget: budget, MaxTurns: s.maxTurns, Door: door, Account: appID, Store: session.New(h.rdb, []byte("a secret of the tests, not of anyone")),
		Release: func() *knowledge.Release { return s.release }, Now: h.clock.now, Count: s.count,
		Log: slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}).Routes(router)
	return router
}

func realRedis(t testing.TB) (*redistest.Server, redis.UniversalClient) {
	t.Helper()
	server := redistest.Start(t)
	client := server.PatientClient()
	t.Cleanup(func() { client.Close() })
	return server, client
}

// hurriedRedis is realRedis with the short timeouts of a real server.
func hurriedRedis(t testing.TB) (*redistest.Server, redis.UniversalClient) {
	t.Helper()
	server := redistest.Start(t)
	client := server.Client()
	t.Cleanup(func() { client.Close() })
	return server, client
}

// person talks to the bot through the platform; it is a transcript.Talker.
type person struct {
	h    *house
	id   string
	last simulator.Message
}

func (h *house) person(seed string) *person { return &person{h: h, id: h.User(seed)} }

func (p *person) Say(e transcript.Event, now time.Time) (transcript.Answer, error) {
	p.h.clock.set(now)
	m := p.message(e)
	d := p.h.Send(context.Background(), m)
	p.last = d.Message
	if d.Outcome == simulator.Fault {
		return transcript.Answer{}, fmt.Errorf("the user sees the fault notice: %q", d.Faults)
	}
	if d.Reply == nil {
		return transcript.Answer{}, nil
	}
	if len(d.Reply.Content) > bot.Aim {
		return transcript.Answer{}, fmt.Errorf("the reply has %d bytes, more than %d", len(d.Reply.Content), bot.Aim)
	}
	return transcript.Answer{Text: shown(d.Reply)}, nil
}

// shown is the text of a reply as the user reads it.
func shown(r *simulator.Reply) string {
	var b strings.Builder
	for _, s := range r.Segments() {
		b.WriteString(s.Text)
	}
	return b.String()
}

func (p *person) message(e transcript.Event) simulator.Message {
	switch e.Kind {
	case transcript.Tap:
		return simulator.Tap(p.id, e.Text, e.Choice)
	case transcript.Image:
		return simulator.Image(p.id)
	case transcript.Voice:
		return simulator.Voice(p.id)
	case transcript.Sticker:
		return simulator.Sticker(p.id)
	case transcript.Location:
		return simulator.Location(p.id, 22.5, 114.1, "somewhere")
	case transcript.Follow:
		return simulator.Subscribe(p.id)
	case transcript.Unfollow:
		return simulator.Unsubscribe(p.id)
	case transcript.Scan:
		return simulator.Scan(p.id, "1")
	case transcript.Again:
		return p.last
	default:
		return simulator.Text(p.id, e.Text)
	}
}

// say sends words and gives what the user reads.
func (p *person) say(t testing.TB, words string) string {
	t.Helper()
	a, err := p.Say(transcript.ParseEvent(words), p.h.clock.now().Add(time.Second))
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	return a.Text
}
