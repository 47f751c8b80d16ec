package dialog

import (
	"strings"

	k "zhilu/knowledge"
)

// locate notes the province that a message names.
func (t *turn) locate() {
	if t.routing.province != "" {
		t.s.Province = t.routing.province
	}
}

// provinceAlone is the choice of a message that says nothing but a province, or that answers
// the question for it and leads nowhere else.
func (t *turn) provinceAlone() Move {
	if t.routing.province == "" {
		return ""
	}
	if t.routing.alone || t.s.At.State == Province && t.routing.entry == "" {
		return Move("province=" + t.s.Province)
	}
	return ""
}

// provinceKnown goes on once the province is known: to the local channel at hand, with the
// line on its office there; elsewhere it says that the province is noted, and what for.
func (t *turn) provinceKnown() {
	if e := t.rel.Entry(t.s.At.Entry); e == nil || !e.Local {
		t.over(Aside, t.say().InProvince(k.MsgProvince, t.s.Province))
		return
	}
	t.s.At.From = 0
	t.enter(Place{State: Channel, Entry: t.s.At.Entry})
}

// provinceUnknown asks again at the question for the province.
func (t *turn) provinceUnknown() {
	t.prefix = t.say().Text(k.MsgNoProvince) + "\n\n"
	t.s.Over, t.s.At.From = "", 0
	t.show(t.s.At)
}

// unsureProvinces are the choices for a message that is a name of several.
func (t *turn) unsureProvinces() []Move {
	var moves []Move
	for _, p := range t.rel.UnsureProvinces(t.in.Text) {
		moves = append(moves, Move("province="+p.Code))
	}
	return moves
}

// provinces offers all of them.
func provinces(t *turn, _ Place) []Option {
	var list []Option
	for _, code := range t.rel.Provinces.Codes() {
		list = append(list, t.option(Move("province="+code)))
	}
	return list
}

// askProvince offers to name the province, or another one, where the channel is a local one.
func (t *turn) askProvince(id k.ID) []Option {
	if m := Move("province:" + id); t.valid(m) {
		return t.options(m)
	}
	return nil
}

// channelText is the answer of a channel, with the line on its office in the user's province.
func channelText(t *turn, p Place) string {
	near := t.say().Near(p.Entry, t.s.Province)
	return strings.TrimSuffix(t.say().Text(p.Entry)+"\n\n"+near, "\n\n")
}
