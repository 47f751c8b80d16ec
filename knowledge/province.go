package knowledge

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// provincesFile holds the provinces that have a local office of their own.
const provincesFile = "provinces.yaml"

// Provinces are the parts of the mainland that an answer can name the local office of, and
// what tells them in a message.
type Provinces struct {
	// ByCode are the provinces by their code in GB/T 2260: two digits, or four for a city
	// with a regulator's office of its own.
	ByCode map[string]Province `yaml:"provinces"`
	// Around are words that stand beside a name in a message that says nothing else.
	Around []string `yaml:"around,flow"`
	// Not are words that hold a name and mean something else. With "~" in the place of the
	// name it is what stands right before it or right after; with "~…" a little further on.
	Not     []string `yaml:"not,flow"`
	Sources []string `yaml:"sources,flow"`
	Checked Date     `yaml:"checked"`
}

// Province is a province, an autonomous region or one of the cities.
type Province struct {
	Code  string `yaml:"-"`     // set where a release gives a province
	Name  Text   `yaml:"name"`  // in Chinese the official one
	Short string `yaml:"short"` // the Chinese name as it stands in the names of offices
	// Aliases are what a message may call it besides; one that starts with "=" counts only as
	// the whole message.
	Aliases []string `yaml:"aliases,omitempty,flow"`
	// Unsure are names that may mean another province too.
	Unsure []string `yaml:"unsure,omitempty,flow"`
}

// Codes are the codes of the provinces in their order: a city comes after its province.
func (p Provinces) Codes() []string { return slices.Sorted(maps.Keys(p.ByCode)) }

// names are all the names of a province that are sure, those that count only as the whole
// message with "=".
func (p Province) names() []string {
	all := append([]string{p.Name.Zh, p.Short, p.Name.En, p.Name.Es}, p.Aliases...)
	return slices.DeleteFunc(all, func(s string) bool {
		return s == "" || slices.ContainsFunc(p.Unsure, func(u string) bool { return strings.EqualFold(s, u) })
	})
}

// Province is what a province is called: in Chinese its short name, otherwise the name with
// the Chinese one beside it.
func (w Words) Province(code string) string {
	p := w.rel.Provinces.ByCode[code]
	if w.lang == ZhHans || p.Short == "" {
		return p.Short
	}
	return p.Name.In(w.lang) + " (" + p.Short + ")"
}

// inProvince are the parameters of a text that names a province.
func (w Words) inProvince(code string) []string {
	p := w.rel.Provinces.ByCode[code]
	name := p.Name.In(w.lang)
	if w.lang == ZhHans {
		name = p.Short
	}
	return []string{"name", name, "short", p.Short, "province", p.Name.Zh}
}

// InProvince is the text of a message about a province: {$name} is what it is called,
// {$short} its short and {$province} its official name, both in Chinese.
func (w Words) InProvince(id ID, code string) string { return w.Text(id, w.inProvince(code)...) }

// Near is the line on a local channel's office in a province; empty when it is no local
// channel or there is no such province.
func (w Words) Near(id ID, code string) string {
	if w.rel.Provinces.ByCode[code].Short == "" {
		return ""
	}
	return w.render(id, func(i *Item) *tri { return &i.near }, w.inProvince(code))
}

var (
	divisionCode = regexp.MustCompile(`^[1-6]\d(\d\d)?$`)
	notPattern   = regexp.MustCompile(`^([^~…]+|[^~…]+~|~…?[^~…]+)$`)
)

// checkLocal asks that a local channel names its office, and with nothing but the province.
func (c *compiler) checkLocal(e *Entry) {
	if e.Local == e.Near.Empty() {
		c.reportAbout(e, "$.id", "$.near", "", BadLocal, "local: true and near go together: a local channel names its office, and no other does")
	}
	for i, l := range AnswerLangs {
		t := c.now.texts.near[i]
		named := false
		for _, p := range t {
			known := slices.Contains([]string{"name", "short", "province"}, p.param)
			named = named || known
			if p.param != "" && !known {
				c.report(e, "$.near."+langKey(l), l, BadTemplate, "{%s}: the line has {$name}, {$short} and {$province}", p.ref)
			}
		}
		if len(t) > 0 && !named {
			c.report(e, "$.near."+langKey(l), l, BadLocal, "the line does not name the province: write {$name}, {$short} or {$province}")
		}
	}
}

func (c *compiler) checkProvinces() {
	all := c.draft.Provinces
	bad := func(where string, code Check, format string, args ...any) {
		c.reportIn(provincesFile, where, "", code, format, args...)
	}
	if len(all.ByCode) == 0 {
		return
	}
	owner := map[string]string{}
	for _, code := range all.Codes() {
		c.checkProvince(code, owner)
	}
	for i, w := range all.Not {
		where := fmt.Sprintf("$.not[%d]", i)
		if !notPattern.MatchString(w) {
			bad(where, BadProvince, "not: %q is no word, and no word with ~ at one end", w)
		}
		if code := owner[squeezed(w)]; code != "" && squeezed(w) != "" {
			bad(where, BadProvince, "not: %q is a name of %s", w, code)
		}
	}
	if _, ok := all.Checked.Start(); !ok {
		bad("$.checked", BadDate, "checked must be a day such as 2026-11-21, not %q", string(all.Checked))
	}
	if len(all.Sources) == 0 {
		bad("$.sources", NoSource, "sources is missing")
	}
	for _, s := range all.Sources {
		if _, ok := c.draft.Sources[s]; !ok {
			bad("$.sources", UnknownSource, "the source %s is not in %s", s, sourcesFile)
		}
	}
}

// checkProvince looks at one province; owner gathers whose each name is, in folded form.
func (c *compiler) checkProvince(code string, owner map[string]string) {
	p := c.draft.Provinces.ByCode[code]
	bad := func(check Check, format string, args ...any) {
		c.reportIn(provincesFile, "$.provinces."+code, code, check, format, args...)
	}
	if _, ok := c.draft.Provinces.ByCode[code[:min(2, len(code))]]; !ok || !divisionCode.MatchString(code) {
		bad(BadProvince, "a code has two digits, or four for a city of a province that is here too")
	}
	for _, l := range AnswerLangs {
		if p.Name.In(l) == "" {
			bad(MissingLanguage, "the name is missing in %s", languageKey(l))
		}
	}
	if p.Short == "" || strings.ContainsFunc(p.Short, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		bad(BadProvince, "short must be the Chinese name as offices have it, not %q", p.Short)
	}
	for _, name := range p.names() {
		key := squeezed(name)
		switch first := cmp.Or(owner[key], code); {
		case key == "" || strings.ContainsAny(key, "0123456789"):
			bad(BadProvince, "%q is no name", name)
		case first != code:
			bad(BadProvince, "the name %q also belongs to %s", name, first)
		}
		owner[key] = code
	}
	for _, name := range p.Unsure {
		if len(c.draft.Provinces.unsure(name)) < 2 {
			bad(BadProvince, "only one province has %q under unsure", name)
		}
	}
}

// unsure are the codes of the provinces that a name may mean.
func (p Provinces) unsure(name string) []string {
	var codes []string
	for _, code := range p.Codes() {
		if slices.ContainsFunc(p.ByCode[code].Unsure, func(u string) bool { return squeezed(u) == squeezed(name) }) {
			codes = append(codes, code)
		}
	}
	return codes
}
