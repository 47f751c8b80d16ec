package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhilu/knowledge"
)

// ending is how many days ahead the last day of a fact is announced.
const ending = 30

// tally counts the facts of a base that somebody must look at, by type.
type tally struct {
	all            int
	overdue, wrong map[knowledge.FactType]int
	ends           []string // "entry.fact (day)", the earliest first
}

// facts says how old the facts of a base are. The parts are those of the console's queue: past its
// review date; and past four times the interval, or outside its days, so that borrowers are led to
// another channel first.
func (s Setup) facts(n *notes, d *knowledge.Draft) {
	t := count(d, s.Now())
	if len(t.wrong) > 0 {
		n.add("facts-wrong", "count", total(t.wrong), "kinds", byKind(t.wrong))
	}
	if len(t.overdue) > 0 {
		n.add("facts-overdue", "count", total(t.overdue), "kinds", byKind(t.overdue))
	}
	if len(t.ends) > 0 {
		n.add("facts-ending", "count", len(t.ends), "days", ending, "facts", strings.Join(t.ends[:min(len(t.ends), 5)], ", "))
	}
	if len(t.wrong)+len(t.overdue) == 0 {
		n.add("facts-fresh", "count", t.all)
	}
}

func count(d *knowledge.Draft, now time.Time) tally {
	t := tally{overdue: map[knowledge.FactType]int{}, wrong: map[knowledge.FactType]int{}}
	type end struct {
		day  knowledge.Date
		name string
	}
	var ends []end
	today := knowledge.DateOf(now)
	last := knowledge.DateOf(now.AddDate(0, 0, ending))
	for _, e := range d.Entries {
		for name, f := range e.Facts {
			t.all++
			f = f.At(now)
			switch late := lateness(f, today); {
			case late == 2:
				t.wrong[f.Type]++
			case late == 1:
				t.overdue[f.Type]++
			}
			if f.Until >= today && f.Until <= last {
				ends = append(ends, end{f.Until, fmt.Sprintf("%s.%s (%s)", e.ID, name, f.Until)})
			}
		}
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.name, b.name)) })
	for _, e := range ends {
		t.ends = append(t.ends, e.name)
	}
	return t
}

// lateness is 0 for a fact that was checked within its interval, 1 past it or when the day cannot be
// read, 2 when it must not be shown as if it held. Days compare as texts.
func lateness(f knowledge.Fact, today knowledge.Date) int {
	if f.Until != "" && f.Until < today || f.From > today {
		return 2
	}
	due, ok := f.ReviewDue()
	if !ok {
		return 1
	}
	checked, _ := f.Checked.Start()
	first, _ := due.Start()
	if knowledge.DateOf(checked.Add(4*first.Sub(checked))) < today {
		return 2
	}
	if due < today {
		return 1
	}
	return 0
}

func total(m map[knowledge.FactType]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// byKind lists the types with their numbers, the most first.
func byKind(m map[knowledge.FactType]int) said {
	types := make([]knowledge.FactType, 0, len(m))
	for k := range m {
		types = append(types, k)
	}
	slices.SortFunc(types, func(a, b knowledge.FactType) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
	return func(lang knowledge.Lang) string {
		parts := make([]string, len(types))
		for i, k := range types {
			parts[i] = fmt.Sprintf("%s %d", k.Title(lang), m[k])
		}
		return strings.Join(parts, ", ")
	}
}
