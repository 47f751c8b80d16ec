package knowledge

import (
	"slices"
	"strings"

	"zhilu/knowledge/classify"
	"zhilu/knowledge/fold"
)

// Trace is how Match came to what it gave, step by step: for people who look for the reason.
type Trace struct {
	Match Match
	// Normal is the normal form of the message.
	Normal string
	// Keyword is the entry that has the whole message as a phrase; empty when there is none.
	Keyword ID
	// Phrases and Concepts are those found in the message, in its order; of a phrase the
	// entries, of a concept its name. Among them are some that count for nothing.
	Phrases, Concepts []Seen
	// Covered is the part of the message that the phrases make up.
	Covered float32
	// Outside is the belief that the message is none of our business, with what says so.
	Outside Belief
	// Labels are the likeliest entries, as if the message was inside, at most five; the first
	// two with what speaks for and against them.
	Labels []Belief
	// SelfHarm is its share, which is weighed by itself and needs Grave; 0 for a word or two.
	SelfHarm, Grave float32
	// By is what decided, on Value compared with Limit.
	By           Reason
	Value, Limit float32
}

// Seen is a piece of the normal form, and what it stands for.
type Seen struct {
	Text string
	Of   []string
	// Mute marks what counts for nothing: it is denied, or the phrase of a lender.
	Mute bool
}

// Belief is how far something is believed, and the features that say most, at most ten each way.
type Belief struct {
	Label        ID
	Share        float32
	For, Against []Voice
}

// Voice is a feature of a message, as a person can read it, with what it adds to a score.
type Voice struct {
	Sort   string
	Text   string
	Weight float32
}

// Reason is what decided where a message leads.
type Reason string

const (
	ByNothing Reason = "nothing" // the message is empty
	ByKeyword Reason = "keyword" // the whole message is a phrase
	ByPhrases Reason = "phrases" // phrases of one entry make up most of it
	ByGrave   Reason = "grave"   // the examples say self-harm, though no rule of danger does
	ByShare   Reason = "share"   // the first label, self-harm left aside, is likely enough
	ByPart    Reason = "part"    // the same, and a phrase names a part of this topic
	ByDanger  Reason = "danger"  // the same, and a more dangerous situation that is nearly as likely leads
	ByOutside Reason = "outside" // it is outside the service
	ByDoubt   Reason = "doubt"   // no label is likely enough
)

// Limits of what a trace shows.
const (
	tracedLabels = 5
	tracedFully  = 2
	tracedVoices = 10
	whisper      = 0.005 // a feature that says less is not shown
)

// Explain tells how Match routes a message. It is made for tools and pages, not for turns: it
// costs many times what Match does.
func (r *Release) Explain(text string) Trace { return r.match.explain(text) }

func (m *matcher) explain(text string) Trace {
	t := Trace{Match: m.find(text), Normal: fold.Text(cut(text)), By: ByNothing}
	if target, ok := m.whole[keyword(t.Normal)]; ok {
		t.Keyword = m.labels[target.label].id
	}
	if t.Normal == "" {
		return t
	}
	var s sight
	m.look(&s, t.Normal)
	s.ranked, s.outside = m.model.Judge(s.text, tracedLabels, nil)
	m.tell(&t, &s)
	m.reason(&t, &s)
	return t
}

// tell fills in what is seen in a message and what is believed of it.
func (m *matcher) tell(t *Trace, s *sight) {
	bytes := 0
	for _, f := range s.phrases {
		seen := Seen{Text: t.Normal[f.from:f.to], Mute: true}
		for _, v := range f.values {
			seen.Of = append(seen.Of, string(m.labels[v.label].id))
			seen.Mute = seen.Mute && m.labels[v.label].kind == Lender
		}
		seen.Mute = seen.Mute || m.denied(s, f.from)
		seen.Of = slices.Compact(seen.Of)
		t.Phrases, bytes = append(t.Phrases, seen), bytes+f.to-f.from
	}
	t.Covered = float32(bytes) / float32(len(t.Normal))
	for _, f := range s.concepts {
		seen := Seen{Text: t.Normal[f.from:f.to], Mute: m.denied(s, f.from)}
		for _, c := range f.values {
			seen.Of = append(seen.Of, m.names[c])
		}
		seen.Of = slices.Compact(seen.Of)
		t.Concepts = append(t.Concepts, seen)
	}
	t.Outside = m.belief(s, classify.Scored{Label: classify.Outside, Share: s.outside}, true)
	for i, r := range s.ranked {
		t.Labels = append(t.Labels, m.belief(s, r, i < tracedFully))
	}
}

func (m *matcher) belief(s *sight, r classify.Scored, fully bool) Belief {
	b := Belief{Share: r.Share}
	if r.Label != classify.Outside {
		b.Label = m.labels[r.Label].id
	}
	if !fully {
		return b
	}
	for _, f := range m.model.Explain(s.text, r.Label) {
		v := Voice{string(f.Sort), m.nameOf(f), f.Weight}
		if f.Weight > whisper && len(b.For) < tracedVoices {
			b.For = append(b.For, v)
		}
		if f.Weight < -whisper && len(b.Against) < tracedVoices {
			b.Against = append(b.Against, v)
		}
	}
	return b
}

// nameOf is a feature in words: what stands in the message, or the names of what it means.
func (m *matcher) nameOf(f classify.Feature) string {
	var names []string
	for _, i := range f.Of {
		if f.Sort == classify.Phrase {
			names = append(names, string(m.labels[i].id))
		} else {
			names = append(names, m.names[i])
		}
	}
	if names == nil {
		return f.Text
	}
	return strings.Join(names, " > ")
}

// reason names what decided, in the order in which find asks. It takes the ranking of s apart.
func (m *matcher) reason(t *Trace, s *sight) {
	set := func(by Reason, value, limit float32) { t.By, t.Value, t.Limit = by, value, limit }
	t.Grave = grave
	if belief := m.takeOut(s, SelfHarm); sentence(t.Normal) {
		t.SelfHarm = belief
	}
	switch l := covered(s); {
	case t.Keyword != "":
		set(ByKeyword, 1, 1)
	case t.Match.Label == SelfHarm && t.SelfHarm >= grave:
		set(ByGrave, t.SelfHarm, grave)
	case l >= 0:
		set(ByPhrases, t.Covered, most)
	case s.outside >= foreign:
		set(ByOutside, s.outside, foreign)
	case len(s.ranked) == 0:
		set(ByDoubt, 0, sure)
	default:
		by := m.first(s)
		set(by, s.ranked[0].Share, m.limit(s.ranked[0].Label))
	}
}

// first says how the first label leads, if it does, once danger had its turn.
func (m *matcher) first(s *sight) Reason {
	likeliest := s.ranked[0].Label
	m.dangerFirst(s)
	switch top := s.ranked[0]; {
	case !m.certain(top):
		return ByDoubt
	case top.Label != likeliest:
		return ByDanger
	case m.refine(s, top.Label) != top.Label:
		return ByPart
	}
	return ByShare
}
