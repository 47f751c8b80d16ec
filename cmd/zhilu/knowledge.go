package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

func knowledgeCommand(s streams) *cobra.Command {
	cmd := &cobra.Command{Use: "knowledge", Short: "Check, test, copy and compare knowledge bases"}
	cmd.AddCommand(lintCommand(s), stampCommand(), testCommand(s), exportCommand(s), importCommand(s), fmtCommand(s), diffCommand(s), schemaCommand(s),
		publishCommand(s), releasesCommand(s), rollbackCommand(s))
	return cmd
}

func schemaCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of an entry file, for editors", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := s.out.Write(knowledge.Schema()); err != nil {
				return faultError{err}
			}
			return nil
		},
	}
}

func lintCommand(s streams) *cobra.Command {
	var strict bool
	cmd := &cobra.Command{
		Use: "lint [DIR]", Short: "Print every problem of a knowledge base (the embedded one without DIR)", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := strings.Join(args, "")
			if err := isFolder(dir); err != nil {
				return err
			}
			base := knowledge.Base()
			if dir != "" {
				base = os.DirFS(dir)
			}
			return printProblems(s, base, knowledge.Lint(base), strict)
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "fail on warnings as on errors")
	return cmd
}

// printProblems prints the problems of a base, each with the line it lies in, and how many
// there are; it is silent when there are none.
func printProblems(s streams, base fs.FS, ps knowledge.Problems, strict bool) error {
	for _, p := range ps {
		fmt.Fprintf(s.out, "%s\n%s", p, p.Excerpt(base))
	}
	switch {
	case len(ps.Errors()) > 0, strict && len(ps) > 0:
		return faultError{errors.New(ps.Count())}
	case len(ps) > 0:
		fmt.Fprintln(s.out, ps.Count())
	}
	return nil
}

func stampCommand() *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use: "stamp FILE…", Short: "Say in entry files that their translations match their Chinese texts as they stand", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			var langs []knowledge.Lang
			switch lang {
			case "":
			case string(knowledge.En), string(knowledge.Es):
				langs = append(langs, knowledge.Lang(lang))
			default:
				return fmt.Errorf("--lang is en or es, not %q", lang)
			}
			var errs []error
			for _, name := range files {
				if err := stampFile(name, langs); err != nil {
					errs = append(errs, fmt.Errorf("%s: %w", name, err))
				}
			}
			if len(errs) > 0 {
				return faultError{errors.Join(errs...)}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "", "stamp one language only: en or es")
	return cmd
}

// stampFile rewrites one entry file; a file that is up to date is not touched.
func stampFile(name string, langs []knowledge.Lang) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return errors.Unwrap(err)
	}
	stamped, err := knowledge.Stamp(data, langs...)
	if err != nil || bytes.Equal(data, stamped) {
		return err
	}
	return os.WriteFile(name, stamped, 0o644) // an existing file keeps its mode
}

// isFolder asks that a given folder is there: a mistyped name must not pass for an empty base.
func isFolder(dir string) error {
	if dir == "" {
		return nil
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", dir, errors.Unwrap(err))
	case !info.IsDir():
		return fmt.Errorf("%s is no folder", dir)
	}
	return nil
}

func testCommand(s streams) *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use: "test DIR", Short: "Play the transcripts (*.txt) in a folder against a knowledge base", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := errors.Join(isFolder(args[0]), isFolder(base)); err != nil {
				return err
			}
			rel, err := loadBase(base)
			if err != nil {
				return err
			}
			return playAll(s, rel, args[0])
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "a folder with a knowledge base, instead of the embedded one")
	return cmd
}

func playAll(s streams, rel *knowledge.Release, dir string) error {
	var files []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && filepath.Ext(path) == ".txt" {
			files = append(files, path)
		}
		return err
	})
	switch {
	case err != nil:
		return faultError{err}
	case len(files) == 0:
		return fmt.Errorf("%s holds no transcript (*.txt)", dir)
	}
	failed := 0
	for _, path := range files {
		diffs, err := playFile(rel, path)
		if err != nil {
			diffs = []string{err.Error()}
		}
		if len(diffs) > 0 {
			failed++
			fmt.Fprintf(s.out, "FAIL %s\n%s\n", path, strings.Join(diffs, "\n"))
		}
	}
	fmt.Fprintf(s.out, "%d transcripts, %d failed\n", len(files), failed)
	if failed > 0 {
		return faultError{errors.New("the base answers differently")}
	}
	return nil
}

func playFile(rel *knowledge.Release, path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	want, err := transcript.Parse(f)
	if err != nil {
		return nil, err
	}
	got, err := want.Play(&transcript.Local{Release: rel})
	if err != nil {
		return nil, err
	}
	return want.Differences(got), nil
}
