package sheet

import "strings"

// header finds out the kind of a sheet by its header, and which column is where. With false
// nothing can be read, and why was told.
func (m *importer) header(row gridRow) bool {
	m.p.Kind = kindOf(row)
	if m.p.Kind == "" {
		m.fail(row.n, "", refuse("header.kind"))
		return false
	}
	m.at, m.shown, m.strange = map[string]int{}, map[string]string{}, map[int]bool{}
	good := true
	for i, c := range row.cells {
		name := headers[m.p.Kind][foldHeader(c.text)]
		if c.fault != nil {
			m.fail(row.n, "", c.fault)
			good = false
			continue
		}
		if name == "" {
			if m.strange[i] = c.text == ""; c.text != "" {
				m.fail(row.n, "", refuse("header.unknown", c.text))
			}
			continue
		}
		_, twice := m.at[name]
		if m.at[name], m.shown[name] = i, c.text; twice {
			m.fail(row.n, name, refuse("header.twice", c.text))
			good = false
		}
	}
	for _, name := range needed[m.p.Kind] {
		if _, there := m.at[name]; !there {
			m.fail(row.n, "", refuse("header.missing", header(name), Label("kind."+string(m.p.Kind))))
			good = false
		}
	}
	if _, there := m.at[ref]; good && !there && m.p.Kind != Contacts {
		m.note(row.n, "note.noref")
	}
	for i := len(row.cells); i < maxColumns; i++ {
		m.strange[i] = true
	}
	return good
}

// unknownColumns tells, once for each column, that something stands below no header.
func (m *importer) unknownColumns(r gridRow) {
	for i, c := range r.cells {
		if m.strange[i] && !c.empty() {
			delete(m.strange, i)
			m.fail(r.n, "", refuse("header.blank", letters(i)))
		}
	}
}

// letters name a column as a spreadsheet does: A, B, … Z, AA.
func letters(i int) string {
	s := string(rune('A' + i%26))
	if i >= 26 {
		s = string(rune('A'+i/26-1)) + s
	}
	return s
}

// kindOf is the kind whose columns the header fits best: one with all its keys before others.
func kindOf(row gridRow) Kind {
	best, bestScore := Kind(""), 0
	for _, k := range Kinds {
		found := map[string]bool{}
		for _, c := range row.cells {
			if name := headers[k][foldHeader(c.text)]; name != "" && name != ref && strings.TrimSpace(c.text) != "" {
				found[name] = true
			}
		}
		score, complete := len(found), true
		for _, name := range needed[k] {
			complete = complete && found[name]
		}
		if complete {
			score += maxColumns
		}
		if score > bestScore {
			best, bestScore = k, score
		}
	}
	return best
}
