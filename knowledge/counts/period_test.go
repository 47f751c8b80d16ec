package counts

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestTotalSettlesNothing goes through everything that up to five days of one value can hold: given
// what the days show and the total, no hidden count has one size only.
func TestTotalSettlesNothing(t *testing.T) {
	for days := 1; days <= 5; days++ {
		// what can be told from what is shown, by the pattern of the days: for each total, the hidden
		// counts that may be behind it
		seen := map[string]map[Total][]map[int]bool{}
		counts := make([]int, days)
		for {
			pattern, s := "", span{}
			for _, n := range counts {
				if n > 0 {
					c := rounded(n)
					s.add(c, n)
					pattern += fmt.Sprint(c, " ")
				} else {
					pattern += "- "
				}
			}
			if seen[pattern] == nil {
				seen[pattern] = map[Total][]map[int]bool{}
			}
			total := s.total()
			if s.sum > 0 && (s.sum < total.least() || s.sum > total.Most() || total.Step < least) {
				t.Fatalf("%v shows as %v", counts, total)
			}
			at := seen[pattern][total]
			if at == nil {
				at = make([]map[int]bool, days)
				for i := range at {
					at[i] = map[int]bool{}
				}
				seen[pattern][total] = at
			}
			for i, n := range counts {
				at[i][n] = true
			}
			if !next(counts, 9) {
				break
			}
		}
		for pattern, totals := range seen {
			for total, at := range totals {
				for i, sizes := range at {
					for n := range sizes {
						if len(sizes) == 1 && 0 < n && n < least {
							t.Fatalf("%s: the total %v says that day %d has %d", pattern, total, i, n)
						}
					}
				}
			}
		}
	}
}

// next counts on, each place to most.
func next(counts []int, most int) bool {
	for i := range counts {
		if counts[i]++; counts[i] <= most {
			return true
		}
		counts[i] = 0
	}
	return false
}

// TestTotalOfPartitions makes periods at random and looks at what somebody who knows the rules can
// work out about hidden counts from all days and all totals of the three partitions together.
func TestTotalOfPartitions(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	partial, without := 0, 0
	for range 4000 {
		all := make([]map[string]int, 1+r.IntN(9))
		size := []int{4, 20, 200}[r.IntN(3)]
		var days []Day
		for i := range all {
			all[i] = map[string]int{}
			for range r.IntN(size) {
				all[i]["lang:"+[]string{"a", "b", "c", "d"}[min(r.IntN(20), r.IntN(20), 3)]]++
				all[i][fmt.Sprint("hour:", 10+r.IntN(1+r.IntN(14)))]++
				all[i][fmt.Sprint("intent:x", r.IntN(1+r.IntN(60)))]++
			}
			days = append(days, show("", all[i]))
		}
		p := total(days, all)
		if len(p.Partial) > 0 {
			partial++
		}
		without += len(p.Without)
		check(t, p, all)
	}
	t.Logf("of 4000 periods %d partial, %d kinds with days left out", partial, without)
}

// check says that every total holds what it stands for, and that what is hidden on days that are
// given whole keeps more than one size.
func check(t *testing.T, p Period, all []map[string]int) {
	t.Helper()
	low, high := 0, 1<<62
	type sum struct{ shown, slack, hidden int }
	whole := map[Kind]sum{}
	for _, k := range partitions {
		var by, in sum
		counted := map[string]int{}
		apart := false
		for i, d := range p.Days {
			if len(d.Withheld) > 0 {
				apart = true
			}
			for value, c := range d.Counts[k] {
				counted[value] += all[i][string(k)+":"+value]
				if c.Few {
					by.hidden++
				} else {
					by.shown, by.slack = by.shown+c.N, by.slack+4
				}
			}
		}
		for value, c := range p.Counts[k] {
			if n := counted[value]; n < c.least() || n > c.Most() {
				t.Fatalf("%s:%s is %d and shows as %v", k, value, n, c)
			}
			if c.Few() {
				in.hidden += c.Step - 1
			} else {
				in.shown, in.slack = in.shown+c.N, in.slack+c.Step-1
			}
		}
		if len(p.Counts[k]) != len(counted) {
			t.Fatalf("%s has %d values, not %d", k, len(p.Counts[k]), len(counted))
		}
		if apart { // another set of days for each kind: nothing can be compared
			return
		}
		if by.hidden+by.shown > 0 {
			whole[k] = by
			low = max(low, by.shown+by.hidden, in.shown)
			high = min(high, by.shown+by.slack+4*by.hidden, in.shown+in.slack+in.hidden)
		}
	}
	for k, by := range whole {
		from, to := max(by.hidden, low-by.shown-by.slack), min(4*by.hidden, high-by.shown)
		if by.hidden > 0 && (to <= by.hidden || from >= 4*by.hidden || by.hidden == 1 && from >= to) {
			t.Fatalf("%s of %v: what is hidden adds up to %d to %d", k, p.Counts, from, to)
		}
	}
}

// TestTotalOfSmallDays: what is too small on each day can be seen over many.
func TestTotalOfSmallDays(t *testing.T) {
	var days []Day
	var all []map[string]int
	for range 30 {
		all = append(all, map[string]int{"situation:threats": 3})
		days = append(days, show("", all[len(all)-1]))
	}
	if got := total(days, all).Counts[Situation]["threats"]; got.N < 75 || got.N > 90 {
		t.Errorf("ninety show as %v", got)
	}
	if p := total(nil, nil); len(p.Counts) != 0 {
		t.Errorf("%v", p)
	}
}
