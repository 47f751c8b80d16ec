package console

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// The parts of the queue, what borrowers see wrong now first.
const (
	groupWrong = iota
	groupOverdue
	groupSoon
	groupRest
)

// soon is how many days ahead a fact counts as due soon.
const soon = 14

// risk says how urgently a fact must be looked at.
type risk struct {
	Group         int
	Ended, NotYet bool
	Unchecked     bool // no day of checking that could be read
	Due           knowledge.Date
	Days          int // until it is due; negative when overdue
	weight        float64
}

// weigh judges a fact as it stands at now. The ages are those that change what a borrower sees
// (knowledge.Age): past four times the interval, or past its last day, a fact must not be shown
// as if it held. Between them the age counts by the interval of the fact, more for what people
// dial and for when they do it, and more for what rests on weak sources.
func weigh(f knowledge.Fact, now time.Time) risk {
	today, _ := knowledge.DateOf(now).Start()
	days := func(d knowledge.Date) int {
		start, _ := d.Start()
		return int(start.Sub(today).Hours() / 24)
	}
	r := risk{Group: groupRest}
	if _, ok := f.Until.Start(); ok {
		r.Ended = days(f.Until) < 0
	}
	if _, ok := f.From.Start(); ok {
		r.NotYet = days(f.From) > 0
	}
	factor := typeWeight[f.Type] * confidenceWeight[f.Confidence]
	var ok bool
	if r.Due, ok = f.ReviewDue(); !ok {
		r.Unchecked, r.Group, r.weight = true, groupOverdue, 4*factor
	} else {
		r.Days = days(r.Due)
		interval, age := days(r.Due)-days(f.Checked), -days(f.Checked)
		r.weight = float64(age) / float64(interval) * factor
		switch {
		case age > 4*interval:
			r.Group = groupWrong
		case r.Days < 0:
			r.Group = groupOverdue
		case r.Days <= soon:
			r.Group = groupSoon
		}
	}
	if r.Ended || r.NotYet {
		r.Group = groupWrong
	}
	return r
}

// Late is how many days a fact is overdue.
func (r risk) Late() int { return -r.Days }

var typeWeight = map[knowledge.FactType]float64{knowledge.Phone: 4, knowledge.Hours: 4, knowledge.Code: 2, knowledge.URL: 2, knowledge.Place: 2,
	knowledge.Period: 1.5, knowledge.Rate: 1.5, knowledge.Statute: 1}

var confidenceWeight = map[knowledge.Confidence]float64{knowledge.Low: 2, knowledge.Medium: 1.5, knowledge.High: 1}

// compare puts what to look at first before the rest.
func (r risk) compare(o risk) int {
	if r.Group != o.Group || r.Group <= groupOverdue {
		return cmp.Or(cmp.Compare(r.Group, o.Group), cmp.Compare(o.weight, r.weight))
	}
	return cmp.Or(cmp.Compare(r.Days, o.Days), cmp.Compare(o.weight, r.weight))
}

// seal names a fact as it is, so that a form knows whether it was changed since; "" for none.
func seal(f knowledge.Fact, there bool) string {
	if !there {
		return ""
	}
	data, err := json.Marshal(f)
	if err != nil { // strings, ints and lists of them always marshal
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// liveFacts are the facts of what is live, by entry.
func liveFacts(snap *snapshot) map[knowledge.ID]map[string]knowledge.Fact {
	all := map[knowledge.ID]map[string]knowledge.Fact{}
	for _, e := range snap.live.Draft.Entries {
		if all[e.ID] == nil && len(e.Facts) > 0 {
			all[e.ID] = e.Facts
		}
	}
	return all
}

func sameFact(f knowledge.Fact, among map[string]knowledge.Fact, name string) bool {
	o, ok := among[name]
	return ok && reflect.DeepEqual(f, o)
}

// auditSeen is how many records are looked through for who checked a fact.
const auditSeen = 600

// checkedBy is who set the day of checking, as far as the last records of the audit tell: the
// initials of a mark, or who saved the fact that day.
func checkedBy(audit []versions.Audit, path, name string, day knowledge.Date) string {
	if day == "" {
		return ""
	}
	for _, a := range audit {
		if a.Action != "draft.save" || a.Result != versions.Done || knowledge.DateOf(a.At) != day || !slices.Contains(strings.Fields(a.Object), path) {
			continue
		}
		if names, ok := strings.CutPrefix(a.Why, "✓ "); ok {
			names, who, _ := strings.Cut(names, " · ")
			if slices.Contains(strings.Split(names, ", "), name) {
				return who + " (" + a.Who + ")"
			}
		} else if strings.HasPrefix(a.Why, name+": ") {
			return a.Who
		}
	}
	return ""
}

// initials are what a person is likely to sign with.
func initials(name string) string {
	var b strings.Builder
	for _, word := range strings.Fields(name) {
		first, size := utf8.DecodeRuneInString(word)
		switch {
		case unicode.Is(unicode.Han, first):
			b.WriteString(cutRunes(word, 4))
		case size > 0 && unicode.IsLetter(first):
			b.WriteRune(unicode.ToUpper(first))
		}
	}
	s := []rune(b.String())
	return string(s[:min(len(s), 8)])
}

// clean gives the first character of a value that may not stand in one, as it can be shown;
// "" when there is none. What nobody sees can turn a number round or hide one.
func clean(s string) string {
	if !utf8.ValidString(s) {
		return "UTF-8"
	}
	for _, r := range s {
		switch {
		case r == '<' || r == '>':
			return string(r)
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029':
			return "U+" + strings.ToUpper(hex.EncodeToString([]byte{byte(r >> 16), byte(r >> 8), byte(r)}))
		}
	}
	return ""
}

// isoDay writes a day as the files have it, with its weekday; "–" for none.
func (v *visit) isoDay(d knowledge.Date) string {
	start, ok := d.Start()
	if !ok {
		if d == "" {
			return "–"
		}
		return string(d)
	}
	return string(d) + " " + v.say("facts.weekday_"+string(rune('0'+start.Weekday())))
}

// showFact is what a fact says in one line.
func showFact(lang knowledge.Lang, f knowledge.Fact) string {
	if f.Value != "" {
		return f.Value
	}
	return f.Values.In(lang)
}
