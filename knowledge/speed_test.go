package knowledge

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// BenchmarkMatch routes ordinary messages. The bar is 20 µs and 20 allocations.
func BenchmarkMatch(b *testing.B) {
	rel := embeddedRelease()
	for lang, text := range map[Lang]string{
		ZhHans: "就晚了两天，他们把我通讯录翻了个遍，我舅我姑都来问我是不是犯事了，我已经跟客服说了十五号还，他们还打，真的没地方说理",
		En:     "two days late and they already wrote to my whole contact list",
		Es:     "dos días tarde y ya le escribieron a todos mis contactos, ¿y?",
	} {
		b.Run(fmt.Sprintf("%s %d", lang, utf8.RuneCountInString(text)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rel.Match(text)
			}
		})
	}
}

// BenchmarkMatchLongest routes 64 KiB. The bar is 5 ms.
func BenchmarkMatchLongest(b *testing.B) {
	rel := embeddedRelease()
	for name, text := range map[string]string{
		"chinese": "他们每天打电话给我妈,还说要上门。", "english": "they call my boss every day and say they will come ", "spanish": "me llaman todo el día y amenazan a mi mamá ",
		"one word": "amenazaamenaza", "emoji": "😭🙏🏽", "spaces": " ", "compatibility": "ｶﾞﬁ①", "mixed": "催收 call me ¡ya! 12378 😭 ",
	} {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(text, tooLong/len(text))
			for b.Loop() {
				rel.Match(text)
			}
		})
	}
}

// synthetic is a made-up base of n entries with some examples each, and messages about them.
// Entries have words of their own, a third of a message; the others are everybody's, a few of
// them in every second message and most of them seldom, as words are.
func synthetic(n, examples int) (entries []*Entry, messages []string, about []ID) {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	zh := func() string { return string([]rune{0x4E00 + r.Int32N(3000), 0x4E00 + r.Int32N(3000)}) }
	en := func() string {
		word := make([]byte, 3+r.IntN(6))
		for i := range word {
			word[i] = "abcdefghijklmnopqrstuvwxyz"[r.IntN(26)]
		}
		return string(word)
	}
	words := func(word func() string, n int) (list []string) {
		for range n {
			list = append(list, word())
		}
		return list
	}
	common := map[string][]string{"": words(zh, 4000), " ": words(en, 4000)}
	often := rand.NewZipf(r, 1.2, 4, 3999)
	message := func(own []string, between string, length int) string {
		var list []string
		for len(list) < length {
			list = append(list, own[r.IntN(len(own))], common[between][often.Uint64()], common[between][often.Uint64()])
		}
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return strings.Join(list, between)
	}
	for i := range n {
		ownZh, ownEn := words(zh, 4), words(en, 4)
		e := &Entry{ID: ID(fmt.Sprintf("entry-%d", i)), Kind: Channel, Phrases: Phrases{Zh: []string{ownZh[0] + ownZh[1]}, En: []string{ownEn[0] + " " + ownEn[1]}}}
		for range examples / 2 {
			e.Examples.Zh += message(ownZh, "", 6+r.IntN(9)) + "\n"
			e.Examples.En += message(ownEn, " ", 6+r.IntN(6)) + "\n"
		}
		entries = append(entries, e)
		if i%max(1, n/50) == 0 {
			messages, about = append(messages, message(ownZh, "", 30), message(ownEn, " ", 10)), append(about, e.ID, e.ID)
		}
	}
	return entries, messages, about
}

// BenchmarkMatchBySize routes messages of 60 letters with bases of any size: with a hundred
// times the entries one costs about four times as much, for the labels that rare words bring
// up and for memory that is further away. The metric "home" is the part that leads to its
// entry: with 10,000 entries of one example a language none is sure enough.
func BenchmarkMatchBySize(b *testing.B) {
	for _, c := range []struct{ entries, examples int }{{100, 12}, {1000, 12}, {10_000, 2}} {
		b.Run(fmt.Sprintf("%d entries", c.entries), func(b *testing.B) {
			entries, messages, about := synthetic(c.entries, c.examples)
			start := time.Now()
			m := newMatcher(entries, nil)
			trained := time.Since(start)
			home := 0
			for i, text := range messages {
				if m.find(text).Label == about[i] {
					home++
				}
			}
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				m.find(messages[i%len(messages)])
				i++
			}
			b.ReportMetric(float64(home)/float64(len(messages)), "home")
			b.ReportMetric(trained.Seconds(), "s-training")
		})
	}
}

// BenchmarkTrain learns the examples of the embedded base, and its phrases, which count as
// examples. The bar is 3 s for 10,000.
func BenchmarkTrain(b *testing.B) {
	d, _ := Read(Base())
	n := 0
	for _, e := range d.Entries {
		n += len(e.Examples.all()) + len(e.Phrases.all())
	}
	for b.Loop() {
		newMatcher(d.Entries, d.Concepts)
	}
	perSecond := float64(n) * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(perSecond, "examples/s")
	b.ReportMetric(10_000/perSecond, "s/10000")
}

// BenchmarkReleaseMemory measures what a compiled release keeps in memory. The bar is 60 MiB.
func BenchmarkReleaseMemory(b *testing.B) {
	embeddedRelease() // what is made once and kept, whatever is loaded
	var held uint64
	for b.Loop() {
		before := heap()
		rel, err := Load(Base())
		if err != nil {
			b.Fatal(err)
		}
		held = heap() - before
		runtime.KeepAlive(rel)
	}
	b.ReportMetric(float64(held)/(1<<20), "MiB")
}

// heap is what is in use; what sync.Pool holds is gone after two collections.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
