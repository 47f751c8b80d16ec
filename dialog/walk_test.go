package dialog_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

// anyone are the persons of a full walk; one of them is enough where it makes no difference.
var anyone, someone = []dialog.Person{"", dialog.Other}, []dialog.Person{""}

var langs = []knowledge.Lang{knowledge.ZhHans, knowledge.ZhHant, knowledge.En, knowledge.Es}

// say runs one step with typed words.
func say(s dialog.State, words string) dialog.Turn {
	return dialog.Step(base(), s, dialog.Input{Text: words}, transcript.Start)
}

// tap runs one step with a tap.
func tap(s dialog.State, o dialog.Option) dialog.Turn {
	return dialog.Step(base(), s, dialog.Input{Text: o.Label, Choice: o.Move}, transcript.Start)
}

// visit walks every place that options lead to, from the greeting and from every entry, in
// one language, and shows each turn once.
func visit(lang knowledge.Lang, persons []dialog.Person, see func(from dialog.State, t dialog.Turn)) {
	type key struct {
		at     dialog.Place
		who    dialog.Person
		lender knowledge.ID
	}
	seen := map[key]bool{}
	var queue []dialog.Turn
	push := func(from dialog.State, t dialog.Turn) {
		see(from, t)
		k := key{at: t.State.At, who: t.State.Who}
		if s := t.State.At.State; s == dialog.Channels || s == dialog.Lender {
			k.lender = t.State.Lender
		}
		if !seen[k] {
			seen[k] = true
			queue = append(queue, t)
		}
	}
	start := dialog.State{Lang: lang, LangSet: true}
	push(start, dialog.Step(base(), start, dialog.Input{Kind: dialog.Follow}, transcript.Start))
	for _, words := range []string{"menu", "language"} {
		push(start, say(start, words))
	}
	for _, kind := range []knowledge.Kind{knowledge.Situation, knowledge.Channel, knowledge.Right, knowledge.Evidence, knowledge.Topic} {
		for _, e := range base().All(kind) {
			for _, who := range persons {
				s := dialog.State{Lang: lang, LangSet: true, Who: who}
				push(s, choose(s, dialog.Move(e.ID)))
			}
			if e.Local {
				push(start, choose(start, dialog.Move("province:"+e.ID)))
			}
		}
	}
	for len(queue) > 0 {
		t := queue[0]
		queue = queue[1:]
		for _, o := range t.Reply.Options {
			push(t.State, tap(t.State, o))
		}
	}
}

// TestEveryPlace walks the whole conversation in every language: each reply has a text, fits
// its budget, and offers a way on or back; no menu has two equal labels or a number above 9.
func TestEveryPlace(t *testing.T) {
	for _, lang := range langs {
		reached := map[dialog.Where]bool{}
		visit(lang, anyone, func(from dialog.State, turn dialog.Turn) {
			reached[turn.State.At.State] = true
			where := fmt.Sprintf("%s: %+v after %+v", lang, turn.State.At, from.At)
			if strings.TrimSpace(turn.Reply.Text) == "" {
				t.Errorf("%s: no text", where)
			}
			if n := turn.Reply.Size(); n > dialog.Budget {
				t.Errorf("%s: %d bytes, more than %d", where, n, dialog.Budget)
			}
			if strings.ContainsAny(turn.Reply.Text, "{}<>") {
				t.Errorf("%s: a reference was not filled in: %s", where, turn.Reply.Text)
			}
			labels := map[string]bool{}
			for _, o := range turn.Reply.Options {
				if len(o.Key) != 1 || o.Label == "" || labels[o.Label] {
					t.Errorf("%s: option %+v", where, o)
				}
				labels[o.Label] = true
			}
			if len(turn.Reply.Options) == 0 {
				t.Errorf("%s: a dead end", where)
			}
		})
		for _, w := range dialog.States() {
			if w == dialog.Card && lang.Chinese() {
				continue // offered to those who do not read Chinese; others can ask for it
			}
			if !reached[w] {
				t.Errorf("%s: nothing leads to %s", lang, w)
			}
		}
	}
}

// TestTapNumberAndWords: the three ways to choose do the same, in every place.
func TestTapNumberAndWords(t *testing.T) {
	type offer struct {
		lang knowledge.Lang
		at   dialog.Place
		move dialog.Move
	}
	seen := map[offer]bool{} // what was chosen before makes no difference to how one chooses
	for _, lang := range langs {
		visit(lang, someone, func(_ dialog.State, turn dialog.Turn) {
			s := turn.State
			for _, o := range turn.Reply.Options {
				if o := (offer{lang, s.At, o.Move}); seen[o] {
					continue
				} else {
					seen[o] = true
				}
				want := tap(s, o)
				for how, got := range map[string]dialog.Turn{"number": say(s, o.Key), "words": say(s, o.Label)} {
					if how == "words" && (o.Key == "0" || strings.HasPrefix(string(o.Move), "more=") || owned(o.Label)) {
						continue // the words belong to the bot's own commands or to an entry
					}
					if got.State.At != want.State.At || got.Reply.Text != want.Reply.Text {
						t.Fatalf("%s %+v: %s %q leads to %+v, a tap to %+v", lang, s.At, how, o.Label, got.State.At, want.State.At)
					}
				}
			}
		})
	}
}

// owned reports whether a label is at the same time a phrase of a control or a sign of
// danger, which come first.
func owned(label string) bool {
	e := base().Entry(knowledge.ID(dialog.Route(base(), label).Label))
	return e != nil && (e.Kind == knowledge.Control || e.ID == knowledge.SelfHarm || e.ID == knowledge.Violence)
}

// TestCommandsEverywhere: what users say to the bot itself works in every state and
// language, and danger before it.
func TestCommandsEverywhere(t *testing.T) {
	commands := map[string][]string{
		"back": {"返回", "back", "volver"}, "start": {"菜单", "menu", "menú"}, "restart": {"重新开始", "restart", "reiniciar"},
		"stop": {"停止", "stop", "parar"}, "language": {"语言", "language", "idioma"}, "help": {"帮助", "help", "ayuda"},
		"human": {"人工", "a person", "una persona"}, "delete-data": {"删除我的数据", "delete my data", "borrar mis datos"},
		"self-harm": {"我不想活了", "I want to die", "me quiero morir"},
		"violence":  {"他们在打我", "they are beating me", "me están golpeando"},
	}
	for _, lang := range langs {
		places := map[dialog.Where]dialog.State{}
		visit(lang, someone, func(_ dialog.State, turn dialog.Turn) { places[turn.State.At.State] = turn.State })
		for where, s := range places {
			for label, words := range commands {
				for _, w := range words {
					turn := say(s, w)
					if turn.Intent != label || turn.Reply.Text == "" {
						t.Errorf("%s, %s: %q was taken for %q", where, lang, w, turn.Intent)
					}
					switch label {
					case "self-harm":
						checkCrisis(t, s, turn)
					case "delete-data":
						if !turn.Erases() || turn.State.At.State != "" {
							t.Errorf("%s: %q left %+v", where, w, turn.State)
						}
					}
				}
			}
		}
	}
}

// checkCrisis: numbers first, the place kept, and nothing of it in the state.
func checkCrisis(t *testing.T, before dialog.State, turn dialog.Turn) {
	t.Helper()
	first, _, _ := strings.Cut(turn.Reply.Text, "\n")
	if !strings.Contains(first, "110") || !strings.Contains(first, "120") {
		t.Errorf("the first line of the card is %q", first)
	}
	if !strings.Contains(turn.Reply.Text, "12356") || turn.Reply.Size() > dialog.Budget {
		t.Errorf("the card (%d bytes): %s", turn.Reply.Size(), turn.Reply.Text)
	}
	if turn.State.At != before.At {
		t.Errorf("the place was lost: %+v, was %+v", turn.State.At, before.At)
	}
	state, err := json.Marshal(turn.State)
	if err != nil || strings.Contains(string(state), "harm") {
		t.Errorf("the state says it: %s %v", state, err)
	}
}

// TestStepIsPure: the same arguments give the same turn, and the given state is not changed.
func TestStepIsPure(t *testing.T) {
	s := say(say(dialog.State{}, "me amenazan").State, "1").State
	before, _ := json.Marshal(s)
	a, b := say(s, "2"), say(s, "2")
	one, _ := json.Marshal(a)
	two, _ := json.Marshal(b)
	after, _ := json.Marshal(s)
	if string(one) != string(two) || string(before) != string(after) {
		t.Errorf("two runs differ, or the state was changed:\n%s\n%s\n%s\n%s", one, two, before, after)
	}
}

// TestPicture keeps the picture of the states in the README equal to what the table does.
func TestPicture(t *testing.T) {
	const readme, begin, end = "../README.md", "<!-- states -->\n```\n", "```\n<!-- /states -->"
	edges := map[dialog.Where]map[dialog.Where]bool{}
	visit(knowledge.En, someone, func(from dialog.State, turn dialog.Turn) {
		a, b := from.At.State, turn.State.At.State
		if a == "" || a == b || slices.Contains(from.Trail, turn.State.At) {
			return // the way back is everywhere
		}
		if edges[a] == nil {
			edges[a] = map[dialog.Where]bool{}
		}
		edges[a][b] = true
	})
	var b strings.Builder
	for _, w := range dialog.States() {
		var to []string
		for _, x := range dialog.States() {
			if edges[w][x] {
				to = append(to, string(x))
			}
		}
		fmt.Fprintf(&b, "%-11s -> %s\n", w, strings.Join(to, ", "))
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	i, j := strings.Index(string(data), begin), strings.Index(string(data), end)
	if i < 0 || j < i {
		t.Fatal("the README has no picture of the states")
	}
	if got := string(data[i+len(begin) : j]); got != b.String() {
		if *update {
			out := string(data[:i+len(begin)]) + b.String() + string(data[j:])
			if err := os.WriteFile(readme, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		t.Errorf("the README shows\n%s\nthe table gives\n%s\nrun make update", got, b.String())
	}
}

// TestExamplesWork: what the bot gives as an example of what to write leads somewhere.
func TestExamplesWork(t *testing.T) {
	quoted := regexp.MustCompile(`[“"]([^“”"]+)[”"]`)
	for _, lang := range langs {
		w := base().In(lang, transcript.Start)
		for _, id := range []knowledge.ID{knowledge.MsgRephrase, knowledge.MsgMedia, knowledge.MsgNotice, knowledge.AtGreeting, knowledge.MsgEraseLater} {
			for _, m := range quoted.FindAllStringSubmatch(w.Text(id), -1) {
				if e := base().Entry(knowledge.ID(dialog.Route(base(), m[1]).Label)); e == nil && m[1] != "指路" {
					t.Errorf("%s, %s: %q leads nowhere", id, lang, m[1])
				}
			}
		}
	}
}

// TestLanguageStays: a word that is the same in two languages, a name or a number does not
// change the language in use; a sentence does.
func TestLanguageStays(t *testing.T) {
	for lang, words := range map[knowledge.Lang][]string{
		knowledge.En:     {"menu", "main menu", "NFRA", "miit", "ok", "y", "12378", "96110", "jutousu", "cui shou", "Zhang Wei"},
		knowledge.Es:     {"menu", "ok", "NFRA", "12378", "110", "no", "wangdai", "John Smith"},
		knowledge.ZhHans: {"ok", "NFRA", "12378", "menu", "好的", "Ana García"},
		knowledge.ZhHant: {"ok", "12378", "好的", "人工", "笑到肚子痛", "1"},
	} {
		s := say(dialog.State{}, map[knowledge.Lang]string{knowledge.En: "they threaten me", knowledge.Es: "me amenazan", knowledge.ZhHans: "他们威胁我", knowledge.ZhHant: "他們威脅我"}[lang]).State
		for _, w := range words {
			if got := say(s, w).State.Lang; got != lang {
				t.Errorf("%q changes %s to %s", w, lang, got)
			}
		}
	}
	s := say(dialog.State{}, "they threaten me").State
	if got := say(s, "ahora llaman a mi mamá").State.Lang; got != knowledge.Es {
		t.Errorf("a Spanish sentence leaves the language %s", got)
	}
}

// TestOddTaps: taps on menus of long ago, after the session is gone or the base has changed,
// lead somewhere; danger stays first.
func TestOddTaps(t *testing.T) {
	for _, s := range []dialog.State{{}, {At: dialog.Place{State: dialog.Menu}}, {At: dialog.Place{State: dialog.Advice, Entry: "gone"}, Rel: "old", Offered: []dialog.Move{"call:gone", "gone"}}} {
		for _, m := range []dialog.Move{"stay", "more=0", "more=7", "more=999", "more=x", "more", "card:gone", "call:police-110", "lender=gone", "tick=gone", "province=99", "province:gone", "province:gov-12345", "who=me", "lang=fr", "=", ":", ""} {
			turn := dialog.Step(base(), s, dialog.Input{Text: "x", Choice: m}, transcript.Start)
			if strings.TrimSpace(turn.Reply.Text) == "" || len(turn.Reply.Options) == 0 {
				t.Errorf("%q in %+v: %+v", m, s.At, turn.Reply)
			}
			_ = dialog.Stateless(base(), dialog.Input{Text: "x", Choice: m}, transcript.Start)
		}
		for _, words := range []string{"1", "2", "0"} {
			if turn := say(s, words); strings.TrimSpace(turn.Reply.Text) == "" {
				t.Errorf("%q in %+v: no text", words, s.At)
			}
		}
		if first, _, _ := strings.Cut(say(s, "我不想活了").Reply.Text, "\n"); !strings.Contains(first, "120") {
			t.Errorf("in %+v the card begins with %q", s.At, first)
		}
	}
}
