package dialog_test

import (
	"strings"
	"testing"

	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// switched plays messages against the embedded base with something switched off.
func switched(t *testing.T, off knowledge.Off, events ...string) (answers []transcript.Answer, talk *transcript.Local) {
	t.Helper()
	rel, err := knowledge.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	talk = &transcript.Local{Release: rel.WithOff(off)}
	for _, e := range events {
		a, err := talk.Say(transcript.ParseEvent(e), transcript.Start)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	return answers, talk
}

// TestCardOnly: with the whole bot off every message gets the hotline card in its language,
// danger its own card, and one may still have one's data deleted.
func TestCardOnly(t *testing.T) {
	off := knowledge.Off{Card: true}
	for said, want := range map[string]string{
		"催收": "有人动手、堵门", "hola": "No transfiera dinero", "what are my rights": "Do not transfer any money",
		"[follow]": "有人动手、堵门", "[image]": "有人动手、堵门", "3": "有人动手、堵门", "12378": "有人动手、堵门", "討債的人說要來我家": "別轉賬",
		"[tap threats] 威胁": "有人动手、堵门", "asdfgh": "110",
		"我不想活了": "12356", "he is hitting me right now": "110", "删除我的数据": "删",
	} {
		answers, talk := switched(t, off, said)
		if got := answers[0].Text; !strings.Contains(got, want) {
			t.Errorf("> %s\n%s\nlacks %q", said, got, want)
		}
		if talk.Turn.Reply.Size() > dialog.Budget {
			t.Errorf("%s: %d bytes", said, talk.Turn.Reply.Size())
		}
	}
	answers, _ := switched(t, off, "我不想活了")
	if on, _ := switched(t, knowledge.Off{}, "我不想活了"); on[0].Text != answers[0].Text {
		t.Error("the card for self-harm changes with the switch")
	}
}

// TestAnswerOff: one answer is held back, wherever one comes from, and is offered nowhere.
func TestAnswerOff(t *testing.T) {
	off := knowledge.Off{Entries: []knowledge.ID{"nfra-12378"}}
	for _, said := range []string{"12378", "[tap nfra-12378] 金融监管总局", "[tap call:nfra-12378] x", "[tap card:nfra-12378] x"} {
		answers, talk := switched(t, off, said)
		if got := answers[0].Text; !strings.Contains(got, "这条内容正在核对") || strings.Contains(got, "案件编号") {
			t.Errorf("> %s\n%s", said, got)
		}
		if len(talk.Turn.Reply.Options) == 0 {
			t.Errorf("> %s leads nowhere", said)
		}
	}
	_, talk := switched(t, off, "[tap who=self] x", "[tap threats] x", "[tap channels] x", "[tap lender=lender-bank] x", "[tap channels] x")
	for _, o := range talk.Turn.Reply.Options {
		if o.Move == "nfra-12378" {
			t.Error("it is still offered")
		}
	}
	if answers, _ := switched(t, off, "12356"); !strings.Contains(answers[0].Text, "12356") {
		t.Error("another answer is gone with it")
	}
}

// TestFlowOff: a situation that is switched off gives the hotline card, also to who is in it.
func TestFlowOff(t *testing.T) {
	off := knowledge.Off{Flows: []knowledge.ID{"threats"}}
	answers, _ := switched(t, off, "他们威胁我", "[tap threats] 威胁", "12378")
	for i, want := range []string{"先别转账", "先别转账", "12378"} {
		if !strings.Contains(answers[i].Text, want) {
			t.Errorf("%d: %s", i, answers[i].Text)
		}
	}
	_, talk := switched(t, knowledge.Off{}, "[tap threats] 威胁")
	talk.Release = talk.Release.WithOff(off)
	for _, said := range []string{"[tap rights] x", "0", "[tap stay] x", "返回", "[tap evidence] x"} {
		a, err := talk.Say(transcript.ParseEvent(said), transcript.Start)
		if err != nil || a.Text == "" {
			t.Fatalf("%s: %v", said, err)
		}
		if strings.Contains(a.Text, "今晚") && strings.Contains(a.Text, "威胁") && strings.Contains(a.Text, "报警回执") {
			t.Errorf("> %s\n%s", said, a.Text)
		}
	}
	// Danger is no flow that one can switch off.
	said := []string{"他们在打我", "我不想活了"}
	off = knowledge.Off{Flows: []knowledge.ID{knowledge.Violence}, Entries: []knowledge.ID{knowledge.SelfHarm}}
	before, _ := switched(t, knowledge.Off{}, said...)
	after, _ := switched(t, off, said...)
	for i := range said {
		if before[i] != after[i] {
			t.Errorf("> %s\n%s", said[i], after[i].Text)
		}
	}
}
