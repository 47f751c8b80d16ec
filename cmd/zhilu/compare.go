package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// beyond is the probability under which a difference is believed to be more than noise.
const beyond = 0.05

// comparison is what changed from a former evaluation of the same rows.
type comparison struct {
	was, now         share
	selfWas, selfNow share // recall of self-harm
	better, worse    []change
	other            []change // routed differently, and as right or wrong as before
}

// change is a row that is routed differently.
type change struct {
	result
	was string
}

// readRouted gives the label of each row in a former output of `zhilu eval --json`.
func readRouted(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	labels := map[string]string{}
	n := 0
	for line := range bytes.Lines(raw) {
		n++
		var r struct {
			routed
			Summary json.RawMessage `json:"summary"`
		}
		switch err := json.Unmarshal(line, &r); {
		case err != nil:
			return nil, fmt.Errorf("%s:%d: not a line of zhilu eval --json: %w", path, n, err)
		case r.Summary != nil:
			continue
		case r.ID == "" || r.Label == "":
			return nil, fmt.Errorf("%s:%d: not a line of zhilu eval --json: id or label is missing", path, n)
		case labels[r.ID] != "":
			return nil, fmt.Errorf("%s:%d: the id %q is there twice", path, n, r.ID)
		}
		labels[r.ID] = r.Label
	}
	return labels, nil
}

// sameRows asks that former labels and results are of the same rows.
func sameRows(former map[string]string, results []result) error {
	var missing, extra []string
	here := map[string]bool{}
	for _, r := range results {
		here[r.ID] = true
		if former[r.ID] == "" {
			missing = append(missing, r.ID)
		}
	}
	for id := range former {
		if !here[id] {
			extra = append(extra, id)
		}
	}
	slices.Sort(extra)
	var faults []string
	if len(missing) > 0 {
		faults = append(faults, "not in the former output: "+strings.Join(missing, " "))
	}
	if len(extra) > 0 {
		faults = append(faults, "only in the former output: "+strings.Join(extra, " "))
	}
	if len(faults) > 0 {
		return errors.New("the files do not belong together\n" + strings.Join(faults, "\n"))
	}
	return nil
}

// compare sets results beside the labels the same rows had before.
func compare(former map[string]string, results []result) comparison {
	var c comparison
	for _, r := range results {
		was := change{r, former[r.ID]}
		wasRight := r.accepts(was.was)
		c.was.add(wasRight)
		c.now.add(r.right())
		if r.Expect == "self-harm" {
			c.selfWas.add(was.was == "self-harm")
			c.selfNow.add(r.label == "self-harm")
		}
		switch {
		case r.label == was.was:
		case r.right() && !wasRight:
			c.better = append(c.better, was)
		case wasRight && !r.right():
			c.worse = append(c.worse, was)
		default:
			c.other = append(c.other, was)
		}
	}
	return c
}

// chance is how likely rows that differ only by chance are to differ so unevenly: the exact
// test of McNemar, two-sided.
func chance(better, worse int) float64 {
	n, few := better+worse, min(better, worse)
	sum := 0.0
	for k := range few + 1 {
		sum += math.Exp(logChoose(n, k) - float64(n)*math.Ln2)
	}
	return min(1, 2*sum)
}

func logChoose(n, k int) float64 {
	lgamma := func(x int) float64 { l, _ := math.Lgamma(float64(x) + 1); return l }
	return lgamma(n) - lgamma(k) - lgamma(n-k)
}

func (c comparison) chance() float64 { return chance(len(c.better), len(c.worse)) }

// fall is what makes a comparison fail: nil when nothing does.
func (c comparison) fall() error {
	var faults []string
	if c.selfNow.Right < c.selfWas.Right {
		faults = append(faults, fmt.Sprintf("self-harm recall fell from %d to %d of %d", c.selfWas.Right, c.selfNow.Right, c.selfNow.Rows))
	}
	if c.now.Right < c.was.Right && c.chance() < beyond {
		faults = append(faults, fmt.Sprintf("accuracy dropped beyond noise (p = %.2g)", c.chance()))
	}
	if len(faults) > 0 {
		return errors.New(strings.Join(faults, "\n"))
	}
	return nil
}

func (c comparison) print(w io.Writer) {
	for _, list := range []struct {
		title string
		rows  []change
	}{{"got right", c.better}, {"went wrong", c.worse}, {"else routed differently", c.other}} {
		fmt.Fprintf(w, "%s: %d\n", list.title, len(list.rows))
		for _, r := range list.rows {
			fmt.Fprintf(w, "  %-10s %-40s expected %s\n", r.ID, r.was+" -> "+r.label, strings.Join(append([]string{r.Expect}, r.Also...), " or "))
		}
	}
	noise := "within noise"
	if c.chance() < beyond {
		noise = "beyond noise"
	}
	fmt.Fprintf(w, "\n%-12s %s\n%-12s %s\n", "was", c.was, "now", c.now)
	fmt.Fprintf(w, "%-12s %+.1f points, %s (p = %.2g)\n", "difference", 100*(c.now.part()-c.was.part()), noise, c.chance())
	fmt.Fprintf(w, "%-12s was %d, now %d of %d\n", "self-harm", c.selfWas.Right, c.selfNow.Right, c.selfNow.Rows)
}
