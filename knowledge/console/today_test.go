package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// put changes a file of the draft in somebody's name.
func (s *site) changeFile(t *testing.T, login, path string, change func(string) string) {
	t.Helper()
	v, err := s.desk.look(t.Context())
	ok(t, err)
	data := change(string(v.files[path]))
	if data == string(v.files[path]) {
		t.Fatalf("%s: nothing changes", path)
	}
	ok(t, s.store.Save(t.Context(), versions.Actor{Login: login, Role: "editor"}, []versions.File{{Path: path, Rev: v.revs[path], Data: []byte(data)}}, "a test"))
}

// release publishes the draft in somebody's name.
func (s *site) release(t *testing.T, login, reason string, emergency bool) {
	t.Helper()
	v, err := s.desk.look(t.Context())
	ok(t, err)
	_, err = s.store.Publish(t.Context(), versions.Actor{Login: login}, versions.Publication{Draft: v.parsed, Files: v.files, Counter: v.draft.Counter,
		Epoch: v.pointer.Epoch, Reason: reason, Emergency: emergency})
	ok(t, err)
	ok(t, s.live.Refresh(t.Context()))
}

// replace is a change of a file.
func replace(old, now string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, now) }
}

const testChannel = "channel/police-110.yaml"

// TestTodayFirst is the page before anybody did anything.
func TestTodayFirst(t *testing.T) {
	s := newConsole(t)
	admin := s.signIn(t, people.Admin)
	admin.get("/").want(http.StatusOK, "Three steps to begin", "Invite colleagues.", "The built-in content", "The same as what is live").not("Nothing waits")
	s.join(t, "ana", "Ana López", people.Editor)
	admin.get("/").want(http.StatusOK).not("Three steps to begin")
}

// TestToday tells a day: a draft, its errors, an emergency, a switch, a release that cannot be used.
func TestToday(t *testing.T) {
	s := newConsole(t)
	editor, reviewer, viewer := s.signIn(t, people.Editor), s.signIn(t, people.Reviewer), s.signIn(t, people.Viewer)
	s.changeFile(t, "editor", testChannel, replace("confidence: high", "confidence: medium"))
	editor.get("/").want(http.StatusOK, "Files that differ from what is live: 1", "by Editor", "A reviewer publishes it.", "Waiting for others")
	reviewer.get("/").want(http.StatusOK, "You may check and publish them.", "You may publish it.")

	s.changeFile(t, "reviewer", testChannel, replace("confidence: medium", "confidence: low"))
	reviewer.get("/").want(http.StatusOK, "by Editor, Reviewer", "another reviewer publishes it", "Some of it you wrote yourself")

	s.changeFile(t, "editor", testChannel, replace("id: police-110", "id: police-110\nshoe: 3"))
	reviewer.get("/").want(http.StatusOK, "Errors that keep the draft from being published", "It has errors and cannot be published.")
	s.changeFile(t, "editor", testChannel, replace("\nshoe: 3", ""))

	s.release(t, "editor", "the number was wrong", true)
	reviewer.get("/").want(http.StatusOK, "Emergency releases that nobody else has looked at", "Release 2", "by Editor, 3 Aug 2026, 14:05: the number was wrong",
		"another reviewer must look").not("Files that differ")
	other := s.signInAs(t, "reviewer-2", true)
	other.get("/").want(http.StatusOK, "Look at what they changed and confirm it")
	ok(t, s.store.MarkReviewed(t.Context(), versions.Actor{Login: "reviewer-2"}, 2, "seen"))
	other.get("/").want(http.StatusOK).not("Emergency releases")

	p, err := s.store.Active(t.Context())
	ok(t, err)
	_, err = s.store.Switch(t.Context(), versions.Actor{Login: "publisher"}, knowledge.Off{Entries: []knowledge.ID{"nfra-12378"}, Flows: []knowledge.ID{"not-my-debt"}}, p.Epoch, "wrong")
	ok(t, err)
	viewer.get("/").want(http.StatusOK, "Switched off: 2", "the answer is not given", "the hotline card instead", "this server is still changing over")
	ok(t, s.live.Refresh(t.Context()))
	viewer.get("/").want(http.StatusOK).not("still changing over")
	_, err = s.store.Switch(t.Context(), versions.Actor{Login: "publisher"}, knowledge.Off{Card: true}, p.Epoch+1, "all wrong")
	ok(t, err)
	viewer.get("/").want(http.StatusOK, "The whole bot is switched off")

	s.redis.Set("kb:{kb}:active", `{"id":"abc","number":3,"epoch":99}`)
	if s.live.Refresh(t.Context()) == nil {
		t.Fatal("a release that does not exist is live")
	}
	viewer.get("/").want(http.StatusOK, "The release that should be live cannot be used", "make a sound release live again")
}

// TestTodayWork is about facts that are overdue and translations that are old.
func TestTodayWork(t *testing.T) {
	s := newConsole(t)
	translator, viewer := s.signIn(t, people.Translator), s.signIn(t, people.Viewer)
	s.changeFile(t, "editor", testChannel, func(f string) string { return strings.Replace(f, "zh: ", "zh: 中国", 1) })
	translator.get("/").want(http.StatusOK, "Translations older than their Chinese", "English, Spanish")
	s.clock.add(400 * 24 * time.Hour)
	token, _, err := s.people.SignIn(t.Context(), "viewer", password, "192.0.2.1", "")
	ok(t, err)
	viewer.cookies[viewer.name(sessionCookie)] = token
	page := viewer.get("/").want(http.StatusOK, "Facts due for review", "days overdue", "Waiting for others")
	if n := strings.Count(page.Body, "days overdue"); n != 5 {
		t.Errorf("%d facts are shown", n)
	}
}

// TestTodayNumbers is about counts, and what of them may be shown.
func TestTodayNumbers(t *testing.T) {
	var rdb redis.UniversalClient
	s := newConsole(t)
	rdb = redis.NewClient(&redis.Options{Addr: s.redis.Addr()})
	t.Cleanup(func() { rdb.Close() })
	s.counts = counts.NewReader(rdb)
	editor := s.signIn(t, people.Editor)
	editor.get("/").want(http.StatusOK, "Crisis cards", "<strong>none</strong>").not("Messages that nobody could answer")
	rec := counts.New(rdb, []byte("a secret of the tests, not of anyone"))
	t.Cleanup(func() { rec.Close(t.Context()) })
	at := s.clock.now()
	for i := range 13 {
		rec.Record(counts.Turn{At: at.AddDate(0, 0, -2), Lang: "es", Crisis: true, Intent: "violence"})
		rec.Record(counts.Turn{At: at, Lang: "zh-Hans", Intent: "none", Missed: true, User: fmt.Sprint(i), Text: "<script>alert(1)</script> 怎么办"})
	}
	for range 3 {
		rec.Record(counts.Turn{At: at, Lang: "en", Crisis: true, Intent: "violence"})
	}
	rec.Record(counts.Turn{At: at.AddDate(0, 0, -9), Lang: "en", Crisis: true, Intent: "violence"})
	rec.Record(counts.Turn{At: at.AddDate(0, 0, -9), Lang: "es", Crisis: true, Intent: "violence"})
	ok(t, rec.Flush(t.Context()))
	page := editor.get("/").want(http.StatusOK, "<strong>fewer than 5</strong>", "<strong>at least 1", "Messages that nobody could answer", "怎么办")
	if strings.Contains(page.Body, "<script>alert") {
		t.Error("a message is not escaped")
	}
}
