package dialog_test

import (
	"reflect"
	"testing"

	"zhilu/dialog"
	"zhilu/knowledge/danger"
)

func TestExplain(t *testing.T) {
	for text, want := range map[string]struct {
		label  string
		danger danger.Kind
		number bool
		lang   dialog.LangReason
	}{
		"我不想活了":             {"self-harm", danger.SelfHarm, false, dialog.LangByScript},
		"they call my boss": {"contacts", danger.None, false, dialog.LangByWords},
		"3":                 {"menu-pick", danger.None, true, dialog.LangByNothing},
		"cuishou":           {"collection", danger.None, false, dialog.LangByPhrase},
		"":                  {"none", danger.None, false, dialog.LangByNothing},
	} {
		got := dialog.Explain(base(), text)
		if got.Routing.Label != want.label || got.Danger.Kind != want.danger || got.Number != want.number || got.LangBy != want.lang {
			t.Errorf("%q: %s, danger %+v, number %t, language %s by %q; want %+v", text, got.Routing.Label, got.Danger, got.Number, got.Routing.Lang, got.LangBy, want)
		}
		if (got.Danger.Rule != "") != (want.danger != danger.None) {
			t.Errorf("%q: the rule is %q", text, got.Danger.Rule)
		}
		if !reflect.DeepEqual(got.Routing, dialog.Route(base(), text)) {
			t.Errorf("%q: %+v is not what Route gives", text, got.Routing)
		}
	}
}
