package console

import (
	"errors"
	"fmt"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/knowledgetest"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// factForms sends the form of a fact as the page shows it, with some fields changed.
func (c *client) factForm(path string, change ...string) page {
	c.t.Helper()
	return c.post(path, with(c.get(path).formFields("fact-form"), change...)...)
}

var (
	inputs       = regexp.MustCompile(`(?s)<input ([^>]*)>`)
	selects      = regexp.MustCompile(`(?s)<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>`)
	chosenOption = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	textareas    = regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>`)
	attr         = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
)

// formFields are the fields of a form as a browser would send them, without its token.
func (p page) formFields(id string) []string {
	p.t.Helper()
	form := regexp.MustCompile(`(?s)<form[^>]*` + id + `.*?</form>`).FindString(p.Body)
	if form == "" {
		p.t.Fatalf("no form %s: %s", id, p.brief())
	}
	var fields []string
	for _, m := range inputs.FindAllStringSubmatch(form, -1) {
		a := map[string]string{}
		for _, kv := range attr.FindAllStringSubmatch(m[1], -1) {
			a[kv[1]] = html.UnescapeString(kv[2])
		}
		if a["name"] == "" || a["name"] == "csrf" || (a["type"] == "checkbox" || a["type"] == "radio") && !strings.HasSuffix(strings.TrimSpace(m[1]), "checked") {
			continue
		}
		fields = append(fields, a["name"], a["value"])
	}
	for _, m := range selects.FindAllStringSubmatch(form, -1) {
		value := ""
		if s := chosenOption.FindStringSubmatch(m[2]); s != nil {
			value = html.UnescapeString(s[1])
		}
		fields = append(fields, m[1], value)
	}
	for _, m := range textareas.FindAllStringSubmatch(form, -1) {
		fields = append(fields, m[1], html.UnescapeString(m[2]))
	}
	return fields
}

// with is a form with some of its fields replaced; "-name" takes one out.
func with(fields []string, change ...string) []string {
	gone := map[string]bool{}
	for i := 0; i+1 < len(change); i += 2 {
		gone[strings.TrimPrefix(change[i], "-")] = true
	}
	var out []string
	for i := 0; i+1 < len(fields); i += 2 {
		if !gone[fields[i]] {
			out = append(out, fields[i], fields[i+1])
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		if !strings.HasPrefix(change[i], "-") {
			out = append(out, change[i], change[i+1])
		}
	}
	return out
}

// snap is the draft as it is.
func (s *site) snap(t *testing.T) *snapshot {
	t.Helper()
	snap, err := s.desk.look(t.Context())
	ok(t, err)
	return snap
}

// in is a fact of the draft.
func (s *site) in(t *testing.T, id knowledge.ID, name string) knowledge.Fact {
	t.Helper()
	return s.snap(t).entries[id].Facts[name]
}

// edit changes an entry of the draft behind the pages.
func (s *site) edit(t *testing.T, id knowledge.ID, change func(e *knowledge.Entry)) {
	t.Helper()
	snap := s.snap(t)
	path := snap.path(snap.entries[id])
	e, err := knowledge.Decode(snap.files[path])
	ok(t, err)
	change(e)
	data, err := knowledge.Encode(e)
	ok(t, err)
	ok(t, s.store.Save(t.Context(), versions.Actor{Login: "other"}, []versions.File{{Path: path, Rev: snap.revs[path], Data: data}}, "test"))
}

// at moves the clock to a day in Beijing, at noon.
func (s *site) at(t *testing.T, day knowledge.Date) {
	t.Helper()
	start, valid := day.Start()
	if !valid {
		t.Fatal(day)
	}
	s.clock.add(start.Add(12 * time.Hour).Sub(s.clock.now()))
}

const phonePath = "/facts/nfra-12378/phone"

// TestChangeOnce changes 12378 in one place and reads what borrowers would read elsewhere.
func TestChangeOnce(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	c := s.signIn(t, people.Editor)
	c.get("/facts?q=12378").want(http.StatusOK, "nfra-12378/phone", "NFRA23", "2026-11-21 Sat").not("Still right")
	shown := c.get(phonePath).want(http.StatusOK, "12378", "Where it is used", "through the name of")
	uses := shown.find(`These (\d+) texts follow it`)

	preview := c.factForm(phonePath, "value", "12399", "do", "preview").want(http.StatusOK, "Nothing is saved yet", "<del>12378</del> <ins>12399</ins>", uses+" texts in 3 languages change",
		"These keywords still hold the old value", `value="12399"`)
	for _, lang := range []string{"zh-Hans", "en", "es"} {
		preview.want(http.StatusOK, `<span lang="`+lang+`">`)
	}
	if f := s.in(t, "nfra-12378", "phone"); f.Value != "12378" {
		t.Fatalf("a preview saved %q", f.Value)
	}

	c.factForm(phonePath, "value", "12399", "do", "save").want(http.StatusUnprocessableEntity, "Please say why", `value="12399"`)
	p := c.factForm(phonePath, "value", "12399", "why", "NFRA notice", "do", "save")
	c.follow(p).want(http.StatusOK, "“phone” is in the draft", "a second person must release it", "Borrowers see: 12378.", "NFRA notice").not("Go to publishing")

	snap := s.snap(t)
	rel, ps := knowledge.CompileAfter(snap.parsed, s.live.Release())
	if rel == nil {
		t.Fatal(ps.Errors())
	}
	old, changed := s.live.Release(), map[knowledge.ID]bool{}
	for _, l := range knowledge.AnswerLangs {
		was, now := old.In(l, s.clock.now()), rel.In(l, s.clock.now())
		for id := range snap.entries {
			for _, texts := range [][2]string{{was.Name(id), now.Name(id)}, {was.Short(id), now.Short(id)}, {was.Text(id), now.Text(id)}, {was.Other(id), now.Other(id)}, {was.Call(id), now.Call(id)}} {
				if strings.ReplaceAll(texts[0], "12378", "12399") != texts[1] {
					t.Errorf("%s [%s]: %q", id, l, texts[1])
				}
				if texts[0] != texts[1] {
					changed[id] = true
				}
			}
		}
	}
	if len(changed) < 5 || !changed["nfra-12378"] {
		t.Errorf("entries that follow: %v", changed)
	}
	if list := snap.diff(); len(list) != 1 || list[0].Field != "facts.phone.value" {
		t.Errorf("the draft differs by %v", list)
	}
	audit, err := s.store.Audit(t.Context(), 0, 1)
	ok(t, err)
	if a := audit[0]; a.Who != "editor" || a.Why != "phone: NFRA notice" || a.Object != "channel/nfra-12378.yaml" {
		t.Errorf("%+v", a)
	}
	c.factForm(phonePath, "why", "again", "do", "save").want(http.StatusSeeOther)
}

// TestFactOrder looks at the queue as days go by.
func TestFactOrder(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	set := func(id knowledge.ID, name string, change func(*knowledge.Fact)) {
		s.edit(t, id, func(e *knowledge.Entry) {
			f := e.Facts[name]
			change(&f)
			e.Facts[name] = f
		})
	}
	set("civil-code", "a1000", func(f *knowledge.Fact) { f.Until = "2026-11-21" })                                 // ended
	set("pbc-12363", "phone", func(f *knowledge.Fact) { f.Checked = "2026-07-01" })                                // expired
	set("civil-code", "a1032", func(f *knowledge.Fact) { f.Checked, f.Confidence = "2026-07-30", knowledge.High }) // overdue 25 of 90
	set("nfra-12378", "phone", func(f *knowledge.Fact) { f.Checked, f.Confidence = "2026-10-15", knowledge.High }) // overdue 8 of 30
	set("nfra-12378", "hours", func(f *knowledge.Fact) { f.Checked, f.Confidence = "2026-10-15", knowledge.Low })
	set("gov-12345", "phone", func(f *knowledge.Fact) { f.Checked = "2026-10-30" }) // due in 7
	c := s.signIn(t, people.Viewer)
	body := c.get("/facts").want(http.StatusOK, "Wrong for borrowers now", "Overdue", "Due within two weeks", "last day 2026-11-21 is past", "8 days overdue", "due in 7 days",
		"too old to rely on", "changed in the draft").Body
	var got []string
	for _, m := range regexp.MustCompile(`<td [^>]*><div><a href="/facts/([a-z0-9-]+/[a-z0-9-]+)">`).FindAllStringSubmatch(body, -1) {
		got = append(got, m[1])
	}
	want := []string{"pbc-12363/phone", "civil-code/a1000", "nfra-12378/hours", "nfra-12378/phone", "civil-code/a1032", "gov-12345/phone"}
	if len(got) < len(want) || fmt.Sprint(got[:len(want)]) != fmt.Sprint(want) {
		t.Errorf("the queue is\n%v\nwant\n%v", got, want)
	}
	c.get("/facts?overdue=yes").want(http.StatusOK, "5 of 3", "pbc-12363/phone").not("gov-12345/phone")
	c.get("/facts?type=hours&confidence=low&entry=nfra-12378").want(http.StatusOK, "1 of 3", "nfra-12378/hours").not("police-110/phone")
	c.get("/facts?q="+strings.Repeat("x", 5000)).want(http.StatusOK, "Nothing fits")
	c.get("/facts?page=999999999").want(http.StatusOK, "Previous page")
	c.get("/facts?page=-1&type=%3Cscript%3E").want(http.StatusOK, "Nothing fits").not("<script>")
}

// TestWeigh takes the border between the parts of the queue from the ages that borrowers see.
func TestWeigh(t *testing.T) {
	f := knowledge.Fact{Type: knowledge.Phone, Value: "110", Checked: "2026-01-01", Confidence: knowledge.High}
	for day, want := range map[knowledge.Date]risk{
		"2026-01-01": {Group: groupRest, Days: 30}, "2026-01-16": {Group: groupRest, Days: 15}, "2026-01-17": {Group: groupSoon, Days: 14},
		"2026-01-31": {Group: groupSoon, Days: 0}, "2026-02-01": {Group: groupOverdue, Days: -1}, "2026-05-01": {Group: groupOverdue, Days: -90}, "2026-05-02": {Group: groupWrong, Days: -91},
	} {
		start, _ := day.Start()
		for _, now := range []time.Time{start, start.Add(24*time.Hour - time.Nanosecond)} {
			if got := weigh(f, now); got.Group != want.Group || got.Days != want.Days {
				t.Errorf("%s: group %d, %d days, want %d, %d", now, got.Group, got.Days, want.Group, want.Days)
			}
		}
	}
	f.Until = "2026-01-10"
	last, _ := f.Until.Start()
	if weigh(f, last.Add(24*time.Hour-1)).Ended || !weigh(f, last.Add(24*time.Hour)).Ended {
		t.Error("the last day ends at midnight in Beijing")
	}
	f = knowledge.Fact{Type: knowledge.Phone, Checked: "never", From: "2027-01-01"}
	if r := weigh(f, last); !r.Unchecked || !r.NotYet || r.Group != groupWrong {
		t.Errorf("%+v", r)
	}
}

// TestStillRight marks facts as checked: one by one, several of an entry, and not those that
// somebody changed meanwhile.
func TestStillRight(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-12-24")
	c := s.signIn(t, people.Reviewer)
	row := func(q string) (seen string) {
		t.Helper()
		p := c.get("/facts?entry=nfra-12378&q="+q).want(http.StatusOK, "Still right", `value="R"`)
		return p.find(`/` + q + `/checked">.*?name="seen" value="([^"]*)"`)
	}
	seen, back := row("phone"), "/facts?entry=nfra-12378"
	c.post(phonePath+"/checked", "seen", seen, "back", back, "initials", "").want(http.StatusUnprocessableEntity, "sign with your initials", "Nothing was saved")
	c.post(phonePath+"/checked", "seen", seen, "back", back, "initials", "A\u202eB").want(http.StatusUnprocessableEntity, "sign with your initials")
	p := c.post(phonePath+"/checked", "seen", seen, "back", back, "initials", "王R")
	if to := p.want(http.StatusSeeOther).Header.Get("Location"); to != back {
		t.Errorf("leads to %s", to)
	}
	c.follow(p).want(http.StatusOK, "checked on 2026-12-24 Thu", "Next: publish it", "A second person must release", "by 王R (reviewer)")
	if f := s.in(t, "nfra-12378", "phone"); f.Checked != "2026-12-24" || f.Value != "12378" {
		t.Errorf("%+v", f)
	}
	if audit, _ := s.store.Audit(t.Context(), 0, 1); audit[0].Why != "✓ phone · 王R" || audit[0].Who != "reviewer" {
		t.Errorf("%+v", audit[0])
	}
	c.follow(c.post(phonePath+"/checked", "seen", row("phone"), "initials", "R", "back", "https://evil.example/")).want(http.StatusOK, "Already checked today")

	// What others change elsewhere in the entry is no reason to ask again; a new value is.
	seen = row("hours")
	s.edit(t, "nfra-12378", func(e *knowledge.Entry) { e.Order = 77 })
	old := seen
	s.edit(t, "nfra-12378", func(e *knowledge.Entry) {
		f := e.Facts["phone"]
		f.Value = "12399"
		e.Facts["phone"] = f
	})
	c.post("/facts/nfra-12378/hours/checked", "seen", old, "initials", "R").want(http.StatusSeeOther)
	c.post(phonePath+"/checked", "seen", "0011223344556677", "initials", "R").want(http.StatusConflict, "Somebody just changed “phone”", "12399")
	if e := s.snap(t).entries["nfra-12378"]; e.Order != 77 || e.Facts["hours"].Checked != "2026-12-24" {
		t.Errorf("order %d, hours %s", e.Order, e.Facts["hours"].Checked)
	}

	// Several at once.
	s.clock.add(24 * time.Hour)
	c = s.signInAs(t, "reviewer-2", true)
	fields := []string{"back", back, "initials", "R"}
	for _, m := range regexp.MustCompile(`form="batch" name="(fact|seen)" value="([^"]*)"`).FindAllStringSubmatch(c.get(back).Body, -1) {
		fields = append(fields, m[1], html.UnescapeString(m[2]))
	}
	c.post("/facts/nfra-12378", "initials", "R").want(http.StatusUnprocessableEntity, "Nothing was ticked")
	c.post("/facts/nfra-12378", append(fields, "fact", "no-such")...).want(http.StatusNotFound, "not in the draft any more")
	c.follow(c.post("/facts/nfra-12378", fields...)).want(http.StatusOK, "hours, phone, checked on 2026-12-25")
	if e := s.snap(t).entries["nfra-12378"]; e.Facts["hours"].Checked != "2026-12-25" || e.Facts["phone"].Checked != "2026-12-25" {
		t.Errorf("%+v", e.Facts)
	}

	// What has ended is not right, whoever says so.
	s.edit(t, "nfra-12378", func(e *knowledge.Entry) {
		f := e.Facts["phone"]
		f.Until = "2026-12-24"
		e.Facts["phone"] = f
	})
	c.get(back).want(http.StatusOK, "last day 2026-12-24 is past", "Mend it")
	c.post(phonePath+"/checked", "seen", seal(s.in(t, "nfra-12378", "phone"), true), "initials", "R").want(http.StatusConflict, "cannot be marked as still right")
}

// TestStaleFact has two people change one fact: the second sees both.
func TestStaleFact(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	ana, ben := s.signInAs(t, "editor-ana", false), s.signInAs(t, "editor-ben", false)
	form := ben.get(phonePath).formFields("fact-form")
	ana.factForm(phonePath, "value", "12388", "why", "the first", "do", "save").want(http.StatusSeeOther)
	p := ben.post(phonePath, with(form, "value", "12399", "why", "the second", "do", "save")...)
	p.want(http.StatusConflict, "Somebody else changed it meanwhile", "editor-ana saved another version", "12388", `value="12399"`, `value="the second"`, "Save mine in its place")
	if f := s.in(t, "nfra-12378", "phone"); f.Value != "12388" {
		t.Fatalf("overwritten: %q", f.Value)
	}
	ben.post(phonePath, with(p.formFields("fact-form"), "do", "save")...).want(http.StatusSeeOther)
	if f := s.in(t, "nfra-12378", "phone"); f.Value != "12399" {
		t.Errorf("%q", f.Value)
	}

	// A change elsewhere in the entry stays, and is no conflict.
	form = ben.get(phonePath).formFields("fact-form")
	s.edit(t, "nfra-12378", func(e *knowledge.Entry) { e.Order = 5 })
	ben.post(phonePath, with(form, "value", "12355", "why", "third", "do", "save")...).want(http.StatusSeeOther)
	if e := s.snap(t).entries["nfra-12378"]; e.Order != 5 || e.Facts["phone"].Value != "12355" {
		t.Errorf("order %d, phone %s", e.Order, e.Facts["phone"].Value)
	}
	ben.post(phonePath, with(form, "-seen", "", "value", "1", "why", "x", "do", "save")...).want(http.StatusConflict)
}

// TestLaterValue types a value that begins on a day and looks at it on both sides of midnight.
func TestLaterValue(t *testing.T) {
	s := newConsole(t)
	s.clock.add(time.Date(2026, 12, 31, 23, 59, 30, 0, knowledge.Beijing).Sub(s.clock.now()))
	c := s.signIn(t, people.Editor)
	p := c.factForm(phonePath, "do", "add", "why", "kept").want(http.StatusOK, "Later value 1", `name="later-0-value"`, `value="kept"`)
	later := []string{"later-0-from", "2027-01-01", "later-0-value", "12399", "later-0-sources", "NFRA23", "later-0-checked", "2026-12-31", "later-0-confidence", "high", "why", "notice"}
	form := with(p.formFields("fact-form"), later...)
	today := c.post(phonePath, with(form, "do", "preview", "at", "2026-12-31")...).want(http.StatusOK, "none of the", "texts that hold it change", "2026-12-31 Thu", "2027-01-01 Fri, a later value begins")
	today.not("<ins>12399</ins>")
	c.post(phonePath, with(form, "do", "preview", "at", "2027-01-01")...).want(http.StatusOK, "<del>12378</del> <ins>12399</ins>", "texts in 3 languages change")
	c.post(phonePath, with(form, "do", "preview", "day", "2027-05-05")...).want(http.StatusOK, "<del>12378</del> <ins>12399</ins>")
	c.post(phonePath, with(form, "do", "save", "later-0-from", "")...).want(http.StatusUnprocessableEntity, "Say on which day it begins")
	c.post(phonePath, with(form, "do", "save", "until", "2026-12-30")...).want(http.StatusUnprocessableEntity, "lies after until")
	c.follow(c.post(phonePath, with(form, "do", "save")...)).want(http.StatusOK, "From 2027-01-01 Fri on", "12399")
	mark := func() string { return c.get(phonePath).find(`<mark>(\d+)</mark>`) }
	if got := mark(); got != "12378" {
		t.Errorf("before midnight: %s", got)
	}
	s.clock.add(30 * time.Second)
	if got := mark(); got != "12399" {
		t.Errorf("at midnight: %s", got)
	}

	// Still right is said of the value that holds.
	r := s.signIn(t, people.Reviewer)
	r.post(phonePath+"/checked", "seen", seal(s.in(t, "nfra-12378", "phone"), true), "initials", "R").want(http.StatusSeeOther)
	if f := s.in(t, "nfra-12378", "phone"); f.Checked != "2026-11-21" || f.Later[0].Checked != "2027-01-01" {
		t.Errorf("%+v", f)
	}
	c.factForm(phonePath, "do", "remove-1").want(http.StatusOK).not("Later value 1")
}

// hostile are values that must neither be stored nor do anything.
var hostile = []string{"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "12378\u202e87321", "123\u200b78", "1\x0023", "12\x1b[31m", "javascript:alert(1)", "{{.}}", "\ufeff12378", "123\u206678"}

func TestHostileFacts(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	c := s.signIn(t, people.Editor)
	fields := []string{"value", "zh", "en", "es", "checked", "confidence", "type", "until", "from", "review", "sources", "mode", "days", "opens", "at", "day", "later", "why"}
	form := c.get(phonePath).formFields("fact-form")
	hours := c.get("/facts/nfra-12378/hours").formFields("fact-form")
	tries := 0
	try := func(name, bad string) {
		t.Helper()
		path, typed := phonePath, form
		if tries++; tries%2 == 0 {
			path, typed = "/facts/nfra-12378/hours", hours
		}
		p := c.post(path, with(typed, "do", "preview", "why", "x", name, bad)...)
		for _, alive := range []string{"<script>alert", "<img src=x", `href="javascript:`} {
			if strings.Contains(p.Body, alive) {
				t.Fatalf("%q in %s comes back alive", bad, name)
			}
		}
	}
	for _, name := range fields {
		try(name, hostile[0])
	}
	for i, bad := range payloads(t) {
		if i%8 == 0 { // the parts that show a text are few
			try(fields[i/8%len(fields)], bad)
		}
	}
	for _, bad := range hostile {
		c.post(phonePath, with(form, "do", "save", "why", "x", "value", bad)...).want(http.StatusUnprocessableEntity)
	}
	c.post("/facts/nfra-12378/hours", with(hours, "do", "save", "why", "x", "checked", hostile[0])...).want(http.StatusUnprocessableEntity)
	c.post(phonePath, with(form, "do", "save", "why", "x", "value", "12 abc")...).want(http.StatusUnprocessableEntity, "a phone is digits", `value="12 abc"`)
	c.post(phonePath, with(form, "do", "save", "why", "x", "checked", "2026-11-23")...).want(http.StatusUnprocessableEntity, "cannot lie after today")
	c.post(phonePath, with(form, "do", "save", "why", "x", "sources", "NO-SUCH")...).want(http.StatusUnprocessableEntity, "is not in sources.yaml")
	c.post(phonePath, with(form, "do", "save", "why", "x", "-sources", "")...).want(http.StatusUnprocessableEntity, "at least one source")
	c.post(phonePath, with(form, "do", "save", "why", "x", "type", "statute")...).want(http.StatusUnprocessableEntity, "entry of kind rule")
	c.post(phonePath, with(form, "do", "save", "why", "x", "type", "url")...).want(http.StatusUnprocessableEntity, "starts with https:// or http://")
	c.post(phonePath, with(form, "do", "save", "why", strings.Repeat("字", 401))...).want(http.StatusUnprocessableEntity, "Too long")
	c.post("/facts/nfra-12378/hours", with(hours, "do", "save", "why", "x", "opens", "17:00", "closes", "09:00")...).want(http.StatusUnprocessableEntity, "must lie before")
	c.post("/facts/nfra-12378/hours", with(hours, "do", "save", "why", "x", "en", "")...).want(http.StatusUnprocessableEntity, "Please fill this in")
	if list := s.snap(t).diff(); len(list) != 0 {
		t.Errorf("stored: %v", list)
	}
	// Hostile content that came another way is shown and does nothing.
	s.edit(t, "nfra-12378", func(e *knowledge.Entry) {
		f := e.Facts["phone"]
		f.Value = hostile[0]
		e.Facts["phone"] = f
	})
	for _, path := range []string{"/facts?entry=nfra-12378", phonePath} {
		c.get(path).want(http.StatusOK, "<script>alert(1)</script>")
		if strings.Contains(c.get(path).Body, "<script>alert") {
			t.Errorf("alive on %s", path)
		}
	}
}

// TestFactRoles says who may do what, whatever a form holds.
func TestFactRoles(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	hours := "/facts/nfra-12378/hours"
	viewer, editor := s.signIn(t, people.Viewer), s.signIn(t, people.Editor)
	viewer.get("/facts").want(http.StatusOK).not("Still right", "Initials")
	viewer.get(phonePath).want(http.StatusOK, "12378", "Where it is used").not("Save into the draft", "Delete this fact")
	viewer.post(phonePath, "do", "save").want(http.StatusForbidden)
	viewer.get("/facts/nfra-12378/new").want(http.StatusForbidden)
	editor.post(phonePath+"/checked", "initials", "E").want(http.StatusForbidden)
	editor.post("/facts/nfra-12378", "fact", "phone", "initials", "E").want(http.StatusForbidden)
	editor.get("/facts").want(http.StatusOK).not("Initials")

	c := s.signIn(t, people.Translator)
	c.get(phonePath).want(http.StatusOK).not("Save into the draft")
	c.post(phonePath, "do", "save", "value", "666", "why", "x", "seen", seal(s.in(t, "nfra-12378", "phone"), true)).want(http.StatusForbidden)
	c.get(hours).want(http.StatusOK, "Your role may change the English and the Spanish").not("Add a later value", `name="zh"`)
	was := s.in(t, "nfra-12378", "hours")
	c.factForm(hours, "en", "office hours, please check first", "es", "horario de oficina, verifique antes", "why", "shorter", "do", "save",
		"zh", "被改", "type", "phone", "value", "666", "mode", "one", "checked", "2026-11-22", "confidence", "high", "sources", "CC", "later", "1", "later-0-value", "5").want(http.StatusSeeOther)
	now := s.in(t, "nfra-12378", "hours")
	if now.Values.En != "office hours, please check first" || now.Values.Es != "horario de oficina, verifique antes" {
		t.Errorf("%+v", now)
	}
	now.Values.En, now.Values.Es = was.Values.En, was.Values.Es
	if seal(now, true) != seal(was, true) {
		t.Errorf("a translator changed %+v", now)
	}
	c.factForm(hours, "en", "", "why", "x", "do", "save").want(http.StatusUnprocessableEntity, "Please fill this in")
	c.factForm(hours, "do", "add").not("Later value 1")
	c.post(phonePath+"/delete", "why", "x").want(http.StatusForbidden)
	c.post("/sources/NFRA23", "title", "x").want(http.StatusForbidden)
	c.get("/sources/new").want(http.StatusForbidden)
	c.get("/sources").want(http.StatusOK).not("Add a source")
}

// TestNewFact adds a fact, refuses what cannot be, and takes it out again.
func TestNewFact(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	c := s.signIn(t, people.Editor)
	path := "/facts/nfra-12378/new"
	form := with(c.get(path).want(http.StatusOK, "New fact").formFields("fact-form"), "type", "url", "value", "https://www.nfra.gov.cn/", "sources", "NFRA23", "why", "it has a page", "do", "save")
	for name, want := range map[string]string{"": "small letters", "new": "small letters", "../phone": "small letters", "Phone": "small letters", "phone": "already has a fact of that name", "a.b": "small letters", hostile[0]: "small letters"} {
		c.post(path, with(form, "name", name)...).want(http.StatusUnprocessableEntity, want, "https://www.nfra.gov.cn/")
	}
	c.follow(c.post(path, with(form, "name", "site")...)).want(http.StatusOK, "“site” is in the draft; 0 texts", "No text holds it", "(not there yet)", "it has a page")
	if f := s.in(t, "nfra-12378", "site"); f.Value != "https://www.nfra.gov.cn/" || f.Type != knowledge.URL {
		t.Errorf("%+v", f)
	}
	for _, p := range []string{"/facts/no-such/phone", "/facts/nfra-12378/no-such", "/facts/..%2f..%2fetc/passwd", "/facts/nfra-12378/..%2fphone", "/facts/no-such/new", "/facts/nfra-12378/" + strings.Repeat("a", 3000), "/sources/no-such", "/sources/..%2f"} {
		c.get(p).want(http.StatusNotFound)
		c.post(p, "do", "save", "name", "x").want(http.StatusNotFound)
	}
	c.get("/facts/greeting/new").want(http.StatusConflict, "have no facts")
	seen := seal(s.in(t, "nfra-12378", "site"), true)
	c.post("/facts/nfra-12378/site/delete", "seen", seen).want(http.StatusUnprocessableEntity, "give a reason")
	c.post("/facts/nfra-12378/site/delete", "seen", "00", "why", "x").want(http.StatusConflict)
	c.follow(c.post("/facts/nfra-12378/site/delete", "seen", seen, "why", "not needed")).want(http.StatusOK, "“site” is out of the draft")
	c.get(phonePath).want(http.StatusOK, "It cannot be deleted while")
	c.post(phonePath+"/delete", "seen", seal(s.in(t, "nfra-12378", "phone"), true), "why", "x").want(http.StatusConflict, "texts hold it")
	if list := s.snap(t).diff(); len(list) != 0 {
		t.Errorf("left over: %v", list)
	}
}

// TestBreakElsewhere makes a value so long that texts of other entries do not fit any more.
func TestBreakElsewhere(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	c := s.signIn(t, people.Editor)
	long := strings.TrimSuffix(strings.Repeat("12378-", 40), "-")
	form := with(c.get(phonePath).formFields("fact-form"), "value", long, "why", "x", "do", "save")
	c.post(phonePath, form...).want(http.StatusUnprocessableEntity, "would break something elsewhere", "bytes, at most", "save it into the draft anyway")
	c.post(phonePath, with(form, "anyway", "yes")...).want(http.StatusSeeOther)
}

// TestFactsWithoutRedis keeps what was typed when the store is away.
func TestFactsWithoutRedis(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	c := s.signIn(t, people.Editor)
	form := with(c.get(phonePath).formFields("fact-form"), "value", "12399", "why", "kept reason", "do", "save")
	s.redis.SetError("LOADING")
	p := c.post(phonePath, form...)
	s.redis.SetError("")
	if p.Status != http.StatusServiceUnavailable && p.Status != http.StatusUnauthorized {
		t.Errorf("%s", p.brief())
	}
	if !strings.Contains(p.Body, "12399") && !strings.Contains(p.Body, "kept+reason") {
		t.Errorf("not kept: %s", p.brief())
	}
	var stale *versions.ErrStale
	if err := s.store.Save(t.Context(), versions.Actor{Login: "x"}, []versions.File{{Path: "channel/nfra-12378.yaml", Rev: 99}}, "x"); !errors.As(err, &stale) {
		t.Error(err)
	}
}

func TestSourcesPages(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	c := s.signIn(t, people.Editor)
	c.get("/sources").want(http.StatusOK, "NFRA23", "Add a source", `rel="noopener noreferrer"`, "opens a new tab")
	c.get("/sources?q=blackcat&tier=C").want(http.StatusOK, "0 of").not("NFRA23")
	c.get("/sources/NFRA23").want(http.StatusOK, "things rest on it", "/facts/nfra-12378/phone").not("Delete this source")
	form := with(c.get("/sources/new").formFields(`action="/sources/new"`), "id", "NEW26", "tier", "A", "title", "A notice of today", "urls", "https://example.gov.cn/a\nhttp://example.gov.cn/b\n", "why", "new notice")
	for _, bad := range []string{"javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://a.b/", "https://", "https://user:pass@a.cn/", "https://a.cn/\u202egnp", "<script>"} {
		p := c.post("/sources/new", with(form, "urls", "https://ok.cn/\n"+bad)...).want(http.StatusUnprocessableEntity, "no address that starts with https://", "A notice of today")
		if strings.Contains(p.Body, `href="`+bad) {
			t.Errorf("%s is a link", bad)
		}
	}
	for _, bad := range []string{"", "new", "a/b", "../x", "1A", strings.Repeat("A", 41), hostile[1]} {
		c.post("/sources/new", with(form, "id", bad)...).want(http.StatusUnprocessableEntity, "An id is a letter")
	}
	c.post("/sources/new", with(form, "id", "NFRA23")...).want(http.StatusUnprocessableEntity, "This id belongs to")
	c.post("/sources/new", with(form, "tier", "D")...).want(http.StatusUnprocessableEntity, "Choose a tier")
	c.post("/sources/new", with(form, "title", hostile[2])...).want(http.StatusUnprocessableEntity, "U+00202E")
	before := s.snap(t).files[sourcesPath]
	c.follow(c.post("/sources/new", form...)).want(http.StatusOK, "The source “NEW26” is in the draft", "Nothing rests on it yet")
	if after := s.snap(t).files[sourcesPath]; !strings.HasPrefix(string(after), "# Where the facts come from") || len(after) <= len(before) {
		t.Error("the head of the file is lost")
	}
	if src := s.snap(t).parsed.Sources["NEW26"]; len(src.URLs) != 2 || src.Tier != "A" {
		t.Errorf("%+v", src)
	}
	edit := c.get("/sources/NEW26").formFields(`action="/sources/NEW26"`)
	c.post("/sources/NEW26", with(edit, "title", "First", "why", "x")...).want(http.StatusSeeOther)
	p := c.post("/sources/NEW26", with(edit, "title", "Second", "why", "y")...).want(http.StatusConflict, "First", `value="Second"`, "editor saved another version")
	c.post("/sources/NEW26", with(p.formFields(`action="/sources/NEW26"`), "why", "y")...).want(http.StatusSeeOther)
	seen := sourceSeal(s.snap(t).parsed.Sources["NEW26"])
	c.post("/sources/NFRA23/delete", "seen", sourceSeal(s.snap(t).parsed.Sources["NFRA23"]), "why", "x").want(http.StatusConflict, "cannot be deleted")
	c.post("/sources/NEW26/delete", "seen", seen).want(http.StatusUnprocessableEntity)
	c.follow(c.post("/sources/NEW26/delete", "seen", seen, "why", "a mistake")).want(http.StatusOK, "out of the draft")
	if list := s.snap(t).diff(); len(list) != 0 {
		t.Errorf("left over: %v", list)
	}
}

// manyFacts is the built-in base with n more entries of three facts each.
func manyFacts(t *testing.T, n int) knowledge.Files {
	t.Helper()
	files := maps.Clone(knowledgetest.Base())
	for i := range n {
		id := fmt.Sprintf("office-%d", i)
		data, err := knowledge.Stamp(fmt.Appendf(nil, `id: %s
kind: channel
order: %d
name: {zh: 机构%[5]s, en: Office %[5]s, es: Oficina %[5]s}
short: {zh: "打{.phone}。", en: "Call {.phone}.", es: "Llame al {.phone}."}
text: {zh: "打{.phone}，时间{.hours}，{police-110}。", en: "Call {.phone}, {.hours}, {police-110}.", es: "Llame al {.phone}, {.hours}, {police-110}."}
phrases: {zh: [机构%[5]s号]}
facts:
  phone: {type: phone, value: "%[3]d", sources: [NFRA23], checked: 2026-%02[4]d-11, confidence: high}
  hours: {type: hours, values: {zh: 白天，请先核实, en: "by day, please check first", es: "de día, verifique antes"}, sources: [NFRA23], checked: 2026-11-11, confidence: low}
  site: {type: url, value: "https://example.cn/%[2]d", sources: [NFRA23], checked: 2026-10-11, confidence: medium}
sources: [NFRA23]
checked: 2026-11-11
confidence: high
`, id, i+101, 10000+i, i%11+1, letters(i)))
		ok(t, err)
		files["channel/"+id+".yaml"] = data
	}
	return files
}

// letters are a number in letters: a name holds no digits.
func letters(i int) string {
	return string([]rune{rune('A' + i/676%26), rune('A' + i/26%26), rune('A' + i%26)})
}

// factsOf500 is a console over the built-in base with 500 entries more, at its queue of facts.
func factsOf500(t *testing.T) (s *site, request func() *http.Request) {
	s = newConsole(t, func(cfg *Config) {
		rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
		t.Cleanup(func() { _ = rdb.Close() })
		files := manyFacts(t, 500)
		var err error
		cfg.Store = versions.New(rdb, cfg.Now, versions.NewBase(func() knowledge.Files { return files }))
		cfg.Live, err = versions.NewLive(t.Context(), cfg.Store, nil, slog.New(slog.DiscardHandler))
		ok(t, err)
	})
	s.at(t, "2026-11-22")
	c := s.signIn(t, people.Reviewer)
	c.get("/facts").want(http.StatusOK, "Still right")
	return s, func() *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/facts?page=3", nil)
		for name, value := range c.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		return r
	}
}

// TestFactsOf500 asks for the queue of a base with 500 entries more. The best of several times of
// the processor is logged; the bar of 100 ms is the benchmark's matter.
func TestFactsOf500(t *testing.T) {
	s, request := factsOf500(t)
	best := time.Hour
	for range 10 {
		w, before := httptest.NewRecorder(), worked(t)
		s.ServeHTTP(w, request())
		best = min(best, worked(t)-before)
		if w.Code != http.StatusOK {
			t.Fatal(w.Code)
		}
	}
	t.Logf("/facts with %d entries: %s", len(s.snap(t).entries), best)
}

// worked is how long the processor has worked for this process.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var use syscall.Rusage
	ok(t, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
