package dialog

import (
	"slices"

	k "zhilu/knowledge"
	"zhilu/knowledge/danger"
)

// hear takes what a message says beside what it is about as answers, so that they are not
// asked for again: who lent the money, in which province, where a complaint was made already.
// What else it says is routed as always. Of a message about self-harm nothing is kept.
func (t *turn) hear() {
	if t.in.Choice != "" || t.routing.found == danger.SelfHarm || t.routing.entry == k.SelfHarm || t.routing.entry == k.CrisisLine {
		return
	}
	t.locate()
	if lender, ok := t.lenderSaid(); ok {
		t.s.Lender = lender
	}
	if e := t.rel.Entry(t.routing.entry); e != nil && e.Kind == k.Situation {
		t.s.Beside = t.beside()
	}
	if t.routing.entry != k.TopicProgress && t.routing.entry != k.TopicEscalation {
		return
	}
	for _, id := range t.routing.said {
		if e := t.rel.Entry(id); e != nil && e.Kind == k.Channel {
			t.s.Tried = noted(t.s.Tried, id, maxTried)
		}
	}
}

// lenderSaid is the type of lender that a message names, if it names one.
func (t *turn) lenderSaid() (lender k.ID, ok bool) {
	for _, id := range t.routing.said {
		if e := t.rel.Entry(id); e != nil && e.Kind == k.Lender && id != k.LenderUnknown {
			if ok {
				return "", false // two of them: say nothing
			}
			lender, ok = id, true
		}
	}
	return lender, ok
}

// untried puts the channels that the user has been to behind the others, in their order.
func (s *State) untried(ids []k.ID) []k.ID {
	been := func(id k.ID) bool { return slices.Contains(s.Tried, id) }
	fresh := slices.DeleteFunc(slices.Clone(ids), been)
	return append(fresh, slices.DeleteFunc(slices.Clone(ids), func(id k.ID) bool { return !been(id) })...)
}

// beside is another situation of which a message speaks: the one at hand comes first, and
// this one is offered next. In an emergency nothing is added; of scams the warning speaks.
func (t *turn) beside() k.ID {
	about := t.rel.Entry(t.routing.entry)
	if about == nil || about.Kind != k.Situation || about.ID == k.Violence || slices.Contains(t.routing.Candidates, k.Scam) {
		return ""
	}
	for _, id := range t.routing.Candidates {
		if e := t.rel.Entry(id); e.Kind == k.Situation && id != k.SelfHarm {
			return id
		}
	}
	return ""
}
