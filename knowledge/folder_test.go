package knowledge

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func mapFS(files map[string][]byte) fstest.MapFS {
	m := fstest.MapFS{}
	for name, data := range files {
		m[name] = &fstest.MapFile{Data: data}
	}
	return m
}

func TestCanonicalRefuses(t *testing.T) {
	const entry = "id: x\nkind: right\n"
	for name, c := range map[string]struct {
		file string
		data string
		mode os.FileMode
		want string
	}{
		"link":            {"x.yaml", "y.yaml", os.ModeSymlink, "x.yaml: this is a link"},
		"linked folder":   {"channel", "/etc", os.ModeSymlink, "channel: this is a link"},
		"pipe":            {"x.yaml", "", os.ModeNamedPipe, "x.yaml: this is no file"},
		"other file":      {"x.yml", entry, 0, "x.yml: a base holds .yaml files only"},
		"hidden file":     {".git/config", "", 0, ".git/config: a base holds"},
		"comment":         {"x.yaml", "# head\n\nid: x # why\nkind: right\n", 0, "x.yaml:3:7: a comment here would be lost"},
		"second document": {"x.yaml", entry + "---\n" + entry, 0, "second document"},
		"unknown key":     {"x.yaml", "id: x\nkin: right\n", 0, "x.yaml:2:1"},
		"too large":       {"x.yaml", entry + strings.Repeat(" ", maxFileBytes), 0, "larger than"},
		"wrong sources":   {"sources.yaml", "A:\n  tear: A\n", 0, "sources.yaml:2:3"},
	} {
		files, ps := Canonical(fstest.MapFS{c.file: {Data: []byte(c.data), Mode: c.mode}})
		if files != nil || !strings.Contains(ps.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, ps, c.want)
		}
	}
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		many[strings.Repeat("a", 1+i%50)+"/"+strings.Repeat("b", 1+i/50)+".yaml"] = &fstest.MapFile{Data: []byte(entry)}
	}
	if _, ps := Canonical(many); len(ps) != 1 || !strings.Contains(ps[0].Text, "more files") {
		t.Errorf("many files: %d problems", len(ps))
	}
}

func TestCanonicalKeepsHead(t *testing.T) {
	in := "# one \n#\n# two: three\nkind: right\n\n\nid:   x\nname: {zh: 'a#b', es: \"c # d\", en: e}\ntext:\n  zh: |\n    1 # 2\n    # 3\n"
	files, ps := Canonical(fstest.MapFS{"x.yaml": {Data: []byte(in)}})
	want := "# one\n#\n# two: three\nid: x\nkind: right\nname:\n  zh: a#b\n  en: e\n  es: \"c # d\"\ntext:\n  zh: |\n    1 # 2\n    # 3\n"
	if len(ps) > 0 || string(files["x.yaml"]) != want {
		t.Errorf("%v\n%s", ps, files["x.yaml"])
	}
}

// folder makes a folder with these files; a name that ends with a slash is a folder.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "base")
	for _, name := range append([]string{"./"}, files...) {
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			must(t, os.MkdirAll(path, 0o755))
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte("old"), 0o644))
	}
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReplaceFolder(t *testing.T) {
	files := map[string][]byte{"sources.yaml": []byte("new"), "right/x.yaml": []byte("x")}
	missing := filepath.Join(t.TempDir(), "new")
	for name, dir := range map[string]string{"missing": missing, "empty": folder(t), "base": folder(t, "sources.yaml", "right/old.yaml", "topic/")} {
		must(t, ReplaceFolder(dir, files))
		if got := tree(t, dir); got != "right/x.yaml=x sources.yaml=new" {
			t.Errorf("%s: the folder holds %s", name, got)
		}
		if rest, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".zhilu-*")); len(rest) > 0 {
			t.Errorf("%s: left behind: %v", name, rest)
		}
	}
}

func TestReplaceFolderRefuses(t *testing.T) {
	linked := folder(t, "sources.yaml")
	must(t, os.Symlink("sources.yaml", filepath.Join(linked, "x.yaml")))
	link := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(folder(t), link))
	good := map[string][]byte{"sources.yaml": []byte("new")}
	for name, c := range map[string]struct {
		dir   string
		files map[string][]byte
		want  string
	}{
		"other files":   {folder(t, "letter.txt"), good, "sources.yaml is missing"},
		"files besides": {folder(t, "sources.yaml", "letter.txt"), good, "letter.txt"},
		"holds a link":  {linked, good, "link"},
		"is a link":     {link, good, "is no folder"},
		"is a file":     {filepath.Join(folder(t, "sources.yaml"), "sources.yaml"), good, "is no folder"},
		"no parent":     {filepath.Join(t.TempDir(), "a", "b"), good, "cannot be written"},
		"leads out":     {folder(t), map[string][]byte{"../x.yaml": nil}, "leads out"},
		"from the root": {folder(t), map[string][]byte{"/x.yaml": nil}, "leads out"},
		"leads round":   {folder(t, "sources.yaml"), map[string][]byte{"a/../../x.yaml": nil}, "leads out"},
	} {
		before := tree(t, filepath.Dir(c.dir))
		err := ReplaceFolder(c.dir, c.files)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if after := tree(t, filepath.Dir(c.dir)); after != before {
			t.Errorf("%s: %s became %s", name, before, after)
		}
	}
	if err := ReplaceFolder(folder(t, "x"), good); !errors.Is(err, ErrNoBase) {
		t.Errorf("not ErrNoBase: %v", err)
	}
}

// tree is what a folder holds, in one line.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			data, _ := os.ReadFile(path)
			name, _ := filepath.Rel(dir, path)
			list = append(list, name+"="+string(data))
		}
		return nil
	})
	return strings.Join(list, " ")
}

func TestRewriteFile(t *testing.T) {
	dir := folder(t, "sources.yaml", "right/x.yaml")
	must(t, RewriteFile(dir, "right/x.yaml", []byte("new")))
	if got := tree(t, dir); got != "right/x.yaml=new sources.yaml=old" {
		t.Errorf("the folder holds %s", got)
	}
	must(t, os.Symlink(folder(t, "y.yaml"), filepath.Join(dir, "out")))
	for _, name := range []string{"../x.yaml", "/x.yaml", "out/y.yaml", "missing/x.yaml"} {
		if err := RewriteFile(dir, name, []byte("new")); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if err := RewriteFile(filepath.Join(dir, "none"), "x.yaml", nil); err == nil {
		t.Error("a file was written into a missing folder")
	}
}
