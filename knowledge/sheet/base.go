package sheet

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhilu/knowledge"
)

// base is a base whose entries were decoded, once for a call.
type base struct {
	files   map[string][]byte
	items   map[knowledge.ID]*item
	order   []knowledge.ID              // by path: kinds stay together
	sources map[string]knowledge.Source // of sources.yaml
}

// item is an entry and what an import did to it.
type item struct {
	*knowledge.Entry
	path    string
	changes []Change
	texts   textEdits
}

// open decodes the entries of a base. A file with no bytes counts as absent.
func open(files map[string][]byte) (*base, error) {
	b := &base{files: files, items: map[knowledge.ID]*item{}, sources: map[string]knowledge.Source{}}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if len(files[path]) == 0 || !knowledge.EntryFile(path) {
			continue
		}
		e, err := knowledge.Decode(files[path])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if first := b.items[e.ID]; first != nil {
			return nil, fmt.Errorf("%s: the id %s is also that of %s", path, e.ID, first.path)
		}
		b.items[e.ID] = &item{Entry: e, path: path}
		b.order = append(b.order, e.ID)
	}
	data := files[knowledge.SourcesFile]
	if len(data) == 0 {
		return b, nil
	}
	var err error
	if b.sources, err = knowledge.DecodeSources(data); err != nil {
		return nil, fmt.Errorf("%s: %w", knowledge.SourcesFile, err)
	}
	return b, nil
}

// rows are the rows of a sheet as the base stands, without the header and without ref.
func (b *base) rows(k Kind, lang knowledge.Lang) [][]string {
	var rows [][]string
	for _, id := range b.order {
		e := b.items[id].Entry
		switch k {
		case Texts:
			rows = append(rows, textRows(e, lang)...)
		case Facts:
			rows = append(rows, factRows(e)...)
		case Phrases, Examples:
			rows = append(rows, listRows(e, k)...)
		}
	}
	return rows
}

func textRows(e *knowledge.Entry, lang knowledge.Lang) (rows [][]string) {
	stale := map[bool]string{true: Label("stale").In(lang)}
	for _, f := range textFields {
		t := textOf(e, f)
		if t.Empty() {
			continue
		}
		row := []string{string(e.ID), string(e.Kind), f}
		sizes := make([]string, 0, len(langs))
		for _, l := range knowledge.AnswerLangs {
			row = append(row, clean(t.In(l)))
			sizes = append(sizes, strconv.Itoa(len(clean(t.In(l)))))
		}
		rows = append(rows, append(row, stale[e.Stale(knowledge.En)], stale[e.Stale(knowledge.Es)], strings.Join(sizes, " / ")))
	}
	return rows
}

func factRows(e *knowledge.Entry) (rows [][]string) {
	for _, name := range slices.Sorted(maps.Keys(e.Facts)) {
		f := e.Facts[name]
		for n := range len(f.Later) + 1 {
			row := []string{string(e.ID), name, strconv.Itoa(n + 1)}
			for _, c := range columns[Facts][3:] {
				row = append(row, factCell(&f, n, c.name))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func listRows(e *knowledge.Entry, k Kind) (rows [][]string) {
	for _, l := range langs {
		for _, s := range listOf(e, k, l) {
			if s = clean(s); s != "" {
				rows = append(rows, []string{string(e.ID), l, s})
			}
		}
	}
	return rows
}

// mark is what a ref says: the row it belongs to and what the base said when it was written.
type mark struct {
	kind   Kind
	digest string   // of all rows of this kind
	key    string   // hash of the key of the row
	values []string // hash of each value, in the order of the columns
}

func (m mark) String() string {
	return string(m.kind) + "/" + m.digest + "/" + strings.Join(append([]string{m.key}, m.values...), ".")
}

// markLength is how many hexadecimal digits of a hash a ref holds for each value: a change
// passes unseen once in 16 million.
const markLength = 6

func hash(s string) string {
	sum := sha256.Sum256([]byte(clean(s)))
	return hex.EncodeToString(sum[:])[:markLength]
}

// markOf is the ref of a row of these columns.
func markOf(k Kind, digest string, row []string) mark {
	m := mark{kind: k, digest: digest}
	var keys []string
	for i, c := range columns[k] {
		switch c.role {
		case key:
			keys = append(keys, row[i])
		case value:
			m.values = append(m.values, hash(row[i]))
		}
	}
	m.key = hash(strings.Join(keys, "\x00"))
	return m
}

// digestOf is one hash of all rows of a kind: of what a sheet can change.
func digestOf(k Kind, rows [][]string) string {
	h := sha256.New()
	for _, row := range rows {
		for i, c := range columns[k] {
			if c.role == key || c.role == value {
				fmt.Fprintf(h, "%d:%s", len(row[i]), row[i])
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:8]
}

// parseMark reads a ref of a kind; nil when it is none.
func parseMark(s string) *mark {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || columns[Kind(parts[0])] == nil {
		return nil
	}
	m := &mark{kind: Kind(parts[0]), digest: parts[1]}
	hashes := strings.Split(parts[2], ".")
	m.key, m.values = hashes[0], hashes[1:]
	n := 0
	for _, c := range columns[m.kind] {
		if c.role == value {
			n++
		}
	}
	for _, h := range hashes {
		if _, err := hex.DecodeString(h); err != nil || len(h) != markLength {
			return nil
		}
	}
	if len(m.values) != n {
		return nil
	}
	return m
}

// was is the hash of the value of a column when the row was written; "" without a ref.
func (m *mark) was(name string) string {
	if m == nil {
		return ""
	}
	i := 0
	for _, c := range columns[m.kind] {
		if c.name == name {
			return m.values[i]
		}
		if c.role == value {
			i++
		}
	}
	return ""
}

// byRow orders problems as a person goes through the sheet; those of the file come first.
func byRow(ps []RowProblem) {
	slices.SortStableFunc(ps, func(a, b RowProblem) int { return cmp.Compare(a.Row, b.Row) })
}
