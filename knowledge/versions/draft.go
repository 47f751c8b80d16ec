package versions

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
)

// Change is one file of the draft that differs from the release the draft started from, or one
// revision in the history of a file.
type Change struct {
	Path    string    `json:"path"`
	Data    []byte    `json:"data,omitempty"` // nil: the file is taken out
	Rev     int       `json:"rev"`            // 1 is the first change; 0 the file as the base had it
	Who     string    `json:"who"`            // of this revision
	Authors []string  `json:"authors,omitempty"`
	At      time.Time `json:"at"`
	Why     string    `json:"why,omitempty"`
}

// Draft is what operators are working on: a release, and the files that differ from it.
type Draft struct {
	Base    string // id of the release; "" for the built-in base
	Counter int64  // grows with every change of the draft
	Changes map[string]Change
}

type head struct {
	Base    string `json:"base"`
	Counter int64  `json:"counter"`
}

// ErrStale says that a file was saved by somebody else since it was read.
type ErrStale struct{ Now Change }

func (e *ErrStale) Error() string {
	return fmt.Sprintf("%s was saved by %s in between, as revision %d", e.Now.Path, e.Now.Who, e.Now.Rev)
}

// history is how many revisions of a file are kept, each with its whole content.
const history = 50

// maxDraftFile is the size of one file; knowledge reads no larger one.
const maxDraftFile = 256 << 10

// Draft gives the draft.
func (s *Store) Draft(ctx context.Context) (Draft, error) { return s.draft(ctx, s.rdb) }

// DraftCounter is the counter of the draft alone: one small read.
func (s *Store) DraftCounter(ctx context.Context) (int64, error) {
	var h head
	err := getJSON(s.rdb.Get(ctx, keyHead), &h)
	return h.Counter, err
}

func (s *Store) draft(ctx context.Context, g getter) (Draft, error) {
	var h head
	if err := getJSON(g.Get(ctx, keyHead), &h); err != nil {
		return Draft{}, err
	}
	d := Draft{Base: h.Base, Counter: h.Counter, Changes: map[string]Change{}}
	rows, err := g.HGetAll(ctx, keyDraft).Result()
	if err != nil {
		return Draft{}, storeError(err, false)
	}
	for path, row := range rows {
		var c Change
		if err := json.Unmarshal([]byte(row), &c); err != nil {
			return Draft{}, fmt.Errorf("%w: draft of %s", ErrCorrupt, path)
		}
		d.Changes[path] = c
	}
	if len(d.Changes) == 0 { // without changes of its own it goes with what is live
		p, err := s.active(ctx, g)
		d.Base = p.ID
		return d, err
	}
	return d, nil
}

// Over lays the changes of the draft over the files of its base.
func (d Draft) Over(base knowledge.Files) knowledge.Files {
	files := maps.Clone(base)
	for path, c := range d.Changes {
		if c.Data == nil {
			delete(files, path)
			continue
		}
		files[path] = c.Data
	}
	return files
}

// Revisions gives the revision of every file that was ever changed.
func (s *Store) Revisions(ctx context.Context) (map[string]int, error) {
	rows, err := s.rdb.HGetAll(ctx, keyRev).Result()
	if err != nil {
		return nil, storeError(err, false)
	}
	revs := map[string]int{}
	for path, row := range rows {
		revs[path], _ = strconv.Atoi(row) // written by Save alone
	}
	return revs, nil
}

// File is one file to save.
type File struct {
	Path string
	Rev  int    // the revision that was read, 0 for none
	Data []byte // nil takes the file out of the draft
}

// Save puts files into the draft, all or none. It gives *ErrStale when one of them has another
// revision than its Rev, and ErrNothing when no file would change. What the files say is not
// checked: a draft may have faults.
func (s *Store) Save(ctx context.Context, by Actor, files []File, why string) error {
	keys := []string{keyDraft, keyHead, keyRev, keyAudit, keyActive}
	return s.change(ctx, keys, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		d, err := s.draft(ctx, tx)
		if err != nil {
			return nil, err
		}
		base, err := s.files(ctx, tx, d.Base)
		if err != nil {
			return nil, err
		}
		var saved []saving
		for _, f := range files {
			one, err := s.saving(ctx, tx, by, d, base, f, why)
			if err != nil {
				return nil, err
			}
			if one != nil {
				saved = append(saved, *one)
			}
		}
		if len(saved) == 0 {
			return nil, ErrNothing
		}
		record, err := s.next(ctx, tx, by, Audit{Action: "draft.save", Object: paths(saved), Before: saved[0].before, After: digest(saved[0].now.Data), Why: why})
		if err != nil {
			return nil, err
		}
		return func(p redis.Pipeliner) {
			for _, one := range saved {
				one.write(ctx, p, base)
			}
			p.Set(ctx, keyHead, asJSON(head{d.Base, d.Counter + 1}), 0)
			p.RPush(ctx, keyAudit, asJSON(record))
		}, nil
	})
}

func paths(saved []saving) string {
	var b bytes.Buffer
	for i, one := range saved {
		if i == 5 {
			fmt.Fprintf(&b, " and %d more", len(saved)-i)
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(one.now.Path)
	}
	return b.String()
}

// digest names content in the audit.
func digest(data []byte) string {
	if data == nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:16]
}

// saving is one file on its way into the draft.
type saving struct {
	now    Change
	before string // digest of what it replaces
	seed   bool   // the history is empty: it begins with the file of the base
	same   bool   // the file is again as the base has it
}

func (s *Store) saving(ctx context.Context, g getter, by Actor, d Draft, base knowledge.Files, f File, why string) (*saving, error) {
	if !knowledge.ValidPath(f.Path) || len(f.Data) > maxDraftFile {
		return nil, fmt.Errorf("%w: no place in a base: %q", ErrNotFound, f.Path)
	}
	rev, err := g.HGet(ctx, keyRev, f.Path).Int()
	if err != nil && err != redis.Nil {
		return nil, storeError(err, false)
	}
	was, changed := d.Changes[f.Path]
	if !changed {
		was = Change{Path: f.Path, Data: base[f.Path], Rev: rev}
	}
	if f.Rev != rev {
		return nil, &ErrStale{was}
	}
	if bytes.Equal(was.Data, f.Data) && (was.Data == nil) == (f.Data == nil) {
		return nil, nil
	}
	c := Change{Path: f.Path, Data: f.Data, Rev: rev + 1, Who: by.Login, At: s.now().UTC().Truncate(time.Second), Why: why}
	c.Authors = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(was.Authors), by.Login))))
	original, inBase := base[f.Path]
	return &saving{now: c, before: digest(was.Data), seed: rev == 0 && inBase, same: bytes.Equal(original, f.Data) && inBase == (f.Data != nil)}, nil
}

func (one saving) write(ctx context.Context, p redis.Pipeliner, base knowledge.Files) {
	path := one.now.Path
	if one.seed {
		p.LPush(ctx, keyHistory(path), asJSON(Change{Path: path, Data: base[path]}))
	}
	p.LPush(ctx, keyHistory(path), asJSON(one.now))
	p.LTrim(ctx, keyHistory(path), 0, history-1)
	p.HSet(ctx, keyRev, path, one.now.Rev)
	if one.same {
		p.HDel(ctx, keyDraft, path)
		return
	}
	p.HSet(ctx, keyDraft, path, asJSON(one.now))
}

// Discard takes the changes of a file out of the draft: it is again as its base has it.
func (s *Store) Discard(ctx context.Context, by Actor, path string, rev int, why string) error {
	d, err := s.Draft(ctx)
	if err != nil {
		return err
	}
	if _, ok := d.Changes[path]; !ok {
		return ErrNothing
	}
	base, err := s.Files(ctx, d.Base)
	if err != nil {
		return err
	}
	return s.Save(ctx, by, []File{{path, rev, base[path]}}, why)
}

// History gives the last revisions of a file, newest first. The oldest may be the file as a
// base had it, with nobody's name.
func (s *Store) History(ctx context.Context, path string) ([]Change, error) {
	rows, err := s.rdb.LRange(ctx, keyHistory(path), 0, history-1).Result()
	if err != nil {
		return nil, storeError(err, false)
	}
	list := make([]Change, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal([]byte(row), &list[i]); err != nil {
			return nil, fmt.Errorf("%w: history of %s", ErrCorrupt, path)
		}
	}
	return list, nil
}
