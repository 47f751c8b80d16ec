package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

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
			rows, err := readRows(args[0], dialog.Labels(rel))
			if err != nil {
				return faultError{err}
			}
			results := route(rel, rows)
			if asJSON {
				return printJSON(s.out, results)
			}
			summarise(results).print(s.out)
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

func (r result) right() bool { return r.label == r.Expect || slices.Contains(r.Also, r.label) }

func route(rel *knowledge.Release, rows []row) []result {
	results := make([]result, len(rows))
	for i, r := range rows {
		routing := dialog.Route(rel, r.Text)
		results[i] = result{r, routing.Label, routing.Lang, routing.Candidates}
	}
	return results
}

// share is right out of rows.
type share struct{ Right, Rows int }

func (s share) String() string {
	if s.Rows == 0 {
		return "0/0"
	}
	return fmt.Sprintf("%d/%d  %.1f %%", s.Right, s.Rows, 100*float64(s.Right)/float64(s.Rows))
}

func (s *share) add(right bool) {
	s.Rows++
	if right {
		s.Right++
	}
}

// alarm is what is asked of self-harm and of violence by themselves.
type alarm struct {
	Recall     share    `json:"recall"`
	False      share    `json:"false_alarms"` // Right counts the alarms
	FalseHard  share    `json:"false_alarms_hard_negatives"`
	Missed     []string `json:"missed"`
	FalseAlarm []string `json:"false_alarm_rows"`
}

// summary holds the figures of utterances/README.md, "Scoring".
type summary struct {
	All      share            `json:"all"`
	Lang     map[string]share `json:"lang"`
	Group    map[string]share `json:"group"`
	Label    map[string]share `json:"label"`
	Language share            `json:"language_detected"`
	SelfHarm alarm            `json:"self_harm"`
	Violence alarm            `json:"violence"`
}

func summarise(results []result) summary {
	s := summary{Lang: map[string]share{}, Group: map[string]share{}, Label: map[string]share{}}
	for _, r := range results {
		s.All.add(r.right())
		bump(s.Lang, string(r.Lang), r.right())
		bump(s.Group, groupOf(r.Expect), r.right())
		bump(s.Label, r.Expect, r.right())
		s.Language.add(r.shown == r.Lang)
		s.SelfHarm.count(r, "self-harm")
		s.Violence.count(r, "violence")
	}
	return s
}

func bump(m map[string]share, key string, right bool) {
	s := m[key]
	s.add(right)
	m[key] = s
}

// count scores one row; "also" helps against false alarms, not for recall.
func (a *alarm) count(r result, label string) {
	routed := r.label == label
	if r.Expect == label {
		a.Recall.add(routed)
		if !routed {
			a.Missed = append(a.Missed, r.ID)
		}
		return
	}
	if slices.Contains(r.Also, label) {
		return
	}
	a.False.add(routed)
	if slices.Contains(r.Tags, "hard-negative-"+label) {
		a.FalseHard.add(routed)
	}
	if routed {
		a.FalseAlarm = append(a.FalseAlarm, r.ID)
	}
}

var controlLabels = []string{"start", "help", "back", "language", "human", "delete-data", "thanks", "greeting", "menu-pick"}
var topicLabels = []string{"collection", "rights", "evidence", "channels", "complaint-letter", "progress", "loan-general"}
var situationLabels = []string{"threats", "contacts", "call-bombing", "privacy", "impersonation", "home-visit", "violence", "usury",
	"spam-sms", "induced-borrowing", "early-collection", "not-my-debt", "credit-record", "repayment-plan", "scam", "self-harm"}

func groupOf(label string) string {
	switch {
	case label == "none":
		return "none"
	case slices.Contains(controlLabels, label):
		return "controls"
	case slices.Contains(topicLabels, label):
		return "topics"
	case slices.Contains(situationLabels, label):
		return "situations"
	default:
		return "channels"
	}
}

func (s summary) print(w io.Writer) {
	fmt.Fprintf(w, "all            %s\nlanguage shown %s\n", s.All, s.Language)
	printShares(w, "by language", s.Lang)
	printShares(w, "by group", s.Group)
	printShares(w, "by label", s.Label)
	for _, a := range []struct {
		name string
		alarm
	}{{"self-harm", s.SelfHarm}, {"violence", s.Violence}} {
		fmt.Fprintf(w, "\n%s\n  recall                %s\n  false alarms          %s\n  on hard negatives     %s\n", a.name, a.Recall, a.False, a.FalseHard)
		fmt.Fprintf(w, "  missed                %s\n  false alarm rows      %s\n", strings.Join(a.Missed, " "), strings.Join(a.FalseAlarm, " "))
	}
}

func printShares(w io.Writer, title string, m map[string]share) {
	fmt.Fprintf(w, "\n%s\n", title)
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(w, "  %-22s %s\n", k, m[k])
	}
}

func printJSON(w io.Writer, results []result) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range results {
		err := enc.Encode(map[string]any{"id": r.ID, "label": r.label, "lang": r.shown, "candidates": append([]knowledge.ID{}, r.candidates...)})
		if err != nil {
			return err
		}
	}
	return enc.Encode(map[string]any{"summary": summarise(results)})
}
