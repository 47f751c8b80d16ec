package sheet

import (
	"path"
	"slices"
	"strings"

	"zhilu/knowledge"
)

// Import says what a sheet would change in a base. files are the files of the base by their
// path, name and data the upload, whose name counts for nothing but a note: what it is, is
// seen from its bytes. Whatever is wrong with the upload is in Preview.Problems, that of the
// whole file with Row 0. An error is one of the base: its files do not decode.
func Import(files map[string][]byte, name string, data []byte) (Preview, error) {
	b, err := open(files)
	if err != nil {
		return Preview{}, err
	}
	m := &importer{base: b, seen: map[string]int{}, p: Preview{Files: map[string][]byte{}}}
	g, fault := read(data)
	if fault != nil {
		m.p.Problems = []RowProblem{*fault}
		return m.p, nil
	}
	m.p.Notes = g.notes
	m.extension(name, data)
	m.sheet(g)
	m.finish()
	return m.p, nil
}

// importer is one import.
type importer struct {
	base    *base
	p       Preview
	at      map[string]int             // column by name: its place
	shown   map[string]string          // column by name: its header as it stands
	strange map[int]bool               // columns without a header, told once when something stands there
	seen    map[string]int             // key of a row: the row that had it first
	listed  map[string]bool            // entry, language and phrase or example that the sheet holds
	lists   map[string]map[string]bool // by entry and language: the phrases or examples it has by now
	digest  string                     // of the base as it stands
	moved   bool                       // the base is another one than the sheet was made from
	sources bool                       // sources.yaml is changed
	more    int                        // problems that are not listed
}

// inRow is a row with its ref read.
type inRow struct {
	gridRow
	ref *mark // nil: a row that a person added
}

func (m *importer) fail(row int, columnName string, fault *RowProblem) {
	if len(m.p.Problems) >= maxProblems {
		m.more++
		return
	}
	fault.Row, fault.Column = row, m.shown[columnName]
	m.p.Problems = append(m.p.Problems, *fault)
}

func (m *importer) note(row int, key string, args ...any) {
	if len(m.p.Notes) < maxProblems {
		m.p.Notes = append(m.p.Notes, RowProblem{Row: row, Key: key, Args: args})
	}
}

// extension tells of a file that is not what its name says: a colleague would not open it.
func (m *importer) extension(name string, data []byte) {
	ext := strings.ToLower(path.Ext(name))
	if isBook := strings.HasPrefix(string(data), "PK"); ext != "" && isBook != (ext == ".xlsx") {
		m.note(0, "note.extension", ext)
	}
}

// sheet reads the header and then row by row.
func (m *importer) sheet(g grid) {
	if len(g.rows) == 0 {
		m.fail(0, "", refuse("file.empty"))
		return
	}
	if !m.header(g.rows[0]) {
		return
	}
	rows := g.rows[1:]
	m.p.Rows = len(rows)
	if m.p.Kind == Phrases || m.p.Kind == Examples {
		m.list(rows)
	}
	m.digest = digestOf(m.p.Kind, m.base.rows(m.p.Kind, knowledge.ZhHans))
	for _, raw := range rows {
		m.unknownColumns(raw)
		r, ok := m.mark(raw)
		if !ok {
			continue
		}
		switch m.p.Kind {
		case Texts:
			m.textRow(r)
		case Facts:
			m.factRow(r)
		case Phrases, Examples:
			m.listRow(r)
		case Contacts:
			m.contactRow(r)
		}
	}
	if m.moved {
		m.note(0, "note.moved")
	}
}

// mark reads the ref of a row and asks that it is of this row.
func (m *importer) mark(raw gridRow) (inRow, bool) {
	r := inRow{gridRow: raw}
	c := m.cell(r, ref)
	if c.empty() {
		return r, true
	}
	r.ref = parseMark(c.text)
	switch {
	case r.ref == nil:
		m.fail(r.n, ref, refuse("ref.broken"))
		return r, false
	case r.ref.kind != m.p.Kind:
		m.fail(r.n, ref, refuse("ref.kind", Label("kind."+string(r.ref.kind)), Label("kind."+string(m.p.Kind))))
		return r, false
	}
	m.moved = m.moved || r.ref.digest != m.digest
	return r, true
}

// cell is the cell of a column; an empty one when the sheet has no such column.
func (m *importer) cell(r inRow, name string) cell {
	i, ok := m.at[name]
	if !ok || i >= len(r.cells) {
		return cell{}
	}
	return r.cells[i]
}

// keys reads the columns that say which row it is. A row that was there before is a problem,
// and so is a ref that belongs to another row.
func (m *importer) keys(r inRow, names ...string) (keys []string, ok bool) {
	for _, name := range names {
		c := columnOf(m.p.Kind, name)
		v, fault := m.cell(r, name).in(c.form)
		v = strings.ToLower(v)
		switch {
		case fault != nil:
		case v == "" && name == "n":
			v = "1"
		case v == "":
			fault = refuse("row.key", header(name))
		case c.among != nil && !slices.Contains(c.among, v):
			fault = refuse("cell.among", v, strings.Join(c.among, ", "))
		}
		if fault != nil {
			m.fail(r.n, name, fault)
			return nil, false
		}
		keys = append(keys, v)
	}
	if r.ref != nil && r.ref.key != hash(strings.Join(keys, "\x00")) {
		m.fail(r.n, ref, refuse("ref.moved"))
		return nil, false
	}
	return keys, true
}

// once asks that no row before had the same key.
func (m *importer) once(r inRow, keys []string) bool {
	k := strings.Join(keys, "\x00")
	if first := m.seen[k]; first > 0 {
		m.fail(r.n, "", refuse("row.twice", first))
		return false
	}
	m.seen[k] = r.n
	return true
}

// entry finds the entry that a row names.
func (m *importer) entry(r inRow, columnName, id string) *item {
	it := m.base.items[knowledge.ID(id)]
	if it == nil {
		m.fail(r.n, columnName, refuse("row.entry", id))
	}
	return it
}

// want decides what becomes of one value. Three things are compared: what the base says now,
// what it said when the sheet was made (the ref), and what the sheet says. With ok false
// there is a problem, which was told.
func (m *importer) want(r inRow, name, now string) (v string, changed, ok bool) {
	if _, there := m.at[name]; !there {
		return now, false, true
	}
	c := columnOf(m.p.Kind, name)
	v, fault := m.cell(r, name).in(c.form)
	if fault == nil {
		if c.among != nil {
			v = strings.ToLower(v)
		}
		before := r.ref.was(name)
		switch {
		case v == clean(now), before != "" && hash(v) == before:
			return now, false, true
		case before != "" && hash(now) != before:
			fault = refuse("cell.conflict", v, clean(now))
		case v == "":
			fault = refuse("cell.empty", clean(now))
		case c.among != nil && !slices.Contains(c.among, v):
			fault = refuse("cell.among", v, strings.Join(c.among, ", "))
		default:
			fault = unsafe(v)
		}
	}
	if fault != nil {
		m.fail(r.n, name, fault)
		return now, false, false
	}
	return v, true, true
}

// change notes a change of an entry; old and now as they stand in the file.
func (it *item) change(row int, field string, lang knowledge.Lang, old, now string) {
	it.changes = append(it.changes, Change{Path: it.path, Entry: it.ID, Field: field, Lang: lang, Old: old, New: now, Row: row})
}

// finish writes the files of what changed. A file that cannot be written takes its changes
// along.
func (m *importer) finish() {
	for _, id := range m.base.order {
		it := m.base.items[id]
		m.stamp(it)
		if len(it.changes) == 0 {
			continue
		}
		data, err := knowledge.Rewrite(m.base.files[it.path], it.Entry)
		if err != nil {
			m.fail(it.changes[0].Row, "", refuse("row.rewrite", it.path))
			continue
		}
		m.p.Files[it.path] = data
		m.p.Changes = append(m.p.Changes, it.changes...)
	}
	if m.sources {
		data, err := knowledge.RewriteSources(m.base.files[knowledge.SourcesFile], m.base.sources)
		if err != nil { // entries would name sources that are not there
			m.p.Changes, m.p.Files = nil, map[string][]byte{}
			m.fail(0, "", refuse("row.rewrite", knowledge.SourcesFile))
		} else {
			m.p.Files[knowledge.SourcesFile] = data
		}
	}
	slices.SortStableFunc(m.p.Changes, func(a, b Change) int { return a.Row - b.Row })
	byRow(m.p.Problems)
	byRow(m.p.Notes)
	if m.more > 0 {
		m.p.Problems = append(m.p.Problems, *refuse("row.more", m.more))
	}
}
