package mask

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// unescape reads \u200b and the like, so that the corpus shows what cannot be seen.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	r, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		panic(s)
	}
	return r
}

// corpus gives the lines of testdata/corpus.txt: a message, a tab, the message masked.
func corpus(t testing.TB) (lines [][2]string) {
	t.Helper()
	f, err := os.Open("testdata/corpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if sc.Text() == "" || strings.HasPrefix(sc.Text(), "# ") {
			continue
		}
		in, want, ok := strings.Cut(sc.Text(), "\t")
		if !ok {
			t.Fatalf("no tab in %q", sc.Text())
		}
		lines = append(lines, [2]string{unescape(in), want})
	}
	return lines
}

func TestCorpus(t *testing.T) {
	lines := corpus(t)
	if len(lines) < 250 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		got := Text(l[0])
		if got != l[1] {
			t.Errorf("%s\n got %s\nwant %s", l[0], got, l[1])
		}
		if again := Text(got); again != got {
			t.Errorf("%s: masked again it becomes %s", got, again)
		}
	}
}

// secrets makes something that must not survive, and the digits of it.
var secrets = []struct {
	name string
	make func(*rand.Rand) string
}{
	{"mobile", func(r *rand.Rand) string { return "1" + string('3'+rune(r.IntN(7))) + digits(r, 9) }},
	{"mobile with country code", func(r *rand.Rand) string { return "86" + "1" + string('3'+rune(r.IntN(7))) + digits(r, 9) }},
	{"landline", func(r *rand.Rand) string { return "0" + string('1'+rune(r.IntN(9))) + digits(r, 9) }},
	{"identity", func(r *rand.Rand) string { return string('1'+rune(r.IntN(8))) + digits(r, 17) }},
	{"identity with X", func(r *rand.Rand) string { return string('1'+rune(r.IntN(8))) + digits(r, 16) + "X" }},
	{"old identity", func(r *rand.Rand) string { return string('1'+rune(r.IntN(8))) + digits(r, 14) }},
	{"card", func(r *rand.Rand) string { return "62" + digits(r, 11+r.IntN(6)) }},
	{"qq", func(r *rand.Rand) string { return string('1'+rune(r.IntN(9))) + digits(r, 5+r.IntN(5)) }},
}

func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(r.IntN(10))
	}
	return string(b)
}

// dresses are the ways in which digits are typed; each maps a digit.
var dresses = []string{"0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "洞幺两三四五六拐八勾", "⓪①②③④⑤⑥⑦⑧⑨", "٠١٢٣٤٥٦٧٨٩",
	"०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⁰¹²³⁴⁵⁶⁷⁸⁹", "⓿❶❷❸❹❺❻❼❽❾"}

var gaps = []string{"", " ", "-", ".", "\u200b", "\u200d", "\ufe0f\u20e3", "·", " - ", "　", "，", "/", "_"}

// dress types a number: digits of one or several sets, a gap after every few of them.
func dress(r *rand.Rand, s string) string {
	sets := []string{dresses[r.IntN(len(dresses))]}
	if r.IntN(3) == 0 {
		sets = append(sets, dresses[r.IntN(len(dresses))])
	}
	gap, every := gaps[r.IntN(len(gaps))], 1+r.IntN(6)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && i%every == 0 {
			b.WriteString(gap)
		}
		if c == 'X' {
			b.WriteString([]string{"X", "x", "Ｘ"}[r.IntN(3)])
			continue
		}
		b.WriteRune([]rune(sets[r.IntN(len(sets))])[c-'0'])
	}
	return b.String()
}

var sentences = [][2]string{{"我的电话是", "请回电"}, {"", ""}, {"他们用", "每天打我家人"}, {"my number is ", " please call"}, {"mi teléfono es ", ", gracias"}, {"催收", "骂人"},
	{"（", "）"}, {"tel:", "!"}, {"打12378没用，打", "也没用"}, {"😭", "😭"}, {"欠了5000元，卡", "被冻结"}, {"wo de dianhua ", " xiexie"}, {"一天三十个电话，", "。怎么办"}, {"wx", ""}, {"QQ", "加我"}, {"号码：", "\n谢谢"}}

// plainDigits turns every dress back into digits and drops what is no digit; a token is a bar.
func plainDigits(s string) string {
	t := text{s: s}
	t.read()
	var b strings.Builder
	for _, a := range t.a {
		switch {
		case a.d >= 0:
			b.WriteByte('0' + byte(a.d))
		case a.kind == token:
			b.WriteByte('|')
		}
	}
	return b.String()
}

// TestNothingSurvives puts numbers in many dresses into sentences: no four digits in a row of
// them may be left.
func TestNothingSurvives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	n := 20000
	if testing.Short() {
		n = 5000
	}
	for range n {
		kind := secrets[r.IntN(len(secrets))]
		secret := kind.make(r)
		around := sentences[r.IntN(len(sentences))]
		msg := around[0] + dress(r, secret) + around[1]
		got := Text(msg)
		left := plainDigits(strings.NewReplacer("12378", "", "5000", "").Replace(got))
		for i := 0; i+4 <= len(secret); i++ {
			if part := secret[i : i+4]; strings.Contains(left, part) {
				t.Errorf("%s %s: %q became %q: %s is left", kind.name, secret, msg, got, part)
				break
			}
		}
	}
}

// TestWordsOfSecrets does the same for mail, links and accounts: no word of them is left.
func TestWordsOfSecrets(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	letters := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "bcdfghjklmnpqrstvwxz"[r.IntN(20)]
		}
		return string(b)
	}
	forms := []string{"%s@qq.com", "%s@163。com", "%s＠gmail.com", "%s at gmail dot com", "%s(at)qq.com", "%s arroba hotmail punto com", "https://%s.com/a", "http://t.cn/%s",
		"www.%s.cn", "%s.top", "t.me/%s", "@%s", "微信号：%s", "微信号是%s", "加我微信%s", "wx:%s", "WeChat: %s", "vx %s9", "支付宝账号%s", "telegram: @%s", "whatsapp: %s", "QQ邮箱%s12@qq.com"}
	for range 8000 {
		secret := letters(6 + r.IntN(5))
		around := sentences[r.IntN(len(sentences)-3)]
		msg := around[0] + " " + fmt.Sprintf(forms[r.IntN(len(forms))], secret) + " " + around[1]
		if got := Text(msg); strings.Contains(got, secret) {
			t.Errorf("%q became %q", msg, got)
		}
	}
}

// TestNames puts names of both kinds behind what announces them.
func TestNames(t *testing.T) {
	given := []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国小红志梓涵宇轩雅琪")
	forms := []string{"我叫%s，欠了网贷", "我叫%s被催收了", "姓名：%s", "我的名字是%s。", "我是%s，帮帮我", "本人%s，", "联系人%s被骚扰", "催收员叫%s", "%s先生，", "%s女士被骂", "my name is %s", "户名:%s", "我 叫 %s"}
	r := rand.New(rand.NewPCG(5, 6))
	for _, family := range "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文" {
		for range 30 {
			secret := string(family) + string(given[r.IntN(len(given))])
			if r.IntN(2) == 0 {
				secret += string(given[r.IntN(len(given))])
			}
			if plain := (&text{s: secret}); true {
				plain.read()
				if plain.find(0, ordinary) >= 0 {
					continue // 钱平 is a name, 平安 an everyday word
				}
			}
			msg := fmt.Sprintf(forms[r.IntN(len(forms))], secret)
			if got := Text(msg); strings.Contains(got, secret) || strings.Contains(got, secret[:len("王伟")]) {
				t.Errorf("%q became %q", msg, got)
			}
		}
	}
	for _, who := range []string{"Juan Pérez", "ana", "John Smith", "Wang Wei", "José Luis García", "mary"} {
		for _, form := range []string{"me llamo %s y debo dinero", "mi nombre es %s", "my name is %s and they call", "MY NAME IS %s", "name: %s", "El Sr. %s me llama", "Mr %s", "我叫%s"} {
			msg := fmt.Sprintf(form, who)
			if got := Text(msg); strings.Contains(got, strings.Fields(who)[0]) {
				t.Errorf("%q became %q", msg, got)
			}
		}
	}
}

func FuzzText(f *testing.F) {
	for _, l := range corpus(f) {
		f.Add(l[0])
	}
	f.Add("\xff我叫\xe2\x80")
	f.Fuzz(func(t *testing.T, s string) {
		once := Text(s)
		if !utf8.ValidString(once) {
			t.Errorf("%q gives %q: not UTF-8", s, once)
		}
		if twice := Text(once); twice != once {
			t.Errorf("%q gives %q, then %q", s, once, twice)
		}
	})
}

func BenchmarkText(b *testing.B) {
	for name, s := range map[string]string{
		"nothing, 60 characters": "他们每天打我三十几个电话还给我妈和同事发短信说我是诈骗犯要上门贴大字报我已经讲了十五号发工资就还他们还是不停地打真的没办法了",
		"phone and name, 60":     "我叫张伟被催收，他们每天打我电话13800138000三十几次还给我妈和同事发短信说要上门贴大字报我已经讲了十五号就还真的没办法了",
		"spanish, 60":            "Me están llamando todo el día, también a mi mamá y a mi jefe",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Text(s)
			}
		})
	}
}
