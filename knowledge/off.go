package knowledge

import "slices"

// Off says what operators have switched off. Danger is never switched off: not the cards of
// self-harm and violence, and not the look for them.
type Off struct {
	// Card leaves of the whole bot the hotline card.
	Card bool `json:"card,omitempty"`
	// Entries are answers that are not given: what is said instead is MsgOff.
	Entries []ID `json:"entries,omitempty"`
	// Flows are situations that are not walked through: instead of the questions and lists that
	// follow one, and of its answer, comes the hotline card.
	Flows []ID `json:"flows,omitempty"`
}

// Any reports whether anything is switched off.
func (o Off) Any() bool { return o.Card || len(o.Entries) > 0 || len(o.Flows) > 0 }

// WithOff gives the release with something switched off. It shares everything else with r.
func (r *Release) WithOff(o Off) *Release {
	out := *r
	out.off = o
	return &out
}

// Off is what is switched off.
func (r *Release) Off() Off { return r.off }

// Silenced reports whether the answer of an entry may not be given.
func (r *Release) Silenced(id ID) bool {
	return r.off.Any() && Switchable(id) && (slices.Contains(r.off.Entries, id) || slices.Contains(r.off.Flows, id))
}

// Switchable reports whether an entry may be switched off: not what somebody in danger needs.
func Switchable(id ID) bool {
	return !slices.Contains([]ID{SelfHarm, Violence, CrisisLine, Police, Emergency}, id)
}
