package dialog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	k "zhilu/knowledge"
)

// page renders a place: what is said and what may be chosen, as much of a list as fits into
// one message with every number one digit. Further pages hold the rest of the list.
func (t *turn) page(p Place) Reply {
	r := table[p.State]
	var options, tail []Option
	if r.offer != nil {
		options = slices.DeleteFunc(r.offer(t, p), func(o Option) bool { return t.rel.Silenced(k.ID(o.Move)) })
	}
	if back, ok := t.wayBack(); ok {
		tail = []Option{back}
	}
	from := p.From
	if from >= len(options) {
		from = 0
	}
	reply := Reply{Text: r.say(t, p), Options: tail}
	if from > 0 {
		reply.Text = t.nameOf(p)
	}
	t.hours(p)
	t.date(p, &reply)
	options = options[from:]
	n := count(options, Budget-len(t.prefix)-reply.Size()-t.noticeSize(), t.more(0))
	shown := options[:n:n]
	if n < len(options) {
		shown = append(shown, t.more(from+n))
	}
	reply.Options = number(append(shown, tail...))
	return reply
}

// more is the option that shows a list from its option number from on.
func (t *turn) more(from int) Option {
	return t.labelled(Move("more="+strconv.Itoa(from)), k.OptMore)
}

// count is the number of options that fit into room; when they do not all fit, room is left
// for "more".
func count(options []Option, room int, more Option) int {
	all := 0
	for _, o := range options {
		all += o.size()
	}
	if all <= room && len(options) <= maxOffered {
		return len(options)
	}
	n, used := 0, more.size()
	for n < len(options) && n < maxOffered-1 && used+options[n].size() <= room {
		used += options[n].size()
		n++
	}
	return max(n, 1)
}

func (t *turn) noticeSize() int {
	if t.s.Notice >= NoticeVersion || t.s.At.State == Greeting {
		return 0
	}
	return len(t.say().Text(k.MsgNotice)) + 2
}

// wayBack is the option that leads one place back.
func (t *turn) wayBack() (Option, bool) {
	if t.s.At.From > 0 {
		return t.backTo(Place{State: t.s.At.State, Entry: t.s.At.Entry}, Move(k.CtlBack)), true
	}
	if len(t.s.Trail) == 0 {
		return Option{}, false
	}
	return t.backTo(t.s.Trail[len(t.s.Trail)-1], Move(k.CtlBack)), true
}

func (t *turn) backTo(p Place, m Move) Option {
	return Option{Key: "0", Move: m, Label: t.say().Text(k.OptBack, "place", t.nameOf(p))}
}

// nameOf is what a place is called.
func (t *turn) nameOf(p Place) string {
	if name := table[p.State].name; name != "" {
		return t.say().Name(name)
	}
	return t.say().Name(p.Entry)
}

// offered are the moves behind the numbers of a menu, in their order.
func offered(options []Option) []Move {
	var moves []Move
	for _, o := range options {
		if o.Key != "0" {
			moves = append(moves, o.Move)
		}
	}
	return moves
}

// labels are the choices that are no entries, and what they are called.
var labels = map[Move]k.ID{
	"stay": k.OptResume, "who=self": k.OptSelf, "who=other": k.OptOther,
	"rights": k.OptRights, "evidence": k.OptEvidence, "channels": k.OptChannels, "offices": k.OptOffices,
	"situation": k.AtSituation, "who": k.AtWho, Move(k.CtlSkip): k.OptSkip, Move(k.CtlRestart): k.OptRestart,
	Move("lang=" + k.ZhHans): k.LangZh, Move("lang=" + k.ZhHant): k.LangZh, Move("lang=" + k.En): k.LangEn, Move("lang=" + k.Es): k.LangEs,
}

// answers are the labels of the choices that fill in something and are not called by its name.
var answers = map[string]k.ID{"more": k.OptMore, "tick": k.OptSaved, "untick": k.OptUnsaved}

func (t *turn) labelled(m Move, id k.ID) Option { return Option{Move: m, Label: t.say().Name(id)} }

func (t *turn) label(m Move) string { return t.option(m).Label }

// option is the choice of a move under its usual label.
func (t *turn) option(m Move) Option {
	if id, ok := labels[m]; ok {
		return t.labelled(m, id)
	}
	if how, _, ok := strings.Cut(string(m), ":"); ok {
		return t.labelled(m, map[string]k.ID{"call": k.OptCall, "card": k.CtlCard, "province": k.OptProvince}[how])
	}
	if code, ok := strings.CutPrefix(string(m), "province="); ok {
		return Option{Move: m, Label: t.say().Province(code)}
	}
	if name, value, ok := strings.Cut(string(m), "="); ok {
		return t.labelled(m, cmp.Or(answers[name], k.ID(value)))
	}
	o := t.labelled(m, k.ID(m))
	if t.s.saved(k.ID(m)) || slices.Contains(t.s.Tried, k.ID(m)) {
		o.Label = doneMark + o.Label
	}
	return o
}

func (t *turn) options(moves ...Move) []Option {
	var list []Option
	for _, m := range moves {
		list = append(list, t.option(m))
	}
	return list
}

// What is said in the rows of the table.

func text(id k.ID) func(*turn, Place) string {
	return func(t *turn, _ Place) string { return t.say().Text(id) }
}

// lead is the sentence above a list, with the name of the situation it is about.
func lead(id k.ID) func(*turn, Place) string {
	return func(t *turn, p Place) string { return t.say().Text(id, "name", t.say().Name(p.Entry)) }
}

// greetingAll greets in every language: who follows the account has not shown one yet.
func greetingAll(t *turn, _ Place) string {
	var all []string
	for _, l := range k.AnswerLangs {
		if l == k.ZhHans && t.s.Lang == k.ZhHant {
			l = t.s.Lang
		}
		all = append(all, t.rel.In(l, t.now).Text(k.AtGreeting))
	}
	return strings.Join(all, "\n\n")
}

func collection(t *turn, _ Place) string {
	return t.say().Text(k.TopicCollection) + "\n\n" + t.say().Text(k.AtWho)
}

func advice(t *turn, p Place) string {
	if t.s.Who == Other {
		return t.say().Other(p.Entry)
	}
	return t.say().Text(p.Entry)
}

func entryText(t *turn, p Place) string { return t.say().Text(p.Entry) }

func callText(t *turn, p Place) string { return t.say().Call(p.Entry) }

// cardText is the phrase card of a channel: what to show or read out in Chinese, put together
// from what is known: the office, the situation, the lender. Nothing about the person is on it.
func cardText(t *turn, p Place) string {
	w := t.say()
	lines := []string{w.Text(k.CtlCard)}
	ids := []k.ID{p.Entry, t.s.Situation, t.s.Lender, k.CtlCard}
	if say := w.Say(p.Entry); say != nil && say.Alone {
		ids = ids[:1]
	}
	for _, id := range ids {
		say := w.Say(id)
		if say == nil {
			continue
		}
		part := say.Zh + "\n" + say.Pinyin
		if meaning := w.Meaning(say); meaning != "" {
			part += "\n(" + meaning + ")"
		}
		lines = append(lines, part)
	}
	return strings.Join(lines, "\n\n")
}

// What is asked first.

// unlessAsked goes straight to the situations when it is known whose debt it is.
func unlessAsked(t *turn, p Place) Place {
	if t.s.Who != "" || t.s.Situation == k.NotMyDebt {
		return Place{State: Situations}
	}
	return p
}

// lenderIfNeeded asks for the lender's type when the way depends on it. Somebody who is
// called about another's debt has no contract to look into, and is not asked.
func lenderIfNeeded(t *turn, p Place) Place {
	e := t.rel.Entry(p.Entry)
	if t.s.Lender == "" && t.s.Who != Other && (e == nil || slices.Contains(e.Channels, k.Supervisor)) {
		return Place{State: Lender}
	}
	return p
}
