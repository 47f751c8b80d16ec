package dialog

import (
	"slices"

	k "zhilu/knowledge"
)

// What may be chosen in the rows of the table.

func languages(t *turn, _ Place) []Option {
	zh := k.ZhHans
	if t.s.Lang == k.ZhHant { // who chooses Chinese does not mean other characters
		zh = k.ZhHant
	}
	return t.options(Move("lang="+zh), Move("lang="+k.En), Move("lang="+k.Es))
}

func persons(t *turn, _ Place) []Option {
	return t.options("who=self", "who=other", Move(k.CtlSkip))
}

func situations(t *turn, _ Place) []Option {
	return append(t.menu(k.Situation), t.option(Move(k.CtlSkip)))
}

func lenders(t *turn, _ Place) []Option {
	var list []Option
	for _, e := range t.rel.Menu(k.Lender) {
		o := t.option(Move("lender=" + e.ID))
		list = append(list, o)
	}
	return list
}

func topics(t *turn, _ Place) []Option {
	list := t.options("situation")
	for _, id := range []k.ID{k.TopicRights, k.TopicEvidence, k.TopicChannels, k.CtlHuman, k.CtlLanguage, k.CtlHelp} {
		list = append(list, t.labelled(Move(id), id))
	}
	return list
}

// then offers the same choices everywhere, those about the situation only once there is one.
func then(moves ...Move) func(*turn, Place) []Option {
	return func(t *turn, _ Place) []Option { return t.next(moves...) }
}

// adviceNext goes on from the advice; what the user spoke of besides is offered too.
func adviceNext(t *turn, p Place) []Option {
	list := t.next("rights", "evidence", "channels")
	if t.s.Beside != "" && t.s.Beside != p.Entry {
		list = append(list, t.option(Move(t.s.Beside)))
	}
	return list
}

// next are the choices that go on from here.
func (t *turn) next(moves ...Move) []Option {
	var list []Option
	for _, m := range moves {
		if m == "rights" && !t.hasRights() || m == "evidence" && !t.hasEvidence() {
			continue
		}
		list = append(list, t.option(m))
	}
	return list
}

func (t *turn) hasRights() bool {
	e := t.rel.Entry(t.s.Situation)
	return e == nil || len(e.Rights) > 0
}

func (t *turn) hasEvidence() bool {
	e := t.rel.Entry(t.s.Situation)
	return e == nil || len(e.Evidence) > 0
}

// listed offers the entries of a list, each with its sentence, and then what comes next.
func listed(of func(*turn, Place) []k.ID, next ...Move) func(*turn, Place) []Option {
	return func(t *turn, p Place) []Option {
		var list []Option
		for _, id := range of(t, p) {
			o := t.option(Move(id))
			o.Note = t.say().Short(id)
			list = append(list, o)
		}
		return append(list, t.next(next...)...)
	}
}

func rightsOf(t *turn, p Place) []k.ID {
	if e := t.rel.Entry(p.Entry); e != nil {
		return e.Rights
	}
	return nil
}

func evidenceOf(t *turn, p Place) []k.ID {
	if e := t.rel.Entry(p.Entry); e != nil {
		return e.Evidence
	}
	return nil
}

// channelsOf are the channels of a situation in order, with those of the user's lender type
// in the place of "supervisor", without those that make no sense with it. Without a
// situation: the lender itself, its supervisor, the police.
func channelsOf(t *turn, p Place) []k.ID {
	want := []k.ID{"platform", k.Supervisor, "police-110"}
	if e := t.rel.Entry(p.Entry); e != nil && len(e.Channels) > 0 {
		want = e.Channels
	}
	lender := t.rel.Entry(t.s.Lender)
	if lender == nil {
		lender = t.rel.Entry(k.LenderUnknown)
	}
	var list []k.ID
	add := func(ids ...k.ID) {
		for _, id := range ids {
			if !slices.Contains(list, id) && !slices.Contains(lender.Drops, id) {
				list = append(list, id)
			}
		}
	}
	for _, id := range want {
		if id == k.Supervisor {
			add(lender.Channels...)
		} else {
			add(id)
		}
	}
	return t.s.untried(list)
}

// channelNext goes on from one channel: the province of a local one, prepare the call, the
// sentences to show for who does not speak Chinese, what to bring, the others. A province that
// is known can be changed, last of all.
func channelNext(t *turn, p Place) []Option {
	var list []Option
	if parent, ok := t.outdated(p.Entry); ok {
		list = t.options(Move(parent))
	}
	if t.s.Province == "" {
		list = append(list, t.askProvince(p.Entry)...)
	}
	if t.say().Call(p.Entry) != "" {
		list = append(list, t.option(Move("call:"+p.Entry)))
	}
	if t.s.Lang.Answer() != k.ZhHans && t.say().Say(p.Entry) != nil {
		list = append(list, t.option(Move("card:"+p.Entry)))
	}
	list = append(list, t.next("evidence", "channels")...)
	if t.s.Province != "" {
		list = append(list, t.askProvince(p.Entry)...)
	}
	return list
}

// entryNext goes on from a topic or a single right or evidence item: to tick the item, to what
// the topic lists, or for the three big topics their whole menu, and then the next step.
func entryNext(t *turn, p Place) []Option {
	e := t.rel.Entry(p.Entry)
	var list []Option
	if e.Kind == k.Evidence {
		list = append(list, t.tickOf(e.ID))
	}
	for _, ids := range [][]k.ID{e.Rights, e.Evidence, e.Channels} {
		for _, id := range ids {
			if id != k.Supervisor {
				list = append(list, t.option(Move(id)))
			}
		}
	}
	switch {
	case p.Entry == k.TopicRights:
		list = append(list, t.menu(k.Right)...)
	case p.Entry == k.TopicEvidence:
		list = append(list, t.menu(k.Evidence)...)
	case p.Entry == k.TopicChannels:
		list = append(append(t.options("offices"), list...), t.menu(k.Channel)...)
	case t.s.Situation != "":
		list = append(list, t.next("rights", "evidence", "channels")...)
	default:
		list = append(list, t.options("situation", Move(k.TopicEvidence), Move(k.TopicChannels))...)
	}
	return list
}

// menu offers the entries of a kind that stand in menus.
func (t *turn) menu(kind k.Kind) []Option {
	var list []Option
	for _, e := range t.rel.Menu(kind) {
		list = append(list, t.option(Move(e.ID)))
	}
	return list
}
