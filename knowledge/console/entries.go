package console

import (
	"cmp"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"zhilu/knowledge"
)

// entriesPage lists the entries of the draft.
type entriesPage struct {
	Query, Kind, Show string
	Kinds             []option
	Tabs              []entriesTab
	Rows              []entryRow
	All               int
	Files             []trouble // of what is no entry, and of files that could not be read
	Narrowed          bool      // a search or a filter is on
}

// entriesTab is one of the filters, with how many entries it would show.
type entriesTab struct {
	Name, Path string
	Count      int
	Here       bool
}

// entryRow is one entry in the list.
type entryRow struct {
	ID               knowledge.ID
	Name, Kind       string
	Changed, Gone    bool
	Errors, Warnings int
	Stale            bool // a translation is missing or older than the Chinese text
	Overdue          int  // facts past their day of review
}

// trouble is a problem as a page shows it.
type trouble struct {
	Text     string
	Warn     bool
	Path     string // of the field it belongs to
	Anchor   string // of that field on the page
	Link     string // where more can be done about it
	LinkText string
}

// show is a filter.
type show struct {
	name, key string
	holds     func(entryRow) bool
}

// shows are the filters by their name in the address, in their order, each with its text.
var shows = []show{
	{"", "entries.show_all", func(entryRow) bool { return true }},
	{"changed", "entries.show_changed", func(r entryRow) bool { return r.Changed || r.Gone }},
	{"errors", "entries.show_errors", func(r entryRow) bool { return r.Errors > 0 }},
	{"gaps", "entries.show_gaps", func(r entryRow) bool { return r.Stale }},
	{"overdue", "entries.show_overdue", func(r entryRow) bool { return r.Overdue > 0 }},
	{"warnings", "entries.show_warnings", func(r entryRow) bool { return r.Warnings > 0 }},
}

func (c *Console) entriesPage(v *visit) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	page := entriesPage{Query: cutRunes(strings.TrimSpace(v.query("q")), 100), Kind: v.query("kind"), Show: v.query("show")}
	kinds := knowledge.Kinds()
	page.Kinds = append(page.Kinds, option{"", v.say("entries.every_kind")})
	for _, k := range kinds {
		page.Kinds = append(page.Kinds, option{string(k), k.Title(v.lang)})
	}
	if !slices.Contains(kinds, knowledge.Kind(page.Kind)) {
		page.Kind = ""
	}
	at := max(0, slices.IndexFunc(shows, func(f show) bool { return f.name == page.Show }))
	page.Show = shows[at].name
	page.Narrowed = page.Query != "" || page.Kind != "" || page.Show != ""
	rows := c.rows(v, s, page.Query, knowledge.Kind(page.Kind))
	page.All = len(s.parsed.Entries)
	for i, f := range shows {
		tab := entriesTab{Name: v.say(f.key), Path: address("/entries", "q", page.Query, "kind", page.Kind, "show", f.name), Here: i == at}
		for _, r := range rows {
			if f.holds(r) {
				tab.Count++
				if i == at {
					page.Rows = append(page.Rows, r)
				}
			}
		}
		page.Tabs = append(page.Tabs, tab)
	}
	page.Files = v.fileTroubles(s)
	return v.show("entries", page)
}

// rows are the entries that a search finds, by kind, then as menus have them.
func (c *Console) rows(v *visit, s *snapshot, query string, kind knowledge.Kind) []entryRow {
	needles := knowledge.Needles(query)
	problems := map[knowledge.ID]knowledge.Problems{}
	for _, p := range s.problems {
		problems[p.Entry] = append(problems[p.Entry], p)
	}
	ranks := map[knowledge.Kind]int{}
	for i, k := range knowledge.Kinds() {
		ranks[k] = i
	}
	entries := slices.Clone(s.parsed.Entries)
	slices.SortStableFunc(entries, func(a, b *knowledge.Entry) int {
		return cmp.Or(cmp.Compare(ranks[a.Kind], ranks[b.Kind]), cmp.Compare(uint(a.Order-1), uint(b.Order-1)), cmp.Compare(a.ID, b.ID))
	})
	now, hay := c.now(), c.haystacks.of(s, len(needles) > 0)
	var rows, lesser []entryRow // of what a search finds, those that only say it come last
	for _, e := range entries {
		if kind != "" && e.Kind != kind || !hay[e].holds(needles) {
			continue
		}
		r := entryRow{ID: e.ID, Name: s.name(e, v.lang, now), Kind: e.Kind.Title(v.lang), Changed: s.changed(e), Overdue: overdue(e, now)}
		for _, p := range problems[e.ID] {
			switch {
			case p.Severity == knowledge.Warning:
				r.Warnings++
			default:
				r.Errors++
				r.Stale = r.Stale || p.Code == knowledge.MissingLanguage || p.Code == knowledge.StaleTranslation || p.Code == knowledge.NotStamped
			}
		}
		if hay[e].called(needles) {
			rows = append(rows, r)
		} else {
			lesser = append(lesser, r)
		}
	}
	return slices.Concat(rows, lesser, goneRows(v, s, needles, kind))
}

// goneRows are the entries that the draft takes out.
func goneRows(v *visit, s *snapshot, needles []string, kind knowledge.Kind) []entryRow {
	var rows []entryRow
	for _, p := range slices.Sorted(maps.Keys(s.draft.Changes)) {
		e, err := knowledge.Decode(s.base[p])
		if s.draft.Changes[p].Data != nil || !strings.Contains(p, "/") || err != nil || kind != "" && e.Kind != kind || !newHaystack(e).holds(needles) {
			continue
		}
		rows = append(rows, entryRow{ID: e.ID, Name: s.name(e, v.lang, v.console.now()), Kind: e.Kind.Title(v.lang), Gone: true})
	}
	return rows
}

// haystack is what a search looks through: what an entry is called, and all of it.
type haystack struct{ names, all string }

func newHaystack(e *knowledge.Entry) haystack {
	called, says := e.Haystack()
	return haystack{called, called + "\n" + says}
}

func (h haystack) holds(needles []string) bool  { return holdsAll(h.all, needles) }
func (h haystack) called(needles []string) bool { return holdsAll(h.names, needles) }

func holdsAll(hay string, needles []string) bool {
	for _, n := range needles {
		if !strings.Contains(hay, n) {
			return false
		}
	}
	return true
}

// haystacks keeps them: folding every text takes longer than the page.
type haystacks struct {
	mu   sync.Mutex
	kept map[*knowledge.Entry]haystack
}

// of gives what to search for each entry of the draft, when it is wanted.
func (h *haystacks) of(s *snapshot, wanted bool) map[*knowledge.Entry]haystack {
	if !wanted {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := make(map[*knowledge.Entry]haystack, len(s.parsed.Entries))
	for _, e := range s.parsed.Entries {
		kept, ok := h.kept[e] // drafts share the entries that are equal
		if !ok {
			kept = newHaystack(e)
		}
		now[e] = kept
	}
	h.kept = now
	return now
}

// name is what an entry is called, with its facts filled in: in the language, or else in
// whatever it has.
func (v *snapshot) name(e *knowledge.Entry, l knowledge.Lang, now time.Time) string {
	for _, l := range []knowledge.Lang{l, knowledge.ZhHans, knowledge.En, knowledge.Es} {
		if s := e.Name.In(l); s != "" {
			return knowledge.Fill(e, s, l, now, v.find).Text
		}
	}
	return ""
}

func (v *snapshot) find(id knowledge.ID) *knowledge.Entry { return v.entries[id] }

// overdue counts the facts of an entry that are past their day of review or past their last day.
func overdue(e *knowledge.Entry, now time.Time) int {
	n := 0
	for _, f := range e.Facts {
		if factOverdue(f, now) {
			n++
		}
	}
	return n
}

func factOverdue(f knowledge.Fact, now time.Time) bool {
	f = f.At(now)
	due, ok := f.ReviewDue()
	today := knowledge.DateOf(now)
	return ok && today > due || f.Until != "" && today > f.Until
}

// fileTroubles are the problems that belong to no entry of the list.
func (v *visit) fileTroubles(s *snapshot) []trouble {
	var list []trouble
	for _, p := range s.problems {
		if p.Entry != "" && s.entries[p.Entry] != nil && p.Code != knowledge.BadID {
			continue
		}
		t := trouble{Text: p.File + ": " + p.In(v.lang), Warn: p.Severity == knowledge.Warning}
		dir, file := path.Split(p.File)
		id := strings.TrimSuffix(file, ".yaml")
		switch {
		case dir == "":
		case p.Code == knowledge.MissingEntry && s.files[p.File] == nil && s.draft.Changes[p.File].Path == "":
			t.Link, t.LinkText = address("/entries/new", "kind", path.Clean(dir), "id", id), v.say("entries.create")
		case knowledge.ID(id).Valid():
			t.Link, t.LinkText = "/entries/"+id, v.say("entries.open")
		}
		list = append(list, t)
	}
	return list
}

// address is a path of the console with values behind it, those that are empty left out.
func address(page string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return page
	}
	return page + "?" + values.Encode()
}
