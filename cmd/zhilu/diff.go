package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zhilu/knowledge"
)

func diffCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "diff A B", Short: "Print what differs between two knowledge bases, by entry and language", Args: cobra.ExactArgs(2),
		Long: `Print what was added, removed and changed from base A to base B, by entry, field and
language. Each is a folder, or - for the embedded base. How the files are written and where
they lie does not count.

Exit code 0: nothing differs; 1: something does; 2: a base cannot be read.`,
		RunE: func(_ *cobra.Command, args []string) error {
			a, errA := readDraft(args[0])
			b, errB := readDraft(args[1])
			if err := errors.Join(errA, errB); err != nil {
				return err
			}
			changes := knowledge.Diff(a, b)
			if err := knowledge.PrintChanges(s.out, changes); err != nil {
				return faultError{err}
			}
			if len(changes) > 0 {
				return faultError{errors.New("the bases differ")}
			}
			return nil
		},
	}
}

// readDraft reads a base without checking what it says: the folder, or the embedded one for "-".
func readDraft(dir string) (*knowledge.Draft, error) {
	switch dir {
	case "":
		return nil, errNoFolder
	case "-":
		dir = ""
	}
	fsys, closeFolder, err := openBase(dir)
	if err != nil {
		return nil, unreadable(err)
	}
	defer closeFolder()
	d, problems := knowledge.Read(fsys)
	switch {
	case len(problems) > 0:
		return nil, problems
	case len(d.Entries) == 0:
		return nil, fmt.Errorf("%s holds no entry", dir)
	}
	return d, nil
}

// unreadable keeps a folder that cannot be opened from looking like a difference: of the
// error it leaves only the text.
func unreadable(err error) error { return errors.New(err.Error()) }
