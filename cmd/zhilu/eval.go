package main

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"zhilu/dialog"
	"zhilu/knowledge"
)

func evalCommand(s streams) *cobra.Command {
	var asJSON bool
	var base string
	cmd := &cobra.Command{
		Use: "eval FILE.jsonl", Short: "Route every message of a test set and print how many go where they should", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			rel, err := loadBase(base)
			if err != nil {
				return err
			}
			labels := dialog.Labels(rel)
			rows, err := readRows(args[0], labels)
			if err != nil {
				return faultError{err}
			}
			results := route(rel, rows)
			if asJSON {
				return printJSON(s.out, results, summarise(labels, results))
			}
			summarise(labels, results).print(s.out)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a row and one with the summary")
	cmd.Flags().StringVar(&base, "base", "", "a folder with a knowledge base, instead of the embedded one")
	return cmd
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
