package knowledge

import (
	"bytes"
	"io/fs"
	"testing"
)

// TestBaseIsCanonical: the files of the base are as "zhilu knowledge fmt" writes them, so that
// what is edited by hand and what a page writes differ in nothing but what was changed.
func TestBaseIsCanonical(t *testing.T) {
	files, ps := Canonical(Base())
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	for name, want := range files {
		if got, err := fs.ReadFile(Base(), name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not in canonical form (%v): run zhilu knowledge fmt knowledge/base", name, err)
		}
	}
}
