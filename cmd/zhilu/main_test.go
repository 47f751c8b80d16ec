package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// zhilu runs the program and gives what it printed.
func zhilu(t *testing.T, input string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e strings.Builder
	code = run(args, strings.NewReader(input), &o, &e)
	return code, o.String(), e.String()
}

// TestChatPlaysTranscripts: feeding a transcript to `zhilu chat` prints the transcript.
func TestChatPlaysTranscripts(t *testing.T) {
	files, err := filepath.Glob("../../dialog/testdata/*.txt")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		code, out, errOut := zhilu(t, string(data), "chat", "--now", "2026-11-21T10:00")
		if code != 0 {
			t.Fatalf("%s: exit %d: %s", path, code, errOut)
		}
		if want := withoutComments(string(data)); withoutComments(out) != want {
			t.Errorf("%s: got\n%s\nwant\n%s", path, out, want)
		}
	}
}

func withoutComments(s string) string {
	var lines []string
	for _, l := range strings.Split(s, "\n") {
		if !strings.HasPrefix(l, "#") {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// TestChatOfTheIssue: five typed lines lead to evidence, to Spanish and to a hotline.
func TestChatOfTheIssue(t *testing.T) {
	code, out, _ := zhilu(t, "催收\n1\n证据\nespañol\n12378\n", "chat")
	got, err := transcript.Parse(strings.NewReader(out))
	if err != nil || code != 0 || len(got.Turns) != 5 {
		t.Fatalf("exit %d, %v:\n%s", code, err, out)
	}
	for i, status := range []string{"collection collection zh-Hans", "situation menu-pick zh-Hans", "entry evidence zh-Hans", "entry language es", "channel nfra-12378 es"} {
		if got.Turns[i].Want.Status != status {
			t.Errorf("turn %d: = %s, want %s", i+1, got.Turns[i].Want.Status, status)
		}
	}
}

func TestKnowledgeCommands(t *testing.T) {
	if code, out, errOut := zhilu(t, "", "knowledge", "lint"); code != 0 || errOut != "" || out != "" && !strings.Contains(out, "\n0 errors, ") {
		t.Errorf("lint: exit %d %s %s", code, out, errOut)
	}
	if code, out, errOut := zhilu(t, "", "knowledge", "test", "../../dialog/testdata"); code != 0 || !strings.Contains(out, " 0 failed") {
		t.Errorf("test: exit %d %s %s", code, out, errOut)
	}
	dir := t.TempDir()
	write := func(name, data string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("police.yaml", "id: policia\nkind: channel\n")
	code, out, _ := zhilu(t, "", "knowledge", "lint", dir)
	if code != exitFault || !strings.Contains(out, `police.yaml:1:1: policia: the file is named police.yaml, so the id must be "police" (bad-id)`) ||
		strings.Count(out, "(missing-entry)") < 50 {
		t.Errorf("lint of a broken folder: exit %d\n%s", code, out)
	}
	write("wrong.txt", "> 催收\n< 别的\n= who none es\n")
	if code, out, _ := zhilu(t, "", "knowledge", "test", dir); code != exitFault || !strings.Contains(out, "FAIL") || !strings.Contains(out, "want = who none es") {
		t.Errorf("test of a wrong transcript: exit %d\n%s", code, out)
	}
	write("wrong.txt", "催收\n")
	if code, out, _ := zhilu(t, "", "knowledge", "test", dir); code != exitFault || !strings.Contains(out, "line 1: a line starts with") {
		t.Errorf("test of no transcript: exit %d\n%s", code, out)
	}
}

// TestLintSeverity: warnings are printed and counted, and fail only with --strict.
func TestLintSeverity(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, knowledge.Base()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "topic", "weak.yaml")
	const weak = "id: weak\nkind: topic\nname: {zh: 例子, en: Example, es: Ejemplo}\ntext: {zh: 正文。, en: Text., es: Texto.}\n" +
		"phrases: {zh: [一个例子短语]}\nsources: [GENERAL]\nchecked: 2026-11-21\nconfidence: high\nmade_from: {en: 4e45961f, es: 4e45961f}\n"
	if err := os.WriteFile(path, []byte(weak), 0o644); err != nil {
		t.Fatal(err)
	}
	const warning = "topic/weak.yaml:6:10: warning: weak: every source is of tier C"
	code, out, errOut := zhilu(t, "", "knowledge", "lint", dir)
	if code != 0 || errOut != "" || !strings.Contains(out, warning) || !strings.HasSuffix(out, "\n0 errors, 1 warning\n") {
		t.Errorf("lint: exit %d\n%s%s", code, out, errOut)
	}
	code, out, errOut = zhilu(t, "", "knowledge", "lint", "--strict", dir)
	if code != exitFault || !strings.Contains(out, warning) || !strings.HasPrefix(errOut, "0 errors, ") {
		t.Errorf("lint --strict: exit %d\n%s%s", code, out, errOut)
	}
}

// TestLintShowsThePlace: below a problem the line it lies in and a caret; what is wrong with
// the YAML itself is shown the same way, and once, whoever finds it.
func TestLintShowsThePlace(t *testing.T) {
	dir := exported(t)
	police := filepath.Join(dir, "channel", "police-110.yaml")
	for _, c := range []struct {
		old, now, want string
		commands       []string
	}{
		{"kind: channel\n", "kind: 渠道\n", `channel/police-110.yaml:2:7: police-110: the kind "渠道" does not exist (unknown-kind)
    kind: 渠道
          ^
`, []string{"lint", "import"}},
		{"kind: 渠道\n", "kind: 渠道: 热线\n", `channel/police-110.yaml:2:7: mapping value is not allowed in this context (syntax)
    kind: 渠道: 热线
          ^
`, []string{"lint", "import", "fmt"}},
	} {
		replaceIn(t, police, c.old, c.now)
		for _, command := range c.commands {
			args := []string{"knowledge", command, dir}
			if command == "import" {
				args = append(args, "--to", filepath.Join(t.TempDir(), "to"))
			}
			_, out, _ := zhilu(t, "", args...)
			if !strings.Contains(out, c.want) || strings.Count(out, "channel/police-110.yaml:2:") != 1 || strings.Count(out, strings.TrimSpace(c.now)) != 1 {
				t.Errorf("%s:\n%s\nwant\n%s", command, out, c.want)
			}
		}
	}
}

func TestStampCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.yaml")
	const entry = "id: x\nkind: topic\nname: {zh: 例子, en: Example, es: Ejemplo}\n"
	if err := os.WriteFile(path, []byte(entry), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		want []string
	}{{[]string{"--lang", "es", path}, []string{"es: "}}, {[]string{path}, []string{"en: ", "es: "}}} {
		if code, out, errOut := zhilu(t, "", append([]string{"knowledge", "stamp"}, step.args...)...); code != 0 || out+errOut != "" {
			t.Fatalf("exit %d %s %s", code, out, errOut)
		}
		data, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(string(data), entry+"made_from: {"+step.want[0]) || strings.Count(string(data), `: "`) != len(step.want) {
			t.Errorf("%q: %v\n%s", step.args, err, data)
		}
	}
	if code, _, errOut := zhilu(t, "", "knowledge", "stamp", path, "/nowhere.yaml"); code != exitFault || !strings.Contains(errOut, "/nowhere.yaml: ") {
		t.Errorf("exit %d %s", code, errOut)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"nonsense"}, {"serve", "extra"}, {"chat", "--now", "yesterday"}, {"knowledge", "lint", "/nowhere"},
		{"knowledge", "test", t.TempDir()}, {"knowledge", "stamp"}, {"knowledge", "stamp", "--lang", "zh", "x.yaml"}, {"simulate", "--mode", "secret"}, {"eval"},
		{"eval", "--text", "x", "a.jsonl"}, {"eval", "--trace", "", "a.jsonl"}, {"eval", "--compare", "", "a.jsonl"}, {"eval", "--json", "--trace", "x", "a.jsonl"}} {
		if code, _, errOut := zhilu(t, "", args...); code != exitUsage || errOut == "" {
			t.Errorf("%q: exit %d %q", args, code, errOut)
		}
	}
	if code, out, _ := zhilu(t, "", "version"); code != 0 || !strings.Contains(out, "entries") {
		t.Errorf("version: exit %d %q", code, out)
	}
}

// TestServeRefusesWrongConfiguration through the environment of the process itself.
func TestServeRefusesWrongConfiguration(t *testing.T) {
	t.Setenv("ZHILU_WECHAT_APP_ID", "wx1")
	t.Setenv("ZHILU_LISTEN", "nowhere")
	code, _, errOut := zhilu(t, "", "serve")
	if code != exitUsage || !strings.Contains(errOut, "ZHILU_LISTEN") || !strings.Contains(errOut, "ZHILU_WECHAT_TOKEN") || !strings.Contains(errOut, "ZHILU_SECRET") {
		t.Errorf("exit %d\n%s", code, errOut)
	}
}
