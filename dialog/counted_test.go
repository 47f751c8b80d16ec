package dialog_test

import (
	"slices"
	"strings"
	"testing"

	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// TestCounted: every turn of a few talks has a label, and none says what was answered.
func TestCounted(t *testing.T) {
	for intent, want := range map[string]string{"threats": "threats", "none": "none", "lender=lender-bank": "lender", "call:nfra-12378": "call",
		"who=self": "who", "tick=ev-call": "tick", "situation": "situation", "province": "province", "": dialog.Uncounted, "张伟": dialog.Uncounted, "no-such-entry": dialog.Uncounted} {
		if got := (dialog.Turn{Intent: intent}).Counted(base()); got != want {
			t.Errorf("%q is counted as %q, want %q", intent, got, want)
		}
	}
}

// TestMissOrCrisis: a turn that names danger is no miss, and one that may be about self-harm
// says that its words are not to be kept.
func TestMissOrCrisis(t *testing.T) {
	seen := false
	for _, text := range []string{"我不想活了", "活着没意思", "quiero morir", "I want to kill myself", "他们拿刀堵门", "撑不下去了", "我好累", "睡不着，想消失", "my car died this morning", "qwerty asdf", "今天天气怎么样"} {
		turn := dialog.Step(base(), dialog.State{}, dialog.Input{Text: text}, transcript.Start)
		crisis, miss, care := slices.Contains(turn.Effects, dialog.Crisis), slices.Contains(turn.Effects, dialog.Miss), slices.Contains(turn.Effects, dialog.Care)
		if crisis && (miss || care) {
			t.Errorf("%s: %v", text, turn.Effects)
		}
		if urgent := base().In(turn.ReplyLang, transcript.Start).Text(knowledge.MsgUrgent); !crisis && care != strings.Contains(turn.Reply.Tail, urgent) {
			t.Errorf("%s: %v, and the reply ends with %q", text, turn.Effects, turn.Reply.Tail)
		}
		seen = seen || care && miss
	}
	if !seen {
		t.Error("no message that is a miss and may be about self-harm: this test sees nothing")
	}
}
