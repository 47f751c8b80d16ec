package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"zhilu/dialog"
	"zhilu/knowledge"
)

// traceRows explains how the rows with these ids are routed.
func traceRows(w io.Writer, rel *knowledge.Release, rows []row, ids []string) error {
	var unknown []string
	var chosen []row
	for _, id := range ids {
		at := slices.IndexFunc(rows, func(r row) bool { return r.ID == id })
		if at < 0 {
			unknown = append(unknown, fmt.Sprintf("no row %q", id))
			continue
		}
		chosen = append(chosen, rows[at])
	}
	if len(unknown) > 0 {
		return errors.New(strings.Join(unknown, "\n"))
	}
	for i, r := range chosen {
		if i > 0 {
			fmt.Fprintln(w)
		}
		step(w, "row", "%s, %s, expected %s", r.ID, r.Lang, strings.Join(append([]string{r.Expect}, r.Also...), " or "))
		printTrace(w, r.Text, dialog.Explain(rel, r.Text))
	}
	return nil
}

// printTrace prints how a message is routed, in the order in which it is decided.
func printTrace(w io.Writer, text string, t dialog.Trace) {
	step(w, "message", "%s", text)
	rule := "no rule"
	if t.Danger.Rule != "" {
		rule = fmt.Sprintf("%s: %s", t.Danger.Kind, t.Danger.Rule)
	}
	step(w, "danger", "%s", rule)
	step(w, "normal form", "%s", t.Normal)
	step(w, "keyword", "%s", cmp.Or(string(t.Keyword), "none"))
	step(w, "phrases", "%s", pieces(t.Phrases))
	step(w, "concepts", "%s", pieces(t.Concepts))
	step(w, "outside", "%.2f", t.Outside.Share)
	voices(w, t.Outside)
	for i, b := range t.Labels {
		step(w, fmt.Sprintf("label %d", i+1), "%.2f %s", b.Share, b.Label)
		voices(w, b)
	}
	if t.SelfHarm > 0 {
		care := ""
		if t.Match.Care {
			care = "; the crisis line is named beside the answer"
		}
		step(w, "self-harm", "%.2f by itself, the limit is %.2f%s", t.SelfHarm, t.Grave, care)
	}
	step(w, "decision", "%s", decision(t))
	step(w, "label", "%s", t.Routing.Label)
	if c := t.Routing.Candidates; len(c) > 0 {
		step(w, "candidates", "%s", strings.Trim(fmt.Sprint(c), "[]"))
	}
	lang := "does not show"
	if t.LangBy != dialog.LangByNothing {
		lang = fmt.Sprintf("%s, by its %s", t.Routing.Lang, t.LangBy)
	}
	step(w, "language", "%s", lang)
}

func step(w io.Writer, name, format string, args ...any) {
	fmt.Fprintf(w, "%-12s %s\n", name, fmt.Sprintf(format, args...))
}

// pieces lists what was found in a message.
func pieces(list []knowledge.Seen) string {
	var all []string
	for _, s := range list {
		mute := ""
		if s.Mute {
			mute = " (does not count)"
		}
		all = append(all, fmt.Sprintf("%q %s%s", s.Text, strings.Join(s.Of, " "), mute))
	}
	return cmp.Or(strings.Join(all, "; "), "none")
}

// voices prints what speaks for and against a belief.
func voices(w io.Writer, b knowledge.Belief) {
	for _, side := range []struct {
		name string
		list []knowledge.Voice
	}{{"for", b.For}, {"against", b.Against}} {
		if len(side.list) == 0 {
			continue
		}
		var all []string
		for _, v := range side.list {
			all = append(all, fmt.Sprintf("%+.2f %s %q", v.Weight, v.Sort, v.Text))
		}
		step(w, "", "  %-8s %s", side.name, strings.Join(all, "; "))
	}
}

// decision says in a sentence what decided.
func decision(t dialog.Trace) string {
	switch {
	case t.Danger.Kind != "":
		return "danger decides alone"
	case t.Number && !t.Match.Plain:
		return "a bare number of a menu leads nowhere by itself"
	}
	compared := fmt.Sprintf("%.2f, the limit is %.2f", t.Value, t.Limit)
	switch t.By {
	case knowledge.ByKeyword:
		return "the whole message is a phrase of " + string(t.Keyword)
	case knowledge.ByPhrases:
		return fmt.Sprintf("the phrases of %s make up most of the message: %s", t.Match.Label, compared)
	case knowledge.ByGrave:
		return "self-harm by the examples, though no rule of danger says so: " + compared
	case knowledge.ByShare:
		return fmt.Sprintf("%s is likely enough: %s", t.Match.Label, compared)
	case knowledge.ByPart:
		return fmt.Sprintf("the topic is likely enough: %s; a phrase names its part %s", compared, t.Match.Label)
	case knowledge.ByDanger:
		return fmt.Sprintf("the likeliest label is likely enough: %s; %s is more dangerous and near to it", compared, t.Match.Label)
	case knowledge.ByOutside:
		return "outside of the service: " + compared
	case knowledge.ByDoubt:
		return "no label is likely enough: " + compared
	default:
		return "nothing is left of the message in its normal form"
	}
}
