package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sort"
	"sync"
)

// Compile checks a draft and makes a release of it: it learns from the examples where messages
// lead, which is most of the time that it takes. It returns every problem, not the first. With
// an error the release is nil; with nothing but warnings it is given together with them. It
// does no I/O and is deterministic.
func Compile(d *Draft) (*Release, Problems) {
	rel, ps := compile(d, requireStamps)
	if rel != nil {
		rel.match = newMatcher(d.Entries, d.Concepts)
	}
	return rel, ps
}

// Problems gives every problem of a draft, as Compile does, and makes nothing of it.
func (d *Draft) Problems() Problems {
	_, ps := compile(d, requireStamps)
	return ps
}

// compile makes a release that does not route messages yet.
func compile(d *Draft, stamps bool) (*Release, Problems) {
	c := &compiler{draft: d, stamps: stamps, terms: d.terms(), byID: map[ID]*Entry{}, rel: &Release{
		ID: d.digest(), Sources: d.Sources, Calendar: d.Calendar, Provinces: d.Provinces, items: map[ID]*Item{}, byKind: map[Kind][]*Item{}}}
	c.rel.hant = sync.OnceValue(c.rel.traditional)
	c.collect()
	for _, e := range d.Entries {
		c.checkFields(e)
		c.checkLists(e)
		c.checkFacts(e)
		c.compileTexts(e)
		c.checkLeads(e)
		c.checkLocal(e)
		c.checkStamps(e)
		c.checkWording(e)
		c.checkDoubt(e)
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

// digest is the content address of a draft: the SHA-256 of its entries and sources in a
// canonical form.
func (d *Draft) digest() string {
	entries := append([]*Entry(nil), d.Entries...)
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].ID < entries[j].ID })
	canonical, err := json.Marshal(struct { // maps are written in key order
		Entries   []*Entry
		Sources   map[string]Source
		Calendar  Calendar
		Provinces Provinces
		Concepts  Concepts
	}{entries, d.Sources, d.Calendar, d.Provinces, d.Concepts})
	if err != nil { // strings, ints, slices and maps of them always marshal
		panic(err)
	}
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
