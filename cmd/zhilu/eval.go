package main

import (
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"zhilu/dialog"
	"zhilu/knowledge"
)

// evaluation is what `zhilu eval` is asked to do.
type evaluation struct {
	base   string
	asJSON bool
	former string   // a former JSON output to compare with
	ids    []string // rows to explain
	text   string   // a message to explain, instead of a file
}

func evalCommand(s streams) *cobra.Command {
	var e evaluation
	cmd := &cobra.Command{
		Use: "eval FILE.jsonl", Short: "Route every message of a test set and print how many go where they should", Args: cobra.MaximumNArgs(1),
		Long: `Route every message of a test set and print how many go where they should, each share with
its 95 % interval, and what goes wrong.

With --compare, print what changed since a former output of --json: exit code 1 when the
recall of self-harm fell, or accuracy dropped by more than chance explains. With --trace or
--text, explain step by step how messages are routed. A file with faults is not evaluated:
all of them are printed, with exit code 1.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("text") {
				if len(args) > 0 {
					return errors.New("--text goes without a file")
				}
				return e.explain(s)
			}
			switch {
			case len(args) == 0:
				return errors.New("the name of a test set is missing")
			case cmd.Flags().Changed("compare") && e.former == "":
				return errors.New("--compare needs the name of a file")
			case cmd.Flags().Changed("trace") && len(e.ids) == 0:
				return errors.New("--trace needs the ids of rows")
			}
			return e.run(s, args[0])
		},
	}
	cmd.Flags().BoolVar(&e.asJSON, "json", false, "print one JSON object a row and one with the summary")
	cmd.Flags().StringVar(&e.base, "base", "", "a folder with a knowledge base, instead of the embedded one")
	cmd.Flags().StringVar(&e.former, "compare", "", "a former output of --json for the same file: print what changed")
	cmd.Flags().StringSliceVar(&e.ids, "trace", nil, "ids of rows: explain how they are routed")
	cmd.Flags().StringVar(&e.text, "text", "", "a message: explain how it is routed")
	cmd.MarkFlagsMutuallyExclusive("json", "compare", "trace", "text")
	return cmd
}

// explain prints how the message is routed.
func (e evaluation) explain(s streams) error {
	rel, err := loadBase(e.base)
	if err != nil {
		return err
	}
	printTrace(s.out, e.text, dialog.Explain(rel, e.text))
	return nil
}

// run evaluates the test set at path.
func (e evaluation) run(s streams, path string) error {
	rel, err := loadBase(e.base)
	if err != nil {
		return err
	}
	labels := dialog.Labels(rel)
	rows, err := readRows(path, labels)
	if err != nil {
		return faultError{err}
	}
	if len(e.ids) > 0 {
		if err := traceRows(s.out, rel, rows, e.ids); err != nil {
			return faultError{err}
		}
		return nil
	}
	results := route(rel, rows)
	switch {
	case e.former != "":
		return e.compare(s, results)
	case e.asJSON:
		return printJSON(s.out, results, summarise(labels, results))
	}
	summarise(labels, results).print(s.out)
	return nil
}

// compare prints what changed since the former output.
func (e evaluation) compare(s streams, results []result) error {
	former, err := readRouted(e.former)
	if err != nil {
		return faultError{err}
	}
	if err := sameRows(former, results); err != nil {
		return faultError{err}
	}
	c := compare(former, results)
	c.print(s.out)
	if err := c.fall(); err != nil {
		return faultError{err}
	}
	return nil
}

// result is a row as it was routed.
type result struct {
	row
	label      string
	shown      knowledge.Lang
	candidates []knowledge.ID
}

func (r result) right() bool { return r.accepts(r.label) }

// accepts reports whether a label is right for the row.
func (r row) accepts(label string) bool { return r.Expect == label || slices.Contains(r.Also, label) }

func route(rel *knowledge.Release, rows []row) []result {
	results := make([]result, len(rows))
	for i, r := range rows {
		routing := dialog.Route(rel, r.Text)
		results[i] = result{r, routing.Label, routing.Lang, routing.Candidates}
	}
	return results
}

// routed is a row of the JSON output.
type routed struct {
	ID         string         `json:"id"`
	Label      string         `json:"label"`
	Lang       knowledge.Lang `json:"lang"`
	Candidates []knowledge.ID `json:"candidates"`
}

func printJSON(w io.Writer, results []result, figures summary) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range results {
		if err := enc.Encode(routed{r.ID, r.label, r.shown, append([]knowledge.ID{}, r.candidates...)}); err != nil {
			return err
		}
	}
	return enc.Encode(map[string]any{"summary": figures})
}
