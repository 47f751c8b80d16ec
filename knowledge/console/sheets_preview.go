package console

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/sheet"
)

// sheetPreview is what a sheet would change, before anything is.
type sheetPreview struct {
	Name, Kind    string
	Rows, Good    int // rows with something in them, and those of them without a problem
	Count         int // changes
	Entries       []sheetEntry
	Problems      []sheetProblem
	Stale, Notes  []sheetProblem
	Faults        []sheetFault // errors that the draft would have besides those it has
	More          int          // faults that are not listed
	Apply, Moved  bool
	Reason        field
	File, Held    string // the upload itself, or where it is kept
	Seal          string
	TranslateOnly bool
}

// sheetEntry is one entry with what changes in it.
type sheetEntry struct {
	Name, Kind, Path string
	ID               string
	New              bool
	Changes          []sheetChange
}

type sheetChange struct {
	Field, Lang string // as the person reads them
	Tag         knowledge.Lang
	Row         int
	Stamp       bool // a translation counts as up to date again
	Added       bool
	Pieces      []piece
}

type sheetProblem struct {
	Row          int
	Column, Text string
}

type sheetFault struct{ Entry, Path, Text string }

// Beyond so many changes a value is shown as replaced, not word by word, and so many faults of
// the draft are listed.
const (
	sheetDiffs  = 600
	sheetFaults = 20
)

func (v *visit) fillPreview(page *sheetPreview, s *snapshot, p sheet.Preview) {
	page.Kind, page.Rows, page.Count = p.Kind.Title(v.lang), p.Rows, len(p.Changes)
	page.TranslateOnly = !v.who.Role.Includes(people.Editor)
	bad := map[int]bool{}
	for _, q := range p.Problems {
		page.Problems = append(page.Problems, sheetProblem{q.Row, q.Column, q.Text(v.lang)})
	}
	page.Problems = append(page.Problems, v.forbidden(s, p)...)
	page.Problems = append(page.Problems, v.overlong(p)...)
	for _, q := range page.Problems {
		if q.Row > 0 {
			bad[q.Row] = true
		}
	}
	page.Good = max(0, p.Rows-len(bad))
	for _, q := range p.Notes {
		if note := (sheetProblem{q.Row, q.Column, q.Text(v.lang)}); q.Key == "note.stale" {
			page.Stale = append(page.Stale, note)
		} else {
			page.Notes = append(page.Notes, note)
		}
	}
	files := p.Files
	if len(page.Problems) > 0 { // it cannot be applied: what the draft would say does not matter
		files = nil
	}
	d, faults := s.with(files)
	v.sheetEntries(page, s, d, p.Changes)
	page.More = max(0, len(faults)-sheetFaults)
	for _, q := range faults[:len(faults)-page.More] {
		f := sheetFault{Entry: string(q.Entry), Text: q.In(v.lang)}
		if f.Entry == "" {
			f.Entry = q.File
		} else if v.may("/entries/" + f.Entry) {
			f.Path = "/entries/" + f.Entry
		}
		page.Faults = append(page.Faults, f)
	}
}

// sheetEntries groups changes by their entry, in the order of the rows.
func (v *visit) sheetEntries(page *sheetPreview, s *snapshot, d *knowledge.Draft, changes []sheet.Change) {
	names := map[knowledge.ID]*knowledge.Entry{}
	for _, e := range d.Entries {
		names[e.ID] = e
	}
	at := map[string]int{}
	for n, c := range changes {
		i, there := at[c.Path]
		if !there {
			i = len(page.Entries)
			at[c.Path] = i
			one := sheetEntry{Name: string(c.Entry), ID: string(c.Entry), New: s.files[c.Path] == nil}
			if e := names[c.Entry]; e != nil {
				one.Kind = e.Kind.Title(v.lang)
				if name := e.Name.In(v.lang); name != "" {
					one.Name = name
				}
			}
			if c.Entry == "" {
				one.Name = c.Path
			} else if to := "/entries/" + string(c.Entry); v.may(to) && !one.New {
				one.Path = to
			}
			page.Entries = append(page.Entries, one)
		}
		page.Entries[i].Changes = append(page.Entries[i].Changes, v.sheetChange(c, n < sheetDiffs))
	}
}

func (v *visit) sheetChange(c sheet.Change, words bool) sheetChange {
	out := sheetChange{Field: c.Field, Tag: c.Lang, Row: c.Row, Added: c.Old == "", Stamp: c.Field == "made_from"}
	if c.Lang != "" {
		out.Lang = c.Lang.Title(v.lang)
	}
	if c.Entry != "" {
		out.Field = knowledge.FieldTitle(c.Field, v.lang)
		if rest, isFact := strings.CutPrefix(c.Field, "facts."); isFact {
			name, _, _ := strings.Cut(rest, ".")
			out.Field = name + " · " + out.Field
		}
	}
	switch {
	case out.Added:
		out.Pieces = []piece{{Text: c.New, Added: true}}
	case words:
		out.Pieces = pieces(c.Old, c.New)
	default:
		out.Pieces = []piece{{Text: c.Old, Removed: true}, {Text: c.New, Added: true}}
	}
	return out
}

// with gives the draft with files in the place of what it has, and the errors that are new, but for
// translations that become old.
func (v *snapshot) with(files map[string][]byte) (*knowledge.Draft, knowledge.Problems) {
	if len(files) == 0 {
		return v.parsed, nil
	}
	all := maps.Clone(v.files)
	maps.Copy(all, files)
	d, unread := knowledge.ReadFiles(all, v.parsed)
	had := map[string]bool{}
	for _, p := range v.problems {
		had[p.File+"\x00"+p.Text] = true
	}
	var fresh knowledge.Problems
	for _, p := range append(unread, d.Problems()...).Errors() {
		if !had[p.File+"\x00"+p.Text] && p.Code != knowledge.StaleTranslation { // which the notes say row by row
			fresh = append(fresh, p)
		}
	}
	return d, fresh
}

// forbidden are the rows that the person may not change: a translator changes English and
// Spanish texts and nothing else. What counts is what the files would say.
func (v *visit) forbidden(s *snapshot, p sheet.Preview) []sheetProblem {
	if v.who.Role.Includes(people.Editor) {
		return nil
	}
	var list []sheetProblem
	for _, c := range p.Changes {
		if c.Lang != knowledge.En && c.Lang != knowledge.Es {
			list = append(list, sheetProblem{c.Row, c.Lang.Title(v.lang), v.say("sheets.translator_row")})
		}
	}
	if len(list) > 0 {
		return list
	}
	for _, path := range slices.Sorted(maps.Keys(p.Files)) {
		if !onlyTranslated(s.files[path], p.Files[path]) {
			list = append(list, sheetProblem{0, "", v.say("sheets.translator_file", path)})
		}
	}
	return list
}

// fileLimit is the size of a file that the store and the base take.
const fileLimit = 256 << 10

// overlong are the files that would become larger than any file may be.
func (v *visit) overlong(p sheet.Preview) []sheetProblem {
	var list []sheetProblem
	for _, path := range slices.Sorted(maps.Keys(p.Files)) {
		if len(p.Files[path]) > fileLimit {
			list = append(list, sheetProblem{0, "", v.say("sheets.overlong", path, fileLimit>>10)})
		}
	}
	return list
}

// onlyTranslated reports whether two files of an entry differ in nothing but English and
// Spanish texts and the stamps that belong to them.
func onlyTranslated(old, now []byte) bool {
	a, errA := knowledge.Decode(old)
	b, errB := knowledge.Decode(now)
	if errA != nil || errB != nil {
		return false
	}
	for _, e := range []*knowledge.Entry{a, b} {
		for _, t := range []*knowledge.Text{&e.Name, &e.Short, &e.Text, &e.Other, &e.Call, &e.Near} {
			t.En, t.Es = "", ""
		}
		if e.Say != nil {
			e.Say.En, e.Say.Es = "", ""
		}
		e.MadeFrom = knowledge.Stamps{}
	}
	return reflect.DeepEqual(a, b)
}
