package console

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// sourcesPath is the file of a base that holds the sources.
const sourcesPath = "sources.yaml"

// sourcesPage lists the sources.
type sourcesPage struct {
	Q, Tier field
	Tiers   []option
	Rows    []sourceRow
	All     int
	Editor  bool
}

type sourceRow struct {
	factSource
	Uses int
}

// sourcePage is one source: its form, and what rests on it.
type sourcePage struct {
	ID      string
	New     bool
	Row     factSource
	Others  []string // addresses that no page may lead to
	Form    sourceForm
	Seen    string
	Editor  bool
	Publish bool
	Waiting bool
	Tiers   []option
	Uses    []sourceUse

	Theirs    *knowledge.Source // what somebody else saved meanwhile; nil for nothing
	TheirLine string
	Who       string
}

type sourceForm struct{ ID, Tier, Title, URLs, Why field }

// sourceUse is what rests on a source: an entry, or one of its facts.
type sourceUse struct {
	Path, Name, Fact string
}

func (c *Console) sources(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	page := sourcesPage{Q: field{Value: cutRunes(strings.TrimSpace(v.query("q")), 100)}, Tier: field{Value: v.query("tier")}, All: len(snap.parsed.Sources), Editor: v.who.Role.Includes(people.Editor)}
	page.Tiers = append([]option{{"", v.say("sources.any_tier")}}, v.tiers()...)
	q, uses := strings.ToLower(page.Q.Value), v.sourceUses(snap)
	for _, id := range slices.Sorted(maps.Keys(snap.parsed.Sources)) {
		src := snap.parsed.Sources[id]
		if page.Tier.Value != "" && src.Tier != page.Tier.Value || !strings.Contains(strings.ToLower(id+"\n"+src.Title+"\n"+strings.Join(src.URLs, "\n")), q) {
			continue
		}
		page.Rows = append(page.Rows, sourceRow{factSource{id, src.Tier, src.Title, webLinks(src.URLs)}, len(uses[id])})
	}
	return v.show("sources", page)
}

func (v *visit) tiers() []option {
	var all []option
	for _, t := range []string{"A", "B", "C"} {
		all = append(all, option{t, v.say("sources.tier_" + strings.ToLower(t))})
	}
	return all
}

// sourceUses says what rests on each source: entries, facts with their later values, years of
// the calendar.
func (v *visit) sourceUses(snap *snapshot) map[string][]sourceUse {
	uses := map[string][]sourceUse{}
	add := func(ids []string, u sourceUse) {
		for _, id := range ids {
			if !slices.Contains(uses[id], u) {
				uses[id] = append(uses[id], u)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(snap.entries)) {
		e, name := snap.entries[id], v.entryName(snap, id)
		add(e.Sources, sourceUse{Name: name})
		for _, fact := range slices.Sorted(maps.Keys(e.Facts)) {
			u := sourceUse{factPath(id, fact), name, fact}
			add(e.Facts[fact].Sources, u)
			for _, l := range e.Facts[fact].Later {
				add(l.Sources, u)
			}
		}
	}
	for _, year := range slices.Sorted(maps.Keys(snap.parsed.Calendar.Years)) {
		add(snap.parsed.Calendar.Years[year].Sources, sourceUse{Name: v.say("sources.calendar", year)})
	}
	return uses
}

func sourceSeal(s knowledge.Source) string {
	return seal(knowledge.Fact{Value: s.Tier + "\n" + s.Title, Sources: s.URLs}, true)
}

func (c *Console) newSourcePage(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	return c.showSource(v, snap, sourcePage{New: true})
}

func (c *Console) sourcePage(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	src, ok := snap.parsed.Sources[v.param("id")]
	if !ok {
		return &refusal{status: http.StatusNotFound}
	}
	page := sourcePage{ID: v.param("id"), Form: sourceForm{Tier: field{Value: src.Tier}, Title: field{Value: src.Title}, URLs: field{Value: strings.Join(src.URLs, "\n")}}}
	return c.showSource(v, snap, page)
}

func (c *Console) showSource(v *visit, snap *snapshot, page sourcePage) error {
	page.Editor, page.Publish, page.Tiers = v.who.Role.Includes(people.Editor), v.mayPublish(), v.tiers()
	if src, ok := snap.parsed.Sources[page.ID]; ok && !page.New {
		page.Row, page.Seen = factSource{page.ID, src.Tier, src.Title, webLinks(src.URLs)}, sourceSeal(src)
		page.Others = slices.DeleteFunc(slices.Clone(src.URLs), webLink)
		page.Uses = v.sourceUses(snap)[page.ID]
		live, there := snap.live.Draft.Sources[page.ID]
		page.Waiting = !there || sourceSeal(live) != sourceSeal(src)
	}
	if page.Theirs != nil {
		page.TheirLine = strings.Join(page.Theirs.URLs, "\n")
		v.status = http.StatusConflict
		return v.show("sources-edit", page)
	}
	if f := page.Form; !sound(f.ID, f.Tier, f.Title, f.URLs, f.Why) {
		return v.again("sources-edit", page)
	}
	return v.show("sources-edit", page)
}

var sourceID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,39}$`)

func (c *Console) saveNewSource(v *visit) error { return c.putSource(v, v.posted("id"), true) }
func (c *Console) saveSource(v *visit) error    { return c.putSource(v, v.param("id"), false) }

func (c *Console) putSource(v *visit, id string, isNew bool) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	was, there := snap.parsed.Sources[id]
	if !isNew && !there {
		return v.refuse(http.StatusNotFound, "sources.gone")
	}
	page := sourcePage{ID: id, New: isNew, Form: sourceForm{ID: field{Value: id}, Tier: v.field("tier"), Title: v.field("title"), URLs: v.field("urls"), Why: v.field("why")}}
	f := &page.Form
	src := f.source(v)
	switch {
	case isNew && (!sourceID.MatchString(id) || strings.EqualFold(id, "new")):
		f.ID.Problem = v.say("sources.wrong_id")
	case isNew && there:
		f.ID.Problem = v.say("sources.id_taken", was.Title)
	}
	if !isNew && v.posted("seen") != sourceSeal(was) {
		page.Theirs, page.Who = &was, snap.draft.Changes[sourcesPath].Who
		return c.showSource(v, snap, page)
	}
	if !sound(f.ID, f.Tier, f.Title, f.URLs, f.Why) {
		return c.showSource(v, snap, page)
	}
	err = c.changeSources(v, id+": "+f.Why.Value, func(all map[string]knowledge.Source) error {
		now, still := all[id]
		if still == isNew || still && sourceSeal(now) != sourceSeal(was) {
			return versions.ErrMoved
		}
		all[id] = src
		return nil
	})
	if errors.Is(err, versions.ErrNothing) {
		return v.redirect("/sources/"+id, "facts.same")
	}
	if err != nil {
		return err
	}
	return v.redirect("/sources/"+id, v.forNext("sources.saved", "sources.saved_publish"), id)
}

// source is what was typed.
func (f *sourceForm) source(v *visit) knowledge.Source {
	f.Title.Value = norm.NFC.String(f.Title.Value)
	if !slices.Contains([]string{"A", "B", "C"}, f.Tier.Value) {
		f.Tier.Problem = v.say("sources.wrong_tier")
	}
	v.text(&f.Title)
	src := knowledge.Source{Tier: f.Tier.Value, Title: f.Title.Value}
	for line := range strings.Lines(f.URLs.Value) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case !webLink(line) || len(line) > 1000:
			f.URLs.Problem = cmp.Or(f.URLs.Problem, v.say("sources.wrong_url", cutRunes(line, 80)))
		case !slices.Contains(src.URLs, line):
			src.URLs = append(src.URLs, line)
		}
	}
	if len(src.URLs) > 20 {
		f.URLs.Problem = v.say("sources.too_many")
	}
	switch n := len([]rune(f.Why.Value)); {
	case n == 0:
		f.Why.Problem = v.say("facts.wrong_why")
	case n > longestWhy:
		f.Why.Problem = v.say("facts.wrong_long", longestWhy)
	}
	return src
}

// changeSources applies a change to the sources of the draft as they are now, and saves them.
func (c *Console) changeSources(v *visit, why string, change func(map[string]knowledge.Source) error) error {
	for range 3 {
		snap, err := v.look()
		if err != nil {
			return err
		}
		for _, p := range snap.problems {
			if p.File == sourcesPath && (p.Code == knowledge.BadSyntax || p.Code == knowledge.UnknownField) {
				return v.refuse(http.StatusConflict, "facts.unreadable") // writing it would lose what could not be read
			}
		}
		all := maps.Clone(snap.parsed.Sources)
		if err := change(all); err != nil {
			return err
		}
		data, err := knowledge.RewriteSources(snap.files[sourcesPath], all)
		if err != nil {
			return v.refuse(http.StatusUnprocessableEntity, "facts.unwritable")
		}
		err = c.store.Save(v.ctx(), v.actor(), []versions.File{{Path: sourcesPath, Rev: snap.revs[sourcesPath], Data: data}}, why)
		var stale *versions.ErrStale
		if !errors.As(err, &stale) {
			return err
		}
	}
	return versions.ErrMoved
}

// deleteSource takes a source out of the draft. One that something rests on stays.
func (c *Console) deleteSource(v *visit) error {
	id, why := v.param("id"), v.posted("why")
	snap, err := v.look()
	if err != nil {
		return err
	}
	was, ok := snap.parsed.Sources[id]
	switch {
	case !ok:
		return &refusal{status: http.StatusNotFound}
	case why == "" || len([]rune(why)) > longestWhy:
		return v.refuse(http.StatusUnprocessableEntity, "refused.reason")
	case v.posted("seen") != sourceSeal(was):
		return versions.ErrMoved
	}
	err = c.changeSources(v, id+": "+why, func(all map[string]knowledge.Source) error {
		snap, err := v.look()
		if err != nil {
			return err
		}
		if n := len(v.sourceUses(snap)[id]); n > 0 {
			return v.refuse(http.StatusConflict, "sources.delete_used", id, n)
		}
		if now, still := all[id]; !still || sourceSeal(now) != sourceSeal(was) {
			return versions.ErrMoved
		}
		delete(all, id)
		return nil
	})
	if err != nil {
		return err
	}
	return v.redirect("/sources", "sources.deleted", id)
}
