package knowledge

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// calendarFile holds the public holidays and make-up workdays of the mainland.
const calendarFile = "calendar.yaml"

// Calendar tells workdays from days off, year by year, as the State Council announces them
// each November for the next year.
type Calendar struct {
	Years map[string]Year `yaml:"years"`
}

// Year is one year's arrangement.
type Year struct {
	Off     []Date   `yaml:"off"`  // weekdays and weekends that are days off
	Work    []Date   `yaml:"work"` // weekend days that are worked
	Sources []string `yaml:"sources,flow"`
	Checked Date     `yaml:"checked"`
}

// Workday reports whether d is a workday; known is false when the year's holidays are not
// in the table, and then only the weekend counts.
func (c Calendar) Workday(d Date) (work, known bool) {
	start, ok := d.Start()
	if !ok {
		return false, false
	}
	weekend := start.Weekday() == time.Saturday || start.Weekday() == time.Sunday
	year, known := c.Years[string(d)[:4]]
	switch {
	case slices.Contains(year.Off, d):
		return false, known
	case slices.Contains(year.Work, d):
		return true, known
	}
	return !weekend, known
}

// Opening is whether an office answers at a moment.
type Opening struct {
	Open  bool
	Next  time.Time // when it opens next; zero when open
	Known bool      // false: the holidays of a year on the way are not in the table
}

// maxClosed bounds the search for the next opening; the longest holiday has nine days.
const maxClosed = 20

// Opening says whether a channel answers at the time of w, as far as its hours are known;
// ok is false when they are not.
func (w Words) Opening(id ID) (o Opening, ok bool) {
	item := w.rel.items[id]
	if item == nil {
		return o, false
	}
	for _, f := range item.Facts {
		if f.openAt(w.now) != nil {
			return w.rel.Calendar.opening(f, w.now.In(Beijing)), true
		}
	}
	return o, false
}

// openAt are the hours of an office on the day of now; nil when they are not known.
func (f Fact) openAt(now time.Time) *Open {
	if f.ended(now) {
		return nil
	}
	return f.At(now).Open
}

// opening goes day by day, with the hours of that day: they may change before the next opening.
func (c Calendar) opening(f Fact, now time.Time) Opening {
	o := Opening{Known: true}
	for i := range maxClosed {
		day := now.AddDate(0, 0, i)
		hours := f.openAt(day)
		if hours == nil {
			break
		}
		work, known := c.Workday(DateOf(day))
		if hours.Days == "daily" {
			work, known = true, true
		}
		o.Known = o.Known && known
		if !work {
			continue
		}
		from, to := clockOn(day, hours.From), clockOn(day, hours.To)
		switch {
		case now.Before(from):
			o.Next = from
			return o
		case now.Before(to):
			o.Open = true
			return o
		}
	}
	return o
}

// clockOn is the moment of a time of day on a day.
func clockOn(day time.Time, clock string) time.Time {
	var h, m int
	fmt.Sscanf(clock, "%d:%d", &h, &m) // the form was checked when the base was compiled
	return time.Date(day.Year(), day.Month(), day.Day(), h, m, 0, 0, Beijing)
}

func (c *compiler) checkCalendar() {
	for _, name := range slices.Sorted(maps.Keys(c.draft.Calendar.Years)) {
		y := c.draft.Calendar.Years[name]
		bad := func(code Check, format string, args ...any) {
			c.reportIn(calendarFile, "$.years."+name, name, code, format, args...)
		}
		for _, d := range slices.Concat(y.Off, y.Work, []Date{y.Checked}) {
			if _, ok := d.Start(); !ok {
				bad(BadDate, "%q is no day such as 2026-11-21", string(d))
			} else if d != y.Checked && string(d)[:4] != name {
				bad(BadDate, "%s is a day of another year", d)
			}
		}
		if len(y.Sources) == 0 {
			bad(NoSource, "sources is missing")
		}
		for _, s := range y.Sources {
			if _, ok := c.draft.Sources[s]; !ok {
				bad(UnknownSource, "the source %s is not in %s", s, sourcesFile)
			}
		}
	}
}
