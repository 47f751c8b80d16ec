package console

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"time"

	"zhilu/knowledge"
)

var verbs = regexp.MustCompile(`%(\[\d+\])?.`)

// TestStrings says that every text has all languages with the same verbs, that every text is
// used, and that every one used is there. A literal that ends in "." or "_" stands for all
// texts that begin with it.
func TestStrings(t *testing.T) {
	s := newConsole(t)
	used := keysInGo(t)
	for key := range keysInTemplates(t, s.pages) {
		used[key] = true
	}
	for key := range used {
		if slices.Contains(auditKnown, key) { // an action of the audit looks like a key
			continue
		}
		if _, ok := s.words[key]; !ok && !strings.HasSuffix(key, ".") && !strings.HasSuffix(key, "_") {
			t.Errorf("%s is used and is not there", key)
		}
	}
	for key, text := range s.words {
		if !isUsed(used, key) {
			t.Errorf("%s is there and nobody uses it", key)
		}
		zh := verbsIn(text.Zh)
		for _, other := range []string{text.En, text.Es} {
			if !slices.Equal(zh, verbsIn(other)) {
				t.Errorf("%s: %v in Chinese, %v in %q", key, zh, verbsIn(other), other)
			}
		}
		if strings.Contains(text.Zh, "你") {
			t.Errorf("%s says 你: 您", key)
		}
	}
}

func isUsed(used map[string]bool, key string) bool {
	if used[key] {
		return true
	}
	for u := range used {
		if (strings.HasSuffix(u, ".") || strings.HasSuffix(u, "_")) && strings.HasPrefix(key, u) {
			return true
		}
	}
	return false
}

func verbsIn(text string) []string {
	found := verbs.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// keysInGo finds every literal in the code that looks like a key: the name of a file of
// texts, a dot, and more.
func keysInGo(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("strings/*.yaml")
	ok(t, err)
	var stems []string
	for _, f := range files {
		stems = append(stems, regexp.QuoteMeta(strings.TrimSuffix(filepath.Base(f), ".yaml")))
	}
	key := regexp.MustCompile(`"((?:` + strings.Join(stems, "|") + `)\.[a-z0-9_.-]*)"`)
	sources, err := filepath.Glob("*.go")
	ok(t, err)
	found := map[string]bool{}
	for _, f := range sources {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(f)
		ok(t, err)
		for _, m := range key.FindAllStringSubmatch(string(raw), -1) {
			if !slices.Contains([]string{".html", ".yaml", ".css", ".js", ".svg"}, filepath.Ext(m[1])) {
				found[m[1]] = true
			}
		}
	}
	return found
}

func keysInTemplates(t *testing.T, p *pages) map[string]bool {
	found := map[string]bool{}
	for name := range p.own {
		page, err := p.get(knowledge.En, name)
		ok(t, err)
		for _, t := range page.Templates() {
			if t.Tree == nil {
				continue
			}
			for _, key := range keysIn(t.Tree.Root) {
				found[key] = true
			}
			walk(t.Tree.Root, func(n parse.Node) {
				if s, ok := n.(*parse.StringNode); ok && strings.Contains(s.Text, ".") {
					found[strings.TrimSuffix(s.Text, " ")] = true
				}
			})
		}
	}
	for key := range found { // other literals: names of files, options of fields
		if strings.ContainsAny(key, "=/ ") || slices.Contains([]string{".svg", ".css", ".js", ".html"}, filepath.Ext(key)) {
			delete(found, key)
		}
	}
	return found
}

// TestTemplates says that no template has anything inline, and that each page has a title
// and a main part.
func TestTemplates(t *testing.T) {
	files, err := filepath.Glob("templates/*.html")
	ok(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		ok(t, err)
		for _, forbidden := range []string{`(?i)<style`, `(?i)\sstyle\s*=`, `(?i)\son[a-z]+\s*=\s*["'{]`, `(?i)javascript:`, `(?i)<script(?:[^>]*)>[^<]`, `(?i)<(iframe|object|embed|base)\b`} {
			if m := regexp.MustCompile(forbidden).FindString(string(raw)); m != "" {
				t.Errorf("%s has %q", f, m)
			}
		}
		if shared(filepath.Base(f)) {
			continue
		}
		for _, part := range []string{`{{define "title"}}`, `{{define "main"}}`} {
			if !strings.Contains(string(raw), part) {
				t.Errorf("%s lacks %s", f, part)
			}
		}
	}
}

// TestGo says that no code makes trusted HTML, besides the picture of a one-time code.
func TestGo(t *testing.T) {
	files, err := filepath.Glob("*.go")
	ok(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		ok(t, err)
		if m := regexp.MustCompile(`template\.(HTML|JS|CSS|Srcset|URL)\w*\(`).FindString(string(raw)); m != "" && f != "factor.go" && !strings.HasSuffix(f, "_test.go") {
			t.Errorf("%s uses %s", f, m)
		}
	}
}

func TestNumbersAndDates(t *testing.T) {
	at := time.Date(2026, 8, 3, 22, 5, 0, 0, time.UTC) // the 4th in Beijing
	for lang, want := range map[knowledge.Lang][]string{
		knowledge.ZhHans: {"0", "1,234", "−12,345,678", "25%", "2026年8月4日 06:05"},
		knowledge.En:     {"0", "1,234", "−12,345,678", "25%", "4 Aug 2026, 06:05"},
		knowledge.Es:     {"0", "1234", "−12\u202f345\u202f678", "25\u202f%", "4 ago 2026, 06:05"},
	} {
		got := []string{number(lang, 0), number(lang, 1234), number(lang, -12345678), percent(lang, .25), when(lang, at)}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
