package bot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/knowledge"
)

// TestFlood: who sends more than a person reads is asked to wait, and keeps the place; copies of a
// message are not counted, danger is answered as ever, and the next minute all is well.
func TestFlood(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe})
	p := h.person("ana")
	p.say(t, "me amenazan")
	slow := base().In(knowledge.Es, h.clock.now()).Text(knowledge.MsgSlowDown)
	for i := range bot.MaxPerMinute - 1 {
		if got := p.say(t, fmt.Sprintf("qwzzx plimf %d", i)); strings.Contains(got, slow) {
			t.Fatalf("after %d messages: %s", i+2, got)
		}
	}
	copies := h.SendWith(context.Background(), p.last, simulator.Options{Copies: 6})
	for _, a := range copies.Attempts {
		if a.Reply == nil || strings.Contains(a.Reply.Content, slow) {
			t.Error("a copy was counted")
		}
	}
	if got := p.say(t, "me amenazan con publicar mis fotos"); got != slow {
		t.Errorf("one too many: %s", got)
	}
	if got := p.say(t, "ya no quiero vivir"); !strings.Contains(got, "12356") || strings.Contains(got, slow) {
		t.Errorf("in danger: %s", got)
	}
	if got := h.person("ben").say(t, "hola"); strings.Contains(got, slow) {
		t.Errorf("somebody else: %s", got)
	}
	h.clock.set(h.clock.now().Add(time.Minute))
	if got := p.say(t, "menú"); strings.Contains(got, slow) {
		t.Errorf("a minute later: %s", got)
	}
}

// TestShed: over the limit of turns messages are answered at once without a place, danger as ever,
// and what asks for deletion is deleted.
func TestShed(t *testing.T) {
	_, rdb := realRedis(t)
	before := open(t, rdb, setup{mode: bot.ModeSafe})
	before.person("ana").say(t, "they call my boss")
	h := open(t, rdb, setup{mode: bot.ModeSafe, maxTurns: -1})
	h.clock.set(before.clock.now())
	p := h.person("ana")
	if got := p.say(t, "they call my boss"); !strings.Contains(got, base().In(knowledge.En, h.clock.now()).Text(knowledge.MsgLostPlace)) {
		t.Errorf("without a turn: %s", got)
	}
	if got := p.say(t, "I want to die"); !strings.Contains(got, "12356") {
		t.Errorf("in danger: %s", got)
	}
	if got := p.say(t, "delete my data"); got != base().In(knowledge.En, h.clock.now()).Text(knowledge.MsgEraseLater) {
		t.Errorf("asked to delete: %s", got)
	}
	for end := time.Now().Add(20 * time.Second); len(rdb.Keys(context.Background(), "wx:*").Val()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("left: %q", rdb.Keys(context.Background(), "wx:*").Val())
		}
	}
}
