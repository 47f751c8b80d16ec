package danger

import (
	"strings"
	"testing"
)

// mustCompile compiles a rule file on its own, without the floor.
func mustCompile(t *testing.T, file string) *Rules {
	t.Helper()
	r, err := (&Rules{}).With("test", file)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRuleLanguage(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		yes, no    []string
	}{
		{"text", "想死", []string{"想死", "我想死了", "想 死", "想*死", "想...死"}, []string{"想不死", "想", "想我。死你", "死想"}},
		{"words", "want to die", []string{"I WANT to die", "wannt  to diee", "want to die."}, []string{"want to diet", "want. to die", "wanted to die"}},
		{"apostrophe", "can't go on", []string{"can't go on", "cant go on", "can’t go on"}, []string{"can go on"}},
		{"spelled out", "kms", []string{"kms", "k m s", "k.m.s", "K M S"}, []string{"k m", "kmsx"}},
		{"digits for letters", "kill", []string{"k1ll", "ki11"}, []string{"kilo", "11"}},
		{"accents", "me quitaré la vida", []string{"me quitare la vida", "ME QUITARÉ LA VIDA"}, nil},
		{"traditional", "后事", []string{"後事"}, nil},
		{"prefix", "suicid*", []string{"suicide", "suicidal", "me suicido"}, []string{"sui", "insuicid"}},
		{"typos", "suicide~", []string{"suicde", "sucide", "siucide", "suicide"}, []string{"suite", "suicides"}},
		{"alternatives", "割腕 | 跳楼", []string{"割腕", "跳楼"}, []string{"割楼"}},
		{"group", "(割|划) (了)? 手", []string{"割手", "划了手"}, []string{"割破手", "了手"}},
		{"gap", "站 ..2 楼顶", []string{"站楼顶", "站在楼顶", "站在了楼顶"}, []string{"站在他家楼顶", "站在,楼顶", "站着。楼顶"}},
		{"far gap", "密码 ~4 走了", []string{"密码给你。走了", "密码,走了"}, []string{"密码一二三四五走了"}},
		{"both", "对不起 & 来世", []string{"对不起,来世见", "来世见。对不起"}, []string{"对不起", "来世", "对不起" + strings.Repeat("呀吗", 30) + "来世"}},
		{"clause end", "想走了 $", []string{"想走了", "我想走了,你们"}, []string{"想走了吗"}},
		{"near the end", "想走 ..1 $", []string{"想走", "想走了"}, []string{"想走了吗"}},
		{"clause start", "^ 希望", []string{"希望", "好,希望"}, []string{"没希望"}},
		{"end as alternative", "not (here|$)", []string{"not here", "not"}, []string{"not there"}},
		{"class", "@who ..1 死", []string{"爸死", "妈要死"}, []string{"他死"}},
		{"line goes on", "割\n        腕", []string{"割腕"}, []string{"割", "腕"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := mustCompile(t, "# who\nwords who\n    爸 | 妈\n# test\nself-harm test\n    "+c.rule+"\n")
			for _, text := range c.yes {
				if got := r.Find(text); got != (Finding{SelfHarm, "test"}) {
					t.Errorf("%s does not find %q", c.rule, text)
				}
			}
			for _, text := range c.no {
				if got := r.Find(text); got.Kind != None {
					t.Errorf("%s finds %q", c.rule, text)
				}
			}
		})
	}
}

func TestOrdinaryUsesAndRanks(t *testing.T) {
	r := mustCompile(t, `
ordinary very
    笑死 | 新闻 ..6 自杀 | 结束 了 & 合同
self-harm strong
    自杀 | 笑死我算了 | 结束
violence threat
    弄死
maybe-self-harm weak
    死
`)
	for text, want := range map[string]Finding{
		"死":         {SelfHarm, "weak"},
		"笑死":        {},
		"笑死,真想死":    {SelfHarm, "weak"},
		"笑死我算了":     {SelfHarm, "strong"}, // longer than the ordinary use
		"弄死":        {Violence, "threat"},
		"弄死,自杀":     {SelfHarm, "strong"},
		"新闻说有人自杀":   {},
		"结束":        {SelfHarm, "strong"},
		"结束了,合同在哪里": {},
	} {
		if got := r.Find(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

// A release adds; whatever it says, the floor still finds what it found.
func TestWith(t *testing.T) {
	more, err := Floor().With("release", `
# Would hide much, if it could reach the floor.
ordinary all
    不想活 | 想死 | suicide | @zh-suicide
# Said in one town.
self-harm local
    去见周公 ..2 @zh-kin
violence local-violence
    摸黑来家
`)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]Finding{
		"我要去见周公了爸妈":             {SelfHarm, "local"},
		"他们说摸黑来家":               {Violence, "local-violence"},
		"他们拿刀砍我,说摸黑来家里,去见周公吧爸妈": {SelfHarm, "local"},
	} {
		if got := more.Find(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
		if got := Find(text); got.Rule == want.Rule {
			t.Errorf("%q: the floor has changed", text)
		}
	}
	for _, m := range messages(t, "must.txt") {
		if got := more.Find(m.text); got.Kind != m.kind {
			t.Errorf("%q: %+v, want %s", m.text, got, m.kind)
		}
	}
}

func TestFaultsAreAllReported(t *testing.T) {
	_, err := Floor().With("draft.txt", `
    a line too early
danger x
    text
self-harm
    text
self-harm ok
    text
`)
	wantFaults(t, err, "draft.txt:2: a line before the first heading", `draft.txt:3: heading "danger"`, `draft.txt:5: heading "self-harm" needs one name`)

	_, err = Floor().With("draft.txt", `
words empty
words zh-kin
    他
words circle
    @circle
words gap
    a ..2 b
self-harm faults
    @nobody
    想 ..3
    想 (死
    想 死)
    想 | | 死
    (死)? (了)?
    (a & b)
    $
    ...
    @zh-kin @zh-kin @zh-kin ..2 (死|了)
`)
	wantFaults(t, err, "words empty", "words zh-kin: empty, or defined before", "@circle: not defined, or defined by itself",
		"draft.txt:8: gaps", "@nobody: not defined", "draft.txt:11: a gap", "draft.txt:12: a ( without", "draft.txt:13: a ) without",
		"draft.txt:14: an alternative with nothing", "draft.txt:16: a & inside", "draft.txt:17: $ with nothing")
}

func wantFaults(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("no %q in:\n%v", w, err)
		}
	}
}

// The files of the floor are for people: every heading has its comment, every class is used,
// no line is too long to read.
func TestRuleFilesAreReadable(t *testing.T) {
	names, err := files.ReadDir("rules")
	if err != nil {
		t.Fatal(err)
	}
	var everything strings.Builder
	classes := map[string]string{}
	for _, entry := range names {
		raw, err := files.ReadFile("rules/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		everything.Write(raw)
		before := ""
		for i, line := range strings.Split(string(raw), "\n") {
			heading := line != "" && line[0] != '#' && line[0] != ' '
			if heading && !strings.HasPrefix(before, "# ") {
				t.Errorf("%s:%d: %s has no comment", entry.Name(), i+1, line)
			}
			if name, ok := strings.CutPrefix(line, "words "); ok {
				classes[name] = entry.Name()
			}
			if len([]rune(line)) > 160 {
				t.Errorf("%s:%d: %d characters", entry.Name(), i+1, len([]rune(line)))
			}
			before = line
		}
	}
	for name, file := range classes {
		if !strings.Contains(everything.String(), "@"+name+" ") && !strings.Contains(everything.String(), "@"+name+"\n") &&
			!strings.Contains(everything.String(), "@"+name+"|") && !strings.Contains(everything.String(), "@"+name+")") {
			t.Errorf("%s: words %s are never used", file, name)
		}
	}
}
