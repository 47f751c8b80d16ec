package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge/counts"
)

// TestCounted: messages that come through the webhook of a server are counted by the time it has
// stopped, and what three people asked in vain can be read, without the number that was in it.
func TestCounted(t *testing.T) {
	server := redistest.Start(t)
	c, err := loadConfig(environ(map[string]string{"ZHILU_LISTEN": "127.0.0.1:0", "ZHILU_OPS_LISTEN": "127.0.0.1:0", "ZHILU_CONSOLE_LISTEN": "127.0.0.1:0",
		"ZHILU_REDIS_URL": server.URL(), "ZHILU_SECRET": strings.Repeat("0123456789abcdef", 2)}))
	if err != nil {
		t.Fatal(err)
	}
	a, err := newApp(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serveUntilSignal(ctx, a) }()
	p, err := simulator.New(simulator.Config{URL: "http://" + a.endpoints[0].listener.Addr().String() + bot.Path, Mode: simulator.Mode(c.Mode),
		Token: string(c.Token), AppID: c.AppID, AESKey: string(c.AESKey), Account: c.Account})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		d := p.Send(t.Context(), simulator.Text(p.User(fmt.Sprint("user", i)), "zxqv 阿波罗飞船 13812345678"))
		if d.Outcome != simulator.Replied {
			t.Fatalf("%+v", d)
		}
	}
	for i := range 5 {
		p.Send(t.Context(), simulator.Text(p.User(fmt.Sprint("other", i)), "他们威胁我"))
	}
	stop()
	if err := <-done; err != nil && !strings.Contains(err.Error(), "Server closed") {
		t.Error(err)
	}
	a.close()

	rdb := server.PatientClient()
	defer rdb.Close()
	reader := counts.NewReader(rdb)
	misses, err := reader.Misses(t.Context())
	if err != nil || len(misses) != 1 || !strings.Contains(misses[0].Text, "‹phone›") || strings.Contains(misses[0].Text, "138") || misses[0].Users != 3 {
		t.Errorf("%+v %v", misses, err)
	}
	total, err := reader.Total(t.Context(), time.Now(), time.Now())
	if err != nil || total.Sum(counts.Intent).Most() < 8 {
		t.Errorf("%+v %v", total, err)
	}
}
