package dialog

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	k "zhilu/knowledge"
)

// full is a state in which everything is set.
func full(rel *k.Release, lang k.Lang) State {
	return State{At: Place{State: Evidence, Entry: "threats", From: 2}, Trail: []Place{{State: Menu}, {State: Channel, Entry: "police-110"}, {State: Situations}}, Over: Clarify,
		Offered: []Move{"rights", "channels", "evidence", "who"}, Lang: lang, LangSet: true, ScriptSet: true, Who: Other, Situation: "threats", Beside: "privacy", Lender: "lender-bank",
		Saved: []k.ID{"ev-call"}, Tried: []k.ID{"nfra-12378"}, Province: "44", Misses: 2, Notice: NoticeVersion, Seen: time.Date(2026, 3, 5, 12, 0, 0, 0, k.Beijing).Unix(), Rel: rel.ID}
}

// answerTo is what "my data" says of a state, as it lies in the store.
func answerTo(rel *k.Release, s State) string {
	t := &turn{rel: rel, s: s, now: time.Unix(s.Seen, 0)}
	t.myData()
	return t.reply.Text
}

// TestMyDataNamesAll: with everything set, everything is named, in words and in every language,
// in one message.
func TestMyDataNamesAll(t *testing.T) {
	rel, err := k.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []k.Lang{k.ZhHans, k.ZhHant, k.En, k.Es} {
		s := full(rel, lang)
		if !s.sound(rel) {
			t.Fatal("the state holds what the base does not have any more: choose something else")
		}
		w := rel.In(lang, time.Unix(s.Seen, 0))
		got := answerTo(rel, s)
		for what, want := range map[string]string{"language": w.Name(labels[Move("lang="+lang)]), "step": w.Name(k.AtEvidence), "person": w.Name(k.OptOther), "situation": w.Name("threats"),
			"other situation": w.Name("privacy"), "lender": w.Name("lender-bank"), "province": w.Province("44"), "evidence": w.Name("ev-call"), "channel": w.Name("nfra-12378"),
			"time": "2026-03-05", "delete": map[k.Lang]string{k.ZhHans: "删除我的数据", k.ZhHant: "刪除我的數據", k.En: "delete my data", k.Es: "borrar mis datos"}[lang]} {
			if want == "" || !strings.Contains(got, want) {
				t.Errorf("%s: %s, %q, is not named:\n%s", lang, what, want, got)
			}
		}
		nothing := answerTo(rel, State{Lang: lang, Seen: s.Seen})
		if strings.Count(nothing, w.Name(k.MsgHeld)) < 7 {
			t.Errorf("%s: of an empty state:\n%s", lang, nothing)
		}
		for _, e := range rel.All(k.Evidence) {
			s.tick(e.ID)
		}
		for _, e := range rel.All(k.Channel) {
			s.Tried = noted(s.Tried, e.ID, maxTried)
		}
		for _, situation := range rel.Menu(k.Situation) { // the longest names there are
			s.Situation, s.At = situation.ID, Place{State: Evidence, Entry: situation.ID}
			turn := Step(rel, s, Input{Choice: Move(k.CtlMyData)}, time.Unix(s.Seen+60, 0))
			if turn.Intent != string(k.CtlMyData) || turn.Reply.Size() > Budget || !strings.Contains(turn.Reply.Text, "; +") {
				t.Fatalf("%s: %s, %d bytes:\n%s", lang, turn.Intent, turn.Reply.Size(), turn.Reply.Text)
			}
		}
		first := Step(rel, State{Lang: lang}, Input{Choice: Move(k.CtlMyData)}, time.Unix(s.Seen, 0)) // with the notice below it
		if first.Reply.Size() > Budget {
			t.Errorf("%s: %d bytes at first contact", lang, first.Reply.Size())
		}
		lost := Stateless(rel, Input{Text: w.Name(k.CtlMyData)}, time.Unix(s.Seen, 0))
		if lost.Intent != string(k.CtlMyData) || !strings.Contains(lost.Reply.Text, w.Text(k.CtlMyData)) || strings.Contains(lost.Reply.Text, "2026-03-05") {
			t.Errorf("%s: without a state it claims to know what is held: %s", lang, lost.Reply.Text)
		}
	}
}

// TestMyDataKnowsEveryField: a field of State changes the answer, or is one of those of which the
// answer only says that they are there. Whoever adds a field finds the test failing.
func TestMyDataKnowsEveryField(t *testing.T) {
	rel, err := k.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	mentioned := map[string]string{"LangSet": "您选的", "ScriptSet": "您选的", "Over": "选项", "Rel": "版本号"}
	all := full(rel, k.ZhHans)
	whole := answerTo(rel, all)
	kind := reflect.TypeFor[State]()
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		if reflect.ValueOf(all).Field(i).IsZero() {
			t.Errorf("%s is not set by full", name)
		}
		if words, ok := mentioned[name]; ok {
			if !strings.Contains(whole, words) {
				t.Errorf("%s: the answer does not say %q", name, words)
			}
			delete(mentioned, name)
			continue
		}
		without := all
		field := reflect.ValueOf(&without).Elem().Field(i)
		field.Set(reflect.Zero(field.Type()))
		if name == "Lang" {
			without.Lang = k.ZhHant
		}
		if name == "Notice" {
			without.Notice = NoticeVersion + 1
		}
		if answerTo(rel, without) == whole {
			t.Errorf("the answer does not mention %s: put it into held, and into the text my-data-held in three languages", name)
		}
	}
	if len(mentioned) > 0 {
		t.Errorf("no fields: %v", mentioned)
	}
	for _, field := range []string{"State", "Entry", "From"} {
		if place := reflect.TypeFor[Place](); !slices.ContainsFunc(reflect.VisibleFields(place), func(f reflect.StructField) bool { return f.Name == field }) || place.NumField() != 3 {
			t.Errorf("a place has other fields now: see placeNames")
		}
	}
}
