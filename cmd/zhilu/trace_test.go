package main

import (
	"slices"
	"strings"
	"testing"
)

func TestEvalTrace(t *testing.T) {
	code, out, errOut := zhilu(t, "", "eval", "--text", "They keep calling my MOTHER about 5000")
	if code != 0 || errOut != "" {
		t.Fatalf("exit %d %s", code, errOut)
	}
	var steps []string
	for _, l := range strings.Split(strings.TrimSpace(out), "\n") {
		if name, _, _ := strings.Cut(l, "  "); name != "" {
			steps = append(steps, name)
		}
	}
	if want := []string{"message", "danger", "normal form", "keyword", "phrases", "concepts", "outside", "label 1", "label 2"}; len(steps) < len(want) || !slices.Equal(steps[:len(want)], want) {
		t.Errorf("steps %q\n%s", steps, out)
	}
	for _, want := range []string{"\nnormal form  they keep calling my mother about 5000\n", `"mother" family`, " contacts\n", `word "mother"`, `concept "family"`, "the limit is 0.15\n", "\nlanguage     en, by its words\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	for text, want := range map[string]string{
		"我不想活了": "\ndecision     danger decides alone\nlabel        self-harm\n",
		"催收":    "\ndecision     the whole message is a phrase of collection\n",
		"3":     "\ndecision     a bare number of a menu leads nowhere by itself\nlabel        menu-pick\nlanguage     does not show\n",
		"":      "\ndecision     nothing is left of the message in its normal form\n",
		"今天晚上吃什么好呢，想吃火锅": "\ndecision     outside of the service: ",
		"me amenazan hoy": "\ndecision     the phrases of threats make up most of the message: ",
	} {
		if code, out, _ := zhilu(t, "", "eval", "--text", text); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%q: exit %d, %q is missing:\n%s", text, code, want, out)
		}
	}
}

func TestEvalTraceRows(t *testing.T) {
	code, out, _ := zhilu(t, "", "eval", "--trace", "d0002,d0001", testSet)
	i, j := strings.Index(out, "row          d0002, zh-Hans, expected threats or "), strings.Index(out, "\n\nrow          d0001, ")
	if code != 0 || i != 0 || j < i {
		t.Errorf("exit %d\n%s", code, out)
	}
	code, out, errOut := zhilu(t, "", "eval", "--trace", "d0001,x1,x2", testSet)
	if code != exitFault || out != "" || errOut != "no row \"x1\"\nno row \"x2\"\n" {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
}
