package knowledge

import "crypto/sha256"

// Release is a base that passed every check, compiled. It never changes.
type Release struct {
	// ID is the hex SHA-256 of the content: equal bases have equal ids.
	ID string
	// Sources are the sources by id.
	Sources map[string]Source
	// Calendar tells workdays from days off.
	Calendar Calendar
	// Provinces are those that an answer can name the local office of.
	Provinces Provinces

	items  map[ID]*Item
	byKind map[Kind][]*Item
	match  *matcher
	learnt [sha256.Size]byte // what match was learnt from
	places *places
	off    Off
	hant   func() *Release // made on first use: see traditional
}

// Item is a compiled entry. Its fields must not be changed.
type Item struct {
	Entry
	compiledTexts
	used []factRef
}

// Entry gives the entry with this id, or nil.
func (r *Release) Entry(id ID) *Item { return r.items[id] }

// Menu gives the entries of a kind that stand in menus, in their order.
func (r *Release) Menu(k Kind) []*Item { return r.byKind[k] }

// All gives every entry of a kind, menu entries first in their order, then the others by id.
func (r *Release) All(k Kind) []*Item {
	all := append([]*Item(nil), r.byKind[k]...)
	var rest []*Item
	for _, i := range r.items {
		if i.Kind == k && i.Order == 0 {
			rest = append(rest, i)
		}
	}
	sortItems(rest)
	return append(all, rest...)
}

// Len is the number of entries.
func (r *Release) Len() int { return len(r.items) }

// Match finds what a message is about; danger is asked before, in package danger. It looks at
// the first 4096 bytes. The same text always gives the same match. Safe for any number of
// goroutines.
func (r *Release) Match(text string) Match { return r.match.find(text) }

// Keyword reports whether a message as a whole is a keyword or a phrase of an entry.
func (r *Release) Keyword(text string) bool { return r.match.keyword(text) }
