package backup_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zhilu/knowledge/backup"
)

// rewrite copies a backup with one part changed, or left out; resum also puts what it is now into
// the manifest, as somebody would who knows how.
func rewrite(t *testing.T, path, part string, edit func([]byte) []byte, resum bool) string {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	parts := map[string][]byte{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
		in.Close()
	}
	was := parts[part]
	if edit == nil {
		delete(parts, part)
	} else if parts[part] = edit(was); bytes.Equal(parts[part], was) {
		t.Fatalf("%s was not changed", part)
	}
	if resum {
		var m backup.Manifest
		if err := json.Unmarshal(parts["manifest.json"], &m); err != nil {
			t.Fatal(err)
		}
		for i := range m.Parts {
			if m.Parts[i].Name == part {
				sum := sha256.Sum256(parts[part])
				m.Parts[i].Size, m.Parts[i].SHA256 = int64(len(parts[part])), hex.EncodeToString(sum[:])
			}
		}
		if parts["manifest.json"], err = json.Marshal(m); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "changed.zip")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range parts {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write(data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// ownKeys finds the keys that the packages below knowledge use, in their source: behind the common
// beginning of all of them, up to what is put together when the program runs.
var ownKeys = regexp.MustCompile(`(?:kb:\{kb\}:|prefix \+ ")([a-z][a-z:]*)`)

// TestEveryKeyIsDecidedUpon: whoever adds a key has to say whether a backup holds it.
func TestEveryKeyIsDecidedUpon(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/backup/") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ownKeys.FindAllStringSubmatch(string(data), -1) {
			found[m[1]] = true
			if !backup.Decided(m[1]) {
				t.Errorf("%s: nobody decided whether a backup holds kb:{kb}:%s", path, m[1])
			}
		}
	}
	if len(found) < 20 {
		t.Errorf("only %d keys were found", len(found))
	}
}
