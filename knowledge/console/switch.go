package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// switchPage is what is switched off, and what can be.
type switchPage struct {
	Off     []offLine
	Epoch   int64
	Answers []choices // by kind
	Flows   []option
	Card    bool // the whole bot is off already
	Seen    []said
	Refusal string
	At      string // the form that came back: what and turn
	ID      field
	Reason  field
	Sure    field
}

// offLine is one thing that is switched off. What is entry, flow or bot.
type offLine struct{ What, ID, Name, Kind string }

// choices are the entries of one kind in a select.
type choices struct {
	Kind    string
	Options []option
}

// said is what borrowers get in a language while something is off.
type said struct {
	Lang             string
	Code             knowledge.Lang
	Answer, Hotlines string
}

// silenceable are the kinds whose answers can be held back.
var silenceable = []knowledge.Kind{knowledge.Situation, knowledge.Channel, knowledge.Right, knowledge.Evidence, knowledge.Topic}

// canSilence reports whether an entry may be chosen. Danger never is, nor the line that the
// card for self-harm names.
func canSilence(e *knowledge.Entry) bool {
	return knowledge.Switchable(e.ID) && slices.Contains(silenceable, e.Kind)
}

func (c *Console) switchPage(v *visit) error { return c.showSwitch(v, switchPage{}, 0) }

func (c *Console) showSwitch(v *visit, p switchPage, status int) error {
	pointer, err := c.store.Active(v.ctx())
	if err != nil {
		return err
	}
	rel := c.live.Release()
	p.Epoch, p.Card, p.Off = pointer.Epoch, pointer.Off.Card, v.offLines(rel, pointer.Off)
	for _, kind := range silenceable {
		group := choices{Kind: kind.Title(v.lang)}
		for _, i := range rel.All(kind) {
			if canSilence(&i.Entry) && !slices.Contains(pointer.Off.Entries, i.ID) {
				group.Options = append(group.Options, option{string(i.ID), nameOf(&i.Entry, v.lang)})
			}
			if kind == knowledge.Situation && canSilence(&i.Entry) && !slices.Contains(pointer.Off.Flows, i.ID) {
				p.Flows = append(p.Flows, option{string(i.ID), nameOf(&i.Entry, v.lang)})
			}
		}
		p.Answers = append(p.Answers, group)
	}
	for _, l := range knowledge.AnswerLangs {
		w := rel.In(l, c.now())
		p.Seen = append(p.Seen, said{l.Title(v.lang), l, w.Text(knowledge.MsgOff), w.Text(knowledge.MsgHotlines)})
	}
	v.status = status
	return v.show("switch", p)
}

// offLines names what is switched off.
func (v *visit) offLines(rel *knowledge.Release, off knowledge.Off) []offLine {
	var lines []offLine
	if off.Card {
		lines = append(lines, offLine{What: "bot"})
	}
	add := func(what string, ids []knowledge.ID) {
		for _, id := range ids {
			line := offLine{What: what, ID: string(id), Name: string(id)}
			if i := rel.Entry(id); i != nil {
				line.Name, line.Kind = nameOf(&i.Entry, v.lang), i.Kind.Title(v.lang)
			}
			lines = append(lines, line)
		}
	}
	add("flow", off.Flows)
	add("entry", off.Entries)
	return lines
}

// turnSwitch switches something off or on again.
func (c *Console) turnSwitch(v *visit) error {
	what, turn := v.posted("what"), v.posted("turn")
	p := switchPage{At: what + " " + turn, ID: v.field("id"), Reason: v.field("reason"), Sure: v.field("sure")}
	if turn == "on" {
		p.At += " " + p.ID.Value
	}
	pointer, err := c.store.Active(v.ctx())
	if err != nil {
		return v.unpublished(err)
	}
	off, fine := pointer.Off, true
	switch {
	case turn == "off":
		off, fine = c.silence(v, what, &p, off)
	case turn == "on":
		off = unsilence(off, what, knowledge.ID(p.ID.Value))
	default:
		return v.refuse(http.StatusBadRequest, "refused.unreadable")
	}
	if n := utf8.RuneCountInString(p.Reason.Value); n == 0 || n > maxReason {
		p.Reason.Problem, fine = v.say("publish.reason_wanted"), false
	}
	if !fine {
		return c.showSwitch(v, p, http.StatusUnprocessableEntity)
	}
	epoch, err := strconv.ParseInt(v.posted("epoch"), 10, 64)
	if err != nil {
		epoch = -1
	}
	_, err = c.store.Switch(v.ctx(), v.actor(), off, epoch, p.Reason.Value)
	switch {
	case errors.Is(err, versions.ErrMoved):
		v.recordRefusal("moved")
		p.Refusal = v.say("switch.moved")
		return c.showSwitch(v, p, http.StatusConflict)
	case err != nil:
		return v.unpublished(err)
	}
	said := "switch.done_" + turn
	if err := c.live.Refresh(v.ctx()); err != nil {
		said = "switch.done_later"
	}
	return v.redirect("/switch", said)
}

// silence adds to what is switched off. It says beside the field why something cannot be.
func (c *Console) silence(v *visit, what string, p *switchPage, off knowledge.Off) (knowledge.Off, bool) {
	id := knowledge.ID(p.ID.Value)
	if what == "bot" {
		if p.Sure.Value != "yes" {
			p.Sure.Problem = v.say("switch.sure_wanted")
		}
		off.Card = true
		return off, p.Sure.Problem == ""
	}
	i := c.live.Release().Entry(id)
	switch {
	case i == nil || what == "flow" && i.Kind != knowledge.Situation || what != "flow" && what != "entry":
		p.ID.Problem = v.say("switch.choose")
		return off, false
	case !canSilence(&i.Entry):
		v.recordRefusal("cannot be switched off")
		p.ID.Problem = v.say("switch.never")
		return off, false
	case what == "flow" && !slices.Contains(off.Flows, id):
		off.Flows = append(slices.Clone(off.Flows), id)
	case what == "entry" && !slices.Contains(off.Entries, id):
		off.Entries = append(slices.Clone(off.Entries), id)
	}
	return off, true
}

// unsilence takes something away from what is switched off; also what no longer exists.
func unsilence(off knowledge.Off, what string, id knowledge.ID) knowledge.Off {
	drop := func(ids []knowledge.ID) []knowledge.ID {
		return slices.DeleteFunc(slices.Clone(ids), func(one knowledge.ID) bool { return one == id })
	}
	switch what {
	case "bot":
		off.Card = false
	case "flow":
		off.Flows = drop(off.Flows)
	case "entry":
		off.Entries = drop(off.Entries)
	}
	return off
}
