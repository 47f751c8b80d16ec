package session

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"zhilu/dialog"
	"zhilu/knowledge"
)

// FuzzState: whatever lies in Redis as a state, the user gets an answer from it, again and again,
// and what is stored then is a state like any other: small, and read back as it was written.
func FuzzState(f *testing.F) {
	rel, err := knowledge.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	province := rel.Provinces.Codes()[0]
	for _, s := range []string{
		"", "{}", "null", "[]", "{", `{"at":{"s":"entry"}}`, `{"at":{"s":"channel","e":"threats"},"re":"REL"}`, `{"at":{"s":"evidence","e":"threats","f":-1},"re":"REL"}`,
		`{"at":{"s":"call","e":"nfra-12378"},"tr":[{"s":"menu"},{"s":"advice","e":"threats"}],"of":["evidence","more=3"],"la":"es","si":"threats","re":"REL"}`,
		`{"at":{"s":"card","e":"police-110","f":7},"ov":"clarify","of":["province=` + province + `"],"pr":"` + province + `","re":"REL"}`,
		`{"at":{"s":"province","e":"nfra-12378"},"ov":"x","la":"xx","wh":"nobody","mi":-3,"no":-1,"t":-9223372036854775808,"re":"REL"}`,
		`{"at":{"s":"lender"},"ev":["ev-call","ev-call",""],"tc":["threats"],"si":"police-110","be":"self-harm","le":"threats","re":"REL"}`,
		`{"at":{"s":"situation","f":99},"of":["=",":","a=b","call:x","tick=","more=999","more=-1"],"re":"REL"}`,
		`{"at":{"s":"menu"},"of":[` + strings.TrimSuffix(strings.Repeat(`"who",`, 200), ",") + `],"tr":[` + strings.TrimSuffix(strings.Repeat(`{"s":"who"},`, 200), ",") + `],"re":"REL"}`,
		`{"at":{"s":"rights"},"ls":true,"ss":true,"t":9223372036854775807}`, `{"AT":{"S":"menu"},"unknown":{"a":[1]}}`, `{"mi":1e3}`, `{"mi":1e99}`,
	} {
		for _, text := range []string{"1", "返回", "跳过", "来源", "menu", ""} {
			f.Add(strings.ReplaceAll(s, "REL", rel.ID), text, byte(len(text)))
		}
	}
	f.Fuzz(func(t *testing.T, data, text string, kind byte) {
		at := stored{state: data, read: true}
		s := at.decode()
		if again := at.decode(); !reflect.DeepEqual(again, s) {
			t.Fatalf("%q is read as %+v and as %+v", data, s, again)
		}
		s.Rel = strings.ReplaceAll(s.Rel, "REL", rel.ID)
		before := fmt.Sprintf("%+v", s)
		now := time.Unix(1_800_000_000, 0)
		for i, in := range []dialog.Input{{Text: text, Kind: dialog.Kind(kind % 5)}, {Text: text, Choice: dialog.Move(text)}, {Text: "2"}, {Text: "0"}, {Text: "menu"}} {
			turn := dialog.Step(rel, s, in, now.Add(time.Duration(i)*time.Second))
			if strings.TrimSpace(turn.Reply.Text) == "" {
				t.Fatalf("%+v: no answer to %+v", s, in)
			}
			out, err := json.Marshal(turn.State)
			if err != nil || len(out) > 2000 {
				t.Fatalf("%d bytes, %v: %s", len(out), err, out)
			}
			next := stored{state: string(out)}.decode()
			if back, _ := json.Marshal(next); string(back) != string(out) {
				t.Fatalf("%s is read back as %s", out, back)
			}
			if i == 0 {
				if after := fmt.Sprintf("%+v", s); after != before {
					t.Fatalf("the state was changed: %s, was %s", after, before)
				}
			}
			s = next
		}
		if s.At.State != dialog.Menu {
			t.Errorf("the menu is not reached: %+v", s)
		}
	})
}
