package dialog_test

import (
	"strings"
	"testing"
	"time"

	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// ask types one message to a new user's session at a time.
func ask(t *testing.T, words, clock string) dialog.Turn {
	t.Helper()
	at, err := transcript.ParseClock(clock)
	if err != nil {
		t.Fatal(err)
	}
	return dialog.Step(base(), dialog.State{Notice: dialog.NoticeVersion}, dialog.Input{Text: words}, at)
}

// TestFactsGrowOld: past its review date a fact changes what is seen, in steps, in every
// language; danger stays the first line.
func TestFactsGrowOld(t *testing.T) {
	for _, c := range []struct{ words, clock, first, last string }{
		{"12345", "2026-11-23T10:00", "拨12345", "核对于2026-11-21"},
		{"12345", "2027-01-04T10:00", "拨12345", "已经过了该核对的日子"},
		{"12345", "2027-02-23T10:00", "很久没有核对", ""},
		{"call 12345 now", "2027-02-23T10:00", "has not been checked for a long time", ""},
		{"quiero llamar al 12345", "2027-02-23T10:00", "no se verifica desde hace mucho", ""},
		{"他们威胁我", "2027-02-23T10:00", "110", "已经过了该核对的日子"},
		{"他们威胁我", "2028-02-23T10:00", "110", "很久没有核对"},
		{"110", "2029-02-23T10:00", "110", "很久没有核对"},
		{"他们在打我，我流血了", "2029-02-23T10:00", "110", "很久没有核对"},
		{"我不想活了", "2029-02-23T10:00", "120", "12356"},
	} {
		turn := ask(t, c.words, c.clock)
		first, _, _ := strings.Cut(turn.Reply.Text, "\n")
		if !strings.Contains(first, c.first) || !strings.Contains(turn.Reply.Tail, c.last) {
			t.Errorf("%s at %s: first line %q, tail %q", c.words, c.clock, first, turn.Reply.Tail)
		}
	}
}

// TestExpiredChannelLeadsToItsParent wherever a channel has one.
func TestExpiredChannelLeadsToItsParent(t *testing.T) {
	at := time.Date(2029, 1, 1, 10, 0, 0, 0, knowledge.Beijing)
	for _, e := range base().All(knowledge.Channel) {
		if e.Parent == "" || e.ID == knowledge.CrisisLine { // said in passing, never stored or dated
			continue
		}
		turn := dialog.Step(base(), dialog.State{Notice: dialog.NoticeVersion}, dialog.Input{Text: "x", Choice: dialog.Move(e.ID)}, at)
		name := base().In(knowledge.ZhHans, at).Name(e.Parent)
		if first, _, _ := strings.Cut(turn.Reply.Text, "\n"); !strings.Contains(first, name) {
			t.Errorf("%s, years after its check, begins with %q, not with %s", e.ID, first, name)
		}
		if turn.Reply.Options[0].Move != dialog.Move(e.Parent) {
			t.Errorf("%s, years after its check, offers %s first", e.ID, turn.Reply.Options[0].Move)
		}
		if turn.Reply.Size() > dialog.Budget {
			t.Errorf("%s: %d bytes", e.ID, turn.Reply.Size())
		}
	}
}

// TestEndedFactLeadsToTheParent from the first moment after its last day, though it was
// checked the week before.
func TestEndedFactLeadsToTheParent(t *testing.T) {
	d, _ := knowledge.Read(knowledge.Base())
	for _, e := range d.Entries {
		if e.ID == "nfra-12378" {
			phone := e.Facts["phone"]
			phone.Until = "2026-11-27"
			e.Facts["phone"] = phone
		}
	}
	rel, ps := knowledge.Compile(d)
	if rel == nil {
		t.Fatal(ps.Errors())
	}
	for clock, want := range map[string]string{"2026-11-27T23:59:59": "多半没人接", "2026-11-28T00:00:00": "太久没有核对"} {
		at, err := transcript.ParseClock(clock)
		if err != nil {
			t.Fatal(err)
		}
		turn := dialog.Step(rel, dialog.State{Notice: dialog.NoticeVersion}, dialog.Input{Text: "12378"}, at)
		if first, _, _ := strings.Cut(turn.Reply.Text, "\n"); !strings.Contains(first, want) {
			t.Errorf("%s: first line %q", clock, first)
		}
	}
}

// TestClosedHours: nights, weekends, public holidays and make-up workdays of Beijing.
func TestClosedHours(t *testing.T) {
	for clock, want := range map[string]string{
		"2026-11-23T10:00":          "",                    // Monday
		"2026-11-21T10:00":          "2026-11-23 周一 09:00", // Saturday
		"2026-11-20T18:30":          "2026-11-23 周一 09:00", // Friday evening
		"2026-11-24T07:59":          "2026-11-24 周二 09:00", // before work
		"2026-02-14T10:00":          "",                    // Saturday, worked for the Spring Festival
		"2026-02-16T10:00":          "2026-02-24 周二 09:00", // Spring Festival
		"2026-10-01T10:00":          "2026-10-08 周四 09:00", // National Day
		"2026-10-10T10:00":          "",                    // make-up Saturday
		"2026-12-31T18:00":          "放假安排还没有录入",           // 2027 is not announced
		"2026-11-23T01:30:00+00:00": "",                    // half past nine in Beijing
		"2026-11-22T20:00:00-05:00": "",                    // Monday nine o'clock in Beijing
	} {
		text := ask(t, "12378", clock).Reply.Text
		if closed := strings.Contains(text, "多半没人接"); closed != (want != "") || !strings.Contains(text, want) {
			t.Errorf("%s: %q in\n%s", clock, want, strings.SplitN(text, "\n", 2)[0])
		}
	}
}

// TestSource: the word gives the sources of the last answer, in every state, in three
// languages, and keeps the place.
func TestSource(t *testing.T) {
	for words, ask := range map[string]string{"me amenazan": "fuente", "they threaten me": "source", "他们威胁我": "来源"} {
		s := say(dialog.State{}, words).State
		turn := say(s, ask)
		if !strings.Contains(turn.Reply.Text, "spp.gov.cn") || turn.State.At != s.At || turn.Intent != "source" {
			t.Errorf("%s: %s %+v", ask, turn.Reply.Text, turn.State.At)
		}
	}
	if turn := say(dialog.State{}, "来源"); strings.Contains(turn.Reply.Text, "http") {
		t.Errorf("at first contact: %s", turn.Reply.Text)
	}
	for _, kind := range []knowledge.Kind{knowledge.Situation, knowledge.Channel, knowledge.Right, knowledge.Evidence, knowledge.Topic} {
		for _, e := range base().All(kind) {
			if e.ID == knowledge.SelfHarm || e.ID == knowledge.CrisisLine {
				continue
			}
			s := dialog.Step(base(), dialog.State{}, dialog.Input{Text: "x", Choice: dialog.Move(e.ID)}, transcript.Start).State
			if turn := say(s, "source"); !strings.Contains(turn.Reply.Text, "·") || turn.Reply.Size() > dialog.Budget {
				t.Errorf("%s: %d bytes: %s", e.ID, turn.Reply.Size(), turn.Reply.Text)
			}
		}
	}
}
