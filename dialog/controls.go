package dialog

import (
	k "zhilu/knowledge"
	"zhilu/knowledge/fold"
)

// back goes one place back, or from something said in passing to the place under it.
func (t *turn) back() {
	switch {
	case t.s.Over != "" && t.s.At.State != "":
		t.s.Over = ""
	case t.s.At.From > 0:
		t.s.At.From = 0
	case !t.s.leave():
		if t.s.At.State == "" {
			t.enter(Place{State: Who})
			return
		}
		t.prefix = t.say().Text(k.MsgNoBack) + "\n\n"
	}
	t.show(t.s.At)
}

// restart forgets the answers, not the language, and asks the first question.
func (t *turn) restart() {
	t.s = State{Lang: t.s.Lang, LangSet: t.s.LangSet, ScriptSet: t.s.ScriptSet, Notice: t.s.Notice, Seen: t.s.Seen, Rel: t.s.Rel}
	t.enter(Place{State: Who})
}

// skip leaves the question of the state unanswered.
func (t *turn) skip() {
	to := table[t.s.At.State].skip
	switch to {
	case "":
		to = Move(k.CtlStart)
	case itself:
		to = Move(t.s.At.Entry)
	}
	t.s.Over = ""
	t.take(to)
}

// erase forgets everything. The language of the answer is that of the message, so that a
// retry, which finds no session, gets the same one.
func (t *turn) erase() {
	lang := t.spoken()
	t.effects = append(t.effects, Erase)
	t.s = State{}
	t.reply = Reply{Text: t.rel.In(lang, t.now).Text(k.MsgErased)}
}

func (t *turn) stop() {
	t.over(Stopped, t.say().Text(k.CtlStop))
}

// greet answers "hello": at first contact with the first question.
func (t *turn) greet() {
	if t.s.At.State != "" && t.s.At.State != Greeting {
		t.aside()
		return
	}
	t.prefix = t.say().Text(k.CtlGreeting) + "\n\n"
	t.enter(Place{State: Who})
}

// card shows the phrase card of the channel at hand; without one, the channels.
func (t *turn) card() {
	if m := Move("card:" + t.s.At.Entry); t.valid(m) {
		t.enter(t.place(m))
		return
	}
	t.enter(t.place("channels"))
}

// aside answers with the text of a control and leaves the place as it is.
func (t *turn) aside() {
	t.over(Aside, t.say().Text(k.ID(t.chosen)))
}

// follow greets a new follower in three languages and starts from the beginning; a follower
// who scans the code again keeps the place.
func (t *turn) follow() {
	t.intent = intentFollow
	t.chooseLang("")
	if t.in.Kind == Scan && t.s.At.State != "" {
		t.enter(Place{State: Menu})
		return
	}
	t.s = State{Lang: t.s.Lang, LangSet: t.s.LangSet, ScriptSet: t.s.ScriptSet, Seen: t.s.Seen, Rel: t.s.Rel}
	t.enter(Place{State: Greeting})
}

// speak switches to a language that was named, perhaps with its characters.
func (t *turn) speak() {
	id := k.ID(t.chosen)
	lang := map[k.ID]k.Lang{k.LangZh: t.chinese(), k.LangHans: k.ZhHans, k.LangHant: k.ZhHant, k.LangEn: k.En, k.LangEs: k.Es}[id]
	t.assign("lang", string(lang))
	t.s.ScriptSet = id == k.LangHans || id == k.LangHant
}

// chinese is Chinese in the characters of the message, or else of the session.
func (t *turn) chinese() k.Lang {
	if t.routing.Lang == k.ZhHant || t.s.Lang == k.ZhHant && fold.Script(t.in.Text) >= 0 {
		return k.ZhHant
	}
	return k.ZhHans
}
