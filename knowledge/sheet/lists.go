package sheet

import (
	"slices"
	"strings"

	"zhilu/knowledge"
)

// listOf are the phrases or examples of an entry in one language, as they stand in its file.
func listOf(e *knowledge.Entry, k Kind, lang string) []string {
	if k == Examples {
		t := knowledge.Text(e.Examples)
		if *slot(&t, lang) == "" {
			return nil
		}
		return strings.Split(strings.TrimSuffix(*slot(&t, lang), "\n"), "\n")
	}
	switch lang {
	case "en":
		return e.Phrases.En
	case "es":
		return e.Phrases.Es
	}
	return e.Phrases.Zh
}

func setList(e *knowledge.Entry, k Kind, lang string, list []string) {
	switch {
	case k == Examples:
		t := knowledge.Text(e.Examples)
		*slot(&t, lang) = strings.Join(list, "\n") + "\n"
		e.Examples = knowledge.Examples(t)
	case lang == "en":
		e.Phrases.En = list
	case lang == "es":
		e.Phrases.Es = list
	default:
		e.Phrases.Zh = list
	}
}

// listColumn is the column that holds what the row is about.
func listColumn(k Kind) string {
	if k == Examples {
		return "example"
	}
	return "phrase"
}

// list notes what the sheet holds, before anything is changed: a phrase whose row was copied
// and then written over is a new one, when the first still stands in a row of its own.
func (m *importer) list(rows []gridRow) {
	m.listed = map[string]bool{}
	for _, raw := range rows {
		r := inRow{gridRow: raw}
		id, lang := strings.ToLower(m.cell(r, "entry").text), strings.ToLower(m.cell(r, "lang").text)
		m.listed[id+"\x00"+lang+"\x00"+hash(m.cell(r, listColumn(m.p.Kind)).text)] = true
	}
}

// listRow takes over one phrase or example: one that is new, or one in the place of another.
func (m *importer) listRow(r inRow) {
	keys, ok := m.keys(r, "entry", "lang")
	if !ok {
		return
	}
	it, name := m.entry(r, "entry", keys[0]), listColumn(m.p.Kind)
	if it == nil {
		return
	}
	v, fault := m.cell(r, name).in(line)
	list := listOf(it.Entry, m.p.Kind, keys[1])
	switch {
	case fault != nil:
	case v == "" && r.ref != nil:
		fault = refuse("list.empty")
	case v == "":
		fault = refuse("row.key", header(name))
	case m.has(it, keys[1], list)[v]:
		return
	case m.p.Kind == Phrases && strings.TrimPrefix(v, "=") == "":
		fault = refuse("row.key", header(name))
	default:
		fault = unsafe(v)
	}
	if fault != nil {
		m.fail(r.n, name, fault)
		return
	}
	m.putList(r, it, keys[1], list, v)
}

// has is what a list of an entry holds, as a sheet shows it: asked of each row, and read once.
func (m *importer) has(it *item, lang string, list []string) map[string]bool {
	key := string(it.ID) + "\x00" + lang
	if m.lists == nil {
		m.lists = map[string]map[string]bool{}
	}
	if m.lists[key] == nil {
		m.lists[key] = map[string]bool{}
		for _, s := range list {
			m.lists[key][clean(s)] = true
		}
	}
	return m.lists[key]
}

func (m *importer) putList(r inRow, it *item, lang string, list []string, v string) {
	before := r.ref.was(listColumn(m.p.Kind))
	old := ""
	switch {
	case before == hash(v): // it was taken out of the base since the sheet was made
		return
	case before == "", m.listed[string(it.ID)+"\x00"+lang+"\x00"+before]:
		list = append(slices.Clone(list), v)
	default:
		i := slices.IndexFunc(list, func(s string) bool { return hash(s) == before })
		if i < 0 {
			m.fail(r.n, listColumn(m.p.Kind), refuse("list.gone", v))
			return
		}
		list = slices.Clone(list)
		old, list[i] = clean(list[i]), v
	}
	set := m.has(it, lang, list)
	delete(set, old)
	set[v] = true
	setList(it.Entry, m.p.Kind, lang, list)
	it.change(r.n, string(m.p.Kind), knowledge.AnswerLangs[slices.Index(langs, lang)], old, v)
}
