package main

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite what the README shows")

// TestReadmeTranscript: the conversation in the README is what `zhilu chat` prints.
func TestReadmeTranscript(t *testing.T) {
	const readme, begin, end = "../../README.md", "<!-- transcript -->\n```\n", "```\n<!-- /transcript -->"
	input, err := os.ReadFile("../../dialog/testdata/readme.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut strings.Builder
	if code := run([]string{"chat", "--now", "2026-11-21T10:00"}, strings.NewReader(string(input)), &out, &errOut); code != 0 {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	i, j := strings.Index(string(data), begin), strings.Index(string(data), end)
	if i < 0 || j < i {
		t.Fatal("the README has no transcript")
	}
	if string(data[i+len(begin):j]) == out.String() {
		return
	}
	if !*update {
		t.Fatalf("the README does not show what the bot says; run make update. It says:\n%s", out.String())
	}
	if err := os.WriteFile(readme, []byte(string(data[:i+len(begin)])+out.String()+string(data[j:])), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeCommands: every make target and subcommand the README names exists.
func TestReadmeCommands(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
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
