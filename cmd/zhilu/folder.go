package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"zhilu/knowledge"
)

func exportCommand(s streams) *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use: "export DIR", Short: "Write a knowledge base as a folder of YAML files in canonical form", Args: cobra.ExactArgs(1),
		Long: `Write a knowledge base, the embedded one or that of --base, as a folder of YAML files.

What is exported and exported again is the same, byte for byte. DIR may be missing, empty,
or a base, which is replaced whole. With a problem in the base nothing is written.`,
		RunE: func(_ *cobra.Command, args []string) error { return copyBase(s, base, args[0]) },
	}
	cmd.Flags().StringVar(&base, "base", "", "a folder with a knowledge base, instead of the embedded one")
	return cmd
}

func importCommand(s streams) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use: "import DIR --to DIR", Short: "Check a folder strictly and write it to another one in canonical form", Args: cobra.ExactArgs(1),
		Long: `Check a folder of YAML files strictly and write it in canonical form to the folder of --to.

The folder may hold .yaml files only, no links, and no comments but at the head of a file.
Every problem is printed, and with any nothing is written. The target may be missing, empty,
or a base, which is replaced whole.`,
		RunE: func(_ *cobra.Command, args []string) error {
			if args[0] == "" { // to copyBase that is the embedded base
				return errNoFolder
			}
			return copyBase(s, args[0], to)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the folder that is written")
	if err := cmd.MarkFlagRequired("to"); err != nil { // the flag is defined in the line above
		panic(err)
	}
	return cmd
}

var errNoFolder = errors.New("the name of a folder is empty")

// copyBase checks the base in the folder from, the embedded one for "", and puts it in the
// place of the folder to.
func copyBase(s streams, from, to string) error {
	if to == "" {
		return errNoFolder
	}
	fsys, closeFolder, err := openBase(from)
	if err != nil {
		return err
	}
	defer closeFolder()
	if err := knowledge.Replaceable(to); err != nil {
		return faultError{err}
	}
	files, problems := knowledge.Import(fsys)
	if len(problems) > 0 {
		return printProblems(s, fsys, problems, false)
	}
	if err := knowledge.ReplaceFolder(to, files); err != nil {
		return faultError{err}
	}
	fmt.Fprintf(s.out, "%d files in %s\n", len(files), to)
	return nil
}

// openBase gives the files of a base: a folder, which links cannot lead out of, or the
// embedded one for "".
func openBase(dir string) (fsys fs.FS, closeFolder func(), err error) {
	if dir == "" {
		return knowledge.Base(), func() {}, nil
	}
	if err := isFolder(dir); err != nil {
		return nil, nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, faultError{err}
	}
	return root.FS(), func() { root.Close() }, nil
}

func fmtCommand(s streams) *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use: "fmt DIR", Short: "Rewrite the files of a folder in canonical form and name those that changed", Args: cobra.ExactArgs(1),
		Long: `Rewrite the files of a knowledge base in canonical form, in place, and print the names of
those that changed. What they say stays the same and is not checked; lint does that. With
a file that cannot be read nothing is written.`,
		RunE: func(_ *cobra.Command, args []string) error { return format(s, args[0], check) },
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; exit code 1 when a file is not in canonical form")
	return cmd
}

// format writes the files of a folder that are not in canonical form, or with check only
// names them.
func format(s streams, dir string, check bool) error {
	if dir == "" {
		return errNoFolder
	}
	fsys, closeFolder, err := openBase(dir)
	if err != nil {
		return err
	}
	defer closeFolder()
	files, problems := knowledge.Canonical(fsys)
	if len(problems) > 0 {
		return printProblems(s, fsys, problems, false)
	}
	changed := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if was, err := fs.ReadFile(fsys, name); err == nil && bytes.Equal(was, files[name]) {
			continue
		}
		changed++
		if !check {
			if err := knowledge.RewriteFile(dir, name, files[name]); err != nil {
				return faultError{err}
			}
		}
		fmt.Fprintln(s.out, filepath.Join(dir, filepath.FromSlash(name)))
	}
	if check && changed > 0 {
		return faultError{fmt.Errorf("%d files are not in canonical form", changed)}
	}
	return nil
}
