package console

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"zhilu/knowledge/counts"
)

// columns is a chart of bars side by side, with the table of what it shows.
type columns struct {
	Width, Height int
	Columns       []column
	Ticks         []string // below: first, middle, last
	Top           string   // what the highest column stands for
	Summary       string
}

// column is one bar. Hollow ones stand for a count that is not given.
type column struct {
	X, Y, W, H         int
	Label, Value, Says string
	Hollow             bool
	More               []string // further values of the row in the table
	n                  int
}

const (
	chartHeight = 160
	columnWidth = 10 // with the gap
	hollow      = 6  // height of a bar whose count is not given
)

// draw places the bars.
func (c *columns) draw(v *visit) {
	most := 0
	for _, col := range c.Columns {
		most = max(most, col.n)
	}
	c.Width, c.Height, c.Top = columnWidth*len(c.Columns), chartHeight, v.number(most)
	for i := range c.Columns {
		col := &c.Columns[i]
		col.X, col.W = i*columnWidth+1, columnWidth-2
		if col.H = hollow; !col.Hollow {
			col.H = col.n * (chartHeight - 4) / max(1, most)
			if col.n > 0 {
				col.H = max(col.H, 2)
			}
		}
		col.Y = chartHeight - col.H
		col.Says = v.say("numbers.column", col.Label, col.Value)
	}
	if n := len(c.Columns); n > 0 {
		c.Ticks = []string{c.Columns[0].Label, c.Columns[n/2].Label, c.Columns[n-1].Label}
	}
}

func (v *visit) number(n int) string { return v.console.words.text(v.lang, n) }

// total writes a count of several days: what it is at least, or that it is too small to be given.
func (v *visit) total(t counts.Total) string {
	switch {
	case t.N == 0 && t.Step <= 1:
		return "0"
	case t.Few():
		return "<" + strconv.Itoa(t.Step)
	}
	return v.number(t.N)
}

// cell writes a count of one day.
func (v *visit) cell(c counts.Cell) string {
	switch {
	case c.N > 0:
		return v.number(c.N)
	case c.Few:
		return "<5"
	}
	return "0"
}

// messages is how many turns a day had, by the first partition that is given of it; ok is false
// when none is.
func messages(d counts.Day) (sum counts.Cell, ok bool) {
	for _, k := range []counts.Kind{counts.Language, counts.Intent, counts.Hour} {
		if !slices.Contains(d.Withheld, k) {
			return d.Sum(k), true
		}
	}
	return sum, false
}

// days is the chart of messages by day.
func (v *visit) days(days []counts.Day) columns {
	var c columns
	best := -1
	for _, d := range days {
		at, _ := time.Parse(time.DateOnly, d.Date)
		sum, given := messages(d)
		col := column{Label: day(v.lang, at), Value: v.cell(sum), n: sum.N, Hollow: sum.N == 0 && sum.Few || !given}
		if !given {
			col.Value = v.say("numbers.withheld")
		}
		for _, k := range []counts.Kind{counts.Missed, counts.Crisis, counts.Stateless} {
			col.More = append(col.More, v.cell(d.Sum(k)))
		}
		c.Columns = append(c.Columns, col)
		if best < 0 || col.n > c.Columns[best].n {
			best = len(c.Columns) - 1
		}
	}
	c.draw(v)
	if best >= 0 && c.Columns[best].n > 0 {
		c.Summary = v.say("numbers.days_summary", c.Columns[best].Label, c.Columns[best].Value)
	} else {
		c.Summary = v.say("numbers.days_few")
	}
	return c
}

// hours is the chart of messages by hour of the day.
func (v *visit) hours(p counts.Period) columns {
	var c columns
	best := 0
	for h := range 24 {
		t := p.Counts[counts.Hour][fmt.Sprintf("%02d", h)]
		c.Columns = append(c.Columns, column{Label: fmt.Sprintf("%02d:00", h), Value: v.total(t), n: t.N, Hollow: t.N == 0 && t.Step > 1})
		if t.N > c.Columns[best].n {
			best = h
		}
	}
	c.draw(v)
	if c.Columns[best].n == 0 {
		c.Summary = v.say("numbers.hours_few")
	} else {
		c.Summary = v.say("numbers.hours_summary", c.Columns[best].Label, c.Columns[best].Value)
	}
	return c
}

// bars is a table with a bar in each row.
type bars struct {
	ID, Title string
	Rows      []bar
	Rest      int  // rows that are not shown
	Shares    bool // the last column is a share
}

type bar struct {
	Label, Value, Share string
	W                   int // of 100
	Hollow              bool
	total               counts.Total
}

// barsShown is how many rows a table has at most.
const barsShown = 15

func (v *visit) bars(id, title string, p counts.Period, k counts.Kind, name func(string) string) bars {
	b := bars{ID: id, Title: v.say(title), Shares: true}
	all := 0
	for value, t := range p.Counts[k] {
		b.Rows = append(b.Rows, bar{Label: name(value), total: t})
		all += t.N
	}
	slices.SortFunc(b.Rows, func(a, b bar) int { return cmp.Or(cmp.Compare(b.total.N, a.total.N), cmp.Compare(a.Label, b.Label)) })
	b.Rest = max(0, len(b.Rows)-barsShown)
	b.Rows = b.Rows[:len(b.Rows)-b.Rest]
	b.measure(v, all)
	return b
}

// measure fills in lengths and shares: of all when that is known.
func (b *bars) measure(v *visit, all int) {
	most := 1
	for _, r := range b.Rows {
		most = max(most, r.total.N)
	}
	for i := range b.Rows {
		r := &b.Rows[i]
		r.Value, r.Hollow, r.W, r.Share = v.total(r.total), r.total.N == 0 && r.total.Step > 1, r.total.N*100/most, "–"
		if r.total.N > 0 {
			r.W = max(1, r.W)
			if all > 0 {
				r.Share = percent(v.lang, float64(r.total.N)/float64(all))
			}
		}
	}
}

// stages are the way through a conversation, as the states of the dialog that stand for each.
var stages = []struct {
	name   string
	states []string
}{
	{"greeting", []string{"greeting"}}, {"collection", []string{"collection", "who"}}, {"situation", []string{"situation"}}, {"advice", []string{"advice"}},
	{"channels", []string{"channels"}}, {"channel", []string{"channel"}}, {"call", []string{"call", "card"}},
}

// funnel is how many turns reached each stage, as shares of the stage that most did.
func (v *visit) funnel(p counts.Period) bars {
	b := bars{ID: "funnel", Shares: true}
	most := 0
	for _, s := range stages {
		sum := counts.Total{Step: 1}
		for _, state := range s.states {
			if t, ok := p.Counts[counts.State][state]; ok {
				sum = counts.Total{N: sum.N + t.N, Step: sum.Step + t.Step - 1}
			}
		}
		b.Rows = append(b.Rows, bar{Label: v.say("numbers.stage_" + s.name), total: sum})
		most = max(most, sum.N)
	}
	b.measure(v, most)
	return b
}

// state names a state of the dialog.
func (v *visit) state(s string) string {
	key := "numbers.state_" + s
	if _, ok := v.console.words[key]; ok {
		return v.say(key)
	}
	return v.other(s)
}

// other is a code that has no name any more.
func (v *visit) other(code string) string {
	if code == "other" {
		return v.say("numbers.other")
	}
	return code
}
