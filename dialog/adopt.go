package dialog

import (
	"slices"

	k "zhilu/knowledge"
)

// adopt makes a state that was written under another release, by another version of this
// program, or by nobody, fit what there is now: what nothing stands for any more is dropped. It
// reports whether the place itself was lost. What the state points to stays as it is.
func (s *State) adopt(rel *k.Release) (lost bool) {
	if s.Rel == rel.ID && s.sound(rel) {
		return false
	}
	s.Rel = rel.ID
	s.Trail = slices.DeleteFunc(slices.Clone(s.Trail), func(p Place) bool { return !p.sound(rel) })
	s.Trail = s.Trail[max(0, len(s.Trail)-maxTrail):]
	s.Offered = slices.Clone(s.Offered[:min(len(s.Offered), maxOffered)])
	for i, m := range s.Offered {
		if !leads(rel, m) {
			s.Offered[i] = "" // the others keep their numbers
		}
	}
	for id, kind := range map[*k.ID]k.Kind{&s.Situation: k.Situation, &s.Beside: k.Situation, &s.Lender: k.Lender} {
		if !is(rel, *id, kind) {
			*id = ""
		}
	}
	s.Saved = ofKind(rel, s.Saved, k.Evidence, maxSaved)
	s.Tried = ofKind(rel, s.Tried, k.Channel, maxTried)
	if rel.Provinces.ByCode[s.Province].Short == "" {
		s.Province = ""
	}
	if !spoken[s.Lang] {
		s.Lang, s.LangSet, s.ScriptSet = "", false, false
	}
	if s.Who != Self && s.Who != Other {
		s.Who = ""
	}
	if !overlays[s.Over] {
		s.Over = ""
	}
	s.Misses = min(max(s.Misses, 0), maxMisses)
	if s.At.State == "" {
		s.At = Place{}
	}
	if s.At.State != "" && !s.At.sound(rel) {
		s.At, s.Over, s.Offered = Place{State: Menu}, "", nil
		return true
	}
	return false
}

// overlays are what can lie over a place.
var overlays = map[Where]bool{"": true, Aside: true, Clarify: true, Resume: true, Stopped: true}

// spoken are the languages of a state; "" before one has shown.
var spoken = map[k.Lang]bool{"": true, k.ZhHans: true, k.ZhHant: true, k.En: true, k.Es: true}

// sound reports whether adopt has nothing to change. It is asked in every turn, and allocates nothing.
func (s *State) sound(rel *k.Release) bool {
	if len(s.Trail) > maxTrail || len(s.Offered) > maxOffered || len(s.Saved) > maxSaved || len(s.Tried) > maxTried ||
		s.Misses < 0 || s.Misses > maxMisses || !spoken[s.Lang] || !overlays[s.Over] || s.Who != "" && s.Who != Self && s.Who != Other ||
		s.At.State == "" && s.At != (Place{}) || s.At.State != "" && !s.At.sound(rel) ||
		!is(rel, s.Situation, k.Situation) || !is(rel, s.Beside, k.Situation) || !is(rel, s.Lender, k.Lender) ||
		s.Province != "" && rel.Provinces.ByCode[s.Province].Short == "" {
		return false
	}
	for _, p := range s.Trail {
		if !p.sound(rel) {
			return false
		}
	}
	for _, m := range s.Offered {
		if m != "" && !leads(rel, m) {
			return false
		}
	}
	return allOf(rel, s.Saved, k.Evidence) && allOf(rel, s.Tried, k.Channel)
}

// sound reports whether a place is in the table and can show what it is about.
func (p Place) sound(rel *k.Release) bool {
	_, known := table[p.State]
	e := rel.Entry(p.Entry)
	return known && p.From >= 0 && (p.Entry == "" || e != nil) && canShow(rel, p.State, e)
}

// canShow reports whether a state can be about an entry, or about none, which is nil.
func canShow(rel *k.Release, w Where, e *k.Item) bool {
	switch w {
	case Advice, Channel, Entry:
		return e != nil && kinds[e.Kind] == w
	case Call:
		return e != nil && e.Kind == k.Channel && !e.Call.Empty()
	case Card:
		return e != nil && e.Kind == k.Channel && e.Say != nil
	case Province:
		return e != nil && e.Kind == k.Channel && e.Local && len(rel.Provinces.ByCode) > 0
	case Rights, Evidence, Channels:
		return e == nil || e.Kind == k.Situation
	}
	return e == nil
}

// is reports whether an id is that of an entry of a kind, or empty.
func is(rel *k.Release, id k.ID, kind k.Kind) bool {
	if id == "" {
		return true
	}
	e := rel.Entry(id)
	return e != nil && e.Kind == kind
}

func allOf(rel *k.Release, ids []k.ID, kind k.Kind) bool {
	for i, id := range ids {
		if id == "" || i > 0 && ids[i-1] >= id || !is(rel, id, kind) {
			return false
		}
	}
	return true
}

// ofKind gives the ids of a kind, each once, in order, at most so many.
func ofKind(rel *k.Release, ids []k.ID, kind k.Kind, most int) []k.ID {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id k.ID) bool { return id == "" || !is(rel, id, kind) })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), most)]
}
