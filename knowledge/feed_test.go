package knowledge

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFeed(t *testing.T) {
	feed := embeddedRelease().Feed(time.Time{})
	if feed.Release != embeddedRelease().ID || feed.Licence != "CC BY 4.0" || !strings.Contains(feed.Note, "check") {
		t.Errorf("head: %s %s %s", feed.Release, feed.Licence, feed.Note)
	}
	seen := map[ID]FeedChannel{}
	for _, c := range feed.Channels {
		seen[c.ID] = c
		for _, f := range c.Facts {
			if f.Values.Zh == "" || f.Values.En == "" || f.Values.Es == "" || f.Checked == "" || f.ReviewDue <= f.Checked ||
				f.Confidence == "" || len(f.Sources) == 0 || f.Sources[0].Title == "" || f.Sources[0].Tier == "" {
				t.Errorf("%s: %+v", c.ID, f)
			}
		}
	}
	for _, id := range []ID{"jutousu-21cn", "wangdai-tousu", "media"} {
		if _, ok := seen[id]; ok {
			t.Errorf("%s must not be recommended and is in the feed", id)
		}
	}
	police := seen["police-110"]
	if police.Names.En != "Police 110" || len(police.Facts) < 2 || police.Facts[0].Name != "phone" || police.Facts[0].Values.Es != "110" {
		t.Errorf("police: %+v", police)
	}
	if hours := seen["nfra-12378"].Facts[0]; hours.Name != "hours" || hours.Values.Zh == hours.Values.Es {
		t.Errorf("hours: %+v", hours)
	}
}

func TestRecommended(t *testing.T) {
	place := map[string]Fact{"app": {Type: Place, Value: "x"}}
	for name, c := range map[string]struct {
		entry Entry
		want  bool
	}{
		"in the menu":     {Entry{Order: 1, Confidence: Low, Facts: place}, true},
		"well sourced":    {Entry{Confidence: Medium, Facts: place}, true},
		"has a number":    {Entry{Confidence: Low, Facts: map[string]Fact{"phone": {Type: Phone}}}, true},
		"has an address":  {Entry{Confidence: Low, Facts: map[string]Fact{"web": {Type: URL}}}, true},
		"only a place":    {Entry{Confidence: Low, Facts: place}, false},
		"nothing to dial": {Entry{Confidence: Low}, false},
	} {
		if got := recommended(&c.entry); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestFeedJSON(t *testing.T) {
	var all, one strings.Builder
	must(t, embeddedRelease().Feed(time.Time{}).WriteJSON(&all))
	must(t, embeddedRelease().Feed(time.Time{}, Es).WriteJSON(&one))
	var got Feed
	if err := json.Unmarshal([]byte(one.String()), &got); err != nil || len(got.Channels) < 20 {
		t.Fatalf("%v, %d channels", err, len(got.Channels))
	}
	if n := got.Channels[0].Names; n.Zh != "" || n.En != "" || n.Es == "" {
		t.Errorf("in Spanish: %+v", n)
	}
	if strings.Contains(all.String(), `\u0026`) || strings.Contains(all.String(), "null") {
		t.Error("the feed holds escapes for HTML, or null")
	}
	for range 3 {
		var again strings.Builder
		must(t, embeddedRelease().Feed(time.Time{}).WriteJSON(&again))
		if again.String() != all.String() {
			t.Fatal("two feeds of one release differ")
		}
	}
}

func TestFeedCSV(t *testing.T) {
	feed := Feed{Release: "r", Licence: "l", Note: "-n", Channels: []FeedChannel{{ID: "x", Names: FeedText{Zh: "=1+1", En: "+x", Es: "@x"},
		Facts: []FeedFact{{Name: "phone", Type: Phone, FeedValue: FeedValue{Values: FeedText{Zh: "-1", En: "\tx", Es: "\rx"}, Checked: "2026-11-21", ReviewDue: "2026-12-21", Confidence: Low,
			Sources: []FeedSource{{ID: "A", Title: "a, \"b\"", Tier: "A", URLs: []string{"https://a", "https://b"}}, {ID: "B", Title: "=c", Tier: "C"}}}}}}}}
	var b strings.Builder
	must(t, feed.WriteCSV(&b))
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v %d rows", err, len(rows))
	}
	want := []string{"x", "'=1+1", "'+x", "'@x", "phone", "phone", "'-1", "'\tx", "'\rx", "", "", "", "A | B", "a, \"b\" | =c", "A | C", "https://a https://b | ",
		"2026-11-21", "2026-12-21", "low", "r", "l", "'-n"}
	if !slices.Equal(rows[1], want) {
		t.Errorf("got %q, want %q", rows[1], want)
	}
	b.Reset()
	must(t, embeddedRelease().Feed(time.Time{}, En).WriteCSV(&b, En))
	rows, err = csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(rows) < 30 || strings.Join(rows[0], ",") != "channel,name_en,fact,type,value_en,level,from,until,source_ids,source_titles,source_tiers,source_urls,checked,review_due,confidence,release,licence,note" {
		t.Errorf("%v, %d rows, %v", err, len(rows), rows[0])
	}
}
