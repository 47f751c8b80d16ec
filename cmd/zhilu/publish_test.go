package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// instance starts a server in trial mode on a shared Redis, and a platform that posts to it.
func instance(t *testing.T, redisURL string) (*app, *simulator.Platform) {
	t.Helper()
	c, err := loadConfig(environ(map[string]string{"ZHILU_LISTEN": "127.0.0.1:0", "ZHILU_OPS_LISTEN": "127.0.0.1:0", "ZHILU_CONSOLE_LISTEN": "127.0.0.1:0",
		"ZHILU_REDIS_URL": redisURL, "ZHILU_SECRET": strings.Repeat("0123456789abcdef", 2)}))
	if err != nil {
		t.Fatal(err)
	}
	a := start(t, c)
	p, err := simulator.New(simulator.Config{URL: "http://" + a.endpoints[0].listener.Addr().String() + bot.Path, Mode: simulator.Mode(c.Mode),
		Token: string(a.config.Token), AppID: a.config.AppID, AESKey: string(a.config.AESKey), Account: a.config.Account})
	if err != nil {
		t.Fatal(err)
	}
	return a, p
}

const hotlineFile = "channel/nfra-12378.yaml"

// TestTwentyPublishes: while messages come in on two instances, twenty releases follow one
// another. Every reply is valid, and none mixes two releases: the number stands in its name, in
// its text and in an option of another answer.
func TestTwentyPublishes(t *testing.T) {
	server := redistest.Start(t)
	one, first := instance(t, server.URL())
	two, second := instance(t, server.URL())
	rdb := server.PatientClient()
	defer rdb.Close()
	store := versions.New(rdb, time.Now, builtIn)

	var sent, wrong atomic.Int64
	stop := make(chan struct{})
	var users sync.WaitGroup
	for i, p := range []*simulator.Platform{first, second} {
		users.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				d := p.Send(t.Context(), simulator.Text(p.User(fmt.Sprintf("u%d-%d", i, n)), "nfra"))
				sent.Add(1)
				if fault := mixed(d); fault != "" && t.Context().Err() == nil {
					wrong.Add(1)
					t.Errorf("message %d: %s", n, fault)
					return
				}
			}
		})
	}
	last := ""
	var like *knowledge.Draft
	for n := range 20 {
		last = fmt.Sprintf("1%04d", 9000+n)
		var err error
		if like, err = publishNumber(t.Context(), store, like, last); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []*app{one, two} {
		for a.live.Release().Entry("nfra-12378").Facts["phone"].Value != last { // ends with the test's own limit of time
			time.Sleep(time.Millisecond)
		}
	}
	close(stop)
	users.Wait()
	if sent.Load() < 100 {
		t.Errorf("only %d messages in that time", sent.Load())
	}
	t.Logf("%d messages, %d wrong", sent.Load(), wrong.Load())
}

// mixed says what is wrong with a delivery: no valid reply, or two numbers in one.
func mixed(d simulator.Delivery) string {
	if d.Outcome != simulator.Replied {
		return fmt.Sprint(d.Outcome, d.Faults)
	}
	seen, shown := map[string]bool{}, "" // without the ids behind the options
	for _, part := range d.Reply.Segments() {
		shown += part.Text
	}
	for _, word := range strings.FieldsFunc(shown, func(r rune) bool { return r < '0' || r > '9' }) {
		if word == "12378" || len(word) == 5 && strings.HasPrefix(word, "190") {
			seen[word] = true
		}
	}
	if len(seen) != 1 {
		return fmt.Sprintf("the numbers %v in one reply", seen)
	}
	return ""
}

// publishNumber changes 12378 and makes it live, as two people do. It gives what it published,
// which the next one need not read again.
func publishNumber(ctx context.Context, store *versions.Store, like *knowledge.Draft, number string) (*knowledge.Draft, error) {
	d, err := store.Draft(ctx)
	if err != nil {
		return nil, err
	}
	base, err := store.Files(ctx, d.Base)
	if err != nil {
		return nil, err
	}
	revs, err := store.Revisions(ctx)
	if err != nil {
		return nil, err
	}
	e, err := knowledge.Decode(base[hotlineFile])
	if err != nil {
		return nil, err
	}
	phone := e.Facts["phone"]
	phone.Value = number
	e.Facts["phone"] = phone
	data, err := knowledge.Encode(e)
	if err != nil {
		return nil, err
	}
	if err := store.Save(ctx, versions.Actor{Login: "lin"}, []versions.File{{Path: hotlineFile, Rev: revs[hotlineFile], Data: data}}, "new number"); err != nil {
		return nil, err
	}
	if d, err = store.Draft(ctx); err != nil {
		return nil, err
	}
	p, err := store.Active(ctx)
	if err != nil {
		return nil, err
	}
	files := d.Over(base)
	parsed, ps := knowledge.ReadFiles(files, like)
	if len(ps) > 0 {
		return nil, ps
	}
	_, err = store.Publish(ctx, versions.Actor{Login: "ana"}, versions.Publication{Draft: parsed, Files: files, Counter: d.Counter, Epoch: p.Epoch, Reason: "new number"})
	return parsed, err
}
