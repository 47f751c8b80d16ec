package knowledge

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Op says what happened to a part of a base.
type Op string

// What can happen, as the mark that a printed difference starts with.
const (
	Added   Op = "+"
	Removed Op = "-"
	Changed Op = "~"
)

// Change is one difference between two bases.
type Change struct {
	// Subject is what was changed: an entry with its kind, "channel police-110", or a source, "source PSAPL".
	Subject string
	Op      Op
	// Field is the path of the field, "text" or "facts.phone.value"; empty when the whole
	// subject was added or removed.
	Field string
	// Lang is the language; empty when the field has none.
	Lang Lang
	// Old and New are the values before and after; of a list, its elements in brackets, of
	// phrases and examples only those that went and those that came.
	Old, New string
}

// source reports whether the change is one of a source, not of an entry.
func (c Change) source() bool { return strings.HasPrefix(c.Subject, "source ") }

func (c Change) where() string {
	if c.Lang == "" {
		return c.Field
	}
	return fmt.Sprintf("%s [%s]", c.Field, langKey(c.Lang))
}

// Diff lists what differs between two bases, entries by id, then sources by id; within one,
// fields in their order. Where the files lie and how they are written does not count. The
// drafts may break rules, but an id that is taken twice is compared once.
func Diff(a, b *Draft) []Change {
	old, now := entriesByID(a), entriesByID(b)
	var list []Change
	for _, id := range sortedKeys(reflect.ValueOf(old), reflect.ValueOf(now)) {
		before, after := old[ID(id)], now[ID(id)]
		switch {
		case before == nil:
			list = append(list, Change{Subject: subject(after), Op: Added, New: summary(after.Name)})
		case after == nil:
			list = append(list, Change{Subject: subject(before), Op: Removed, Old: summary(before.Name)})
		case before != after: // drafts share what is equal
			list = append(list, diffEntries(before, after)...)
		}
	}
	return slices.Concat(list, diffSources(a.Sources, b.Sources),
		diffCalendars(a.Calendar, b.Calendar), diffProvinces(a.Provinces, b.Provinces), diffTerms(a.Terms, b.Terms), diffConcepts(a.Concepts, b.Concepts))
}

func entriesByID(d *Draft) map[ID]*Entry {
	m := map[ID]*Entry{}
	for _, e := range d.Entries {
		if m[e.ID] == nil {
			m[e.ID] = e
		}
	}
	return m
}

func subject(e *Entry) string { return string(e.Kind) + " " + string(e.ID) }

// summary is a text in all its languages, in one line.
func summary(t Text) string {
	var parts []string
	for _, l := range AnswerLangs {
		if s := t.In(l); s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " / ")
}

func diffEntries(a, b *Entry) []Change {
	d := differ{subject: subject(b)}
	d.compare("", "", reflect.ValueOf(*a), reflect.ValueOf(*b))
	return d.list
}

func diffSources(a, b map[string]Source) []Change {
	var list []Change
	for _, id := range sortedKeys(reflect.ValueOf(a), reflect.ValueOf(b)) {
		old, hadOld := a[id]
		now, hasNow := b[id]
		d := differ{subject: "source " + id}
		switch {
		case !hadOld:
			d.add(Change{Op: Added, New: now.Title})
		case !hasNow:
			d.add(Change{Op: Removed, Old: old.Title})
		default:
			d.compare("", "", reflect.ValueOf(old), reflect.ValueOf(now))
		}
		list = append(list, d.list...)
	}
	return list
}

func diffCalendars(a, b Calendar) []Change {
	var list []Change
	for _, year := range sortedKeys(reflect.ValueOf(a.Years), reflect.ValueOf(b.Years)) {
		d := differ{subject: "calendar " + year}
		d.compare("", "", reflect.ValueOf(a.Years[year]), reflect.ValueOf(b.Years[year]))
		list = append(list, d.list...)
	}
	return list
}

func diffProvinces(a, b Provinces) []Change {
	old, now := a.ByCode, b.ByCode
	a.ByCode, b.ByCode = nil, nil
	d := differ{subject: "provinces"}
	d.compare("", "", reflect.ValueOf(a), reflect.ValueOf(b))
	list := d.list
	for _, code := range sortedKeys(reflect.ValueOf(old), reflect.ValueOf(now)) {
		d := differ{subject: "province " + code}
		d.compare("", "", reflect.ValueOf(old[code]), reflect.ValueOf(now[code]))
		list = append(list, d.list...)
	}
	return list
}

func diffTerms(a, b []Term) []Change {
	before, after := termsByZh(a), termsByZh(b)
	var list []Change
	for _, zh := range sortedKeys(reflect.ValueOf(before), reflect.ValueOf(after)) {
		d := differ{subject: "term " + zh}
		d.compare("", "", reflect.ValueOf(before[zh]), reflect.ValueOf(after[zh]))
		list = append(list, d.list...)
	}
	return list
}

func diffConcepts(a, b Concepts) []Change {
	var list []Change
	for _, name := range sortedKeys(reflect.ValueOf(a), reflect.ValueOf(b)) {
		d := differ{subject: "concept " + name}
		d.compare("", "", reflect.ValueOf(a[name]), reflect.ValueOf(b[name]))
		list = append(list, d.list...)
	}
	return list
}

func termsByZh(terms []Term) map[string]Term {
	m := map[string]Term{}
	for _, t := range terms {
		m[t.Zh] = t
	}
	return m
}

// differ gathers the changes of one subject.
type differ struct {
	subject string
	list    []Change
}

func (d *differ) add(c Change) {
	c.Subject, c.Op = d.subject, cmp.Or(c.Op, Changed)
	d.list = append(d.list, c)
}

// compare walks two values of one type side by side.
func (d *differ) compare(field string, lang Lang, a, b reflect.Value) {
	switch a.Kind() {
	case reflect.Struct:
		for _, f := range yamlFields(a.Type()) {
			name, l := f.name, langOfKey(f.name)
			if l != "" {
				name = ""
			}
			d.compare(join(field, name), l, a.Field(f.index), b.Field(f.index))
		}
	case reflect.Map:
		d.facts(field, a, b)
	case reflect.Pointer:
		d.pointer(field, a, b)
	case reflect.Slice:
		if old, ok := a.Interface().([]Later); ok {
			d.facts(field, reflect.ValueOf(byDay(old)), reflect.ValueOf(byDay(b.Interface().([]Later))))
			return
		}
		d.lists(field, lang, elements(a), elements(b))
	default:
		if field == "examples" {
			d.lists(field, lang, splitLines(a.String()), splitLines(b.String()))
		} else if old, now := scalarOf(a), scalarOf(b); old != now {
			d.add(Change{Field: field, Lang: lang, Old: old, New: now})
		}
	}
}

func join(field, name string) string {
	return strings.Trim(field+"."+name, ".")
}

// langOfKey is the language that a file holds under a key; "" for any other key.
func langOfKey(key string) Lang {
	for _, l := range AnswerLangs {
		if langKey(l) == key {
			return l
		}
	}
	return ""
}

func scalarOf(v reflect.Value) string {
	if v.Kind() == reflect.Bool {
		if !v.Bool() {
			return ""
		}
		return "true"
	}
	if v.Kind() == reflect.Int {
		if v.Int() == 0 {
			return ""
		}
		return strconv.FormatInt(v.Int(), 10)
	}
	return v.String()
}

// pointer compares values that may be missing; a missing one counts as one without content,
// unless nothing else tells the two apart.
func (d *differ) pointer(field string, a, b reflect.Value) {
	if a.IsNil() && b.IsNil() {
		return
	}
	found := len(d.list)
	d.compare(field, "", pointedTo(a), pointedTo(b))
	switch {
	case len(d.list) > found:
	case a.IsNil():
		d.add(Change{Op: Added, Field: field, New: "empty"})
	case b.IsNil():
		d.add(Change{Op: Removed, Field: field, Old: "empty"})
	}
}

func pointedTo(v reflect.Value) reflect.Value {
	if v.IsNil() {
		return reflect.Zero(v.Type().Elem())
	}
	return v.Elem()
}

// byDay are the later values of a fact by their day; a day that is given again has a number.
func byDay(list []Later) map[string]Later {
	m, seen := map[string]Later{}, map[Date]int{}
	for _, l := range list {
		name := string(l.From)
		if seen[l.From]++; seen[l.From] > 1 {
			name = fmt.Sprintf("%s (%d)", name, seen[l.From])
		}
		m[name] = l
	}
	return m
}

// facts compares the maps of a base by name: facts, and their later values by day.
func (d *differ) facts(field string, a, b reflect.Value) {
	for _, name := range sortedKeys(a, b) {
		key, path := reflect.ValueOf(name), join(field, name)
		old, now := a.MapIndex(key), b.MapIndex(key)
		switch {
		case !old.IsValid():
			d.add(Change{Op: Added, Field: path, New: factSummary(now)})
		case !now.IsValid():
			d.add(Change{Op: Removed, Field: path, Old: factSummary(old)})
		default:
			d.compare(path, "", old, now)
		}
	}
}

func factSummary(v reflect.Value) string {
	switch f := v.Interface().(type) {
	case Fact:
		return string(f.Type) + " " + cmp.Or(f.Value, summary(f.Values))
	case Later:
		return cmp.Or(f.Value, summary(f.Values))
	}
	return fmt.Sprint(v)
}

func elements(v reflect.Value) []string {
	list := make([]string, v.Len())
	for i := range list {
		list[i] = v.Index(i).String()
	}
	return list
}

// lists compares lists. Phrases, examples, names of provinces and words of concepts are many and
// their order says nothing, so that only those that went and came are named; of the short lists
// both are shown whole.
func (d *differ) lists(field string, lang Lang, a, b []string) {
	if slices.Equal(a, b) {
		return
	}
	old, now := without(a, b), without(b, a)
	if !slices.Contains([]string{"phrases", "examples", "aliases", "around", "not", ""}, field) || len(old)+len(now) == 0 {
		old, now = a, b
	}
	d.add(Change{Field: field, Lang: lang, Old: bracketed(old), New: bracketed(now)})
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func bracketed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
}
