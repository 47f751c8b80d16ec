package knowledge

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFill: a text filled in without a release is the text that a release gives.
func TestFill(t *testing.T) {
	rel := embeddedRelease()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, Beijing)
	find := func(id ID) *Entry {
		if i := rel.Entry(id); i != nil {
			return &i.Entry
		}
		return nil
	}
	left := regexp.MustCompile(`\{\$[^}]*\}`)
	for id, item := range rel.items {
		for _, l := range AnswerLangs {
			got := Fill(&item.Entry, item.Text.In(l), l, now, find)
			want := rel.In(l, now).Text(id)
			if left.ReplaceAllString(got.Text, "") != want || got.Bytes != len(want) || len(got.Unknown) > 0 {
				t.Errorf("%s in %s: %+v, want %q", id, l, got, want)
			}
		}
	}
	got := Fill(find("nfra-12378"), "{.phone} {.fax} {no-such} {$name} {broken {", En, now, find)
	if got.Text != "12378 {.fax} {no-such} {$name} {broken {" || !slices.Equal(got.Unknown, []string{"{.fax}", "{no-such}"}) || got.Bytes != len(got.Text)-len("{$name}") {
		t.Errorf("%+v", got)
	}
}

// TestFillInACircle: two names that hold each other end.
func TestFillInACircle(t *testing.T) {
	a := &Entry{ID: "a", Name: Text{Zh: "{b}"}}
	b := &Entry{ID: "b", Name: Text{Zh: "{a}"}}
	got := Fill(a, "{b}", ZhHans, time.Time{}, func(id ID) *Entry { return map[ID]*Entry{"a": a, "b": b}[id] })
	if len(got.Unknown) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestClashes(t *testing.T) {
	a := &Entry{ID: "a", Phrases: Phrases{Zh: []string{"催收"}, En: []string{"=Hello"}}, Examples: Examples{Zh: "他们骂我\n天天打电话"}}
	b := &Entry{ID: "b", Phrases: Phrases{En: []string{"HELLO"}}, Examples: Examples{Zh: "他们骂我！\n催收"}}
	d := &Draft{Entries: []*Entry{a, b}}
	var got []string
	for _, c := range append(d.Clashes(a), d.Clashes(b)...) {
		got = append(got, c.Field+" "+string(c.Lang)+" "+c.Text+" "+string(c.With.ID))
	}
	want := []string{"phrases en =Hello b", "examples zh-Hans 他们骂我 b", "phrases zh-Hans 催收 b", "examples zh-Hans 催收 a", "phrases en HELLO a", "examples zh-Hans 他们骂我！ a"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTranslation(t *testing.T) {
	e := &Entry{ID: "a", Kind: Topic, Name: Text{Zh: "催收", En: "Collection"}}
	if e.Translation(En) != Unstamped || e.Translation(Es) != Untranslated {
		t.Error(e.Translation(En), e.Translation(Es))
	}
	e.Restamp(En, Es)
	if e.Translation(En) != Current || e.MadeFrom.Es != "" {
		t.Error(e.Translation(En), e.MadeFrom)
	}
	e.Name.Zh = "催款"
	if e.Translation(En) != Outdated {
		t.Error(e.Translation(En))
	}
}

func TestHaystack(t *testing.T) {
	called, says := embeddedRelease().Entry("nfra-12378").Haystack()
	if !strings.Contains(says, "人工") || strings.Contains(called, "人工") {
		t.Error("what an entry says stands among what it is called")
	}
	for _, query := range []string{"12378", "NFRA", "administracion nacional", "金融監管", "REGULADOR financiero", "１２３７８"} {
		for _, n := range Needles(query) {
			if !strings.Contains(called, n) {
				t.Errorf("%q is not found", n)
			}
		}
	}
	if got := (&Entry{ID: "x", Channels: []ID{"a"}, Text: Text{Zh: "{a.phone}"}}).Mentions("a"); !slices.Equal(got, []string{"channels", "text"}) {
		t.Error(got)
	}
}
