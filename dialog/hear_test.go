package dialog_test

import (
	"testing"

	"zhilu/dialog"
)

// TestNothingIsErasedOnAGuess: what cannot be undone asks for a keyword, a phrase, or more
// belief than an answer does.
func TestNothingIsErasedOnAGuess(t *testing.T) {
	at := say(dialog.State{}, "他们威胁我").State
	for _, words := range []string{"删除", "delete my data", "borrar mis datos"} {
		if !say(at, words).Erases() {
			t.Errorf("%q does not erase", words)
		}
	}
	for _, words := range []string{"我之前填的东西", "he deleted my number", "borró mi foto", "误删了照片"} {
		if say(at, words).Erases() {
			t.Errorf("%q erases", words)
		}
	}
}

// TestBesideBelongsToItsSituation: what was said besides is offered next, and no more once
// another situation was chosen or there is violence.
func TestBesideBelongsToItsSituation(t *testing.T) {
	two := say(dialog.State{}, "他们威胁我，说后果自负，还打给我爸妈和同事").State
	if two.Beside == "" || two.Beside == two.Situation {
		t.Fatalf("at %s, besides %s", two.Situation, two.Beside)
	}
	if got := choose(two, "usury").State; got.Beside != "" {
		t.Errorf("at %s, besides %s", got.Situation, got.Beside)
	}
	if got := choose(two, dialog.Move(two.Beside)).State; got.Beside != two.Beside {
		t.Errorf("at %s, besides %s", got.Situation, got.Beside)
	}
	if got := say(two, "他们动手打人了").State; got.Situation != "violence" || got.Beside != "" {
		t.Errorf("at %s, besides %s", got.Situation, got.Beside)
	}
}
