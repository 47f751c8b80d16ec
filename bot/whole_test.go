package bot_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

func transcripts(t *testing.T) map[string]transcript.Transcript {
	t.Helper()
	files, err := filepath.Glob("../dialog/testdata/*.txt")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d transcripts (%v)", len(files), err)
	}
	all := map[string]transcript.Transcript{}
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := transcript.Parse(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all[filepath.Base(path)] = parsed
	}
	return all
}

// TestTranscriptsThroughTheWebhook has every golden conversation through signed and, in two
// of the modes, encrypted callbacks, over two instances on one real Redis, and looks at what
// was logged on the way.
func TestTranscriptsThroughTheWebhook(t *testing.T) {
	for _, mode := range []bot.Mode{bot.ModeSafe, bot.ModeCompatible, bot.ModePlain} {
		t.Run(string(mode), func(t *testing.T) {
			_, rdb := realRedis(t)
			h := open(t, rdb, setup{mode: mode, instances: 2})
			var said []string
			for name, want := range transcripts(t) {
				p := h.person(name)
				got, err := want.Play(p)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, d := range want.Differences(got) {
					t.Errorf("%s: %s", name, d)
				}
				said = append(said, p.id)
				for _, turn := range want.Turns {
					said = append(said, turn.Event.Text)
				}
			}
			checkLog(t, h.log.String(), said)
		})
	}
}

// checkLog asserts that nothing of users and no secret is in a log.
func checkLog(t *testing.T, log string, said []string) {
	t.Helper()
	if !strings.Contains(log, `"intent"`) {
		t.Error("the log holds no turn: this test would see nothing")
	}
	for _, s := range append(said, token, aesKey, "signature=", "openid") {
		if len(s) > 5 && !isID(s) && strings.Contains(log, s) { // "12378" is part of an entry's id
			t.Errorf("the log holds %q", s)
		}
	}
}

// isID reports whether a text a user sent is at the same time the id of an entry or a state,
// which logs do hold: "12378" is none, "menu" and "rights" are.
func isID(s string) bool {
	return base().Entry(knowledge.ID(s)) != nil || s == "menu" || s == "evidence" || s == "stop"
}

// TestThreeTries: the copies of one message, also at the same moment at two instances,
// advance the dialog once and get the same reply.
func TestThreeTries(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe, instances: 2})
	for _, words := range []string{"催收", "1", "1", "0", "3"} {
		p, twin := h.person("one"), h.person("twin")
		d := h.SendWith(context.Background(), simulator.Text(p.id, words), simulator.Options{Copies: 6})
		for _, a := range d.Attempts {
			if a.Reply == nil || a.Plain != d.Attempts[0].Plain {
				t.Fatalf("> %s: copy %d got another reply:\n%s\n%s", words, a.Copy, a.Plain, d.Attempts[0].Plain)
			}
		}
		late := h.Send(context.Background(), d.Message)
		if late.Reply.XML != d.Reply.XML {
			t.Errorf("> %s: a late copy got another reply", words)
		}
		if want := twin.say(t, words); shown(d.Reply) != want {
			t.Errorf("> %s: one message was not one step:\n%s\nwant\n%s", words, shown(d.Reply), want)
		}
	}
}

// TestRedisKilled: while Redis is gone every message is answered within 1.5 s, danger as
// ever; afterwards the place is there again.
func TestRedisKilled(t *testing.T) {
	server, rdb := hurriedRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe, timeout: 1500 * time.Millisecond, tries: 1, hurry: true})
	p := h.person("ana")
	p.say(t, "me amenazan")
	rights := p.say(t, "1")
	server.Kill()
	lost := base().In(knowledge.Es, h.clock.now()).Text(knowledge.MsgLostPlace)
	if got := p.say(t, "me llaman al trabajo"); !strings.Contains(got, lost) {
		t.Errorf("without Redis: %s", got)
	}
	if got := p.say(t, "ya no quiero vivir"); !strings.Contains(got, "12356") || !strings.Contains(got, "120") || strings.Contains(got, lost) {
		t.Errorf("in danger without Redis: %s", got)
	}
	if got := h.person("ben").say(t, "borrar mis datos"); strings.Contains(got, base().In(knowledge.Es, h.clock.now()).Text(knowledge.MsgErased)) {
		t.Errorf("claims to have deleted: %s", got)
	}
	server.Up()
	back := p.say(t, "2")
	without := base().In(knowledge.ZhHans, h.clock.now()).Text(knowledge.MsgLostPlace) // a number shows no language
	for end := time.Now().Add(2 * time.Second); strings.Contains(back, without) && time.Now().Before(end); {
		time.Sleep(50 * time.Millisecond) // the breaker tries again within 0.6 s
		back = p.say(t, "2")
	}
	if back == rights || !strings.Contains(back, "Volver") {
		t.Errorf("after Redis is back: %s", back)
	}
	p.say(t, "0")
	if got := p.say(t, "0"); !strings.Contains(got, "110") {
		t.Errorf("the place is not there again: %s", got)
	}
}

// TestRedisHangs: a Redis that accepts connections and never answers.
func TestRedisHangs(t *testing.T) {
	server, rdb := hurriedRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe, timeout: 4500 * time.Millisecond, tries: 1, hurry: true})
	p := h.person("ana")
	p.say(t, "they call my boss")
	server.Pause()
	defer server.Resume()
	if got := p.say(t, "I want to die"); !strings.Contains(got, "12356") {
		t.Errorf("in danger while Redis hangs: %s", got)
	}
	if got := p.say(t, "1"); got == "" {
		t.Error("no answer while Redis hangs")
	}
}

// TestErased: after "delete my data", and after leaving, nothing of the user is in Redis.
func TestErased(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe})
	for _, leave := range []string{"delete my data", "[unfollow]"} {
		p := h.person("ana")
		p.say(t, "they call my boss")
		p.say(t, "1")
		if keys := rdb.Keys(context.Background(), "*").Val(); len(keys) != 3 {
			t.Fatalf("keys before: %q", keys)
		}
		p.say(t, leave)
		if keys := rdb.Keys(context.Background(), "*").Val(); len(keys) != 0 {
			t.Errorf("after %q: %q", leave, keys)
		}
	}
}

// TestAuthorisationErases: the user of these events is in OpenID, not the sender.
func TestAuthorisationErases(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe})
	ana, ben := h.person("ana"), h.person("ben")
	ana.say(t, "hola")
	ben.say(t, "hola")
	xml := `<xml><ToUserName>` + ghID + `</ToUserName><FromUserName>oPlatform</FromUserName><CreateTime>1767225986</CreateTime>` +
		`<MsgType>event</MsgType><Event>user_authorization_cancellation</Event><OpenID>` + ana.id + `</OpenID></xml>`
	if d := h.Send(context.Background(), simulator.Message{XML: xml}); d.Outcome != simulator.Silent {
		t.Errorf("outcome %s %q", d.Outcome, d.Faults)
	}
	if keys := rdb.Keys(context.Background(), "*").Val(); len(keys) != 2 {
		t.Errorf("keys left: %q", keys)
	}
}

// TestRefused: what is forged, stale or for another account gets a status and an empty body,
// changes nothing and leaves nothing of it in the log.
func TestRefused(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe})
	p := h.person("ana")
	for name, o := range map[string]simulator.Options{
		"signature":  {Signature: strings.Repeat("0", 40)},
		"body":       {MsgSignature: strings.Repeat("0", 40)},
		"stale":      {Timestamp: "1767225601"},
		"plain body": {Mode: simulator.Plain},
		"too large":  {Body: func(b string) string { return b + strings.Repeat(" ", 70<<10) }},
	} {
		o.Tries = 1
		d := h.SendWith(context.Background(), simulator.Text(p.id, "SecretWordsOfAna"), o)
		a := d.Attempts[0]
		if a.Status < 400 || a.Status > 499 || a.RawResponse != "" {
			t.Errorf("%s: status %d, body %q", name, a.Status, a.RawResponse)
		}
	}
	if keys := rdb.Keys(context.Background(), "*").Val(); len(keys) != 0 {
		t.Errorf("refused messages left %q", keys)
	}
	if log := h.log.String(); strings.Contains(log, "SecretWords") || strings.Contains(log, p.id) || !strings.Contains(log, "refused") {
		t.Errorf("log: %s", log)
	}
}

// TestVerification: the platform's check of the address.
func TestVerification(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe})
	if err := h.Verify(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestCrisisLeavesNoTrace: every copy of a message that shows danger gets the same card, in
// the middle of a dialog too, and nothing of the card or its cause is in Redis.
func TestCrisisLeavesNoTrace(t *testing.T) {
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe, instances: 2})
	for i, words := range []string{"我不想活了", "ya no quiero vivir", "I want to die"} {
		p := h.person(words)
		if i != 1 {
			p.say(t, "催收")
			p.say(t, "1")
		}
		d := h.SendWith(context.Background(), simulator.Text(p.id, words), simulator.Options{Copies: 4})
		late := h.Send(context.Background(), d.Message)
		for _, a := range append(d.Attempts, late.Attempts...) {
			if a.Reply == nil || a.Plain != d.Attempts[0].Plain || !strings.Contains(a.Reply.Content, "12356") {
				t.Errorf("> %s: copy %d got\n%s\nthe first one\n%s", words, a.Copy, a.Plain, d.Attempts[0].Plain)
			}
		}
	}
	for _, key := range rdb.Keys(context.Background(), "*").Val() {
		held := rdb.Get(context.Background(), key).Val() + strings.Join(rdb.HVals(context.Background(), key).Val(), " ")
		if strings.Contains(held, "12356") || strings.Contains(held, "harm") {
			t.Errorf("%s holds %s", key, held)
		}
	}
}
