package dialog

import (
	"slices"
	"strconv"

	k "zhilu/knowledge"
)

// doneMark stands before the label of what is done: an evidence item that the user has saved, a
// channel to which they have complained.
const doneMark = "✓ "

// saved reports whether an evidence item is ticked.
func (s *State) saved(id k.ID) bool { return slices.Contains(s.Saved, id) }

// tick notes that an evidence item is saved.
func (s *State) tick(id k.ID) { s.Saved = noted(s.Saved, id, maxSaved) }

// noted is a list with one id more. It is kept in order of the ids: it says which, not when.
// One that is full takes no more.
func noted(list []k.ID, id k.ID, most int) []k.ID {
	at, there := slices.BinarySearch(list, id)
	if there || len(list) >= most {
		return list
	}
	return slices.Insert(slices.Clone(list), at, id)
}

// untick takes the note back.
func (s *State) untick(id k.ID) {
	s.Saved = slices.DeleteFunc(slices.Clone(s.Saved), func(saved k.ID) bool { return saved == id })
}

// ticked goes back to the list that shows an item, which is done with: the way back passes
// it by.
func (t *turn) ticked(id k.ID) {
	list := t.checklist(id)
	if t.s.At.Entry == id && !t.s.leave() {
		t.s.At = Place{}
	}
	t.enter(list)
}

// checklist is the list that shows an evidence item: the one it was opened from, or else that
// of the situation at hand, or else the list of all of them.
func (t *turn) checklist(id k.ID) Place {
	if n := len(t.s.Trail); n > 0 && t.shows(t.s.Trail[n-1], id) {
		return t.s.Trail[n-1]
	}
	if p := (Place{State: Evidence, Entry: t.s.Situation}); t.shows(p, id) {
		return p
	}
	return Place{State: Entry, Entry: k.TopicEvidence}
}

// shows reports whether a place is a list of evidence that an item stands in.
func (t *turn) shows(p Place, id k.ID) bool {
	return p.Entry == k.TopicEvidence || p.State == Evidence && slices.Contains(evidenceOf(t, p), id)
}

// progress counts the ticked items of a situation.
func (t *turn) progress(p Place) (done, all int) {
	ids := evidenceOf(t, p)
	for _, id := range ids {
		if t.s.saved(id) {
			done++
		}
	}
	return done, len(ids)
}

// evidenceText is the sentence above the list of what to save, how much of it is saved, and
// once everything is, what comes next.
func evidenceText(t *turn, p Place) string {
	text := lead(k.AtEvidence)(t, p)
	done, all := t.progress(p)
	if all > 0 {
		text += "\n" + t.say().Text(k.MsgSaved, "done", strconv.Itoa(done), "all", strconv.Itoa(all))
	}
	if all > 0 && done == all {
		text += "\n" + t.say().Text(k.MsgAllSaved)
	}
	return text
}

// evidenceItems offers what to save, and the channels: first once everything is saved.
func evidenceItems(t *turn, p Place) []Option {
	if done, all := t.progress(p); done == all {
		return append(t.next("channels"), listed(evidenceOf, "rights")(t, p)...)
	}
	return listed(evidenceOf, "channels", "rights")(t, p)
}

// tickOf offers to tick an evidence item, or to take the tick back.
func (t *turn) tickOf(id k.ID) Option {
	if t.s.saved(id) {
		return t.option(Move("untick=" + id))
	}
	return t.option(Move("tick=" + id))
}
