package main

import (
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
	cmd.AddCommand(lintCommand(s), testCommand(s), exportCommand(s), importCommand(s), fmtCommand(s), diffCommand(s), schemaCommand(s))
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
	return &cobra.Command{
		Use: "lint [DIR]", Short: "Print every problem of a knowledge base (the embedded one without DIR)", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := strings.Join(args, "")
			if err := isFolder(dir); err != nil {
				return err
			}
			_, err := loadBase(dir)
			var problems knowledge.Problems
			if !errors.As(err, &problems) {
				return err
			}
			return printProblems(s, problems)
		},
	}
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
