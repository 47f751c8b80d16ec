package knowledge

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrNoBase says that a folder holds something else than a base and is left as it is.
var ErrNoBase = errors.New("is not empty and holds no knowledge base")

// ReplaceFolder makes dir hold exactly these files, by their path with slashes. dir may be
// missing, empty, or a base (nothing but .yaml files, sources.yaml among them), which is
// replaced whole; anything else is ErrNoBase. A path that leads out of dir is an error.
//
// The files are written aside, in the same parent folder, which must exist, and then take
// the place of dir by renaming: a reader sees the old base, the new one, or for an instant
// none, but never a mixture, and after an error dir is as it was. Two calls on the same
// folder must not run at once.
func ReplaceFolder(dir string, files map[string][]byte) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	there, err := replaceable(dir)
	if err != nil {
		return err
	}
	aside, err := os.MkdirTemp(filepath.Dir(dir), ".zhilu-")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", dir, errors.Unwrap(err))
	}
	defer os.RemoveAll(aside)
	fresh, old := filepath.Join(aside, "new"), filepath.Join(aside, "old")
	if err := writeFolder(fresh, files); err != nil {
		return err
	}
	if there {
		if err := os.Rename(dir, old); err != nil {
			return err
		}
	}
	if err := os.Rename(fresh, dir); err != nil {
		if there {
			err = errors.Join(err, os.Rename(old, dir))
		}
		return err
	}
	return nil
}

// Replaceable tells, before the work, whether ReplaceFolder would refuse dir as it is now.
func Replaceable(dir string) error {
	_, err := replaceable(dir)
	return err
}

// replaceable reports whether dir is there, and whether it may go.
func replaceable(dir string) (there bool, err error) {
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("%s cannot be read: %w", dir, errors.Unwrap(err))
	case !info.IsDir():
		return false, fmt.Errorf("%s is no folder", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return true, err
	}
	if _, err := os.Stat(filepath.Join(dir, sourcesFile)); err != nil {
		return true, fmt.Errorf("%s %w: %s is missing", dir, ErrNoBase, sourcesFile)
	}
	if ps := checkFolder(os.DirFS(dir)); len(ps) > 0 {
		return true, fmt.Errorf("%s %w: %v", dir, ErrNoBase, ps[0])
	}
	return true, nil
}

// writeFolder writes files below a new folder and nowhere else.
func writeFolder(dir string, files map[string][]byte) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for name, data := range files {
		local, err := filepath.Localize(name)
		if err != nil {
			return fmt.Errorf("%q leads out of the folder", name)
		}
		if err := root.MkdirAll(filepath.Dir(local), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(local, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// RewriteFile puts data in the place of one file of the folder dir, by its path with slashes.
// It is written aside and renamed: a reader sees the old or the new file. A path that leads
// out of dir, also through a link, is an error.
func RewriteFile(dir, name string, data []byte) error {
	local, err := filepath.Localize(name)
	if err != nil {
		return fmt.Errorf("%q leads out of the folder", name)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	aside := filepath.Join(filepath.Dir(local), ".zhilu-"+filepath.Base(local)+".new")
	if err := root.WriteFile(aside, data, 0o644); err != nil {
		return err
	}
	if err := root.Rename(aside, local); err != nil {
		return errors.Join(err, root.Remove(aside))
	}
	return nil
}
