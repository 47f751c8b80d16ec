package knowledge

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLanguages: of the labelled messages that are long enough to show it, nearly all are
// taken for the language they are in. The first half was written before DetectLang was.
func TestLanguages(t *testing.T) {
	data, err := os.ReadFile("testdata/languages.txt")
	if err != nil {
		t.Fatal(err)
	}
	part, right, all := "", map[string]int{}, map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if name, ok := strings.CutPrefix(line, "# "); ok {
			part = name
			continue
		}
		lang, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%q has no tab", line)
		}
		want := Lang(strings.TrimPrefix(lang, "-"))
		got, group := DetectLang(text), part+": short"
		if long(want, text) {
			group = part + ": long"
		}
		all[group]++
		if got == want {
			right[group]++
			continue
		}
		t.Logf("%s: %q is in %q, want %q", group, text, got, want)
	}
	sure, of := 0, 0
	for group, n := range all {
		t.Logf("%s: %d of %d", group, right[group], n)
		if strings.HasSuffix(group, "long") {
			sure, of = sure+right[group], of+n
		}
	}
	if sure*100 < of*99 {
		t.Errorf("%d of %d long messages are taken for their language", sure, of)
	}
}

// long reports whether a message has three words, or characters of Chinese.
func long(l Lang, text string) bool {
	if l.Chinese() && len(latinWords(text)) == 0 {
		return utf8.RuneCountInString(text) >= 3
	}
	return len(strings.Fields(text)) >= 3
}
