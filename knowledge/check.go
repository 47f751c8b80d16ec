package knowledge

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
)

// fields says which fields a kind must have and which it may have besides.
var fields = map[Kind]struct{ must, may []string }{
	Situation: {must: []string{"name", "text", "channels", "phrases"}, may: []string{"order", "danger", "other", "rights", "evidence", "facts", "say", "examples"}},
	Channel:   {must: []string{"name", "short", "text", "phrases"}, may: []string{"order", "call", "channels", "facts", "as", "say", "parent", "examples", "local", "near"}},
	Right:     {must: []string{"name", "short", "text", "phrases"}, may: []string{"order", "channels", "evidence", "facts", "examples"}},
	Evidence:  {must: []string{"name", "short", "text"}, may: []string{"order", "phrases", "facts", "examples"}},
	Topic:     {must: []string{"name", "text", "phrases"}, may: []string{"order", "rights", "evidence", "channels", "facts", "as", "examples"}},
	Lender:    {must: []string{"name", "short", "channels"}, may: []string{"order", "text", "drops", "phrases", "facts", "say"}},
	Rule:      {must: []string{"name", "level", "facts"}, may: []string{"text", "short", "phrases"}},
	Control:   {must: []string{"phrases"}, may: []string{"name", "text", "as", "say", "examples"}},
	Message:   {may: []string{"name", "text", "examples"}},
}

// has lists the fields that an entry fills in, by their name in the file.
func (e *Entry) has() map[string]bool {
	return map[string]bool{
		"order": e.Order != 0, "danger": e.Danger != 0, "name": !e.Name.Empty(), "short": !e.Short.Empty(), "text": !e.Text.Empty(),
		"other": !e.Other.Empty(), "call": !e.Call.Empty(), "rights": len(e.Rights) > 0,
		"evidence": len(e.Evidence) > 0, "channels": len(e.Channels) > 0, "drops": len(e.Drops) > 0,
		"phrases": len(e.Phrases.all()) > 0, "level": e.Level != "", "facts": len(e.Facts) > 0, "as": e.As != "", "say": e.Say != nil, "parent": e.Parent != "",
		"examples": e.Examples != Examples{},
		"local":    e.Local, "near": !e.Near.Empty(),
	}
}

func (c *compiler) checkFields(e *Entry) {
	want, ok := fields[e.Kind]
	if !ok {
		c.report(e, "$.kind", "", UnknownKind, "the kind %q does not exist", string(e.Kind))
		return
	}
	has := e.has()
	for _, f := range want.must {
		if !has[f] {
			c.reportAbout(e, "$.id", "$."+f, "", MissingField, "a %s needs %s", e.Kind, fieldName(f))
		}
	}
	for _, f := range slices.Sorted(maps.Keys(has)) {
		if has[f] && !slices.Contains(want.must, f) && !slices.Contains(want.may, f) {
			c.report(e, "$."+f, "", ForeignField, "a %s has no %s", e.Kind, fieldName(f))
		}
	}
	if e.Level != "" && !slices.Contains([]Level{Law, Regulation, Interpretation, Judicial, Joint, Regulator, Standard, Association}, e.Level) {
		c.report(e, "$.level", "", BadFact, "the level %q does not exist: law, regulation, interpretation, judicial, joint, regulator, standard or association", string(e.Level))
	}
	if e.Kind == Message || e.Kind == Control {
		return // sentences of the bot about itself
	}
	c.checkOrigin(e, "$", e.Sources, e.Checked, e.Confidence)
}

// checkOrigin asks that something stated about the world says where it comes from and when
// a person last looked.
func (c *compiler) checkOrigin(e *Entry, where string, sources []string, checked Date, conf Confidence) {
	if len(sources) == 0 {
		c.reportAbout(e, orID(where), where+".sources", "", NoSource, "sources is missing: every statement needs one")
	}
	if _, ok := checked.Start(); !ok {
		c.reportAbout(e, orID(where), where+".checked", "", BadDate, "checked must be a day such as 2026-11-21, not %q", string(checked))
	}
	if !slices.Contains([]Confidence{High, Medium, Low}, conf) {
		c.reportAbout(e, orID(where), where+".confidence", "", MissingField, "confidence must be high, medium or low, not %q", string(conf))
	}
	for i, s := range sources {
		if _, ok := c.source(s); !ok {
			c.report(e, fmt.Sprintf("%s.sources[%d]", where, i), "", UnknownSource, "the source %s is not in %s", s, sourcesFile)
		}
	}
}

// orID is a place that every file has, for what is missing.
func orID(where string) string {
	if where == "$" {
		return "$.id"
	}
	return where
}

func (c *compiler) checkLists(e *Entry) {
	for _, list := range []struct {
		name string
		ids  []ID
		kind Kind
	}{{"rights", e.Rights, Right}, {"evidence", e.Evidence, Evidence}, {"channels", e.Channels, Channel}, {"drops", e.Drops, Channel}} {
		for i, id := range list.ids {
			where := fmt.Sprintf("$.%s[%d]", list.name, i)
			target := c.entry(id)
			switch {
			case id == Supervisor && list.name == "channels" && e.Kind != Lender:
			case target == nil:
				c.report(e, where, "", UnknownReference, "there is no entry %s", id)
			case target.Kind != list.kind:
				c.report(e, where, "", WrongKind, "%s is a %s, not a %s", id, target.Kind, list.kind)
			}
		}
	}
}

var factTypes = []FactType{Phone, URL, Hours, Period, Statute, Rate, Place, Code}

func (c *compiler) checkFacts(e *Entry) {
	for _, name := range slices.Sorted(maps.Keys(e.Facts)) {
		f := e.Facts[name]
		where := "$.facts." + name
		bad := func(format string, args ...any) { c.report(e, where, "", BadFact, format, args...) }
		switch {
		case !ID(name).valid():
			bad("a fact is named by lower-case letters, digits and hyphens")
		case !slices.Contains(factTypes, f.Type):
			bad("the type %q does not exist", string(f.Type))
		case f.Type == Statute && e.Kind != Rule:
			bad("a statute belongs to an entry of kind rule, which gives it its level")
		case f.From != "" && f.Until != "" && f.Until < f.From:
			bad("until lies before from")
		}
		for _, d := range []Date{f.From, f.Until} {
			if _, ok := d.Start(); d != "" && !ok {
				c.report(e, where, "", BadDate, "%q is no day such as 2026-11-21", string(d))
			}
		}
		c.checkValue(e, where, f)
		c.checkLater(e, where, f)
	}
}

// checkValue looks at what a fact says, from the start or from some later day on.
func (c *compiler) checkValue(e *Entry, where string, f Fact) {
	switch {
	case (f.Value == "") == f.Values.Empty():
		c.report(e, where, "", BadFact, "a fact has either value or values")
	case f.Type == URL && !webAddress(f.Value):
		c.report(e, where, "", BadFact, "a url is a value that starts with https:// or http://")
	case f.Type == Phone && f.Value != "" && !dialable.MatchString(f.Value):
		c.report(e, where, "", BadFact, "a phone is digits, with hyphens or spaces between them, not %q", f.Value)
	}
	for _, value := range []string{f.Value, f.Values.Zh, f.Values.En, f.Values.Es} {
		if r, found := unsafeIn(value); found {
			c.report(e, where, "", UnsafeText, "the character %q may not stand in a text", r)
			break
		}
	}
	c.checkOpen(e, where, f)
	c.checkComplete(e, where+".values", f.Values)
	c.checkOrigin(e, where, f.Sources, f.Checked, f.Confidence)
}

// dialable is a number as it is typed into a telephone.
var dialable = regexp.MustCompile(`^\+?\d+([ -]\d+)*$`)

// checkOpen looks at the hours of an office; from and to are compared as they are written.
func (c *compiler) checkOpen(e *Entry, where string, f Fact) {
	if f.Open == nil {
		return
	}
	bad := func(format string, args ...any) { c.report(e, where+".open", "", BadHours, format, args...) }
	switch o := f.Open; {
	case f.Type != Hours:
		bad("only a fact of type hours has open")
	case o.Days != "workdays" && o.Days != "daily":
		bad("days is workdays or daily, not %q", o.Days)
	case !clockTime.MatchString(o.From) || !clockTime.MatchString(o.To):
		bad("from and to are times such as 09:00, not %q and %q", o.From, o.To)
	case o.From >= o.To:
		bad("from (%s) must lie before to (%s)", o.From, o.To)
	}
}

var clockTime = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$|^24:00$`)

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// checkComplete asks that a text that exists in one language exists in all.
func (c *compiler) checkComplete(e *Entry, where string, t Text) {
	if t.Empty() {
		return
	}
	for _, l := range AnswerLangs {
		if t.In(l) == "" {
			c.reportAbout(e, where, where+"."+langKey(l), l, MissingLanguage, "the text is missing in this language")
		}
	}
}

func (c *compiler) checkRequired() {
	for id, kind := range required {
		e := c.byID[id]
		switch {
		case e == nil:
			c.problems = append(c.problems, Problem{Code: MissingEntry, File: string(kind) + "/" + string(id) + ".yaml", Entry: id}.
				saying("this entry is missing: the dialog speaks through it"))
		case e.Kind != kind:
			c.report(e, "$.kind", "", WrongKind, "%s must be a %s", id, kind)
		}
	}
}

func (c *compiler) checkSources() {
	for _, id := range slices.Sorted(maps.Keys(c.draft.Sources)) {
		s, where := c.draft.Sources[id], "$."+id
		if s.Tier != "A" && s.Tier != "B" && s.Tier != "C" {
			c.reportIn(sourcesFile, where+".tier", id, BadSource, "the tier is A, B or C")
		}
		if s.Title == "" {
			c.reportIn(sourcesFile, where+".title", id, BadSource, "a title is missing")
		}
		for i, u := range s.URLs {
			if !webAddress(u) {
				c.reportIn(sourcesFile, fmt.Sprintf("%s.urls[%d]", where, i), id, BadSource, "%s is no web address", u)
			}
		}
	}
}

func (c *compiler) checkPhrases() {
	owner := map[string]*Entry{}
	for _, e := range c.draft.Entries {
		keys := c.findings[e].phrases
		for i, p := range e.Phrases.all() {
			key := keys[i]
			if key == "" {
				c.report(e, "$.phrases", p.lang, EmptyPhrase, "a phrase is empty: %q", p.text)
				continue
			}
			if first := owner[key]; first != nil && first != e {
				c.report(e, "$.phrases", p.lang, DuplicatePhrase, "the phrase %q also belongs to %s (%s)", p.text, first.ID, c.draft.files[first].name)
				continue
			}
			owner[key] = e
		}
	}
}

// checkReachable asks that every entry a borrower could want can be got at: by a phrase, a
// menu, a list of another entry, or because the dialog leads there.
func (c *compiler) checkReachable() {
	reached := map[ID]bool{}
	for _, e := range c.draft.Entries {
		for _, ids := range [][]ID{e.Rights, e.Evidence, e.Channels} {
			for _, id := range ids {
				reached[id] = true
			}
		}
	}
	for _, e := range c.draft.Entries {
		_, isRequired := required[e.ID]
		if e.Kind == Rule || isRequired || reached[e.ID] || e.Order != 0 || len(e.Phrases.all()) > 0 {
			continue
		}
		c.reportAbout(e, "$.id", "$.phrases", "", Unreachable, "nothing leads here: give it phrases, an order, or a place in another entry")
	}
}
