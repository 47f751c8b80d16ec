package dialog

import (
	"strings"

	k "zhilu/knowledge"
)

// take carries out a move.
func (t *turn) take(m Move) {
	t.chosen = m
	if id := k.ID(m); id == k.SelfHarm || id == k.Violence {
		t.crisis(id)
		return
	}
	if k.ID(m) == k.CrisisLine { // that somebody asked for it is not stored either
		t.over(Aside, t.say().Text(k.CrisisLine))
		return
	}
	if act := controls[k.ID(m)]; act != nil {
		act(t)
		return
	}
	if m == "stay" {
		t.s.Over = ""
		t.show(t.s.At)
		return
	}
	if name, value, ok := strings.Cut(string(m), "="); ok {
		t.assign(name, value)
		return
	}
	if e := t.rel.Entry(k.ID(m)); e != nil && e.Kind == k.Situation && e.ID != t.s.Beside && e.ID != t.routing.entry {
		t.s.Beside = "" // what was said besides belongs to another situation
	}
	t.enter(t.place(m))
}

// assign fills in an answer and goes where its question leads.
func (t *turn) assign(name, value string) {
	rule := sets[name]
	rule.set(&t.s, value)
	switch {
	case name == "lang":
		t.languageChosen()
	case rule.then == "":
		t.s.Over = ""
		t.show(t.s.At)
	case rule.then == Channels:
		t.enter(Place{State: Channels, Entry: t.s.Situation})
	case rule.then == Channel:
		t.provinceKnown()
	case rule.then == Evidence:
		t.ticked(k.ID(value))
	default:
		t.enter(Place{State: rule.then})
	}
}

// languageChosen goes on where the question stood: after the greeting to the first
// question, otherwise to where the user was.
func (t *turn) languageChosen() {
	switch t.s.At.State {
	case Greeting, "":
		t.enter(Place{State: Who})
	case Language:
		if !t.s.leave() {
			t.s.At = Place{State: Who}
		}
		t.show(t.s.At)
	default:
		t.s.Over = ""
		t.show(t.s.At)
	}
}

// place is where a move leads that fills in nothing.
func (t *turn) place(m Move) Place {
	if w, ok := ofSituation[m]; ok && t.s.Situation != "" {
		return Place{State: w, Entry: t.s.Situation}
	}
	if w, ok := moves[m]; ok {
		return Place{State: w}
	}
	if how, id, ok := strings.Cut(string(m), ":"); ok {
		return Place{State: about[how], Entry: k.ID(id)}
	}
	e := t.rel.Entry(k.ID(m))
	if e == nil {
		return Place{State: Menu}
	}
	return Place{State: kinds[e.Kind], Entry: e.ID}
}

// valid reports whether a move leads anywhere: an old menu may hold choices that are gone.
func (t *turn) valid(m Move) bool {
	return leads(t.rel, m) && (!strings.HasPrefix(string(m), "more=") || t.s.At.State != "")
}

// leads reports whether a move leads anywhere in a release, from some place at least.
func leads(rel *k.Release, m Move) bool {
	if controls[k.ID(m)] != nil || moves[m] != "" || m == "stay" || ofSituation[m] != "" {
		return true
	}
	name, value, ok := strings.Cut(string(m), "=")
	if ok {
		e := rel.Entry(k.ID(value))
		return name == "lang" && labels[m] != "" ||
			name == "who" && (value == string(Self) || value == string(Other)) ||
			name == "lender" && e != nil && e.Kind == k.Lender ||
			(name == "tick" || name == "untick") && e != nil && e.Kind == k.Evidence ||
			name == "province" && rel.Provinces.ByCode[value].Short != "" ||
			name == "more" && digits(value)
	}
	if how, id, ok := strings.Cut(string(m), ":"); ok {
		e := rel.Entry(k.ID(id))
		return e != nil && about[how] != "" && canShow(rel, about[how], e)
	}
	e := rel.Entry(k.ID(m))
	return e != nil && kinds[e.Kind] != ""
}

// digits reports whether s is a small number.
func digits(s string) bool {
	return s != "" && len(s) < 4 && strings.Trim(s, "0123456789") == ""
}

// enter goes to a place, or to what has to be asked first.
func (t *turn) enter(p Place) {
	if e := t.rel.Entry(p.Entry); e != nil && e.Kind == k.Lender {
		t.assign("lender", string(e.ID))
		return
	}
	if first := table[p.State].first; first != nil {
		p = first(t, p)
	}
	if t.silenced(p) {
		return
	}
	t.s.enter(p)
	t.show(p)
}

// show says a place. A place that is about a situation makes it the one at hand. Where there
// is none (the session is gone, and an old menu was tapped) it is the first question.
func (t *turn) show(p Place) {
	if p.State == "" {
		t.s.At = Place{State: Who}
		p = t.s.At
	}
	if t.silenced(p) {
		return
	}
	if e := t.rel.Entry(p.Entry); e != nil && e.Kind == k.Situation {
		t.s.Situation = e.ID
	}
	t.reply = t.page(p)
	t.s.Offered = offered(t.reply.Options)
}

// over says something over the place, which stays; 0 leads back to it, or at first contact
// to the first question.
func (t *turn) over(w Where, text string) {
	t.s.Over = w
	back := t.backTo(t.s.At, "stay")
	if t.s.At.State == "" {
		back = t.backTo(Place{State: Who}, "who")
	}
	t.reply = Reply{Text: text, Options: []Option{back}}
}

// crisis answers danger, with the numbers in the first line, in Chinese too, and those of
// self-harm once more in the last. The place stays. The card for self-harm depends on the
// message alone, so that no copy of it has to be kept for a retry. Of self-harm nothing is stored, not even as a position; violence is a situation
// like the others, which the user may want to act on.
func (t *turn) crisis(id k.ID) {
	t.intent = string(id)
	t.effects = append(t.effects, Crisis)
	t.s.Misses, t.s.Beside = 0, ""
	if t.spoken().Answer() != k.ZhHans {
		t.prefix = t.rel.In(k.ZhHans, t.now).Text(k.MsgUrgent) + "\n\n"
	}
	if id == k.Violence {
		t.enter(Place{State: Advice, Entry: id})
		return
	}
	w := t.rel.In(t.spoken(), t.now)
	t.s.Over = Aside
	t.private = t.routing.entry == id || k.ID(t.in.Choice) == id // not when a number led here
	t.reply = Reply{Text: w.Text(id), Options: []Option{{Key: "0", Move: "stay", Label: w.Name(k.OptResume)}},
		Tail: w.Text(k.MsgUrgent)} // a chat shows the end of a long message first
}

// pickAgain answers a number that the menu does not have.
func (t *turn) pickAgain() {
	t.prefix = t.say().Text(k.MsgPick) + "\n\n"
	t.s.Over = ""
	t.show(t.s.At)
}

// miss climbs the ladder for what was not understood.
func (t *turn) miss() {
	t.effects = append(t.effects, Miss)
	t.s.Misses++
	w := t.say()
	unsure := t.unsureProvinces()
	switch {
	case t.s.Misses >= maxMisses:
		t.s.Misses = 0
		t.prefix = w.Text(k.MsgGiveUp) + "\n\n"
		t.enter(Place{State: Menu})
	case len(unsure) > 0:
		t.didYouMean(unsure)
	case t.s.At.State == Province:
		t.provinceUnknown()
	case t.s.Misses == 2:
		t.over(Aside, w.Text(k.MsgRephrase))
	default:
		t.clarify()
	}
}

// clarify asks "did you mean": the likeliest entries, or those most people come for.
func (t *turn) clarify() {
	ids := t.routing.Candidates
	if len(ids) == 0 {
		ids = []k.ID{k.TopicCollection, k.TopicRights, k.TopicChannels}
	}
	var moves []Move
	for _, id := range ids {
		moves = append(moves, Move(id))
	}
	t.didYouMean(moves)
}

// didYouMean offers what a message may mean.
func (t *turn) didYouMean(moves []Move) {
	t.over(Clarify, t.say().Text(k.AtClarify))
	t.reply.Options = number(append(t.options(moves...), t.reply.Options...))
	t.s.Offered = offered(t.reply.Options)
}

func (t *turn) askResume() {
	t.s.Over = Resume
	t.s.Misses = 0
	t.reply = Reply{Text: t.say().Text(k.AtResume, "place", t.nameOf(t.s.At)),
		Options: number([]Option{t.labelled("stay", k.OptResume), t.labelled(Move(k.CtlRestart), k.OptRestart)})}
	t.s.Offered = offered(t.reply.Options)
}

// labelOf is what a move is reported as. Logs hold no province.
func (t *turn) labelOf(m Move) string {
	if strings.HasPrefix(string(m), "province=") {
		return intentProvince
	}
	return string(labelOf(t.rel, k.ID(m)))
}
