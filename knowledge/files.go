package knowledge

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Files are the files of a base, by their path with slashes.
type Files map[string][]byte

// Limits on a packed base, which may come from anywhere (reliability-design §4).
const (
	maxPacked   = 5 << 20
	maxUnpacked = 20 << 20
)

// FilesOf reads the .yaml files of a folder. The problems name those that cannot be read.
func FilesOf(fsys fs.FS) (Files, Problems) {
	names, err := yamlFiles(fsys)
	if err != nil {
		return nil, Problems{Problem{Code: BadSyntax, File: "."}.saying("the folder cannot be read: %v", err)}
	}
	if len(names) > maxFiles {
		return nil, Problems{Problem{Code: BadSyntax, File: "."}.saying("%d files, at most %d are read", len(names), maxFiles)}
	}
	files, ps := Files{}, Problems(nil)
	for _, name := range names {
		data, err := readLimited(fsys, name)
		if err != nil {
			ps = append(ps, Problem{Code: BadSyntax, File: name}.of(err))
			continue
		}
		files[name] = data
	}
	return files, ps
}

// Pack writes files as a zip archive. Equal files give equal bytes.
func (f Files) Pack() ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		file, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packed})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		if _, err := file.Write(f[name]); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if b.Len() > maxPacked {
		return nil, fmt.Errorf("the base takes %d bytes when packed, at most %d", b.Len(), maxPacked)
	}
	return b.Bytes(), nil
}

// packed is the time that every file of an archive carries: the content alone decides the bytes.
var packed = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Unpack reads what Pack wrote, as hostile input: too large, too many files, a path that leads
// out or a file that is no .yaml are errors.
func Unpack(data []byte) (Files, error) {
	if len(data) > maxPacked {
		return nil, fmt.Errorf("the archive takes %d bytes, at most %d", len(data), maxPacked)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("this is no zip archive: %w", err)
	}
	if len(r.File) > maxFiles {
		return nil, fmt.Errorf("%d files, at most %d are read", len(r.File), maxFiles)
	}
	files, left := Files{}, int64(maxUnpacked)
	for _, f := range r.File {
		content, err := unpackFile(f, min(left, maxFileBytes))
		if err != nil {
			return nil, err
		}
		if _, twice := files[f.Name]; twice {
			return nil, fmt.Errorf("%q is there twice", f.Name)
		}
		files[f.Name], left = content, left-int64(len(content))
	}
	return files, nil
}

func unpackFile(f *zip.File, most int64) ([]byte, error) {
	if !fs.ValidPath(f.Name) || path.Ext(f.Name) != ".yaml" || !f.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no .yaml file inside the base", f.Name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%q: %w", f.Name, err)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q: %w", f.Name, err)
	case int64(len(content)) > most:
		return nil, errors.New("the archive holds more than a base may")
	}
	return content, nil
}

// ValidPath reports whether a file of a base can stand under this path: sources.yaml and the
// like at the top, or an entry in the folder of its kind.
func ValidPath(name string) bool {
	switch name {
	case sourcesFile, calendarFile, provincesFile, glossaryFile, conceptsFile:
		return true
	}
	dir, file := path.Split(name)
	_, known := fields[Kind(path.Clean(dir))]
	id, yaml := strings.CutSuffix(file, ".yaml")
	return known && yaml && ID(id).valid() && path.Clean(name) == name
}

// PathOf is where an entry stands in a base that is kept in the canonical layout.
func PathOf(e *Entry) string { return string(e.Kind) + "/" + string(e.ID) + ".yaml" }
