package console

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// TestSavedChat tells how a chat becomes a test, fails when the draft changes the answer, and
// passes once it is recorded anew.
func TestSavedChat(t *testing.T) {
	s := newConsole(t)
	c, viewer := s.signIn(t, people.Editor), s.signIn(t, people.Viewer)
	c.get("/tests").want(http.StatusOK, "No conversation is saved yet", "hotline", "threats")
	talk := `[{"e":"12378"},{"e":"威胁","h":26}]`
	keep := func(fields ...string) page {
		return c.post("/try/test", append([]string{"sent", talk, "now", "2026-11-21T22:30", "side", "draft"}, fields...)...)
	}
	c.post("/try", "sent", talk, "do", "show").want(http.StatusOK, "Save this chat as a test")
	keep("name", "No Name", "why", "").want(http.StatusUnprocessableEntity, "Use small letters", "Give a reason", `value="No Name"`)
	for _, name := range []string{"messages", "export", "-a", "../a", "a b", strings.Repeat("a", 81)} {
		keep("name", name, "why", "because").want(http.StatusUnprocessableEntity, "Use small letters")
	}
	c.post("/try/test", "sent", "[]", "name", "a", "why", "b").want(http.StatusUnprocessableEntity, "no conversation to save")
	c.follow(keep("name", "number_at_night", "why", "the number must be said")).want(http.StatusOK, "The test number_at_night is saved", "All 2 answers are as the test expects",
		"The clock is set to 2026-11-21T22:30", "26h later", "the number must be said", "editor")
	raw := c.get("/tests/number_at_night/raw").want(http.StatusOK, "# now 2026-11-21T22:30\n> 12378\n< ", "# later 26h\n> 威胁\n", "\n= entry ")
	if got := raw.Header.Get("Content-Disposition"); got != `attachment; filename="number_at_night.txt"` {
		t.Error(got)
	}

	// The name is taken: nothing is replaced unless somebody says so, for what they have seen.
	p := keep("name", "number_at_night", "why", "again").want(http.StatusUnprocessableEntity, "A test has this name already", "Replace the test that is there", `value="again"`)
	c.follow(keep("name", "number_at_night", "why", "again", "replace", p.find(`name="replace" value="([^"]+)"`))).want(http.StatusOK, "is saved", "again")

	// The draft changes the answer: the test fails there and passes live.
	s.otherAnswer(t, "草稿的新句子。\n")
	c.get("/tests").want(http.StatusOK, "1 of 1 tests go differently", "differs from message 1 on", "passes")
	c.get("/tests/number_at_night?side=live").want(http.StatusOK, "All 2 answers")
	p = c.get("/tests/number_at_night").want(http.StatusOK, "1 of 2 answers are not as the test expects", "草稿的新句子", "Expected", "Record it anew")
	viewer.get("/tests/number_at_night").want(http.StatusOK, "1 of 2 answers").not("Record it anew", "Delete", "Edit as text")
	seen := p.find(`name="seen" value="([^"]+)"`)
	c.post("/tests/number_at_night/record", "seen", seen, "side", "draft", "why", "").want(http.StatusUnprocessableEntity, "Give a reason")
	c.follow(c.post("/tests/number_at_night/record", "seen", seen, "side", "draft", "why", "the new sentence is right")).
		want(http.StatusOK, "is recorded anew", "All 2 answers", "the new sentence is right")
	c.get("/tests").want(http.StatusOK, "passes", "differs from message 1 on").not("tests go differently")
	c.post("/tests/number_at_night/record", "seen", seen, "side", "draft", "why", "late").want(http.StatusUnprocessableEntity, "saved another version")
	if n := len(s.exams.verdicts); n == 0 {
		t.Error("nothing is kept of what was played")
	}

	// Deleting asks for a reason, and is in the audit.
	c.post("/tests/number_at_night/delete", "why", "").want(http.StatusUnprocessableEntity, "Give a reason")
	c.follow(c.post("/tests/number_at_night/delete", "why", "no use")).want(http.StatusOK, "is deleted", "No conversation is saved yet")
	c.get("/tests/number_at_night").want(http.StatusNotFound, "There is no test of this name")
	c.post("/tests/number_at_night/delete", "why", "no use").want(http.StatusNotFound)
}

// TestEditTest pastes, edits and downloads conversations as text.
func TestEditTest(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	for text, want := range map[string]string{
		"":                         "no message of the borrower",
		"# now 2026-11-21T22:30\n": "no message of the borrower",
		"> a\nb\n":                 "Line 2 cannot be read: “b”",
		"# now yesterday\n> a\n":   "The time in line 1 cannot be read",
		"> a\n" + strings.Repeat("< aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 1100): "at most 65,536 are possible",
	} {
		p := c.post("/tests", "name", "pasted", "why", "because", "text", text).want(http.StatusUnprocessableEntity, want, `value="pasted"`, `value="because"`)
		if text != "" && len(text) < 1000 && !strings.Contains(p.find(`(?s)<textarea[^>]*>(.*?)</textarea>`), strings.TrimSpace(text)) {
			t.Errorf("%q is not kept", text)
		}
	}
	c.follow(c.post("/tests", "name", "pasted", "why", "a report", "text", "> 12378\r\n< something else\r\n= entry x zh-Hans\r\n")).
		want(http.StatusOK, "1 of 1 answers are not", "something else")
	c.get("/tests/pasted/raw").want(http.StatusOK, "> 12378\n< something else\n= entry x zh-Hans\n")
	p := c.get("/tests/pasted")
	seen := p.find(`name="seen" value="([^"]+)"`)
	c.post("/tests/pasted", "seen", seen, "text", "> a\n=x\n", "why", "").want(http.StatusUnprocessableEntity, "Line 2", "Give a reason", "> a\n=x")

	// Somebody else saves in between: both versions are shown, and nothing is overwritten.
	ok(t, s.store.SaveTest(t.Context(), versions.Actor{Login: "ana"}, "pasted", "> theirs\n", "quicker"))
	p = c.post("/tests/pasted", "seen", seen, "text", "> mine\n", "why", "because").want(http.StatusUnprocessableEntity, "ana saved another version", "> mine", "> theirs")
	c.follow(c.post("/tests/pasted", "seen", p.find(`name="seen" value="([^"]+)"`), "text", "> mine\n", "why", "because")).want(http.StatusOK, "is saved")
	c.post("/tests/nothing", "text", "> a\n", "why", "because").want(http.StatusNotFound)

	zipped := c.get("/tests/export").want(http.StatusOK)
	r, err := zip.NewReader(bytes.NewReader([]byte(zipped.Body)), int64(len(zipped.Body)))
	ok(t, err)
	if len(r.File) != 1 || r.File[0].Name != "pasted.txt" {
		t.Errorf("%v", r.File)
	}
	c.get("/tests/threats").want(http.StatusOK, "It comes with the program", "/tests/threats/raw?of=built-in").not("Delete")
	c.get("/tests/threats/raw").want(http.StatusOK, "> 威胁")
	c.get("/tests?q=thr").want(http.StatusOK, "threats", "No test has this in its name").not(">hotline<")
	c.post("/tests/threats", "text", "> a\n", "why", "because").want(http.StatusNotFound)

	// A test goes on in the chat, on its date.
	p = c.get("/tests/pasted")
	c.post("/try", "sent", p.find(conversation), "now", p.find(`name="now" value="([^"]+)"`), "do", "show").want(http.StatusOK, "mine", "21 Nov 2026, 10:00")
}

// TestMessages shows which of the built-in messages go wrong, and teaches one.
func TestMessages(t *testing.T) {
	s := newConsole(t, func(cfg *Config) {
		cfg.Bench.Crisis = func(*knowledge.Release) ([]string, int) { return []string{"<b>help</b>"}, 2 }
		cfg.Bench.Measure = func(*knowledge.Release) Figures {
			return Figures{All: Share{1, 3}, Lang: map[knowledge.Lang]Share{knowledge.Es: {0, 2}}, Rows: []Row{
				{ID: "r1", Text: "me amenazan con ir a mi casa", Lang: knowledge.Es, Expect: "threats", Got: "collection"},
				{ID: "r2", Text: "qué hago", Lang: knowledge.Es, Expect: "none", Got: "threats"},
				{ID: "r3", Text: "right one", Lang: knowledge.En, Expect: "threats", Got: "threats", Right: true}}}
		}
	})
	c, viewer := s.signIn(t, people.Editor), s.signIn(t, people.Viewer)
	c.get("/tests/messages").want(http.StatusOK, "1 missed", "<b>help</b>", "1 of 3", "me amenazan", "Make it an example of", "not understood", "× 1").not("right one")
	c.get("/tests/messages?expect=none&got=threats").want(http.StatusOK, "qué hago").not("me amenazan con")
	viewer.get("/tests/messages").want(http.StatusOK, "me amenazan").not("Make it an example")
	viewer.post("/tests/messages/example", "id", "r1").want(http.StatusForbidden)
	c.post("/tests/messages/example", "id", "r9").want(http.StatusNotFound)
	c.post("/tests/messages/example", "id", "r2").want(http.StatusNotFound)
	c.follow(c.post("/tests/messages/example", "id", "r1")).want(http.StatusOK, "is now an example of")
	snap, err := s.desk.look(t.Context())
	ok(t, err)
	e := snap.entries["threats"]
	if got := e.Examples.Es; got != "me amenazan con ir a mi casa\n" {
		t.Errorf("examples: %q", got)
	}
	if change := snap.draft.Changes[snap.path(e)]; change.Who != "editor" || change.Why != "Example from test message r1" {
		t.Errorf("%+v", change)
	}
	c.post("/tests/messages/example", "id", "r1").want(http.StatusConflict, "an example of that entry already")
}

// TestTestsPayloads says hostile texts as names, reasons and conversations of tests.
func TestTestsPayloads(t *testing.T) {
	s := newConsole(t)
	c := s.signIn(t, people.Editor)
	for _, x := range payloads(t) {
		line := oneLine(x)
		if line == "" {
			continue
		}
		ok(t, s.store.SaveTest(t.Context(), versions.Actor{Login: x}, "hostile", "# "+line+"\n> "+line+"\n< "+line+"\n= "+line+"\n", x))
		for _, p := range []page{c.get("/tests"), c.get("/tests/hostile"), c.get("/tests?q=" + url.QueryEscape(x)), c.get("/tests/hostile?side=" + url.QueryEscape(x)),
			c.get("/tests/" + url.PathEscape(x)), c.post("/tests", "name", x, "why", x, "text", x), c.post("/tests/hostile", "text", x, "why", x, "seen", x),
			c.post("/tests/hostile/record", "why", x, "seen", x, "side", x), c.get("/tests/messages?expect=" + url.QueryEscape(x) + "&got=" + url.QueryEscape(x))} {
			if got := checkHTML(p.Body); len(got) > 0 && p.Status != http.StatusNotFound {
				t.Errorf("%q: %d %v", x, p.Status, got)
			}
		}
	}
}
