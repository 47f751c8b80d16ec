package console

import (
	"bytes"
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// subject is an entry, a source or another part of a base, with what changes in it.
type subject struct {
	Name, Kind string
	Link       string // to the page of the entry; "" when there is none
	Op         string // added, removed, changed; unread when its file cannot be read any more
	Fields     []changedField
	Stamped    bool // translations were confirmed against their Chinese text

	By        *written // nil for what the base of the draft has already
	Inherited bool     // it comes with the release that the draft started from
	Second    bool     // whoever wrote it may not publish it
	Own       bool     // the visitor wrote it
	path      string
	entry     *knowledge.Entry // nil for what is no entry
}

// changedField is one field of a subject, in one language.
type changedField struct {
	Label, Fact, Lang string
	Code              knowledge.Lang // for the attribute lang
	Pieces            []piece
}

// written says who wrote a change, and why.
type written struct {
	Who  string
	Also []string
	At   time.Time
	Why  string
}

// subjects groups what differs between two bases.
func (v *visit) subjects(old, now *knowledge.Draft) []*subject {
	var list []*subject
	last := ""
	for _, c := range knowledge.Diff(old, now) {
		if c.Subject != last || len(list) == 0 {
			list, last = append(list, v.subject(c, old, now)), c.Subject
		}
		s := list[len(list)-1]
		switch {
		case c.Field == "" && strings.Contains(c.Subject, " ") && len(s.Fields) > 0:
			continue // the fields of a whole entry stand there already
		case strings.HasPrefix(c.Field, "made_from"):
			s.Stamped = true
		default:
			s.Fields = append(s.Fields, v.changedField(c, listFields[strings.Fields(c.Subject)[0]], s.entry))
		}
	}
	return list
}

// subject describes what a change is about. An entry that came or went has all its fields.
func (v *visit) subject(c knowledge.Change, old, now *knowledge.Draft) *subject {
	kind, id, _ := strings.Cut(c.Subject, " ")
	s := &subject{Kind: kind, Name: id, Op: "changed"}
	if c.Field == "" && c.Op != knowledge.Changed {
		s.Op = map[knowledge.Op]string{knowledge.Added: "added", knowledge.Removed: "removed"}[c.Op]
	}
	if file, ok := listFiles[kind]; ok {
		s.path, s.Kind = file, v.say("publish.kind_"+kind)
		return s
	}
	s.Kind = knowledge.Kind(kind).Title(v.lang)
	before, after := entryOf(old, id), entryOf(now, id)
	e := cmp.Or(after, before)
	if e == nil {
		return s
	}
	s.Name, s.path, s.entry = nameOf(e, v.lang), knowledge.PathOf(e), e
	if after != nil {
		s.Link, s.path = "/entries/"+id, cmp.Or(now.Path(after), s.path)
	} else {
		s.path = cmp.Or(old.Path(before), s.path)
	}
	if (before == nil) != (after == nil) {
		bare := &knowledge.Entry{ID: e.ID, Kind: e.Kind}
		for _, whole := range knowledge.Diff(only(cmp.Or(before, bare)), only(cmp.Or(after, bare))) {
			if !strings.HasPrefix(whole.Field, "made_from") {
				s.Fields = append(s.Fields, v.changedField(whole, "", e))
			}
		}
	}
	return s
}

// listFiles are the files that are no entry, by the word that a difference begins with.
var listFiles = map[string]string{"source": "sources.yaml", "calendar": "calendar.yaml", "provinces": "provinces.yaml",
	"province": "provinces.yaml", "term": "glossary.yaml", "concept": "concepts.yaml"}

// listFields is what the names of their fields begin with.
var listFields = map[string]string{"source": "sources.yaml", "calendar": "calendar.yaml.years", "provinces": "provinces.yaml",
	"province": "provinces.yaml.provinces", "term": "glossary.yaml", "concept": "concepts.yaml"}

func only(e *knowledge.Entry) *knowledge.Draft {
	return &knowledge.Draft{Entries: []*knowledge.Entry{e}}
}

func entryOf(d *knowledge.Draft, id string) *knowledge.Entry {
	for _, e := range d.Entries {
		if string(e.ID) == id {
			return e
		}
	}
	return nil
}

// nameOf is what an entry is called in a language; a message without a name by its beginning.
// It needs no compiled release: a draft may have faults.
func nameOf(e *knowledge.Entry, lang knowledge.Lang) string {
	name := cmp.Or(e.Name.In(lang), e.Name.Zh, cutRunes(firstLine(e.Text.In(lang)), 40), string(e.ID))
	return ownFact.ReplaceAllStringFunc(name, func(ref string) string {
		f := e.Facts[strings.Trim(ref, "{.}")]
		return cmp.Or(f.Value, f.Values.In(lang), ref)
	})
}

// ownFact is a fact of the entry itself in a text.
var ownFact = regexp.MustCompile(`\{\.[a-z0-9-]+\}`)

// many are lists of which a difference holds only what went and what came.
var many = []string{"phrases", "examples", "aliases", "around", "not", ""}

// changedField says one difference. under is what the field belongs to when that is no entry.
func (v *visit) changedField(c knowledge.Change, under string, e *knowledge.Entry) changedField {
	f := changedField{Label: knowledge.FieldTitle(c.Field, v.lang), Code: c.Lang}
	if under != "" {
		f.Label = strings.TrimPrefix(knowledge.FieldTitle(under+"."+c.Field, v.lang), under+".")
	} else if rest, ok := strings.CutPrefix(c.Field, "facts."); ok {
		f.Label, f.Fact = v.factLabel(rest, e)
	}
	if c.Field == "" {
		f.Label = ""
	}
	if c.Lang != "" {
		f.Lang = c.Lang.Title(v.lang)
	}
	if slices.Contains(many, c.Field) {
		f.Pieces = solid(piece{Text: unbracket(c.Old), Removed: true}, piece{Text: gap(c.Old, c.New)}, piece{Text: unbracket(c.New), Added: true})
		return f
	}
	f.Pieces = pieces(c.Old, c.New)
	return f
}

// factLabel names a part of a fact, "phone.value" or "phone.later.2027-01-01.value": what of
// it, and which fact, with the day of a later value. Its value is named by what it is.
func (v *visit) factLabel(path string, e *knowledge.Entry) (label, fact string) {
	name, part, _ := strings.Cut(path, ".")
	fact = name
	if later, ok := strings.CutPrefix(part, "later."); ok {
		day, of, _ := strings.Cut(later, ".")
		fact, part = name+" "+day, of
	}
	if e != nil && e.Facts[name].Type != "" && slices.Contains([]string{"", "value", "values"}, part) {
		return e.Facts[name].Type.Title(v.lang), fact
	}
	return knowledge.FieldTitle(strings.TrimSuffix("facts."+part, "."), v.lang), fact
}

func gap(old, now string) string {
	if old == "" || now == "" {
		return ""
	}
	return "\n"
}

func unbracket(s string) string {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return s[1 : len(s)-1]
	}
	return s
}

// draftChanges are what would change for borrowers, with who wrote it.
func (v *visit) draftChanges(s *snapshot, names map[string]string) []*subject {
	list := v.subjects(s.live.Draft, s.parsed)
	for _, one := range list {
		c, ok := s.draft.Changes[one.path]
		if !ok {
			one.Inherited = true
			continue
		}
		one.By = &written{Who: named(names, c.Who), At: c.At, Why: c.Why}
		for _, login := range c.Authors {
			if login != c.Who {
				one.By.Also = append(one.By.Also, named(names, login))
			}
		}
		one.Second = versions.NeedsSecond(one.path, s.base[one.path], c.Data)
		one.Own = slices.Contains(c.Authors, v.who.Login)
		if one.Op == "removed" && c.Data != nil {
			one.Op, one.Fields = "unread", nil
		}
	}
	return list
}

// rivals are the changes that a person may not publish, having written them: by path.
func (s *snapshot) rivals(login string) []string {
	var own []string
	for _, path := range slices.Sorted(maps.Keys(s.draft.Changes)) {
		if c := s.draft.Changes[path]; slices.Contains(c.Authors, login) && versions.NeedsSecond(path, s.base[path], c.Data) {
			own = append(own, path)
		}
	}
	return own
}

// elsewhere reports whether the draft started from something else than what is live: after a
// rollback it brings back what the rollback took away.
func (s *snapshot) elsewhere() bool {
	return s.draft.Base != s.pointer.ID && !maps.EqualFunc(s.base, s.live.Files, bytes.Equal)
}

// named is what a person is called; a login that is nobody's any more stands for itself.
func named(names map[string]string, login string) string { return cmp.Or(names[login], login) }
