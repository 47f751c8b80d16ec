package backup

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// Bounds on a file, which may come from anywhere.
const (
	maxParts   = 10_000
	maxPart    = 1 << 30
	maxLine    = 16 << 20
	maxRelease = 8 << 20 // knowledge unpacks less
)

// Backup is a file that was found to be whole.
type Backup struct {
	Manifest Manifest
	file     *os.File
	parts    map[string]*zip.File
	releases []string // ids of those whose files are in it
	live     versions.Pointer
}

// Open reads a file and checks all of it: the format, sizes and checksums, that every row belongs
// where it stands, that the files of every release have its id as their digest, that the live one
// can be used by this program, and the chain of the audit. The errors are ErrDamaged, ErrNewer, a
// versions.ErrRecord or those of the file. The caller closes it.
func Open(path string) (*Backup, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b := &Backup{file: f, parts: map[string]*zip.File{}}
	if err := b.check(); err != nil {
		f.Close()
		return nil, err
	}
	return b, nil
}

// Close closes the file.
func (b *Backup) Close() error { return b.file.Close() }

// Live is the pointer in the backup; a zero one when nothing was published.
func (b *Backup) Live() versions.Pointer { return b.live }

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

func (b *Backup) check() error {
	info, err := b.file.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(b.file, info.Size())
	if err != nil || len(archive.File) > maxParts {
		return damaged("it is no archive of this kind")
	}
	for _, f := range archive.File {
		if b.parts[f.Name] != nil {
			return damaged("%q is there twice", f.Name)
		}
		b.parts[f.Name] = f
	}
	if err := b.manifest(); err != nil {
		return err
	}
	var found contents
	for _, p := range b.Manifest.Parts {
		if err := b.checkPart(p, &found); err != nil {
			return err
		}
	}
	return b.checkWhole(found)
}

func (b *Backup) manifest() error {
	data, err := b.read(manifestName, 1<<20)
	if err != nil {
		return err
	}
	if json.Unmarshal(data, &b.Manifest) != nil || b.Manifest.Format < 1 {
		return damaged("%s cannot be read", manifestName)
	}
	if b.Manifest.Format > Format {
		return fmt.Errorf("%w: %d, written by zhilu %s", ErrNewer, b.Manifest.Format, b.Manifest.Program)
	}
	if len(b.Manifest.Parts) != len(b.parts)-1 {
		return damaged("%s names other parts than there are", manifestName)
	}
	return nil
}

// open gives a part, up to a limit.
func (b *Backup) open(name string) (io.ReadCloser, error) {
	f := b.parts[name]
	if f == nil {
		return nil, damaged("%s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged("%s cannot be read", name)
	}
	return r, nil
}

func (b *Backup) read(name string, most int64) ([]byte, error) {
	r, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || int64(len(data)) > most {
		return nil, damaged("%s cannot be read", name)
	}
	return data, nil
}

// contents is what the rows say that must fit together.
type contents struct {
	live     *versions.Pointer
	base     string // of the draft
	listed   []string
	drafting bool
}

// checkPart compares a part with the manifest first, and reads it then.
func (b *Backup) checkPart(p Part, found *contents) error {
	r, err := b.open(p.Name)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(r, min(p.Size, maxPart)+1))
	if err != nil || n != p.Size || hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
		return damaged("%s is not as it was written", p.Name)
	}
	if id, ok := strings.CutPrefix(p.Name, "releases/"); ok {
		b.releases = append(b.releases, strings.TrimSuffix(id, ".zip"))
		return nil
	}
	var chain versions.Chain
	return b.rows(p.Name, func(row row) error {
		if row.Key == keyAudit {
			return follow(&chain, row)
		}
		return found.see(row)
	})
}

func (c *contents) see(row row) error {
	bad := damaged("%s cannot be read", row.Key)
	switch row.Key {
	case keyActive:
		c.live = new(versions.Pointer)
		if json.Unmarshal([]byte(*row.Value), c.live) != nil {
			return bad
		}
	case keyHead:
		var head struct{ Base string }
		if json.Unmarshal([]byte(*row.Value), &head) != nil {
			return bad
		}
		c.base = head.Base
	case prefix + "draft":
		c.drafting = true
	case keyList:
		for _, value := range row.Values {
			var rel versions.Release
			if json.Unmarshal([]byte(value), &rel) != nil {
				return bad
			}
			c.listed = append(c.listed, rel.ID)
		}
	}
	return nil
}

// checkWhole has every release that something points to be there and be what its id says.
func (b *Backup) checkWhole(found contents) error {
	have := map[string]bool{}
	var like *knowledge.Draft
	for _, id := range b.releases {
		draft, err := b.release(id, like)
		if err != nil {
			return err
		}
		have[id], like = true, draft
		if found.live == nil || id != found.live.ID {
			continue
		}
		if rel, problems := knowledge.Compile(draft); rel == nil {
			return fmt.Errorf("the live release cannot be used by this version of the program: %w", problems.Errors())
		}
	}
	needed := found.listed
	if found.live != nil {
		b.live = *found.live
		needed = append(needed, found.live.ID)
	}
	if found.drafting && found.base != "" {
		needed = append(needed, found.base)
	}
	for _, id := range needed {
		if id != "" && !have[id] {
			return damaged("release %.12s is missing", id)
		}
	}
	return nil
}

func (b *Backup) release(id string, like *knowledge.Draft) (*knowledge.Draft, error) {
	packed, err := b.read(releasePart(id), maxRelease)
	if err != nil {
		return nil, err
	}
	files, err := knowledge.Unpack(packed)
	if err != nil {
		return nil, damaged("release %.12s cannot be read", id)
	}
	draft, problems := knowledge.ReadFiles(files, like)
	if len(problems) > 0 || draft.Digest() != id {
		return nil, damaged("release %.12s is not what its id says", id)
	}
	return draft, nil
}

// rows reads the rows of a part.
func (b *Backup) rows(part string, see func(row) error) error {
	r, err := b.open(part)
	if err != nil {
		return err
	}
	defer r.Close()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		dec := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		dec.DisallowUnknownFields()
		var row row
		if err := dec.Decode(&row); err != nil {
			return damaged("%s cannot be read", part)
		}
		if err := row.check(part); err != nil {
			return err
		}
		if err := see(row); err != nil {
			return err
		}
	}
	if lines.Err() != nil {
		return damaged("%s cannot be read", part)
	}
	return nil
}

// eachRow reads the rows of all parts.
func (b *Backup) eachRow(see func(row) error) error {
	for _, p := range b.Manifest.Parts {
		if strings.HasPrefix(p.Name, "releases/") {
			continue
		}
		if err := b.rows(p.Name, see); err != nil {
			return err
		}
	}
	return nil
}
