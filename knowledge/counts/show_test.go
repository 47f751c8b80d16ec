package counts

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// TestBound: beyond the limit the oldest groups go, small ones first.
func TestBound(t *testing.T) {
	ctx := context.Background()
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	defer rdb.Close()
	r := New(rdb, []byte("secret"))
	defer r.Close(ctx)
	r.maxMessages = 10
	at := time.Date(2026, 9, 1, 4, 0, 0, 0, time.UTC)
	send := func(user, text string) {
		r.Record(Turn{At: at, Lang: "en", Intent: "none", Missed: true, User: user, Text: text})
	}
	for user := range 3 {
		send(fmt.Sprint(user), "the crowd")
	}
	for i := range 30 {
		at = at.AddDate(0, 0, 1)
		send("ana", fmt.Sprint("words ", string(rune('a'+i)), "q"))
		if err := r.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if few, seen := rdb.ZCard(ctx, fewKey).Val(), rdb.ZCard(ctx, seenKey).Val(); few != 9 || seen != 1 {
		t.Errorf("%d small groups and %d others", few, seen)
	}
	if keys := rdb.Keys(ctx, "kb:{kb}:miss:[gu]:*").Val(); len(keys) != 20 {
		t.Errorf("%d keys", len(keys))
	}
	for user := range 3 * 11 {
		send(fmt.Sprint(user), fmt.Sprint("crowd ", string(rune('a'+user/3)), "q"))
	}
	if err := r.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if few, seen := rdb.ZCard(ctx, fewKey).Val(), rdb.ZCard(ctx, seenKey).Val(); few != 0 || seen != 10 {
		t.Errorf("%d small groups and %d others", few, seen)
	}
}

// TestNothingHiddenShows makes days at random, and looks at what somebody who knows the rules can
// work out about the hidden counts from all that is shown of the three partitions.
func TestNothingHiddenShows(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	withheld := 0
	for range 20000 {
		total := 1 + r.IntN([]int{5, 30, 300}[r.IntN(3)])
		fields := map[string]int{}
		for range total {
			fields["lang:"+[]string{"a", "b", "c", "d"}[min(r.IntN(20), r.IntN(20), 3)]]++
			fields[fmt.Sprint("hour:", 10+r.IntN(1+r.IntN(14)))]++
			fields[fmt.Sprint("intent:x", r.IntN(1+r.IntN(60)))]++
		}
		d := show("", fields)
		withheld += len(d.Withheld)
		low, high := 0, 1<<62
		sums := func(k Kind) (shown, cells, hidden int) {
			for _, c := range d.Counts[k] {
				if c.Few {
					hidden++
				} else {
					shown, cells = shown+c.N, cells+1
				}
			}
			return
		}
		for _, k := range []Kind{Language, Hour, Intent} {
			if shown, cells, hidden := sums(k); cells+hidden > 0 {
				low, high = max(low, shown+hidden), min(high, shown+4*cells+4*hidden)
			}
		}
		if len(d.Counts) > 0 && (total < low || total > high) {
			t.Fatalf("%d is not in %d to %d", total, low, high)
		}
		for _, k := range []Kind{Language, Hour, Intent} {
			shown, cells, hidden := sums(k)
			if hidden == 0 {
				continue
			}
			from, to := max(hidden, low-shown-4*cells), min(4*hidden, high-shown)
			if to == hidden || from == 4*hidden || hidden == 1 && from == to {
				t.Fatalf("%s of %v: the hidden counts add up to %d to %d", k, d, from, to)
			}
		}
	}
	t.Logf("withheld %d of 60000", withheld)
}

func TestRounded(t *testing.T) {
	for n, want := range map[int]Cell{1: {Few: true}, 4: {Few: true}, 5: {N: 5}, 9: {N: 5}, 10: {N: 10}, 1234: {N: 1230}} {
		if got := rounded(n); got != want {
			t.Errorf("%d shows as %v", n, got)
		}
	}
}

func TestCSV(t *testing.T) {
	d := show("2026-09-01", map[string]int{"lang:zh-Hans": 17, "hour:12": 17, "intent:a": 15, "intent:b": 2, "crisis:es": 1})
	var b bytes.Buffer
	if err := WriteDays(&b, []Day{d}); err != nil {
		t.Fatal(err)
	}
	want := "day,kind,value,count\n2026-09-01,lang,zh-Hans,15\n2026-09-01,hour,12,15\n2026-09-01,intent,a,15\n2026-09-01,intent,b,<5\n2026-09-01,crisis,es,<5\n"
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
	b.Reset()
	at := dayStart(20000)
	if err := WriteMisses(&b, []Miss{{Text: "=1+1", First: at, Last: at}, {Text: "@x"}, {Text: "-2"}, {Text: "＝1"}, {Text: "\tx"}, {Text: "+1"}, {Text: "\rx"}, {Text: "ok, \"yes\""}}); err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"'=1+1,", "'@x,", "'-2,", "'＝1,", "'\tx", "'+1,", "'\rx", "\"ok, \"\"yes\"\"\","} {
		if !bytes.Contains(b.Bytes(), []byte(cell)) {
			t.Errorf("no %q in\n%s", cell, b.String())
		}
	}
}

func TestEssence(t *testing.T) {
	same := [][]string{
		{"能不能帮我算利息", "请问能不能帮我算利息吗？", "能不能 帮我算利息啊！！", "能不能幫我算利息呢"},
		{"can you call me", "Can YOU call me please?", "hi, can call me"},
		{"me pueden llamar", "¿Me pueden llamar, por favor?", "hola me pueden llamar gracias"},
		{"", "？？", "😭", "请问", "hola"},
	}
	for _, group := range same {
		for _, s := range group[1:] {
			if essence(s) != essence(group[0]) {
				t.Errorf("%q is %q, %q is %q", s, essence(s), group[0], essence(group[0]))
			}
		}
	}
	if essence("能帮我算利息") == essence("能帮我算本金") {
		t.Error("two messages are one")
	}
}

func BenchmarkRecord(b *testing.B) {
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(b).Addr()})
	defer rdb.Close()
	for name, t := range map[string]Turn{
		"turn": {Lang: "zh-Hans", Intent: "threats", State: "channel", Situation: "threats", Channel: "nfra-12378"},
		"miss": {Lang: "zh-Hans", Intent: "none", State: "clarify", Missed: true, User: "0123456789abcdef0123456789abcdef", Text: "能不能帮我算一下利息，电话13800138000"},
	} {
		b.Run(name, func(b *testing.B) {
			r := New(rdb, []byte("secret"))
			defer r.Close(context.Background())
			t.At = time.Date(2026, 9, 1, 4, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				r.Record(t)
			}
		})
	}
}
