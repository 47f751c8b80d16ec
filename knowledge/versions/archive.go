package versions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
)

// Archive is a folder into which every release is also written, so that people and backups can
// read it, and from which a server without Redis starts:
//
//	live.json             the pointer as it was last seen
//	0002-1f2e3d4c5b6a/    release 2, as a base of YAML files
//	0002-1f2e3d4c5b6a.json  who, when, why
//	tests.json            the golden conversations that operators saved
//
// Files are replaced by renaming, so that no reader sees half of one.
type Archive struct{ dir string }

// OpenArchive makes the folder when it is missing.
func OpenArchive(dir string) (*Archive, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("the archive folder cannot be made: %w", errors.Unwrap(err))
	}
	return &Archive{dir: dir}, nil
}

const (
	liveFile  = "live.json"
	testsFile = "tests.json"
)

func (a *Archive) name(r Release) string { return fmt.Sprintf("%04d-%s", r.Number, short(r.ID)) }

// has reports whether a release is there, whole: its .json is written last.
func (a *Archive) has(r Release) bool {
	_, err := os.Stat(filepath.Join(a.dir, a.name(r)+".json"))
	return err == nil
}

// put writes one release.
func (a *Archive) put(r Release, files knowledge.Files) error {
	if err := knowledge.ReplaceFolder(filepath.Join(a.dir, a.name(r)), files); err != nil {
		return err
	}
	return a.write(a.name(r)+".json", r)
}

func (a *Archive) write(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return knowledge.RewriteFile(a.dir, name, append(data, '\n'))
}

func (a *Archive) read(name string, into any) error {
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// live gives the pointer that was last written, and the files it points to. Without a pointer
// it is the newest release; with none there the error is fs.ErrNotExist.
func (a *Archive) live() (Pointer, knowledge.Files, error) {
	list, err := a.releases()
	if err != nil {
		return Pointer{}, nil, err
	}
	if len(list) == 0 {
		return Pointer{}, nil, fs.ErrNotExist
	}
	r := list[len(list)-1]
	p := Pointer{ID: r.ID, Number: r.Number, Epoch: int64(r.Number), Who: r.Who, Note: r.Reason, At: r.At}
	var last Pointer
	if err := a.read(liveFile, &last); err == nil {
		if at := slices.IndexFunc(list, func(r Release) bool { return r.ID == last.ID && r.Number == last.Number }); at >= 0 {
			p, r = last, list[at]
		}
	}
	files, err := a.files(r)
	return p, files, err
}

func (a *Archive) files(r Release) (knowledge.Files, error) {
	root, err := os.OpenRoot(filepath.Join(a.dir, a.name(r)))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	files, ps := knowledge.FilesOf(root.FS())
	if d, more := knowledge.ReadFiles(files, nil); len(ps)+len(more) > 0 || d.Digest() != r.ID {
		return nil, fmt.Errorf("%w: %s in the archive", ErrCorrupt, a.name(r))
	}
	return files, nil
}

// releases lists what is archived, oldest first.
func (a *Archive) releases() ([]Release, error) {
	names, err := filepath.Glob(filepath.Join(a.dir, "[0-9]*-*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var list []Release
	for _, name := range names {
		var r Release
		if err := a.read(filepath.Base(name), &r); err != nil {
			return nil, fmt.Errorf("%w: %s in the archive", ErrCorrupt, filepath.Base(name))
		}
		if a.name(r)+".json" == filepath.Base(name) && !strings.ContainsAny(r.ID, `/\.`) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(x, y Release) int { return x.Number - y.Number })
	return list, nil
}

// Keep writes what the store has and the archive has not.
func (s *Store) Keep(ctx context.Context, a *Archive) error {
	list, err := s.Releases(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		if a.has(r) {
			continue
		}
		files, err := s.Files(ctx, r.ID)
		if err != nil {
			return err
		}
		if err := a.put(r, files); err != nil {
			return fmt.Errorf("archive release %d: %w", r.Number, err)
		}
	}
	tests, err := s.Tests(ctx)
	if err != nil {
		return err
	}
	p, err := s.Active(ctx)
	if err != nil || p.ID == "" {
		return err
	}
	return errors.Join(a.write(testsFile, tests), a.write(liveFile, p))
}

// Restore fills a store that has no pointer from an archive: releases, saved tests, what is
// live. It reports whether there was anything to do.
func (s *Store) Restore(ctx context.Context, a *Archive) (bool, error) {
	p, _, err := a.live()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	list, err := a.releases()
	if err != nil {
		return false, err
	}
	tests := map[string]Test{}
	if err := a.read(testsFile, &tests); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("%w: %s in the archive", ErrCorrupt, testsFile)
	}
	if list, err = s.load(ctx, a, list, p); err != nil {
		return false, err
	}
	err = s.change(ctx, []string{keyActive, keyReleases, keyTests, keyAudit}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		was, err := s.active(ctx, tx)
		if err != nil {
			return nil, err
		}
		if was.Epoch != 0 {
			return nil, ErrNothing
		}
		record, err := s.next(ctx, tx, Actor{Login: "archive"}, Audit{Action: "release.restore", Object: fmt.Sprint(p.Number), After: short(p.ID)})
		return func(pipe redis.Pipeliner) {
			pipe.Del(ctx, keyReleases)
			for _, r := range list {
				pipe.RPush(ctx, keyReleases, asJSON(r))
			}
			for name, t := range tests {
				pipe.HSet(ctx, keyTests, name, asJSON(t))
			}
			s.point(ctx, pipe, p, record)
		}, err
	})
	if errors.Is(err, ErrNothing) {
		return false, nil
	}
	return err == nil, err
}

// load stores the content of archived releases and gives those that are sound. The live one
// must be among them.
func (s *Store) load(ctx context.Context, a *Archive, list []Release, live Pointer) ([]Release, error) {
	var sound []Release
	for _, r := range list {
		files, err := a.files(r)
		if err != nil && r.ID != live.ID {
			continue
		}
		if err != nil {
			return nil, err
		}
		packed, err := knowledge.Files(files).Pack()
		if err != nil {
			return nil, err
		}
		if err := s.rdb.SetNX(ctx, keyRelease(r.ID), packed, 0).Err(); err != nil {
			return nil, storeError(err, false)
		}
		sound = append(sound, r)
	}
	return sound, nil
}
