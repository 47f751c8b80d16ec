package knowledge

import "time"

// Age says how far the facts of an answer are past their review date.
type Age int

// The ages. Each changes what a borrower sees: nothing is stale in silence.
const (
	Fresh   Age = iota // checked within the interval
	Aged               // past it: the answer says so
	Stale              // past twice the interval: "call to confirm" comes first
	Expired            // past four times the interval, or past the last day of a fact: the parent channel comes first
)

// entryDays is the review interval of the sentences of an entry, apart from its facts.
const entryDays = 90

// factRef is a fact that a text of an entry holds.
type factRef struct {
	entry ID
	name  string
}

// uses lists the facts in the texts of an entry, each once.
func (i *Item) uses() []factRef {
	seen := map[factRef]bool{}
	var list []factRef
	for _, texts := range []*tri{&i.name, &i.short, &i.text, &i.other, &i.call, &i.near} {
		for _, p := range texts[0] { // the references are equal in all languages
			r := factRef{p.entry, p.fact}
			if p.fact != "" && !seen[r] {
				seen[r] = true
				list = append(list, r)
			}
		}
	}
	return list
}

// Checked says when the answer of an entry was last compared with its sources, and its age
// at the time of w: that of its oldest part. ok is false for entries that state nothing
// about the world.
func (w Words) Checked(id ID) (day Date, age Age, ok bool) {
	item := w.rel.items[id]
	if item == nil || item.Checked == "" {
		return "", Fresh, false
	}
	day, age = item.Checked, ageOf(item.Checked, entryDays, w.now)
	for _, r := range item.used {
		f := w.fact(r.entry, r.name)
		day, age = min(day, f.Checked), max(age, f.age(w.now))
	}
	return day, age, true
}

// age is how far the fact is past its review date. One whose last day is past is expired,
// however lately it was checked: it must not be shown as if it held.
func (f Fact) age(now time.Time) Age {
	if f.ended(now) {
		return Expired
	}
	return ageOf(f.Checked, f.interval(), now)
}

func ageOf(checked Date, days int, now time.Time) Age {
	start, ok := checked.Start()
	if !ok {
		return Fresh
	}
	switch passed := int(now.Sub(start).Hours() / 24); {
	case passed <= days:
		return Fresh
	case passed <= 2*days:
		return Aged
	case passed <= 4*days:
		return Stale
	default:
		return Expired
	}
}

// Source is a source by its id, its title as a reader of the language of w has it.
func (w Words) Source(id string) Source { return w.rel.Sources[id] }

// SourcesOf lists the ids of the sources on which an entry and the facts in its texts, as
// they stand at the time of w, rest: the strongest tier first, each once.
func (w Words) SourcesOf(id ID) []string {
	item := w.rel.items[id]
	if item == nil {
		return nil
	}
	all := append([]string(nil), item.Sources...)
	for _, u := range item.used {
		all = append(all, w.fact(u.entry, u.name).Sources...)
	}
	seen := map[string]bool{}
	var list []string
	for _, tier := range []string{"A", "B", "C"} {
		for _, s := range all {
			if w.rel.Sources[s].Tier == tier && !seen[s] {
				seen[s] = true
				list = append(list, s)
			}
		}
	}
	return list
}
