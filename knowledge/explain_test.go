package knowledge

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	for text, want := range map[string]struct {
		by    Reason
		label ID
	}{
		"":                {ByNothing, ""},
		" 催 收！":           {ByKeyword, "collection"},
		"me amenazan hoy": {ByPhrases, "threats"},
		"就晚了两天，他们把我通讯录翻了个遍，我舅我姑都来问我是不是犯事了": {ByShare, "contacts"},
		"今天晚上吃什么好呢，想吃火锅":                   {ByOutside, ""},
	} {
		tr := embeddedRelease().Explain(text)
		if tr.By != want.by || tr.Match.Label != want.label {
			t.Errorf("%q: %s by %s (%.2f of %.2f), want %s by %s", text, tr.Match.Label, tr.By, tr.Value, tr.Limit, want.label, want.by)
		}
	}
}

// TestExplainShowsWhatItSaw: phrases, concepts and features can be read.
func TestExplainShowsWhatItSaw(t *testing.T) {
	tr := embeddedRelease().Explain("They keep calling my MOTHER and my boss about 5000")
	if tr.Normal != "they keep calling my mother and my boss about 5000" {
		t.Errorf("normal form %q", tr.Normal)
	}
	has := func(list []Seen, text, of string) bool {
		for _, s := range list {
			if strings.Contains(s.Text, text) && strings.Contains(strings.Join(s.Of, " "), of) {
				return true
			}
		}
		return false
	}
	if !has(tr.Concepts, "mother", "family") || !has(tr.Concepts, "boss", "work-people") {
		t.Errorf("concepts %v", tr.Concepts)
	}
	if len(tr.Labels) == 0 || len(tr.Labels) > tracedLabels || tr.Labels[0].Label != "contacts" || len(tr.Labels[0].For) != tracedVoices || tr.Labels[0].For[0].Text == "" {
		t.Errorf("labels %+v", tr.Labels)
	}
	for i, b := range tr.Labels {
		if i >= tracedFully && b.For != nil {
			t.Errorf("%s is explained", b.Label)
		}
		for _, v := range b.Against {
			if v.Weight >= 0 {
				t.Errorf("%+v speaks against %s", v, b.Label)
			}
		}
	}
}

// TestExplainAgrees: what the trace says decided leads where Match leads, for every message of
// the test set and some phrases of every entry.
func TestExplainAgrees(t *testing.T) {
	rel := embeddedRelease()
	by := map[Reason]int{}
	for _, text := range traced(t) {
		tr := rel.Explain(text)
		by[tr.By]++
		var label ID
		switch tr.By {
		case ByKeyword:
			label = tr.Keyword
		case ByPhrases:
			for _, p := range tr.Phrases {
				if !p.Mute && slices.Contains(p.Of, string(tr.Match.Label)) {
					label = tr.Match.Label
				}
			}
		case ByGrave:
			label = SelfHarm
		case ByShare:
			label = likeliest(tr)
		case ByDanger:
			label = tr.Match.Label
			if rel.Entry(label).Danger <= rel.Entry(likeliest(tr)).Danger {
				t.Errorf("%q: %s is not more dangerous than %s", text, label, likeliest(tr))
			}
		case ByPart:
			label = tr.Match.Label
			if topicOf[rel.Entry(label).Kind] != likeliest(tr) {
				t.Errorf("%q: %s is no part of %s", text, label, likeliest(tr))
			}
		}
		if label != tr.Match.Label {
			t.Errorf("%q leads to %q, the trace says %q by %s", text, tr.Match.Label, label, tr.By)
		}
		for _, b := range append(tr.Labels, tr.Outside) {
			for _, v := range append(b.For, b.Against...) {
				if v.Text == "" || v.Sort == "" || v.Weight == 0 {
					t.Errorf("%q: %s: nameless %+v", text, b.Label, v)
				}
			}
		}
	}
	t.Log(by)
}

// likeliest is the first label beside self-harm, which is weighed by itself.
func likeliest(tr Trace) ID {
	for _, b := range tr.Labels {
		if b.Label != SelfHarm {
			return b.Label
		}
	}
	return ""
}

func traced(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("testdata/utterances/dev.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for line := range bytes.Lines(raw) {
		var row struct{ Text string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, row.Text)
	}
	d, _ := Read(Base())
	for _, e := range d.Entries {
		for i, p := range e.Phrases.all() {
			if i%25 == 0 {
				texts = append(texts, p.bare()+" 请问")
			}
		}
	}
	return texts
}
