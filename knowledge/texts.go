package knowledge

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Byte budgets of one text with its facts filled in, so that a reply with its options fits
// into one WeChat message (2048 bytes; we aim at 1800).
const (
	maxName  = 60
	maxShort = 160
	maxText  = 1040
	maxCall  = 900
	maxNear  = 160 // without the name of the province
)

type textField struct {
	name string
	text Text
	into *tri
	max  int
}

// texts are the texts of an entry, each with the place where it stands once it is parsed.
func (e *Entry) texts(i *compiledTexts) []textField {
	return []textField{
		{"name", e.Name, &i.name, maxName}, {"short", e.Short, &i.short, maxShort}, {"text", e.Text, &i.text, maxText},
		{"other", e.Other, &i.other, maxText}, {"call", e.Call, &i.call, maxCall}, {"near", e.Near, &i.near, maxNear},
	}
}

func (c *compiler) compileTexts(e *Entry) {
	for _, f := range e.texts(&c.now.texts) {
		where := "$." + f.name
		c.checkComplete(e, where, f.text)
		for i, l := range AnswerLangs {
			t, err := parseTemplate(e.ID, f.text.In(l))
			if err != nil {
				c.tell(e, where+"."+langKey(l), l, BadTemplate, err)
				continue
			}
			f.into[i] = t
			c.checkRefs(e, where+"."+langKey(l), l, t)
			if f.name == "name" {
				c.checkNameRefs(e, where+"."+langKey(l), l, t)
			}
			c.checkLiteral(e, where+"."+langKey(l), l, f.name, t)
			if i > 0 && f.text.In(l) != "" && f.text.Zh != "" && !maps.Equal(f.into[0].refs(), t.refs()) {
				c.report(e, where+"."+langKey(l), l, UnequalFacts, "the references differ from the Chinese text: %s", differenceOf(f.into[0].refs(), t.refs()))
			}
		}
	}
}

// differenceOf are the references that one text has and the other has not, in order.
func differenceOf(zh, other map[string]bool) difference {
	var missing, extra []string
	for _, r := range slices.Sorted(maps.Keys(zh)) {
		if !other[r] {
			missing = append(missing, "{"+r+"}")
		}
	}
	for _, r := range slices.Sorted(maps.Keys(other)) {
		if !zh[r] {
			extra = append(extra, "{"+r+"}")
		}
	}
	return difference{list(missing), list(extra)}
}

func (c *compiler) checkRefs(e *Entry, where string, l Lang, t template) {
	for _, p := range t {
		if p.ref == "" || p.param != "" {
			continue
		}
		target := c.entry(p.entry)
		switch {
		case target == nil:
			c.report(e, where, l, UnknownReference, "{%s}: there is no entry %s", p.ref, p.entry)
		case p.fact != "" && target.Facts[p.fact].Type == "":
			c.report(e, where, l, UnknownReference, "{%s}: %s has no fact %s", p.ref, p.entry, p.fact)
		case p.fact == "" && !target.Named:
			c.report(e, where, l, UnknownReference, "{%s}: %s has no name", p.ref, p.entry)
		}
	}
}

// checkNameRefs asks that a name holds no other name: two could hold each other without end.
func (c *compiler) checkNameRefs(e *Entry, where string, l Lang, t template) {
	for _, p := range t {
		if p.ref == "" || p.param != "" {
			continue
		}
		target := c.entry(p.entry)
		if target != nil && (p.fact == "" || target.Facts[p.fact].Type == Statute) {
			c.report(e, where, l, BadTemplate, "{%s}: a name holds no other name: write it out", p.ref)
		}
	}
}

var (
	digits   = regexp.MustCompile(`\d[\d,.\-]*\d|\d`)
	clock    = regexp.MustCompile(`\d{1,2}[:：]\d{2}|\d+(\.\d+)? ?[%％]`)
	link     = regexp.MustCompile(`(?i)https?:|www\.|[a-z0-9-]+\.(com|cn|org|net|gov)\b`)
	year     = regexp.MustCompile(`^(19|20)\d\d$`)
	money    = regexp.MustCompile(`^ ?(元|万|块|yuan|yuanes)`)
	bareLine = regexp.MustCompile(`\n[ \t]+\n`)
)

// checkLiteral looks at what stands in the text itself: no number or address that a fact
// should hold, nothing that a chat client could take for markup.
func (c *compiler) checkLiteral(e *Entry, where string, l Lang, field string, t template) {
	lit := t.literal()
	if r, found := unsafeIn(lit); found {
		c.report(e, where, l, UnsafeText, "the character %q may not stand in a text", r)
	}
	if bareLine.MatchString(lit) {
		c.report(e, where, l, UnsafeText, "a blank line holds spaces")
	}
	if e.Kind == Rule && field == "name" {
		return // an official title may hold numbers
	}
	if m := bareLink(lit); m != "" {
		c.report(e, where, l, BareLink, "%q is an address: make it a fact of type url and write {.name}", m)
	}
	if m := bareNumber(lit); m != "" {
		c.report(e, where, l, BareNumber, "%q is a number that can change: make it a fact and write {.name}", m)
	}
}

// unsafeIn finds the first character that a chat client could take for markup, or that nobody
// sees and that turns the order of a line.
func unsafeIn(s string) (rune, bool) {
	for _, r := range s {
		if r == '<' || r == '>' || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' {
			return r, true
		}
	}
	return 0, false
}

// bareLink finds a web address. Most texts hold none of its marks and need no pattern.
func bareLink(lit string) string {
	lower := strings.ToLower(lit)
	for _, mark := range []string{"http", "www.", ".com", ".cn", ".org", ".net", ".gov"} {
		if strings.Contains(lower, mark) {
			return link.FindString(lit)
		}
	}
	return ""
}

// bareNumber finds a number that should be a fact: three digits or more that are no year
// and no amount of money, a time of day, a percentage.
func bareNumber(lit string) string {
	if strings.ContainsAny(lit, ":：%％") { // without one there is nothing for the pattern to find
		if m := clock.FindString(lit); m != "" {
			return m
		}
	}
	for _, at := range digits.FindAllStringIndex(lit, -1) {
		n := lit[at[0]:at[1]]
		if len(n) < 3 || year.MatchString(n) || money.MatchString(lit[at[1]:]) {
			continue
		}
		if _, err := time.Parse(time.DateOnly, n); err == nil {
			continue
		}
		return n
	}
	return ""
}

// checkLengths asks that every text fits, now and after each day on which a fact in it changes.
func (c *compiler) checkLengths() {
	for _, e := range c.draft.Entries {
		if e.Kind == Rule {
			continue
		}
		for _, f := range e.texts(&c.rel.items[e.ID].compiledTexts) {
			days := c.changeDays(f.into[0]) // the references are equal in all languages
			for i, l := range AnswerLangs {
				c.checkLength(e, f, l, f.into[i], days)
			}
		}
	}
}

// checkLength reports the first of the days from which on a text is too long.
func (c *compiler) checkLength(e *Entry, f textField, l Lang, t template, days []Date) {
	for _, day := range days {
		start, _ := day.Start() // of no day the zero time, which is before any
		var b strings.Builder
		c.rel.In(l, start).write(&b, t, nil)
		if b.Len() <= f.max {
			continue
		}
		where := "$." + f.name + "." + langKey(l)
		if day != "" {
			c.report(e, where, l, TooLong, "from %s on %d bytes, at most %d fit", string(day), b.Len(), f.max)
		} else {
			c.report(e, where, l, TooLong, "%d bytes, at most %d fit", b.Len(), f.max)
		}
		return
	}
}
