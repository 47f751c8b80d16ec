package dialog

import (
	"strings"

	"zhilu/knowledge"
)

// Labels gives every label that Route can give, with the kind of its entry; "menu-pick" is a
// control, "none" has no kind.
func Labels(rel *knowledge.Release) map[string]knowledge.Kind {
	labels := map[string]knowledge.Kind{intentNumber: knowledge.Control, intentNone: ""}
	for _, k := range []knowledge.Kind{knowledge.Situation, knowledge.Channel, knowledge.Right, knowledge.Evidence, knowledge.Topic,
		knowledge.Lender, knowledge.Rule, knowledge.Control} {
		for _, e := range rel.All(k) {
			label, kind := labelOf(rel, e.ID), k
			if named := rel.Entry(label); named != nil {
				kind = named.Kind
			}
			labels[string(label)] = kind
		}
	}
	return labels
}

// Uncounted is the label of a turn that no other label fits.
const Uncounted = "other"

// Counted gives the label under which a turn is counted, from a set that rel and the table
// bound: the id of an entry, an intent that is none ("none", "media", ...), or a move without
// the value it sets ("lender", "tick").
func (t Turn) Counted(rel *knowledge.Release) string {
	name := t.Intent
	if i := strings.IndexAny(name, "=:"); i >= 0 {
		name = name[:i]
	}
	_, set := sets[name]
	switch {
	case set, about[name] != "", moves[Move(name)] != "", ofSituation[Move(name)] != "", name == "stay":
		return name
	case name == intentNone, name == intentNumber, name == intentFollow, name == intentMedia, name == intentProvince:
		return name
	case rel.Entry(knowledge.ID(name)) != nil:
		return name
	}
	return Uncounted
}
