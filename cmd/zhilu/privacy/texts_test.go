package privacy

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/keyspace"
)

// familiar are words of the familiar address in Spanish.
var familiar = regexp.MustCompile(`(?i)\b(tú|tu|tus|ti|vos|puedes|tienes|debes|haz)\b`)

// check holds a text to be there in all languages, in one line, politely.
func check(t *testing.T, where string, w words) {
	t.Helper()
	for _, l := range knowledge.AnswerLangs {
		if text := w.In(l); text == "" || strings.TrimSpace(text) != text || strings.Contains(text, "\n") {
			t.Errorf("%s: the text in %s is missing or not one line: %q", where, l, text)
		}
	}
	if strings.Contains(w.Zh, "你") || familiar.MatchString(w.Es) {
		t.Errorf("%s: 您 and usted: %+v", where, w)
	}
}

func TestTexts(t *testing.T) {
	c := texts()
	check(t, "title", c.Title)
	check(t, "note", c.Note)
	for _, list := range []map[string]words{c.Sections, c.About, c.Words} {
		for id, w := range list {
			check(t, id, w)
		}
	}
	for _, h := range keyspace.Holdings {
		check(t, string(h), c.Holds[h])
	}
	if len(c.Holds) != len(keyspace.Holdings) || len(c.Files) != len(files) {
		t.Error("texts that nothing needs")
	}
	for id, d := range c.Keys {
		check(t, id, d.Purpose)
		check(t, id, d.Content)
	}
	for _, id := range files {
		check(t, id, c.Files[id].Name)
		check(t, id, c.Files[id].Content)
	}
}

func TestLife(t *testing.T) {
	var got []string
	for _, d := range []time.Duration{0, 30 * 24 * time.Hour, 24 * time.Hour, 12 * time.Hour, 30 * time.Minute, time.Minute, 1500 * time.Millisecond} {
		got = append(got, life(d, knowledge.En))
	}
	want := []string{"for good", "30 days at most", "24 hours at most", "12 hours at most", "30 minutes at most", "60 seconds at most", "2 seconds at most"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
