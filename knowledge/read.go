package knowledge

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Limits on a base: it may come from an upload. They are far above any real base.
const (
	maxFiles     = 5000
	maxFileBytes = 256 << 10
	sourcesFile  = "sources.yaml"
	glossaryFile = "glossary.yaml"
	conceptsFile = "concepts.yaml"
)

// Draft is a base as it was read: entries that may still be wrong.
type Draft struct {
	Entries []*Entry // by file name
	Sources map[string]Source
	// Calendar is empty when the base has none: then only weekends count.
	Calendar Calendar
	// Provinces are empty when the base has none: then nothing is local.
	Provinces Provinces
	Terms     []Term // the locked glossary
	Concepts  Concepts

	files map[*Entry]file
}

// file is where an entry was read from; problems find their line and column in it.
type file struct {
	name string
	data []byte
	sum  digest // of data
}

// Read reads a base: every .yaml file below fsys is one entry, but for sources.yaml,
// calendar.yaml, provinces.yaml, glossary.yaml and concepts.yaml at the top. Decoding is strict. It returns what could be
// read together with every problem met; with problems the draft is for further checks only.
func Read(fsys fs.FS) (*Draft, Problems) {
	files, ps := FilesOf(fsys)
	d, more := ReadFiles(files, nil)
	return d, append(ps, more...)
}

// ReadFiles does what Read does with files at hand. A file that also stands in like, byte for
// byte, is not decoded again; like may be nil. Both drafts then share entries, which nobody may
// change.
func ReadFiles(files Files, like *Draft) (*Draft, Problems) {
	d := &Draft{Sources: map[string]Source{}, files: map[*Entry]file{}}
	known := map[string]*Entry{}
	if like != nil {
		for e, f := range like.files {
			known[f.name] = e
		}
	}
	var ps Problems
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if e := known[name]; e != nil && bytes.Equal(like.files[e].data, files[name]) {
			d.Entries = append(d.Entries, e)
			d.files[e] = like.files[e]
			continue
		}
		ps = append(ps, d.readFile(name, files[name])...)
	}
	return d, ps
}

// Path is where an entry of the draft stands in its base; "" for one that was not read.
func (d *Draft) Path(e *Entry) string { return d.files[e].name }

func yamlFiles(fsys fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.Type().IsRegular() && path.Ext(p) == ".yaml" {
			names = append(names, p)
		}
		return nil
	})
	sort.Strings(names)
	return names, err
}

func (d *Draft) readFile(name string, data []byte) Problems {
	switch name {
	case sourcesFile:
		return decode(name, data, &d.Sources)
	case calendarFile:
		return decode(name, data, &d.Calendar)
	case provincesFile:
		return decode(name, data, &d.Provinces)
	case glossaryFile:
		return decode(name, data, &d.Terms)
	case conceptsFile:
		return decode(name, data, &d.Concepts)
	}
	e := new(Entry)
	if ps := decode(name, data, e); ps != nil {
		return ps
	}
	if want := ID(strings.TrimSuffix(path.Base(name), ".yaml")); e.ID != want {
		return Problems{Problem{Code: BadID, File: name, Line: 1, Col: 1, Entry: e.ID, Where: "$.id"}.
			saying("the file is named %s.yaml, so the id must be %q", want, want)}
	}
	d.Entries = append(d.Entries, e)
	d.files[e] = file{name, data, sha256.Sum256(data)}
	return nil
}

func readLimited(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, sayf("the file cannot be opened: %v", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, sayf("the file cannot be read: %v", err)
	}
	if len(data) > maxFileBytes {
		return nil, sayf("the file is larger than %d bytes", maxFileBytes)
	}
	return data, nil
}

// decodedBefore are the values that decode gave, each a copy of its own.
var decodedBefore memo[reflect.Value]

// decode decodes strictly into an empty value: an unknown key and a key given twice are problems.
// What was decoded before is only copied.
func decode(name string, data []byte, into any) Problems {
	value := reflect.ValueOf(into).Elem()
	key := sha256.Sum256(append([]byte(value.Type().String()+"\n"), data...))
	if v, ok := decodedBefore.get(key); ok {
		value.Set(copied(v))
		return nil
	}
	ps := decodeAnew(name, data, into)
	if ps == nil {
		decodedBefore.put(key, copied(value))
	}
	return ps
}

func decodeAnew(name string, data []byte, into any) Problems {
	if ps := defused(name, data); ps != nil {
		return ps
	}
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.DisallowUnknownField()).Decode(into)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF):
		return Problems{Problem{Code: BadSyntax, File: name, Line: 1, Col: 1}.saying("the file is empty")}
	}
	return Problems{yamlProblem(name, err)}
}

func yamlProblem(name string, err error) Problem {
	p := Problem{Code: BadSyntax, File: name}
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		p.Code = UnknownField
	}
	var ye yaml.Error
	if errors.As(err, &ye) {
		p.Text = ye.GetMessage()
		if t := ye.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Col = t.Position.Line, t.Position.Column
		}
	} else { // the text of the library's own errors shows the file, in a time that grows with its square
		p.Text = err.Error()
	}
	p.said = saidByYAML(p.Text)
	return p
}

// firstToken is where a value begins; of a mapping in a block its first key, not the colon after it.
func firstToken(n ast.Node) *token.Token {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return n.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return n.GetToken()
}
