package sheet

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"zhilu/knowledge"
)

// contact is a row of an organisation's own list.
type contact struct {
	id                 knowledge.ID
	name, hours, note  knowledge.Text
	phone, web         string
	title, link, check string // where it was read, and when
}

// contactRow makes a channel of a row. It is a draft: what the row does not say (a short
// sentence, a missing language) is left to the lint to ask for. Its source counts as weak and
// its confidence as low until a person has looked.
func (m *importer) contactRow(r inRow) {
	c, ok := m.contact(r)
	if !ok || !m.once(r, []string{string(c.id)}) {
		return
	}
	path := "channel/" + string(c.id) + ".yaml"
	if first := m.base.items[c.id]; first != nil || len(m.base.files[path]) > 0 {
		m.fail(r.n, "contact", refuse("contact.taken", string(c.id)))
		return
	}
	it := &item{Entry: &knowledge.Entry{ID: c.id, Kind: knowledge.Channel, Name: c.name}, path: path}
	m.base.items[c.id] = it
	m.base.order = append(m.base.order, c.id)
	it.Text = c.text()
	for i, l := range langs {
		if name := *slot(&c.name, l); name != "" && !strings.Contains(name, "{") {
			setList(it.Entry, Phrases, l, []string{name})
			it.change(r.n, "phrases", knowledge.AnswerLangs[i], "", name)
		}
	}
	it.Checked, it.Confidence = knowledge.Date(c.check), knowledge.Low
	if s := m.source(r, c); s != "" {
		it.Sources = []string{s}
	}
	it.contactFacts(r, c)
	for i, l := range knowledge.AnswerLangs {
		for field, t := range map[string]*knowledge.Text{"name": &it.Name, "text": &it.Text} {
			if s := *slot(t, langs[i]); s != "" {
				it.change(r.n, field, l, "", s)
			}
		}
	}
	slices.SortStableFunc(it.changes, func(a, b Change) int { return strings.Compare(a.Field, b.Field) })
}

// contact reads a row; with false there is a problem, which was told.
func (m *importer) contact(r inRow) (c contact, ok bool) {
	ok = true
	get := func(name string) string {
		v, changed, good := m.want(r, name, "")
		if ok = ok && good; changed && strings.ContainsAny(v, "{}") {
			m.fail(r.n, name, refuse("contact.brace"))
			ok = false
		}
		return v
	}
	for _, l := range langs {
		*slot(&c.name, l), *slot(&c.hours, l), *slot(&c.note, l) = get("name_"+l), get("hours_"+l), get("note_"+l)
	}
	c.id, c.phone, c.web = knowledge.ID(strings.ToLower(get("contact"))), telephone(get("phone")), get("web")
	c.title, c.link, c.check = get("source_title"), get("source_link"), get("checked")
	fault := func(name string, p *RowProblem) { m.fail(r.n, name, p); ok = false }
	if ok && c.name.Empty() {
		fault("name_zh", refuse("row.key", header("name_zh")))
	}
	if c.phone != "" && !dialable.MatchString(c.phone) {
		fault("phone", refuse("cell.phone", c.phone))
	}
	if c.web != "" && !webAddress(c.web) {
		fault("web", refuse("cell.web", c.web))
	}
	if c.link != "" && !webAddress(c.link) {
		fault("source_link", refuse("cell.web", c.link))
	}
	if c.id == "" {
		c.id = c.makeID()
	} else if !factName.MatchString(string(c.id)) {
		fault("contact", refuse("contact.id", string(c.id)))
	}
	c.refer()
	return c, ok
}

var areaCode = regexp.MustCompile(`^\((\d+)\)[ -]?`)

// telephone writes a number as it is dialled: (021)1234 becomes 021-1234.
func telephone(s string) string {
	return areaCode.ReplaceAllString(width.Fold.String(s), "$1-")
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// makeID makes an id of the name, in Latin letters when it has one.
func (c contact) makeID() knowledge.ID {
	for _, name := range []string{c.name.En, c.name.Es} {
		id := strings.Trim(notID.ReplaceAllString(strings.ToLower(name), "-"), "-")
		if id != "" {
			return knowledge.ID(strings.Trim(id[:min(len(id), 40)], "-"))
		}
	}
	return knowledge.ID("contact-" + hash(c.name.Zh+"\x00"+c.phone))
}

// refer puts references in the place of the telephone number: it stands once, as a fact.
func (c *contact) refer() {
	if len(c.phone) < 3 {
		return
	}
	for _, t := range []*knowledge.Text{&c.name, &c.note} {
		for _, l := range langs {
			*slot(t, l) = strings.ReplaceAll(*slot(t, l), c.phone, "{.phone}")
		}
	}
}

// text is the answer of the channel: the note, then what can be dialled or opened. A language
// without a note has none, when another has one.
func (c contact) text() (t knowledge.Text) {
	var lines []string
	for _, f := range []struct {
		name  string
		there bool
	}{{"phone", c.phone != ""}, {"hours", !c.hours.Empty()}, {"web", c.web != ""}} {
		if f.there {
			lines = append(lines, "{."+f.name+"}")
		}
	}
	for _, l := range langs {
		note := *slot(&c.note, l)
		if note == "" && (!c.note.Empty() || *slot(&c.name, l) == "") {
			continue
		}
		if s := strings.TrimSpace(note + "\n\n" + strings.Join(lines, "\n")); s != "" {
			*slot(&t, l) = s + "\n"
		}
	}
	return t
}

func (it *item) contactFacts(r inRow, c contact) {
	it.Facts = map[string]knowledge.Fact{}
	put := func(name string, f knowledge.Fact) {
		if f.Value == "" && f.Values.Empty() {
			return
		}
		f.Sources, f.Checked, f.Confidence = it.Sources, it.Checked, it.Confidence
		it.Facts[name] = f
		if f.Value != "" {
			it.change(r.n, "facts."+name+".value", "", "", f.Value)
		}
		for i, l := range langs {
			if v := *slot(&f.Values, l); v != "" {
				it.change(r.n, "facts."+name+".values", knowledge.AnswerLangs[i], "", v)
			}
		}
	}
	put("phone", knowledge.Fact{Type: knowledge.Phone, Value: c.phone})
	put("hours", knowledge.Fact{Type: knowledge.Hours, Values: c.hours})
	put("web", knowledge.Fact{Type: knowledge.URL, Value: c.web})
}

// source finds the source of a contact among those of the base, or adds it; "" when the row
// names none.
func (m *importer) source(r inRow, c contact) string {
	if c.title == "" && c.link == "" {
		return ""
	}
	s := knowledge.Source{Tier: "C", Title: c.title}
	if c.link != "" {
		s.URLs = []string{c.link}
	}
	if s.Title == "" {
		s.Title = c.link
	}
	id := sourceID(c)
	for i := 2; ; i++ {
		old, taken := m.base.sources[id]
		if !taken {
			break
		}
		if slices.Equal(old.URLs, s.URLs) && old.Title == s.Title {
			return id
		}
		id = sourceID(c) + "-" + strconv.Itoa(i)
	}
	m.base.sources[id], m.sources = s, true
	m.p.Changes = append(m.p.Changes, Change{Path: knowledge.SourcesFile, Field: id, New: s.Title, Row: r.n})
	return id
}

var notSourceID = regexp.MustCompile(`[^A-Z0-9]+`)

// sourceID makes an id of the site of a source, or of its title.
func sourceID(c contact) string {
	site := c.title
	if u, err := url.Parse(c.link); err == nil && u.Host != "" {
		site, _, _ = strings.Cut(strings.TrimPrefix(u.Hostname(), "www."), ".")
	}
	id := notSourceID.ReplaceAllString(strings.ToUpper(site), "")
	if id == "" {
		return "S" + strings.ToUpper(hash(c.title))
	}
	return id[:min(len(id), 16)]
}
