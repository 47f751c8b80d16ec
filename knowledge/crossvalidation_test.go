package knowledge

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"zhilu/knowledge/fold"
)

const crossvalidationFile = "testdata/crossvalidation.txt"

// share is how many of some messages led where they should.
type share struct{ right, of int }

func (s share) value() float64 { return float64(s.right) / float64(max(1, s.of)) }

// noise is the standard error of a share of value p.
func (s share) noise(p float64) float64 { return math.Sqrt(p * (1 - p) / float64(max(1, s.of))) }

// TestCrossValidation holds back a quarter of the examples, learns from the rest and from all
// phrases, and asks where the quarter leads: to its entry, or to none when it is outside. It
// fails when a figure lies below the one in testdata by more than two standard errors. After
// a change that is meant, `go test ./knowledge -run TestCrossValidation -update` writes the
// figures anew; `make update` does not, so that nobody lowers them in passing.
func TestCrossValidation(t *testing.T) {
	d, _ := Read(Base())
	m, held := newMatcher(learntOnly(d.Entries), d.Concepts), map[string]share{}
	byEntry := map[ID]share{}
	for _, e := range d.Entries {
		for _, x := range e.Examples.all() {
			if !heldBack(x.text) {
				continue
			}
			right := 0
			if got := m.find(x.text).Label; got == e.ID || got == "" && e.Kind == Message {
				right = 1
			}
			for _, figure := range [...]string{"overall", insideOrOutside(e), string(written(x))} {
				held[figure] = share{held[figure].right + right, held[figure].of + 1}
			}
			byEntry[e.ID] = share{byEntry[e.ID].right + right, byEntry[e.ID].of + 1}
		}
	}
	logEntries(t, byEntry)
	if *update {
		var b strings.Builder
		for _, figure := range slices.Sorted(maps.Keys(held)) {
			fmt.Fprintf(&b, "%s %.4f\n", figure, held[figure].value())
		}
		if err := os.WriteFile(crossvalidationFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	floor := readFloor(t)
	for _, figure := range slices.Sorted(maps.Keys(held)) {
		got, want := held[figure], floor[figure]
		t.Logf("%-8s %.4f of %4d, floor %.4f - %.4f", figure, got.value(), got.of, want, 2*got.noise(want))
		if want == 0 || got.value() < want-2*got.noise(want) {
			t.Errorf("%s: %.4f of %d examples lead home, and it was %.4f", figure, got.value(), got.of, want)
		}
	}
	for figure := range floor {
		if held[figure].of == 0 {
			t.Errorf("%s stands in %s and has no examples", figure, crossvalidationFile)
		}
	}
}

// heldBack chooses a quarter of the examples, by nothing but their text.
func heldBack(text string) bool {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()>>32%4 == 0
}

// learntOnly gives the entries without the examples that are held back.
func learntOnly(entries []*Entry) (list []*Entry) {
	rest := func(lines string) string {
		return strings.Join(slices.DeleteFunc(splitLines(lines), heldBack), "\n")
	}
	for _, e := range entries {
		less := *e
		less.Examples = Examples{Zh: rest(e.Examples.Zh), En: rest(e.Examples.En), Es: rest(e.Examples.Es)}
		list = append(list, &less)
	}
	return list
}

// written is the language of an example; its script, when it is Chinese.
func written(x example) Lang {
	if x.lang == ZhHans && fold.Script(x.text) > 0 {
		return ZhHant
	}
	return x.lang
}

func insideOrOutside(e *Entry) string {
	if e.Kind == Message {
		return "outside"
	}
	return "inside"
}

// logEntries tells the mean over the entries and the entries that come out worst.
func logEntries(t *testing.T, byEntry map[ID]share) {
	t.Helper()
	var sum float64
	ids := slices.SortedFunc(maps.Keys(byEntry), func(a, b ID) int {
		return cmp.Or(cmp.Compare(byEntry[a].value(), byEntry[b].value()), cmp.Compare(a, b))
	})
	for _, id := range ids {
		sum += byEntry[id].value()
	}
	t.Logf("mean over %d entries: %.4f; the worst:", len(ids), sum/float64(len(ids)))
	for _, id := range ids[:min(8, len(ids))] {
		t.Logf("  %-20s %d of %d", id, byEntry[id].right, byEntry[id].of)
	}
}

func readFloor(t *testing.T) map[string]float64 {
	t.Helper()
	raw, err := os.ReadFile(crossvalidationFile)
	if err != nil {
		t.Fatal(err)
	}
	floor := map[string]float64{}
	for line := range strings.Lines(string(raw)) {
		var figure string
		var value float64
		if _, err := fmt.Sscan(line, &figure, &value); err != nil {
			t.Fatalf("%s: %q: %v", crossvalidationFile, line, err)
		}
		floor[figure] = value
	}
	return floor
}
