package knowledge

import (
	"archive/zip"
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// bombs are files that are small and ask for much.
func bombs() map[string]string {
	var laughs strings.Builder
	laughs.WriteString("id: x\nkind: right\nrights: &a0 [x, x]\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&laughs, "k%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	fmt.Fprintf(&laughs, "evidence: *a39\n")
	var merged strings.Builder
	merged.WriteString("m0: &m0 {zh: a}\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&merged, "m%d: &m%d {<<: *m%d, a: *m%d, b: *m%d}\n", i, i, i-1, i-1, i-1)
	}
	return map[string]string{
		"laughs": laughs.String(), "merged": merged.String(), "itself": "a: &a [*a, *a]\nid: *a\n",
		"brackets": strings.Repeat("[", 100_000), "braces": strings.Repeat("{a: ", 100_000), "indented": strings.Repeat("- ", 100_000),
		"quotes": "id: " + strings.Repeat("'", 200_000), "keys": strings.Repeat("a: 1\n", 50_000), "anchors": strings.Repeat("&a ", 100_000),
		"question": strings.Repeat("? ", 100_000), "lines": staircase(600), "document": strings.Repeat("---\n", 50_000), "digits": "order: " + strings.Repeat("9", 200_000), "tags": strings.Repeat("!!str ", 50_000), "comment": strings.Repeat("#", 400_000),
		"template": "id: x\nkind: message\nname: {zh: '" + strings.Repeat("{.x}", 50_000) + "'}\n", "phrases": "id: x\nkind: right\nphrases: {zh: [" + strings.Repeat("a,", 100_000) + "]}\n",
	}
}

// staircase is a mapping in a mapping in a mapping, each on a line of its own: as deep as a file can hold.
func staircase(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// TestBombs: none of them takes much memory, or brings the process down.
func TestBombs(t *testing.T) {
	for name, data := range bombs() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, ps := ReadFiles(Files{"right/x.yaml": []byte(data), "sources.yaml": []byte(data)}, nil)
			runtime.ReadMemStats(&after)
			took := (after.TotalAlloc - before.TotalAlloc) >> 20
			if len(ps) == 0 || took > 256 { // reliability-design §4
				t.Errorf("%d bytes: %d MB allocated, %v", len(data), took, ps)
			}
		})
	}
}

// FuzzRelease: an archive that comes from anywhere is refused or read, within the limits.
func FuzzRelease(f *testing.F) {
	good, err := Files{"sources.yaml": []byte("a: {title: b}\n"), "right/x.yaml": []byte("id: x\nkind: right\n")}.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, "right/x.yaml", []byte("id: x\n"))
	f.Add([]byte("PK\x03\x04"), "../x.yaml", []byte("a"))
	f.Add(good[:len(good)-3], "calendar.yaml", []byte("days: {}\n"))
	for name, data := range bombs() {
		if len(data) < 10_000 {
			f.Add(good, name+".yaml", []byte(data))
		}
	}
	f.Fuzz(func(t *testing.T, archive []byte, name string, data []byte) {
		checkArchive(t, archive)
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, n := range []string{name, "sources.yaml", "provinces.yaml", "right/x.yaml"} {
			file, err := w.Create(n)
			if err == nil {
				_, err = file.Write(data)
			}
			if err != nil {
				return
			}
		}
		if w.Close() == nil {
			checkArchive(t, b.Bytes())
		}
	})
}

// checkArchive unpacks and reads an archive; what can be read is the same when it is packed again.
func checkArchive(t *testing.T, archive []byte) {
	t.Helper()
	files, err := Unpack(archive)
	if err != nil {
		if files != nil {
			t.Fatal("files beside an error")
		}
		return
	}
	size := 0
	for name, data := range files {
		if size += len(data); strings.Contains(name, "..") || strings.HasPrefix(name, "/") {
			t.Fatalf("a file %q", name)
		}
	}
	if size > maxUnpacked {
		t.Fatalf("%d bytes were unpacked", size)
	}
	again, err := files.Pack()
	if err != nil {
		return // larger than a base may be
	}
	same, err := Unpack(again)
	if err != nil || len(same) != len(files) {
		t.Fatalf("packed again: %v", err)
	}
	d, ps := ReadFiles(files, nil)
	if rel, more := Compile(d); rel != nil && len(ps)+len(more) == 0 {
		t.Fatal("a handful of odd files compiles")
	}
}
