package fold

import (
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain Chinese stays", "催收一天打三十个电话", "催收一天打三十个电话"},
		{"lower case", "HELP Me", "help me"},
		{"Spanish accents", "¿Préstamo del AÑO? Cobranza ilegítima, güey", "¿prestamo del ano? cobranza ilegitima, guey"},
		{"accent typed as its own rune", "pre\u0301stamo man\u0303ana", "prestamo manana"},
		{"broken bytes", "催\xff收\xc3", "催收"},
		{"sign for broken bytes", "催\ufffd收", "催收"},
		{"full width", "ＨＥＬＰ！１２３７８", "help!12378"},
		{"circled digits", "①②", "12"},
		{"keycap emoji is its digit", "1️⃣", "1"},
		{"ligature", "ﬁle a complaint", "file a complaint"},
		{"CJK punctuation", "“怎么办”?他说:《起诉》、【立案】…", `"怎么办"?他说:"起诉",[立案]...`},
		{"curly apostrophe", "I can’t pay", "i can't pay"},
		{"zero width and bidi", "催\u200b收\u202e\ufeff", "催收"},
		{"variation selector", "❤️", "❤"},
		{"emoji stay", "救命😭🙏🏽", "救命😭🙏🏽"},
		{"control characters", "a\x00b\x07c", "abc"},
		{"white space", "  call \t\n me\u00a0now\u3000 ", "call me now"},
		{"spaces between Han", "催 收  上 门", "催收上门"},
		{"spaces beside Han", "我 can 不 pay", "我can不pay"},
		{"spaces between digits", "1 2 3 7 8", "12378"},
		{"space between digit and letter stays", "12378 call", "12378 call"},
		{"letters in a row", "nooooo heeelp", "noo heelp"},
		{"digits in a row stay", "10000, 111", "10000, 111"},
		{"Han in a row", "死死死死死 哈哈哈", "死死哈哈哈"},
		{"Traditional", "討債的把我機車砸了", "催债的把我机车砸了"},
		{"Taiwan words", "貸款簡訊一直來,軟體讀通訊錄", "贷款短信一直来,软件读通讯录"},
		{"Taiwan 著 and 妳", "活著好累,妳知道嗎", "活着好累,你知道吗"},
		{"Taiwan report", "怎麼檢舉詐騙", "怎么举报诈骗"},
		{"申訴 stays a word of its own", "去哪申訴", "去哪申诉"},
		{"覆 in a reply", "多久回覆,沒有答覆", "多久回复,没有答复"},
		{"覆 elsewhere", "顛覆", "颠覆"},
		{"Cantonese", "佢哋話聽日上門", "他们话明天上门"},
		{"Cantonese wish", "被追數追到唔想做人", "被催收追到不想做人"},
		{"Cantonese little words", "我喺屋企冇錢咗點算", "我在家里没有钱了怎么办"},
		{"Cantonese not-is", "唔係我嘅債", "不是我的债"},
		{"account as 帐, 帳, 账", "帐号 帳號 账号", "账号账号账号"},
		{"compatibility ideograph", "\uf9dd", "利"},
		{"half-width kana composes", "ｶﾞ", "ガ"},
		{"Russian", "ПРИВЕТ й", "привет й"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
			}
			if again := Text(c.want); again != c.want {
				t.Errorf("Text(%q) = %q: not stable", c.want, again)
			}
		})
	}
}

func TestTextOfPlainMessageDoesNotAllocate(t *testing.T) {
	for _, s := range []string{"催收一天打三十个电话,说要上门", "they call me 30 times a day", "me llaman 30 veces"} {
		if n := testing.AllocsPerRun(10, func() { Text(s) }); n != 0 {
			t.Errorf("Text(%q): %v allocations", s, n)
		}
	}
}

func TestScript(t *testing.T) {
	for s, want := range map[string]int{
		"":           0,
		"help 12378": 0,
		"催收上门":       -1,
		"佢哋話聽日上門":    1,
		"想分三年慢慢還":    1,
		"我在江边坐了一晚上":  -1,
		"人工":         0, // the same in both
		"好的":         0,
		"笑到肚子痛":      0,
		"他说「還錢」,我说没钱不还,给我时间": -1, // one quoted Traditional word
		"他說「还钱」,我說沒錢不還,給我時間": 1,
		"活著":  0, // 著 is a Simplified character too (著作)
		"繁體简": 0, // as many of one as of the other
	} {
		if got := Script(s); got != want {
			t.Errorf("Script(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestHan(t *testing.T) {
	for r, want := range map[rune]bool{'催': true, '㗎': true, '𠮶': true, '々': true, '〇': true, 'a': false, 'か': false, '。': false, '😭': false, '1': false} {
		if got := Han(r); got != want {
			t.Errorf("Han(%q) = %v", r, got)
		}
	}
}

// Every single rune, at the ends, between letters and between characters, must be stable after one fold.
func TestTextOfEveryRune(t *testing.T) {
	for r := rune(0); r <= 0xE0FFF; r++ {
		if r == 0x34000 { // nothing is assigned from here to the tags
			r = 0xE0000
		}
		s := string(r) + "a" + string(r) + "b催" + string(r) + "收" + string(r)
		once := Text(s)
		if twice := Text(once); twice != once {
			t.Fatalf("%U in %q: %q, then %q", r, s, once, twice)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "催 收", "1 2 3", "é\u0301", "ｶ\u200bﾞ", "행동ᄀ\u200bᅡ", "行動電話號碼", "網際網路", "唔唔唔唔係", "a\xff\xffb", "嘢嘢嘢嘢", "…… ", "´`¨"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Text(s)
		if !utf8.ValidString(once) {
			t.Errorf("Text(%q) = %q: not UTF-8", s, once)
		}
		if twice := Text(once); twice != once {
			t.Errorf("%q folds to %q, then to %q", s, once, twice)
		}
		Script(s)
	})
}

func BenchmarkText(b *testing.B) {
	for name, s := range map[string]string{
		"plain zh 60":       "他们每天打我三十几个电话还给我妈和同事发短信说我是诈骗犯要上门贴大字报我已经说了十五号发工资就还他们还是不停地打真的没办法了",
		"traditional 60":    "佢哋每日打我三十幾個電話仲傳簡訊畀我媽同埋同事話我係詐騙犯要上門貼大字報我已經講咗十五號出糧就還佢哋仲係不停咁打真係冇辦法喇唉",
		"spaced full width": "Ｈｅｌｐ！ 催 收 １ ２ ３ ７ ８ 每 天 打 电 话 给 我 妈 妈 和 同 事 真 的 受 不 了 怎 么 办 啊",
		"spanish 60":        "Me están llamando todo el día, también a mi mamá y a mi jefe",
		"emoji circled":     "催收①一天打三十个电话😭😭②给我妈打③说要上门怎么办啊啊啊啊求求你们帮帮我",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Text(s)
			}
		})
	}
}
