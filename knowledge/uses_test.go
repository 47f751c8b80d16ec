package knowledge_test

import (
	"strings"
	"testing"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/knowledgetest"
)

// TestSketch says that the texts of a sketch are those of the release, and that every text that
// holds a fact is found.
func TestSketch(t *testing.T) {
	d, ps := knowledge.ReadFiles(knowledgetest.Base(), nil)
	rel, more := knowledge.Compile(d)
	if rel == nil || len(ps) > 0 {
		t.Fatal(ps, more.Errors())
	}
	s := d.Sketch()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, knowledge.Beijing)
	texts, all := 0, 0
	for _, e := range d.Entries {
		for name := range e.Facts {
			all++
			uses := s.Uses(e.ID, name, now)
			if len(uses) != s.Count(e.ID, name) {
				t.Errorf("%s.%s: %d uses, counted %d", e.ID, name, len(uses), s.Count(e.ID, name))
			}
			for _, u := range uses {
				for i, l := range knowledge.AnswerLangs {
					texts++
					words := rel.In(l, now)
					want := map[string]string{"name": words.Name(u.Entry), "short": words.Short(u.Entry), "text": words.Text(u.Entry, "place", "…", "hours", "…", "next", "…"),
						"other": words.Other(u.Entry), "call": words.Call(u.Entry)}[u.Field]
					got, fact := "", ""
					for _, p := range u.In[i] {
						got += p.Text
						if p.Fact {
							fact = p.Text
						}
					}
					if fact == "" || fact != words.Fact(e.ID, name) {
						t.Errorf("%s.%s in %s %s: the fact is marked as %q", e.ID, name, u.Entry, u.Field, fact)
					}
					if u.Field != "near" && !strings.Contains(got, "…") && got != want {
						t.Errorf("%s %s [%s]:\n%s\nwant\n%s", u.Entry, u.Field, l, got, want)
					}
				}
			}
		}
	}
	if all < 300 || texts < 1000 {
		t.Errorf("%d facts, %d texts", all, texts)
	}
}

// TestSketchOfFaults reads a draft in which nothing holds: names in circles, broken braces.
func TestSketchOfFaults(t *testing.T) {
	d, _ := knowledge.ReadFiles(knowledge.Files{
		"channel/a.yaml": []byte("id: a\nkind: channel\nname: {zh: '甲{b}', en: 'A {b}', es: 'A {b}'}\ntext: {zh: '拨{.phone}，{nobody}，{x', en: 'call {.phone} {.none}', es: '{.phone}'}\nfacts: {phone: {type: phone, value: '110'}}\n"),
		"channel/b.yaml": []byte("id: b\nkind: channel\nname: {zh: '乙{a}', en: 'B {a} {a.phone}', es: 'B {a}'}\n"),
	}, nil)
	s := d.Sketch()
	if got := s.Name("a", knowledge.En, time.Time{}); !strings.HasPrefix(got, "A B A B") || len(got) > 200 {
		t.Errorf("%q", got)
	}
	uses := s.Uses("a", "phone", time.Time{})
	if len(uses) == 0 {
		t.Fatal("no uses")
	}
	if got := uses[len(uses)-1]; got.Entry != "b" || got.Field != "name" {
		t.Errorf("%+v", got)
	}
}
