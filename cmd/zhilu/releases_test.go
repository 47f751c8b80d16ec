package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhilu/dialog/session/redistest"
)

// TestReleasesAtTheShell: a folder is published, listed and taken back, at the command line.
func TestReleasesAtTheShell(t *testing.T) {
	if code, _, errs := zhilu(t, "", "knowledge", "releases"); code != exitUsage || !strings.Contains(errs, "ZHILU_REDIS_URL is missing") {
		t.Errorf("without a Redis: %d %s", code, errs)
	}
	server := redistest.Start(t)
	t.Setenv("ZHILU_REDIS_URL", server.URL())
	t.Setenv("ZHILU_SECRET", "0123456789abcdef0123456789abcdef")
	expect := func(want string, code int, args ...string) {
		t.Helper()
		got, out, errs := zhilu(t, "", args...)
		if got != code || !strings.Contains(out+errs, want) {
			t.Errorf("zhilu %s: exit %d, %s%s\nwant %d, %q", strings.Join(args, " "), got, out, errs, code, want)
		}
	}
	dir := filepath.Join(t.TempDir(), "base")
	expect("files in", 0, "knowledge", "export", dir)
	expect("nothing was released", 0, "knowledge", "releases")
	by := []string{"--as", "lin", "--reason", "new number"}
	publish := append([]string{"knowledge", "publish", dir}, by...)
	expect("is what is live already", exitFault, publish...)
	file := filepath.Join(dir, "channel", "nfra-12378.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(s string) {
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(data), "kind: channel", "kind: nothing", 1))
	expect("does not exist", exitFault, publish...)
	write(strings.Replace(string(data), `value: "12378"`, `value: "12379"`, 1))
	expect("golden conversations change: read them", exitFault, publish...)
	expect("nothing was released", 0, "knowledge", "releases")
	expect("release 2", 0, append(publish, "--accept")...)
	expect("nobody else has looked yet", 0, "knowledge", "releases")
	expect("not found", exitFault, append([]string{"knowledge", "rollback", "9"}, by...)...)
	expect("release 1", 0, append([]string{"knowledge", "rollback", "1"}, by...)...)
	expect("required flag", exitUsage, "knowledge", "rollback", "1")
}
