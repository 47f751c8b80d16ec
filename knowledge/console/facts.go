package console

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// factsPage is the queue of facts that somebody must look at, by risk.
type factsPage struct {
	Type, Confidence, Entry, Q, Overdue field // the filter
	Types, Confidences, Entries         []option

	Groups    []factGroup
	All       int    // facts of the base
	Found     int    // after the filter
	Waiting   int    // changed in the draft and not live yet
	Publish   bool   // the person may go to the page that publishes
	Page      int    // from 1
	Prev, Nxt string // addresses; empty for none
	Back      string // this page
	Initials  string
	Batch     string // the entry whose facts can be ticked together
	Problem   string // of a mark that could not be set
}

// Narrowed reports whether the filter asks for more than a text, Filtered whether it asks for
// anything.
func (p factsPage) Narrowed() bool {
	return p.Type.Value+p.Confidence.Value+p.Entry.Value+p.Overdue.Value != ""
}
func (p factsPage) Filtered() bool { return p.Narrowed() || p.Q.Value != "" }

// factGroup is a part of the queue.
type factGroup struct {
	Group int
	Rows  []factRow
	Count int // on all pages
}

// factRow is one fact of the queue.
type factRow struct {
	Entry     knowledge.ID
	EntryName string
	Name      string
	Fact      knowledge.Fact // as it stands now
	Values    []factValue
	Sources   []factSource
	risk
	CheckedText, DueText string
	By                   string
	Uses                 int
	Waiting              bool // the draft has it otherwise than what is live
	Seen                 string
	Path                 string
}

// factValue is a value in one language; Lang is empty when it is the same in all.
type factValue struct {
	Lang knowledge.Lang
	Text string
}

// factSource is a source as a page links it.
type factSource struct {
	ID, Tier, Title string
	Links           []factLink // http and https only
}

// factLink is an address on the web, shown by its host.
type factLink struct{ URL, Host string }

// factsOnPage is how many rows a page of the queue has.
const factsOnPage = 40

func (c *Console) facts(v *visit) error { return c.showFacts(v, url.Values{}, factsPage{}) }

// showFacts shows the queue with the filter of the address, or of the page a form came from.
func (c *Console) showFacts(v *visit, filter url.Values, page factsPage) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	if len(filter) == 0 {
		filter = v.gin.Request.URL.Query()
	}
	page.readFilter(filter)
	page.choices(v, snap)
	rows := c.factRows(v, snap, &page)
	page.Found = len(rows)
	page.Publish = v.mayPublish()
	page.Initials = cmp.Or(page.Initials, initials(v.who.Name))
	page.Page = max(1, min(page.Page, (len(rows)+factsOnPage-1)/factsOnPage))
	page.group(rows)
	page.turn(filter, len(rows))
	if err := c.finishRows(v, snap, &page); err != nil {
		return err
	}
	if page.Problem != "" {
		return v.again("facts", page)
	}
	return v.show("facts", page)
}

func (p *factsPage) readFilter(q url.Values) {
	get := func(name string) field { return field{Value: cutRunes(strings.TrimSpace(q.Get(name)), 100)} }
	p.Type, p.Confidence, p.Entry, p.Q, p.Overdue = get("type"), get("confidence"), get("entry"), get("q"), get("overdue")
	p.Page, _ = strconv.Atoi(q.Get("page")) // anything else is the first
}

func (p *factsPage) choices(v *visit, snap *snapshot) {
	p.Types = append([]option{{"", v.say("facts.any_type")}}, v.factTypes()...)
	p.Confidences = append([]option{{"", v.say("facts.any_confidence")}}, v.confidences()...)
	p.Entries = []option{{"", v.say("facts.any_entry")}}
	for _, id := range slices.Sorted(maps.Keys(snap.entries)) {
		if len(snap.entries[id].Facts) > 0 || string(id) == p.Entry.Value {
			p.Entries = append(p.Entries, option{string(id), cutRunes(v.entryName(snap, id), 40) + " (" + string(id) + ")"})
		}
	}
}

// factTypes are the choices of a type, confidences those of how far the sources carry.
func (v *visit) factTypes() []option {
	var all []option
	for _, t := range factTypes {
		all = append(all, option{string(t), v.say("facts.type_" + string(t))})
	}
	return all
}

func (v *visit) confidences() []option {
	var all []option
	for _, c := range []knowledge.Confidence{knowledge.High, knowledge.Medium, knowledge.Low} {
		all = append(all, option{string(c), v.say("facts.confidence_" + string(c))})
	}
	return all
}

var factTypes = []knowledge.FactType{knowledge.Phone, knowledge.Hours, knowledge.URL, knowledge.Place, knowledge.Code, knowledge.Period, knowledge.Rate, knowledge.Statute}

// factRows are the facts that the filter lets through, those to look at first before the others.
// What costs more than a glance is filled in by finishRows, for the page alone.
func (c *Console) factRows(v *visit, snap *snapshot, page *factsPage) []factRow {
	now := c.now()
	q := strings.ToLower(page.Q.Value)
	live := liveFacts(snap)
	var rows []factRow
	for id, e := range snap.entries {
		for name, f := range e.Facts {
			page.All++
			waiting := !sameFact(f, live[id], name)
			if waiting {
				page.Waiting++
			}
			at := f.At(now)
			if page.Type.Value != "" && string(f.Type) != page.Type.Value || page.Confidence.Value != "" && string(at.Confidence) != page.Confidence.Value ||
				page.Entry.Value != "" && string(id) != page.Entry.Value || q != "" && !holdsText(v, snap, id, name, f, q) {
				continue
			}
			r := weigh(at, now)
			if page.Overdue.Value == "yes" && r.Group > groupOverdue {
				continue
			}
			rows = append(rows, factRow{Entry: id, Name: name, Fact: at, risk: r, Waiting: waiting})
		}
	}
	for id, facts := range live {
		for name := range facts {
			if e := snap.entries[id]; e != nil {
				if _, there := e.Facts[name]; !there {
					page.Waiting++
				}
			}
		}
	}
	slices.SortFunc(rows, func(a, b factRow) int {
		return cmp.Or(a.risk.compare(b.risk), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Name, b.Name))
	})
	return rows
}

// holdsText reports whether a fact says something, or is called so.
func holdsText(v *visit, snap *snapshot, id knowledge.ID, name string, f knowledge.Fact, q string) bool {
	texts := []string{string(id), name, f.Value, f.Values.Zh, f.Values.En, f.Values.Es}
	for _, l := range f.Later {
		texts = append(texts, l.Value, l.Values.Zh, l.Values.En, l.Values.Es)
	}
	texts = append(texts, v.entryName(snap, id))
	return slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(strings.ToLower(s), q) })
}

func (p *factsPage) group(rows []factRow) {
	from := (p.Page - 1) * factsOnPage
	for i, r := range rows {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Group != r.Group {
			p.Groups = append(p.Groups, factGroup{Group: r.Group})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Count++
		if i >= from && i < from+factsOnPage {
			g.Rows = append(g.Rows, r)
		}
	}
	p.Groups = slices.DeleteFunc(p.Groups, func(g factGroup) bool { return len(g.Rows) == 0 })
}

// turn makes the addresses of this page and of those beside it.
func (p *factsPage) turn(filter url.Values, found int) {
	at := func(page int) string {
		q := url.Values{}
		for _, name := range []string{"type", "confidence", "entry", "q", "overdue"} {
			if filter.Get(name) != "" {
				q.Set(name, cutRunes(filter.Get(name), 100))
			}
		}
		if page > 1 {
			q.Set("page", strconv.Itoa(page))
		}
		if len(q) == 0 {
			return "/facts"
		}
		return "/facts?" + q.Encode()
	}
	p.Back = at(p.Page)
	if p.Page > 1 {
		p.Prev = at(p.Page - 1)
	}
	if p.Page*factsOnPage < found {
		p.Nxt = at(p.Page + 1)
	}
}

// finishRows fills in what the rows of the page show.
func (c *Console) finishRows(v *visit, snap *snapshot, page *factsPage) error {
	audit, err := c.store.Audit(v.ctx(), 0, auditSeen)
	if err != nil {
		return err
	}
	sketch := snap.sketch()
	for _, g := range page.Groups {
		for i := range g.Rows {
			r := &g.Rows[i]
			e := snap.entries[r.Entry]
			r.Path = factPath(r.Entry, r.Name)
			r.EntryName = v.entryName(snap, r.Entry)
			r.Values, r.Sources = factValues(v.lang, r.Fact), snap.factSources(r.Fact.Sources)
			r.CheckedText, r.DueText = v.isoDay(r.Fact.Checked), v.isoDay(r.Due)
			r.By = checkedBy(audit, snap.path(e), r.Name, r.Fact.Checked)
			r.Uses = sketch.Count(r.Entry, r.Name)
			r.Seen = seal(e.Facts[r.Name], true)
		}
	}
	if e := snap.entries[knowledge.ID(page.Entry.Value)]; e != nil {
		page.Batch = string(e.ID)
	}
	return nil
}

func factPath(id knowledge.ID, name string) string { return "/facts/" + string(id) + "/" + name }

// factValues are what a fact says: the value, or the three values, that of the console first.
func factValues(lang knowledge.Lang, f knowledge.Fact) []factValue {
	if f.Value != "" || f.Values.Empty() {
		return []factValue{{"", f.Value}}
	}
	list := []factValue{{lang, f.Values.In(lang)}}
	for _, l := range knowledge.AnswerLangs {
		if l != lang && f.Values.In(l) != f.Values.In(lang) {
			list = append(list, factValue{l, f.Values.In(l)})
		}
	}
	if len(list) == 1 {
		list[0].Lang = ""
	}
	return list
}

// factSources are sources by their ids, as pages show them.
func (s *snapshot) factSources(ids []string) []factSource {
	var list []factSource
	for _, id := range ids {
		src := s.parsed.Sources[id]
		list = append(list, factSource{id, src.Tier, cmp.Or(src.Title, id), webLinks(src.URLs)})
	}
	return list
}

// webLinks are the addresses that a page may lead to.
func webLinks(urls []string) []factLink {
	var list []factLink
	for _, s := range urls {
		if u, err := url.Parse(s); err == nil && webLink(s) {
			list = append(list, factLink{s, u.Host})
		}
	}
	return list
}

// webLink reports whether an address is one of the web, and nothing else.
func webLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && clean(s) == ""
}

// entryName is the label of an entry in the language of the visit, with today's facts in it.
func (v *visit) entryName(snap *snapshot, id knowledge.ID) string {
	return cmp.Or(snap.sketch().Name(id, v.lang, v.console.now()), string(id))
}

// mayPublish reports whether there is a page that publishes, and the person may do it there.
func (v *visit) mayPublish() bool {
	return v.console.find(get, "/publish") != nil && v.who.Role.Includes(people.Reviewer)
}

// factChecked marks one fact as compared with its sources today: one click with initials.
func (c *Console) factChecked(v *visit) error { return c.markChecked(v, []string{v.param("name")}) }

// factsChecked does the same with those that were ticked.
func (c *Console) factsChecked(v *visit) error {
	names := slices.Compact(slices.Sorted(slices.Values(v.gin.Request.PostForm["fact"])))
	if len(names) > 100 {
		return v.refuse(http.StatusBadRequest, "refused.unreadable")
	}
	return c.markChecked(v, names)
}

func (c *Console) markChecked(v *visit, names []string) error {
	back := c.localPath(v.posted("back"))
	if back == "/" {
		back = "/facts"
	}
	again := func(problem string) error {
		u, _ := url.Parse(back) // localPath gave it
		return c.showFacts(v, u.Query(), factsPage{Problem: problem, Initials: v.posted("initials")})
	}
	id := knowledge.ID(v.param("entry"))
	who := v.posted("initials")
	if snap, err := v.look(); err != nil {
		return err
	} else if e := snap.entries[id]; e == nil || slices.ContainsFunc(names, func(n string) bool { _, ok := e.Facts[n]; return !ok }) {
		return v.refuse(http.StatusNotFound, "facts.gone")
	}
	switch {
	case len(names) == 0:
		return again(v.say("facts.tick_none"))
	case who == "" || len([]rune(who)) > 8 || clean(who) != "" || strings.ContainsAny(who, "·✓"):
		return again(v.say("facts.initials_wrong"))
	}
	today := knowledge.DateOf(c.now())
	err := c.changeEntry(v, id, "✓ "+strings.Join(names, ", ")+" · "+who, func(e *knowledge.Entry) error {
		for _, name := range names {
			f, ok := e.Facts[name]
			if !ok {
				return v.refuse(http.StatusNotFound, "facts.gone")
			}
			if !v.saw(name, f) {
				return v.refuse(http.StatusConflict, "facts.checked_moved", name, showFact(v.lang, f.At(c.now())))
			}
			if r := weigh(f.At(c.now()), c.now()); r.Ended || r.NotYet {
				return v.refuse(http.StatusConflict, "facts.checked_ended", name)
			}
			e.Facts[name] = checkedOn(f, today, c.now())
		}
		return nil
	})
	if errors.Is(err, versions.ErrNothing) {
		return v.redirect(back, "facts.checked_already", strings.Join(names, ", "))
	}
	if err != nil {
		return err
	}
	return v.redirect(back, v.forNext("facts.checked_done", "facts.checked_done_publish"), strings.Join(names, ", "), v.isoDay(today))
}

// saw reports whether a form was made when the fact was as it is now. A form names the fact as it
// was by its seal; of ticked facts each has its own.
func (v *visit) saw(name string, f knowledge.Fact) bool {
	seen := v.gin.Request.PostForm["seen"]
	return slices.Contains(seen, name+":"+seal(f, true)) || len(seen) == 1 && seen[0] == seal(f, true)
}

// forNext is the text that follows a deed: what next, for who may publish and who may not.
func (v *visit) forNext(other, publisher string) string {
	if v.who.Role.Includes(people.Reviewer) {
		return publisher
	}
	return other
}

// checkedOn is the fact with the value that holds now marked as checked.
func checkedOn(f knowledge.Fact, today knowledge.Date, now time.Time) knowledge.Fact {
	at := len(f.Later) - len(f.At(now).Later) - 1
	if at < 0 {
		f.Checked = today
		return f
	}
	f.Later = slices.Clone(f.Later)
	f.Later[at].Checked = today
	return f
}

// changeEntry applies a change to an entry of the draft as it is now and saves it. What others
// saved elsewhere in the file stays; change itself says whether its own part is still as the
// person saw it. When somebody saves in the very moment, it is looked at again.
func (c *Console) changeEntry(v *visit, id knowledge.ID, why string, change func(*knowledge.Entry) error) error {
	for range 3 {
		snap, err := v.look()
		if err != nil {
			return err
		}
		e := snap.entries[id]
		if e == nil {
			return &refusal{status: http.StatusNotFound}
		}
		path := snap.path(e)
		own, err := knowledge.Decode(snap.files[path])
		if err != nil {
			return v.refuse(http.StatusConflict, "facts.unreadable")
		}
		if err := change(own); err != nil {
			return err
		}
		data, err := knowledge.Rewrite(snap.files[path], own)
		if err != nil {
			return v.refuse(http.StatusUnprocessableEntity, "facts.unwritable")
		}
		err = c.store.Save(v.ctx(), v.actor(), []versions.File{{Path: path, Rev: snap.revs[path], Data: data}}, why)
		var stale *versions.ErrStale
		if !errors.As(err, &stale) {
			return err
		}
	}
	return versions.ErrMoved
}
