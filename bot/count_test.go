package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/knowledge/counts"
)

// tally keeps the events of a house.
type tally struct {
	mu     sync.Mutex
	events []bot.Event
}

func (c *tally) count(e bot.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, e)
}

// take gives the events since the last time.
func (c *tally) take() []bot.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	got := c.events
	c.events = nil
	return got
}

// TestCounting: every turn is counted once, whatever is retried, as what it was.
func TestCounting(t *testing.T) {
	_, rdb := realRedis(t)
	var c tally
	h := open(t, rdb, setup{mode: bot.ModeSafe, instances: 2, count: c.count})
	p := h.person("ana")
	for _, step := range []struct {
		words string
		want  bot.Event
	}{
		{"他们威胁我", bot.Event{Intent: "threats", State: "advice", Situation: "threats"}},
		{"谢谢", bot.Event{Intent: "thanks", State: "aside"}},
		{"12378", bot.Event{Intent: "nfra-12378", State: "channel", Channel: "nfra-12378"}},
		{"qwerty asdf", bot.Event{Intent: "none", State: "clarify", Missed: true, Text: "qwerty asdf"}},
		{"我不想活了", bot.Event{Intent: "self-harm", State: "aside", Crisis: true}},
		{"他们拿刀堵在门口要砍人", bot.Event{Intent: "violence", State: "advice", Situation: "violence", Crisis: true}},
	} {
		h.clock.set(h.clock.now().Add(time.Second))
		d := h.SendWith(context.Background(), simulator.Text(p.id, step.words), simulator.Options{Copies: 4})
		h.Send(context.Background(), d.Message) // and a late copy
		got := c.take()
		if len(got) != 1 {
			t.Fatalf("> %s: counted %d times: %+v", step.words, len(got), got)
		}
		e := got[0]
		if e.Missed != (e.User != "") || strings.Contains(e.User, p.id) {
			t.Errorf("> %s: user %q", step.words, e.User)
		}
		step.want.At, step.want.Lang, step.want.User = e.At, e.Lang, e.User
		if e != step.want {
			t.Errorf("> %s: counted as\n%+v, want\n%+v", step.words, e, step.want)
		}
	}
	h.Send(context.Background(), simulator.Unsubscribe(p.id))
	if got := c.take(); len(got) != 0 {
		t.Errorf("leaving is counted: %+v", got)
	}
}

// TestNoWordsOfThoseWhoMayBeInDanger: such a message is a miss like others, but its words go
// nowhere.
func TestNoWordsOfThoseWhoMayBeInDanger(t *testing.T) {
	_, rdb := realRedis(t)
	var c tally
	h := open(t, rdb, setup{mode: bot.ModePlain, count: c.count})
	h.person("ana").say(t, "my car died this morning") // found by TestMissOrCrisis of package dialog
	if got := c.take(); len(got) != 1 || !got[0].Missed || got[0].Text != "" || got[0].User != "" {
		t.Errorf("%+v", got)
	}
}

// TestCountingWithoutRedis: an answer without a state is counted as such, a crisis card in it too.
func TestCountingWithoutRedis(t *testing.T) {
	server, rdb := hurriedRedis(t)
	var c tally
	h := open(t, rdb, setup{mode: bot.ModeSafe, count: c.count})
	server.Kill()
	p := h.person("ana")
	p.say(t, "me amenazan")
	p.say(t, "quiero morir")
	got := c.take()
	if len(got) != 2 || !got[0].Stateless || got[0].Crisis || !got[1].Stateless || !got[1].Crisis || got[1].Lang != "es" || got[1].User+got[1].Text+got[1].Intent != "" {
		t.Errorf("%+v", got)
	}
}

// TestCountingPanics: a fault of the counting costs nobody the answer.
func TestCountingPanics(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe, count: func(bot.Event) { panic("我叫张伟") }})
	if got := h.person("ana").say(t, "他们威胁我"); got == "" {
		t.Error("no answer")
	}
	if log := h.log.String(); !strings.Contains(log, "panic in counting") || strings.Contains(log, "张伟") {
		t.Error(log)
	}
}

// TestMissesAreMasked takes messages from the platform through bot and recorder to what an
// operator sees.
func TestMissesAreMasked(t *testing.T) {
	_, rdb := realRedis(t)
	r := counts.New(rdb, []byte("a secret of the tests, not of anyone"))
	t.Cleanup(func() { r.Close(context.Background()) })
	h := open(t, rdb, setup{mode: bot.ModeSafe, count: func(e bot.Event) { r.Record(counts.Turn(e)) }})
	for i := range 3 {
		h.person(fmt.Sprint("user", i)).say(t, fmt.Sprintf("qwerty 1380013800%d asdf", i))
	}
	if err := r.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	reader := counts.NewReader(rdb)
	got, err := reader.Misses(context.Background())
	if err != nil || len(got) != 1 || got[0].Text != "qwerty ‹phone› asdf" || got[0].Users != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	keys, err := rdb.Keys(context.Background(), "*").Result()
	if err != nil || !slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, "kb:{kb}:n:20") }) {
		t.Errorf("%q, %v", keys, err)
	}
	for _, k := range keys {
		if strings.Contains(rdb.Dump(context.Background(), k).Val(), "1380013800") {
			t.Errorf("%s holds the phone number", k)
		}
	}
}
