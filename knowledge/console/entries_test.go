package console

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// opened is the form of an entry as a browser sends it: every field that the page has.
func opened(c *client, path string) url.Values {
	c.t.Helper()
	body := c.get(path).want(http.StatusOK).Body
	form := url.Values{}
	i := strings.Index(body, `data-entry=`)
	if i < 0 {
		c.t.Fatal("no form in " + path)
	}
	for _, f := range formFields(body[i : i+strings.Index(body[i:], "</form>")]) {
		form.Add(f.Name, f.Value)
	}
	return form
}

func (c *client) sendForm(path string, form url.Values) page {
	c.t.Helper()
	return c.send(formRequest(path, form))
}

// change is a form with other values.
func change(form url.Values, pairs ...string) url.Values {
	form = maps.Clone(form)
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// stored is an entry as the draft has it.
func (s *site) stored(t *testing.T, id knowledge.ID) *knowledge.Entry {
	t.Helper()
	snap, err := s.desk.look(t.Context())
	ok(t, err)
	return snap.entries[id]
}

// put stores an entry as it is, whatever it says.
func (s *site) put(t *testing.T, e *knowledge.Entry) {
	t.Helper()
	data, err := knowledge.Encode(e)
	ok(t, err)
	s.putFile(t, knowledge.PathOf(e), data)
}

func (s *site) putFile(t *testing.T, path string, data []byte) {
	t.Helper()
	revs, err := s.store.Revisions(t.Context())
	ok(t, err)
	ok(t, s.store.Save(t.Context(), versions.Actor{Login: "somebody"}, []versions.File{{Path: path, Rev: revs[path], Data: data}}, ""))
}

func TestEntriesList(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Viewer)
	c.get("/entries").want(http.StatusOK, "Financial regulator 12378", "nfra-12378", "channel").not("New entry", "{.phone}")
	for query, want := range map[string]string{"NFRA": "nfra-12378", "金融監管總局": "nfra-12378", "administracion nacional de regulacion": "nfra-12378", "１２３７８": "nfra-12378"} {
		c.get("/entries?q="+url.QueryEscape(query)).want(http.StatusOK, want).not("right-threats")
	}
	c.get("/entries?q=zzqqzz").want(http.StatusOK, "No entry matches", "Show all entries")
	c.get("/entries?kind=lender").want(http.StatusOK, "lender-bank").not("nfra-12378")
	c.get("/entries?kind=%3Cb%3E&show=%22%3E").want(http.StatusOK, "nfra-12378")
	c.get("/entries?show=changed").want(http.StatusOK, "No entry matches")
	c.get("/entries?show=overdue").want(http.StatusOK, "No entry matches")
	s.clock.at = s.clock.at.AddDate(1, 0, 0)
	c = s.signInAs(t, "viewer-2", false)
	c.get("/entries?show=overdue").want(http.StatusOK, "nfra-12378", "facts to check: ").not("opt-back")

	s.putFile(t, "topic/broken.yaml", []byte("id: broken\nkind: [\n"))
	s.putFile(t, "sources.yaml", []byte("X:\n  tier: Z\n  title: y\n"))
	c.get("/entries").want(http.StatusOK, "Files that cannot be read", "topic/broken.yaml", "X: the tier is A, B or C", `href="/entries/broken"`)
	c.get("/entries/broken").want(http.StatusOK, "The file cannot be read", "kind: [").not("Undo the changes")
	e := s.signIn(t, people.Editor)
	e.follow(e.post("/entries/broken/discard", "rev", "1")).want(http.StatusOK, "broken").not("Files that cannot be read, or something is missing: topic")
}

// TestEntryStory: an editor makes an entry, fills it in badly, mends it, looks back and takes
// it out.
func TestEntryStory(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	c.get("/entries/new?kind=topic&id=fees").want(http.StatusOK, `value="fees"`)
	c.post("/entries", "kind", "topic", "id", "Not Good", "name", "费用").want(http.StatusUnprocessableEntity, "small letters", `value="Not Good"`, `value="费用"`)
	c.post("/entries", "kind", "topic", "id", "nfra-12378").want(http.StatusUnprocessableEntity, "This id is taken by Financial regulator 12378 (nfra-12378)")
	c.post("/entries", "kind", "cake", "id", "fees").want(http.StatusUnprocessableEntity, "choose a kind")
	c.post("/entries", "kind", "topic", "id", "new").want(http.StatusUnprocessableEntity)
	c.follow(c.post("/entries", "kind", "topic", "id", "fees", "name", "费用")).want(http.StatusOK, "The entry stands in the draft", "new, not published", "needs")

	form := opened(c, "/entries/fees")
	p := c.sendForm("/entries/fees", change(form, "text.zh", "先看合同。\r\n拨12378。", "phrases.zh", "违约金\n催收 12378\n12378", "channels", "nfra-12378, no-such", "why", "first try"))
	if p.Header.Get("Location") != "/entries/fees" {
		t.Fatal(p.brief())
	}
	p = c.follow(p).want(http.StatusOK, "Saved as revision 2; errors keep it from being published: ",
		`"12378" also belongs to another entry`, `href="/entries/nfra-12378"`, `"12378" is a number that can change`, "there is no entry no-such")
	p.find(`id="f-phrases-zh-problem">(.*also belongs to)`)
	p.find(`id="f-text-zh-problem">(.*is a number that can change)`)
	p.find(`id="f-text-en-problem">(.*the text is missing)`)
	p.find(`<a href="#f-text-zh">([^<]*)</a>`)
	e := s.stored(t, "fees")
	if e.Text.Zh != "先看合同。\n拨12378。\n" || len(e.Phrases.Zh) != 3 || len(e.Channels) != 2 {
		t.Errorf("%+v", e)
	}
	c.get("/entries/nfra-12378").want(http.StatusOK, `"12378" also belongs to another entry`, `href="/entries/fees"`)
	c.get("/entries?show=errors").want(http.StatusOK, "fees", "changed, not published")

	form = opened(c, "/entries/fees")
	c.sendForm("/entries/fees", form).want(http.StatusOK, "You changed nothing")
	p = c.follow(c.sendForm("/entries/fees", change(form, "text.zh", "先看合同。\n拨{nfra-12378.phone}。", "text.en", "Read the contract.\nCall {nfra-12378.phone}.", "text.es", "Lea el contrato.\nLlame al {nfra-12378.phone}.",
		"name.en", "Fees", "name.es", "Cargos", "phrases.zh", "这个收费太贵", "channels", "nfra-12378", "sources", "CMP20", "checked", "2026-08-01", "confidence", "high",
		"match.en", "yes", "match.es", "yes"))).want(http.StatusOK, "Saved as revision 3, in the draft.", "Nothing is wrong with this entry", "Call 12378.", "Made from the present Chinese text", "{nfra-12378.phone}")

	c.get("/entries/fees/history").want(http.StatusOK, "Revision 3", "Revision 2", "first try", "editor", "<ins>Read the contract.", "<del>12378</del>")
	c.get("/entries/fees/history?from=1&to=2").want(http.StatusOK, "先看合同").not("Lea el contrato")
	c.get("/entries/fees/history?from=-1&to=x").want(http.StatusOK, "Lea el contrato")
	c.follow(c.post("/entries/fees/restore", "rev", "3", "to", "2")).want(http.StatusOK, "Saved as revision 4; errors")
	c.get("/entries/fees/history").want(http.StatusOK, "Reason: Restored: Revision 2")
	c.post("/entries/fees/restore", "rev", "4", "to", "77").want(http.StatusNotFound, "no such revision")
	c.post("/entries/fees/restore", "rev", "3", "to", "1").want(http.StatusConflict, "changed the entry meanwhile")
	c.post("/entries/fees/delete", "rev", "3").want(http.StatusConflict)
	c.follow(c.post("/entries/fees/delete", "rev", "4", "why", "not ours")).want(http.StatusOK, "fees is deleted in the draft")
	c.get("/entries/fees").want(http.StatusGone)
	c.get("/entries/fees/history").want(http.StatusOK, "not ours")
	c.follow(c.post("/entries/fees/restore", "rev", "5", "to", "3")).want(http.StatusOK, "Saved as revision 6, in the draft.")
	c.follow(c.post("/entries/fees/discard", "rev", "6")).want(http.StatusOK, "The changes of fees in the draft are undone.")
}

// TestEntryDelete: an entry of the base says what hangs on it, goes, and comes back.
func TestEntryDelete(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	c.get("/entries/police-110").want(http.StatusOK, "These entries name it", `href="/entries/violence"`)
	c.get("/entries/self-harm").want(http.StatusOK, "The bot speaks through this entry")
	c.follow(c.post("/entries/police-110/delete", "rev", "0")).want(http.StatusOK, "police-110 is deleted")
	c.get("/entries/violence").want(http.StatusOK, "there is no entry police-110")
	c.get("/entries?show=changed").want(http.StatusOK, "police-110", "deleted")
	c.get("/entries/police-110").want(http.StatusGone, "editor deleted this entry", "Undo the changes")
	c.sendForm("/entries/police-110", url.Values{"csrf": {c.csrf()}, "rev": {"1"}, "name.zh": {"x"}}).want(http.StatusConflict, "was deleted")
	c.follow(c.post("/entries/police-110/discard", "rev", "1")).want(http.StatusOK, "are undone", "Nothing is wrong with this entry")
	c.post("/entries/police-110/discard", "rev", "2").want(http.StatusConflict, "Nothing would change")
}

// TestEntryStale: two people save; the second sees both versions, keeps what they typed, and
// takes over what only the first one changed.
func TestEntryStale(t *testing.T) {
	s := newConsole(t)
	ana, bo := s.signIn(t, people.Editor), s.signInAs(t, "editor-2", false)
	first, second := opened(ana, "/entries/thanks"), opened(bo, "/entries/thanks")
	was := s.stored(t, "thanks")
	ana.sendForm("/entries/thanks", change(first, "text.es", "De nada, de Ana.", "text.en", "You are welcome, says Ana.", "why", "kinder")).want(http.StatusSeeOther)
	p := bo.sendForm("/entries/thanks", change(second, "text.en", "You are welcome, says Bo.", "phrases.es", "gracias bo", "match.en", "yes"))
	p.want(http.StatusConflict, "Not saved: somebody else changed this entry meanwhile", "editor saved another version", "Reason: kinder",
		"You are welcome, says Ana.", "You are welcome, says Bo.", "<ins>Bo</ins>", "I looked at both", "Only the other person changed these", "Answer (Spanish)")
	if got := s.stored(t, "thanks").Text.En; got != "You are welcome, says Ana." {
		t.Error(got)
	}
	merged := url.Values{}
	i := strings.Index(p.Body, `data-entry=`)
	for _, f := range formFields(p.Body[i : i+strings.Index(p.Body[i:], "</form>")]) {
		merged.Add(f.Name, f.Value)
	}
	if merged.Get("text.en") != "You are welcome, says Bo." || merged.Get("text.es") != "De nada, de Ana." || merged.Get("phrases.es") != "gracias bo" || merged.Get("rev") != "1" || merged.Has("match.en") {
		t.Error(merged)
	}
	bo.follow(bo.sendForm("/entries/thanks", merged)).want(http.StatusOK, "Saved as revision 2")
	e := s.stored(t, "thanks")
	if e.Text.En != "You are welcome, says Bo." || e.Text.Es != "De nada, de Ana." || e.Text.Zh != was.Text.Zh || e.MadeFrom != was.MadeFrom {
		t.Errorf("%+v", e)
	}
	apart := opened(ana, "/entries/thanks")
	bo.sendForm("/entries/thanks", change(opened(bo, "/entries/thanks"), "text.zh", "不客气啦")).want(http.StatusSeeOther)
	ana.sendForm("/entries/thanks", change(apart, "text.en", "Welcome")).want(http.StatusConflict, "You changed different places", "不客气啦</textarea>", "Welcome</textarea>")
}

// TestEntryTranslator: English and Spanish texts and their stamps, and nothing else, whatever
// a form says.
func TestEntryTranslator(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Translator)
	p := c.get("/entries/nfra-12378").want(http.StatusOK, "You may change the English and Spanish texts").not(`name="text.zh"`, `name="phrases.en"`, `name="channels"`, "Delete the entry")
	p.want(http.StatusOK, `name="text.en"`, `name="say.es"`, `name="match.en"`)
	form := opened(c, "/entries/nfra-12378")
	was := s.stored(t, "nfra-12378")
	for _, path := range []string{"text.zh", "say.zh", "say.pinyin", "phrases.en", "examples.es", "parent", "order", "sources", "checked", "confidence", "local", "say.alone"} {
		value := map[string]string{"order": "5", "checked": "2026-01-01", "confidence": "low", "parent": "police-110", "local": "yes", "say.alone": "yes"}[path]
		if value == "" {
			value = "changed"
		}
		c.sendForm("/entries/nfra-12378", change(form, path, value, "text.en", "Typed by hand {.phone}")).
			want(http.StatusForbidden, "A translator may change English and Spanish texts only", "Typed by hand {.phone}")
	}
	if e := s.stored(t, "nfra-12378"); e != was {
		t.Errorf("%+v", e)
	}
	c.follow(c.sendForm("/entries/nfra-12378", change(form, "text.en", "Call {.phone}.", "say.en", "Hello."))).want(http.StatusOK, "Saved as revision 1")
	e := s.stored(t, "nfra-12378")
	if e.Text.En != "Call {.phone}." || e.Say.En != "Hello." || e.Text.Zh != was.Text.Zh || len(e.Phrases.Zh) != len(was.Phrases.Zh) || e.Facts["phone"].Value != "12378" {
		t.Errorf("%+v", e)
	}
	c.get("/entries/new").want(http.StatusForbidden)
	for _, deed := range []string{"", "/nfra-12378/delete", "/nfra-12378/discard", "/nfra-12378/restore"} {
		c.post("/entries"+deed, "rev", "1", "to", "0").want(http.StatusForbidden)
	}
	log, err := s.store.Audit(t.Context(), 0, 50)
	ok(t, err)
	if !strings.Contains(fmt.Sprint(log), "refused") {
		t.Error("the attempts are not in the audit")
	}

	// A stamp: the Chinese changes, the translator compares and confirms.
	ed := s.signIn(t, people.Editor)
	ed.follow(ed.sendForm("/entries/nfra-12378", change(opened(ed, "/entries/nfra-12378"), "text.zh", "拨{.phone}。"))).want(http.StatusOK, "Made from an older Chinese text")
	c.get("/entries?show=gaps").want(http.StatusOK, "nfra-12378", "translation missing or old")
	c.follow(c.sendForm("/entries/nfra-12378", change(opened(c, "/entries/nfra-12378"), "match.en", "yes"))).want(http.StatusOK, "Saved as revision 3", "Made from the present Chinese text", "Made from an older Chinese text")
	if e := s.stored(t, "nfra-12378"); e.Translation(knowledge.En) != knowledge.Current || e.Translation(knowledge.Es) != knowledge.Outdated {
		t.Error(e.MadeFrom)
	}
}

func TestEntryViewer(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Viewer)
	c.get("/entries/nfra-12378").want(http.StatusOK, "Call 12378. Hours: ", "police-110").not("<textarea", "Save in the draft", "Delete the entry", `name="rev"`)
	c.get("/entries/nfra-12378/history").want(http.StatusOK, "Nobody changed this entry yet")
	c.post("/entries/nfra-12378", "rev", "0", "text.en", "x").want(http.StatusForbidden)
	c.post("/entries/nfra-12378/preview", "field", "text.en", "text", "x").want(http.StatusForbidden)
}

// TestEntryRefuses: what nobody should store comes back beside its field, with all that was typed.
func TestEntryRefuses(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	form := opened(c, "/entries/nfra-12378")
	for _, bad := range [][3]string{
		{"text.en", "a\x00b", "invisible control characters"}, {"text.zh", "a\u202eb", "invisible control characters"}, {"text.es", "a\xffb", "invisible control characters"},
		{"phrases.en", "a\u2066b", "invisible control characters"}, {"name.en", "a\nb", "Only one line"}, {"text.en", strings.Repeat("x", 9000), "Too long: at most 8,192 bytes"},
		{"order", "-1", "from 0 to 9,999"}, {"order", "many", "from 0 to 9,999"}, {"channels", "../../etc", "Only ids go here"}, {"parent", "<b>", "Only ids go here"},
		{"confidence", "<b>", "choose one"}, {"sources", "a/b", "Only ids"}, {"why", strings.Repeat("x", 501), "at most 500"}, {"checked", "2026-08-01\"", "choose one"},
	} {
		p := c.sendForm("/entries/nfra-12378", change(form, bad[0], bad[1], "say.en", "kept as typed"))
		p.want(http.StatusUnprocessableEntity, bad[2], `value="`+form.Get("rev")+`"`, "kept as typed", "Nothing was saved yet")
	}
	if snap, err := s.desk.look(t.Context()); err != nil || len(snap.draft.Changes) > 0 {
		t.Error(err, snap.draft.Changes)
	}
	c.sendForm("/entries/nfra-12378", change(form, "danger", "10")).want(http.StatusUnprocessableEntity)
	c.sendForm("/entries/nfra-12378", change(form, "rev", "x")).want(http.StatusBadRequest)
	for _, id := range []string{"..", "%2e%2e", "..%2fsources", "../sources.yaml", "NFRA-12378", "calendar", "sources.yaml", "channel%2fnfra-12378", "-x", strings.Repeat("a", 41), "%00", "nfra-12378%0a", "no-such"} {
		for _, path := range []string{"/entries/" + id, "/entries/" + id + "/history"} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.URL.Path, _ = url.PathUnescape(path)
			if p := c.send(r); p.Status != http.StatusNotFound {
				t.Errorf("%q: %s", path, p.brief())
			}
		}
		r := formRequest("/", url.Values{"csrf": {c.csrf()}, "rev": {"0"}})
		r.URL.Path, _ = url.PathUnescape("/entries/" + id + "/delete")
		if p := c.send(r); p.Status != http.StatusNotFound {
			t.Errorf("delete %q: %s", id, p.brief())
		}
	}
}

func TestEntryPreview(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Translator)
	p := c.post("/entries/nfra-12378/preview", "field", "text.en", "text", "Call {.phone} <b> {.nothing}\r\nNow")
	p.want(http.StatusOK, `"text":"Call 12378 \u003cb\u003e {.nothing}\nNow"`, "of 1,040 bytes", "Nothing is known of {.nothing}")
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") {
		t.Error(p.Header)
	}
	c.post("/entries/nfra-12378/preview", "field", "text.en", "text", strings.Repeat("x", 1041)).want(http.StatusOK, `"long":true`)
	c.post("/entries/nfra-12378/preview", "field", "phrases.en", "text", "x").want(http.StatusUnprocessableEntity)
	c.post("/entries/nfra-12378/preview", "field", "text.xx", "text", "x").want(http.StatusUnprocessableEntity)
	c.post("/entries/no-such/preview", "field", "text.en", "text", "x").want(http.StatusNotFound)
}

// TestEntryXSS: whatever stands in an entry or is typed into one, the pages keep their shape.
func TestEntryXSS(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	show := func(x string) []page {
		text := knowledge.Text{Zh: x, En: x, Es: x}
		e := &knowledge.Entry{ID: "evil", Kind: knowledge.Channel, Name: text, Short: text, Text: text, Other: text, Call: text, Near: text,
			Say:     &knowledge.Say{Zh: x, Pinyin: x, En: x, Es: x},
			Phrases: knowledge.Phrases{Zh: []string{x, "12378"}, En: []string{x}}, Examples: knowledge.Examples{Zh: x},
			Rights: []knowledge.ID{knowledge.ID(x)}, Parent: knowledge.ID(x), As: knowledge.ID(x), Level: knowledge.Level(x),
			Sources: []string{x}, Checked: knowledge.Date(x), Confidence: knowledge.Confidence(x),
			Facts: map[string]knowledge.Fact{"phone": {Type: knowledge.FactType(x), Value: x}}}
		s.put(t, e)
		var all []page
		for _, path := range []string{"/entries", "/entries/evil", "/entries/nfra-12378", "/entries/new?kind=" + url.QueryEscape(x) + "&id=" + url.QueryEscape(x), "/entries?q=" + url.QueryEscape(x)} {
			all = append(all, c.get(path).want(http.StatusOK))
		}
		form := opened(c, "/entries/evil")
		return append(all, c.sendForm("/entries/evil", change(form, "text.en", "\x00"+x, "why", x, "channels", x)),
			c.sendForm("/entries/evil", change(form, "text.en", x+"3", "seen", x)), c.post("/entries", "kind", x, "id", x, "name", x))
	}
	for _, x := range some(t) {
		for _, p := range show(x) {
			ours(t, p)
		}
	}
}

// some are all payloads at once, and a few alone.
func some(t *testing.T) []string {
	all := payloads(t)
	return append(all[:6:6], strings.Join(all, " "), strings.Join(all, "\n"))
}

// ours checks that a page holds no element and leads to no address that a payload made.
func ours(t *testing.T, p page) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(p.Body))
	ok(t, err)
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains(strings.Fields("img iframe object embed base math video source style marquee noscript template body2"), n.Data) || n.Data == "script" && attribute(n, "src") == "" {
			t.Errorf("there is a <%s> in %s", n.Data, p.brief())
		}
		for _, a := range n.Attr {
			leads := slices.Contains(strings.Fields("href src action formaction data xlink:href"), a.Key) && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#")
			if leads || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "//") && a.Key != "value" {
				t.Errorf("there is %s=%q in %s", a.Key, a.Val, p.brief())
			}
		}
	}
}

// TestEntryXSSInFiles: the same of files that cannot be read, and of the history.
func TestEntryXSSInFiles(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	for i, x := range some(t) {
		s.put(t, &knowledge.Entry{ID: "evil", Kind: knowledge.Topic, Text: knowledge.Text{Zh: x}, Phrases: knowledge.Phrases{Zh: []string{x}}, Facts: map[string]knowledge.Fact{"a": {Value: x}}})
		s.put(t, &knowledge.Entry{ID: "evil", Kind: knowledge.Topic, Text: knowledge.Text{Zh: "a"}})
		s.putFile(t, "topic/worse.yaml", []byte("id: [\n"+x+fmt.Sprint(i)))
		ours(t, c.get("/entries/evil/history?from="+fmt.Sprint(2*i+1)+"&to="+fmt.Sprint(2*i+2)).want(http.StatusOK, x[:5]))
		ours(t, c.get("/entries/worse").want(http.StatusOK))
		ours(t, c.get("/entries").want(http.StatusOK))
	}
}
