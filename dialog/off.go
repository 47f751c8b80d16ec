package dialog

import (
	"slices"

	k "zhilu/knowledge"
)

// alwaysOn is what answers although the whole bot is switched off: what is kept of a user, and
// in which language they are spoken to, stays theirs to decide.
var alwaysOn = map[k.ID]bool{k.CtlErase: true, k.CtlMyData: true, k.CtlLanguage: true, k.CrisisLine: true}

// hotlines says the card that is left of the bot, or of a flow, when it is switched off. The
// place stays: what is switched on again goes on where it was.
func (t *turn) hotlines() {
	t.s.Over = Aside
	t.s.Offered = nil
	t.reply = Reply{Text: t.say().Text(k.MsgHotlines)}
}

// silenced answers in the place of p when operators have switched it off: a flow gives the
// hotline card, a single answer says that it is being checked. Both lead on.
func (t *turn) silenced(p Place) bool {
	if !t.rel.Silenced(p.Entry) {
		return false
	}
	said := t.say().Text(k.MsgOff)
	if slices.Contains(t.rel.Off().Flows, p.Entry) {
		said = t.say().Text(k.MsgHotlines)
	}
	t.s.Over = Aside
	t.reply = Reply{Text: said, Options: number([]Option{t.option(Move(k.CtlStart))})}
	t.s.Offered = offered(t.reply.Options)
	return true
}
