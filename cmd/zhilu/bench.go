package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
	"zhilu/knowledge/console"
	"zhilu/knowledge/danger"
)

// bench hands the dialog to the console, which does not know it.
func bench() console.Bench {
	return console.Bench{
		Say: say, Play: play, Record: record, Golden: sync.OnceValue(golden),
		Crisis: unheard, Measure: measure, Falls: falls,
		Danger: func(message string) (knowledge.ID, string) {
			found := danger.Find(message)
			return knowledge.ID(found.Kind), found.Rule
		},
		Route:      func(rel *knowledge.Release, message string) string { return dialog.Route(rel, message).Label },
		Unanswered: "none",
	}
}

func say(rel *knowledge.Release, state []byte, event string, now time.Time) (console.Said, error) {
	talk := transcript.Local{Release: rel, State: state}
	answer, err := talk.Say(transcript.ParseEvent(event), now)
	if err != nil {
		return console.Said{}, err
	}
	said := console.Said{State: talk.State, Plain: answer.Text, Status: answer.Status}
	if t := talk.Turn; t.Reply.Text != "" {
		said.Text, said.Tail, said.Lang, said.Intent, said.Where = t.Reply.Text, t.Reply.Tail, t.ReplyLang, t.Intent, string(t.State.Shown())
		said.Size = t.Reply.Size()
		for _, o := range t.Reply.Options {
			said.Options = append(said.Options, console.Option{Key: o.Key, Label: o.Label, Note: o.Note,
				Event: transcript.Event{Kind: transcript.Tap, Choice: string(o.Move), Text: o.Label}.String()})
		}
	}
	return said, nil
}

// play has a transcript anew; without a release it gives what the transcript itself holds.
func play(rel *knowledge.Release, text string) ([]console.Turn, error) {
	t, err := transcript.Parse(strings.NewReader(text))
	if err == nil && rel != nil {
		t, err = t.Play(&transcript.Local{Release: rel})
	}
	if err != nil {
		return nil, err
	}
	var turns []console.Turn
	for _, turn := range t.Turns {
		turns = append(turns, console.Turn{Event: turn.Event.String(), Text: turn.Want.Text, Status: turn.Want.Status})
	}
	return turns, nil
}

func record(rel *knowledge.Release, text string) (string, error) {
	t, err := transcript.Parse(strings.NewReader(text))
	if err != nil {
		return "", err
	}
	if t, err = t.Play(&transcript.Local{Release: rel}); err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Write(&b)
	return b.String(), err
}

func golden() map[string]string {
	talks := map[string]string{}
	fsys := dialog.Golden()
	names, err := fs.Glob(fsys, "*.txt")
	if err != nil { // the pattern is constant
		panic(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil { // it is embedded
			panic(err)
		}
		talks[strings.TrimSuffix(name, ".txt")] = string(data)
	}
	return talks
}

// unheard gives the messages of the must-hit list that do not lead to the card of their kind.
func unheard(rel *knowledge.Release) (missed []string, all int) {
	for _, m := range danger.MustList() {
		all++
		if label := dialog.Route(rel, m.Text).Label; label != string(m.Kind) {
			missed = append(missed, m.Text)
		}
	}
	return missed, all
}

// measure routes the built-in test set. A label that the release does not have counts as wrong.
func measure(rel *knowledge.Release) console.Figures {
	f := console.Figures{Lang: map[knowledge.Lang]console.Share{}}
	for line := range strings.Lines(string(knowledge.TestSet)) {
		var r row
		if err := json.Unmarshal([]byte(line), &r); err != nil { // a test reads every line
			panic(fmt.Sprintf("the built-in test set: %v", err))
		}
		routed := result{row: r, label: dialog.Route(rel, r.Text).Label}
		right := routed.right()
		f.Rows = append(f.Rows, console.Row{ID: r.ID, Text: r.Text, Lang: r.Lang, Expect: r.Expect, Got: routed.label, Right: right})
		count(&f.All, right)
		lang := f.Lang[r.Lang]
		count(&lang, right)
		f.Lang[r.Lang] = lang
		switch r.Expect {
		case string(knowledge.SelfHarm):
			count(&f.SelfHarm, right)
		case string(knowledge.Violence):
			count(&f.Violence, right)
		case "none":
			count(&f.None, right)
		}
	}
	return f
}

// falls reports whether fewer messages are routed right, by the test that `zhilu eval --compare`
// makes.
func falls(before, after console.Figures) bool {
	better, worse := 0, 0
	for i, row := range after.Rows {
		switch was := before.Rows[i]; {
		case row.Right && !was.Right:
			better++
		case was.Right && !row.Right:
			worse++
		}
	}
	return worse > better && chance(better, worse) < beyond
}

func count(s *console.Share, right bool) {
	s.All++
	if right {
		s.Right++
	}
}
