package console

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

const hotline = "channel/nfra-12378.yaml"

// swap saves a file of the draft with something replaced, as somebody.
func (s *site) swap(t *testing.T, login, path, old, now string) {
	t.Helper()
	d, err := s.store.Draft(t.Context())
	ok(t, err)
	base, err := s.store.Files(t.Context(), d.Base)
	ok(t, err)
	was := d.Over(base)[path]
	data := bytes.ReplaceAll(was, []byte(old), []byte(now))
	if bytes.Equal(data, was) {
		t.Fatalf("%s does not hold %q", path, old)
	}
	revs, err := s.store.Revisions(t.Context())
	ok(t, err)
	ok(t, s.store.Save(t.Context(), versions.Actor{Login: login, Role: "editor"}, []versions.File{{Path: path, Rev: revs[path], Data: data}}, "the number of "+now))
}

// check runs the gate and gives the page with its report.
func (c *client) check() page {
	c.t.Helper()
	p := c.post("/publish/check")
	if p.want(http.StatusSeeOther).Header.Get("Location") != "/publish#gate" {
		c.t.Error(p.brief())
	}
	return c.get("/publish").want(http.StatusOK)
}

// publish sends the form of a page.
func (c *client) publish(p page, fields ...string) page {
	c.t.Helper()
	return c.post("/publish", append([]string{"key", p.find(`name="key" value="([^"]*)"`)}, fields...)...)
}

// number is the release that is live in the store.
func (s *site) number(t *testing.T) int {
	t.Helper()
	p, err := s.store.Active(t.Context())
	ok(t, err)
	return p.Number
}

// audited counts the records of an action with a result that begins so.
func (s *site) audited(t *testing.T, action, result string) int {
	t.Helper()
	list, err := s.store.Audit(t.Context(), 0, 200)
	ok(t, err)
	n := 0
	for _, a := range list {
		if a.Action == action && strings.HasPrefix(a.Result, result) {
			n++
		}
	}
	return n
}

// other is another instance that follows the same store.
func (s *site) other(t *testing.T) *versions.Live {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: s.redis.Addr(), MaxRetries: -1})
	t.Cleanup(func() { _ = rdb.Close() })
	live, err := versions.NewLive(t.Context(), versions.New(rdb, s.clock.now, testBase), nil, slog.New(slog.DiscardHandler))
	ok(t, err)
	return live
}

func hotlineOf(l *versions.Live) string { return l.Release().Entry("nfra-12378").Facts["phone"].Value }

// TestPublish is the life of a correction: an editor saves it, a reviewer reads what changes
// and publishes it, another instance has it, a publisher takes it back.
func TestPublish(t *testing.T) {
	s := newConsole(t, func(c *Config) {
		c.Unanswered = func(context.Context) ([]string, error) { return []string{"12378", "今天天气"}, nil }
	})
	there := s.other(t)
	s.join(t, "editor", "Editor Wang", people.Editor)
	reviewer := s.signIn(t, people.Reviewer)
	reviewer.get("/publish").want(http.StatusOK, "There is nothing to publish", "the built-in content")
	reviewer.get("/releases").want(http.StatusOK, "Nothing was published yet")

	s.swap(t, "editor", hotline, `value: "12378"`, `value: "12379"`)
	reviewer.get("/publish").want(http.StatusOK, "Check now", "Editor Wang", "the number of value", "second person", `href="/entries/nfra-12378"`, "not checked yet").
		want(http.StatusOK, "<del>12378</del><ins>12379</ins>").not("Publish this draft")
	p := reviewer.check().want(http.StatusOK, "The check passed.", "All 2 messages that must be recognised (100%)", "hotline", "12379", "within 5 seconds",
		"I have read every conversation that changes (1)", "of the 2 messages that got no answer", "Publish this draft")

	reviewer.publish(p).want(http.StatusUnprocessableEntity, "Please give a reason", "Read the conversations that change")
	again := reviewer.publish(p, "reason", "a number <b>corrected</b>").want(http.StatusUnprocessableEntity, "a number <b>corrected</b>", "Read the conversations that change")
	if strings.Contains(again.Body, "<b>corrected") {
		t.Error("a reason is not escaped")
	}
	if s.number(t) != 0 || hotlineOf(s.live) != "12378" {
		t.Fatal("published without a reason or a tick")
	}
	done := reviewer.follow(reviewer.publish(p, "reason", "a number corrected", "read", "yes"))
	done.want(http.StatusOK, "Release 2 is live.", "Reviewer", "Editor Wang", "a number corrected", "Compared with release 1").want(http.StatusOK, "<ins>12379</ins>")
	if hotlineOf(s.live) != "12379" || s.number(t) != 2 {
		t.Error("this instance does not serve it at once")
	}
	ok(t, there.Refresh(t.Context()))
	if hotlineOf(there) != "12379" {
		t.Error("another instance does not serve it")
	}
	reviewer.get("/releases").want(http.StatusOK, "Release 2", "Release 1", "live", "built in")
	reviewer.get("/releases/1").want(http.StatusOK, "This is the first release").not("Go back to release")
	reviewer.get("/releases/9").want(http.StatusNotFound)
	reviewer.get("/releases/x").want(http.StatusNotFound)
	zip := reviewer.get("/releases/2/zip").want(http.StatusOK)
	if files, err := knowledge.Unpack([]byte(zip.Body)); err != nil || !strings.Contains(string(files[hotline]), "12379") ||
		zip.Header.Get("Content-Disposition") != `attachment; filename="zhilu-2.zip"` {
		t.Errorf("the archive: %v %v", err, zip.Header)
	}
	reviewer.post("/releases/1/activate", "epoch", "1", "reason", "no").want(http.StatusForbidden)
	s.rollBack(t, there)
	ok(t, s.store.VerifyAudit(t.Context()))
}

// rollBack goes from release 2 back to 1, with a draft that starts from release 2.
func (s *site) rollBack(t *testing.T, there *versions.Live) {
	t.Helper()
	s.swap(t, "editor", "channel/gov-12345.yaml", `value: "12345"`, `value: "12346"`)
	publisher := s.signIn(t, people.Publisher)
	p := publisher.get("/releases/1").want(http.StatusOK, "Go back to release 1", "in the place of release 2", "<del>12379</del><ins>12378</ins>")
	if strings.Contains(p.Body, "badge good") {
		t.Error("release 1 is shown as the live one")
	}
	epoch := p.find(`name="epoch" value="(\d+)"`)
	publisher.post("/releases/1/activate", "epoch", epoch).want(http.StatusUnprocessableEntity, "Please give a reason")
	publisher.post("/releases/1/activate", "epoch", "0", "reason", "kept words").want(http.StatusConflict, "somebody changed what is live", "kept words")
	publisher.follow(publisher.post("/releases/1/activate", "epoch", epoch, "reason", "it was wrong")).want(http.StatusOK, "Release 1 is live again.")
	ok(t, there.Refresh(t.Context()))
	if hotlineOf(there) != "12378" || hotlineOf(s.live) != "12378" || s.number(t) != 1 {
		t.Error("the rollback did not arrive")
	}
	publisher.get("/publish").want(http.StatusOK, "This draft was started from Release 2", "not written in this draft")
	page := publisher.check()
	publisher.publish(page, "reason", "on", "read", "yes").want(http.StatusUnprocessableEntity, "after you have read every change")
	publisher.follow(publisher.publish(page, "reason", "on", "read", "yes", "base", "yes")).want(http.StatusOK, "Release 3 is live.")
	if hotlineOf(s.live) != "12379" {
		t.Error("the release of the draft did not come back")
	}
}

// TestSecondPerson: nobody publishes their own text but as an emergency, which keeps a red
// mark until somebody else has looked.
func TestSecondPerson(t *testing.T) {
	s := newConsole(t)
	reviewer, publisher := s.signIn(t, people.Reviewer), s.signInAs(t, "publisher", true)
	s.swap(t, "reviewer", hotline, `value: "12378"`, `value: "12379"`)
	p := reviewer.check().want(http.StatusOK, "yours: second person", "Part of this draft you wrote yourself", "These people may publish it", "Publisher").not("Publish this draft")
	key := "1-0"
	reviewer.post("/publish", "key", key, "reason", "mine", "read", "yes").want(http.StatusForbidden, "somebody else has to press this button")
	reviewer.post("/publish", "key", key, "reason", "mine", "read", "yes", "emergency", "yes").want(http.StatusForbidden, "needs the role “Publisher”")
	if s.number(t) != 0 || s.audited(t, "refused", "second person") != 1 || s.audited(t, "refused", "role") != 1 {
		t.Error("an author published, or it is not in the audit: " + p.brief())
	}
	s.swap(t, "publisher", hotline, `value: "12379"`, `value: "12377"`)
	p = publisher.check().want(http.StatusOK, "Publish as an emergency", "Nobody else may publish it")
	publisher.publish(p, "reason", "wrong number", "read", "yes").want(http.StatusForbidden, "somebody else has to press this button", "wrong number")
	publisher.follow(publisher.publish(p, "reason", "wrong number", "read", "yes", "emergency", "yes")).want(http.StatusOK, "Release 2 is live.", "emergency, not reviewed yet", "somebody else has to review it")
	publisher.get("/releases").want(http.StatusOK, "emergency, not reviewed yet")
	publisher.post("/releases/2/review", "note", "").want(http.StatusForbidden, "somebody else has to review it")
	reviewer.post("/releases/2/review").want(http.StatusForbidden) // wrote a part of it
	third := s.signInAs(t, "reviewer-3", true)
	third.get("/releases/2").want(http.StatusOK, "I have read it, and it is right")
	third.follow(third.post("/releases/2/review", "note", "right")).want(http.StatusOK, "Release 2 is reviewed.", "emergency, reviewed by Reviewer-3").not("not reviewed yet")
	third.post("/releases/2/review").want(http.StatusConflict)
	third.post("/releases/1/review").want(http.StatusNotFound)
}

// TestPhrasesAlone: what borrowers do not read may be published by who wrote it.
func TestPhrasesAlone(t *testing.T) {
	s := newConsole(t)
	reviewer := s.signIn(t, people.Reviewer)
	s.swap(t, "reviewer", "channel/gov-12345.yaml", "  es: [", "  es: [marmotas azules, ")
	p := reviewer.check()
	if strings.Contains(p.Body, "second person") || !strings.Contains(p.Body, "<ins>marmotas azules</ins>") {
		t.Error(p.brief())
	}
	reviewer.follow(reviewer.publish(p, "reason", "new phrase")).want(http.StatusOK, "Release 2 is live.")
}

// TestDraftMoved: a form of another draft is refused, and the reason stays.
func TestDraftMoved(t *testing.T) {
	s := newConsole(t)
	reviewer := s.signIn(t, people.Reviewer)
	s.swap(t, "editor", hotline, `value: "12378"`, `value: "12379"`)
	p := reviewer.check()
	s.swap(t, "editor", hotline, `value: "12379"`, `value: "12377"`)
	moved := reviewer.publish(p, "reason", "kept words", "read", "yes").want(http.StatusConflict, "somebody changed the draft", "kept words", "12377", "The check passed.")
	if s.number(t) != 0 || strings.Contains(moved.Body, `value="yes" form="publish-form" checked`) {
		t.Error("a form of another draft was taken, or its ticks stayed")
	}
	reviewer.follow(reviewer.publish(moved, "reason", "kept words", "read", "yes")).want(http.StatusOK, "Release 2 is live.")
	reviewer.publish(p, "reason", "twice", "read", "yes").want(http.StatusConflict)
	if s.audited(t, "refused", "moved") != 2 {
		t.Error("not in the audit")
	}
}

// TestBlocked: errors, a crisis message without its card and a test that cannot be replayed
// keep a draft from going live; each is said.
func TestBlocked(t *testing.T) {
	deaf := false
	s := newConsole(t, func(c *Config) {
		c.Bench.Crisis = func(*knowledge.Release) ([]string, int) {
			if deaf {
				return []string{"<script>不想活了</script>"}, 2
			}
			return nil, 2
		}
	})
	reviewer := s.signIn(t, people.Reviewer)
	reviewer.get("/publish").not("Publish this draft")
	s.swap(t, "editor", hotline, `value: "12378"`, `value: ""`)
	reviewer.check().want(http.StatusOK, "This cannot be published yet", "Errors (", `href="/entries/nfra-12378"`, "Mend what is listed above").not(`name="key"`)
	reviewer.post("/publish", "key", "1-0", "reason", "words", "read", "yes").want(http.StatusUnprocessableEntity, "There are errors in the content")
	s.swap(t, "editor", hotline, `value: ""`, `value: "12379"`)
	deaf = true
	reviewer.check().want(http.StatusOK, "1 of 2 messages that must be recognised would not get their card", "<script>不想活了</script>")
	reviewer.post("/publish", "key", "2-0", "reason", "words", "read", "yes").want(http.StatusUnprocessableEntity, "Some messages in danger would not get their card")
	deaf = false
	ok(t, s.store.SaveTest(t.Context(), versions.Actor{Login: "editor"}, "odd", "nonsense", ""))
	reviewer.check().want(http.StatusOK, "A test conversation cannot be replayed", "line 1")
	s.swap(t, "editor", hotline, "kind: channel", "kind: [")
	reviewer.check().want(http.StatusOK, "cannot be read", "There are errors in the content")
	if s.number(t) != 0 || s.audited(t, "refused", "blocked: errors") != 1 || s.audited(t, "refused", "blocked: crisis") != 1 {
		t.Error("blocked drafts are not in the audit, or went live")
	}
}

// TestTalks: a saved conversation that reaches another state wants a tick of its own, and is
// recorded anew when it is accepted.
func TestTalks(t *testing.T) {
	s := newConsole(t)
	reviewer := s.signIn(t, people.Reviewer)
	ok(t, s.store.SaveTest(t.Context(), versions.Actor{Login: "editor"}, "hotline", "> 12378\n< old words\n= entry gov-12345 zh-Hans\n", ""))
	s.swap(t, "editor", hotline, `value: "12378"`, `value: "12379"`)
	p := reviewer.check().want(http.StatusOK, "leads elsewhere", "saved by colleagues", "I have read “hotline”; it is right", "recorded anew with the new answers: 1")
	reviewer.publish(p, "reason", "why", "read", "yes").want(http.StatusUnprocessableEntity, "Read this conversation and tick here if it is right")
	reviewer.follow(reviewer.publish(p, "reason", "why", "read", "yes", "talk", "saved:hotline")).want(http.StatusOK, "Release 2 is live.")
	tests, err := s.store.Tests(t.Context())
	ok(t, err)
	if text := tests["hotline"].Text; !strings.Contains(text, "12379") || !strings.Contains(text, "= entry nfra-12378") || tests["hotline"].Who != "reviewer" {
		t.Errorf("recorded anew: %q", text)
	}
}

// TestStoreAway: Redis goes away between the check and the button, and while the release is
// being written. The old release stays live and the page says so.
func TestStoreAway(t *testing.T) {
	s := newConsole(t)
	var cut func()
	rdb := redis.NewClient(&redis.Options{Addr: s.redis.Addr(), MaxRetries: -1})
	t.Cleanup(func() { _ = rdb.Close() })
	s.store = versions.New(rdb, func() time.Time { // asked for the time, a store is about to write
		if cut != nil {
			cut()
		}
		return s.clock.now()
	}, testBase)
	reviewer := s.signIn(t, people.Reviewer)
	s.swap(t, "editor", hotline, `value: "12378"`, `value: "12379"`)
	p := reviewer.check()
	s.redis.SetError("LOADING not now")
	reviewer.publish(p, "reason", "kept words", "read", "yes").want(http.StatusServiceUnavailable, "last published version", "kept words")
	s.redis.SetError("")
	cut = func() { s.redis.SetError("LOADING not now") }
	reviewer.publish(p, "reason", "kept words", "read", "yes").want(http.StatusServiceUnavailable, "The old release stays live everywhere", "kept words", "Send again")
	cut = nil
	s.redis.SetError("")
	if s.number(t) != 0 || hotlineOf(s.live) != "12378" {
		t.Fatal("published all the same")
	}
	asked := 0
	cut = func() {
		if asked++; asked == 3 { // all is read, and the release is on its way
			s.redis.Close()
		}
	}
	reviewer.publish(p, "reason", "kept words", "read", "yes").want(http.StatusServiceUnavailable, "nobody knows whether it was", "kept words")
	cut = nil
	if err := s.live.Refresh(t.Context()); err == nil || hotlineOf(s.live) != "12378" || s.live.Trouble() != "redis" {
		t.Errorf("without Redis: %v %s %s", err, hotlineOf(s.live), s.live.Trouble())
	}
	ok(t, s.redis.Restart())
	if s.number(t) != 0 {
		t.Error("half a release is live")
	}
	reviewer.get("/publish").want(http.StatusOK, "The store cannot be reached") // until the instance has looked again
	ok(t, s.live.Refresh(t.Context()))
	reviewer.get("/publish").want(http.StatusOK).not("The store cannot be reached")
}

// TestManyPublications publishes twenty times while another instance follows: it always serves
// a release that somebody published, whole.
func TestManyPublications(t *testing.T) {
	s := newConsole(t)
	reviewer, there := s.signIn(t, people.Reviewer), s.other(t)
	seen, stop := map[string]string{}, make(chan struct{})
	var following sync.WaitGroup
	following.Go(func() {
		often := time.NewTicker(2 * time.Millisecond)
		defer often.Stop()
		for {
			_ = there.Refresh(context.Background())
			serving := there.Serving()
			seen[serving.Release.ID] = serving.Release.Entry("nfra-12378").Facts["phone"].Value
			select {
			case <-stop:
				return
			case <-often.C:
			}
		}
	})
	known := map[string]string{s.live.Release().ID: "12378"}
	was := "12378"
	for i := range 8 {
		now := "1240" + string(rune('0'+i%10)) + string(rune('0'+i/10))
		s.swap(t, "editor", hotline, `value: "`+was+`"`, `value: "`+now+`"`)
		counter, err := s.store.DraftCounter(t.Context())
		ok(t, err)
		reviewer.post("/publish", "key", fmt.Sprintf("%d-%d", counter, i), "reason", "once more", "read", "yes").want(http.StatusSeeOther)
		known[s.live.Release().ID], was = now, now
	}
	close(stop)
	following.Wait()
	for id, value := range seen {
		if known[id] != value {
			t.Errorf("release %.12s with %s is nobody's", id, value)
		}
	}
	ok(t, there.Refresh(t.Context()))
	if hotlineOf(there) != was || s.number(t) != 9 || len(seen) < 2 {
		t.Errorf("the other instance serves %s after %d releases, and saw %d", hotlineOf(there), s.number(t), len(seen))
	}
	ok(t, s.store.VerifyAudit(t.Context()))
}

// TestHostileTexts sends payloads through every field of these pages and every text that they
// show: a draft, its author and reason, a saved conversation, the messages nobody could answer.
func TestHostileTexts(t *testing.T) {
	all := payloads(t)
	s := newConsole(t, func(c *Config) {
		c.Unanswered = func(context.Context) ([]string, error) { return []string{all[0] + " 12379"}, nil }
	})
	publisher := s.signIn(t, people.Publisher)
	joined := strings.Join(all, "\n")
	ok(t, s.store.SaveTest(t.Context(), versions.Actor{Login: joined, Role: "editor"}, "odd", "> "+strings.Join(all, "\n> ")+"\n< "+all[0]+"\n= "+all[0]+"\n", all[1]))
	s.swap(t, all[0], hotline, `value: "12378"`, `value: "12379"`)
	publisher.check().want(http.StatusOK, all[0], all[1], "leads elsewhere")
	for _, x := range all {
		publisher.post("/publish", "key", x, "reason", x, "talk", x).want(http.StatusConflict, strings.TrimSpace(x))
		publisher.post("/switch", "turn", "off", "what", "entry", "id", x, "reason", x, "epoch", x).want(http.StatusUnprocessableEntity, strings.TrimSpace(x))
		publisher.post("/switch", "turn", "off", "what", x, "id", x, "reason", x).want(http.StatusUnprocessableEntity)
		publisher.post("/releases/1/activate", "reason", x).want(http.StatusNotFound)
	}
	d, err := s.store.Draft(t.Context())
	ok(t, err)
	e, err := knowledge.Decode(d.Changes[hotline].Data)
	ok(t, err)
	e.Text.Zh, e.Text.En, e.Name.En, e.Sources = joined, joined, all[2], all[:3]
	data, err := knowledge.Encode(e)
	ok(t, err)
	ok(t, s.store.Save(t.Context(), versions.Actor{Login: all[3], Role: "editor"}, []versions.File{{Path: hotline, Rev: 1, Data: data}}, joined))
	publisher.check().want(http.StatusOK, all[2], all[3], "Errors (")
}
