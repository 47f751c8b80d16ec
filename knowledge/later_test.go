package knowledge

import (
	"slices"
	"testing"
	"time"
)

// changed is the embedded base with some of its facts changed.
func changed(t *testing.T, change func(facts func(ID) map[string]Fact)) *Release {
	t.Helper()
	d, _ := Read(Base())
	change(func(id ID) map[string]Fact {
		for _, e := range d.Entries {
			if e.ID == id {
				return e.Facts
			}
		}
		t.Fatalf("there is no entry %s", id)
		return nil
	})
	rel, ps := Compile(d)
	if rel == nil {
		t.Fatal(ps.Errors())
	}
	return rel
}

// newYear gives the regulator's hotline another number and other hours from the new year on,
// and one article of a law another number.
func newYear(t *testing.T) *Release {
	return changed(t, func(facts func(ID) map[string]Fact) {
		hotline, law := facts("nfra-12378"), facts("psapl")
		phone, hours, article := hotline["phone"], hotline["hours"], law["a50"]
		phone.Later = []Later{{From: "2027-01-01", Value: "12379", Sources: []string{"G12345"}, Checked: "2026-12-20", Confidence: High},
			{From: "2027-03-01", Value: "12380", Sources: []string{"CC"}, Checked: "2026-12-20", Confidence: High}}
		hours.Later = []Later{{From: "2027-01-01", Values: Text{Zh: "全天", En: "all day", Es: "todo el día"}, Sources: []string{"CC"}, Checked: "2026-12-20",
			Confidence: High, Open: &Open{Days: "daily", From: "07:00", To: "24:00"}}}
		article.Later = []Later{{From: "2027-01-01", Values: Text{Zh: "第五十一条", En: "art. 51", Es: "art. 51"}, Sources: []string{"PSAPL"}, Checked: "2026-12-20", Confidence: High}}
		hotline["phone"], hotline["hours"], law["a50"] = phone, hours, article
	})
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestFactAt: a value holds from midnight in Beijing, wherever the clock that asks stands.
func TestFactAt(t *testing.T) {
	own := Fact{Type: Phone, Value: "1", From: "2026-01-01", Until: "2027-12-31", Checked: "2026-02-01", Later: []Later{
		{From: "2027-01-01", Value: "2", Checked: "2026-12-01"}, {From: "2027-06-01", Values: Text{Zh: "三"}, Checked: "2026-12-02"}}}
	for clock, want := range map[string]struct {
		value, checked string
		from           Date
		later          int
		ended          bool
	}{
		"2020-01-01T00:00:00+08:00": {"1", "2026-02-01", "2026-01-01", 2, false},
		"2026-12-31T23:59:59+08:00": {"1", "2026-02-01", "2026-01-01", 2, false},
		"2026-12-31T15:59:59Z":      {"1", "2026-02-01", "2026-01-01", 2, false},
		"2027-01-01T00:00:00+08:00": {"2", "2026-12-01", "2027-01-01", 1, false},
		"2026-12-31T16:00:00Z":      {"2", "2026-12-01", "2027-01-01", 1, false},
		"2026-12-31T11:00:00-05:00": {"2", "2026-12-01", "2027-01-01", 1, false},
		"2027-05-31T23:59:59+08:00": {"2", "2026-12-01", "2027-01-01", 1, false},
		"2027-06-01T00:00:00+08:00": {"三", "2026-12-02", "2027-06-01", 0, false},
		"2027-12-31T23:59:59+08:00": {"三", "2026-12-02", "2027-06-01", 0, false},
		"2028-01-01T00:00:00+08:00": {"三", "2026-12-02", "2027-06-01", 0, true},
	} {
		now := moment(t, clock)
		f := own.At(now)
		if f.Value+f.Values.Zh != want.value || string(f.Checked) != want.checked || f.From != want.from || len(f.Later) != want.later || f.ended(now) != want.ended {
			t.Errorf("%s: %+v", clock, f)
		}
	}
	if f := (Fact{Value: "1"}).At(time.Now()); f.Value != "1" || f.ended(time.Now()) {
		t.Errorf("without dates: %+v", f)
	}
}

// TestWordsChangeAtMidnight: what is said and weighed at one moment comes from the same values.
func TestWordsChangeAtMidnight(t *testing.T) {
	rel := newYear(t)
	for clock, want := range map[string]struct {
		phone, hours, law string
		checked           Date
		source            bool // the new number's source is named
		open              bool
		next              string
	}{
		"2026-12-31T23:59:59+08:00": {"Financial regulator 12378", "they vary by place, mostly weekday office hours, please check first", "art. 50", "2026-11-21", false, false, "2027-01-01T07:00:00+08:00"},
		"2027-01-01T00:00:00+08:00": {"Financial regulator 12379", "all day", "art. 51", "2026-11-21", true, false, "2027-01-01T07:00:00+08:00"},
		"2027-01-02T23:00:00+08:00": {"Financial regulator 12379", "all day", "art. 51", "2026-11-21", true, true, ""},
		"2027-03-01T00:00:00+08:00": {"Financial regulator 12380", "all day", "art. 51", "2026-11-21", false, false, "2027-03-01T07:00:00+08:00"},
	} {
		w := rel.In(En, moment(t, clock))
		law := "Public Security Law (治安管理处罚法), " + want.law + " (law)"
		if w.Name("nfra-12378") != want.phone || w.Fact("nfra-12378", "hours") != want.hours || w.Fact("psapl", "a50") != law {
			t.Errorf("%s: %s; %s; %s", clock, w.Name("nfra-12378"), w.Fact("nfra-12378", "hours"), w.Fact("psapl", "a50"))
		}
		if day, _, _ := w.Checked("nfra-12378"); day != want.checked || slices.Contains(w.SourcesOf("nfra-12378"), "G12345") != want.source {
			t.Errorf("%s: checked %s, sources %v", clock, day, w.SourcesOf("nfra-12378"))
		}
		o, ok := w.Opening("nfra-12378")
		if !ok || o.Open != want.open || want.next != "" && !o.Next.Equal(moment(t, want.next)) {
			t.Errorf("%s: %+v %v", clock, o, ok)
		}
	}
}

// TestFactEnds: past its last day a fact no longer counts as known, however lately it was checked.
func TestFactEnds(t *testing.T) {
	rel := changed(t, func(facts func(ID) map[string]Fact) {
		hotline := facts("nfra-12378")
		phone, hours := hotline["phone"], hotline["hours"]
		phone.Until, hours.Until = "2026-11-23", "2026-11-24"
		hotline["phone"], hotline["hours"] = phone, hours
	})
	for clock, want := range map[string]struct {
		age   Age
		hours bool
		facts int
	}{
		"2026-11-23T23:59:59+08:00": {Fresh, true, 2}, "2026-11-24T00:00:00+08:00": {Expired, true, 1}, "2026-11-25T00:00:00+08:00": {Expired, false, 0},
	} {
		now := moment(t, clock)
		w := rel.In(ZhHans, now)
		_, age, _ := w.Checked("nfra-12378")
		if _, known := w.Opening("nfra-12378"); age != want.age || known != want.hours {
			t.Errorf("%s: age %d, hours known %v", clock, age, known)
		}
		facts := 0
		for _, c := range rel.Feed(now).Channels {
			if c.ID == "nfra-12378" {
				facts = len(c.Facts)
			}
		}
		if facts != want.facts {
			t.Errorf("%s: %d facts in the feed", clock, facts)
		}
	}
	o, _ := rel.In(ZhHans, moment(t, "2026-11-24T20:00:00+08:00")).Opening("nfra-12378")
	if o.Open || !o.Next.IsZero() {
		t.Errorf("when it opens after its last known day: %+v", o)
	}
}

// TestFactsCostNothing: a moment decides which value holds without a word on the heap.
func TestFactsCostNothing(t *testing.T) {
	for name, rel := range map[string]*Release{"embedded": embeddedRelease(), "with later values": newYear(t)} {
		w := rel.In(Es, moment(t, "2027-01-01T00:00:00+08:00"))
		if n := testing.AllocsPerRun(100, func() {
			w.Fact("nfra-12378", "phone")
			w.Checked("nfra-12378")
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestFeedLater: a feed holds the value of its day, and those to come with the days they hold.
func TestFeedLater(t *testing.T) {
	rel := newYear(t)
	for clock, want := range map[string][]FeedValue{
		"2026-12-31T23:59:59+08:00": {{Values: FeedText{En: "12378"}, Until: "2026-12-31", Checked: "2026-11-21", ReviewDue: "2026-12-21"},
			{Values: FeedText{En: "12379"}, From: "2027-01-01", Until: "2027-02-28", Checked: "2026-12-20", ReviewDue: "2027-01-19"},
			{Values: FeedText{En: "12380"}, From: "2027-03-01", Checked: "2026-12-20", ReviewDue: "2027-01-19"}},
		"2027-01-01T00:00:00+08:00": {{Values: FeedText{En: "12379"}, From: "2027-01-01", Until: "2027-02-28", Checked: "2026-12-20", ReviewDue: "2027-01-19"},
			{Values: FeedText{En: "12380"}, From: "2027-03-01", Checked: "2026-12-20", ReviewDue: "2027-01-19"}},
		"2027-03-01T00:00:00+08:00": {{Values: FeedText{En: "12380"}, From: "2027-03-01", Checked: "2026-12-20", ReviewDue: "2027-01-19"}},
	} {
		var got []FeedValue
		for _, c := range rel.Feed(moment(t, clock), En).Channels {
			for _, f := range c.Facts {
				if c.ID == "nfra-12378" && f.Name == "phone" {
					got = append([]FeedValue{f.FeedValue}, f.Later...)
				}
			}
		}
		same := func(a, b FeedValue) bool {
			return a.Values == b.Values && a.From == b.From && a.Until == b.Until && a.Checked == b.Checked && a.ReviewDue == b.ReviewDue
		}
		if !slices.EqualFunc(got, want, same) {
			t.Errorf("%s: %+v", clock, got)
		}
	}
}
