package console

import (
	"archive/zip"
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
	"zhilu/knowledge/worddiff"
)

// testsPage lists the golden conversations: those that operators saved, with what comes of them
// live and in the draft, and those that are built in.
type testsPage struct {
	Query   string
	Saved   []savedTest
	All     int // saved ones, also those that the search leaves out
	Failing int // of all of them, in the draft
	Unsaid  int // not played for lack of time
	BuiltIn []string
	Broken  int // errors of the draft
	Draft   bool
	Add     keepForm
	Text    field
}

// savedTest is a line of the list.
type savedTest struct {
	versions.Test
	Live, Draft verdict
	Played      bool
}

func (c *Console) testsPage(v *visit) error { return c.showTests(v, testsPage{}) }

func (c *Console) showTests(v *visit, page testsPage) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	tests, err := c.store.Tests(v.ctx())
	if err != nil {
		return err
	}
	page.Query = cutRunes(strings.ToLower(strings.TrimSpace(v.query("q"))), 80)
	rels := c.sides(snap)
	page.Broken, page.Draft, page.All = len(snap.problems.Errors()), rels[ofDraft] != nil, len(tests)
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		row := c.examine(v, rels, tests[name])
		if row.Played && page.Draft && !row.Draft.Pass {
			page.Failing++
		}
		if !row.Played {
			page.Unsaid++
		}
		if strings.Contains(name, page.Query) || strings.Contains(strings.ToLower(row.Why), page.Query) {
			page.Saved = append(page.Saved, row)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.bench.Golden())) {
		if strings.Contains(name, page.Query) {
			page.BuiltIn = append(page.BuiltIn, name)
		}
	}
	if !sound(page.Add.Name, page.Add.Why, page.Text) {
		return v.again("tests", page)
	}
	return v.show("tests", page)
}

// examine has a saved test with what is live and with the draft, as long as there is time.
func (c *Console) examine(v *visit, rels map[string]*knowledge.Release, t versions.Test) savedTest {
	row := savedTest{Test: t}
	if v.ctx().Err() != nil {
		return row
	}
	row.Played = true
	row.Live = c.exams.verdict(rels[ofLive], t.Text)
	if draft := rels[ofDraft]; draft != nil {
		row.Draft = c.exams.verdict(draft, t.Text)
	}
	return row
}

// testPage is one conversation: what it expects beside what is said now.
type testPage struct {
	Name    string
	Saved   bool // by operators
	Also    bool // a built-in one has the same name
	Test    versions.Test
	Side    field
	Sides   []option
	Turns   []testTurn
	Passes  bool
	Wrong   int
	Broken  int
	Text    field // to edit
	Why     field
	Editing bool
	Theirs  string // what somebody saved meanwhile
	Record  field  // the reason of recording anew
	Delete  field
	Resume  string // the conversation for the page of the chat
	Start   string
}

// testTurn is one exchange of it.
type testTurn struct {
	talkTurn
	N           int
	Kind, Words string
	Above       []talkLine
	Diff        []worddiff.Piece
	Lang        string // of the answers, for the browser
}

func (c *Console) testPage(v *visit) error {
	tests, err := c.store.Tests(v.ctx())
	if err != nil {
		return err
	}
	page := testPage{Name: v.param("name"), Side: field{Value: v.query("side")}}
	t, saved := tests[page.Name]
	golden, built := c.bench.Golden()[page.Name]
	switch {
	case saved && !(built && v.query("of") == "built-in"):
		page.Saved, page.Test, page.Also = true, t, built
	case built:
		page.Test = versions.Test{Name: page.Name, Text: golden}
	default:
		return v.refuse(http.StatusNotFound, "tests.gone")
	}
	return c.showTest(v, page)
}

func (c *Console) showTest(v *visit, page testPage) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	rels := c.sides(snap)
	page.Broken = len(snap.problems.Errors())
	page.choose(v, rels[ofDraft] != nil)
	if page.Text.Value == "" && page.Text.Problem == "" {
		page.Text.Value = page.Test.Text
	}
	turns, err := c.exams.turns(rels[page.Side.Value], page.Test.Text)
	if err != nil { // it was checked before it was saved
		return v.refuse(http.StatusUnprocessableEntity, "tests.unreadable")
	}
	draft := snap.parsed
	if page.Side.Value == ofLive {
		draft = snap.live.Draft
	}
	page.tell(turns, v.reader(rels[page.Side.Value], draft))
	page.Passes = page.Wrong == 0
	page.Resume, page.Start = resume(page.Test.Text, turns)
	if !sound(page.Text, page.Why, page.Record, page.Delete) {
		return v.again("test", page)
	}
	return v.show("test", page)
}

func (p *testPage) choose(v *visit, compiles bool) {
	p.Sides = []option{{ofLive, v.say("try.side_live")}}
	if compiles {
		p.Sides = []option{{ofDraft, v.say("try.side_draft")}, p.Sides[0]}
	}
	if p.Side.Value != ofLive || !compiles {
		p.Side.Value = p.Sides[0].Value
	}
}

// tell makes the turns of the page.
func (p *testPage) tell(turns []talkTurn, r *reader) {
	above := linesAbove(p.Test.Text)
	for i, t := range turns {
		turn := testTurn{talkTurn: t, N: i + 1}
		turn.Kind, turn.Words = eventOf(t.Event)
		if i < len(above) {
			turn.Above = above[i]
		}
		if f := strings.Fields(t.NewStatus); len(f) == 3 && f[2] != "-" {
			turn.Lang = f[2]
		}
		if t.Differs {
			p.Wrong++
			turn.Diff = worddiff.Diff(t.Old, t.New)
		}
		turn.OldStatus, turn.NewStatus = r.status(t.OldStatus), r.status(t.NewStatus)
		p.Turns = append(p.Turns, turn)
	}
}

// Seen is what a form has to send back.
func (p testPage) Seen() string { return seenOf(p.Test.Text) }

// resume gives a test as the page of the chat carries a conversation, when it can hold it.
func resume(text string, turns []talkTurn) (all, start string) {
	if len(turns) > maxSent {
		return "", ""
	}
	above := linesAbove(text)
	start = "2026-11-21T10:00" // when a transcript begins that does not set the clock
	var list []sent
	for i, t := range turns {
		m := sent{Event: oneLine(t.Event)}
		for _, l := range above[min(i, len(above)-1)] {
			switch {
			case l.Now != "" && i > 0, m.Event == "":
				return "", ""
			case l.Now != "":
				at, ok := readClock(l.Now)
				if !ok {
					return "", ""
				}
				start = at.Format(clockForm)
			case l.Later != "":
				hours, ok := wholeHours(l.Later)
				if !ok {
					return "", ""
				}
				m.Later += hours
			}
		}
		list = append(list, m)
	}
	out := writeSent(list)
	if _, err := readSent(out); err != nil {
		return "", ""
	}
	return out, start
}

// rawTest gives a conversation as a file.
func (c *Console) rawTest(v *visit) error {
	t, ok, err := c.savedTest(v)
	if err != nil {
		return err
	}
	name := v.param("name")
	if golden, built := c.bench.Golden()[name]; built && (!ok || v.query("of") == "built-in") {
		t, ok = versions.Test{Name: name, Text: golden}, true
	}
	if !ok {
		return v.refuse(http.StatusNotFound, "tests.gone")
	}
	return v.download(t.Name+".txt", "text/plain; charset=utf-8", []byte(t.Text))
}

// exportTests gives all saved conversations, a file each.
func (c *Console) exportTests(v *visit) error {
	tests, err := c.store.Tests(v.ctx())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name + ".txt", Method: zip.Deflate, Modified: tests[name].At})
		if err != nil {
			return err
		}
		if _, err := f.Write([]byte(tests[name].Text)); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return v.download("zhilu-conversations-"+c.now().In(knowledge.Beijing).Format("2006-01-02")+".zip", "application/zip", out.Bytes())
}
