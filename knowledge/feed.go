package knowledge

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"
)

// What the head of a feed says about its use.
const (
	feedLicence = "CC BY 4.0"
	feedNote    = "Collected from public sources and checked on the day named with each fact. Numbers, addresses and hours change: check each one with the office itself before you use or print it. No legal advice."
)

// publicFacts are the types of facts that a feed holds: how to reach an office.
var publicFacts = []FactType{Phone, URL, Hours, Place, Code}

// Feed is the public list of hotlines and portals of a release, for other programs to read.
// The order of its fields, channels and facts is stable.
type Feed struct {
	Release  string        `json:"release"` // id of the release it was made from
	Licence  string        `json:"licence"` // of the data
	Note     string        `json:"note"`
	Channels []FeedChannel `json:"channels"` // in the order of the menu, then by id
}

// FeedChannel is an office, hotline or portal with at least one fact.
type FeedChannel struct {
	ID    ID         `json:"id"`
	Names FeedText   `json:"names"`
	Facts []FeedFact `json:"facts"` // by name
}

// FeedFact is one thing to dial, open or know of a channel: the value in force when the feed
// was made, and the ones that are known to come.
type FeedFact struct {
	Name string   `json:"name"`
	Type FactType `json:"type"`
	FeedValue
	Later []FeedValue `json:"later,omitempty"` // in the order of their days
}

// FeedValue is what a fact says on the days From to Until, both inclusive, in Beijing time.
type FeedValue struct {
	Values     FeedText     `json:"values"` // a value that is the same in every language is repeated
	Level      Level        `json:"level,omitempty"`
	From       Date         `json:"from,omitempty"`
	Until      Date         `json:"until,omitempty"`
	Sources    []FeedSource `json:"sources"`
	Checked    Date         `json:"checked"`
	ReviewDue  Date         `json:"review_due"`
	Confidence Confidence   `json:"confidence"`
}

// FeedSource is where a fact comes from.
type FeedSource struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Tier  string   `json:"tier"`
	URLs  []string `json:"urls"`
}

// FeedText is a text in the languages of a feed.
type FeedText struct {
	Zh string `json:"zh,omitempty"`
	En string `json:"en,omitempty"`
	Es string `json:"es,omitempty"`
}

// Feed lists the channels of r with the facts by which one reaches them. Channels that are
// only in the base to advise against them are left out. langs are the languages of names and
// values; none stands for all. now decides which value of a fact is in force; a fact whose
// last day is past is left out.
func (r *Release) Feed(now time.Time, langs ...Lang) Feed {
	if len(langs) == 0 {
		langs = AnswerLangs[:]
	}
	feed := Feed{Release: r.ID, Licence: feedLicence, Note: feedNote, Channels: []FeedChannel{}}
	for _, item := range r.All(Channel) {
		c := FeedChannel{ID: item.ID, Facts: r.feedFacts(item, now, langs)}
		if len(c.Facts) == 0 || !recommended(&item.Entry) {
			continue
		}
		c.Names = feedText(langs, func(l Lang) string { return r.In(l, now).Name(item.ID) })
		feed.Channels = append(feed.Channels, c)
	}
	return feed
}

// recommended is false for a channel outside the menus that rests on weak sources and has
// neither a number nor an address: it stands in the base as a warning.
func recommended(e *Entry) bool {
	if e.Order != 0 || e.Confidence != Low {
		return true
	}
	for _, f := range e.Facts {
		if f.Type == Phone || f.Type == URL {
			return true
		}
	}
	return false
}

func (r *Release) feedFacts(item *Item, now time.Time, langs []Lang) []FeedFact {
	var list []FeedFact
	for _, name := range slices.Sorted(maps.Keys(item.Facts)) {
		f := item.Facts[name].At(now)
		if !slices.Contains(publicFacts, f.Type) || f.ended(now) {
			continue
		}
		versions := f.versions()
		fact := FeedFact{Name: name, Type: f.Type, FeedValue: r.feedValue(item, versions[0], langs)}
		for _, later := range versions[1:] {
			fact.Later = append(fact.Later, r.feedValue(item, later, langs))
		}
		list = append(list, fact)
	}
	return list
}

func (r *Release) feedValue(item *Item, f Fact, langs []Lang) FeedValue {
	due, _ := f.ReviewDue() // a compiled fact has a day of checking and a type
	return FeedValue{
		Level: item.Level, From: f.From, Until: f.lastDay(), Sources: r.feedSources(f.Sources),
		Checked: f.Checked, ReviewDue: due, Confidence: f.Confidence,
		Values: feedText(langs, func(l Lang) string {
			if f.Value != "" {
				return f.Value
			}
			return f.Values.In(l)
		}),
	}
}

func (r *Release) feedSources(ids []string) []FeedSource {
	list := make([]FeedSource, len(ids))
	for i, id := range ids {
		s := r.Sources[id]
		list[i] = FeedSource{ID: id, Title: s.Title, Tier: s.Tier, URLs: append([]string{}, s.URLs...)}
	}
	return list
}

func feedText(langs []Lang, in func(Lang) string) FeedText {
	var t FeedText
	for _, l := range langs {
		*t.field(l) = in(l)
	}
	return t
}

func (t *FeedText) field(l Lang) *string {
	switch l.Answer() {
	case En:
		return &t.En
	case Es:
		return &t.Es
	}
	return &t.Zh
}

// WriteJSON writes the feed as one indented JSON object.
func (f Feed) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(f)
}
