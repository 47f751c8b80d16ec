package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// conversation is the hidden field of a page.
const conversation = `name="sent" value="([^"]*)"`

// change puts another phone number of an office into the draft.
func (s *site) change(t *testing.T, id knowledge.ID, change func(*knowledge.Entry)) {
	t.Helper()
	snap, err := s.desk.look(t.Context())
	ok(t, err)
	e := *snap.entries[id]
	facts := map[string]knowledge.Fact{}
	for name, f := range e.Facts {
		facts[name] = f
	}
	e.Facts = facts
	change(&e)
	path := snap.path(&e)
	data, err := knowledge.Rewrite(snap.files[path], &e)
	ok(t, err)
	ok(t, s.store.Save(t.Context(), versions.Actor{Login: "editor"}, []versions.File{{Path: path, Rev: snap.revs[path], Data: data}}, "a test"))
}

// otherAnswer makes the draft answer 12378 with other words.
func (s *site) otherAnswer(t *testing.T, words string) {
	t.Helper()
	s.change(t, "nfra-12378", func(e *knowledge.Entry) {
		e.Text.Zh, e.Text.En, e.Text.Es = words+e.Text.Zh, "More. "+e.Text.En, "Más. "+e.Text.Es
		e.Restamp(knowledge.En, knowledge.Es)
	})
}

// TestTry talks to what is live and to a draft: a message, a tap, other times, both at once.
func TestTry(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Viewer)
	p := c.get("/try").want(http.StatusOK, "Try it", "No messages yet", "The draft is the same", `value="2026-08-03T14:05"`).not("Save this chat")
	p = c.post("/try", "sent", "", "now", "2026-11-21T22:30", "text", " 12378\n", "do", "say").want(http.StatusOK, "12378", "21 Nov 2026, 22:30",
		"The whole message is a phrase of", "/entries/", "of 2048 bytes", "1 of 60 messages")
	sent := p.find(conversation)
	if sent != `[{"e":"12378"}]` {
		t.Errorf("carries %s", sent)
	}
	p = c.post("/try", "sent", sent, "now", "2026-11-21T22:30", "later", "26", "event", "菜单", "text", "half a")
	p.want(http.StatusOK, "23 Nov 2026, 00:30", `value="half a"`)
	sent = p.find(conversation)
	p = c.post("/try", "sent", sent, "now", "2026-11-21T22:30", "event", "[again]").want(http.StatusOK, "sends the last message again", "gives the same answer")
	if got := p.find(conversation); got != `[{"e":"12378"},{"e":"菜单","h":26},{"e":"[again]"}]` {
		t.Errorf("carries %s", got)
	}

	// The same conversation on another date: nothing is lost, the times move.
	p = c.post("/try", "sent", sent, "now", "2027-02-06T09:00", "do", "show").want(http.StatusOK, "6 Feb 2027, 09:00", "7 Feb 2027, 11:00").not("Nov 2026,")
	if p.find(conversation) != sent {
		t.Error("another date changes the conversation")
	}
	p = c.post("/try", "sent", sent, "now", "2026-11-21T22:30", "do", "back")
	if got := p.find(conversation); got != `[{"e":"12378"}]` {
		t.Errorf("a step back leaves %s", got)
	}
	c.post("/try", "sent", sent, "do", "clear").want(http.StatusOK, "No messages yet", "0 of 60")

	// A draft that says something else, beside what is live.
	s.otherAnswer(t, "草稿的新句子。\n")
	c.get("/try").want(http.StatusOK, `<option value="draft" selected`).not("is the same as what is live")
	one := `[{"e":"12378"}]`
	c.post("/try", "sent", one, "side", "draft", "do", "show").want(http.StatusOK, "草稿的新句子")
	c.post("/try", "sent", one, "side", "live", "do", "show").want(http.StatusOK).not("草稿的新句子")
	c.post("/try", "sent", one, "side", "both", "do", "show").want(http.StatusOK, "草稿的新句子", "Live now", "1 of 1 answers differ", "differs")
	c.post("/try", "sent", `[{"e":"威胁"}]`, "side", "both", "do", "show").want(http.StatusOK, "Both answer exactly alike")

	// Danger says which rule decided.
	c.post("/try", "text", "不想活了").want(http.StatusOK, "fixed rules for danger", "A rule of the tests")
}

// TestTryRefuses says what the page does not take, and keeps what was typed.
func TestTryRefuses(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Viewer)
	for _, bad := range []string{"x", "{}", `[{"e":""}]`, `[{"e":"a\nb"}]`, `[{"e":"a","h":-1}]`, `[{"e":"a","h":9999999}]`, `[{"e":"a","x":1}]`, `[{"e":"a"}] []`,
		`[{"e":" a"}]`, `[{"e":"` + strings.Repeat("a", maxMessage+1) + `"}]`, "[" + strings.Repeat(`{"e":"a"},`, maxSent) + `{"e":"a"}]`, strings.Repeat("[", 100_000)} {
		c.post("/try", "sent", bad, "text", "hello").want(http.StatusBadRequest, "may have been altered")
	}
	full := "[" + strings.TrimSuffix(strings.Repeat(`{"e":"a"},`, maxSent), ",") + "]"
	p := c.post("/try", "sent", full, "text", "one more").want(http.StatusUnprocessableEntity, "at most 60 messages", `value="one more"`)
	if p.find(conversation) != full {
		t.Error("the conversation is lost")
	}
	c.post("/try", "text", "  \n ").want(http.StatusUnprocessableEntity, "Write a message first")
	c.post("/try", "event", "[again]").want(http.StatusUnprocessableEntity, "no message yet")
	c.post("/try", "text", "hello", "later", "soon").want(http.StatusUnprocessableEntity, "whole hours", `value="hello"`, `value="soon"`)
	c.post("/try", "text", "hello", "now", "yesterday").want(http.StatusUnprocessableEntity, "between 2000 and 2099", `value="yesterday"`)
	c.post("/try", "text", strings.Repeat("催", 22<<10)).want(http.StatusUnprocessableEntity, "67,584 bytes", "At most 4,096", "催催催")
	c.post("/try", "text", "[tap x", "sent", `[{"e":"[unfollow]"},{"e":"[scan]"},{"e":"[sticker]"}]`).want(http.StatusOK, "[tap x", "Scans the QR code", "[sticker]")
	c.post("/try/test", "sent", `[{"e":"a"}]`, "name", "a").want(http.StatusForbidden)
}

// TestTryNotes says on the page what keeps the draft from answering and what is switched off.
func TestTryNotes(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Viewer)
	_, err := s.store.Switch(t.Context(), versions.Actor{Login: "publisher"}, knowledge.Off{Entries: []knowledge.ID{"nfra-12378"}}, 0, "wrong number")
	ok(t, err)
	ok(t, s.live.Refresh(t.Context()))
	c.get("/try").want(http.StatusOK, "Switched off, here too:", `href="/entries/nfra-12378"`)
	s.change(t, "nfra-12378", func(e *knowledge.Entry) { e.Text.Es = "" })
	c.post("/try", "side", "draft", "text", "12378").want(http.StatusOK, "errors and cannot answer yet", `href="/publish"`).not(`<option value="draft"`, `<option value="both"`)
}

// TestTryPayloads says hostile texts in the chat: they are echoed, and stay text.
func TestTryPayloads(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	harmless := shape(t, c.post("/try", "text", "harmless", "later", "1"))
	for _, x := range payloads(t) {
		if oneLine(x) == "" {
			continue
		}
		first := c.post("/try", "text", x, "later", "1")
		if got := checkHTML(first.Body); len(got) > 0 {
			t.Errorf("%q: %v", x, got)
		}
		if got := shape(t, first); strings.Count(got, "script") != strings.Count(harmless, "script") || strings.Contains(got, "onerror") || strings.Contains(got, "onload") {
			t.Errorf("%q changes the page", x)
		}
		again := c.post("/try", "sent", first.find(conversation), "text", x, "now", x, "side", x, "later", x, "name", x, "why", x)
		if got := checkHTML(again.Body); len(got) > 0 {
			t.Errorf("%q: %v", x, got)
		}
		c.get("/try?text=" + fmt.Sprintf("%%%02x", x[0])).want(http.StatusOK)
	}
}
