package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
	"zhilu/knowledge/worddiff"
)

// piece is a part of a text and what became of it.
type piece struct {
	Text           string
	Added, Removed bool
}

// pieces shows what changed between two texts, by words.
func pieces(old, now string) []piece {
	var list []piece
	for _, p := range worddiff.Diff(old, now) {
		list = append(list, piece{p.Text, p.Op == worddiff.Insert, p.Op == worddiff.Delete})
	}
	return list
}

// historyPage is who changed an entry when, and what changed between two of its revisions.
type historyPage struct {
	ID        knowledge.ID
	Name      string
	Place     string
	Rev       int // the present one
	Revisions []revision
	From, To  int // the two that are compared
	Picks     []option
	Changes   []fieldChange
	Compared  bool
	Unread    bool // one of the two is deleted or cannot be read
}

// revision is one version of a file.
type revision struct {
	versions.Change
	Here, Deleted, Compare, Restorable bool
	Before                             int // the revision before it
}

// fieldChange is one field that differs.
type fieldChange struct {
	Title    string
	Pieces   []piece
	Old, New string // of a list: what went and what came
}

func (c *Console) entryHistory(v *visit) error {
	s, at, err := v.found()
	if err != nil {
		return err
	}
	list, err := c.store.History(v.ctx(), at.path)
	if err != nil {
		return err
	}
	page := historyPage{ID: at.id, Place: at.path, Rev: at.rev}
	if at.entry != nil {
		page.Name = s.name(at.entry, v.lang, c.now())
	}
	byRev := map[int]versions.Change{}
	for i, h := range list {
		byRev[h.Rev] = h
		r := revision{Change: h, Here: h.Rev == at.rev, Deleted: h.Data == nil, Restorable: h.Rev != at.rev && h.Data != nil, Compare: i+1 < len(list)}
		if r.Compare {
			r.Before = list[i+1].Rev
		}
		page.Revisions = append(page.Revisions, r)
		page.Picks = append(page.Picks, option{strconv.Itoa(h.Rev), v.revisionTitle(h)})
	}
	if len(list) > 1 {
		page.From, page.To = pick(v.query("from"), byRev, list[1].Rev), pick(v.query("to"), byRev, list[0].Rev)
		page.compare(v, byRev[page.From].Data, byRev[page.To].Data)
	}
	return v.show("entries-history", page)
}

// pick is the revision that an address names, or another one.
func pick(s string, known map[int]versions.Change, other int) int {
	if n, err := strconv.Atoi(s); err == nil {
		if _, ok := known[n]; ok {
			return n
		}
	}
	return other
}

// revisionTitle names a revision in a choice.
func (v *visit) revisionTitle(c versions.Change) string {
	if c.Who == "" {
		return v.say("entries.revision_base")
	}
	return v.say("entries.revision_by", c.Rev, c.Who, c.At)
}

// compare lists the fields that differ between two files of an entry.
func (p *historyPage) compare(v *visit, old, now []byte) {
	p.Compared = true
	a, err := knowledge.Decode(old)
	b, err2 := knowledge.Decode(now)
	if err != nil || err2 != nil {
		p.Unread = true
		return
	}
	b.ID = a.ID // they stood in one file
	for _, c := range knowledge.Diff(&knowledge.Draft{Entries: []*knowledge.Entry{a}}, &knowledge.Draft{Entries: []*knowledge.Entry{b}}) {
		f := fieldChange{Title: v.changeTitle(c)}
		if slices.Contains([]string{"phrases", "examples"}, c.Field) {
			f.Old, f.New = bare(c.Old), bare(c.New)
		} else {
			f.Pieces = pieces(strings.TrimSuffix(bare(c.Old), "\n"), strings.TrimSuffix(bare(c.New), "\n"))
		}
		p.Changes = append(p.Changes, f)
	}
}

// bare is a value without the brackets of a list.
func bare(s string) string {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return s[1 : len(s)-1]
	}
	return s
}

// changeTitle names the field of a change; of a fact with its name.
func (v *visit) changeTitle(c knowledge.Change) string {
	at := "$." + c.Field
	if c.Lang != "" {
		at += "." + keyOf(c.Lang)
	}
	title := knowledge.FieldTitle(at, v.lang)
	if fact := aFact.FindString(c.Field); fact != "" {
		return v.say("entries.of_fact", strings.TrimPrefix(fact, "facts."), title)
	}
	return title
}

// restoreEntry puts an earlier revision into the draft, as a new one.
func (c *Console) restoreEntry(v *visit) error {
	_, at, err := v.found()
	if err != nil {
		return err
	}
	list, err := c.store.History(v.ctx(), at.path)
	if err != nil {
		return err
	}
	to, err := strconv.Atoi(v.posted("to"))
	i := slices.IndexFunc(list, func(h versions.Change) bool { return h.Rev == to && h.Data != nil })
	if err != nil || i < 0 {
		return v.refuse(http.StatusNotFound, "entries.no_revision")
	}
	err = v.changeEntry(func(rev int, why string) error {
		if why == "" {
			why = v.say("entries.restore_why", v.revisionTitle(list[i]))
		}
		return c.store.Save(v.ctx(), v.actor(), []versions.File{{Path: at.path, Rev: rev, Data: list[i].Data}}, why)
	})
	if err != nil {
		return err
	}
	return v.saved("/entries/"+string(at.id), place{id: at.id, rev: at.rev})
}
