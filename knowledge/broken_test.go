package knowledge

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the problems expected of the broken bases")

// TestBroken breaks the embedded base in one way at a time. A file of testdata/broken holds
// what the operator reads, then the files that are put in place of or beside the base's own;
// an empty file is one that is taken away. What the whole base is warned of is left out.
// In not-stamped.txt stamps are required.
func TestBroken(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no broken bases: %v", err)
	}
	met := map[Check]bool{}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			ps := problemsOfBroken(t, path, archive)
			if len(ps) == 0 {
				t.Fatal("the base has no problem")
			}
			for _, p := range ps {
				met[p.Code] = true
			}
			if *update {
				archive.Comment = []byte(ps.Error() + "\n")
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(archive.Comment); ps.Error()+"\n" != want {
				t.Errorf("got\n%s\nwant\n%s", ps.Error(), want)
			}
		})
	}
	for _, c := range []Check{BadSyntax, UnknownField, BadID, DuplicateEntry, UnknownKind, MissingField, ForeignField, MissingLanguage,
		UnknownReference, WrongKind, UnequalFacts, BadTemplate, BareNumber, BareLink, TooLong, DuplicatePhrase, EmptyPhrase, BadFact,
		UnknownSource, NoSource, BadDate, BadSource, MissingEntry, Unreachable, UnsafeText,
		BadHours, BadParent, BadLocal, BadProvince, NoEvidence, NotStamped, StaleTranslation, BadTerm, DuplicateExample, BadConcept, GlossaryTerm, Promise, BadLater, NoRight, HardToRead, LowConfidence, TierC} {
		if !met[c] {
			t.Errorf("no broken base shows %s", c)
		}
	}
}

// draftOfBase is the embedded base as it is read.
var draftOfBase = sync.OnceValue(func() *Draft {
	d, _ := Read(Base())
	return d
})

// ofBase and ofBaseStamped are the lines of what is wrong with the embedded base itself,
// without and with stamps required.
var (
	ofBase        = sync.OnceValue(func() map[string]bool { return lines(false) })
	ofBaseStamped = sync.OnceValue(func() map[string]bool { return lines(true) })
)

func lines(stamps bool) map[string]bool {
	m := map[string]bool{}
	_, ps := compile(draftOfBase(), stamps, &checkedBefore)
	for _, p := range ps {
		m[p.String()] = true
	}
	return m
}

// broken are the problems of the broken bases that were compiled, by path: two tests read them.
var broken = map[string]Problems{}

func problemsOfBroken(t *testing.T, path string, archive *txtar.Archive) Problems {
	t.Helper()
	if _, ok := broken[path]; !ok {
		broken[path] = compileBroken(t, archive, filepath.Base(path) == "not-stamped.txt")
	}
	return broken[path]
}

// compileBroken lays the files of an archive over the embedded base, which is read once.
func compileBroken(t *testing.T, archive *txtar.Archive, stamps bool) Problems {
	t.Helper()
	base := draftOfBase()
	over, replaced := fstest.MapFS{}, map[string]bool{}
	for _, f := range archive.Files {
		replaced[f.Name] = true
		if len(f.Data) > 0 {
			over[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	d, ps := Read(over)
	if !replaced[sourcesFile] {
		d.Sources = base.Sources
	}
	if !replaced[calendarFile] {
		d.Calendar = base.Calendar
	}
	if !replaced[provincesFile] {
		d.Provinces = base.Provinces
	}
	if !replaced[glossaryFile] {
		d.Terms = base.Terms
	}
	for _, e := range base.Entries {
		if f := base.files[e]; !replaced[f.name] {
			d.Entries = append(d.Entries, e)
			d.files[e] = f
		}
	}
	slices.SortFunc(d.Entries, func(a, b *Entry) int { return strings.Compare(d.files[a].name, d.files[b].name) })
	_, more := compile(d, stamps, &checkedBefore)
	known := ofBase()
	if stamps {
		known = ofBaseStamped()
	}
	more = slices.DeleteFunc(more, func(p Problem) bool { return known[p.String()] })
	return append(ps, more...).sorted()
}
