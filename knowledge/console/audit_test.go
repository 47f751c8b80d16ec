package console

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// recorded gives the actions of the newest records, oldest first, each with its object and result.
func (s *site) recorded(t *testing.T, n int64) []string {
	t.Helper()
	list, err := s.store.Audit(t.Context(), 0, n)
	ok(t, err)
	var out []string
	for _, a := range list {
		line := a.Who + ": " + a.Action + " " + a.Object
		if a.Result != versions.Done {
			line += " (" + a.Result + ")"
		}
		out = append(out, line)
	}
	slices.Reverse(out)
	return out
}

// TestAuditDeeds says that every deed on a person leaves a record, before it is done.
func TestAuditDeeds(t *testing.T) {
	s := newConsole(t)
	admin := s.signIn(t, people.Admin)
	s.signInAs(t, "editor-ana", true)
	last := int64(0)
	expect := func(want ...string) {
		t.Helper()
		list, err := s.store.Audit(t.Context(), 0, 1)
		ok(t, err)
		n := int64(0)
		if len(list) > 0 {
			n = list[0].N
		}
		var got []string
		if n > last {
			got = s.recorded(t, n-last)
		}
		if last = n; !slices.Equal(got, want) {
			t.Errorf("recorded %q, want %q", got, want)
		}
	}
	link := admin.post("/people", "login", "luis", "name", "Luis", "role", "viewer").want(http.StatusOK).find(`https://example.com(/invite/[\w-]{43})`)
	expect("admin: person.invite luis")
	admin.post("/people", "login", "my secret password", "name", "Luis", "role", "viewer").want(http.StatusUnprocessableEntity)
	expect()
	admin.post("/people", "login", "luis", "name", "Another", "role", "viewer").want(http.StatusUnprocessableEntity)
	expect("admin: person.invite luis", "admin: person.invite luis (taken)")
	luis := s.visitor(t)
	luis.post(link, "password", "a7x", "password_repeat", "a7x").want(http.StatusUnprocessableEntity)
	expect("luis: person.redeem luis", "luis: person.redeem luis (weak)")
	luis.post(link, "password", password, "password_repeat", password).want(http.StatusSeeOther)
	expect("luis: person.redeem luis")
	luis.post("/sign-in", "login", "luis", "password", password).want(http.StatusSeeOther)
	expect("luis: session.start luis")
	luis.post("/account/name", "name", "Luis F.").want(http.StatusSeeOther)
	expect("luis: person.rename luis")
	luis.post("/account/password", "password_old", password, "password", "nine yellow kettles sing", "password_repeat", "nine yellow kettles sing").want(http.StatusSeeOther)
	expect("luis: person.password luis")
	set := luis.post("/account/factor").want(http.StatusOK)
	uri := set.find(`name="code_uri" value="([^"]*)"`)
	luis.post("/account/factor/finish", "code", "000000", "code_uri", uri).want(http.StatusForbidden)
	expect("luis: person.factor luis", "luis: person.factor luis (wrong)")
	luis.post("/account/sessions/end", "id", "all").want(http.StatusSeeOther)
	expect("luis: session.end luis")
	for deed, action := range map[string]string{"disable": "person.disable", "enable": "person.enable", "link": "person.link", "reset": "person.reset",
		"factor": "person.factor-remove", "sessions/end": "session.end"} {
		admin.post("/people/editor-ana/"+deed, "id", "all")
		list := s.recorded(t, 2)
		if want := "admin: " + action + " editor-ana"; !slices.ContainsFunc(list, func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("%s: %q", deed, list)
		}
		admin.post("/people/editor-ana/enable")
	}
	admin.post("/people/editor-ana/role", "role", "publisher").want(http.StatusSeeOther)
	admin.get("/audit").want(http.StatusOK, "changed a role", "Editor → Publisher", `href="/people/editor-ana"`)

	// Without a record nothing is done.
	s.redis.Del("kb:{kb}:audit")
	ok(t, s.redis.Set("kb:{kb}:audit", "not a list"))
	if got := admin.post("/people/luis/disable"); got.Status < 500 {
		t.Errorf("disabled without a record: %d", got.Status)
	}
	if p, err := s.people.Person(t.Context(), "luis"); err != nil || p.Disabled {
		t.Errorf("%v, %v", p, err)
	}
	if got := s.visitor(t).post("/sign-in", "login", "luis", "password", "nine yellow kettles sing"); got.Status < 500 {
		t.Errorf("signed in without a record: %d", got.Status)
	}
}

// TestAuditRefused says that attempts to come in are recorded, without what was typed by
// mistake, and not without bounds.
func TestAuditRefused(t *testing.T) {
	s := newConsole(t)
	s.join(t, "ana", "Ana", people.Editor)
	c := s.visitor(t)
	c.post("/sign-in", "login", "My secret password 7", "password", "x").want(http.StatusForbidden)
	for range 4 {
		c.post("/sign-in", "login", "ana", "password", "wrong")
	}
	if got := s.recorded(t, 10); !slices.Equal(got, []string{": session.refused  (wrong)"}) {
		t.Errorf("%q", got)
	}
	s.clock.add(2 * time.Minute)
	c.post("/sign-in", "login", "ana", "password", "wrong")
	c.addr = "198.51.100.7:1234"
	c.post("/sign-in", "login", "nobody-here", "password", "wrong")
	got := s.recorded(t, 10)
	if len(got) != 3 || !strings.HasPrefix(got[1], "ana: session.refused ana") || got[2] != ": session.refused  (wrong)" {
		t.Errorf("%q", got)
	}
	all, err := s.store.Audit(t.Context(), 0, 10)
	ok(t, err)
	if raw := fmt.Sprint(all); strings.Contains(raw, "secret") || strings.Contains(raw, "nobody-here") {
		t.Errorf("what was typed is recorded: %s", raw)
	}
	var o oncePer
	for i := range 5000 {
		o.first(fmt.Sprintf("2001:db8:%x::1", i), s.clock.now())
	}
	if len(o.last) > maxRefusals+1 {
		t.Errorf("%d addresses are held", len(o.last))
	}
	if o.first("2001:db8:1:0:ffff::2", s.clock.now()) || !o.first("2001:db8:1::1", s.clock.now().Add(time.Minute)) {
		t.Error("a network is not one")
	}
}

// TestAuditPage reads, filters, pages and checks.
func TestAuditPage(t *testing.T) {
	s := newConsole(t)
	viewer, admin := s.signIn(t, people.Viewer), s.signIn(t, people.Admin)
	viewer.get("/audit").want(http.StatusOK, "There are no records yet.")
	by := versions.Actor{Login: "viewer", Role: "viewer", From: "192.0.2.77"}
	record := func(a versions.Audit) { t.Helper(); ok(t, s.store.Record(t.Context(), by, a)) }
	record(versions.Audit{Action: "draft.save", Object: "situation/threats.yaml sources.yaml", Why: "a <b>reason</b>"})
	record(versions.Audit{Action: "switch", Object: `{"entries":["threats"]}`})
	record(versions.Audit{Action: "new.thing", Object: "x"})
	record(versions.Audit{Action: "release.publish", Object: "2"})
	record(versions.Audit{Action: "refused", Object: "POST /people", Result: "role"})
	page := viewer.get("/audit").want(http.StatusOK, "saved in the draft", "threats", "sources.yaml", "answer off: threats", "new.thing", "release 2",
		"role not sufficient", "a <b>reason</b>").not("192.0.2.77", "From address", "JSON lines")
	if strings.Contains(page.Body, "<b>reason") {
		t.Error("a reason is not escaped")
	}
	admin.get("/audit").want(http.StatusOK, "192.0.2.77", "From address", "JSON lines")
	viewer.get("/audit?refused=yes").want(http.StatusOK, "role not sufficient").not("192.0.2.77", `<td data-label="What">saved in the draft`)
	viewer.get("/audit?action=release.").want(http.StatusOK, "release 2").not("sources.yaml")
	viewer.get("/audit?who=admin").want(http.StatusOK, "No record fits the filter.")
	viewer.get("/audit?before=x").want(http.StatusBadRequest)
	for i := range 120 {
		record(versions.Audit{Action: "test.save", Object: fmt.Sprint("t", i)})
	}
	first := viewer.get("/audit").want(http.StatusOK, ">t119<", ">t70<").not(">t69<")
	viewer.get(first.find(`href="(/audit\?before=[^"]*)"`)).want(http.StatusOK, ">t69<", ">t20<", "To the newest").not(">t70<", ">t19<")
	viewer.get("/audit?action=draft.save").want(http.StatusOK, "sources.yaml").not(">t119<")
	viewer.get("/audit/check").want(http.StatusOK, "The chain is whole.", "125 records")

	// Somebody changes a record in the database.
	key := "kb:{kb}:audit"
	list, err := s.redis.List(key)
	ok(t, err)
	list[1] = strings.Replace(list[1], "threats", "debt", 1)
	s.redis.Del(key)
	_, err = s.redis.RPush(key, list...)
	ok(t, err)
	viewer.get("/audit/check").want(http.StatusOK, "Record 2 was changed.", "export what is there").not("The chain is whole")
	list[123] = "no json"
	s.redis.Del(key)
	_, err = s.redis.RPush(key, list...)
	ok(t, err)
	viewer.get("/audit").want(http.StatusOK, "This record cannot be read", ">t119<", ">t117<")
	viewer.get("/audit?action=test.").want(http.StatusOK, "This record cannot be read", ">t117<")
}

// TestAuditExport gives everything to an administrator, and notes that.
func TestAuditExport(t *testing.T) {
	s := newConsole(t)
	admin := s.signIn(t, people.Admin)
	s.signIn(t, people.Publisher).get("/audit/export?format=csv").want(http.StatusForbidden)
	for i := range 520 {
		ok(t, s.store.Record(t.Context(), versions.Actor{Login: "x", From: "192.0.2.7"}, versions.Audit{Action: "test.save", Object: fmt.Sprint(i),
			Why: `=HYPERLINK("https://e.example","a")`}))
	}
	p := admin.get("/audit/export?format=csv").want(http.StatusOK)
	if d := p.Header.Get("Content-Disposition"); d != `attachment; filename="zhilu-audit-2026-08-03.csv"` || !strings.HasPrefix(p.Body, "\ufeff") {
		t.Errorf("%q, %q", d, p.Body[:20])
	}
	rows, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll()
	ok(t, err)
	if len(rows) != 522 || rows[1][0] != "1" || !strings.HasPrefix(rows[1][10], "'=HYPER") || rows[521][5] != "audit.export" || rows[521][2] != "admin" {
		t.Errorf("%d rows, %q, %q", len(rows), rows[1], rows[len(rows)-1])
	}
	p = admin.get("/audit/export?format=jsonl").want(http.StatusOK)
	lines := strings.Split(strings.TrimSpace(p.Body), "\n")
	prev := ""
	for _, line := range lines {
		var a versions.Audit
		ok(t, json.Unmarshal([]byte(line), &a))
		if a.Prev != prev {
			t.Fatalf("record %d does not follow", a.N)
		}
		prev = a.Hash
	}
	if len(lines) != 522 {
		t.Errorf("%d lines", len(lines))
	}
	admin.get("/audit/export?format=exe").want(http.StatusBadRequest)
	s.clock.add(11 * time.Minute)
	if to := admin.get("/audit/export?format=csv").want(http.StatusSeeOther).Header.Get("Location"); !strings.HasPrefix(to, "/confirm?next=") {
		t.Errorf("to %s", to)
	}
	for in, want := range map[string]string{"=1": "'=1", " @x": "' @x", "-1": "'-1", "a=1": "a=1", "": "", "＝1": "'＝1", "\t=1": "'\t=1"} {
		if got := noFormula(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
