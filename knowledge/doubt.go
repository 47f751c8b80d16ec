package knowledge

import (
	"regexp"
	"slices"
)

// hedges are, by language, the words that tell a reader to check before relying on
// something, that it differs from place to place, or that we could not find it confirmed.
var hedges = map[Lang]*regexp.Regexp{
	ZhHans: regexp.MustCompile(`核实|核对|确认|先查|先看|先问|为准|(各地|叫法)不同|没有找到`),
	En: regexp.MustCompile(`(?i)\b((check|confirm|verify|ask) (first|before|it|that|there|on|with|the|both|which|whether)|(please|first) check|(not|please|first) (be )?verif\pL+|` +
		`varies|vary|differs?|found no)\b`),
	Es: regexp.MustCompile(`(?i)\b((verifi[cq]|confirm|compruebe|consulte|pregunte|revise)\pL*|varían?|no hallamos)`),
}

// checkDoubt asks that what stands on weak sources says so.
func (c *compiler) checkDoubt(e *Entry) {
	if e.Kind == Message || e.Kind == Control {
		return
	}
	if e.Confidence != Low && c.onlyTierC(e.Sources) {
		c.report(e, "$.sources", "", TierC, "every source is of tier C: find an official page or a reputable report, or give it low confidence")
	}
	for _, f := range e.texts(&c.now.texts) {
		if f.name == "name" || f.name == "short" {
			continue // a label or one line of a list has no room; the text behind it says it
		}
		for i, l := range AnswerLangs {
			weak := c.weakFacts(f.into[i], l)
			entry := e.Confidence == Low && f.name == "text"
			if (entry || len(weak) > 0) && len(f.into[i]) > 0 && !hedges[l].MatchString(f.into[i].literal()) {
				c.report(e, "$."+f.name+"."+langKey(l), l, LowConfidence, "of low confidence: %s; ask the reader to check first", doubted{entry, list(weak)})
			}
		}
	}
}

func (c *compiler) onlyTierC(sources []string) bool {
	return len(sources) > 0 && !slices.ContainsFunc(sources, func(id string) bool {
		tier, _ := c.source(id)
		return tier != "C"
	})
}

// weakFacts are the references of t to facts with a value, now or later, of low confidence
// that does not itself ask the reader to check.
func (c *compiler) weakFacts(t template, l Lang) []string {
	var weak []string
	for _, p := range t {
		if p.fact == "" {
			continue
		}
		target := c.entry(p.entry)
		if target == nil {
			continue
		}
		ref := "{" + p.ref + "}"
		for _, value := range target.Facts[p.fact].Weak {
			if !hedges[l].MatchString(value.In(l)) && !slices.Contains(weak, ref) {
				weak = append(weak, ref)
			}
		}
	}
	return weak
}
