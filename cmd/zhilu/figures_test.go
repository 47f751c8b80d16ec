package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhilu/dialog"
	"zhilu/knowledge"
)

// TestSummaryKeys: other programs read the summary by these keys.
func TestSummaryKeys(t *testing.T) {
	results := []result{
		{row: row{ID: "a", Text: "one two three", Lang: knowledge.En, Expect: "self-harm"}, label: "none", shown: knowledge.En},
		{row: row{ID: "b", Text: "催收", Lang: knowledge.ZhHans, Expect: "none"}, label: "self-harm", shown: ""},
	}
	got, err := json.Marshal(summarise(map[string]knowledge.Kind{"self-harm": knowledge.Situation, "none": ""}, results))
	const (
		none   = `{"Right":0,"Rows":1,"low":0,"high":0.7935}`
		all    = `{"Right":1,"Rows":1,"low":0.2065,"high":1}`
		half   = `{"Right":1,"Rows":2,"low":0.0945,"high":0.9055}`
		two    = `{"Right":0,"Rows":2,"low":0,"high":0.6576}`
		no     = `{"Right":0,"Rows":0,"low":0,"high":1}`
		sorted = `{"all":` + two + `,"lang":{"en":` + none + `,"zh-Hans":` + none + `},"group":{"none":` + none + `,"situations":` + none + `},` +
			`"label":{"none":` + none + `,"self-harm":` + none + `},"language_detected":` + half + `,"language_detected_three_words":` + all + `,` +
			`"self_harm":{"recall":` + none + `,"false_alarms":` + all + `,"false_alarms_hard_negatives":` + no + `,"missed":["a"],"false_alarm_rows":["b"],` +
			`"lang":{"en":{"recall":` + none + `,"false_alarms":` + no + `},"zh-Hans":{"recall":` + no + `,"false_alarms":` + all + `}}},` +
			`"violence":{"recall":` + no + `,"false_alarms":` + two + `,"false_alarms_hard_negatives":` + no + `,"missed":[],"false_alarm_rows":[],` +
			`"lang":{"en":{"recall":` + no + `,"false_alarms":` + none + `},"zh-Hans":{"recall":` + no + `,"false_alarms":` + none + `}}},` +
			`"confusions":[{"expected":"none","got":"self-harm","count":1,"ids":["b"]},{"expected":"self-harm","got":"none","count":1,"ids":["a"]}]}`
	)
	if err != nil || string(got) != sorted {
		t.Errorf("%v\n%s\nwant\n%s", err, got, sorted)
	}
}

// TestWilson against values from the literature (Newcombe 1998, table I) and the closed forms
// for nothing and all.
func TestWilson(t *testing.T) {
	for s, want := range map[share][2]float64{
		{81, 263}: {0.2553, 0.3662}, {15, 148}: {0.0624, 0.1605}, {0, 20}: {0, 0.1611}, {1, 29}: {0.0061, 0.1718},
		{29, 29}: {0.8830, 1}, {5, 10}: {0.2366, 0.7634}, {0, 0}: {0, 1},
	} {
		low, high := s.interval()
		if math.Abs(low-want[0]) > 5e-5 || math.Abs(high-want[1]) > 5e-5 {
			t.Errorf("%d/%d: %.4f–%.4f, want %.4f–%.4f", s.Right, s.Rows, low, high, want[0], want[1])
		}
	}
	if got := fmt.Sprint(share{}, " ", share{1, 29}); got != "0/0 1/29  3.4 %  (0.6–17.2)" {
		t.Error(got)
	}
}

func TestLongMessages(t *testing.T) {
	for text, want := range map[string]bool{"they call": false, "they call me": true, "  a  b ": false, "¿qué hago ahora?": true} {
		if long(text, knowledge.Es) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
	for text, want := range map[string]bool{"催收": false, "催收啊": true, "call me now 催收": false, "被 催 了!": true} {
		if long(text, knowledge.ZhHant) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

// TestConfusions: the most frequent first; what "also" accepts is none.
func TestConfusions(t *testing.T) {
	var results []result
	for i, pair := range []string{"a b", "c a", "a b", "a a", "b c", "a d"} {
		expect, got, _ := strings.Cut(pair, " ")
		results = append(results, result{row: row{ID: fmt.Sprint(i), Expect: expect, Also: []string{"d"}}, label: got})
	}
	if got := fmt.Sprint(confusions(results)); got != "[{a b 2 [0 2]} {b c 1 [4]} {c a 1 [1]}]" {
		t.Error(got)
	}
}

// TestGroups: the group of a label is the kind of its entry, also of an entry that is new.
func TestGroups(t *testing.T) {
	dir := exported(t)
	const entry = "id: strange-offer\nkind: situation\nname: {zh: 奇怪, en: Strange, es: Raro}\ntext: {zh: 正文。, en: Text., es: Texto.}\nevidence: [ev-call]\nchannels: [police-110]\n" +
		"phrases: {zh: [一个奇怪的提议]}\nsources: [GENERAL]\nchecked: 2026-11-21\nconfidence: high\n"
	path := filepath.Join(dir, "situation", "strange-offer.yaml")
	if err := os.WriteFile(path, []byte(entry), 0o644); err != nil {
		t.Fatal(err)
	}
	zhilu(t, "", "knowledge", "stamp", path)
	rel, err := loadBase(dir)
	if err != nil {
		t.Fatal(err)
	}
	labels := dialog.Labels(rel)
	for label, want := range map[string]string{"strange-offer": "situations", "threats": "situations", "nfra-12378": "channels", "rights": "topics",
		"evidence": "topics", "help": "controls", "language": "controls", "menu-pick": "controls", "none": "none"} {
		if got := groupOf(labels, label); got != want {
			t.Errorf("%s is in %s, want %s", label, got, want)
		}
	}
}
