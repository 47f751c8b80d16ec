package console

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// TestPicturesToday goes to the start page, the audit and the sheets in three languages; see shoot.
func TestPicturesToday(t *testing.T) {
	s := newConsole(t)
	rdb := redis.NewClient(&redis.Options{Addr: s.redis.Addr()})
	t.Cleanup(func() { rdb.Close() })
	s.counts = counts.NewReader(rdb)
	admin := s.signIn(t, people.Admin)
	b := openTab(t, s)
	in := func(name string, c *client, who string, open func()) {
		for _, lang := range pictured() {
			ok(t, s.people.SetLang(t.Context(), who, string(lang)))
			b.as(c, lang)
			open()
			b.shoot(name + "-" + string(lang))
		}
	}
	at := func(path string) func() { return func() { b.open(path) } }
	in("today-first", admin, "admin", at("/"))

	reviewer, viewer, editor := s.signIn(t, people.Reviewer), s.signIn(t, people.Viewer), s.signIn(t, people.Editor)
	in("today-calm", viewer, "viewer", at("/"))
	rec := counts.New(rdb, []byte("a secret of the tests, not of anyone"))
	t.Cleanup(func() { rec.Close(t.Context()) })
	for i := range 13 {
		rec.Record(counts.Turn{At: s.clock.now().AddDate(0, 0, -i), Lang: "es", Crisis: true, Intent: "violence"})
		rec.Record(counts.Turn{At: s.clock.now(), Lang: "zh-Hans", Intent: "none", Missed: true, User: fmt.Sprint(i), Text: "网贷逾期了会不会影响孩子上学"})
		rec.Record(counts.Turn{At: s.clock.now(), Lang: "es", Intent: "none", Missed: true, User: fmt.Sprint(i), Text: "¿me pueden quitar el sueldo por una deuda en línea?"})
	}
	ok(t, rec.Flush(t.Context()))
	s.changeFile(t, "editor", testChannel, replace("confidence: high", "confidence: medium"))
	s.release(t, "editor", "电话号码写错了，用户打不通", true)
	s.changeFile(t, "editor", "situation/threats.yaml", replace("zh: 威胁、恐吓、辱骂", "zh: 有人威胁我"))
	s.changeFile(t, "reviewer", "situation/not-my-debt.yaml", replace("confidence: high", "confidence: medium"))
	p, err := s.store.Active(t.Context())
	ok(t, err)
	_, err = s.store.Switch(t.Context(), versions.Actor{Login: "admin", Role: "admin", From: "192.0.2.1"}, knowledge.Off{Entries: []knowledge.ID{"nfra-12378"}}, p.Epoch, "wrong number")
	ok(t, err)
	ok(t, s.live.Refresh(t.Context()))
	s.visitor(t).post("/sign-in", "login", "admin", "password", "wrong")
	s.clock.add(400 * 24 * time.Hour)
	for login, c := range map[string]*client{"reviewer": reviewer, "viewer": viewer, "editor": editor, "admin": admin} {
		token, _, err := s.people.SignIn(t.Context(), login, password, "192.0.2.1", "")
		ok(t, err)
		c.cookies[c.name(sessionCookie)] = token
	}
	in("today-work", editor, "editor", at("/"))
	in("audit", viewer, "viewer", at("/audit"))
	in("audit-check", viewer, "viewer", at("/audit/check"))
	in("sheets", editor, "editor", at("/sheets"))
	book := []byte(editor.get("/sheets/export?kind=texts&format=xlsx&lang=en").Body)
	good, bad := filepath.Join(t.TempDir(), "texts.xlsx"), filepath.Join(t.TempDir(), "texts.csv")
	ok(t, os.WriteFile(good, edit(t, book, "Chinese", func(row map[string]string) (string, bool) {
		return strings.Replace(row["Chinese"], "您", "您本人", 2), row["field"] == "text" && (row["entry"] == "harassment" || row["entry"] == "home-visit")
	}), 0o600))
	ok(t, os.WriteFile(bad, []byte(csvOf([]string{"entry", "field", "English"}, []string{"nobody", "name", "x"}, []string{"threats", "name", "=1+1"}, []string{"threats", "text", "Too short"})), 0o600))
	see := func(file string) func() {
		return func() {
			b.open("/sheets")
			b.do(chromedp.SetUploadFiles(chromedp.CSS("#f-file"), []string{file}))
			b.press(`form[action="/sheets/preview"] button`)
		}
	}
	in("sheets-preview", editor, "editor", see(good))
	in("sheets-problems", editor, "editor", see(bad))
}
