package dialog

import (
	"slices"
	"strings"
	"time"

	k "zhilu/knowledge"
	"zhilu/knowledge/danger"
	"zhilu/knowledge/fold"
)

// Step takes a session's state and one input to the next state and one reply. It is a pure
// function: the same arguments give the same turn, so it may be run again after a conflict.
//
// The order is: danger; what the user says to the bot itself; what the state offers; what
// the message is about; the ladder for what was not understood.
func Step(rel *k.Release, s State, in Input, now time.Time) Turn {
	t := &turn{rel: rel, s: s, in: in, now: now}
	t.lost = t.s.adopt(rel)
	t.away = s.Seen != 0 && now.Sub(time.Unix(s.Seen, 0)) >= Away
	t.s.Seen = now.Unix()
	switch in.Kind {
	case Follow, Scan:
		if t.rel.Off().Card {
			t.chooseLang("")
			t.intent = intentFollow
			t.hotlines()
			break
		}
		t.follow()
	case Media:
		t.chooseLang("")
		t.intent = intentMedia
		t.over(Aside, t.say().Text(k.MsgMedia))
		if t.rel.Off().Card {
			t.hotlines()
		}
	case Button:
		if !t.valid(in.Choice) { // it leads nowhere any more
			t.in.Choice = Move(k.CtlStart)
		}
		t.listen()
	default:
		t.listen()
	}
	return t.finish()
}

// turn is one run of Step.
type turn struct {
	rel *k.Release
	s   State
	in  Input
	now time.Time

	routing Routing
	chosen  Move // the move that is carried out
	intent  string
	reply   Reply
	prefix  string
	effects []Effect
	away    bool // the user comes back after a while
	lost    bool // the place is gone with an older release
	private bool // no copy of the reply may be kept
}

// say gives the texts in the language of the turn.
func (t *turn) say() k.Words { return t.rel.In(t.s.Lang, t.now) }

// listen handles words and taps.
func (t *turn) listen() {
	if t.in.Choice != "" && t.valid(t.in.Choice) { // the label says nothing that the choice does not
		t.routing.Lang = k.DetectLang(t.in.Text)
		t.chooseLang("")
	} else {
		t.in.Choice = ""
		t.routing = Route(t.rel, t.in.Text)
		t.chooseLang(t.routing.Lang)
	}
	if t.routing.weighed || t.routing.care {
		t.calm()
	}
	if t.routing.found != danger.None {
		t.crisis(t.routing.entry)
		return
	}
	t.hear()
	move, how := t.understand()
	if t.intent = how; move != "" && how == "" {
		t.intent = t.labelOf(move)
	}
	if t.rel.Off().Card && !alwaysOn[k.ID(move)] {
		t.hotlines()
		return
	}
	if t.away && !shallow[t.s.At.State] && (how == intentNumber || move == "" || move == Move(k.CtlGreeting)) {
		t.askResume()
		return
	}
	switch {
	case move == "" && how == intentNumber && t.s.At.State != "":
		t.pickAgain()
		return
	case move == "":
		t.miss()
		return
	}
	t.s.Misses = 0
	t.take(move)
}

// calm takes back what was only learnt from examples, and no rule of danger says, when the
// message is the words of an option: it was typed because it was offered.
func (t *turn) calm() {
	if t.optionNamed(t.in.Text) == "" {
		return
	}
	t.routing.care = false
	if t.routing.weighed {
		t.routing.found, t.routing.entry = danger.None, ""
	}
}

// understand takes the input to a move: a tap, a number of the last menu, a province, the
// words of an option, or what the message is about. how is set when the label is not the move's own.
func (t *turn) understand() (move Move, how string) {
	if t.in.Choice != "" {
		return t.in.Choice, ""
	}
	if n, ok := pick(t.in.Text); ok {
		switch {
		case n == 0:
			return Move(k.CtlBack), intentNumber
		case n <= len(t.s.Offered) && t.valid(t.s.Offered[n-1]):
			return t.s.Offered[n-1], intentNumber
		}
		return "", intentNumber
	}
	if id := t.routing.entry; t.routing.plain && controls[id] != nil {
		return Move(id), ""
	}
	if move := t.provinceAlone(); move != "" {
		return move, ""
	}
	if move := t.optionNamed(t.in.Text); move != "" {
		return move, ""
	}
	if t.routing.entry != "" {
		return Move(t.routing.entry), ""
	}
	return "", intentNone
}

// optionNamed finds the offered choice whose label was typed.
func (t *turn) optionNamed(typed string) Move {
	want := fold.Text(typed)
	for _, move := range t.s.Offered {
		for _, label := range []string{t.label(move), t.say().Name(k.ID(move))} {
			if label = fold.Text(label); label != "" && label == want {
				return move
			}
		}
	}
	return ""
}

// chooseLang decides the language of the turn: what the user set; else what the message
// shows; else what the session had; else Chinese. What a message shows only by the phrase it
// holds ("NFRA"), or by the name of a province, counts at first contact alone. Chinese that
// shows no script ("好的") leaves the one in use.
func (t *turn) chooseLang(shown k.Lang) {
	if t.s.Lang != "" && shown != "" && t.s.At.State != "" && t.s.At.State != Greeting {
		if shown = t.routing.shown; t.routing.alone {
			shown = ""
		}
	}
	script := shown.Chinese() && t.s.Lang.Chinese()
	if script && fold.Script(t.in.Text) == 0 {
		shown = ""
	}
	if shown != "" && (!t.s.LangSet || script && !t.s.ScriptSet) {
		t.s.Lang = shown
	}
	if t.s.Lang == "" {
		t.s.Lang = k.ZhHans
	}
}

// finish closes the turn: the way back, the notice at first contact, what was offered.
func (t *turn) finish() Turn {
	t.feeWarning()
	t.care()
	t.notice()
	if t.lost && !slices.Contains(t.effects, Crisis) {
		t.prefix = t.say().Text(k.MsgMoved) + "\n\n" + t.prefix
	}
	t.reply.Text = t.prefix + t.reply.Text
	return Turn{State: t.s, Reply: t.reply, ReplyLang: t.lang(), Private: t.private, Intent: t.intent, Effects: t.effects}
}

// lang is the language the reply is in; erasing forgets it with the rest.
func (t *turn) lang() k.Lang {
	if t.s.Lang == "" {
		return t.routing.Lang
	}
	return t.s.Lang
}

// feeWarning is added to any answer whose message also speaks of paid "anti-collection" or
// "credit repair", where there is room for it.
func (t *turn) feeWarning() {
	if t.routing.entry == "" || !slices.Contains(t.routing.Candidates, k.Scam) || slices.Contains(t.effects, Crisis) {
		return
	}
	t.addTail(t.say().Text(k.MsgFeeWarning))
}

// care names the crisis line below the answer to a message that may be about self-harm, though
// too little says so to answer that alone.
func (t *turn) care() {
	if t.routing.care && !slices.Contains(t.effects, Crisis) && !slices.Contains(t.effects, Erase) {
		t.effects = append(t.effects, Care)
		t.addTail(t.say().Text(k.MsgUrgent))
	}
}

// addTail adds a line below the options, where there is room for it.
func (t *turn) addTail(line string) {
	if t.reply.Size()+len(t.prefix)+len(line)+t.noticeSize() <= Budget {
		t.reply.Tail = strings.TrimLeft(t.reply.Tail+"\n\n"+line, "\n")
	}
}

// spoken is the language of the message itself, or else that of the session, which also says
// in which characters Chinese is written.
func (t *turn) spoken() k.Lang {
	if shown := t.routing.Lang; shown != "" && !(shown.Chinese() && t.s.Lang.Chinese()) {
		return shown
	}
	return t.s.Lang
}

// notice adds what we keep of a user, once. The greeting says it itself; a crisis card and
// the answer to "erase" are not burdened with it.
func (t *turn) notice() {
	if t.s.Notice >= NoticeVersion || slices.Contains(t.effects, Crisis) || slices.Contains(t.effects, Erase) {
		return
	}
	t.s.Notice = NoticeVersion
	if t.s.At.State != Greeting {
		t.reply.Tail = strings.TrimLeft(t.reply.Tail+"\n\n"+t.say().Text(k.MsgNotice), "\n")
	}
}

// onlyKept reports whether a message asks for nothing but that something is kept.
func onlyKept(intent string) bool {
	return strings.HasPrefix(intent, "tick=") || strings.HasPrefix(intent, "untick=") || intent == intentProvince
}

// Stateless answers one input when no state can be read: as for a new user, with a line
// that the place may be lost. Danger is answered as ever; nothing claims to be stored.
func Stateless(rel *k.Release, in Input, now time.Time) Turn {
	turn := Step(rel, State{Notice: NoticeVersion}, in, now)
	turn.State = State{}
	w := rel.In(turn.ReplyLang, now)
	switch {
	case slices.Contains(turn.Effects, Crisis) || in.Kind == Follow:
	case slices.Contains(turn.Effects, Erase):
		turn.Reply = Reply{Text: w.Text(k.MsgEraseLater)}
	case turn.Intent == string(k.CtlMyData): // what is held cannot be read, and is not nothing
		turn.Reply.Text, turn.Reply.Tail = w.Text(k.CtlMyData), w.Text(k.MsgLostPlace)
	case turn.Intent == intentNone || turn.Intent == intentNumber || onlyKept(turn.Intent):
		turn.Reply = Step(rel, State{Notice: NoticeVersion, Lang: turn.ReplyLang}, Input{Choice: Move(k.CtlStart)}, now).Reply
		turn.Reply.Tail = w.Text(k.MsgLostPlace)
	default:
		turn.Reply.Tail = w.Text(k.MsgLostPlace) // instead of the date: it matters more
	}
	return turn
}
