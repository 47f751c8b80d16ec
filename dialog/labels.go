package dialog

import "zhilu/knowledge"

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
