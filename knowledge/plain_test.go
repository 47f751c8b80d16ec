package knowledge

import (
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		lang Lang
		text string
		want string // sentences joined by |
	}{
		{ZhHans, "先别慌。欠的钱要还；怎么还可以商量！真的？", "先别慌。|欠的钱要还；|怎么还可以商量！|真的？"},
		{ZhHans, "1. 截图\n2. 录音。\n\n为什么：要留证据", "截图|录音。|为什么：要留证据"},
		{ZhHans, "他说：“还钱。”我没答应。", "他说：“还钱。|”我没答应。"},
		{ZhHans, "依据：《治安管理处罚法》（法律）第五十条。拨" + mark + "。", "依据：第五十条。|拨。"},
		{En, "Save it. Then call. See art. 50, e.g. this; 12.5 is fine.", "Save it.|Then call.|See art. 50, e.g. this;|12.5 is fine."},
		{En, `Say "I record." Then hang up.`, `Say "I record.|" Then hang up.`},
		{Es, "¿Hay alguien? ¡Llame! Guarde núm. 3.\n2) Anote la hora", "¿Hay alguien?|¡Llame!|Guarde núm. 3.|Anote la hora"},
		{En, "", ""},
	} {
		if got := strings.Join(sentences(c.text, c.lang), "|"); got != c.want {
			t.Errorf("%q:\n%q, want\n%q", c.text, got, c.want)
		}
	}
}

func TestLength(t *testing.T) {
	for text, want := range map[string]int{
		"先别慌，欠的钱要还。": 8, "打开App，拨12378。": 5, "您好": 2, "，。": 0, "": 0,
	} {
		if got := length(text, ZhHans); got != want {
			t.Errorf("%q: %d characters, want %d", text, got, want)
		}
	}
	for text, want := range map[string]int{
		"Don't open the door.": 4, "NFRA (国家金融监督管理总局) answers 9:00-17:00": 3, "a loan-facilitation app - really": 4, "…": 0,
		"Reclame a la entidad, ¿no?": 5, "El prefijo (人工) es 010": 4,
	} {
		if got := length(text, Es); got != want {
			t.Errorf("%q: %d words, want %d", text, got, want)
		}
	}
}

func TestHardToRead(t *testing.T) {
	for _, c := range []struct {
		lang Lang
		text string
		want int
	}{
		{ZhHans, strings.Repeat("先留证据，", 15) + "好。", 1},
		{ZhHans, strings.Repeat("先留证据。", 30), 0},
		{En, strings.Repeat("word ", 36), 1},
		{En, strings.Repeat("word ", 35), 0},
		{Es, strings.Repeat("palabra ", 41), 1},
		{En, "You shall, pursuant to the rule, pay.", 2},
		{En, "A marshall and a shallow pit.", 0},
		{En, "The complaint is then decided by the lender.", 0}, // only an adverb in -ly may stand between
		{En, "The complaint is decided by the lender.", 1},
		{En, "You are asked for a number by phone.", 0},
		{Es, "La queja fue enviada por la oficina.", 1},
		{Es, "Se envía por correo y es gratis.", 0},
		{ZhHans, "届时予以登记。", 2},
	} {
		if got := hardToRead(c.text, c.lang); len(got) != c.want {
			t.Errorf("%q: %q, want %d", c.text, got, c.want)
		}
	}
}

func TestPromised(t *testing.T) {
	for _, c := range []struct {
		lang       Lang
		text, want string
	}{
		{ZhHans, "照做一定能停。", "一定能"},
		{ZhHans, "不用担心，一定能停。", "一定能"},
		{ZhHans, "我们不能保证立案。", ""},
		{ZhHans, "没有人可以保证结果。", ""},
		{ZhHans, "谁收钱代谈、保证停催，不要付。", ""},
		{ZhHans, "不一定能立案。", ""},
		{ZhHans, "先交保证金的是骗子，找保证人也一样。", ""},
		{ZhHans, "对方说“保证下款”，别信。", ""},
		{ZhHans, "他不来了。材料齐了保证成功", "保证"},
		{ZhHans, "投诉以后他们再也不会打来。", "再也不会"},
		{En, "They will never call again.", "will never call"},
		{En, "This will definitely work.", "will definitely"},
		{En, "Nobody can promise you a result.", ""},
		{En, "It cannot be guaranteed.", ""},
		{En, "No, it is guaranteed.", "guaranteed"},
		{En, "A guarantee company; you signed no guarantee.", ""},
		{En, `He says "guaranteed": a scam.`, ""},
		{En, "Anyone who promises you success lies.", ""},
		{Es, "Con esto ganará.", "ganará"},
		{Es, "Seguro que lo resuelven.", "seguro que"},
		{Es, "No se garantiza el resultado.", ""},
		{Es, "Nadie lo garantiza.", ""},
		{Es, "Es gratis, sin duda.", "sin duda"},
		{Es, "Una empresa de garantías; un seguro, no.", ""},
	} {
		if got := promised(c.text, c.lang); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestGlossaryTerms(t *testing.T) {
	d := &Draft{Terms: []Term{{Zh: "征信"}, {Zh: "催收"}, {Zh: "征信中心"}, {}}}
	for zh, want := range map[string][]string{
		"向征信中心要报告": {"征信中心"}, "征信中心改征信": {"征信中心", "征信"}, "催收查征信": {"征信", "催收"}, "没有": nil,
	} {
		var got []string
		for _, term := range termsOf(zh, d.terms()) {
			got = append(got, term.Zh)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", zh, got, want)
		}
	}
}

func TestHoldsAny(t *testing.T) {
	for _, c := range []struct {
		text, word string
		want       bool
	}{
		{"Complaints go there", "complain", true}, {"the PBC's line", "pbc", true}, {"Denúncielo", "denúnci", true}, {"un recobro", "cobr", false},
		{"recobro y cobro", "cobr", true}, {"人民银行", "银行", true}, {"", "x", false}, {"x", "", false}, {"(credit)", "credit", true},
	} {
		if got := holdsAny(c.text, []string{c.word}); got != c.want {
			t.Errorf("%q in %q: %v", c.word, c.text, got)
		}
	}
}

func TestHedges(t *testing.T) {
	for text, lang := range map[string]Lang{
		"时间请先核实": ZhHans, "以官网为准": ZhHans, "please check first": En, "it varies by city": En, "could not be verified": En,
		"verifique antes": Es, "Consulte en la web": Es, "varía según el lugar": Es,
	} {
		if !hedges[lang].MatchString(text) {
			t.Errorf("%q asks nobody to check", text)
		}
	}
	for text, lang := range map[string]Lang{"马上拨打": ZhHans, "take a check to the bank": En, "Reclame por la cobranza": Es} {
		if hedges[lang].MatchString(text) {
			t.Errorf("%q asks to check", text)
		}
	}
}

// TestWarningsDoNotBlock: a base with nothing but warnings is loaded, and its problems say so.
func TestWarningsDoNotBlock(t *testing.T) {
	ps := Problems{{Severity: Warning, Code: TierC, File: "a", Text: "t"}, {Code: BadID, File: "b", Text: "t"}}
	if got := ps.Count(); got != "1 error, 1 warning" {
		t.Error(got)
	}
	if got := ps.Error(); got != "a: warning: t (tier-c)\nb: t (bad-id)" {
		t.Error(got)
	}
	if got := ps[:1].Count(); got != "0 errors, 1 warning" || len(ps[:1].Errors()) != 0 {
		t.Error(got)
	}
	base := draftOfBase()
	d := &Draft{Entries: slices.Clone(base.Entries), Sources: base.Sources, files: base.files}
	i := slices.IndexFunc(d.Entries, func(e *Entry) bool { return e.ID == "threats" })
	weak := *d.Entries[i]
	weak.Rights = nil
	d.Entries[i] = &weak
	rel, ps := Compile(d)
	if rel == nil || !slices.ContainsFunc(ps, func(p Problem) bool { return p.Code == NoRight && p.Severity == Warning }) {
		t.Errorf("release %v, %v", rel != nil, ps)
	}
	if again, err := Compile(d); again.ID != rel.ID || err.Error() != ps.Error() {
		t.Error("a second run says something else")
	}
}
