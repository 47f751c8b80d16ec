package console

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"zhilu/knowledge/counts"
	"zhilu/knowledge/people"
)

// busy records some weeks: n messages a day.
func busy(t *testing.T, s *site, rec *tally, days, n int) {
	t.Helper()
	states := []string{"greeting", "who", "situation", "advice", "channels", "channel", "call", "menu"}
	langs := []string{"zh-Hans", "zh-Hans", "es", "en", "zh-Hant"}
	situations := []string{"threats", "contact-exposure", "fees"}
	for d := range days {
		for i := range n {
			at := s.clock.now().AddDate(0, 0, -d).Add(-time.Duration(i*37%700) * time.Minute / 2)
			turn := counts.Turn{At: at, Lang: langs[i%len(langs)], Intent: situations[i%3], State: states[i*i%len(states)], Situation: situations[i%3]}
			switch i % 20 {
			case 1:
				turn.Missed = true
			case 2:
				turn.Channel = "nfra-12378"
			case 3:
				turn.Crisis = d%9 == 0
			}
			rec.Record(turn)
		}
		if d%20 == 0 {
			ok(t, rec.Flush(t.Context()))
		}
	}
	ok(t, rec.Flush(t.Context()))
}

// TestNumbers: the page of the numbers, its spans, and what it keeps to itself.
func TestNumbers(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Viewer)
	c.get("/numbers").want(http.StatusOK, "no numbers for these days yet", "a few seconds after")
	busy(t, s, rec, 60, 40)
	for range 3 {
		rec.Record(counts.Turn{At: s.clock.now(), Lang: "es", Intent: "fees", Situation: "lottery", Channel: "other"})
	}
	ok(t, rec.Flush(t.Context()))
	p := c.get("/numbers").want(http.StatusOK, "Last 30 days", "so that nobody can be recognised", "The busiest day was", "Threats", "lottery", "<5", "Other", "1,200")
	p.want(http.StatusOK, `aria-label="The busiest day was`, "Show as a table", "Help cards")
	for _, cell := range []string{`>1<`, `>2<`, `>3<`, `>4<`} {
		if strings.Contains(strings.ReplaceAll(p.Body, "class=\"number\"", ""), "<td "+cell) || strings.Contains(p.Body, `number"`+cell) {
			t.Errorf("a cell %s", cell)
		}
	}
	c.get("/numbers?days=7").want(http.StatusOK, "28 Jul 2026 to 3 Aug 2026")
	c.get("/numbers?from=2026-07-01&to=2026-07-03").want(http.StatusOK, "1 Jul 2026 to 3 Jul 2026")
	c.get("/numbers?from=2026-07-05&to=2026-07-03").want(http.StatusBadRequest, "before the first one", "2026-07-05")
	c.get("/numbers?from=x&to=2026-07-03").want(http.StatusBadRequest, "Choose a date")
	c.get("/numbers?from=2024-07-05&to=2026-07-03").want(http.StatusBadRequest, "400 days at most")
	c.get("/numbers?from=%3Cscript%3E&to=%22onx=").want(http.StatusBadRequest, "Choose a date").not("<script>alert")
	c.get("/numbers?from=2020-07-01&to=2020-07-03").want(http.StatusOK, "no numbers for these days")

	p = c.get("/numbers/export?from=2026-07-01&to=2026-07-03").want(http.StatusOK)
	if p.Header.Get("Content-Type") != "text/csv; charset=utf-8" || p.Header.Get("Content-Disposition") != `attachment; filename="zhilu-2026-07-01-2026-07-03.csv"` {
		t.Errorf("%v", p.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll()
	if err != nil || len(rows) < 20 || rows[0][0] != "day" {
		t.Errorf("%v %v", rows, err)
	}
	c.get("/numbers/export?from=x&to=y").want(http.StatusBadRequest, "Choose the days on the page")
	newConsole(t).signIn(t, people.Viewer).get("/numbers").want(http.StatusOK, "Counting is off")
	rec.redis.SetError("away")
	if p := c.get("/numbers"); p.Status != http.StatusServiceUnavailable {
		t.Errorf("%s", p.brief())
	}
}

// TestNumbersWithheld: where hidden counts would show, the page says that something is missing.
func TestNumbersWithheld(t *testing.T) {
	s, rec := counted(t)
	c := s.signIn(t, people.Viewer)
	for i := range 9 { // one language says that there were 5 to 9, and nine intents that each had one
		rec.Record(counts.Turn{At: s.clock.now(), Lang: "en", Intent: fmt.Sprint("intent", i)})
	}
	ok(t, rec.Flush(t.Context()))
	c.get("/numbers?days=7").want(http.StatusOK, "some breakdown is left out")
	for d := range 4 {
		rec.Record(counts.Turn{At: s.clock.now().AddDate(0, 0, -20-d), Lang: "es", Intent: "a", Situation: "threats"})
	}
	ok(t, rec.Flush(t.Context()))
	// Four days with one each: "fewer than 5" would say so.
	c.get("/numbers?from=2026-07-05&to=2026-07-20").want(http.StatusOK, "<10")
}

// TestNumbersOf90Days: ninety full days make a page. How long it takes is logged and no bar here:
// a hundredth of a second or two on a machine that is not busy.
func TestNumbersOf90Days(t *testing.T) {
	s, rec := counted(t)
	busy(t, s, rec, 90, 200)
	c := s.signIn(t, people.Viewer)
	best := time.Hour
	for range 7 {
		start := time.Now()
		c.get("/numbers?days=90").want(http.StatusOK)
		best = min(best, time.Since(start))
	}
	t.Logf("%v", best)
}
