package danger

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

const large = 64 << 10

// repeat fills 64 KiB with a text.
func repeat(s string) string { return strings.Repeat(s, large/len(s)) }

// shuffled is 64 KiB of words that rules mention, in any order.
func shuffled() string {
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("我 想 死 活 不想 着 没有 意义 打 砍 手 家 门 车 被 他们 说 要 孩子 对不起 走了 药 楼顶 站 在 把 i want to not live anymore no way out kids me kill they will hurt my door me quiero la vida no puedo van a matar casa golpe , . ! 哈 了 的 电话")
	var b strings.Builder
	for b.Len() < large {
		b.WriteString(words[r.IntN(len(words))])
		b.WriteString([]string{"", " "}[r.IntN(2)])
	}
	return b.String()
}

// Messages made to be slow. Most of them hold what ordinary uses hide again, so that the
// search does not end at the first finding.
var slow = map[string]string{
	"one class":      repeat("想不想呢"),
	"ordinary uses":  repeat("笑死我了。累死,"),
	"near misses":    repeat("死想手我门车他们活"),
	"letters apart":  repeat("a b c d e f g h "),
	"one word":       repeat("abcdefghij"),
	"stem of a word": repeat("suicid"),
	"english":        repeat("my battery died, they call me to death and i want out of this loan "),
	"spanish":        repeat("me muero de risa, me matan los intereses y quiero acabar con esta deuda "),
	"marks":          repeat(".,!?'*"),
	"broken":         repeat("\xff死\xc3"),
	"kana":           repeat("カタカナﾊﾝｶｸ"),
	"rule words":     shuffled(),
}

// cpu is the processor time this process has used: it does not grow while others run.
func cpu() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// A message of 64 KiB takes 50 ms of processor time at most (ten times that under the race
// detector), and twice the message takes about twice the time.
func TestLargeMessages(t *testing.T) {
	limit := 50 * time.Millisecond
	if raceDetector {
		limit *= 10
	}
	Floor()
	for name, text := range slow {
		best := map[int]time.Duration{}
		for _, n := range []int{len(text) / 4, len(text)} {
			best[n] = time.Hour
			for range 3 {
				start := cpu()
				Find(text[:n])
				best[n] = min(best[n], cpu()-start)
			}
		}
		whole, quarter := best[len(text)], max(best[len(text)/4], time.Millisecond)
		t.Logf("%-15s %v", name, whole)
		if whole > limit {
			t.Errorf("%s: %v for %d bytes", name, whole, len(text))
		}
		if whole > 12*quarter {
			t.Errorf("%s: %v, a quarter of it %v: not linear", name, whole, quarter)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, m := range messages(f, "must.txt")[:200] {
		f.Add(m.text)
	}
	for _, s := range []string{"", "k m s", "死.了.算.了", "*'*_", "a.b.c.d", "suicid", "..", "\xff\xfe", "想,,死", "１２３ 死"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first := Find(s)
		if second := Find(s); second != first {
			t.Errorf("%q: %+v, then %+v", s, first, second)
		}
		if (first.Kind == None) != (first.Rule == "") {
			t.Errorf("%q: %+v", s, first)
		}
		// Danger stays danger when something is said before it.
		if with := Find("你好吗。 " + s); first.Kind == SelfHarm && with.Kind == None && utf8.ValidString(s) {
			t.Errorf("%q is %+v, but nothing after a greeting", s, first)
		}
	})
}

// FuzzRules looks for rule files that make the compiler panic or a rule set that does.
func FuzzRules(f *testing.F) {
	for _, s := range []string{"self-harm x\n    想 ..2 死 | (a|b)? c* & d~ $", "words a\n    @b\nwords b\n    @a\nviolence v\n    @a", "ordinary o\n    ^ 笑 ~3 死 ..1 $", "self-harm x\n    (a|$)? ((b|c) d)?"} {
		f.Add(s, "想死 a b c d 笑死")
	}
	f.Fuzz(func(t *testing.T, rules, text string) {
		if strings.Count(rules, "?")+strings.Count(rules, "(")+strings.Count(rules, "@") > 12 {
			t.Skip("nothing but choices")
		}
		if r, err := (&Rules{}).With("fuzz", rules); err == nil {
			r.Find(text)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	Floor()
	for _, c := range []struct{ name, text string }{
		{"ordinary zh", "他们每天打我三十几个电话还给我妈和同事发短信说我是诈骗犯要上门贴大字报我已经说了十五号发工资就还他们还是不停地打真的没办法了"},
		{"self-harm zh", "我已经欠了三十几万了每天都有人打电话来家里闹真的觉得好累好累什么都不想做了感觉自己已经走到头了也许死了就解脱了吧对不起大家"},
		{"traditional", "佢哋每日打我三十幾個電話仲傳簡訊畀我媽同埋同事話我係詐騙犯要上門貼大字報我已經講咗十五號出糧就還佢哋仲係不停咁打真係冇辦法喇唉"},
		{"ordinary en", "They call me thirty times a day and told my boss I am a liar"},
		{"ordinary es", "Me llaman todo el día y también a mi mamá y a mi jefe, ¿es legal?"},
	} {
		b.Run(fmt.Sprintf("%s %d", c.name, utf8.RuneCountInString(c.text)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Find(c.text)
			}
		})
	}
}

func BenchmarkFloor(b *testing.B) {
	for b.Loop() {
		if _, err := compileFloor(); err != nil {
			b.Fatal(err)
		}
	}
}
