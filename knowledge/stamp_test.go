package knowledge

import (
	"io/fs"
	"strings"
	"testing"
)

// entryOf is a small entry with more lines at the end.
func entryOf(more string) string {
	return "id: x   # a note\nkind: topic\nname: {zh: 例子, en: Example, es: Ejemplo}\ntext:\n  zh: |\n    正文。\n\n    made_from: 不是\n  en: |\n    Text.\n  es: Texto.\n" + more
}

func TestStamp(t *testing.T) {
	e := new(Entry)
	if ps := decode("x", []byte(entryOf("")), e); ps != nil {
		t.Fatal(ps)
	}
	h := e.stamp()
	both := `made_from: {en: "` + h + `", es: "` + h + `"}`
	for _, c := range []struct {
		name, more, want string
		langs            []Lang
	}{
		{"new", "checked: 2026-11-21\n", "checked: 2026-11-21\n" + both + "\n", nil},
		{"one language", "", `made_from: {es: "` + h + "\"}\n", []Lang{Es}},
		{"the other stays", "made_from: {en: aaaaaaaa, es: bbbbbbbb}\nchecked: 2026-11-21\n", `made_from: {en: "` + h + "\", es: \"bbbbbbbb\"}\nchecked: 2026-11-21\n", []Lang{En}},
		{"a block", "made_from:\n  en: aaaaaaaa\n  es: bbbbbbbb\nchecked: 2026-11-21", both + "\nchecked: 2026-11-21", nil},
		{"no end of line", "checked: 2026-11-21", "checked: 2026-11-21\n" + both + "\n", nil},
		{"up to date", both + " # done\n", both + " # done\n", nil},
	} {
		got, err := Stamp([]byte(entryOf(c.more)), c.langs...)
		if err != nil || string(got) != entryOf(c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, got)
		}
	}
	crlf := strings.ReplaceAll(entryOf("checked: 2026-11-21\n"), "\n", "\r\n")
	if got, err := Stamp([]byte(crlf)); err != nil || !strings.HasPrefix(string(got), crlf+"made_from: {en: ") || !strings.HasSuffix(string(got), "}\r\n") {
		t.Errorf("line ends: %v\n%q", err, got)
	}
	for _, bad := range []string{"", "nonsense", "- a list\n", entryOf("...\n")} {
		if _, err := Stamp([]byte(bad)); err == nil {
			t.Errorf("%q is stamped", bad)
		}
	}
	if got, err := Stamp([]byte("id: x\nkind: control\nphrases: {zh: [好]}\n")); err != nil || strings.Contains(string(got), "made_from") {
		t.Errorf("an entry without texts: %v %s", err, got)
	}
}

// TestStampValue holds the hash still: a change of it makes every translation stale.
func TestStampValue(t *testing.T) {
	e := &Entry{Name: Text{Zh: "一"}, Short: Text{Zh: "二"}, Text: Text{Zh: "三"}, Other: Text{Zh: "四"}, Call: Text{Zh: "五"}, Say: &Say{Zh: "六"}}
	if got := e.stamp(); got != "d8f3fc96" {
		t.Errorf("%s", got)
	}
	before := e.stamp()
	e.Text.En = "three"
	if e.stamp() != before {
		t.Error("the English text changes the stamp of the Chinese")
	}
	e.Say.Zh = "七"
	if e.stamp() == before {
		t.Error("the spoken sentence does not count")
	}
}

// TestStampBase: every entry of the base can be stamped, and then says what lint wants to read.
func TestStampBase(t *testing.T) {
	d := draftOfBase()
	for _, e := range d.Entries {
		out, err := Stamp(d.files[e].data)
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		again := new(Entry)
		if ps := decode("", out, again); ps != nil || e.translated(En) && again.MadeFrom.En != again.stamp() || e.translated(Es) && again.MadeFrom.Es != again.stamp() {
			t.Errorf("%s: %v %+v", e.ID, ps, again.MadeFrom)
		}
	}
	if _, err := fs.Stat(Base(), glossaryFile); err != nil || len(d.Terms) < 30 {
		t.Errorf("the glossary has %d terms, %v", len(d.Terms), err)
	}
}
