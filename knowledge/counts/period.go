package counts

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Total is a count of several days as it may be shown: it stands for N to N+Step-1, and with N 0
// for 1 to Step-1.
type Total struct{ N, Step int }

// Few reports whether the count is too small to be given.
func (t Total) Few() bool { return t.N == 0 }

// Most is the largest count that t stands for.
func (t Total) Most() int { return t.N + t.Step - 1 }

func (t Total) least() int { return max(1, t.N) }

// Period is what was counted in several days, and what each of them shows.
type Period struct {
	Days   []Day // oldest first
	Counts map[Kind]map[string]Total
	// Partial are kinds of which no more is said than the sum of what the days show.
	Partial []Kind
	// Without is the number of days on which a kind is withheld: they are missing in its counts.
	Without map[Kind]int
}

// Sum adds up what is shown of a kind.
func (p Period) Sum(k Kind) (sum Total) {
	for _, t := range p.Counts[k] {
		sum.N, sum.Step = sum.N+t.N, sum.Step+t.Step-1
	}
	sum.Step++
	return sum
}

// Total adds up the counts from the day that from is in to the one that to is in, before they
// are rounded, so that ninety days with three a day do not vanish. It reads as many days as Days.
//
// A total is rounded down, and so coarsely that together with what its days show it settles no
// hidden count of theirs: the step is chosen from what the days show alone, so that the step says
// nothing either. The partitions of the turns are looked at together as well, as withhold does
// for one day: where their totals would settle what is hidden in one of them, nothing is said
// but what the days say already. Totals of spans that overlap tell their difference to within a
// step, which is what "fewer than 5" tells too.
func (r *Reader) Total(ctx context.Context, from, to time.Time) (Period, error) {
	first, all, err := r.read(ctx, from, to)
	if err != nil {
		return Period{}, err
	}
	days := make([]Day, len(all))
	for i, fields := range all {
		days[i] = show(dayStart(first+int64(i)).Format(time.DateOnly), fields)
	}
	return total(days, all), nil
}

// partitions are the kinds of which every turn has one.
var partitions = [...]Kind{Language, Hour, Intent}

// span is what the days show of one value.
type span struct{ shown, cells, hidden, sum int }

func (s *span) add(c Cell, n int) {
	s.sum += n
	if c.Few {
		s.hidden++
		return
	}
	s.shown, s.cells = s.shown+c.N, s.cells+1
}

// public is what the days say by themselves.
func (s span) public() Total {
	return Total{s.shown, (least-1)*(s.cells+s.hidden) + 1}
}

// total rounds the sum to the finest step of which no outcome, given what the days show, makes
// all hidden counts 1 or all of them 4.
func (s span) total() Total {
	low, high := s.shown+s.hidden, s.shown+(least-1)*(s.cells+s.hidden)
	step := least
	for s.hidden > 0 && (low%step == step-1 || high%step == 0) {
		step += least
	}
	return Total{s.sum / step * step, step}
}

func total(days []Day, all []map[string]int) Period {
	p := Period{Days: days, Counts: map[Kind]map[string]Total{}, Without: map[Kind]int{}}
	sums := map[Kind]map[string]*span{}  // of the days that are given whole
	apart := map[Kind]map[string]*span{} // of those on which a partition is withheld
	for i, d := range days {
		for _, k := range d.Withheld {
			p.Without[k]++
		}
		for k, values := range d.Counts {
			into := sums
			if len(d.Withheld) > 0 && slices.Contains(partitions[:], k) {
				into = apart
			}
			for value, c := range values {
				at(into, k, value).add(c, all[i][string(k)+":"+value])
			}
		}
	}
	for k, values := range sums {
		p.Counts[k] = map[string]Total{}
		for value, s := range values {
			p.Counts[k][value] = s.total()
		}
	}
	if p.settles(sums) {
		for _, k := range partitions {
			if p.Counts[k] != nil {
				p.Partial = append(p.Partial, k)
			}
			for value, s := range sums[k] {
				p.Counts[k][value] = s.public()
			}
		}
	}
	p.add(apart)
	return p
}

func at(m map[Kind]map[string]*span, k Kind, value string) *span {
	if m[k] == nil {
		m[k] = map[string]*span{}
	}
	if m[k][value] == nil {
		m[k][value] = new(span)
	}
	return m[k][value]
}

// add puts in what other days show.
func (p *Period) add(apart map[Kind]map[string]*span) {
	for k, values := range apart {
		if p.Counts[k] == nil {
			p.Counts[k] = map[string]Total{}
		}
		for value, s := range values {
			more := s.public()
			if t, ok := p.Counts[k][value]; ok {
				more = Total{t.N + more.N, t.Step + more.Step - 1}
			}
			p.Counts[k][value] = more
		}
	}
}

// level is one way of adding up the turns of a period: what is shown of a partition, by day or
// in all, and how large what is hidden may be.
type level struct{ shown, slack, hidden, least, most int }

// settles reports whether the totals of the partitions, taken together and with what the days
// show, leave only one size to what is hidden in one of them.
func (p *Period) settles(sums map[Kind]map[string]*span) bool {
	var levels []level
	for _, k := range partitions {
		var days, whole level
		for _, value := range slices.Sorted(maps.Keys(sums[k])) {
			s, t := sums[k][value], p.Counts[k][value]
			days.shown, days.slack = days.shown+s.shown, days.slack+(least-1)*s.cells
			days.hidden, days.least, days.most = days.hidden+s.hidden, days.least+s.hidden, days.most+(least-1)*s.hidden
			if t.Few() {
				whole.hidden, whole.least, whole.most = whole.hidden+1, whole.least+1, whole.most+t.Step-1
			} else {
				whole.shown, whole.slack = whole.shown+t.N, whole.slack+t.Step-1
			}
		}
		if len(sums[k]) > 0 {
			levels = append(levels, days, whole)
		}
	}
	low, high := 0, 1<<62
	for _, l := range levels {
		low, high = max(low, l.shown+l.least), min(high, l.shown+l.slack+l.most)
	}
	for _, l := range levels {
		from, to := max(l.least, low-l.shown-l.slack), min(l.most, high-l.shown)
		if l.hidden > 0 && (to <= l.least || from >= l.most || l.hidden == 1 && from >= to) {
			return true
		}
	}
	return false
}
