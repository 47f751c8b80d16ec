package main

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zhilu/knowledge"
)

// baseFiles are the files of the embedded base as they are exported.
var baseFiles = sync.OnceValues(func() (map[string][]byte, error) {
	files, problems := knowledge.Import(knowledge.Base())
	if len(problems) > 0 {
		return nil, problems
	}
	return files, nil
})

// exported is a fresh folder with the embedded base.
func exported(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "base")
	files, err := baseFiles()
	if err == nil {
		err = knowledge.ReplaceFolder(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func writeFile(t *testing.T, path, data string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replaceIn changes a file that must hold old.
func replaceIn(t *testing.T, path, old, now string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), old) {
		t.Fatalf("%s does not hold %q (%v)", path, old, err)
	}
	writeFile(t, path, strings.Replace(string(data), old, now, 1))
}

// contents are all files below a folder, by path; links by what they point to.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, _ := os.ReadFile(path)
		m[strings.TrimPrefix(path, dir)] = string(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func sameContents(t *testing.T, what string, a, b map[string]string) {
	t.Helper()
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%s: %d files and %d", what, len(a), len(b))
	}
}

// TestExportAndImport: the base goes out and in again byte for byte, and is the same release.
func TestExportAndImport(t *testing.T) {
	first := filepath.Join(t.TempDir(), "first")
	if code, out, errOut := zhilu(t, "", "knowledge", "export", first); code != 0 || !strings.Contains(out, " files in ") {
		t.Fatalf("exit %d %s %s", code, out, errOut)
	}
	rel, err := loadBase(first)
	if err != nil {
		t.Fatal(err)
	}
	if embedded, err := knowledge.Embedded(); err != nil || rel.ID != embedded.ID {
		t.Errorf("the exported base is another release (%v)", err)
	}
	second, third := filepath.Join(t.TempDir(), "second"), t.TempDir()
	for _, args := range [][]string{{"export", second, "--base", first}, {"import", first, "--to", third}, {"import", first, "--to", first}} {
		if code, out, errOut := zhilu(t, "", append([]string{"knowledge"}, args...)...); code != 0 {
			t.Fatalf("%q: exit %d %s %s", args, code, out, errOut)
		}
	}
	sameContents(t, "exported twice", contents(t, first), contents(t, second))
	sameContents(t, "imported", contents(t, first), contents(t, third))
	if code, out, _ := zhilu(t, "", "knowledge", "fmt", "--check", first); code != 0 || out != "" {
		t.Errorf("an exported base is not canonical: exit %d %s", code, out)
	}
	writeFile(t, filepath.Join(second, "letter.txt"), "mine")
	if code, _, errOut := zhilu(t, "", "knowledge", "import", first, "--to", second); code != exitFault || !strings.Contains(errOut, "letter.txt") {
		t.Errorf("over a folder with a letter: exit %d %s", code, errOut)
	}
}

// TestImportRefuses: whatever is wrong with a folder is printed, and the target stays empty.
func TestImportRefuses(t *testing.T) {
	const police = "channel/police-110.yaml"
	for name, c := range map[string]struct {
		harm func(t *testing.T, dir string)
		want []string
	}{
		"broken base": {func(t *testing.T, dir string) {
			replaceIn(t, filepath.Join(dir, police), "kind: channel", "kind: chanel")
			replaceIn(t, filepath.Join(dir, "sources.yaml"), "tier: B", "tier: Z")
		}, []string{police + ":2:7: police-110: the kind \"chanel\"", "the tier is A, B or C"}},
		"syntax":   {func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, police), "id: [") }, []string{police + ":1:5"}},
		"a link":   {func(t *testing.T, dir string) { link(t, "/etc/passwd", filepath.Join(dir, "x.yaml")) }, []string{"x.yaml: this is a link"}},
		"a letter": {func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, "letter.txt"), "") }, []string{"letter.txt: a base holds"}},
		"a linked entry": {func(t *testing.T, dir string) {
			if err := os.Rename(filepath.Join(dir, police), filepath.Join(dir, "..", "p.yaml")); err != nil {
				t.Fatal(err)
			}
			link(t, "../../p.yaml", filepath.Join(dir, police))
		}, []string{police + ": this is a link"}},
		"comment": {func(t *testing.T, dir string) {
			replaceIn(t, filepath.Join(dir, police), "kind: channel", "kind: channel # 110")
		}, []string{police + ":2:15: a comment here would be lost"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, to := exported(t), filepath.Join(t.TempDir(), "to")
			c.harm(t, dir)
			code, out, errOut := zhilu(t, "", "knowledge", "import", dir, "--to", to)
			if code != exitFault {
				t.Errorf("exit %d %s", code, errOut)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing in\n%s", want, out)
				}
			}
			if _, err := os.Stat(to); err == nil {
				t.Error("something was written")
			}
		})
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

// TestFolderUsage: exit codes of what is asked in a wrong way, or of a place that cannot be had.
func TestFolderUsage(t *testing.T) {
	base := exported(t)
	file, other, linked := filepath.Join(base, "sources.yaml"), t.TempDir(), filepath.Join(t.TempDir(), "link")
	writeFile(t, filepath.Join(other, "letter.txt"), "mine")
	link(t, base, linked)
	before := contents(t, base)
	for _, c := range []struct {
		code int
		args string
	}{
		{exitUsage, "export"}, {exitUsage, "export a b"}, {exitUsage, "export a --base /nowhere"}, {exitUsage, "export a --base " + file}, {exitUsage, "export ''"},
		{exitFault, "export " + other}, {exitFault, "export " + file}, {exitFault, "export " + linked}, {exitFault, "export /nowhere/base"}, {exitFault, "export a --base " + other},
		{exitUsage, "import " + base}, {exitUsage, "import /nowhere --to a"}, {exitUsage, "import " + file + " --to a"}, {exitUsage, "import '' --to a"}, {exitUsage, "import " + base + " --to ''"},
		{exitFault, "import " + base + " --to " + other}, {exitFault, "import " + base + " --to " + file}, {exitFault, "import " + other + " --to a"},
		{exitUsage, "fmt"}, {exitUsage, "fmt ''"}, {exitUsage, "fmt /nowhere"}, {exitUsage, "fmt " + file}, {exitFault, "fmt " + other},
		{exitUsage, "diff"}, {exitUsage, "diff -"}, {exitUsage, "diff - /nowhere"}, {exitUsage, "diff - " + file}, {exitUsage, "diff '' -"}, {exitUsage, "diff - " + other},
		{0, "diff - " + base}, {exitUsage, "schema x"}, {0, "schema"},
	} {
		args := []string{"knowledge"}
		for _, a := range strings.Fields(c.args) {
			args = append(args, strings.Trim(a, "'"))
		}
		if code, out, errOut := zhilu(t, "", args...); code != c.code || code != 0 && errOut == "" {
			t.Errorf("%q: exit %d, want %d: %s %s", c.args, code, c.code, out, errOut)
		}
	}
	sameContents(t, "the base", before, contents(t, base))
	if _, err := os.Stat("a"); err == nil {
		t.Error("something was written")
	}
}

func TestFmt(t *testing.T) {
	dir := exported(t)
	before, path := contents(t, dir), filepath.Join(dir, "channel", "police-110.yaml")
	replaceIn(t, path, "kind: channel\norder: 5\n", "order:   5\nkind: 'channel'\n")
	code, out, _ := zhilu(t, "", "knowledge", "fmt", "--check", dir)
	if code != exitFault || out != path+"\n" {
		t.Errorf("--check: exit %d %s", code, out)
	}
	if code, out, errOut := zhilu(t, "", "knowledge", "fmt", dir); code != 0 || out != path+"\n" {
		t.Errorf("exit %d %s %s", code, out, errOut)
	}
	sameContents(t, "after fmt", before, contents(t, dir))
	replaceIn(t, path, "order: 5", "odrer: 5")
	writeFile(t, filepath.Join(dir, "channel", "cba.yaml"), "kind: channel\nid: cba\n")
	if code, out, _ := zhilu(t, "", "knowledge", "fmt", dir); code != exitFault || !strings.Contains(out, "police-110.yaml:3:1") {
		t.Errorf("a broken file: exit %d %s", code, out)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "channel", "cba.yaml")); string(data) != "kind: channel\nid: cba\n" {
		t.Error("a file was rewritten although another one is broken")
	}
}

func TestDiffCommand(t *testing.T) {
	dir := exported(t)
	replaceIn(t, filepath.Join(dir, "channel", "nfra-12378.yaml"), `value: "12378"`, `value: "12379"`)
	if err := os.Remove(filepath.Join(dir, "channel", "media.yaml")); err != nil {
		t.Fatal(err)
	}
	code, out, _ := zhilu(t, "", "knowledge", "diff", "-", dir)
	const want = `- channel media: 找媒体曝光（不推荐） / News media (not recommended) / Prensa (no recomendada)
~ channel nfra-12378
    facts.phone.value: 12378 → 12379
0 added, 1 removed, 1 changed; sources: 0 added, 0 removed, 0 changed
`
	if code != exitFault || out != want {
		t.Errorf("exit %d\n%s", code, out)
	}
	writeFile(t, filepath.Join(dir, "x.yaml"), "id: [")
	if code, out, errOut := zhilu(t, "", "knowledge", "diff", dir, "-"); code != exitUsage || out != "" || !strings.Contains(errOut, "x.yaml") {
		t.Errorf("a base that cannot be read: exit %d %s %s", code, out, errOut)
	}
}

func TestFacts(t *testing.T) {
	code, out, errOut := zhilu(t, "", "facts", "--json")
	var feed knowledge.Feed
	if err := json.Unmarshal([]byte(out), &feed); code != 0 || err != nil || len(feed.Channels) < 20 {
		t.Fatalf("exit %d %s, %v, %d channels", code, errOut, err, len(feed.Channels))
	}
	facts := 0
	for _, c := range feed.Channels {
		facts += len(c.Facts)
	}
	code, out, _ = zhilu(t, "", "facts", "--csv", "--lang", "es")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if code != 0 || err != nil || len(rows) != facts+1 || rows[0][1] != "name_es" {
		t.Errorf("exit %d, %v, %d rows of %d facts", code, err, len(rows), facts)
	}
	if code, out, _ := zhilu(t, "", "facts", "--csv", "--base", exported(t)); code != 0 || !strings.Contains(out, feed.Release) {
		t.Errorf("of the exported base: exit %d", code)
	}
	for _, c := range []struct {
		code int
		args []string
	}{
		{exitUsage, []string{"facts"}}, {exitUsage, []string{"facts", "--json", "--csv"}}, {exitUsage, []string{"facts", "--json", "x"}}, {exitUsage, []string{"facts", "--json", "--lang", "fr"}},
		{exitUsage, []string{"facts", "--json", "--base", "/nowhere"}}, {exitFault, []string{"facts", "--json", "--base", t.TempDir()}},
	} {
		if code, _, errOut := zhilu(t, "", c.args...); code != c.code || errOut == "" {
			t.Errorf("%q: exit %d %s", c.args, code, errOut)
		}
	}
}

// TestLaterValue: a value that is to come is read, previewed by date, copied, compared and listed.
func TestLaterValue(t *testing.T) {
	dir := exported(t)
	hotline := filepath.Join(dir, "channel", "nfra-12378.yaml")
	replaceIn(t, hotline, "    value: \"12378\"\n", `    value: "12378"
    later:
      - from: 2027-01-01
        value: "12379"
        sources: [NFRA23]
        checked: 2026-12-20
        confidence: high
`)
	replaceIn(t, hotline, "      to: \"17:00\"\n", `      to: "17:00"
    later:
      - {from: 2027-01-01, values: {zh: 全天, en: all day, es: todo el día}, open: {days: daily, from: "00:00", to: "24:00"}, sources: [NFRA23], checked: 2026-12-20, confidence: high}
`)
	for words, want := range map[string][2]string{
		"12378":                  {"拨12378。时间：各地不同", "拨12379。时间：全天。"},
		"call 12378 now":         {"Call 12378. Hours: they vary", "Call 12379. Hours: all day."},
		"quiero llamar al 12378": {"Llame al 12378. Horario: varía", "Llame al 12379. Horario: todo el día."},
	} {
		code, out, errOut := zhilu(t, words+"\n# now 2027-01-01T00:00:00\n"+words+"\n", "chat", "--base", dir, "--now", "2026-12-31T23:59:59")
		before, after, _ := strings.Cut(out, "# now")
		if code != 0 || !strings.Contains(before, want[0]) || !strings.Contains(after, want[1]) {
			t.Errorf("%s: exit %d %s\n%s", words, code, errOut, out)
		}
		if opens := "2027-01-01 "; !strings.Contains(before, opens) || !strings.Contains(before, "00:00") || strings.Contains(after, opens) {
			t.Errorf("%s: closed on the day before and open on the new day:\n%s", words, out)
		}
	}
	to := filepath.Join(t.TempDir(), "to")
	if code, out, errOut := zhilu(t, "", "knowledge", "import", dir, "--to", to); code != 0 {
		t.Fatalf("exit %d %s %s", code, out, errOut)
	}
	if code, out, _ := zhilu(t, "", "knowledge", "diff", dir, to); code != 0 || out != "" {
		t.Errorf("the import differs: exit %d\n%s", code, out)
	}
	if _, out, _ := zhilu(t, "", "knowledge", "diff", "-", to); !strings.Contains(out, "    + facts.hours.later.2027-01-01: 全天 / all day / todo el día\n    + facts.phone.later.2027-01-01: 12379\n") {
		t.Errorf("the later values are missing in\n%s", out)
	}
	replaceIn(t, filepath.Join(to, "channel", "nfra-12378.yaml"), "      - from: 2027-01-01\n        value:", "      - from: 2999-01-01\n        value:")
	if _, out, _ := zhilu(t, "", "facts", "--json", "--base", to, "--lang", "es"); !strings.Contains(out, `"from": "2999-01-01"`) || !strings.Contains(out, `"until": "2998-12-31"`) {
		t.Error("the value to come is missing in the feed")
	}
}

func TestSchemaCommand(t *testing.T) {
	file, err := os.ReadFile("../../knowledge/schema.json")
	if code, out, _ := zhilu(t, "", "knowledge", "schema"); err != nil || code != 0 || out != string(file) {
		t.Errorf("exit %d, %v, %d bytes of %d", code, err, len(out), len(file))
	}
}
