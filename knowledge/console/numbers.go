package console

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
)

// numbersPage shows what was asked, without anybody it could be about.
type numbersPage struct {
	Off, Empty bool
	From, To   field
	Ranges     []numbersRange
	First      time.Time
	Last       time.Time
	Export     string
	Figures    []figure
	Days       columns
	Hours      columns
	Funnel     bars
	Lists      []bars
	Without    int // days on which something is withheld
	Partial    bool
}

type numbersRange struct {
	Path, Name string
	Here       bool
}

// figure is one number of the summary.
type figure struct{ Key, Value, Note string }

const (
	defaultSpan = 30
	longestSpan = 400 // days; older ones are not kept
)

// span is what days a page is about. Without a question it is the last thirty, today with them.
func (c *Console) span(v *visit) (from, to time.Time, page numbersPage) {
	today := knowledge.DateOf(c.now())
	end, _ := today.Start()
	to = end
	days, _ := strconv.Atoi(v.query("days"))
	if v.query("from") == "" && v.query("to") == "" {
		if days != 7 && days != 90 {
			days = defaultSpan
		}
		from = to.AddDate(0, 0, 1-days)
	} else {
		days = 0
		page.From, page.To = field{Value: v.query("from")}, field{Value: v.query("to")}
		first, fromOK := knowledge.Date(page.From.Value).Start()
		last, toOK := knowledge.Date(page.To.Value).Start()
		switch {
		case !fromOK:
			page.From.Problem = v.say("numbers.no_date")
		case !toOK:
			page.To.Problem = v.say("numbers.no_date")
		case last.Before(first):
			page.To.Problem = v.say("numbers.backwards")
		case last.Sub(first) >= longestSpan*24*time.Hour:
			page.From.Problem = v.say("numbers.long", longestSpan)
		}
		page.From.Value, page.To.Value = cutRunes(page.From.Value, 10), cutRunes(page.To.Value, 10)
		if from, to = first, last; !sound(page.From, page.To) {
			days, to = defaultSpan, end
			from = to.AddDate(0, 0, 1-days)
			page.place(v, from, to, days)
			return from, to, page
		}
	}
	page.place(v, from, to, days)
	page.From.Value, page.To.Value = from.Format(time.DateOnly), to.Format(time.DateOnly)
	return from, to, page
}

func (p *numbersPage) place(v *visit, from, to time.Time, days int) {
	p.First, p.Last = from, to
	p.Export = "/numbers/export?from=" + from.Format(time.DateOnly) + "&to=" + to.Format(time.DateOnly)
	for _, n := range []int{7, 30, 90} {
		p.Ranges = append(p.Ranges, numbersRange{"/numbers?days=" + strconv.Itoa(n), v.say("numbers.last", n), n == days})
	}
}

func (c *Console) numbersPage(v *visit) error {
	from, to, page := c.span(v)
	if page.Off = c.counts == nil; page.Off {
		return v.show("numbers", page)
	}
	if !sound(page.From, page.To) {
		v.status = http.StatusBadRequest
	}
	period, err := c.counts.Total(v.ctx(), from, to)
	if err != nil {
		return noCounts(err)
	}
	s, err := v.look()
	if err != nil {
		return err
	}
	page.Empty = len(period.Counts) == 0 && len(period.Without) == 0
	if !page.Empty {
		page.fill(v, s, period)
	}
	return v.show("numbers", page)
}

func (p *numbersPage) fill(v *visit, s *snapshot, period counts.Period) {
	for _, n := range period.Without {
		p.Without = max(p.Without, n)
	}
	p.Partial = len(period.Partial) > 0
	number := func(k counts.Kind) string { return v.total(period.Sum(k)) }
	p.Figures = []figure{{"numbers.messages", number(counts.Language), "numbers.messages_note"}, {"numbers.misses", number(counts.Missed), "numbers.misses_note"},
		{"numbers.crisis", number(counts.Crisis), "numbers.crisis_note"}, {"numbers.stateless", number(counts.Stateless), "numbers.stateless_note"}}
	p.Days = v.days(period.Days)
	p.Hours = v.hours(period)
	p.Funnel = v.funnel(period)
	entry := func(id string) string {
		if e := s.entries[knowledge.ID(id)]; e != nil {
			return v.name(s, e)
		}
		return v.other(id)
	}
	p.Lists = []bars{
		v.bars("languages", "numbers.by_language", period, counts.Language, func(l string) string { return langTitle(v, l) }),
		v.bars("situations", "numbers.by_situation", period, counts.Situation, entry),
		v.bars("channels", "numbers.by_channel", period, counts.Channel, entry),
		v.bars("states", "numbers.by_state", period, counts.State, v.state),
		v.bars("missed", "numbers.by_miss", period, counts.Missed, func(l string) string { return langTitle(v, l) }),
	}
}

// exportNumbers gives the days as CSV.
func (c *Console) exportNumbers(v *visit) error {
	if c.counts == nil {
		return v.refuse(http.StatusNotFound, "unanswered.off")
	}
	from, to, page := c.span(v)
	if !sound(page.From, page.To) {
		return v.refuse(http.StatusBadRequest, "numbers.no_span")
	}
	days, err := c.counts.Days(v.ctx(), from, to)
	if err != nil {
		return noCounts(err)
	}
	var out bytes.Buffer
	if err := counts.WriteDays(&out, days); err != nil {
		return err
	}
	return v.download("zhilu-"+from.Format(time.DateOnly)+"-"+to.Format(time.DateOnly)+".csv", "text/csv; charset=utf-8", out.Bytes())
}
