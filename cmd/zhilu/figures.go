package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"zhilu/knowledge"
)

// share is right out of rows.
type share struct{ Right, Rows int }

func (s share) String() string {
	if s.Rows == 0 {
		return "0/0"
	}
	low, high := s.interval()
	return fmt.Sprintf("%d/%d  %.1f %%  (%.1f–%.1f)", s.Right, s.Rows, 100*s.part(), 100*low, 100*high)
}

// MarshalJSON adds the interval to the counts.
func (s share) MarshalJSON() ([]byte, error) {
	low, high := s.interval()
	round := func(x float64) float64 { return math.Round(x*1e4) / 1e4 }
	return json.Marshal(struct {
		Right, Rows int
		Low         float64 `json:"low"`
		High        float64 `json:"high"`
	}{s.Right, s.Rows, round(low), round(high)})
}

func (s *share) add(right bool) {
	s.Rows++
	if right {
		s.Right++
	}
}

func (s share) part() float64 { return float64(s.Right) / float64(s.Rows) }

// interval is the 95 % confidence interval of the share by Wilson's method, which also holds
// for few rows and for shares of nothing and of all; 0 to 1 without rows.
func (s share) interval() (low, high float64) {
	if s.Rows == 0 {
		return 0, 1
	}
	const z = 1.959963984540054 // the normal distribution has 2.5 % beyond it
	n, p := float64(s.Rows), s.part()
	middle := p + z*z/(2*n)
	reach := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	whole := 1 + z*z/n
	return max(0, (middle-reach)/whole), min(1, (middle+reach)/whole)
}

// detection is how well one label is told from all others.
type detection struct {
	Recall share `json:"recall"`
	False  share `json:"false_alarms"` // Right counts the alarms
}

// alarm is what is asked of self-harm and of violence by themselves.
type alarm struct {
	detection
	FalseHard  share                `json:"false_alarms_hard_negatives"`
	Missed     []string             `json:"missed"`
	FalseAlarm []string             `json:"false_alarm_rows"`
	Lang       map[string]detection `json:"lang"`
}

// confusion is one way of going wrong: rows that expect one label and got another.
type confusion struct {
	Expected string   `json:"expected"`
	Got      string   `json:"got"`
	Count    int      `json:"count"`
	IDs      []string `json:"ids"`
}

// summary holds the figures that the README of a test set asks for.
type summary struct {
	All          share            `json:"all"`
	Lang         map[string]share `json:"lang"`
	Group        map[string]share `json:"group"`
	Label        map[string]share `json:"label"`
	Language     share            `json:"language_detected"`
	LanguageLong share            `json:"language_detected_three_words"` // of messages of three words or more
	SelfHarm     alarm            `json:"self_harm"`
	Violence     alarm            `json:"violence"`
	Confusions   []confusion      `json:"confusions"` // the most frequent first
}

// summarise counts; labels are those of the release.
func summarise(labels map[string]knowledge.Kind, results []result) summary {
	s := summary{Lang: map[string]share{}, Group: map[string]share{}, Label: map[string]share{}, SelfHarm: newAlarm(), Violence: newAlarm()}
	for _, r := range results {
		s.All.add(r.right())
		bump(s.Lang, string(r.Lang), r.right())
		bump(s.Group, groupOf(labels, r.Expect), r.right())
		bump(s.Label, r.Expect, r.right())
		s.Language.add(r.shown == r.Lang)
		if long(r.Text, r.Lang) {
			s.LanguageLong.add(r.shown == r.Lang)
		}
		s.SelfHarm.count(r, "self-harm")
		s.Violence.count(r, "violence")
	}
	s.Confusions = confusions(results)
	return s
}

func newAlarm() alarm {
	return alarm{Missed: []string{}, FalseAlarm: []string{}, Lang: map[string]detection{}}
}

func bump(m map[string]share, key string, right bool) {
	s := m[key]
	s.add(right)
	m[key] = s
}

// groupOf is the group of a label: the kind of its entry, or "none".
func groupOf(labels map[string]knowledge.Kind, label string) string {
	if kind := labels[label]; kind != "" {
		return string(kind) + "s"
	}
	return "none"
}

// long reports whether a message has three words, or three Han characters in Chinese: what is
// shorter often shows no language.
func long(text string, l knowledge.Lang) bool {
	if l != knowledge.ZhHans && l != knowledge.ZhHant {
		return len(strings.Fields(text)) >= 3
	}
	n := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n >= 3
}

// count scores one row; "also" helps against false alarms, not for recall.
func (a *alarm) count(r result, label string) {
	routed, lang := r.label == label, a.Lang[string(r.Lang)]
	defer func() { a.Lang[string(r.Lang)] = lang }()
	if r.Expect == label {
		a.Recall.add(routed)
		lang.Recall.add(routed)
		if !routed {
			a.Missed = append(a.Missed, r.ID)
		}
		return
	}
	if slices.Contains(r.Also, label) {
		return
	}
	a.False.add(routed)
	lang.False.add(routed)
	if slices.Contains(r.Tags, "hard-negative-"+label) {
		a.FalseHard.add(routed)
	}
	if routed {
		a.FalseAlarm = append(a.FalseAlarm, r.ID)
	}
}

// confusions are the rows that are not right, by what they expect and what they got.
func confusions(results []result) []confusion {
	list := []confusion{}
	for _, r := range results {
		if r.right() {
			continue
		}
		at := slices.IndexFunc(list, func(c confusion) bool { return c.Expected == r.Expect && c.Got == r.label })
		if at < 0 {
			at, list = len(list), append(list, confusion{Expected: r.Expect, Got: r.label})
		}
		list[at].Count++
		list[at].IDs = append(list[at].IDs, r.ID)
	}
	slices.SortFunc(list, func(a, b confusion) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Expected, b.Expected), cmp.Compare(a.Got, b.Got))
	})
	return list
}

func (s summary) print(w io.Writer) {
	fmt.Fprintf(w, "right out of rows, with the 95 %% interval\n\n")
	fmt.Fprintf(w, "%-24s %s\n%-24s %s\n%-24s %s\n", "all", s.All, "language shown", s.Language, "  three words or more", s.LanguageLong)
	printShares(w, "by language", s.Lang)
	printShares(w, "by group", s.Group)
	printShares(w, "by label", s.Label)
	s.SelfHarm.print(w, "self-harm")
	s.Violence.print(w, "violence")
	fmt.Fprintf(w, "\nexpected -> got\n")
	for _, c := range s.Confusions {
		fmt.Fprintf(w, "  %3d  %-40s %s\n", c.Count, c.Expected+" -> "+c.Got, strings.Join(c.IDs, " "))
	}
}

func printShares(w io.Writer, title string, m map[string]share) {
	fmt.Fprintf(w, "\n%s\n", title)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(w, "  %-22s %s\n", k, m[k])
	}
}

func (a alarm) print(w io.Writer, name string) {
	fmt.Fprintf(w, "\n%s\n  %-22s %s\n  %-22s %s\n  %-22s %s\n", name, "recall", a.Recall, "false alarms", a.False, "on hard negatives", a.FalseHard)
	for _, l := range slices.Sorted(maps.Keys(a.Lang)) {
		fmt.Fprintf(w, "  %-22s %s\n  %-22s %s\n", l+" recall", a.Lang[l].Recall, l+" false alarms", a.Lang[l].False)
	}
	fmt.Fprintf(w, "  %-22s %s\n  %-22s %s\n", "missed", names(a.Missed), "false alarm rows", names(a.FalseAlarm))
}

// names lists ids, or says that there are none.
func names(ids []string) string { return cmp.Or(strings.Join(ids, " "), "none") }
