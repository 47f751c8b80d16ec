package dialog

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	k "zhilu/knowledge"
)

// TestAdopt: whatever a state holds that nothing stands for is dropped, the rest stays, and a
// state that is sound costs nothing.
func TestAdopt(t *testing.T) {
	rel, err := k.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	good := State{At: Place{State: Evidence, Entry: "threats"}, Trail: []Place{{State: Menu}, {State: Channel, Entry: "police-110"}}, Over: Clarify,
		Offered: []Move{"tick=ev-call", "police-110", "more=3", ""}, Lang: k.Es, LangSet: true, Who: Self, Situation: "threats", Beside: "scam", Lender: "lender-bank",
		Saved: []k.ID{"ev-call"}, Tried: []k.ID{"police-110"}, Province: rel.Provinces.Codes()[0], Misses: 2, Notice: 1, Seen: 1, Rel: rel.ID}
	for id, kind := range map[k.ID]k.Kind{"ev-call": k.Evidence, "scam": k.Situation} {
		if e := rel.Entry(id); e == nil || e.Kind != kind {
			t.Fatalf("the base has no %s %s any more: choose another", kind, id)
		}
	}
	kept := good
	if kept.adopt(rel) || !reflect.DeepEqual(kept, good) {
		t.Errorf("a sound state was changed:\n%+v", kept)
	}
	if n := testing.AllocsPerRun(100, func() { kept.adopt(rel) }); n > 0 {
		t.Errorf("%v allocations for a sound state", n)
	}
	old := good
	old.Rel = "another"
	if old.adopt(rel); old.Rel != rel.ID {
		t.Error("the release is not noted")
	} else if old.Rel = good.Rel; !reflect.DeepEqual(old, good) {
		t.Errorf("a state of another release, whose entries are all here, was changed:\n%+v", old)
	}
	many := make([]k.ID, 100)
	for i := range many {
		many[i] = k.ID(fmt.Sprint("ev-", i))
	}
	for name, spoil := range map[string]func(*State){
		"place": func(s *State) { s.At = Place{State: "nowhere"} }, "entry": func(s *State) { s.At = Place{State: Entry} }, "kind": func(s *State) { s.At = Place{State: Channel, Entry: "threats"} },
		"page": func(s *State) { s.At.From = -1 }, "no state": func(s *State) { s.At.State = "" }, "trail": func(s *State) { s.Trail = make([]Place, 50) }, "over": func(s *State) { s.Over = "x" },
		"offered": func(s *State) { s.Offered = []Move{"a=b", "call:threats", "x"} }, "many offered": func(s *State) { s.Offered = make([]Move, 500) }, "lang": func(s *State) { s.Lang = "fr" },
		"who": func(s *State) { s.Who = "x" }, "situation": func(s *State) { s.Situation = "police-110" }, "beside": func(s *State) { s.Beside = "gone" }, "lender": func(s *State) { s.Lender = "threats" },
		"saved": func(s *State) { s.Saved = many }, "unordered": func(s *State) { s.Saved = []k.ID{"ev-call", "ev-call"} }, "tried": func(s *State) { s.Tried = []k.ID{"", "police-110"} },
		"province": func(s *State) { s.Province = "99" }, "misses": func(s *State) { s.Misses = -5 },
	} {
		s := good
		spoil(&s)
		if s.sound(rel) {
			t.Errorf("%s: not noticed", name)
		}
		s.adopt(rel)
		if !s.sound(rel) {
			t.Errorf("%s: not mended: %+v", name, s)
		}
		for _, text := range []string{"1", "返回", "next", "催收", "跳过"} {
			if turn := Step(rel, s, Input{Text: text}, time.Unix(1_800_000_000, 0)); turn.Reply.Text == "" {
				t.Errorf("%s: no answer to %q", name, text)
			}
		}
	}
	if full := noted(many[:maxSaved], "zz", maxSaved); len(full) != maxSaved {
		t.Errorf("%d items in a full list", len(full))
	}
}
