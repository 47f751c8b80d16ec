package console

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhilu/knowledge"
)

// mention is an entry that a page names, with a link when there is one of that id.
type mention struct{ ID, Name string }

// Link is where the entry is edited; empty when it is none.
func (m mention) Link() string {
	if m.Name == "" {
		return ""
	}
	return "/entries/" + m.ID
}

// why is how an answer came about, for people who do not program.
type why struct {
	Reasons []string // sentences, in the order in which things were decided
	Found   []found
	Words   string // that are weighed
	Likely  []likely
	Entries []mention // whose texts stand in the answer
	Facts   []statedFact
}

// found is a phrase in the message, and the entries that have it.
type found struct {
	Text string
	Of   []mention
	Mute bool
}

// likely is what a message may be about.
type likely struct {
	mention
	Share float64
}

// statedFact is a fact that an answer states.
type statedFact struct {
	mention
	Value   string
	Checked string // the day on which somebody last compared it with its source
	Old     bool   // past its last day on the date of the answer
}

// reader explains what a release answered, in the language of a visit. It is made for one page.
type reader struct {
	v     *visit
	rel   *knowledge.Release
	draft *knowledge.Draft // what rel was compiled from
	texts map[string][]whyText
	by    map[knowledge.ID]*knowledge.Entry
}

// whyText is a text of an entry as an answer in one language has it on one day.
type whyText struct {
	e    *knowledge.Entry
	text string
}

func (v *visit) reader(rel *knowledge.Release, draft *knowledge.Draft) *reader {
	r := &reader{v: v, rel: rel, draft: draft, texts: map[string][]whyText{}, by: map[knowledge.ID]*knowledge.Entry{}}
	for _, e := range draft.Entries {
		r.by[e.ID] = e
	}
	return r
}

// mention names what an id stands for.
func (r *reader) mention(id knowledge.ID) mention {
	e := r.by[id]
	if e == nil {
		return mention{ID: string(id)}
	}
	name := r.rel.In(r.v.lang, r.v.console.now()).Name(id) // empty for one that the release lacks
	return mention{string(id), cmp.Or(firstLine(name), firstLine(e.Name.In(r.v.lang)), string(id))}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// named is a label in words.
func (r *reader) named(label string) string {
	if m := r.mention(knowledge.ID(label)); m.Name != "" {
		return r.v.say("try.quoted", m.Name)
	}
	if key := "try.intent_" + label; r.v.console.words[key] != (knowledge.Text{}) {
		return r.v.say(key)
	}
	return label
}

// status is the line of a transcript that says what was reached, in words.
func (r *reader) status(s string) string {
	f := strings.Fields(s)
	if len(f) != 3 || r.v.console.words["try.at_"+f[0]] == (knowledge.Text{}) || r.v.console.words["try.lang_"+f[2]] == (knowledge.Text{}) {
		return s
	}
	return r.v.say("try.at_"+f[0]) + " · " + r.named(f[1]) + " · " + r.v.say("try.lang_"+f[2])
}

// why explains one exchange; before is the answer that stood there when the message came.
func (r *reader) why(x exchange, before Said) why {
	w := why{}
	kind, words := eventOf(x.Event)
	switch kind {
	case "text":
		r.message(&w, words, x.Said, before)
	case "tap":
		w.Reasons = append(w.Reasons, r.v.say("try.why_tap"))
	case "again":
		w.Reasons = append(w.Reasons, r.v.say("try.why_again"))
	default:
		w.Reasons = append(w.Reasons, r.v.say("try.why_event"))
	}
	if x.Said.Plain != "" {
		r.sources(&w, x.Said, x.At)
	}
	return w
}

// message explains where words lead.
func (r *reader) message(w *why, text string, said, before Said) {
	add := func(key string, args ...any) { w.Reasons = append(w.Reasons, r.v.say(key, args...)) }
	for _, o := range before.Options {
		if text == o.Key || text == o.Label {
			add("try.why_option", o.Key, o.Label)
			return
		}
	}
	t := r.rel.Explain(text)
	r.pieces(w, t)
	label := r.v.console.bench.Route(r.rel, text)
	kind, rule := r.v.console.bench.Danger(text)
	switch {
	case kind != "":
		add("try.why_rule", r.named(string(kind)), rule)
	case label == "menu-pick":
		add("try.why_number")
	default:
		r.decided(add, t)
	}
	if t.Match.Care {
		add("try.why_care")
	}
	if said.Intent != "" && said.Intent != label {
		add("try.why_place", r.named(label), r.named(said.Intent))
	}
}

// decided says what decided, with its figures.
func (r *reader) decided(add func(string, ...any), t knowledge.Trace) {
	to := r.named(string(t.Match.Label))
	has, needs := percent(r.v.lang, float64(t.Value)), percent(r.v.lang, float64(t.Limit))
	first := ""
	if len(t.Labels) > 0 {
		first = r.named(string(t.Labels[0].Label))
	}
	switch t.By {
	case knowledge.ByKeyword:
		add("try.why_keyword", r.named(string(t.Keyword)))
	case knowledge.ByPhrases:
		add("try.why_phrases", to, has)
	case knowledge.ByGrave:
		add("try.why_grave", has, needs)
	case knowledge.ByShare:
		add("try.why_share", to, has, needs)
	case knowledge.ByPart:
		add("try.why_part", first, has, needs, to)
	case knowledge.ByDanger:
		add("try.why_danger", first, to)
	case knowledge.ByOutside:
		add("try.why_outside", has, needs)
	case knowledge.ByDoubt:
		if first == "" {
			add("try.why_nothing")
			return
		}
		add("try.why_doubt", first, has, needs)
	default:
		add("try.why_nothing")
	}
}

// leastShare is the share below which a label is not worth a line.
const leastShare = 0.02

func (r *reader) pieces(w *why, t knowledge.Trace) {
	for _, s := range t.Phrases {
		f := found{Text: s.Text, Mute: s.Mute}
		for _, id := range s.Of {
			f.Of = append(f.Of, r.mention(knowledge.ID(id)))
		}
		w.Found = append(w.Found, f)
	}
	var words []string
	for _, s := range t.Concepts {
		if !s.Mute && !slices.Contains(words, s.Text) {
			words = append(words, s.Text)
		}
	}
	w.Words = strings.Join(words, " · ")
	for _, b := range t.Labels {
		if b.Share >= leastShare {
			w.Likely = append(w.Likely, likely{r.mention(b.Label), float64(b.Share)})
		}
	}
}

// shortest is how many characters a text of an entry has at least for it to be told from chance.
const shortest = 6

// sources finds the entries whose texts stand in an answer, and the facts it states.
func (r *reader) sources(w *why, said Said, at time.Time) {
	seen := map[*knowledge.Entry]bool{}
	var list []*knowledge.Entry
	use := func(e *knowledge.Entry) {
		if e != nil && !seen[e] {
			seen[e] = true
			list = append(list, e)
			w.Entries = append(w.Entries, r.mention(e.ID))
		}
	}
	use(r.by[knowledge.ID(said.Intent)])
	for _, t := range r.rendered(said.Lang, at) {
		if strings.Contains(said.Plain, t.text) {
			use(t.e)
		}
	}
	words := r.rel.In(said.Lang, at)
	stated := map[string]bool{}
	state := func(e *knowledge.Entry, name string) {
		f, ok := e.Facts[name]
		key := string(e.ID) + "." + name
		value := words.Fact(e.ID, name)
		if !ok || stated[key] || utf8.RuneCountInString(value) < 2 || !strings.Contains(said.Plain, value) {
			return
		}
		stated[key] = true
		fact := statedFact{mention: r.mention(e.ID), Value: value, Old: f.Until != "" && f.Until < knowledge.DateOf(at)}
		if on, ok := f.At(at).Checked.Start(); ok {
			fact.Checked = day(r.v.lang, on)
		}
		w.Facts = append(w.Facts, fact)
	}
	for _, e := range list {
		for _, ref := range refsOf(e) {
			if of := r.by[ref.entry]; of != nil {
				state(of, ref.fact)
			}
		}
		for _, name := range sortedFacts(e) {
			state(e, name)
		}
	}
}

// rendered are the texts of all entries as they read on a day.
func (r *reader) rendered(l knowledge.Lang, at time.Time) []whyText {
	key := string(l) + string(knowledge.DateOf(at))
	if all, ok := r.texts[key]; ok {
		return all
	}
	var all []whyText
	words := r.rel.In(l, at)
	for _, e := range r.draft.Entries {
		for _, text := range []string{words.Text(e.ID), words.Other(e.ID), words.Short(e.ID), words.Call(e.ID)} {
			if text = strings.TrimSpace(text); utf8.RuneCountInString(text) >= shortest {
				all = append(all, whyText{e, text})
			}
		}
	}
	r.texts[key] = all
	return all
}

type whyFact struct {
	entry knowledge.ID
	fact  string
}

var reference = regexp.MustCompile(`\{([a-z0-9-]*)\.([a-z0-9_-]+)\}`)

// refsOf are the facts that the texts of an entry name.
func refsOf(e *knowledge.Entry) []whyFact {
	var refs []whyFact
	for _, text := range []knowledge.Text{e.Text, e.Other, e.Short, e.Call, e.Near} {
		for _, m := range reference.FindAllStringSubmatch(text.Zh, -1) {
			refs = append(refs, whyFact{knowledge.ID(cmp.Or(m[1], string(e.ID))), m[2]})
		}
	}
	return refs
}

func sortedFacts(e *knowledge.Entry) []string { return slices.Sorted(maps.Keys(e.Facts)) }
