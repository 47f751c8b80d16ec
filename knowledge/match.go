package knowledge

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/classify"
	"zhilu/knowledge/fold"
)

// Match is what a message is about.
type Match struct {
	// Label is the entry the message leads to; empty when none is certain.
	Label ID
	// Share is how far Label is believed, 0 to 1.
	Share float32
	// Plain is set when a keyword or a phrase says so, and nothing had to be weighed.
	Plain bool
	// Candidates are other entries it may be about, likeliest first, at most three.
	Candidates []ID
	// Care is set when the message may be about self-harm, but not surely enough to answer that.
	Care bool
	// Said are the entries whose phrases the message holds, in their order: among them may be
	// an answer to something that would be asked later, such as who lent the money.
	Said []ID
	// PhraseLang is the language of a phrase of Label that the message holds; empty when
	// there is none, or when the phrase is the same in two languages.
	PhraseLang Lang
}

// phrase is one phrase as it stands in a file.
type phrase struct {
	text string
	lang Lang
}

// bare is the phrase without the mark for "the whole message".
func (p phrase) bare() string { return strings.TrimPrefix(p.text, "=") }

// whole reports whether the phrase counts only as the whole message.
func (p phrase) whole() bool { return strings.HasPrefix(p.text, "=") }

func (ps Phrases) all() []phrase {
	var all []phrase
	for _, l := range AnswerLangs {
		list := ps.Zh
		switch l {
		case En:
			list = ps.En
		case Es:
			list = ps.Es
		}
		for _, s := range list {
			all = append(all, phrase{s, l})
		}
	}
	return all
}

// What a decision asks for, found on messages that were not learnt from.
const (
	most     = 0.55 // the part of a message that phrases of one entry must make up to decide alone
	sure     = 0.15 // the share from which a message leads to an entry
	sureSelf = 0.35 // the same for a control
	sureAct  = 0.75 // the same for a control that cannot be undone: it ends or forgets something
	foreign  = 0.32 // the belief from which a message is outside the service
	possible = 0.12 // the share from which an entry is offered beside another
	perhaps  = 0.08 // the share from which it is offered when nothing is sure
	besides  = 0.2  // the share from which a more dangerous situation leads,
	nearly   = 0.4  // and the part of the likeliest one's share
	grave    = 0.85 // the share from which a message is about self-harm though no rule of danger says so
	care     = 0.12 // the share from which the crisis line is named beside the answer
	ours     = 0.4  // the belief in "outside" up to which self-harm is taken from examples alone
	distant  = 0.7  // the belief in "outside" from which nothing is offered
)

// denialConcept is the concept whose words deny what follows, and denial how far it reaches, in
// bytes: one Chinese character, or a short word.
const (
	denialConcept = "not"
	denial        = 4
)

// maxMatched is how much of a message is looked at, in bytes: twice what WeChat lets through.
const maxMatched = 4096

// matcher routes messages: a keyword is the whole message; otherwise the phrases and the
// concepts found in it and its n-grams are weighed by what was learnt from the examples.
type matcher struct {
	whole    map[string]target
	phrases  *scanner[target]
	concepts *scanner[int]
	labels   []label
	names    []string // of the concepts
	not      int      // the concept of denial, -1 when there is none
	model    *classify.Model
	pool     sync.Pool
}

// label is an entry that messages can lead to.
type label struct {
	id     ID
	kind   Kind
	danger int
}

type target struct {
	label int
	lang  Lang
}

// sight is what is seen in one message; it is reused.
type sight struct {
	text     classify.Text
	phrases  []found[target]
	concepts []found[int]
	ranked   []classify.Scored
	outside  float32 // how far the message is none of our business
}

func newMatcher(entries []*Entry, concepts Concepts) *matcher {
	m := &matcher{whole: map[string]target{}, phrases: newScanner[target](), concepts: newScanner[int]()}
	for _, e := range entries {
		if len(e.Phrases.all()) == 0 && (e.Examples == Examples{}) {
			continue
		}
		if e.Kind == Message { // its examples are outside the service
			continue
		}
		m.labels = append(m.labels, label{e.ID, e.Kind, e.Danger})
		for _, p := range e.Phrases.all() {
			m.add(p, target{len(m.labels) - 1, p.lang})
		}
	}
	m.names = concepts.names()
	m.not = slices.Index(m.names, denialConcept)
	for i, name := range m.names {
		for _, w := range concepts[name].all() {
			m.concepts.add(w.text, i)
		}
	}
	m.learn(entries)
	return m
}

func (m *matcher) add(p phrase, t target) {
	key := keyword(fold.Text(p.bare()))
	if same, ok := m.whole[key]; ok && same.lang != t.lang {
		t.lang = "" // "menu" is the same in two languages
	}
	m.whole[key] = t
	if !p.whole() && utf8.RuneCountInString(key) >= 2 {
		m.phrases.add(p.bare(), t)
	}
}

// learn trains the model on phrases and examples.
func (m *matcher) learn(entries []*Entry) {
	labels := map[ID]int{}
	for i, l := range m.labels {
		labels[l.id] = i
	}
	var texts []string
	var list []classify.Example
	for _, e := range entries {
		label, ok := labels[e.ID]
		switch {
		case e.Kind == Lender:
			continue
		case !ok:
			label = classify.Outside
		}
		for _, p := range e.Phrases.all() {
			texts, list = append(texts, p.bare()), append(list, classify.Example{Label: label})
		}
		for _, x := range e.Examples.all() {
			texts, list = append(texts, x.text), append(list, classify.Example{Label: label})
		}
	}
	half := len(list) / 2
	var wg sync.WaitGroup
	wg.Go(func() { m.lookAll(texts[:half], list[:half]) })
	m.lookAll(texts[half:], list[half:])
	wg.Wait()
	m.model = classify.Train(len(m.labels), list)
}

func (m *matcher) lookAll(texts []string, list []classify.Example) {
	for i, text := range texts {
		var s sight
		m.look(&s, fold.Text(text))
		list[i].Text = s.text
	}
}

// look finds the phrases and the concepts in folded text.
func (m *matcher) look(s *sight, folded string) {
	s.phrases = m.phrases.find(folded, s.phrases[:0])
	s.concepts = m.concepts.find(folded, s.concepts[:0])
	s.text.Folded, s.text.Marks, s.text.Concepts = folded, s.text.Marks[:0], s.text.Concepts[:0]
	for _, f := range s.phrases {
		if m.denied(s, f.from) {
			continue
		}
		for _, t := range f.values {
			if m.labels[t.label].kind != Lender { // an answer, and not what the message is about
				s.text.Marks = once(s.text.Marks, t.label)
			}
		}
	}
	for _, f := range s.concepts {
		if m.denied(s, f.from) {
			continue
		}
		for _, c := range f.values {
			s.text.Concepts = once(s.text.Concepts, c)
		}
	}
}

// denied reports whether a word of denial stands right before a place of the text, with no
// more than a word between: "no me amenazan", "没骂人".
func (m *matcher) denied(s *sight, at int) bool {
	for _, f := range s.concepts {
		if f.to <= at && slices.Contains(f.values, m.not) && at-f.to <= denial && !strings.ContainsAny(s.text.Folded[f.to:at], ",.;!?") {
			return true
		}
	}
	return false
}

func once(list []int, v int) []int {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// strip takes off what surrounds a one-word message: punctuation and spaces.
func strip(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.IsSymbol(r) })
}

// keyword is a whole message as it is looked up: without what surrounds its words, if it has any.
func keyword(folded string) string { return cmp.Or(strip(folded), folded) }

// keyword reports whether a message as a whole is a keyword or a phrase.
func (m *matcher) keyword(text string) bool {
	_, ok := m.whole[keyword(fold.Text(cut(text)))]
	return ok
}

// find routes one message.
func (m *matcher) find(text string) Match {
	folded := fold.Text(cut(text))
	if t, ok := m.whole[keyword(folded)]; ok {
		id := m.labels[t.label].id
		return Match{Label: id, Share: 1, Plain: true, Said: []ID{id}, PhraseLang: t.lang}
	}
	if folded == "" {
		return Match{}
	}
	s, _ := m.pool.Get().(*sight)
	if s == nil {
		s = new(sight)
	}
	defer m.pool.Put(s)
	m.look(s, folded)
	s.ranked, s.outside = m.model.Judge(s.text, 5, s.ranked)
	match := m.decide(s)
	if l := covered(s); l >= 0 && match.Label != SelfHarm {
		match = Match{Label: m.labels[l].id, Share: 1, Plain: true, PhraseLang: phraseLang(s, l)}
	}
	match.Said = m.said(s)
	return match
}

// dangerFirst lets a more dangerous situation lead that is believed nearly as much, or of which
// the message holds a phrase.
func (m *matcher) dangerFirst(s *sight) {
	for i := 1; i < len(s.ranked); i++ {
		first, other := m.labels[s.ranked[0].Label], m.labels[s.ranked[i].Label]
		share := s.ranked[i].Share
		close := share >= besides && share >= nearly*s.ranked[0].Share || share >= possible && slices.Contains(s.text.Marks, s.ranked[i].Label)
		if close && first.kind == Situation && other.danger > first.danger {
			s.ranked[0].Label, s.ranked[i].Label = s.ranked[i].Label, s.ranked[0].Label
		}
	}
}

// cut is the part of a message that is looked at: its first 4096 bytes.
func cut(s string) string {
	if len(s) <= maxMatched {
		return s
	}
	return strings.ToValidUTF8(s[:maxMatched], "")
}

// decide takes the likeliest label when it is likely enough, and names the others.
func (m *matcher) decide(s *sight) Match {
	belief := m.grave(s)
	if belief >= grave && s.outside < ours {
		return Match{Label: SelfHarm, Share: belief}
	}
	m.dangerFirst(s)
	match := Match{Care: belief >= care && s.outside < ours}
	enough := float32(perhaps)
	if len(s.ranked) > 0 && s.outside < foreign && m.certain(s.ranked[0]) {
		top := s.ranked[0]
		label := m.refine(s, top.Label)
		match.Label, match.Share, enough = m.labels[label].id, top.Share, possible
		match.PhraseLang = phraseLang(s, label)
	}
	if match.Label == "" && s.outside > distant {
		return match
	}
	for i, r := range s.ranked {
		l := m.labels[r.Label]
		asked := i == 0 && m.limit(r.Label) == sureAct // not sure enough to do it, but it can be asked
		if i == 0 && match.Label != "" || l.id == match.Label || l.kind == Control && !asked {
			continue
		}
		if (r.Share >= enough || slices.Contains(s.text.Marks, r.Label)) && len(match.Candidates) < 3 {
			match.Candidates = append(match.Candidates, l.id)
		}
	}
	return match
}

// grave takes self-harm out of the ranking and says how far it is believed. Of a word or two
// only the rules of danger can tell.
func (m *matcher) grave(s *sight) float32 {
	belief := m.takeOut(s, SelfHarm)
	if !sentence(s.text.Folded) {
		return 0
	}
	return belief
}

// sentence reports whether a message is more than a word or two: at least six Han characters
// or four words.
func sentence(folded string) bool {
	han, words := 0, len(strings.Fields(folded))
	for _, r := range folded {
		if fold.Han(r) {
			han++
		}
	}
	return han >= 6 || words >= 4
}

// takeOut takes a label out of the ranking and returns its share.
func (m *matcher) takeOut(s *sight, id ID) float32 {
	i := slices.IndexFunc(s.ranked, func(r classify.Scored) bool { return m.labels[r.Label].id == id })
	if i < 0 {
		return 0
	}
	share := s.ranked[i].Share
	s.ranked = slices.Delete(s.ranked, i, i+1)
	return share
}

func (m *matcher) certain(r classify.Scored) bool { return r.Share >= m.limit(r.Label) }

// limit is the share from which a message leads to a label.
func (m *matcher) limit(label int) float32 {
	switch l := m.labels[label]; {
	case l.id == CtlErase || l.id == CtlRestart || l.id == CtlStop:
		return sureAct
	case l.kind == Control:
		return sureSelf
	}
	return sure
}

// phraseLang is the language of the first phrase of a label in the message.
func phraseLang(s *sight, label int) Lang {
	for _, f := range s.phrases {
		for _, t := range f.values {
			if t.label == label {
				return t.lang
			}
		}
	}
	return ""
}

// covered is the label whose phrases make up most of a message, if no other label has a
// phrase in it; -1 otherwise. What an operator writes as a phrase can be relied on.
func covered(s *sight) int {
	if len(s.text.Marks) != 1 {
		return -1
	}
	n := 0
	for _, f := range s.phrases {
		n += f.to - f.from
	}
	if float32(n) < most*float32(len(s.text.Folded)) {
		return -1
	}
	return s.text.Marks[0]
}

// said are the entries whose phrases were found.
func (m *matcher) said(s *sight) []ID {
	var list []ID
	for _, f := range s.phrases {
		for _, t := range f.values {
			if id := m.labels[t.label].id; !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	return list
}

// refine lets a topic give way to a part of it whose phrase the message holds: "can I go to
// jail" is about rights, and there is an entry about just that.
func (m *matcher) refine(s *sight, top int) int {
	for _, part := range s.text.Marks {
		if topic := topicOf[m.labels[part].kind]; topic != "" && topic == m.labels[top].id {
			return part
		}
	}
	return top
}

// topicOf is the topic to which the entries of a kind belong.
var topicOf = map[Kind]ID{Right: TopicRights, Evidence: TopicEvidence}
