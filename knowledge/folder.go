package knowledge

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// What stands in the way of rewriting a folder, and what reading alone passes over.
const (
	UnsafeFile  Check = "unsafe-file"  // a link, a device, a file that is not .yaml
	LostComment Check = "lost-comment" // a comment that the canonical form has no place for
)

// Canonical gives every file of a base in canonical form, by its path in the base: entries
// as Encode writes them, sources in the order of their ids. The comment at the head of a file
// stays; a comment further down would be lost and is a problem, and so is anything in the
// folder that no base holds. Canonical form, read again, gives the same bytes. What the
// entries say is not checked: Load does that. With problems the map is nil.
func Canonical(fsys fs.FS) (map[string][]byte, Problems) {
	if ps := checkFolder(fsys); len(ps) > 0 {
		return nil, ps
	}
	given, ps := FilesOf(fsys)
	files := map[string][]byte{}
	for name, data := range given {
		out, more := CanonicalFile(name, data)
		files[name], ps = out, append(ps, more...)
	}
	if len(ps) > 0 {
		return nil, ps.sorted()
	}
	return files, nil
}

// Import gives every file of a base in canonical form, as Canonical does, when the base also
// passes every check of Load. Otherwise the map is nil and the problems are those of both.
func Import(fsys fs.FS) (map[string][]byte, Problems) {
	files, ps := Canonical(fsys)
	d, more := Read(fsys)
	rules := d.Problems()
	for _, p := range slices.Concat(more, rules.Errors()) {
		if !slices.Contains(ps, p) {
			ps = append(ps, p)
		}
	}
	if len(ps) > 0 {
		return nil, ps.sorted()
	}
	return files, nil
}

// canonicalBefore are the canonical forms of files that were written before; nil for a file that
// is its own.
var canonicalBefore memo[[]byte]

// CanonicalFile writes one file of a base, by its path, in canonical form. Nobody may change the
// bytes that it gives.
func CanonicalFile(name string, data []byte) ([]byte, Problems) {
	key := sha256.Sum256(append([]byte(name+"\n"), data...))
	if out, ok := canonicalBefore.get(key); ok {
		if out == nil {
			out = data
		}
		return out, nil
	}
	out, ps := canonicalForm(name, data)
	switch {
	case len(ps) > 0:
	case bytes.Equal(out, data):
		canonicalBefore.put(key, nil)
	default:
		canonicalBefore.put(key, out)
	}
	return out, ps
}

func canonicalForm(name string, data []byte) ([]byte, Problems) {
	switch name { // lists that people keep in groups of their own, with comments
	case glossaryFile:
		return data, decodeOne(name, data, new([]Term))
	case conceptsFile:
		return data, decodeOne(name, data, new(Concepts))
	}
	head, rest := splitHead(data)
	if p, ok := commentIn(name, rest, strings.Count(head, "\n")); ok {
		return nil, Problems{p}
	}
	var body []byte
	var err error
	switch name {
	case sourcesFile:
		sources := map[string]Source{}
		if ps := decodeOne(name, data, &sources); ps != nil {
			return nil, ps
		}
		body, err = encodeSources(sources)
	case calendarFile:
		var c Calendar
		if ps := decodeOne(name, data, &c); ps != nil {
			return nil, ps
		}
		body, err = encodeCalendar(c)
	case provincesFile:
		var p Provinces
		if ps := decodeOne(name, data, &p); ps != nil {
			return nil, ps
		}
		body, err = encodeProvinces(p)
	default:
		e := new(Entry)
		if ps := decodeOne(name, data, e); ps != nil {
			return nil, ps
		}
		body, err = Encode(e)
	}
	if err != nil {
		return nil, Problems{Problem{Code: BadSyntax, File: name}.of(err)}
	}
	return append([]byte(head), body...), nil
}

// splitHead parts the lines of comment that a file opens with from the rest. Spaces at the
// ends of these lines go.
func splitHead(data []byte) (head, rest string) {
	rest = string(data)
	for strings.HasPrefix(rest, "#") {
		line, after, _ := strings.Cut(rest, "\n")
		head, rest = head+strings.TrimRight(line, " \t\r")+"\n", after
	}
	return head, rest
}

// commentIn finds the first comment in a file, of which above lines were taken off.
func commentIn(name, data string, above int) (Problem, bool) {
	if !strings.Contains(data, "#") {
		return Problem{}, false
	}
	for _, t := range lexer.Tokenize(data) {
		if t.Type == token.CommentType {
			return Problem{Code: LostComment, File: name, Line: t.Position.Line + above, Col: t.Position.Column}.
				saying("a comment here would be lost: move it to the head of the file"), true
		}
	}
	return Problem{}, false
}

// checkFolder asks that a folder holds folders and .yaml files, and not more than is read.
func checkFolder(fsys fs.FS) Problems {
	var ps Problems
	files, seen := 0, 0
	err := fs.WalkDir(fsys, ".", func(p string, e fs.DirEntry, err error) error {
		if seen++; err != nil || e.IsDir() && seen <= 2*maxFiles {
			return err
		}
		if files++; files > maxFiles || seen > 2*maxFiles {
			ps = append(ps, Problem{Code: BadSyntax, File: "."}.saying("more files than the %d that are read", maxFiles))
			return fs.SkipAll
		}
		switch {
		case e.Type()&fs.ModeSymlink != 0:
			ps = append(ps, Problem{Code: UnsafeFile, File: p}.saying("this is a link: put the file itself here"))
		case !e.Type().IsRegular():
			ps = append(ps, Problem{Code: UnsafeFile, File: p}.saying("this is no file"))
		case path.Ext(p) != ".yaml":
			ps = append(ps, Problem{Code: UnsafeFile, File: p}.saying("a base holds .yaml files only"))
		}
		return nil
	})
	if err != nil {
		return Problems{Problem{Code: BadSyntax, File: "."}.saying("the folder cannot be read: %v", err)}
	}
	return ps
}
