package knowledge

import "strings"

// listed is some strings in one value that == compares, each ended by a zero byte.
type listed string

func list(items []string) listed {
	if len(items) == 0 {
		return ""
	}
	return listed(strings.Join(items, "\x00") + "\x00")
}

func (l listed) items() []string {
	if l == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(l), "\x00"), "\x00")
}

// difference are references that a translation lacks and those that it alone has.
type difference struct{ missing, extra listed }

func (d difference) String() string {
	var parts []string
	for _, r := range d.missing.items() {
		parts = append(parts, "missing "+r)
	}
	for _, r := range d.extra.items() {
		parts = append(parts, "only here "+r)
	}
	return strings.Join(parts, ", ")
}

func (d difference) in(l Lang) string {
	var parts []string
	if d.missing != "" {
		parts = append(parts, newStatement("missing %s", []any{series(d.missing)}).in(l))
	}
	if d.extra != "" {
		parts = append(parts, newStatement("only here %s", []any{series(d.extra)}).in(l))
	}
	if l.Answer() == ZhHans {
		return strings.Join(parts, "，")
	}
	return strings.Join(parts, "; ")
}

// series are things one after the other.
type series listed

func (s series) String() string { return strings.Join(listed(s).items(), ", ") }

func (s series) in(l Lang) string {
	if l.Answer() == ZhHans {
		return strings.Join(listed(s).items(), "、")
	}
	return s.String()
}

// doubted is what stands on weak sources: an entry, facts, or both.
type doubted struct {
	entry bool
	facts listed
}

func (d doubted) String() string {
	if d.entry {
		return series(list([]string{"this entry"}) + d.facts).String()
	}
	return series(d.facts).String()
}

func (d doubted) in(l Lang) string {
	facts := d.facts
	if d.entry {
		facts = list([]string{newStatement("this entry", nil).in(l)}) + facts
	}
	return series(facts).in(l)
}

// choice are words of which one will do.
type choice listed

func (c choice) String() string { return c.joined(En, " or ") }

func (c choice) in(l Lang) string {
	if l.Answer() == ZhHans {
		return c.joined(l, "或")
	}
	return c.joined(l, " o ")
}

func (c choice) joined(l Lang, or string) string {
	words := listed(c).items()
	for i, w := range words {
		words[i] = inQuotes(w, l)
	}
	return strings.Join(words, or)
}

// fieldName is a field, in English as the file has it.
type fieldName string

func (f fieldName) in(l Lang) string { return FieldTitle(string(f), l) }

// languageName and languageKey are a language, in English by its name and as the file has it.
type (
	languageName Lang
	languageKey  Lang
)

func (n languageName) String() string   { return Lang(n).Title(En) }
func (n languageName) in(l Lang) string { return Lang(n).Title(l) }
func (k languageKey) String() string    { return langKey(Lang(k)) }
func (k languageKey) in(l Lang) string  { return Lang(k).Title(l) }
