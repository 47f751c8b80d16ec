package knowledge

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// embeddedRelease is the embedded base.
func embeddedRelease() *Release {
	rel, err := Embedded()
	if err != nil {
		panic(err)
	}
	return rel
}

func TestTemplate(t *testing.T) {
	for in, want := range map[string]string{
		"no references":                  "no references",
		"打 {.phone}。":                    "打 |self.phone|。",
		"{a.b}{c}":                       "|a.b||c|",
		"{$place}":                       "|$place|",
		"ends with a line end\n":         "ends with a line end",
		"{a.b":                           "error",
		"a}":                             "error",
		"{a{b}}":                         "error",
		"{}":                             "error",
		"{A.b}":                          "|error",
		"{a.}":                           "error",
		"两 {x-1.y-2} 个 {police-110.sms}": "两 |x-1.y-2| 个 |police-110.sms|",
	} {
		tpl, err := parseTemplate("self", in)
		if err != nil {
			if !strings.HasSuffix(want, "error") {
				t.Errorf("%q: %v", in, err)
			}
			continue
		}
		var b strings.Builder
		for _, p := range tpl {
			switch {
			case p.ref == "":
				b.WriteString(p.lit)
			case p.param != "":
				b.WriteString("|$" + p.param + "|")
			case p.fact == "":
				b.WriteString("|" + string(p.entry) + "|")
			default:
				b.WriteString("|" + string(p.entry) + "." + p.fact + "|")
			}
		}
		if b.String() != want {
			t.Errorf("%q: %q, want %q", in, b.String(), want)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"", "{a.b}", "{", "}", "{{}}", "催{.x}收", "{$p}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tpl, err := parseTemplate("self", s)
		if err != nil {
			return
		}
		var b strings.Builder
		for _, p := range tpl {
			b.WriteString(p.lit)
			if p.ref != "" {
				b.WriteString("{" + p.ref + "}")
			}
		}
		if b.String() != strings.TrimRight(s, "\n") {
			t.Errorf("%q came out as %q", s, b.String())
		}
	})
}

// FuzzRead: whatever a file holds, reading and compiling end with problems, not with a panic.
func FuzzRead(f *testing.F) {
	f.Add([]byte("id: x\nkind: right\n"))
	f.Add([]byte("id: x\nkind: channel\nfacts: {phone: {type: phone, value: 1}}\nphrases: {zh: [a]}"))
	f.Add([]byte("&a [*a]"))
	f.Add([]byte("id: x\nname: {zh: '{', en: '}', es: '{.x}'}\nkind: message"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, ps := Read(fstest.MapFS{"x.yaml": {Data: data}})
		rel, more := Compile(d)
		if rel != nil || len(ps)+len(more) == 0 {
			t.Fatal("a base of one odd file compiles")
		}
	})
}

// TestFacts: a statute names its rule and the rule's level in every language; a number
// stands as it is.
func TestFacts(t *testing.T) {
	for lang, want := range map[Lang][2]string{
		ZhHans: {"《治安管理处罚法》第五十条（法律）", "110"},
		En:     {"Public Security Law (治安管理处罚法), art. 50 (law)", "110"},
		Es:     {"Ley de Seguridad Pública (治安管理处罚法), art. 50 (ley)", "110"},
		ZhHant: {"《治安管理處罰法》第五十條（法律）", "110"},
	} {
		w := embeddedRelease().In(lang, time.Time{})
		if got := w.Fact("psapl", "a50"); got != want[0] {
			t.Errorf("%s: %s", lang, got)
		}
		if got := w.Fact("police-110", "phone"); got != want[1] {
			t.Errorf("%s: %s", lang, got)
		}
	}
	for _, e := range embeddedRelease().All(Rule) {
		for name, f := range e.Facts {
			got := embeddedRelease().In(En, time.Time{}).Fact(e.ID, name)
			if f.Type == Statute && e.Level == Standard && !strings.Contains(got, "not a law") {
				t.Errorf("%s.%s is a standard and reads %q", e.ID, name, got)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for text, want := range map[string]ID{
		"催收": "collection", "  催 收！！": "collection", "崔收": "collection", "cuishou": "collection",
		"12378": "nfra-12378", "1 2 3 7 8": "nfra-12378", "１２３７８": "nfra-12378", "打12378有用吗": "nfra-12378", "银保监会": "nfra-12378", "銀保監會": "nfra-12378",
		"me amenazan": "threats", "ME AMENAZAN!!!": "threats", "they call my boss": "contacts", "They Call My BOSS.": "contacts",
		"簡訊轟炸": "call-bombing", "證據": "evidence", "derechos": "rights", "RIGHTS": "rights", "ayuda": "help", "español": "lang-es", "espanol": "lang-es",
		"删除我的数据": "delete-data", "刪除我的資料": "delete-data", "borra mis datos por favor": "delete-data",
		"我今天吃了饭": "", "123789": "", "a12378b": "", "": "", "   ": "", "🙂": "",
	} {
		if got := embeddedRelease().Match(text).Label; got != want {
			t.Errorf("%q leads to %q, want %q", text, got, want)
		}
	}
}

func TestGuess(t *testing.T) {
	if m := embeddedRelease().Match("🙂"); m.Label != "" || len(m.Candidates) != 0 {
		t.Errorf("guesses for nothing: %v", m)
	}
}

func TestDetectLang(t *testing.T) {
	for text, want := range map[string]Lang{
		"他们打电话给我妈": ZhHans, "他們打電話給我媽": ZhHant, "催收 call me": ZhHans,
		"they call my boss": En, "what are my rights": En, "I don't know what to do": En, "help": En,
		"me llaman al trabajo": Es, "qué puedo hacer": Es, "no puedo pagar la deuda": Es, "ayuda": Es, "¿qué?": Es,
		"12378": "", "🙂": "", "": "", "...": "", "y": "", "jutousu": "", "Ana García": "", "Li Na": "", "https://www.nfra.gov.cn": "",
		"96110 anti fraud": En, "12337 gang crime platform": En, "heimao quejas": Es, "menú": Es, "wang dai yu qi le": ZhHans, "app": "",
		"mi wangdai 逾期了 que hago": Es, "我 can't pay 了": ZhHans, "he said 我要还钱 and he will tell my boss": En, "我收到 a message from the bank": ZhHans,
	} {
		if got := DetectLang(text); got != want {
			t.Errorf("%q is in %q, want %q", text, got, want)
		}
	}
}

func TestGuessLang(t *testing.T) {
	for text, want := range map[string]Lang{"cui shou": ZhHans, "wangdai": ZhHans, "jutousu": ZhHans, "Cantón": Es, "NFRA": "", "John Smith": "", "12378": "", "催收": ""} {
		if got := GuessLang(text); got != want {
			t.Errorf("%q hints at %q, want %q", text, got, want)
		}
	}
}

// TestReleaseID: equal content has an equal id, whatever the order of reading; any change
// has another one.
func TestReleaseID(t *testing.T) {
	again, err := Load(Base())
	if err != nil || again.ID != embeddedRelease().ID {
		t.Errorf("the same base has two ids (%v)", err)
	}
	d, _ := Read(Base())
	for _, e := range d.Entries {
		e.Examples = Examples{} // learning from them takes long
	}
	first, ps := Compile(d)
	if first == nil {
		t.Fatal(ps.Errors())
	}
	d.Entries[0], d.Entries[1] = d.Entries[1], d.Entries[0]
	if rel, ps := Compile(d); rel == nil || rel.ID != first.ID {
		t.Errorf("the order matters: %v", ps)
	}
	d.Entries[0].Checked = "2026-11-20"
	if rel, ps := Compile(d); rel == nil || rel.ID == first.ID {
		t.Errorf("a changed date is not seen: %v", ps)
	}
}

// TestLimits: a folder that is an attack rather than a base.
func TestLimits(t *testing.T) {
	big := fstest.MapFS{"big.yaml": {Data: []byte("id: big\nkind: right\nname: {zh: " + strings.Repeat("长", 100_000) + "}\n")}}
	if _, ps := Read(big); len(ps) != 1 || !strings.Contains(ps[0].Text, "larger than") {
		t.Errorf("a large file: %v", ps)
	}
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		many[strings.Repeat("a", 1+i%50)+"/"+strings.Repeat("b", 1+i/50)+".yaml"] = &fstest.MapFile{Data: []byte("id: x")}
	}
	if _, ps := Read(many); len(ps) != 1 || !strings.Contains(ps[0].Text, "at most") {
		t.Errorf("many files: %d problems", len(ps))
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Base()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	d, _ := Read(Base())
	for b.Loop() {
		Compile(d)
	}
}
