package knowledge

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// At is the fact as it stands at a moment: with the last of its later values whose day has
// begun in Beijing, otherwise with its own. Its Later are those still to come. Whatever shows
// or weighs a fact asks here, so that all of it changes at the same midnight.
func (f Fact) At(now time.Time) Fact {
	for i := len(f.Later) - 1; i >= 0; i-- {
		if start, ok := f.Later[i].From.Start(); ok && !now.Before(start) {
			return f.with(i)
		}
	}
	return f
}

// with is the fact once its later value i is in force.
func (f Fact) with(i int) Fact {
	l := f.Later[i]
	f.From, f.Value, f.Values, f.Open = l.From, l.Value, l.Values, l.Open
	f.Sources, f.Checked, f.Confidence = l.Sources, l.Checked, l.Confidence
	f.Later = f.Later[i+1:]
	return f
}

// versions are the fact with its own value, then with each later one.
func (f Fact) versions() []Fact {
	all := []Fact{f}
	for i := range f.Later {
		all = append(all, f.with(i))
	}
	return all
}

// ended reports whether the last day of the fact is past: what holds since is not known.
func (f Fact) ended(now time.Time) bool {
	last, ok := f.Until.Start()
	return ok && !now.Before(last.AddDate(0, 0, 1))
}

// lastDay is the last day of the value: the day before the next one, or the last of the fact.
func (f Fact) lastDay() Date {
	if len(f.Later) > 0 {
		next, _ := f.Later[0].From.Start() // a day: it was checked when the base was compiled
		return DateOf(next.AddDate(0, 0, -1))
	}
	return f.Until
}

// checkLater asks that each later value begins after the one before it and within the days
// of the fact, and that it is as complete as the fact itself.
func (c *compiler) checkLater(e *Entry, where string, f Fact) {
	last := f.From
	for i, l := range f.Later {
		here := laterAt(where, i)
		bad := func(code Check, format string, args ...any) { c.report(e, here, "", code, format, args...) }
		_, ok := l.From.Start()
		switch {
		case !ok:
			bad(BadDate, "from must be a day such as 2026-11-21, not %q", string(l.From))
		case l.From <= last:
			bad(BadLater, "from %s does not come after %s, when the value before it begins", l.From, last)
		case f.Until != "" && l.From > f.Until:
			bad(BadLater, "from %s lies after until (%s), the last day of the whole fact", l.From, f.Until)
		}
		if ok {
			last = max(last, l.From)
		}
		if f.Open != nil && l.Open == nil {
			bad(BadHours, "open is missing: the fact has it, and a later value takes nothing over")
		}
		c.checkValue(e, here, f.with(i))
	}
}

// laterAt is the place of later value i of the fact at where.
func laterAt(where string, i int) string { return fmt.Sprintf("%s.later[%d]", where, i) }

// changeDays are the days on which a text changes because a fact in it does, in order. The
// first is "", which stands for the time before all of them.
func (c *compiler) changeDays(t template) []Date {
	days := map[Date]bool{"": true}
	c.addChanges(days, t)
	return slices.Sorted(maps.Keys(days))
}

// addChanges adds the days of the facts in a text and in the names that it holds.
func (c *compiler) addChanges(days map[Date]bool, t template) {
	for _, p := range t {
		target := c.rel.items[p.entry]
		if target == nil { // a literal or a parameter
			continue
		}
		f := target.Facts[p.fact]
		for _, l := range f.Later {
			days[l.From] = true
		}
		if p.fact == "" || f.Type == Statute { // a citation names its rule
			c.addChanges(days, target.name[0]) // the references are equal in all languages
		}
	}
}
