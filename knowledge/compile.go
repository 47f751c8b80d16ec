package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sort"
	"sync"

	"github.com/goccy/go-yaml/ast"
)

// Compile checks a draft and makes a release of it: it learns from the examples where messages
// lead, which is most of the time that it takes. It returns every problem, not the first. With
// an error the release is nil; with nothing but warnings it is given together with them. It
// does no I/O and is deterministic.
func Compile(d *Draft) (*Release, Problems) { return CompileAfter(d) }

// CompileAfter does what Compile does. What one of the other releases has learnt is taken over
// when it was learnt from the same phrases, examples and concepts: a corrected number costs no
// training. The result is the same with any releases before; those that are nil do not count.
func CompileAfter(d *Draft, before ...*Release) (*Release, Problems) {
	rel, ps := compile(d, requireStamps, &checkedBefore)
	if rel == nil {
		return nil, ps
	}
	rel.learnt = learntFrom(d)
	for _, b := range before {
		if b != nil && b.learnt == rel.learnt {
			rel.match = b.match
			return rel, ps
		}
	}
	rel.match = learned(rel.learnt, func() *matcher { return newMatcher(d.Entries, d.Concepts) })
	return rel, ps
}

// learntFrom is the digest of all that a matcher is made of.
func learntFrom(d *Draft) [sha256.Size]byte {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, e := range d.Entries {
		if err := enc.Encode([]any{e.ID, e.Kind, e.Danger, e.Phrases, e.Examples}); err != nil { // strings alone always encode
			panic(err)
		}
	}
	if err := enc.Encode(d.Concepts); err != nil {
		panic(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// Problems gives every problem of a draft, as Compile does, and makes nothing of it.
func (d *Draft) Problems() Problems {
	_, ps := compile(d, requireStamps, &checkedBefore)
	return ps
}

// compile makes a release that does not route messages yet. What known holds is not checked
// again; the result is the same whatever it holds.
func compile(d *Draft, stamps bool, known *findings) (*Release, Problems) {
	encoded := encodedEntries(d.Entries)
	c := &compiler{draft: d, stamps: stamps, terms: d.terms(), byID: map[ID]*Entry{}, known: known, encoded: encoded, faces: map[ID]*face{},
		tables: digestOfTables(d.Terms, stamps), findings: map[*Entry]*finding{}}
	c.rel = &Release{ID: d.digest(encoded), Sources: d.Sources, Calendar: d.Calendar, Provinces: d.Provinces, items: map[ID]*Item{}, byKind: map[Kind][]*Item{}}
	c.rel.hant = sync.OnceValue(c.rel.traditional)
	c.collect()
	for _, e := range d.Entries {
		c.checkEntry(e)
	}
	c.checkTerms()
	c.checkRequired()
	c.checkSources()
	c.checkCalendar()
	c.checkProvinces()
	c.checkPhrases()
	c.checkExamples()
	c.checkConcepts()
	if len(c.problems.Errors()) == 0 { // what follows renders texts, which needs every reference to hold
		c.checkLengths()
		c.checkReachable()
	}
	if len(c.problems.Errors()) > 0 {
		return nil, c.problems.sorted()
	}
	for _, i := range c.rel.items {
		i.used = i.uses()
	}
	c.order()
	c.rel.places = newPlaces(d.Provinces)
	return c.rel, c.problems.sorted()
}

// Digest is the content address of a draft, and the id of the release that is made of it: the
// SHA-256 of all it holds in a canonical form. How its files are written does not count.
func (d *Draft) Digest() string { return d.digest(encodedEntries(d.Entries)) }

// digest is Digest of a draft whose entries are at hand in JSON.
func (d *Draft) digest(encoded map[*Entry][]byte) string {
	entries := append([]*Entry(nil), d.Entries...)
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].ID < entries[j].ID })
	canonical := []byte(`{"Entries":[`)
	for i, e := range entries {
		if i > 0 {
			canonical = append(canonical, ',')
		}
		canonical = append(canonical, encoded[e]...)
	}
	canonical = append(canonical, `],`...)
	canonical = append(canonical, encodeJSON(struct {
		Sources   map[string]Source
		Calendar  Calendar
		Provinces Provinces
		Concepts  Concepts
		Terms     []Term
	}{d.Sources, d.Calendar, d.Provinces, d.Concepts, d.Terms})[1:]...)
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

type compiler struct {
	draft    *Draft
	stamps   bool   // every translation must be stamped
	terms    []Term // of the glossary, longer ones first
	rel      *Release
	byID     map[ID]*Entry
	problems Problems
	parsed   struct {
		entry *Entry
		tree  *ast.File
	}

	known    *findings
	now      *finding // of the entry that is being checked
	findings map[*Entry]*finding
	tables   digest            // of what every entry is checked against
	encoded  map[*Entry][]byte // in JSON
	faces    map[ID]*face      // those that were asked for
}

func (c *compiler) collect() {
	for _, e := range c.draft.Entries {
		if !e.ID.valid() {
			c.report(e, "$.id", "", BadID, "an id is lower-case letters, digits and hyphens, at most 40 characters")
		}
		if first, ok := c.byID[e.ID]; ok {
			c.report(e, "$.id", "", DuplicateEntry, "the id %s is taken by %s", e.ID, c.draft.files[first].name)
			continue
		}
		c.byID[e.ID] = e
		c.rel.items[e.ID] = &Item{Entry: *e}
	}
}

func (id ID) valid() bool {
	if id == "" || len(id) > 40 || id[0] == '-' || id[len(id)-1] == '-' {
		return false
	}
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

// order fills the menus.
func (c *compiler) order() {
	for _, i := range c.rel.items {
		if i.Order != 0 {
			c.rel.byKind[i.Kind] = append(c.rel.byKind[i.Kind], i)
		}
	}
	for _, items := range c.rel.byKind {
		sortItems(items)
	}
}

func sortItems(items []*Item) {
	sort.Slice(items, func(i, j int) bool {
		if items[i].Order != items[j].Order {
			return items[i].Order < items[j].Order
		}
		return items[i].ID < items[j].ID
	})
}
