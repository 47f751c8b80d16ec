package knowledge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
)

// TestCheckedAgain: after any edit of any file, what is found with the help of earlier checks is
// what is found without, and so is the release.
func TestCheckedAgain(t *testing.T) {
	files, _ := FilesOf(Base())
	names := slices.Sorted(maps.Keys(files))
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	known := new(findings)
	draft, _ := ReadFiles(files, nil)
	compile(draft, true, known)
	for round := range 8 {
		edited := maps.Clone(files)
		what := ""
		for range 1 + random.IntN(3) {
			name := names[random.IntN(len(names))]
			if random.IntN(4) == 0 { // what many entries hang on
				name = []string{sourcesFile, glossaryFile, "rule/psapl.yaml", "channel/nfra-12378.yaml", "message/citation.yaml"}[random.IntN(5)]
			}
			what += " " + name + ": " + edit(edited, name, names, random) + ";"
		}
		stamps := random.IntN(4) > 0
		next, _ := ReadFiles(edited, draft)
		got, ps := compile(next, stamps, known)
		want, all := compile(next, stamps, new(findings))
		if !reflect.DeepEqual(ps, all) {
			t.Fatalf("seed %d, round %d,%s\nwith earlier checks:\n%v\nwithout:\n%v", seed, round, what, ps, all)
		}
		if (got == nil) != (want == nil) || got != nil && (got.ID != want.ID || !reflect.DeepEqual(got.items, want.items)) {
			t.Fatalf("seed %d, round %d,%s the releases differ", seed, round, what)
		}
		if random.IntN(2) == 0 { // go on from here, or from the base again
			files, draft = edited, next
		}
	}
}

// edit changes one file in one of the ways in which people change files, and says which.
func edit(files Files, name string, names []string, random *rand.Rand) string {
	data := files[name]
	lines := bytes.SplitAfter(data, []byte("\n"))
	at := random.IntN(len(lines))
	switch kind := random.IntN(7); kind {
	case 0:
		delete(files, name)
		return "deleted"
	case 1:
		files[name] = append([]byte("# a comment\n"), data...)
		return "a comment above"
	case 2:
		files[name] = bytes.Join(slices.Delete(slices.Clone(lines), at, at+1), nil)
		return "a line less"
	case 3:
		words := []string{"confidence: high", "tier: A", "type: phone", "催收", "checked: 2026", "12378", "kind: channel"}
		others := []string{"confidence: low", "tier: C", "type: code", "催款", "checked: 1026", "12379", "kind: topic"}
		i := random.IntN(len(words))
		files[name] = []byte(strings.Replace(string(data), words[i], others[i], 1+random.IntN(3)))
		return words[i] + " > " + others[i]
	case 4:
		files[name] = []byte(strings.Replace(string(data), "{.", "{police-110.", 1))
		return "another reference"
	case 5:
		files[name] = files[names[random.IntN(len(names))]] // the id is wrong then, or the kind of file
		return "the content of another"
	default:
		files[name] = bytes.Replace(data, []byte("facts:"), []byte("facts:\n  more: {type: phone, value: \"1\", sources: [none], checked: 2026-11-01, confidence: low}"), 1)
		return "one more fact"
	}
}

// TestDigestForm: the id of a release is the hash of all its content in one piece.
func TestDigestForm(t *testing.T) {
	d, _ := Read(Base())
	entries := slices.Clone(d.Entries)
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].ID < entries[j].ID })
	canonical, err := json.Marshal(struct {
		Entries   []*Entry
		Sources   map[string]Source
		Calendar  Calendar
		Provinces Provinces
		Concepts  Concepts
		Terms     []Term
	}{entries, d.Sources, d.Calendar, d.Provinces, d.Concepts, d.Terms})
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(canonical); d.Digest() != hex.EncodeToString(sum[:]) {
		t.Error("another digest")
	}
}

// TestMemoForgets the oldest.
func TestMemoForgets(t *testing.T) {
	var m memo[int]
	for i := range 3 * remembered {
		m.put(sha256.Sum256([]byte{byte(i), byte(i >> 8)}), i)
	}
	if len(m.values) != remembered || len(m.order) != remembered {
		t.Errorf("%d values, %d keys", len(m.values), len(m.order))
	}
	if _, ok := m.get(sha256.Sum256([]byte{0, 0})); ok {
		t.Error("the first is still there")
	}
	last := 3*remembered - 1
	if v, ok := m.get(sha256.Sum256([]byte{byte(last), byte(last >> 8)})); !ok || v != last {
		t.Error("the last is lost")
	}
}
