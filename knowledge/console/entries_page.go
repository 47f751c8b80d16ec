package console

import (
	"net/http"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// place is an entry that a path names: where it stands, and what stands there.
type place struct {
	id    knowledge.ID
	path  string
	entry *knowledge.Entry // nil when it is taken out or cannot be read
	rev   int
}

// place finds the entry of the visit in the draft. Paths of files come from the draft itself,
// never from the address.
func (v *visit) place(s *snapshot) (place, error) {
	p := place{id: knowledge.ID(v.param("id"))}
	if !p.id.Valid() {
		return p, &refusal{status: http.StatusNotFound}
	}
	if p.entry = s.entries[p.id]; p.entry != nil {
		p.path = s.path(p.entry)
	} else if p.path = fileOf(s, p.id); p.path == "" {
		return p, &refusal{status: http.StatusNotFound}
	}
	p.rev = s.revs[p.path]
	return p, nil
}

// fileOf is the file that is named after an id: of the draft, of its base, or of an earlier one.
func fileOf(s *snapshot, id knowledge.ID) string {
	name := string(id) + ".yaml"
	for _, known := range []func(string) bool{
		func(p string) bool { return s.files[p] != nil },
		func(p string) bool { return s.base[p] != nil || s.draft.Changes[p].Path != "" },
		func(p string) bool { return s.revs[p] > 0 },
	} {
		for _, k := range knowledge.Kinds() {
			if p := string(k) + "/" + name; known(p) {
				return p
			}
		}
	}
	return ""
}

// entryPage is one entry and its form.
type entryPage struct {
	Place            string // the file
	ID               knowledge.ID
	Name             string
	Kind, KindHint   string
	Rev              int
	Seen             string // what the form was made from
	Full, Some       bool   // the person may change everything; or texts in English and Spanish
	Changed, New     bool   // by the draft; it is not in its base
	Change           versions.Change
	Texts, Rest      []block
	Facts, Used      []entryFactRow
	Stamps           []stamp
	Troubles         []trouble
	Errors, Warnings int
	Elsewhere        int // errors of the draft that belong to other entries
	Typed            bool
	Refused, Said    string // on top of the form: why it came back, what else to know
	Why              field
	Conflict         *conflict
	Named            []naming
	Required         bool
}

// block is a field of an entry with its boxes: one, or one a language.
type block struct {
	Name, Title, Hint string
	Must, Langs       bool
	Boxes             []box
	Troubles          []trouble
	Chosen, Choices   []naming // of a list of ids
	Add               string   // the id of the box that a choice goes into
}

// box is where a value is typed.
type box struct {
	Path, ID, Type string // Type: area, number, date, select, check
	Label, Lang    string
	Value          string
	Rows           int
	Options        []option
	Troubles       []trouble
	Read, Text     bool // shown only; a text, with a count and a preview
	Bytes, Most    int
	Preview        string
	Unknown        []string
	Code, Only     bool // Only: the block has no other box, so its title is enough
}

// naming is an entry or source by its id, and in what it is named.
type naming struct {
	ID, Name, Path, In string
	Bad                bool
}

// entryFactRow is a fact that texts may hold.
type entryFactRow struct {
	Token, Path, Type string
	Values            []string
	Overdue           bool
}

// stamp is what is known of a translation.
type stamp struct {
	Lang, Path, ID, State string
	Good, Ticked          bool
}

func (c *Console) entryPage(v *visit) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	at, err := v.place(s)
	if err != nil {
		return err
	}
	if at.entry == nil {
		return v.showGone(s, at)
	}
	return v.showEntry(s, at, editing{form: entryFormOf(at.entry)})
}

// editing is what stands in the form of an entry, and what is to be said of it.
type editing struct {
	form     entryForm
	wrong    map[string]string // by path, the key of what is wrong
	ticked   map[string]bool   // "match.en": the translation was said to match
	why      field
	typed    bool // it holds what was typed and is not saved
	refused  string
	said     string
	conflict *conflict
	status   int
}

// showEntry shows an entry with a form.
func (v *visit) showEntry(s *snapshot, at place, ed editing) error {
	e, now := at.entry, v.console.now()
	page := &entryPage{Place: at.path, ID: e.ID, Name: s.name(e, v.lang, now), Kind: e.Kind.Title(v.lang), KindHint: e.Kind.Hint(v.lang), Rev: at.rev, Seen: seen(s.files[at.path]),
		Full: v.who.Role.Includes(people.Editor), Some: v.who.Role == people.Translator, Typed: ed.typed, Refused: ed.refused, Said: ed.said, Why: ed.why,
		Conflict: ed.conflict, Required: knowledge.Required(e.ID)}
	page.Change, page.Changed = s.draft.Changes[at.path]
	page.New = page.Changed && s.base[at.path] == nil
	f := &filling{v: v, s: s, e: e, page: page, ed: ed, troubles: map[string][]trouble{}}
	f.check()
	f.fields()
	f.facts()
	f.stamps()
	page.Named = v.namedIn(s, e.ID)
	v.status = ed.status
	return v.show("entries-edit", page)
}

// filling fills in the page of an entry.
type filling struct {
	v        *visit
	s        *snapshot
	e        *knowledge.Entry
	page     *entryPage
	ed       editing
	troubles map[string][]trouble
}

// namedIn lists the entries that name another one, and where.
func (v *visit) namedIn(s *snapshot, id knowledge.ID) []naming {
	var list []naming
	for _, e := range s.parsed.Entries {
		if e.ID == id {
			continue
		}
		var in []string
		for _, field := range e.Mentions(id) {
			in = append(in, knowledge.FieldTitle(field, v.lang))
		}
		if len(in) > 0 {
			list = append(list, naming{ID: string(e.ID), Name: s.name(e, v.lang, v.console.now()), Path: "/entries/" + string(e.ID), In: strings.Join(in, v.say("entries.comma"))})
		}
	}
	return list
}
