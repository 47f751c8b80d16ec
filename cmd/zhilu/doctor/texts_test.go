package doctor

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"zhilu/knowledge"
)

var (
	placeholder = regexp.MustCompile(`\{[a-z]+\}`)
	// noted are the ids that the code writes down: as the argument of add, or in one of its tables.
	noted = regexp.MustCompile(`"((?:unfinished|(?:config|machine|archive|keys|redis|cluster|sentinel|wechat|address|releases|facts|people)-[a-z-]+[a-z]))"`)
	// familiar are words of the familiar address in Spanish.
	familiar = regexp.MustCompile(`(?i)\b(tú|tu|tus|ti|vos|puedes|tienes|debes|haz|escribe|revisa)\b`)
)

// check holds a text to be there in all languages, with the same values.
func check(t *testing.T, where string, w words) {
	t.Helper()
	values := func(s string) []string {
		list := placeholder.FindAllString(s, -1)
		slices.Sort(list)
		return slices.Compact(list)
	}
	for _, l := range knowledge.AnswerLangs {
		text := w.In(l)
		if text == "" || strings.TrimSpace(text) != text || strings.Contains(text, "\n") {
			t.Errorf("%s: the text in %s is missing or not one line: %q", where, l, text)
		}
		if !slices.Equal(values(text), values(w.En)) {
			t.Errorf("%s: the values in %s are %v, in en %v", where, l, values(text), values(w.En))
		}
	}
	if strings.Contains(w.Zh, "你") {
		t.Errorf("%s: 您, not 你", where)
	}
	if familiar.MatchString(w.Es) {
		t.Errorf("%s: usted, not tú: %s", where, w.Es)
	}
}

// TestTexts: every finding has its line in three languages, and what is not ok says what to do.
func TestTexts(t *testing.T) {
	c := texts()
	check(t, "title", c.Title)
	check(t, "summary", c.Summary)
	for _, g := range Groups {
		check(t, "group "+string(g), c.Groups[g])
	}
	for _, l := range []Level{OK, Warning, Error} {
		check(t, "level "+string(l), c.Levels[l])
	}
	if len(c.Groups) != len(Groups) || len(c.Levels) != 3 {
		t.Error("a group or a level too many")
	}
	for id, f := range c.Findings {
		check(t, id, f.Line)
		if f.Do != (words{}) {
			check(t, id+", what to do", f.Do)
		} else if f.Level != OK {
			t.Errorf("%s does not say what to do", id)
		}
		if f.Level != OK && f.Level != Warning && f.Level != Error {
			t.Errorf("%s: level %q", id, f.Level)
		}
		if !strings.ContainsFunc(f.Line.Zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && !strings.Contains(f.Line.Zh, "appendonly") && id != "config-fault" {
			t.Errorf("%s is not written in Chinese: %s", id, f.Line.Zh)
		}
	}
}

// TestEveryFindingHasItsText and the other way round: the ids in the code are those of the file.
func TestEveryFindingHasItsText(t *testing.T) {
	files, _ := filepath.Glob("*.go")
	used := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range noted.FindAllSubmatch(data, -1) {
			used[string(m[1])] = true
		}
	}
	for _, prefix := range []string{"redis-", "wechat-", "address-"} { // and what networkFault names
		for _, kind := range []string{"certificate", "no-tls", "name", "refused", "timeout", "closed"} {
			used[prefix+kind] = true
		}
	}
	used["address-handshake"] = true
	for id := range used {
		if _, ok := texts().Findings[id]; !ok {
			t.Errorf("%s has no text", id)
		}
	}
	for id := range texts().Findings {
		if !used[id] {
			t.Errorf("%s is never found", id)
		}
	}
}

// TestEverySettingHasItsHint, also those that come from files.
func TestEverySettingHasItsHint(t *testing.T) {
	source, err := os.ReadFile("../config.go")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`"(ZHILU_[A-Z_]*[A-Z])"`).FindAllStringSubmatch(string(source), -1)
	if len(names) < 20 {
		t.Fatalf("found only %d settings", len(names))
	}
	for _, m := range names {
		check(t, m[1], settingHint(m[1]))
	}
	if settingHint("ZHILU_SECRET_FILE") != texts().Settings["_FILE"] {
		t.Error("a file has no hint of its own")
	}
}

// TestPrinted: what a person reads in each language, and what a machine does.
func TestPrinted(t *testing.T) {
	r := Report{At: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Findings: []Finding{
		{Group: Redis, ID: "redis-version", Node: "10.0.0.1:6379", args: []any{"version", "7.0.15\x1b[31m"}},
		{Group: WeChat, ID: "wechat-ip", args: []any{"ip", "203.0.113.7"}},
	}}
	for lang, want := range map[knowledge.Lang]string{
		knowledge.ZhHans: "指路体检  2026-11-21 10:00 +00:00\n\nRedis\n  正常  10.0.0.1:6379: 版本 7.0.15 [31m\n\n微信接口\n  错误  这台机器的地址 203.0.113.7 不在",
		knowledge.En:     "Zhilu doctor  2026-11-21 10:00 +00:00\n\nRedis\n  ok       10.0.0.1:6379: Version 7.0.15 [31m\n\nWeChat API\n  ERROR    The address of this machine, 203.0.113.7, is",
		knowledge.Es:     "Revisión de Zhilu  2026-11-21 10:00 +00:00\n\nRedis\n  bien   10.0.0.1:6379: Versión 7.0.15 [31m\n\nAPI de WeChat\n  ERROR  La dirección de este equipo, 203.0.113.7, no",
	} {
		var b strings.Builder
		if err := r.WriteText(&b, lang); err != nil || !strings.HasPrefix(b.String(), want) || !strings.Contains(b.String(), "IP白名单") {
			t.Errorf("%s: %v\n%s", lang, err, b.String())
		}
		if !strings.ContainsAny(r.Summary(lang), "1") || strings.Contains(r.Summary(lang), "{") {
			t.Error(r.Summary(lang))
		}
	}
	var b bytes.Buffer
	var out struct {
		Errors   int
		Findings []map[string]string
	}
	if err := r.WriteJSON(&b, knowledge.Es); err != nil || json.Unmarshal(b.Bytes(), &out) != nil {
		t.Fatal(err, b.String())
	}
	if out.Errors != 1 || len(out.Findings) != 2 || out.Findings[1]["id"] != "wechat-ip" || out.Findings[1]["level"] != "error" || out.Findings[0]["node"] != "10.0.0.1:6379" {
		t.Errorf("%s", b.String())
	}
}
