package dialog

import (
	"slices"
	"strings"
	"time"

	k "zhilu/knowledge"
)

// dated says in which states an entry is answered whose facts have a date.
var dated = map[Where]bool{Advice: true, Channel: true, Call: true, Entry: true, Rights: true, Evidence: true}

// date adds to a reply when its facts were checked. Facts past their review date change
// what is seen: a note, then "call to confirm" before the answer, then the parent channel.
func (t *turn) date(p Place, r *Reply) {
	day, age, ok := t.say().Checked(p.Entry)
	if !ok || !dated[p.State] {
		return
	}
	w := t.say()
	parent, outdated := t.outdated(p.Entry)
	switch {
	case age == k.Fresh:
		r.Tail = w.Text(k.MsgChecked, "date", string(day))
	case age == k.Aged:
		r.Tail = w.Text(k.MsgAged, "date", string(day))
	case p.State == Advice || t.urgent(p.Entry): // its first line may be about danger, and stays the first
		r.Tail = w.Text(k.MsgStale, "date", string(day))
	case outdated:
		t.prefix = w.Text(k.MsgExpired, "name", w.Name(p.Entry), "parent", w.Name(parent), "date", string(day)) + "\n\n" + t.prefix
	default:
		t.prefix = w.Text(k.MsgStale, "date", string(day)) + "\n\n" + t.prefix
	}
}

// urgent reports whether a channel is one that a life may hang on: those of the crisis card.
func (t *turn) urgent(id k.ID) bool {
	return slices.Contains(t.rel.Entry(k.SelfHarm).Channels, id)
}

// outdated is the channel to turn to first when this one has not been checked for too long.
func (t *turn) outdated(id k.ID) (parent k.ID, ok bool) {
	_, age, dated := t.say().Checked(id)
	parent = t.rel.Entry(id).Parent
	return parent, dated && age == k.Expired && parent != ""
}

// hours adds, above a channel's answer, that it is closed now and when it opens.
func (t *turn) hours(p Place) {
	if p.State != Channel && p.State != Call {
		return
	}
	o, ok := t.say().Opening(p.Entry)
	if !ok || o.Open || o.Next.IsZero() {
		return
	}
	line := t.say().Text(k.MsgClosed, "day", t.weekday(t.now), "next", o.Next.Format("2006-01-02")+" "+t.weekday(o.Next)+" "+o.Next.Format("15:04"))
	if !o.Known {
		line += " " + t.say().Text(k.MsgNoCalendar)
	}
	t.prefix = line + "\n\n" + t.prefix
}

func (t *turn) weekday(at time.Time) string {
	return t.say().Name(k.WeekdayName(int(at.In(k.Beijing).Weekday())))
}

// maxSources is how many sources fit into one message.
const maxSources = 5

// source gives the sources of the last answer.
func (t *turn) source() {
	w := t.say()
	id := t.s.At.Entry
	if t.s.At.State == Collection {
		id = k.TopicCollection
	}
	day, _, ok := w.Checked(id)
	if !ok {
		t.over(Aside, w.Text(k.MsgSourcesNone))
		return
	}
	lines := []string{w.Text(k.MsgSources, "name", w.Name(id), "date", string(day))}
	for i, s := range w.SourcesOf(id) {
		if i == maxSources {
			break
		}
		src := w.Source(s)
		lines = append(lines, "· "+strings.Join(append([]string{src.Title}, src.URLs[:min(1, len(src.URLs))]...), " "))
	}
	t.over(Aside, strings.Join(lines, "\n"))
}
