package knowledgetest_test

import (
	"testing"

	"zhilu/knowledge"
	"zhilu/knowledge/knowledgetest"
)

// TestBase: nothing is gone but the examples.
func TestBase(t *testing.T) {
	whole, _ := knowledge.Read(knowledge.Base())
	for _, e := range whole.Entries {
		e.Examples = knowledge.Examples{}
	}
	got, ps := knowledge.ReadFiles(knowledgetest.Base(), nil)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	if got.Digest() != whole.Digest() {
		t.Error("more is gone than the examples, or less")
	}
}
