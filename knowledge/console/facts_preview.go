package console

import (
	"slices"
	"strings"
	"time"

	"zhilu/knowledge"
)

// factPreview is what the texts with a fact say on a day: as they stand and as they would.
type factPreview struct {
	Day     string
	Entries []previewEntry
	Texts   int // that hold the fact
	Changed int // of them, that say something else
	Hidden  int // that are not shown
}

type previewEntry struct {
	ID    knowledge.ID
	Name  string
	Texts []previewText
}

type previewText struct {
	Field   string
	Through string // the entry whose name holds the fact; "" when the text itself does
	Changed bool
	Lines   []previewLine
}

// previewLine is a sentence with the fact in one language.
type previewLine struct {
	Lang  knowledge.Lang
	Parts []previewPart
}

// previewPart is text, or the fact: Old and New are then what it was and what it will be.
type previewPart struct {
	Text     string
	Fact     bool
	Old, New string
	Changed  bool
}

// previewMost is how many texts a page shows.
const previewMost = 60

// previewDates are the days at which something changes: today, and the first days of later
// values, as they stand and as they are typed.
func (v *visit) previewDates(f knowledge.Fact, form factForm) []option {
	today := knowledge.DateOf(v.console.now())
	days := []knowledge.Date{today}
	for _, l := range f.Later {
		days = append(days, l.From)
	}
	for _, w := range form.Later {
		days = append(days, knowledge.Date(w.From.Value))
	}
	slices.Sort(days)
	var all []option
	for _, d := range slices.Compact(days) {
		if _, ok := d.Start(); !ok || d < today {
			continue
		}
		text := v.isoDay(d)
		if d == today {
			text = v.say("facts.at_today", text)
		} else {
			text = v.say("facts.at_start", text)
		}
		all = append(all, option{string(d), text})
	}
	return all
}

// previewDay is the moment to preview at: the day that was typed or else chosen, today otherwise.
// A day counts from its first moment in Beijing, when later values begin.
func (v *visit) previewDay(page *factPage) time.Time {
	now := v.console.now()
	for _, f := range []*field{&page.OtherDay, &page.At} {
		start, ok := knowledge.Date(f.Value).Start()
		if ok && knowledge.DateOf(start) != knowledge.DateOf(now) {
			return start
		}
		if ok {
			return now
		}
	}
	return now
}

// previewOf lays two readings of the same texts beside each other.
func (v *visit) previewOf(snap *snapshot, before, after []knowledge.Use, now time.Time) *factPreview {
	p := &factPreview{Day: v.isoDay(knowledge.DateOf(now)), Texts: len(after)}
	type key struct {
		id    knowledge.ID
		field string
	}
	old := map[key]knowledge.Use{}
	for _, u := range before {
		old[key{u.Entry, u.Field}] = u
	}
	for _, u := range after {
		was, ok := old[key{u.Entry, u.Field}]
		if !ok {
			was = u
		}
		t := previewText{Field: u.Field}
		if u.Name != "" {
			t.Through = v.entryName(snap, u.Name)
		}
		for i, l := range knowledge.AnswerLangs {
			for _, line := range previewLines(was.In[i], u.In[i]) {
				line.Lang = l
				t.Changed = t.Changed || slices.ContainsFunc(line.Parts, func(p previewPart) bool { return p.Changed })
				t.Lines = append(t.Lines, line)
			}
		}
		if t.Changed {
			p.Changed++
		}
		if p.shown() >= previewMost {
			p.Hidden++
			continue
		}
		if n := len(p.Entries); n == 0 || p.Entries[n-1].ID != u.Entry {
			p.Entries = append(p.Entries, previewEntry{ID: u.Entry, Name: v.entryName(snap, u.Entry)})
		}
		e := &p.Entries[len(p.Entries)-1]
		e.Texts = append(e.Texts, t)
	}
	return p
}

func (p *factPreview) shown() int {
	n := 0
	for _, e := range p.Entries {
		n += len(e.Texts)
	}
	return n
}

// previewLines are the lines of a text that hold the fact. Only the fact can differ between the
// two: the same draft is read with two values.
func previewLines(old, now []knowledge.Piece) []previewLine {
	var all []previewLine
	var line previewLine
	holds := false
	end := func() {
		if holds {
			all = append(all, line)
		}
		line, holds = previewLine{}, false
	}
	for i, p := range now {
		if p.Fact {
			part := previewPart{Fact: true, Old: p.Text, New: p.Text}
			if len(old) == len(now) && old[i].Fact {
				part.Old = old[i].Text
			}
			part.Changed = part.Old != part.New
			line.Parts, holds = append(line.Parts, part), true
			continue
		}
		for j, text := range strings.Split(p.Text, "\n") {
			if j > 0 {
				end()
			}
			if text != "" {
				line.Parts = append(line.Parts, previewPart{Text: text})
			}
		}
	}
	end()
	return all
}
