package sheet

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhilu/knowledge"
)

// factSlot is where a fact, or from 1 on one of its later values, holds a column of text; nil
// when it has none. Days, hours and the like are strings of their own types.
func factSlot(f *knowledge.Fact, n int, name string) *string {
	if n == 0 {
		switch name {
		case "type":
			return (*string)(&f.Type)
		case "until":
			return (*string)(&f.Until)
		}
	}
	v := valueSlots{&f.Value, &f.Values, &f.From, &f.Checked, &f.Confidence, f.Open}
	if n > 0 {
		l := &f.Later[n-1]
		v = valueSlots{&l.Value, &l.Values, &l.From, &l.Checked, &l.Confidence, l.Open}
	}
	return v.slot(name)
}

// valueSlots are what a fact and a later value have in common.
type valueSlots struct {
	value         *string
	values        *knowledge.Text
	from, checked *knowledge.Date
	confidence    *knowledge.Confidence
	open          *knowledge.Open
}

func (v valueSlots) slot(name string) *string {
	switch name {
	case "value":
		return v.value
	case "zh", "en", "es":
		return slot(v.values, name)
	case "from":
		return (*string)(v.from)
	case "checked":
		return (*string)(v.checked)
	case "confidence":
		return (*string)(v.confidence)
	}
	if v.open == nil {
		return nil
	}
	switch name {
	case "open_days":
		return &v.open.Days
	case "open_from":
		return &v.open.From
	case "open_to":
		return &v.open.To
	}
	return nil
}

func factSources(f *knowledge.Fact, n int) *[]string {
	if n > 0 {
		return &f.Later[n-1].Sources
	}
	return &f.Sources
}

// factCell is a column of a fact as a sheet shows it.
func factCell(f *knowledge.Fact, n int, name string) string {
	switch {
	case name == "sources":
		return strings.Join(*factSources(f, n), ", ")
	case name == "review_days" && n == 0 && f.ReviewDays > 0:
		return strconv.Itoa(f.ReviewDays)
	case name == "review_due":
		of := *f
		if n > 0 {
			of.Checked = f.Later[n-1].Checked
		}
		due, _ := of.ReviewDue()
		return string(due)
	}
	if s := factSlot(f, n, name); s != nil {
		return clean(*s)
	}
	return ""
}

// setFactCell puts a value that was checked into a fact.
func setFactCell(f *knowledge.Fact, n int, name, v string) {
	switch name {
	case "sources":
		*factSources(f, n) = splitList(v)
		return
	case "review_days":
		f.ReviewDays, _ = strconv.Atoi(v) // in has seen that it is a number
		return
	case "open_days", "open_from", "open_to":
		into := &f.Open
		if n > 0 {
			into = &f.Later[n-1].Open
		}
		if *into == nil {
			*into = new(knowledge.Open)
		}
	}
	*factSlot(f, n, name) = v
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;，；、 \n", r) })
}

// factName is what a fact may be called.
var factName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// factRow takes over one row of facts: all of it or, with a problem, nothing. A fact that the
// entry does not have is added, and so is the next of its later values.
func (m *importer) factRow(r inRow) {
	keys, ok := m.keys(r, "entry", "fact", "n")
	if !ok || !m.once(r, keys) {
		return
	}
	it, name := m.entry(r, "entry", keys[0]), keys[1]
	if it == nil {
		return
	}
	if !factName.MatchString(name) {
		m.fail(r.n, "fact", refuse("fact.name", name))
		return
	}
	n, _ := strconv.Atoi(keys[2])
	n--
	f := copyFact(it.Facts[name])
	switch next := len(f.Later) + 1; {
	case f.Type == "" && n > 0, f.Type != "" && n > next:
		m.fail(r.n, "n", refuse("fact.order", n+1))
		return
	case n > 0 && n == next:
		f.Later = append(f.Later, knowledge.Later{})
	}
	changes, ok := m.factChanges(r, it, &f, name, n)
	if !ok || len(changes) == 0 || !m.checkFact(r, &f, n) {
		return
	}
	if it.Facts == nil {
		it.Facts = map[string]knowledge.Fact{}
	}
	it.Facts[name] = f
	it.changes = append(it.changes, changes...)
}

// copyFact is a fact that can be changed without changing the one it was copied from.
func copyFact(f knowledge.Fact) knowledge.Fact {
	f.Later = slices.Clone(f.Later)
	for i := range f.Later {
		f.Later[i].Open = copyOpen(f.Later[i].Open)
	}
	f.Open = copyOpen(f.Open)
	return f
}

func copyOpen(o *knowledge.Open) *knowledge.Open {
	if o == nil {
		return nil
	}
	c := *o
	return &c
}

// factChanges puts what a row wants into f.
func (m *importer) factChanges(r inRow, it *item, f *knowledge.Fact, name string, n int) (changes []Change, ok bool) {
	ok = true
	for _, c := range columns[Facts] {
		if c.role != value {
			continue
		}
		old := factCell(f, n, c.name)
		v, changed, good := m.want(r, c.name, old)
		if ok = ok && good; !good || !changed {
			continue
		}
		if n > 0 && (c.name == "type" || c.name == "until" || c.name == "review_days") {
			m.fail(r.n, c.name, refuse("fact.first"))
			ok = false
			continue
		}
		setFactCell(f, n, c.name, v)
		field, lang := factField(name, n, c.name)
		changes = append(changes, Change{Path: it.path, Entry: it.ID, Field: field, Lang: lang, Old: old, New: v, Row: r.n})
	}
	return changes, ok
}

// factField is the path of a column in the file of an entry.
func factField(name string, n int, columnName string) (field string, lang knowledge.Lang) {
	field = "facts." + name + "."
	if n > 0 {
		field += fmt.Sprintf("later[%d].", n-1)
	}
	if i := slices.Index(langs, columnName); i >= 0 {
		return field + "values", knowledge.AnswerLangs[i]
	}
	return field + strings.Replace(columnName, "open_", "open.", 1), ""
}

// dialable is a number as it is typed into a telephone.
var dialable = regexp.MustCompile(`^\+?\d+([ -]\d+)*$`)

// checkFact looks at a fact as the row would leave it, at what a person can set right in the
// sheet. The rest is the lint's.
func (m *importer) checkFact(r inRow, f *knowledge.Fact, n int) bool {
	v := factCell(f, n, "value")
	one, several := v != "", factCell(f, n, "zh")+factCell(f, n, "en")+factCell(f, n, "es") != ""
	columnName, fault := "value", (*RowProblem)(nil)
	switch {
	case f.Type == "":
		columnName, fault = "type", refuse("row.key", header("type"))
	case one && several:
		fault = refuse("fact.both")
	case !one && !several:
		fault = refuse("fact.neither")
	case f.Type == knowledge.Phone && one && !dialable.MatchString(v):
		fault = refuse("cell.phone", v)
	case f.Type == knowledge.URL && !webAddress(v):
		fault = refuse("cell.web", v)
	case n > 0 && factCell(f, n, "from") == "":
		columnName, fault = "from", refuse("row.key", header("from"))
	}
	for _, s := range *factSources(f, n) {
		if _, there := m.base.sources[s]; !there && fault == nil {
			columnName, fault = "sources", refuse("fact.source", s)
		}
	}
	if fault != nil {
		m.fail(r.n, columnName, fault)
	}
	return fault == nil
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(s, " \t\n")
}
