package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"zhilu/dialog"
)

var update = flag.Bool("update", false, "rewrite what the README shows")

const readme = "../../README.md"

// TestReadmeTranscript: the conversation in the README is what `zhilu chat` prints.
func TestReadmeTranscript(t *testing.T) {
	input, err := os.ReadFile("../../dialog/testdata/readme.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut strings.Builder
	if code := run([]string{"chat", "--now", "2026-11-21T10:00"}, strings.NewReader(string(input)), &out, &errOut); code != 0 {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	shows(t, "<!-- transcript -->\n```\n", "```\n<!-- /transcript -->", out.String())
}

// TestReadmeFigures: the figures in the README are those of `zhilu eval`.
func TestReadmeFigures(t *testing.T) {
	rel, err := loadBase("")
	if err != nil {
		t.Fatal(err)
	}
	_, results := evaluated(t)
	shows(t, "<!-- figures -->\n", "<!-- /figures -->", figuresTable(summarise(dialog.Labels(rel), results)))
}

// figuresTable is the table of the README.
func figuresTable(s summary) string {
	var b strings.Builder
	b.WriteString("| messages | right | share | 95 % interval |\n| --- | --- | --- | --- |\n")
	line := func(name string, s share) {
		low, high := s.interval()
		fmt.Fprintf(&b, "| %s | %d of %d | %.1f %% | %.1f–%.1f %% |\n", name, s.Right, s.Rows, 100*s.part(), 100*low, 100*high)
	}
	line("**all**", s.All)
	for _, l := range []string{"zh-Hans", "zh-Hant", "en", "es"} {
		line(l, s.Lang[l])
	}
	for _, g := range []string{"situations", "channels", "topics", "controls"} {
		line(g, s.Group[g])
	}
	line("none of these, kept out", s.Group["none"])
	line("**self-harm**, recognised", s.SelfHarm.Recall)
	line("self-harm, false alarms", s.SelfHarm.False)
	line("self-harm, false alarms on figures of speech", s.SelfHarm.FalseHard)
	line("violence, recognised", s.Violence.Recall)
	line("violence, false alarms", s.Violence.False)
	line("language, of any message", s.Language)
	line("language, of three words or more", s.LanguageLong)
	return b.String()
}

// shows asks that the README holds want between two marks, or under -update writes it there.
func shows(t *testing.T, begin, end, want string) {
	t.Helper()
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	i, j := strings.Index(string(data), begin), strings.Index(string(data), end)
	if i < 0 || j < i {
		t.Fatalf("the README has no %q", begin)
	}
	if string(data[i+len(begin):j]) == want {
		return
	}
	if !*update {
		t.Fatalf("the README is not up to date; run make update. It should show:\n%s", want)
	}
	if err := os.WriteFile(readme, []byte(string(data[:i+len(begin)])+want+string(data[j:])), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeCommands: every make target and subcommand the README names exists.
func TestReadmeCommands(t *testing.T) {
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, m := range regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)").FindAllStringSubmatch(string(data), -1) {
		found++
		if !strings.Contains(string(makefile), "\n"+m[1]+":") {
			t.Errorf("make %s does not exist", m[1])
		}
	}
	for _, m := range regexp.MustCompile("`(?:go run ./cmd/)?zhilu ([a-z]+)(?: (lint|stamp|test|export|import|fmt|diff|schema))?").FindAllStringSubmatch(string(data), -1) {
		found++
		args := append(strings.Fields(m[1]+" "+m[2]), "--help")
		if code := run(args, strings.NewReader(""), &strings.Builder{}, &strings.Builder{}); code != 0 {
			t.Errorf("zhilu %s: exit %d", strings.Join(args, " "), code)
		}
	}
	if found < 10 {
		t.Errorf("found only %d commands", found)
	}
	settings := regexp.MustCompile(`ZHILU_[A-Z_]+`)
	env, err := os.ReadFile("../../deploy/zhilu.env.example")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("config.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range settings.FindAllString(string(source), -1) {
		if strings.HasSuffix(name, "_") {
			continue
		}
		if !strings.Contains(string(env), name) {
			t.Errorf("%s is not in the env example", name)
		}
	}
}
