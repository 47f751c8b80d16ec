package dialog_test

import (
	"testing"

	"zhilu/dialog"
	"zhilu/knowledge"
)

// TestLabels: parts of a topic and of a control are no labels, the bot's own sentences neither.
func TestLabels(t *testing.T) {
	labels := dialog.Labels(base())
	for label, want := range map[string]knowledge.Kind{"threats": knowledge.Situation, "nfra-12378": knowledge.Channel, "rights": knowledge.Topic,
		"evidence": knowledge.Topic, "language": knowledge.Control, "menu-pick": knowledge.Control, "progress": knowledge.Topic} {
		if labels[label] != want {
			t.Errorf("%s is a %q, want a %q", label, labels[label], want)
		}
	}
	if kind, ok := labels["none"]; !ok || kind != "" {
		t.Errorf("none: %q, %t", kind, ok)
	}
	for _, id := range append(base().All(knowledge.Right), base().All(knowledge.Message)...) {
		if _, ok := labels[string(id.ID)]; ok {
			t.Errorf("%s is a label", id.ID)
		}
	}
	if _, ok := labels["lang-en"]; ok {
		t.Error("lang-en is a label; it is reported as language")
	}
}
