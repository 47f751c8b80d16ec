package simulator_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLabels: every label in all three languages, none left over, none empty.
func TestLabels(t *testing.T) {
	used := map[string]bool{}
	for _, file := range []string{"index.html", "app.js", "view.js"} {
		raw, err := os.ReadFile("page/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.T\.([a-zA-Z]+)|["']([a-zA-Z]+)["']`).FindAllStringSubmatch(string(raw), -1) {
			used[m[1]+m[2]] = true
		}
		for _, m := range regexp.MustCompile(`data-(?:t|label)="([a-zA-Z]+)"`).FindAllStringSubmatch(string(raw), -1) {
			used[m[1]] = true
		}
	}
	var first []string
	for _, lang := range []string{"zh", "es", "en"} {
		raw, err := os.ReadFile("page/strings/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var labels map[string]string
		if err := json.Unmarshal(raw, &labels); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for key, text := range labels {
			keys = append(keys, key)
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", lang, key)
			}
			if !used[key] && !slices.Contains([]string{"replied", "silent", "fault"}, key) { // outcomes
				t.Errorf("%s: %s is not used", lang, key)
			}
		}
		slices.Sort(keys)
		if first == nil {
			first = keys
		}
		if !slices.Equal(first, keys) {
			t.Errorf("%s has other keys:\n%v\n%v", lang, keys, first)
		}
	}
	html, _ := os.ReadFile("page/index.html")
	for _, m := range regexp.MustCompile(`\{\{\.T\.([a-zA-Z]+)`).FindAllStringSubmatch(string(html), -1) {
		if !slices.Contains(first, m[1]) {
			t.Errorf("the page uses %s, which no language has", m[1])
		}
	}
}
