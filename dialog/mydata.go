package dialog

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	k "zhilu/knowledge"
)

// myData answers "what do you keep about me" from the state itself, in words, and says what is
// kept besides and for how long.
func (t *turn) myData() {
	t.over(Aside, t.held()+"\n\n"+t.say().Text(k.CtlMyData))
}

// held puts every field of the state into words. A field that is added to State belongs here too:
// a test compares them.
func (t *turn) held() string {
	w, s := t.say(), t.s
	nothing := w.Name(k.MsgHeld)
	who := map[Person]k.ID{Self: k.OptSelf, Other: k.OptOther}[s.Who]
	return w.Text(k.MsgHeld,
		"lang", w.Name(labels[Move("lang="+s.Lang)]),
		"place", cmp.Or(t.placeNames(), nothing),
		"who", cmp.Or(w.Name(who), nothing),
		"situation", cmp.Or(t.names(s.Situation, s.Beside), nothing),
		"lender", cmp.Or(w.Name(s.Lender), nothing),
		"province", cmp.Or(w.Province(s.Province), nothing),
		"saved", cmp.Or(t.names(s.Saved...), nothing),
		"tried", cmp.Or(t.names(s.Tried...), nothing),
		"time", time.Unix(s.Seen, 0).In(k.Beijing).Format(time.DateOnly),
		"notice", strconv.Itoa(max(s.Notice, NoticeVersion)), // this answer may bring it
		"trail", strconv.Itoa(len(s.Trail)),
		"offered", strconv.Itoa(len(s.Offered)),
		"misses", strconv.Itoa(s.Misses))
}

// placeNames is what the place is called, and what it is about.
func (t *turn) placeNames() string {
	if t.s.At.State == "" {
		return ""
	}
	name, about := t.nameOf(t.s.At), t.say().Name(t.s.At.Entry)
	if about != "" && about != name {
		name += " · " + about
	}
	if t.s.At.From > 0 {
		name += fmt.Sprintf(" (%d…)", t.s.At.From+1)
	}
	return name
}

// namesRoom is how many bytes the names of one list may take, so that all lists fit into a message.
const namesRoom = 110

// names joins the names of entries; of a long list it gives the first, and how many more.
func (t *turn) names(ids ...k.ID) string {
	var list []string
	used, more := 0, 0
	for _, id := range ids {
		name := t.say().Name(id)
		if name == "" {
			continue
		}
		if used += len(name); used > namesRoom && len(list) > 0 {
			more++
			continue
		}
		list = append(list, name)
	}
	joined := strings.Join(list, "; ")
	if more > 0 {
		joined += fmt.Sprintf("; +%d", more)
	}
	return joined
}
