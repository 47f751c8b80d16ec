package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge/versions"
)

// attempts is how often a backup begins anew when somebody publishes or edits meanwhile.
const attempts = 5

// Save writes a backup of what lies in rdb to a new file that its owner alone can read (mode 0600).
// Servers may go on meanwhile. program and secret are what the manifest says. Memory does not grow
// with the number of releases or of records.
//
// When the audit is broken the file is written all the same and the error is a versions.ErrRecord;
// with any other error no file is left. The caller bounds the time by ctx.
func Save(ctx context.Context, rdb redis.UniversalClient, path, program string, secret []byte, now time.Time) (Manifest, error) {
	if _, err := os.Lstat(path); err == nil {
		return Manifest{}, fmt.Errorf("%s: %w", path, os.ErrExist)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".zhilu-backup-*") // mode 0600
	if err != nil {
		return Manifest{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	m := Manifest{Format: Format, Program: program, Made: now.UTC().Truncate(time.Second), Secret: SecretMark(secret)}
	r := reader{ctx, rdb, now}
	broken, err := m.write(r, f)
	for n := 1; errors.Is(err, ErrBusy) && n < attempts; n++ {
		broken, err = m.write(r, f)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Link(f.Name(), path) // unlike a rename it replaces nothing
	}
	return m, errors.Join(err, broken)
}

// write fills the file from its start. broken is what is wrong with the audit.
func (m *Manifest) write(r reader, f *os.File) (broken, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if err := f.Truncate(0); err != nil {
		return nil, err
	}
	before, err := r.stamp()
	if err != nil {
		return nil, err
	}
	m.Parts = nil
	w := &archive{zip: zip.NewWriter(f), made: m.Made, done: func(p Part) { m.Parts = append(m.Parts, p) }}
	var chain versions.Chain
	err = r.dump(func(part string, row row) error {
		if row.Key == keyAudit && broken == nil {
			broken = follow(&chain, row)
		}
		return w.row(part, row)
	})
	if err != nil {
		return nil, err
	}
	if err := w.releases(r); err != nil {
		return nil, err
	}
	switch after, err := r.stamp(); {
	case err != nil:
		return nil, err
	case after != before:
		return nil, ErrBusy
	}
	return broken, w.close(m)
}

// follow has the records of a row follow those before.
func follow(chain *versions.Chain, row row) error {
	for _, value := range row.Values {
		var a versions.Audit
		if err := json.Unmarshal([]byte(value), &a); err != nil {
			a = versions.Audit{} // follows from nothing
		}
		if err := chain.Follow(a); err != nil {
			return err
		}
	}
	return nil
}

// archive writes the parts of a backup.
type archive struct {
	zip  *zip.Writer
	made time.Time
	done func(Part)

	part Part // the one that is open
	sum  hash.Hash
	to   io.Writer
}

// open ends the part before and begins one. An archive of releases is packed already.
func (w *archive) open(name string, method uint16) error {
	w.finish()
	entry, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: w.made})
	if err != nil {
		return err
	}
	w.part, w.sum = Part{Name: name}, sha256.New()
	w.to = io.MultiWriter(entry, w.sum)
	return nil
}

func (w *archive) finish() {
	if w.part.Name != "" {
		w.part.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
		w.done(w.part)
	}
	w.part = Part{}
}

func (w *archive) write(data []byte) error {
	w.part.Size += int64(len(data))
	_, err := w.to.Write(data)
	return err
}

func (w *archive) row(part string, row row) error {
	if w.part.Name != part {
		if err := w.open(part, zip.Deflate); err != nil {
			return err
		}
	}
	line, err := json.Marshal(row)
	if err != nil {
		return err
	}
	return w.write(append(line, '\n'))
}

// releases writes the files of every release, one at a time.
func (w *archive) releases(r reader) error {
	ids, err := r.releaseIDs()
	if err != nil {
		return err
	}
	for _, id := range ids {
		packed, err := r.rdb.Get(r.ctx, keyRelease+id).Bytes()
		if err != nil {
			return fmt.Errorf("release %.12s: %w", id, err)
		}
		if err := errors.Join(w.open(releasePart(id), zip.Store), w.write(packed)); err != nil {
			return err
		}
	}
	return nil
}

func releasePart(id string) string { return "releases/" + id + ".zip" }

const manifestName = "manifest.json"

func (w *archive) close(m *Manifest) error {
	w.finish()
	w.done = func(Part) {} // the manifest cannot hold itself
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := errors.Join(w.open(manifestName, zip.Deflate), w.write(append(data, '\n'))); err != nil {
		return err
	}
	return w.zip.Close()
}
