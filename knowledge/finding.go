package knowledge

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"zhilu/knowledge/fold"
)

// finding is what checking one entry came to. It holds as long as the entry, its file and the
// glossary stay as they are, and with them all that the check looked at besides.
type finding struct {
	problems Problems // in the order in which they were met
	texts    compiledTexts
	phrases  []string // folded, as Phrases.all lists them
	examples []string // folded, as Examples.all lists them

	entries map[ID]digest     // the faces of other entries that were looked at; zero for one that is not there
	sources map[string]string // the marks of sources that were looked at
}

// compiledTexts are the texts of an entry, parsed.
type compiledTexts struct{ name, short, text, other, call, near tri }

// findings are those of entries that were checked in this process.
type findings = memo[*finding]

var checkedBefore findings

// checkEntry adds what is wrong with one entry. An entry that was checked before is not checked
// again while nothing that the check looked at has changed.
func (c *compiler) checkEntry(e *Entry) {
	key := c.findingKey(e)
	f, ok := c.known.get(key)
	if !ok || !c.holds(f) {
		f = c.examine(e)
		c.known.put(key, f)
	}
	c.findings[e] = f
	c.problems = append(c.problems, f.problems...)
	c.rel.items[e.ID].compiledTexts = f.texts
}

// findingKey is the digest of what a finding hangs on but for what it lists itself.
func (c *compiler) findingKey(e *Entry) digest {
	h := sha256.New()
	h.Write(c.tables[:])
	file := c.draft.files[e]
	for _, part := range [][]byte{[]byte(file.name), file.sum[:], c.encoded[e]} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write(part)
	}
	return digest(h.Sum(nil))
}

// digestOfTables is the digest of what every entry is checked against.
func digestOfTables(terms []Term, stamps bool) digest {
	return sha256.Sum256(encodeJSON(struct {
		Terms  []Term
		Stamps bool
	}{terms, stamps}))
}

// encodeJSON writes strings, numbers and structs, slices and maps of them, which always encode;
// maps are written in the order of their keys.
func encodeJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// holds reports whether what a finding looked at is still the same.
func (c *compiler) holds(f *finding) bool {
	for id, was := range f.entries {
		if c.face(id).digest != was {
			return false
		}
	}
	for id, was := range f.sources {
		if c.markOf(id) != was {
			return false
		}
	}
	return true
}

// examine checks one entry and notes what it looks at.
func (c *compiler) examine(e *Entry) *finding {
	before := c.problems
	c.problems = nil
	f := &finding{entries: map[ID]digest{}, sources: map[string]string{}}
	c.now = f
	c.checkFields(e)
	c.checkLists(e)
	c.checkFacts(e)
	c.compileTexts(e)
	c.checkLeads(e)
	c.checkLocal(e)
	c.checkStamps(e)
	c.checkWording(e)
	c.checkDoubt(e)
	for _, p := range e.Phrases.all() {
		f.phrases = append(f.phrases, fold.Text(p.bare()))
	}
	for _, x := range e.Examples.all() {
		f.examples = append(f.examples, strip(fold.Text(x.text)))
	}
	f.problems = c.problems
	c.problems, c.now = before, nil
	return f
}

// source gives a source to the check of an entry.
func (c *compiler) source(id string) (tier string, ok bool) {
	c.now.sources[id] = c.markOf(id)
	s, ok := c.draft.Sources[id]
	return s.Tier, ok
}

// markOf is all that checks of entries look at in a source.
func (c *compiler) markOf(id string) string {
	s, ok := c.draft.Sources[id]
	if !ok {
		return "none"
	}
	return "tier " + s.Tier
}

// encodedEntries are the entries of a draft in JSON.
func encodedEntries(entries []*Entry) map[*Entry][]byte {
	m := make(map[*Entry][]byte, len(entries))
	for _, e := range entries {
		m[e] = encodeJSON(e)
	}
	return m
}
