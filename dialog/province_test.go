package dialog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// locals are the channels that every province has an office of.
func locals() []*knowledge.Item {
	var list []*knowledge.Item
	for _, e := range base().All(knowledge.Channel) {
		if e.Local {
			list = append(list, e)
		}
	}
	return list
}

// TestLocalChannels: with the province known a local channel ends with the line on its office,
// fits at first contact too, and every page of it can be got at; without, it asks for it.
func TestLocalChannels(t *testing.T) {
	if len(locals()) == 0 {
		t.Fatal("no channel is local")
	}
	for _, lang := range langs {
		for _, e := range locals() {
			if first := choose(dialog.State{Lang: lang, LangSet: true}, dialog.Move(e.ID)).Reply; first.Options[0].Move != dialog.Move("province:"+e.ID) {
				t.Errorf("%s, %s: the first option is %s", e.ID, lang, first.Options[0].Move)
			}
			for _, code := range base().Provinces.Codes() {
				for notice := range 2 {
					s := dialog.State{Lang: lang, LangSet: true, Province: code, Notice: notice}
					checkLocal(t, choose(s, dialog.Move(e.ID)), base().In(lang, transcript.Start).Near(e.ID, code))
				}
			}
		}
	}
}

// checkLocal looks at all pages of a local channel.
func checkLocal(t *testing.T, turn dialog.Turn, near string) {
	t.Helper()
	if near == "" || !strings.HasSuffix(turn.Reply.Text, "\n\n"+near) {
		t.Errorf("%q does not end\n%s", near, turn.Reply.Text)
	}
	for range 5 {
		if n := turn.Reply.Size(); n > dialog.Budget {
			t.Errorf("%d bytes:\n%s", n, turn.Reply.Plain())
		}
		last := turn.Reply.Options[len(turn.Reply.Options)-1]
		if last.Key == "0" && len(turn.Reply.Options) > 1 {
			last = turn.Reply.Options[len(turn.Reply.Options)-2]
		}
		if !strings.HasPrefix(string(last.Move), "more=") {
			return
		}
		turn = tap(turn.State, last)
	}
	t.Errorf("no end of pages:\n%s", turn.Reply.Plain())
}

// TestProvinceByName: every province can be named in every language where it is asked for, and
// leads back to the channel; its language does not become the user's.
func TestProvinceByName(t *testing.T) {
	for _, lang := range langs {
		words := map[knowledge.Lang]string{knowledge.ZhHans: "地方金融管理局", knowledge.ZhHant: "地方金融監管局在哪裡", knowledge.En: "I want the local finance office", knowledge.Es: "quiero la oficina local de finanzas"}[lang]
		at := say(dialog.State{}, words).State
		asked := choose(at, "province:local-finance").State
		for code, p := range base().Provinces.ByCode {
			for _, name := range []string{p.Name.Zh, p.Short, p.Name.In(lang), base().In(lang, transcript.Start).Province(code), "我在" + p.Short} {
				if name == "Shanxi" { // 山西 or 陕西
					continue
				}
				turn := say(asked, name)
				if turn.State.Province != code || turn.State.At != at.At || turn.State.Lang != lang || turn.Intent != "province" {
					t.Errorf("%s: %q: %s, %q at %+v in %s", lang, name, turn.Intent, turn.State.Province, turn.State.At, turn.State.Lang)
				}
			}
		}
	}
}

// TestProvinceAnywhere: in every state a message that is nothing but a province sets it; at a
// local channel that is shown again, elsewhere the place stays and says so.
func TestProvinceAnywhere(t *testing.T) {
	visit(knowledge.Es, someone, func(_ dialog.State, turn dialog.Turn) {
		s := turn.State
		got := say(s, "Cantón")
		want := s.At
		if e := base().Entry(s.At.Entry); e != nil && e.Local {
			want = dialog.Place{State: dialog.Channel, Entry: s.At.Entry}
		} else if noted := base().In(s.Lang, transcript.Start).InProvince(knowledge.MsgProvince, "44"); got.Reply.Text != noted {
			t.Errorf("at %+v: %s", s.At, got.Reply.Text)
		}
		if got.State.Province != "44" || got.State.At != want || got.Intent != "province" || got.Reply.Size() > dialog.Budget {
			t.Errorf("at %+v: %s, %q at %+v, %d bytes", s.At, got.Intent, got.State.Province, got.State.At, got.Reply.Size())
		}
	})
}

// TestProvinceBeside: what else a message says is routed as without the province.
func TestProvinceBeside(t *testing.T) {
	for words, want := range map[string]struct{ intent, code string }{
		"我在广东，他们威胁我":                        {"threats", "44"},
		"深圳12345":                           {"gov-12345", "4403"},
		"vivo en Hunan y me amenazan":       {"threats", "43"},
		"北京银行催我":                            {"", ""},
		"广东的号码一直打电话":                        {"", ""},
		"delete my data, I am in Guangdong": {"delete-data", ""},
		"我在广东，不想活了":                         {"self-harm", ""},
	} {
		turn := say(dialog.State{}, words)
		if want.intent != "" && turn.Intent != want.intent || turn.State.Province != want.code {
			t.Errorf("%q: %s, %q", words, turn.Intent, turn.State.Province)
		}
	}
}

// TestProvinceIsForgotten with the session, with "restart", and when a base has it no more; it
// is kept as a code, and logs do not hold it.
func TestProvinceIsForgotten(t *testing.T) {
	s := say(say(dialog.State{}, "地方金融管理局").State, "四川成都").State
	if state, _ := json.Marshal(s); !strings.Contains(string(state), `"pr":"51"`) || strings.Contains(string(state), "成都") {
		t.Errorf("the state is %s", state)
	}
	for _, words := range []string{"重新开始", "删除我的数据"} {
		if got := say(s, words).State.Province; got != "" {
			t.Errorf("after %q: %q", words, got)
		}
	}
	old := s
	old.Rel, old.Province = "old", "99"
	if got := say(old, "菜单").State.Province; got != "" {
		t.Errorf("under another release: %q", got)
	}
	if turn := choose(s, "province=44"); turn.Intent != "province" || turn.State.Province != "44" {
		t.Errorf("a tap: %s, %q", turn.Intent, turn.State.Province)
	}
	for _, m := range []dialog.Move{"province=99", "province=", "province:police-110", "province:gone"} {
		if turn := choose(s, m); turn.State.Province != "51" || turn.State.At.State == dialog.Province {
			t.Errorf("%q: %q at %+v", m, turn.State.Province, turn.State.At)
		}
	}
}

// TestProvinceWithoutState: nothing claims to be kept when it cannot be.
func TestProvinceWithoutState(t *testing.T) {
	text := dialog.Stateless(base(), dialog.Input{Text: "广东"}, transcript.Start).Reply.Plain()
	if w := base().In(knowledge.ZhHans, transcript.Start); strings.Contains(text, w.InProvince(knowledge.MsgProvince, "44")) || !strings.Contains(text, w.Text(knowledge.MsgLostPlace)) {
		t.Error(text)
	}
}
