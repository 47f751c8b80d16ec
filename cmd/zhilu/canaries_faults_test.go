package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/session"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge"
)

// panics is a Redis client's hook that fails in the worst way: with everything it was given.
type panics struct{}

func (panics) DialHook(next redis.DialHook) redis.DialHook { return next }
func (panics) ProcessHook(redis.ProcessHook) redis.ProcessHook {
	return func(_ context.Context, cmd redis.Cmder) error { panic(fmt.Sprint("canary panic: ", cmd.Args())) }
}
func (panics) ProcessPipelineHook(redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(context.Context, []redis.Cmder) error { panic("canary panic") }
}

// TestCanariesInPanics: a panic on the way of a turn is logged by where it happened, counted, and
// says nothing of the message, whose sender gets an answer all the same.
func TestCanariesInPanics(t *testing.T) {
	rel, err := knowledge.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	server := redistest.Start(t)
	for what, sabotage := range map[string]func(*bot.Bot, *redis.Client){
		"redis": func(_ *bot.Bot, rdb *redis.Client) { rdb.AddHook(panics{}) },
		"count": func(b *bot.Bot, _ *redis.Client) {
			b.Count = func(e bot.Event) { panic(fmt.Sprint("canary panic: ", e)) }
		},
		"release": func(b *bot.Bot, _ *redis.Client) {
			b.Release = func() *knowledge.Release { return &knowledge.Release{} }
		},
	} {
		t.Run(what, func(t *testing.T) {
			c := &canaries{}
			c.hide("value of the panic", "canary panic")
			var log logBuffer
			registry := newRegistry()
			metrics := bot.NewMetrics(registry)
			rdb := server.Client()
			defer rdb.Close()
			store := session.New(rdb, []byte(c.hide("secret", chaosSecret)), session.WithMeter(metrics))
			defer func() { // what is left to write meets the hook too: nobody is there to catch that
				if what != "redis" {
					store.Close(t.Context())
				}
			}()
			door, err := bot.NewDoor(bot.Account{AppID: chaosAppID, OriginalID: chaosAccount, Mode: bot.ModeSafe, Tokens: []string{c.hide("token", chaosToken)},
				AESKeys: []string{c.hide("key", chaosAESKey)}}, time.Now, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			b := &bot.Bot{Door: door, Store: store, Account: chaosAppID, Release: func() *knowledge.Release { return rel }, Now: time.Now,
				Log: newLog(&log, slog.LevelDebug), Metrics: metrics}
			sabotage(b, rdb)
			router := newRouter()
			b.Routes(router)
			public := httptest.NewServer(router)
			defer public.Close()
			public.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(&log, nil), slog.LevelError)
			p, err := simulator.New(simulator.Config{URL: public.URL + bot.Path, Token: chaosToken, AppID: chaosAppID, AESKey: chaosAESKey, Account: chaosAccount,
				Client: &http.Client{Transport: wire{c}}, Tries: 1})
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range []string{"canary 催收", "canaryword zxqv asdfgh", "canary 我不想活了"} {
				d := p.Send(t.Context(), simulator.Text(c.hide("openid", p.User(fmt.Sprint(what, i))), c.hide("text", text)))
				want := simulator.Replied
				if what == "release" { // there is nothing to answer with
					want = simulator.Silent
				}
				if d.Outcome != want {
					t.Errorf("%s: %v %v", text, d.Outcome, d.Faults)
				}
			}
			if !strings.Contains(log.String(), "panic") {
				t.Errorf("nothing tells of the panic:\n%s", &log)
			}
			for name, text := range map[string]string{"log": log.String(), "metrics": scrape(registry)} {
				if found := c.in([]byte(text)); len(found) > 0 {
					t.Errorf("%v in the %s:\n%s", found, name, text)
				}
			}
		})
	}
}

// scrape gives the metrics of a registry.
func scrape(r *prometheus.Registry) string {
	w := httptest.NewRecorder()
	promhttp.HandlerFor(r, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

// TestCanariesInErrors: what the commands print when a secret is wrong, or nothing answers, quotes
// none of the secrets and no part of one.
func TestCanariesInErrors(t *testing.T) {
	c := &canaries{}
	server := redistest.Start(t, redistest.OnPort())
	server.Do("ACL", "SETUSER", "zhilu", "on", ">the right one", "~*", "&*", "+@all")
	nobody := "127.0.0.1:" + redistest.FreePort(t)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"errcode":40125,"errmsg":"invalid appsecret %s"}`, r.URL.RawQuery)
	}))
	defer api.Close()
	good := map[string]string{"ZHILU_REDIS_URL": "redis://zhilu:" + c.hide("password of Redis", "canaryRedisPassword9") + "@" + server.Addr(),
		"ZHILU_SECRET": c.hide("secret", "canary secret "+strings.Repeat("k7", 16)), "ZHILU_WECHAT_TOKEN": c.hide("token", "canaryToken123"),
		"ZHILU_WECHAT_AES_KEY": c.hide("key", "canaryAESkeyAESkeyAESkeyAESkeyAESkeyAESkey0"[:43]), "ZHILU_WECHAT_APP_SECRET": c.hide("app secret", "canaryAppSecret42"),
		"ZHILU_WECHAT_API_URL": api.URL}
	faults := []map[string]string{
		{},
		{"ZHILU_REDIS_URL": "redis://zhilu:canaryRedisPassword9@" + nobody, "ZHILU_WECHAT_API_URL": "http://" + nobody},
		{"ZHILU_REDIS_URL": "redis://zhilu:canaryRedisPassword9@" + server.Addr() + "/canaryRedisPassword9"},
		{"ZHILU_REDIS_URL": "http://zhilu:canaryRedisPassword9@nowhere%zz"},
		{"ZHILU_REDIS_URL": "redis://zhilu:canaryRedisPassword9@" + server.Addr(), "ZHILU_REDIS_MODE": "cluster"},
		{"ZHILU_REDIS_URL": "redis://zhilu:canaryRedisPassword9@" + server.Addr(), "ZHILU_REDIS_MODE": "sentinel", "ZHILU_REDIS_MASTER": "zhilu"},
		{"ZHILU_SECRET": c.hide("short secret", "canary-short"), "ZHILU_WECHAT_TOKEN": c.hide("wrong token", "canary token!"),
			"ZHILU_WECHAT_AES_KEY": c.hide("wrong key", "canary-wrong-key"), "ZHILU_WECHAT_MODE": "canaryless"},
		{"ZHILU_WECHAT_API_URL": "http://canary\x7f"},
	}
	backup := filepath.Join(t.TempDir(), "backup.zip")
	for i, fault := range faults {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			configure(t, good)
			configure(t, fault)
			for _, args := range [][]string{{"serve"}, {"doctor", "--skip", "machine"}, {"doctor", "--json", "--skip", "machine"}, {"ready"}, {"backup", backup}, {"restore", backup},
				{"operator", "list"}, {"operator", "add", "mei", "--name", "Mei", "--role", "editor"}, {"knowledge", "releases"}, {"knowledge", "rollback", "1", "--reason", "x"}} {
				if _, err := loadConfig(os.LookupEnv); args[0] == "serve" && err == nil {
					continue // it would start and stay
				}
				code, out, errOut := zhilu(t, "", args...)
				if found := c.in([]byte(out + errOut)); len(found) > 0 {
					t.Errorf("%v: exit %d, %v in\n%s%s", args, code, found, out, errOut)
				}
			}
		})
	}
}
