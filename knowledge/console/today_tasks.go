package console

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

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

// todayErrors are the errors that keep the draft from being published, but for translations
// that are old: they are a task of their own.
func (v *visit) todayErrors(s *snapshot) *todayTask {
	t := &todayTask{Sort: "errors", Title: v.say("today.errors"), Note: v.say("today.errors_note"), Do: v.say("today.errors_do"), Path: v.link("/entries?show=errors")}
	for _, p := range s.problems.Errors() {
		if p.Code == knowledge.StaleTranslation {
			continue
		}
		t.Count++
		l := todayLink{Text: cmp.Or(string(p.Entry), p.File), Note: p.In(v.lang)}
		if e := s.entries[p.Entry]; e != nil {
			l = v.entryLink(s, e, l.Note)
		}
		t.Lines = append(t.Lines, l)
	}
	if t.Count == 0 {
		return nil
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

// todayFacts are the facts that somebody must compare with their sources again, in the order of
// their page.
func (v *visit) todayFacts(s *snapshot) *todayTask {
	now := v.console.now()
	type lateFact struct {
		entry *knowledge.Entry
		name  string
		risk
	}
	var late []lateFact
	for _, e := range s.parsed.Entries {
		for name, f := range e.Facts {
			if r := weigh(f.At(now), now); r.Group <= groupOverdue {
				late = append(late, lateFact{e, name, r})
			}
		}
	}
	if len(late) == 0 {
		return nil
	}
	slices.SortFunc(late, func(a, b lateFact) int {
		return cmp.Or(a.compare(b.risk), cmp.Compare(a.entry.ID, b.entry.ID), cmp.Compare(a.name, b.name))
	})
	t := &todayTask{Sort: "facts", Count: len(late), Title: v.say("today.facts"), Note: v.say("today.facts_note"), Do: v.say("today.facts_do"), Path: v.link("/facts")}
	for _, f := range late {
		note := v.say("today.overdue", f.Late())
		if f.Ended || f.NotYet || f.Unchecked {
			note = v.say("today.wrong")
		}
		l := v.entryLink(s, f.entry, note)
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
			t.Lines = append(t.Lines, v.entryLink(s, e, v.joined(langs)))
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
	n := &todayNumbers{Path: v.link("/numbers")}
	var errs [4]error
	var misses []counts.Miss
	n.Today, errs[0] = c.crisis(v, 0, 0)
	n.Week, errs[1] = c.crisis(v, -6, 0)
	n.Before, errs[2] = c.crisis(v, -13, -7)
	misses, errs[3] = c.counts.Misses(v.ctx())
	if err := errors.Join(errs[:]...); err != nil {
		c.log.Error("console counts away", "error", class(err))
		n.Away = true
		return n, nil
	}
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

// crisis says how many crisis cards there were from one day to another, as far as it may be shown.
func (c *Console) crisis(v *visit, from, to int) (string, error) {
	now := c.now()
	p, err := c.counts.Total(v.ctx(), now.AddDate(0, 0, from), now.AddDate(0, 0, to))
	if err != nil {
		return "", err
	}
	switch sum := p.Sum(counts.Crisis); {
	case sum.N > 0:
		return v.say("today.at_least", sum.N), nil
	case sum.Step > 1:
		return v.say("today.fewer", sum.Step), nil
	}
	return v.say("today.none"), nil
}
