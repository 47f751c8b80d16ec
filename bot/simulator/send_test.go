package simulator_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhilu/bot/simulator"
)

// TestOutcomes: one bot behaviour each, what the user sees of it, and why.
func TestOutcomes(t *testing.T) {
	type answer = func(http.ResponseWriter, *http.Request, inbound)
	status := func(code int) answer {
		return func(w http.ResponseWriter, _ *http.Request, _ inbound) { w.WriteHeader(code) }
	}
	sealed := func(f func(m inbound) string) answer {
		return func(w http.ResponseWriter, _ *http.Request, m inbound) { _, _ = io.WriteString(w, seal(f(m))) }
	}
	typed := func(kind, rest string) answer {
		return sealed(func(m inbound) string {
			return replyTo(m.From, m.To, "1", "<MsgType>"+kind+"</MsgType>"+rest)
		})
	}
	news := "<ArticleCount>1</ArticleCount><Articles><item><Title>t</Title><Description>d</Description><PicUrl/><Url>https://example.invalid/</Url></item></Articles>"
	for name, c := range map[string]struct {
		answer  answer
		outcome simulator.Outcome
		fault   string // part of the only fault
		tries   int
	}{
		"echo":              {says("你好"), simulator.Replied, "", 1},
		"most bytes":        {says(strings.Repeat("长", 682) + "!!"), simulator.Replied, "", 1},
		"success":           {writes("success"), simulator.Silent, "", 1},
		"empty":             {writes(""), simulator.Silent, "", 1},
		"image":             {typed("image", "<Image><MediaId>m</MediaId></Image>"), simulator.Replied, "", 1},
		"news":              {typed("news", news), simulator.Replied, "", 1},
		"transfer":          {typed("transfer_customer_service", ""), simulator.Replied, "", 1},
		"slow":              {hang, simulator.Fault, "no complete answer within 50ms", 3},
		"500":               {status(500), simulator.Fault, "HTTP status 500 instead of 200", 3},
		"201":               {status(201), simulator.Fault, "HTTP status 201", 3},
		"redirect":          {status(302), simulator.Fault, "HTTP status 302", 3},
		"breaks off":        {func(http.ResponseWriter, *http.Request, inbound) { panic(http.ErrAbortHandler) }, simulator.Fault, "no complete answer: EOF", 3},
		"endless":           {writes(strings.Repeat("x", 300<<10)), simulator.Fault, "longer than", 3},
		"html":              {writes("<!DOCTYPE html><p>hello"), simulator.Fault, "HTML page", 1},
		"json":              {writes(`{"text":"hello"}`), simulator.Fault, "JSON", 1},
		"bare text":         {writes("ok"), simulator.Fault, "neither XML nor the bare word success", 1},
		"success in quotes": {writes(`"success"`), simulator.Fault, "neither XML nor", 1},
		"cut XML":           {writes("<xml><ToUserName>"), simulator.Fault, "not well-formed", 1},
		"two roots":         {writes("<xml></xml><xml></xml>"), simulator.Fault, "2 root elements", 1},
		"wrong root":        {writes("<XML></XML>"), simulator.Fault, "root element is <XML>", 1},
		"not encrypted":     {func(w http.ResponseWriter, _ *http.Request, m inbound) { _, _ = io.WriteString(w, reply(m, "好")) }, simulator.Fault, "safe mode", 1},
		"encrypted empty":   {writes(seal("")), simulator.Fault, "empty message", 1},
		"encrypted success": {writes(seal("success")), simulator.Fault, "neither XML", 1},
		"bad signature":     {writes(sealWith("<xml/>", appID, "other", "1")), simulator.Fault, "MsgSignature", 1},
		"other appid":       {writes(sealWith("<xml/>", "wx0", token, "1")), simulator.Fault, "cannot be decrypted", 1},
		"TimeStamp":         {writes(sealWith("<xml/>", appID, token, "now")), simulator.Fault, "TimeStamp", 1},
		"control character": {says("一\x01二"), simulator.Fault, "U+0001", 1},
		"invalid UTF-8":     {says("一\xff二"), simulator.Fault, "invalid UTF-8", 1},
		"too long":          {says(strings.Repeat("长", 683)), simulator.Fault, "Content has 2049 bytes", 1},
		"no content":        {says(""), simulator.Fault, "Content is empty", 1},
		"blank content":     {says(" \n"), simulator.Fault, "Content is empty", 1},
		"not swapped": {sealed(func(m inbound) string {
			return replyTo(m.From, m.From, "1", "<MsgType>text</MsgType><Content>x</Content>")
		}), simulator.Fault, "FromUserName", 1},
		"other user": {sealed(func(m inbound) string { return replyTo("oX", m.To, "1", "<MsgType>text</MsgType><Content>x</Content>") }), simulator.Fault, "ToUserName", 1},
		"CreateTime": {sealed(func(m inbound) string {
			return replyTo(m.From, m.To, "1.5", "<MsgType>text</MsgType><Content>x</Content>")
		}), simulator.Fault, "CreateTime", 1},
		"unknown type":     {typed("hologram", ""), simulator.Fault, "hologram", 1},
		"no type":          {typed("", "<Content>x</Content>"), simulator.Fault, "MsgType", 1},
		"image without id": {typed("image", "<Image></Image>"), simulator.Fault, "MediaId", 1},
		"news count":       {typed("news", strings.Replace(news, ">1<", ">2<", 1)), simulator.Fault, "ArticleCount", 1},
		"two contents":     {typed("text", "<Content>a</Content><Content>b</Content>"), simulator.Fault, "Content occurs twice", 1},
	} {
		t.Run(name, func(t *testing.T) {
			timeout := 10 * time.Second
			if name == "slow" {
				timeout = 50 * time.Millisecond
			}
			p, b := start(t, simulator.Config{Timeout: timeout}, c.answer)
			d := p.Send(t.Context(), simulator.Text(p.User("ann"), "你好"))
			if d.Outcome != c.outcome || len(d.Attempts) != c.tries {
				t.Fatalf("%s after %d tries, want %s after %d; %v", d.Outcome, len(d.Attempts), c.outcome, c.tries, d.Faults)
			}
			if n := len(b.all()); n != c.tries && name != "slow" { // a busy machine may not get to a request before its cut-off
				t.Errorf("the bot saw %d requests, want %d", n, c.tries)
			}
			if (d.Notice == simulator.FaultNotice) != (c.outcome == simulator.Fault) || (d.Reply != nil) != (c.outcome == simulator.Replied) {
				t.Errorf("notice %q, reply %v", d.Notice, d.Reply)
			}
			if c.fault == "" && len(d.Faults) == 0 {
				return
			}
			if len(d.Faults) != 1 || !strings.Contains(d.Faults[0], c.fault) {
				t.Errorf("faults %q, want %q", d.Faults, c.fault)
			}
		})
	}
}

func TestDamagedPaddingIsSeen(t *testing.T) {
	// The SDK's decryption looks at the last byte of the padding only.
	p, _ := start(t, simulator.Config{}, func(w http.ResponseWriter, _ *http.Request, m inbound) {
		_, _ = io.WriteString(w, sealRaw(withBadPadding(reply(m, "好"))))
	})
	d := p.Send(t.Context(), simulator.Text(p.User("ann"), "x"))
	if !slices.Equal(d.Faults, []string{"the padding of the encrypted reply is wrong"}) {
		t.Errorf("%s %q", d.Outcome, d.Faults)
	}
}

func TestEncryptedReplyInPlainMode(t *testing.T) {
	p, _ := start(t, simulator.Config{Mode: simulator.Plain}, func(w http.ResponseWriter, _ *http.Request, m inbound) {
		_, _ = io.WriteString(w, seal(reply(m, "好")))
	})
	d := p.Send(t.Context(), simulator.Text(p.User("ann"), "x"))
	if d.Outcome != simulator.Fault || !strings.Contains(d.Faults[0], "plain mode") {
		t.Errorf("%s %q", d.Outcome, d.Faults)
	}
}

func TestPlainReplyInCompatibleMode(t *testing.T) {
	p, _ := start(t, simulator.Config{Mode: simulator.Compatible}, func(w http.ResponseWriter, _ *http.Request, m inbound) {
		_, _ = io.WriteString(w, reply(m, "好"))
	})
	if d := p.Send(t.Context(), simulator.Text(p.User("ann"), "x")); d.Outcome != simulator.Replied {
		t.Errorf("%s %q", d.Outcome, d.Faults)
	}
}

func TestThirdTryAnswers(t *testing.T) {
	p, b := start(t, simulator.Config{}, func(w http.ResponseWriter, r *http.Request, m inbound) {
		if m.n < 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		says("第三次")(w, r, m)
	})
	d := p.Send(t.Context(), simulator.Text(p.User("ann"), "x"))
	if d.Outcome != simulator.Replied || d.Reply.Content != "第三次" || d.Notice != "" || d.Faults != nil {
		t.Fatalf("%s %q", d.Outcome, d.Faults)
	}
	ids, queries := map[string]bool{}, map[string]bool{}
	for _, m := range b.all() {
		ids[m.MsgID], queries[m.query] = true, true
	}
	if len(ids) != 1 || len(queries) != 3 {
		t.Errorf("3 tries carry one MsgId and their own signatures: %v %v", ids, queries)
	}
	if a := d.Attempts[0]; a.Try != 1 || a.Status != 502 || a.Outcome != simulator.Fault || a.Duration <= 0 {
		t.Errorf("first try %+v", a)
	}
}

func TestSameMessageAgain(t *testing.T) {
	c := newClock()
	p, b := start(t, simulator.Config{Now: c.now}, says("好"))
	first := p.Send(t.Context(), simulator.Text(p.User("ann"), "x"))
	c.move(time.Minute)
	again := p.Send(t.Context(), first.Message)
	if again.XML != first.XML || again.Attempts[0].Query == first.Attempts[0].Query {
		t.Errorf("again: %s\n%s", again.XML, again.Attempts[0].Query)
	}
	if n := len(b.all()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestCopiesGoOutTogether(t *testing.T) {
	var together sync.WaitGroup
	together.Add(5)
	p, b := start(t, simulator.Config{}, func(w http.ResponseWriter, r *http.Request, m inbound) {
		together.Done()
		together.Wait() // answers only when all five are here
		says("好")(w, r, m)
	})
	d := p.SendWith(t.Context(), simulator.Text(p.User("ann"), "x"), simulator.Options{Copies: 5})
	if len(d.Attempts) != 5 || d.Outcome != simulator.Replied || d.Attempts[4].Copy != 5 || d.Attempts[4].Reply == nil {
		t.Fatalf("%s, %d attempts", d.Outcome, len(d.Attempts))
	}
	for _, m := range b.all() {
		if m.MsgID != d.Message.MsgID {
			t.Errorf("MsgId %s, want %s", m.MsgID, d.Message.MsgID)
		}
	}
}

func TestFirstTryAbandoned(t *testing.T) {
	p, b := start(t, simulator.Config{}, says("好")) // however quick the bot is
	d := p.SendWith(t.Context(), simulator.Text(p.User("ann"), "x"), simulator.Options{Abandon: time.Nanosecond})
	if d.Outcome != simulator.Replied || len(d.Attempts) != 2 {
		t.Fatalf("%s, %d attempts, %q", d.Outcome, len(d.Attempts), d.Faults)
	}
	if a := d.Attempts[0]; a.Reply != nil || a.Outcome != simulator.Fault || !strings.Contains(a.Faults[0], "abandoned") {
		t.Errorf("first try: %+v", a)
	}
	for _, m := range b.all() {
		if m.MsgID != d.Message.MsgID {
			t.Error("the tries have different MsgIds")
		}
	}
}

func TestForgeries(t *testing.T) {
	c := newClock()
	p, b := start(t, simulator.Config{Now: c.now}, says("好"))
	ann := p.User("ann")
	for name, o := range map[string]simulator.Options{
		"signature":     {Signature: strings.Repeat("0", 40)},
		"msg_signature": {MsgSignature: strings.Repeat("0", 40)},
		"body":          {Body: func(s string) string { return strings.Replace(s, "<Encrypt><![CDATA[", "<Encrypt><![CDATA[AAAA", 1) }},
		"no signature":  {Edit: func(r *http.Request) { r.URL.RawQuery = "" }},
	} {
		d := p.SendWith(t.Context(), simulator.Text(ann, "x"), o)
		if d.Outcome != simulator.Fault || d.Attempts[0].Status != http.StatusForbidden {
			t.Errorf("%s: %s %q", name, d.Outcome, d.Faults)
		}
	}
	if n := len(b.all()); n != 0 {
		t.Errorf("%d forgeries came through", n)
	}
	d := p.SendWith(t.Context(), simulator.Text(ann, "x"), simulator.Options{Timestamp: "1", Nonce: "n"})
	if !strings.Contains(d.Attempts[0].Query, "timestamp=1&nonce=n") || d.Outcome != simulator.Replied {
		t.Errorf("an old timestamp must be signed right: %s %q", d.Attempts[0].Query, d.Faults)
	}
	d = p.SendWith(t.Context(), simulator.Text(ann, "x"), simulator.Options{Mode: simulator.Plain})
	if b.last(t).mode != "plain" || d.Outcome != simulator.Replied {
		t.Errorf("downgrade: the bot saw %s", b.last(t).mode)
	}
}

func TestCallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, _ := start(t, simulator.Config{}, func(w http.ResponseWriter, r *http.Request, m inbound) {
		cancel()
		hang(w, r, m)
	})
	d := p.Send(ctx, simulator.Text(p.User("ann"), "x"))
	if d.Outcome != simulator.Fault || len(d.Attempts) != 1 || d.Notice != "" {
		t.Errorf("%s, %d attempts, notice %q", d.Outcome, len(d.Attempts), d.Notice)
	}
}

func TestNoNoticeAfterSilentEvents(t *testing.T) {
	p, _ := start(t, simulator.Config{}, func(w http.ResponseWriter, _ *http.Request, _ inbound) { w.WriteHeader(500) })
	for _, m := range []simulator.Message{simulator.Unsubscribe(p.User("a")), simulator.View(p.User("a"), "https://example.invalid/")} {
		if d := p.Send(t.Context(), m); d.Outcome != simulator.Fault || d.Notice != "" {
			t.Errorf("%s: %s, notice %q", m.Event, d.Outcome, d.Notice)
		}
	}
	if d := p.Send(t.Context(), simulator.Subscribe(p.User("a"))); d.Notice == "" {
		t.Error("subscribe: no notice")
	}
}

func TestEventsCannotBeTransferred(t *testing.T) {
	p, _ := start(t, simulator.Config{}, func(w http.ResponseWriter, _ *http.Request, m inbound) {
		_, _ = io.WriteString(w, seal(replyTo(m.From, m.To, "1", "<MsgType>transfer_customer_service</MsgType>")))
	})
	if d := p.Send(t.Context(), simulator.Click(p.User("a"), "k")); d.Outcome != simulator.Fault {
		t.Errorf("%s", d.Outcome)
	}
}

func TestConcurrentUse(t *testing.T) {
	p, b := start(t, simulator.Config{Users: 8}, says("好"))
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			d := p.Send(t.Context(), simulator.Text(p.User(string(rune('a'+i))), "x"))
			if d.Outcome != simulator.Replied {
				t.Errorf("%q", d.Faults)
			}
			p.Sent(d.Message.From, 0)
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, m := range b.all() {
		ids[m.MsgID] = true
	}
	if len(ids) != 20 {
		t.Errorf("%d different MsgIds for 20 messages", len(ids))
	}
}
