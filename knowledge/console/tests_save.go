package console

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhilu/knowledge/versions"
)

// maxTranscript is the size of a test in bytes (versions takes no larger one).
const maxTranscript = 64 << 10

// testName is what a test may be called; the names of pages beside it are taken.
var testName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,79}$`)

var pagesOfTests = []string{"messages", "export"}

// keepTry makes a test of the conversation that the page of the chat carries.
func (c *Console) keepTry(v *visit) error {
	page, err := v.tryForm()
	if err != nil {
		return err
	}
	snap, err := v.look()
	if err != nil {
		return err
	}
	if len(page.all) == 0 || page.Now.Problem != "" || page.start.IsZero() {
		return v.refuse(http.StatusUnprocessableEntity, "tests.empty")
	}
	rels := c.sides(snap)
	rel := rels[ofLive]
	if page.Side.Value != ofLive && rels[ofDraft] != nil {
		rel = rels[ofDraft]
	}
	text, err := c.bench.Record(rel, transcriptOf(page.start, page.all))
	if err != nil {
		return err
	}
	if done, err := c.keep(v, &page.Keep, text); err != nil || done {
		return err
	}
	return c.showTry(v, snap, page)
}

// keep stores a transcript under the name of the form and leads to it, or says what is wrong.
func (c *Console) keep(v *visit, f *keepForm, text string) (done bool, err error) {
	if f.Why.Problem = v.reasonProblem(f.Why.Value); !testName.MatchString(f.Name.Value) || slices.Contains(pagesOfTests, f.Name.Value) {
		f.Name.Problem = v.say("tests.bad_name")
		return false, nil
	}
	tests, err := c.store.Tests(v.ctx())
	if err != nil {
		return false, err
	}
	if t, taken := tests[f.Name.Value]; taken && f.Replace.Value != seenOf(t.Text) {
		f.Taken, f.Name.Problem = &t, v.say("tests.taken")
	}
	if len(text) > maxTranscript {
		f.Name.Problem = v.say("tests.too_long", len(text), maxTranscript)
	}
	if !sound(f.Name, f.Why) {
		return false, nil
	}
	err = c.store.SaveTest(v.ctx(), v.actor(), f.Name.Value, text, f.Why.Value)
	if errors.Is(err, versions.ErrName) {
		f.Name.Problem = v.say("tests.no_room")
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, v.redirect("/tests/"+f.Name.Value, "tests.saved", f.Name.Value)
}

// Seen names what a test says, so that a form can tell whether it still says so.
func (f keepForm) Seen() string {
	if f.Taken == nil {
		return ""
	}
	return seenOf(f.Taken.Text)
}

func seenOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// reasonProblem says what is wrong with a reason; "" for a sound one.
func (v *visit) reasonProblem(why string) string {
	switch n := utf8.RuneCountInString(why); {
	case n == 0:
		return v.say("tests.no_reason")
	case n > 500:
		return v.say("tests.long_reason", 500)
	}
	return ""
}

// transcriptField takes a typed transcript; what is wrong with it is said with the line.
func (c *Console) transcriptField(v *visit) field {
	f := field{Value: strings.ReplaceAll(v.raw("text"), "\r\n", "\n")}
	if f.Value = strings.TrimRight(strings.ToValidUTF8(f.Value, "\uFFFD"), "\n "); f.Value != "" {
		f.Value += "\n"
	}
	if len(f.Value) > maxTranscript {
		f.Problem = v.say("tests.too_long", len(f.Value), maxTranscript)
		return f
	}
	if f.Value == "" {
		f.Problem = v.say("tests.no_message")
		return f
	}
	turns, err := c.bench.Play(nil, f.Value)
	switch {
	case err != nil:
		f.Problem = v.lineProblem(f.Value, err)
	case len(turns) == 0:
		f.Problem = v.say("tests.no_message")
	}
	return f
}

var lineNumber = regexp.MustCompile(`line (\d+)`)

// lineProblem says in the person's language what is wrong with a line of a transcript.
func (v *visit) lineProblem(text string, fault error) string {
	m := lineNumber.FindStringSubmatch(fault.Error())
	if m == nil {
		return v.say("tests.unreadable")
	}
	n, _ := strconv.Atoi(m[1]) // digits
	lines := strings.Split(text, "\n")
	if n < 1 || n > len(lines) {
		return v.say("tests.unreadable")
	}
	line := lines[n-1]
	key := "tests.line_start"
	switch {
	case strings.HasPrefix(line, "#"):
		key = "tests.line_time"
	case strings.HasPrefix(line, "<"), strings.HasPrefix(line, "= "):
		key = "tests.line_early"
	}
	return v.say(key, n, cutRunes(line, 80))
}

// addTest takes a transcript that was pasted.
func (c *Console) addTest(v *visit) error {
	page := testsPage{Text: c.transcriptField(v)}
	page.Add = keepForm{Name: v.field("name"), Why: v.field("why"), Replace: v.field("replace")}
	if page.Text.Problem != "" {
		page.Add.Why.Problem = v.reasonProblem(page.Add.Why.Value)
		return c.showTests(v, page)
	}
	done, err := c.keep(v, &page.Add, page.Text.Value)
	if err != nil || done {
		return err
	}
	return c.showTests(v, page)
}

// saved gives a test by the name in the path; ok is false when it was never saved.
func (c *Console) savedTest(v *visit) (t versions.Test, ok bool, err error) {
	tests, err := c.store.Tests(v.ctx())
	t, ok = tests[v.param("name")]
	return t, ok, err
}

// editTest stores another text of a test, unless somebody else did meanwhile.
func (c *Console) editTest(v *visit) error {
	t, ok, err := c.savedTest(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.refuse(http.StatusNotFound, "tests.gone")
	}
	page := testPage{Name: t.Name, Saved: true, Test: t, Text: c.transcriptField(v), Why: v.field("why"), Editing: true}
	page.Why.Problem = v.reasonProblem(page.Why.Value)
	if v.posted("seen") != seenOf(t.Text) {
		page.Text.Problem = v.say("tests.stale", t.Who, t.At)
		page.Theirs = t.Text
	}
	if !sound(page.Text, page.Why) {
		return c.showTest(v, page)
	}
	if page.Text.Value == t.Text {
		return v.redirect("/tests/"+t.Name, "tests.same")
	}
	return c.storeTest(v, t.Name, page.Text.Value, page.Why.Value, "tests.saved")
}

// rerecord replaces the answers that a test expects by those that a release gives now.
func (c *Console) rerecord(v *visit) error {
	t, ok, err := c.savedTest(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.refuse(http.StatusNotFound, "tests.gone")
	}
	snap, err := v.look()
	if err != nil {
		return err
	}
	page := testPage{Name: t.Name, Saved: true, Test: t, Side: v.field("side"), Record: v.field("why")}
	page.Record.Problem = v.reasonProblem(page.Record.Value)
	rel := c.sides(snap)[page.Side.Value]
	switch {
	case v.posted("seen") != seenOf(t.Text):
		page.Record.Problem = v.say("tests.stale", t.Who, t.At)
	case rel == nil:
		page.Record.Problem = v.say("tests.no_release")
	}
	if page.Record.Problem != "" {
		return c.showTest(v, page)
	}
	text, err := c.bench.Record(rel, t.Text)
	if err != nil {
		return v.refuse(http.StatusUnprocessableEntity, "tests.unreadable")
	}
	if text == t.Text {
		return v.redirect("/tests/"+t.Name+"?side="+page.Side.Value, "tests.same")
	}
	if len(text) > maxTranscript {
		return v.refuse(http.StatusUnprocessableEntity, "tests.too_long", len(text), maxTranscript)
	}
	return c.storeTest(v, t.Name, text, page.Record.Value, "tests.recorded")
}

func (c *Console) storeTest(v *visit, name, text, reason, done string) error {
	err := c.store.SaveTest(v.ctx(), v.actor(), name, text, reason)
	if errors.Is(err, versions.ErrName) {
		return v.refuse(http.StatusConflict, "tests.no_room")
	}
	if err != nil {
		return err
	}
	return v.redirect("/tests/"+name, done, name)
}

func (c *Console) deleteTest(v *visit) error {
	t, ok, err := c.savedTest(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.refuse(http.StatusNotFound, "tests.gone")
	}
	page := testPage{Name: t.Name, Saved: true, Test: t, Delete: v.field("why")}
	if page.Delete.Problem = v.reasonProblem(page.Delete.Value); page.Delete.Problem != "" {
		return c.showTest(v, page)
	}
	if err := c.store.DeleteTest(v.ctx(), v.actor(), t.Name, page.Delete.Value); err != nil {
		return err
	}
	return v.redirect("/tests", "tests.deleted", t.Name)
}
