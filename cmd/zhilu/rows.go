package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"zhilu/knowledge"
)

// row is one labelled message; the keys are those of the test set's README.
type row struct {
	ID     string         `json:"id"`
	Text   string         `json:"text"`
	Lang   knowledge.Lang `json:"lang"`
	Expect string         `json:"expect"`
	Also   []string       `json:"also"`
	Tags   []string       `json:"tags"`
}

// readRows reads a test set; labels are those a message can be routed to. Every fault is
// named with its line, and with any no row is given.
func readRows(path string, labels map[string]knowledge.Kind) ([]row, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseRows(path, raw, labels)
}

// parseRows reads the lines of a test set; path names it in faults.
func parseRows(path string, raw []byte, labels map[string]knowledge.Kind) ([]row, error) {
	var rows []row
	var faults []string
	lines := map[string]int{} // of the ids
	n := 0
	for line := range bytes.Lines(raw) {
		n++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r, found := readRow(line, labels)
		if first := lines[r.ID]; first > 0 {
			found = append(found, fmt.Sprintf("the id %q is taken by line %d", r.ID, first))
		} else if r.ID != "" {
			lines[r.ID] = n
		}
		for _, f := range found {
			faults = append(faults, fmt.Sprintf("%s:%d: %s", path, n, f))
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		faults = append(faults, path+": no row")
	}
	if len(faults) > 0 {
		return nil, errors.New(strings.Join(faults, "\n"))
	}
	return rows, nil
}

// readRow reads one line and gives what is wrong with it.
func readRow(line []byte, labels map[string]knowledge.Kind) (r row, faults []string) {
	if !utf8.Valid(line) {
		return row{}, []string{"not UTF-8"}
	}
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(line, &r); {
	case errors.As(err, &wrong) && wrong.Field == "":
		return row{}, []string{"not a JSON object: " + wrong.Value}
	case errors.As(err, &wrong):
		return row{}, []string{fmt.Sprintf("%s has the wrong type: %s", wrong.Field, wrong.Value)}
	case err != nil:
		return row{}, []string{"not JSON: " + err.Error()}
	}
	for _, key := range []struct{ name, value string }{{"id", r.ID}, {"text", r.Text}, {"expect", r.Expect}, {"lang", string(r.Lang)}} {
		if key.value == "" {
			faults = append(faults, key.name+" is missing")
		}
	}
	if all := []knowledge.Lang{knowledge.ZhHans, knowledge.ZhHant, knowledge.En, knowledge.Es}; r.Lang != "" && !slices.Contains(all, r.Lang) {
		faults = append(faults, fmt.Sprintf("the lang %q is none of zh-Hans, zh-Hant, en, es", r.Lang))
	}
	unknown := func(key, label string) {
		if _, ok := labels[label]; !ok {
			faults = append(faults, fmt.Sprintf("%s: no entry has the label %q", key, label))
		}
	}
	if r.Expect != "" {
		unknown("expect", r.Expect)
	}
	for _, label := range r.Also {
		unknown("also", label)
	}
	return r, faults
}
