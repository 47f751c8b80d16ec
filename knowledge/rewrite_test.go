package knowledge

import (
	"io/fs"
	"strings"
	"testing"
)

// TestRewriteBase: a file that is rewritten with what it says is the same file.
func TestRewriteBase(t *testing.T) {
	names, err := yamlFiles(Base())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(Base(), name)
		if err != nil {
			t.Fatal(err)
		}
		var out []byte
		switch {
		case EntryFile(name):
			e, err := Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if e.Stale(En) || e.Stale(Es) || e.Stale(ZhHans) {
				t.Errorf("%s is stale", name)
			}
			if out, err = Rewrite(data, e); err != nil {
				t.Fatal(err)
			}
		case name == SourcesFile:
			sources, err := DecodeSources(data)
			if err != nil {
				t.Fatal(err)
			}
			if out, err = RewriteSources(data, sources); err != nil {
				t.Fatal(err)
			}
		default:
			continue
		}
		if string(out) != string(data) {
			t.Errorf("%s changes", name)
		}
	}
}

func TestRewrite(t *testing.T) {
	e := &Entry{ID: "x", Kind: Topic, Name: Text{Zh: "一", En: "One"}}
	if e.Stale(Es) || !e.Stale(En) {
		t.Error("a language is stale when it has texts and no stamp")
	}
	e.Restamp(En, Es)
	if e.Stale(En) || e.MadeFrom.Es != "" {
		t.Errorf("stamps %+v", e.MadeFrom)
	}
	e.Name.Zh = "二"
	if !e.Stale(En) {
		t.Error("another Chinese text leaves the translation fresh")
	}
	out, err := Rewrite([]byte("# Head.\nid: y\n"), e)
	if err != nil || !strings.HasPrefix(string(out), "# Head.\nid: x\n") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := Rewrite([]byte("id: x\n# inside\n"), e); err == nil {
		t.Error("a comment inside is lost without a word")
	}
	if _, err := DecodeSources([]byte("A: {tier: A, nope: 1}")); err == nil {
		t.Error("an unknown key is read over")
	}
}
