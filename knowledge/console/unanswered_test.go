package console

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/people"
)

// tally counts turns for a console under test, in a Redis of its own.
type tally struct {
	*counts.Recorder
	redis *miniredis.Miniredis
}

// counted is a console whose turns are counted.
func counted(t *testing.T) (*site, *tally) {
	t.Helper()
	m := miniredis.RunT(t)
	rdb := redis.NewClient(&redis.Options{Addr: m.Addr(), MaxRetries: -1})
	rec := &tally{counts.New(rdb, []byte("a secret of a test, 32 bytes long")), m}
	t.Cleanup(func() {
		_ = rec.Close(context.Background())
		_ = rdb.Close()
	})
	return newConsole(t, func(cfg *Config) { cfg.Counts = counts.NewReader(rdb) }), rec
}

// missed makes a message that n people sent in vain, and gives its key.
func (s *site) missed(t *testing.T, rec *tally, n int, lang, text string) string {
	t.Helper()
	for i := range n {
		rec.Record(counts.Turn{At: s.clock.now(), Lang: lang, Intent: "none", State: "clarify", Missed: true, User: fmt.Sprint("user", i), Text: text})
	}
	before, err := s.counts.Misses(t.Context())
	ok(t, err)
	ok(t, rec.Flush(t.Context()))
	after, err := s.counts.Misses(t.Context())
	ok(t, err)
	known := map[string]bool{}
	for _, m := range before {
		known[m.Key] = true
	}
	for _, m := range after {
		if !known[m.Key] {
			return m.Key
		}
	}
	return ""
}

// TestMissPhrase: a message becomes a phrase of an entry, and the draft answers it.
func TestMissPhrase(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	c.get("/unanswered").want(http.StatusOK, "No unanswered messages yet", "three different people")
	if key := s.missed(t, rec, 2, "zh-Hans", "阿波罗飞船怎么还款"); key != "" {
		t.Fatal("two people are no crowd")
	}
	key := s.missed(t, rec, 3, "zh-Hans", "蓝色火箭借呗天天来 13812345678")
	page := c.get("/unanswered").want(http.StatusOK, "蓝色火箭借呗天天来 ‹phone›", "about 3", "No answer yet", "Open (1)", "Handled (0)")
	page.not("13812345678")
	c.get("/unanswered/"+key).want(http.StatusOK, "‹phone›", "taken out", `value="蓝色火箭借呗天天来"`)

	path := "/unanswered/" + key + "/phrase"
	c.post(path, "text", "蓝色火箭 ‹phone›", "lang", "zh-Hans", "entry", "threats").want(http.StatusUnprocessableEntity, "nobody types it", "蓝色火箭 ‹phone›")
	c.post(path, "text", "蓝色火箭", "lang", "xx", "entry", "threats").want(http.StatusUnprocessableEntity, "Choose a language")
	c.post(path, "text", "", "lang", "en").want(http.StatusUnprocessableEntity, "Write something here", "Choose an entry")
	c.post(path, "text", strings.Repeat("蓝", 61), "lang", "en", "entry", "threats").want(http.StatusUnprocessableEntity, "60 characters at most")
	c.post(path, "text", "蓝色火箭", "lang", "zh-Hans", "entry", "no such thing").want(http.StatusUnprocessableEntity, "no such entry", "no such thing")
	c.post(path, "text", "蓝色火箭", "lang", "zh-Hans", "entry", "threat").want(http.StatusUnprocessableEntity, "which one you mean", "Entries that fit “threat”", `value="threats"`)

	// A phrase that belongs to another entry is refused in words, and what was typed stays.
	c.post(path, "text", "12378", "lang", "zh-Hans", "entry", "threats").want(http.StatusUnprocessableEntity, "also belongs to", "nfra-12378", `value="12378"`)
	if d, err := s.store.Draft(t.Context()); err != nil || len(d.Changes) != 0 {
		t.Fatalf("a refused phrase is in the draft: %v %v", d, err)
	}

	c.follow(c.post(path, "text", " 蓝色火箭 ", "lang", "zh-Hans", "pick", "threats")).want(http.StatusOK, "The phrase is in the draft", "Open (0)", "Handled (1)")
	d, err := s.store.Draft(t.Context())
	ok(t, err)
	e, err := knowledge.Decode(d.Changes["situation/threats.yaml"].Data)
	ok(t, err)
	if last := e.Phrases.Zh[len(e.Phrases.Zh)-1]; last != "蓝色火箭" || !strings.Contains(d.Changes["situation/threats.yaml"].Why, "unanswered messages") {
		t.Errorf("the last phrase is %q: %s", last, d.Changes["situation/threats.yaml"].Why)
	}
	c.get("/unanswered?show=handled").want(http.StatusOK, "made a phrase", "The draft now answers: ")
	c.get("/unanswered/"+key).want(http.StatusOK, "made a phrase (editor)", "Open it again").not("phrase of an entry…")
	c.follow(c.post("/unanswered/"+key+"/reopen")).want(http.StatusOK, "waits again", "phrase of an entry…")
	c.post("/unanswered/"+key+"/reopen").want(http.StatusConflict, "open already")
	c.post(path, "text", "蓝色火箭", "lang", "zh-Hans", "entry", "Threats (threats)").want(http.StatusUnprocessableEntity, "has exactly this already")
}

// TestMissExample: a message becomes an example; one that is another entry's phrase does not.
func TestMissExample(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	key := s.missed(t, rec, 4, "es", "me mandan cartas moradas con dibujos")
	path := "/unanswered/" + key + "/example"
	c.post(path, "text", "cartas de ‹name›", "lang", "es", "pick", "threats").want(http.StatusUnprocessableEntity, "nobody types it")
	c.post(path, "text", "12378", "lang", "es", "entry", "threats").want(http.StatusUnprocessableEntity, "also belongs to")
	c.follow(c.post(path, "text", "me mandan cartas\nmoradas", "lang", "es", "entry", "threats")).want(http.StatusOK, "The example is in the draft")
	d, err := s.store.Draft(t.Context())
	ok(t, err)
	e, err := knowledge.Decode(d.Changes["situation/threats.yaml"].Data)
	ok(t, err)
	if e.Examples.Es != "me mandan cartas moradas\n" {
		t.Errorf("the examples are %q", e.Examples.Es)
	}
}

// TestMissEntry: a message begins an entry, which the draft then has to finish.
func TestMissEntry(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	key := s.missed(t, rec, 3, "en", "what about purple letters")
	path := "/unanswered/" + key + "/entry"
	c.post(path, "text", "purple letters", "lang", "en", "kind", "message", "id", "Purple!", "name", "").
		want(http.StatusUnprocessableEntity, "Choose a kind", "small letters, digits and hyphens only", "Give a name", "Purple!")
	c.post(path, "text", "purple letters", "lang", "en", "kind", "topic", "id", "threats", "name", "Letters").want(http.StatusUnprocessableEntity, "taken already")
	p := c.post(path, "text", "purple letters", "lang", "en", "kind", "topic", "id", "purple-letters", "name", "Purple letters").want(http.StatusSeeOther)
	if to := p.Header.Get("Location"); strings.Contains(to, "?") || strings.Contains(to, "%") {
		t.Errorf("words in the address %q", to)
	}
	d, err := s.store.Draft(t.Context())
	ok(t, err)
	e, err := knowledge.Decode(d.Changes["topic/purple-letters.yaml"].Data)
	ok(t, err)
	if e.Name.En != "Purple letters" || e.Examples.En != "purple letters\n" {
		t.Errorf("%+v", e)
	}
	c.get("/unanswered?show=handled").want(http.StatusOK, "made an entry", "The draft has errors")
	other := s.missed(t, rec, 3, "en", "green letters")
	c.post("/unanswered/"+other+"/test", "text", "green letters", "lang", "en", "name", "green").want(http.StatusUnprocessableEntity, "The draft has errors")
}

// TestMissTest: a message is saved as a conversation with what the draft answers.
func TestMissTest(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	key := s.missed(t, rec, 3, "en", "what about purple letters")
	path := "/unanswered/" + key + "/test"
	c.get("/unanswered/"+key).want(http.StatusOK, "unanswered-"+key[:8])
	c.post(path, "text", "[image]", "lang", "en", "name", "purple").want(http.StatusUnprocessableEntity, "cannot begin with [")
	c.post(path, "text", "purple", "lang", "en", "name", "Purple letters").want(http.StatusUnprocessableEntity, "This name will not do", "Purple letters")
	c.follow(c.post(path, "text", "what about purple letters", "lang", "en", "name", "purple")).want(http.StatusOK, "The test “purple” is saved")
	tests, err := s.store.Tests(t.Context())
	ok(t, err)
	if text := tests["purple"].Text; !strings.HasPrefix(text, "> what about purple letters\n< ") {
		t.Errorf("the test is %q", text)
	}
	c.post(path, "text", "purple", "lang", "en", "name", "other").want(http.StatusConflict, "handled already, by editor", "other")
	second := s.missed(t, rec, 3, "en", "what about green letters")
	c.post("/unanswered/"+second+"/test", "text", "green letters", "lang", "en", "name", "purple").want(http.StatusUnprocessableEntity, "test of this name already", "green letters")
}

// TestMissIgnored: a message is put aside with a reason, which the audit has, without its words.
func TestMissIgnored(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	key := s.missed(t, rec, 3, "en", "buy purple watches")
	c.post("/unanswered/"+key+"/ignore", "reason", "because").want(http.StatusUnprocessableEntity, "Choose a reason")
	c.follow(c.post("/unanswered/"+key+"/ignore", "reason", "spam")).want(http.StatusOK, "put aside")
	audit, err := s.store.Audit(t.Context(), 0, 10)
	ok(t, err)
	found := false
	for _, a := range audit {
		found = found || a.Action == "miss.ignore" && a.Object == key && a.Why == "spam" && a.Who == "editor"
	}
	if !found {
		t.Errorf("%+v", audit)
	}
	if strings.Contains(s.log.String(), "purple") || strings.Contains(fmt.Sprint(audit), "purple") {
		t.Error("words of a message in the log or the audit")
	}
}

// TestMissRoles: who may only look, or translate, finds no buttons and cannot post.
func TestMissRoles(t *testing.T) {
	s, rec := counted(t)
	key := s.missed(t, rec, 3, "en", "what about purple letters")
	for _, role := range []people.Role{people.Viewer, people.Translator} {
		c := s.signIn(t, role)
		c.get("/unanswered").want(http.StatusOK, "purple letters")
		c.get("/unanswered/"+key).want(http.StatusOK, "Editors can make it").not("Add to the draft")
		for _, deed := range []string{"phrase", "example", "entry", "test", "ignore", "reopen"} {
			c.post("/unanswered/"+key+"/"+deed, "text", "x", "lang", "en", "entry", "threats", "reason", "spam", "name", "x").want(http.StatusForbidden)
		}
	}
	m, err := s.counts.Miss(t.Context(), key)
	if err != nil || m.Done != "" {
		t.Errorf("%+v %v", m, err)
	}
}

// TestMissGone: unknown keys and messages that went meanwhile are told apart from nothing.
func TestMissGone(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	key := s.missed(t, rec, 3, "en", "what about purple letters")
	for _, k := range []string{"x", strings.Repeat("0", 32), strings.Repeat("g", 32), key + "0"} {
		c.get("/unanswered/"+k).want(http.StatusNotFound, "kept for 90 days")
		c.post("/unanswered/"+k+"/ignore", "reason", "spam").want(http.StatusNotFound)
	}
	rec.redis.FastForward(91 * 24 * time.Hour)
	c.post("/unanswered/"+key+"/phrase", "text", "purple letters", "lang", "en", "entry", "threats").want(http.StatusNotFound, "kept for 90 days")
	if d, err := s.store.Draft(t.Context()); err != nil || len(d.Changes) != 0 {
		t.Errorf("saved for a message that is gone: %v %v", d.Changes, err)
	}
	rec.redis.SetError("away")
	if p := c.get("/unanswered"); p.Status != http.StatusServiceUnavailable {
		t.Errorf("%s", p.brief())
	}
}

// TestMissFilters: language, state and search; no word of a search gets into an address.
func TestMissFilters(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Viewer)
	s.missed(t, rec, 3, "en", "purple letters")
	s.missed(t, rec, 5, "es", "cartas moradas")
	for i := range 55 {
		s.missed(t, rec, 3, "zh-Hans", fmt.Sprintf("紫色信件 %cq%cq", 'a'+i/26, 'a'+i%26))
	}
	p := c.get("/unanswered").want(http.StatusOK, "cartas moradas", "Next page", "Open (57)")
	if strings.Index(p.Body, "cartas moradas") > strings.Index(p.Body, "紫色信件") {
		t.Error("those of most people do not come first")
	}
	c.get("/unanswered?show=open&page=2").want(http.StatusOK, "Previous page").not("cartas moradas", "Next page")
	c.get("/unanswered?lang=es").want(http.StatusOK, "cartas moradas").not("purple", "Next page")
	c.get("/unanswered?show=handled").want(http.StatusOK, "No message fits")
	c.get("/unanswered?show=x&lang=x&page=-9").want(http.StatusOK, "cartas moradas")
	p = c.post("/unanswered", "search", "PURPLE", "show", "open", "lang", "").want(http.StatusOK, "purple letters", `value="PURPLE"`).not("cartas")
	if strings.Contains(p.Body, "search=") || strings.Contains(p.Body, "?purple") {
		t.Error("the search is in an address")
	}
	c.post("/unanswered", "search", "紫色", "show", "open", "lang", "").want(http.StatusOK, "55 found; the first 50")
	newConsole(t).signIn(t, people.Viewer).get("/unanswered").want(http.StatusOK, "Counting is off")
}

// dangerous is the shape of a page without what a list of entries that fit adds to it.
func dangerous(t *testing.T, p page) string {
	t.Helper()
	var kept []string
	for line := range strings.Lines(shape(t, p)) {
		switch name, _, _ := strings.Cut(strings.TrimSpace(line), " "); name {
		case "fieldset", "legend", "label", "input", "span", "code", "p", "svg", "circle", "path", "div":
		default:
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// TestMissPayloads: what users type is text, wherever it stands.
func TestMissPayloads(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	harmless := s.missed(t, rec, 3, "en", "harmless purple letters")
	want := map[string]string{}
	open := func(key, text string) map[string]page {
		return map[string]page{
			"page":   c.get("/unanswered/" + key),
			"again":  c.post("/unanswered/"+key+"/phrase", "text", text, "lang", text, "entry", text),
			"entry":  c.post("/unanswered/"+key+"/entry", "text", text, "lang", "en", "kind", text, "id", text, "name", ""),
			"test":   c.post("/unanswered/"+key+"/test", "text", "‹"+text, "lang", "en", "name", text),
			"ignore": c.post("/unanswered/"+key+"/ignore", "reason", text),
			"search": c.post("/unanswered", "search", text+"‹", "lang", text, "show", text),
		}
	}
	for name, p := range open(harmless, "harmless") {
		want[name] = dangerous(t, p)
	}
	n := 0
	for _, x := range payloads(t) {
		key := s.missed(t, rec, 3, "en", x)
		if key == "" { // the same words as another one, or none at all
			continue
		}
		n++
		for name, p := range open(key, x) {
			if got := dangerous(t, p); got != want[name] {
				t.Errorf("%s with %q has other elements: %s", name, x, got)
			}
		}
		m, err := s.counts.Miss(t.Context(), key)
		ok(t, err)
		c.get("/unanswered/"+key).want(http.StatusOK, m.Text)
	}
	if n < 20 {
		t.Errorf("%d payloads became messages", n)
	}
	c.get("/unanswered").want(http.StatusOK)
}
