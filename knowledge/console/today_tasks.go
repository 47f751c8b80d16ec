package console

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/versions"
)

// todayEmergency are the emergency releases that nobody else has looked at.
func (v *visit) todayEmergency(releases []versions.Release, names map[string]string) *todayTask {
	t := &todayTask{Sort: "emergency", Bad: true, Title: v.say("today.emergency"), Note: v.say("today.emergency_note"), Do: v.say("today.emergency_do")}
	own := 0
	for _, r := range releases {
		if !r.Emergency || r.Reviewed != nil {
			continue
		}
		number := strconv.Itoa(r.Number)
		t.Count++
		mine := r.Who == v.who.Login || slices.Contains(r.Authors, v.who.Login)
		if mine {
			own++
		}
		path := v.link("/releases/" + number)
		if t.Path == "" && !mine {
			t.Path = path
		}
		t.Lines = append(t.Lines, todayLink{v.say("today.release", number), v.say("today.published", cmp.Or(names[r.Who], r.Who), r.At, r.Reason), path})
	}
	if t.Count == 0 {
		return nil
	}
	if own == t.Count {
		t.Note, t.other = v.say("today.emergency_own"), true
	}
	return t.cut()
}

// cut keeps the first lines of a list.
func (t *todayTask) cut() *todayTask {
	if len(t.Lines) > listed {
		t.More, t.Lines = len(t.Lines)-listed, t.Lines[:listed]
	}
	return t
}

// todayErrors are the errors that keep the draft from being published.
func (v *visit) todayErrors(s *snapshot, d todayDraft) *todayTask {
	if d.Errors == 0 {
		return nil
	}
	t := &todayTask{Sort: "errors", Count: d.Errors, Title: v.say("today.errors"), Note: v.say("today.errors_note"), Do: v.say("today.errors_do"), Path: v.link("/entries?show=errors")}
	for _, p := range s.problems.Errors() {
		l := todayLink{Text: cmp.Or(string(p.Entry), p.File), Note: p.In(v.lang)}
		if e := s.entries[p.Entry]; e != nil {
			l = v.entryLink(e, l.Note)
		}
		t.Lines = append(t.Lines, l)
	}
	return t.cut()
}

// todayPublish is a draft that may go live.
func (v *visit) todayPublish(d todayDraft) *todayTask {
	if d.Count == 0 || d.Errors > 0 {
		return nil
	}
	t := &todayTask{Sort: "publish", Count: d.Count, Title: v.say("today.publish"), Note: v.say("today.publish_" + d.Publish), Do: v.say("today.publish_do"), Path: v.link("/publish")}
	t.other = d.Publish == "second"
	return t
}

// todayFact is a fact whose day of review is past.
type todayFact struct {
	entry *knowledge.Entry
	name  string
	days  int
	worse float64 // days overdue beside its interval
}

// todayFacts are the facts that somebody must compare with their sources again, worst first.
func (v *visit) todayFacts(s *snapshot) *todayTask {
	now := v.console.now()
	today, _ := knowledge.DateOf(now).Start()
	var late []todayFact
	for _, e := range s.parsed.Entries {
		for name, f := range e.Facts {
			f = f.At(now)
			due, ok := f.ReviewDue()
			day, _ := due.Start()
			if !ok || !day.Before(today) {
				continue
			}
			checked, _ := f.Checked.Start()
			days := int(today.Sub(day) / (24 * time.Hour))
			late = append(late, todayFact{e, name, days, float64(today.Sub(checked)) / float64(day.Sub(checked))})
		}
	}
	if len(late) == 0 {
		return nil
	}
	slices.SortFunc(late, func(a, b todayFact) int {
		return cmp.Or(cmp.Compare(b.worse, a.worse), cmp.Compare(b.days, a.days), cmp.Compare(a.entry.ID, b.entry.ID), cmp.Compare(a.name, b.name))
	})
	t := &todayTask{Sort: "facts", Count: len(late), Title: v.say("today.facts"), Note: v.say("today.facts_note"), Do: v.say("today.facts_do"), Path: v.link("/facts")}
	for _, f := range late {
		l := v.entryLink(f.entry, v.say("today.overdue", f.days))
		l.Text += " · " + f.name
		l.Path = v.link("/facts/" + string(f.entry.ID) + "/" + f.name)
		t.Lines = append(t.Lines, l)
	}
	return t.cut()
}

// todayGaps are translations that are older than their Chinese.
func (v *visit) todayGaps(s *snapshot) *todayTask {
	t := &todayTask{Sort: "gaps", Title: v.say("today.gaps"), Note: v.say("today.gaps_note"), Do: v.say("today.gaps_do"), Path: v.link("/entries?show=gaps")}
	for _, e := range s.parsed.Entries {
		var langs []string
		for _, l := range []knowledge.Lang{knowledge.En, knowledge.Es} {
			if e.Stale(l) {
				langs = append(langs, l.Title(v.lang))
			}
		}
		if t.Count += len(langs); len(langs) > 0 {
			t.Lines = append(t.Lines, v.entryLink(e, v.joined(langs)))
		}
	}
	if t.Count == 0 {
		return nil
	}
	return t.cut()
}

// todayNumbers is how often somebody was in danger.
type todayNumbers struct {
	Today, Week, Before string
	Path                string
	Away                bool // the counts cannot be read now
}

// todayNumbers reads the counts: crisis cards, and messages that nobody could answer. That they
// cannot be read is said in their place, and no reason to show no page.
func (c *Console) todayNumbers(v *visit) (*todayNumbers, *todayTask) {
	if c.counts == nil {
		return nil, nil
	}
	now := c.now()
	n := &todayNumbers{Path: v.link("/numbers")}
	days, err := c.counts.Days(v.ctx(), now.AddDate(0, 0, -13), now)
	misses, missErr := c.counts.Misses(v.ctx())
	if err := errors.Join(err, missErr); err != nil || len(days) != 14 {
		c.log.Error("console counts away", "error", class(err))
		n.Away = true
		return n, nil
	}
	n.Today, n.Week, n.Before = v.crisis(days[13:]), v.crisis(days[7:]), v.crisis(days[:7])
	t := &todayTask{Sort: "unanswered", Title: v.say("today.unanswered"), Note: v.say("today.unanswered_note"), Do: v.say("today.unanswered_do"), Path: v.link("/unanswered")}
	for _, m := range misses { // those of most users first
		if m.Done != "" {
			continue
		}
		t.Count++
		t.Lines = append(t.Lines, todayLink{Text: m.Text, Note: v.say("today.people", m.Users)})
	}
	if t.Count == 0 {
		return n, nil
	}
	return n, t.cut()
}

// crisis says how many crisis cards there were on some days, as far as it may be shown: one
// hidden count is fewer than five; of several no sum is given.
func (v *visit) crisis(days []counts.Day) string {
	sum, few := 0, 0
	for _, d := range days {
		for _, cell := range d.Counts[counts.Crisis] {
			sum += cell.N
			if cell.Few {
				few++
			}
		}
	}
	switch {
	case sum > 0:
		return v.say("today.at_least", sum)
	case few > 1:
		return v.say("today.few")
	case few == 1:
		return v.say("today.under_five")
	}
	return v.say("today.none")
}
