package counts_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
	"zhilu/knowledge/counts"
)

var (
	secret = []byte("a secret of the tests, not of anyone")
	ctx    = context.Background()
	// noon of a day in Beijing
	noon = time.Date(2026, 9, 1, 4, 0, 0, 0, time.UTC)
)

// backends are the servers that the one suite runs against.
func backends(t *testing.T, suite func(*testing.T, redis.UniversalClient)) {
	t.Run("redis-server", func(t *testing.T) {
		client := redistest.Start(t).PatientClient()
		t.Cleanup(func() { client.Close() })
		suite(t, client)
	})
	t.Run("miniredis", func(t *testing.T) {
		client := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
		t.Cleanup(func() { client.Close() })
		suite(t, client)
	})
}

func open(t testing.TB, rdb redis.UniversalClient) *counts.Recorder {
	t.Helper()
	r := counts.New(rdb, secret)
	t.Cleanup(func() { r.Close(ctx) })
	return r
}

func flush(t testing.TB, r *counts.Recorder) {
	t.Helper()
	if err := r.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func turn(n int, lang, intent string) counts.Turn {
	return counts.Turn{At: noon.Add(time.Duration(n) * time.Second), Lang: lang, Intent: intent, State: "advice", Situation: intent}
}

func miss(user, text string) counts.Turn {
	return counts.Turn{At: noon, Lang: "zh-Hans", Intent: "none", State: "clarify", Missed: true, User: user, Text: text}
}

func misses(t testing.TB, rdb redis.UniversalClient) []counts.Miss {
	t.Helper()
	all, err := counts.NewReader(rdb).Misses(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func day(t testing.TB, rdb redis.UniversalClient, at time.Time) counts.Day {
	t.Helper()
	days, err := counts.NewReader(rdb).Days(ctx, at, at)
	if err != nil || len(days) != 1 {
		t.Fatal(days, err)
	}
	return days[0]
}

func TestDays(t *testing.T) {
	backends(t, func(t *testing.T, rdb redis.UniversalClient) {
		r := open(t, rdb)
		for i := range 27 {
			r.Record(turn(i, "zh-Hans", "threats"))
		}
		for i := range 13 {
			r.Record(turn(i, "es", "home"))
		}
		flush(t, r)
		for range 6 {
			r.Record(counts.Turn{At: noon, Lang: "en", Stateless: true, Crisis: true, Intent: "not counted"})
		}
		r.Record(counts.Turn{At: noon.Add(12 * time.Hour), Lang: "en", Intent: "threats"}) // the next day in Beijing
		flush(t, r)
		flush(t, r) // nothing new: nothing twice
		got := day(t, rdb, noon)
		for kind, want := range map[counts.Kind]string{
			counts.Language: "map[es:{10 false} zh-Hans:{25 false}]", counts.Intent: "map[home:{10 false} threats:{25 false}]", counts.Hour: "map[12:{40 false}]",
			counts.State: "map[advice:{40 false}]", counts.Crisis: "map[en:{5 false}]", counts.Stateless: "map[en:{5 false}]", counts.Channel: "map[]",
		} {
			if s := fmt.Sprint(got.Counts[kind]); s != want {
				t.Errorf("%s: %s, want %s", kind, s, want)
			}
		}
		if sum := got.Sum(counts.Language); sum != (counts.Cell{N: 35}) {
			t.Errorf("sum %v", sum)
		}
		days, err := counts.NewReader(rdb).Days(ctx, noon.AddDate(0, 0, -2), noon.AddDate(0, 0, 2))
		if err != nil || len(days) != 5 || days[2].Date != "2026-09-01" || len(days[1].Counts) != 0 {
			t.Fatalf("%v, %v", days, err)
		}
		if len(days[3].Withheld) > 0 || !days[3].Counts[counts.Language]["en"].Few {
			t.Errorf("one turn shows as %v", days[3])
		}
	})
}

// TestNoTextInCounts: a value that is no code is counted as "other".
func TestNoTextInCounts(t *testing.T) {
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	defer rdb.Close()
	r := open(t, rdb)
	r.Record(counts.Turn{At: noon, Lang: "我叫张伟", Intent: "13800138000 x", State: "a:b", Situation: strings.Repeat("a", 65), Channel: "é"})
	flush(t, r)
	for field := range rdb.HGetAll(ctx, "kb:{kb}:n:2026-09-01").Val() {
		if !strings.HasSuffix(field, ":other") && !strings.HasPrefix(field, "hour:") {
			t.Errorf("field %q", field)
		}
	}
}

// TestCrowd: two users are no crowd; the same user three times is one; three are.
func TestCrowd(t *testing.T) {
	backends(t, func(t *testing.T, rdb redis.UniversalClient) {
		r := open(t, rdb)
		const words = "能不能帮我算一下利息"
		for range 3 {
			r.Record(miss("ana", words))
			flush(t, r)
		}
		for i := range 5 { // and on other days
			later := miss("ana", words)
			later.At = noon.AddDate(0, 0, i)
			r.Record(later)
		}
		r.Record(miss("ben", "请问"+words+"吗？谢谢"))
		flush(t, r)
		if got := misses(t, rdb); len(got) != 0 {
			t.Fatalf("two users: %v", got)
		}
		group := rdb.Keys(ctx, "kb:{kb}:miss:g:*").Val()
		if len(group) != 1 || fmt.Sprint(rdb.HGetAll(ctx, group[0]).Val()) != "map[lang:zh-Hans]" {
			t.Fatalf("of a group of two is kept: %v %v", group, rdb.HGetAll(ctx, group[0]).Val())
		}
		r.Record(miss("cyd", words+"！我的电话13800138000"))
		r.Record(miss("cyd", " 能不能 帮我算一下 利息 "))
		flush(t, r)
		got := misses(t, rdb)
		if len(got) != 1 || got[0].Users != 3 || got[0].Messages != 3 || got[0].Text != "能不能 帮我算一下 利息" || got[0].Lang != "zh-Hans" {
			t.Fatalf("three users: %+v", got)
		}
		r.Record(miss("dee", words))
		flush(t, r)
		if got := misses(t, rdb); got[0].Users != 4 || got[0].Messages != 4 {
			t.Errorf("four users: %+v", got)
		}
	})
}

func TestResolve(t *testing.T) {
	backends(t, func(t *testing.T, rdb redis.UniversalClient) {
		r, reader := open(t, rdb), counts.NewReader(rdb)
		for i := range 4 {
			r.Record(miss(fmt.Sprint("u", i), "one"))
			r.Record(miss(fmt.Sprint("u", i%3), "two"))
			r.Record(miss(fmt.Sprint("u", i%2), "three"))
		}
		flush(t, r)
		got := misses(t, rdb)
		if len(got) != 2 || got[0].Text != "one" || got[1].Text != "two" {
			t.Fatalf("%+v", got)
		}
		if err := reader.Resolve(ctx, got[0].Key, counts.Ignored, "lan"); err != nil {
			t.Fatal(err)
		}
		if got := misses(t, rdb)[0]; !got.Dismissed() || got.By != "lan" {
			t.Errorf("%+v", got)
		}
		if err := reader.Resolve(ctx, got[0].Key, "somehow", "lan"); err == nil {
			t.Error("resolved in an unknown way")
		}
		hidden := strings.TrimPrefix(fewest(t, rdb), "kb:{kb}:miss:g:")
		for _, key := range []string{strings.Repeat("0", 32), "", "*", "x:y", hidden} {
			if err := reader.Resolve(ctx, key, counts.Entry, "lan"); !errors.Is(err, counts.ErrNotFound) {
				t.Errorf("%q: %v", key, err)
			}
		}
		everythingExpires(t, rdb)
	})
}

// fewest is the key of a group that nobody can see.
func fewest(t *testing.T, rdb redis.UniversalClient) string {
	t.Helper()
	for _, k := range rdb.Keys(ctx, "kb:{kb}:miss:g:*").Val() {
		if rdb.HLen(ctx, k).Val() == 1 {
			return k
		}
	}
	t.Fatal("no hidden group")
	return ""
}

func everythingExpires(t *testing.T, rdb redis.UniversalClient) {
	t.Helper()
	all := rdb.Keys(ctx, "*").Val()
	if len(all) < 3 {
		t.Errorf("keys: %q", all)
	}
	for _, k := range all {
		if ttl := rdb.TTL(ctx, k).Val(); ttl <= 0 || ttl > counts.DayTTL || strings.Contains(k, ":miss:") && ttl > counts.MissTTL {
			t.Errorf("%s lives %v", k, ttl)
		}
		if !strings.HasPrefix(k, "kb:{kb}:") {
			t.Errorf("%s is on another slot", k)
		}
	}
}

// TestCanaries looks for what users sent, and for who they are, in every key, in a dump of every
// value, in the slow log and in the append-only file.
func TestCanaries(t *testing.T) {
	server := redistest.Start(t)
	rdb := server.PatientClient()
	defer rdb.Close()
	rdb.ConfigSet(ctx, "slowlog-log-slower-than", "0")
	rdb.ConfigSet(ctx, "hash-max-listpack-entries", "0")
	r := open(t, rdb)
	canaries := []string{"oCanaryOpenId", "金丝雀", "canary", "13912345678", "110101199003070038"}
	for i := range 2 {
		r.Record(miss(fmt.Sprint("oCanaryOpenId", i), "金丝雀会唱歌"))
		r.Record(miss(fmt.Sprint("oCanaryOpenId", i), fmt.Sprintf("the canary sings %d", i)))
		r.Record(miss(fmt.Sprint("oCanaryOpenId", i), "身份证110101199003070038"))
		flush(t, r)
	}
	for i := range 5 {
		r.Record(miss(fmt.Sprint("oCanaryOpenId", i), fmt.Sprint("谁能打1391234567", 8, "这个号？")))
	}
	flush(t, r)
	if got := misses(t, rdb); len(got) != 1 || got[0].Text != "谁能打‹phone›这个号？" {
		t.Errorf("%+v", got)
	}
	everythingExpires(t, rdb)
	var held strings.Builder
	for _, k := range rdb.Keys(ctx, "*").Val() {
		fmt.Fprintln(&held, k, rdb.Dump(ctx, k).Val())
		if rdb.Type(ctx, k).Val() == "hash" {
			fmt.Fprintln(&held, rdb.HGetAll(ctx, k).Val())
		}
	}
	fmt.Fprintln(&held, rdb.SlowLogGet(ctx, 1000).Val())
	rdb.ConfigSet(ctx, "appendfsync", "always")
	r.Record(miss("last", "last"))
	flush(t, r)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(server.Socket), "appendonlydir", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no append-only file")
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		held.Write(b)
	}
	if !strings.Contains(held.String(), "谁能打‹phone›这个号") || !strings.Contains(held.String(), "HINCRBY") {
		t.Error("this test would see nothing")
	}
	for _, c := range canaries {
		if strings.Contains(held.String(), c) {
			t.Errorf("Redis holds %q", c)
		}
	}
}

// TestTwoWriters: two recorders at once lose nothing and count nothing twice.
func TestTwoWriters(t *testing.T) {
	backends(t, func(t *testing.T, rdb redis.UniversalClient) {
		writers := []*counts.Recorder{open(t, rdb), open(t, rdb)}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 100 {
					writers[w%2].Record(turn(0, "zh-Hans", "threats"))
					if i%10 == 0 {
						writers[w%2].Record(miss(fmt.Sprint("u", w), "同一句话"))
					}
					if i%25 == 0 {
						writers[w%2].Flush(ctx)
					}
				}
			})
		}
		wg.Wait()
		for _, w := range writers {
			flush(t, w)
		}
		if n, _ := rdb.HGet(ctx, "kb:{kb}:n:2026-09-01", "intent:threats").Int(); n != 800 {
			t.Errorf("%d of 800", n)
		}
		if n, _ := rdb.HGet(ctx, "kb:{kb}:n:2026-09-01", "lang:zh-Hans").Int(); n != 880 {
			t.Errorf("%d of 880", n)
		}
		if got := misses(t, rdb); len(got) != 1 || got[0].Users != 8 {
			t.Errorf("%+v", got)
		}
	})
}

// TestRedisGone: while Redis is away recording takes no time and bounded room; afterwards all
// that fitted is there, once.
func TestRedisGone(t *testing.T) {
	server := redistest.Start(t)
	rdb := server.Client()
	defer rdb.Close()
	r := open(t, rdb)
	r.Record(turn(0, "es", "threats"))
	flush(t, r)
	server.Kill()
	for i := range 3 {
		r.Record(turn(0, "es", "threats"))
		if err := r.Flush(ctx); err == nil {
			t.Fatalf("flush %d without a server went well", i)
		}
	}
	start := time.Now()
	for i := range 100_000 {
		t := turn(0, "es", "threats")
		t.Channel = fmt.Sprint("channel-", i)
		r.Record(t)
	}
	for i := range 3_000 {
		r.Record(miss("u", fmt.Sprint("words ", strings.Repeat("x", i%50), i/50%50, "y", i)))
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("recording took %v", d)
	}
	if r.Lost() < 90_000 {
		t.Errorf("only %d were given up: memory is not bounded", r.Lost())
	}
	server.Up()
	for range 100 { // the client may still hold a broken connection
		if r.Flush(ctx) == nil {
			break
		}
	}
	flush(t, r)
	if n, _ := rdb.HGet(ctx, "kb:{kb}:n:2026-09-01", "intent:threats").Int(); n != 100_004 {
		t.Errorf("%d of 100004", n)
	}
}

// TestReplyLost: a batch that was stored while its answer got lost is not counted again.
func TestReplyLost(t *testing.T) {
	server := redistest.Start(t)
	rdb, direct := server.Client(), server.PatientClient()
	defer rdb.Close()
	defer direct.Close()
	r := open(t, rdb)
	r.Record(turn(0, "es", "threats"))
	flush(t, r)
	r.Record(turn(0, "es", "threats"))
	server.Pause() // the command waits in the socket and runs later
	if err := r.Flush(ctx); err == nil {
		t.Fatal("flush of a paused server went well")
	}
	server.Resume()
	flush(t, r)
	flush(t, r)
	if n, _ := direct.HGet(ctx, "kb:{kb}:n:2026-09-01", "intent:threats").Int(); n != 2 {
		t.Errorf("%d of 2", n)
	}
}

// TestClose stores the rest and leaves no goroutine.
func TestClose(t *testing.T) {
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	defer rdb.Close()
	rdb.Ping(ctx)
	before := runtime.NumGoroutine()
	for range 20 {
		r := counts.New(rdb, secret)
		r.Record(turn(0, "es", "threats"))
		if err := r.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n, _ := rdb.HGet(ctx, "kb:{kb}:n:2026-09-01", "lang:es").Int(); n != 20 {
		t.Errorf("%d of 20", n)
	}
	if after := runtime.NumGoroutine(); after > before+2 {
		t.Errorf("%d goroutines, before %d", after, before)
	}
}

func TestLongMessage(t *testing.T) {
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	defer rdb.Close()
	r := open(t, rdb)
	long := strings.Repeat("很长的话", 49) + "啊" + "我的电话是13800138000再见"
	for i := range 3 {
		r.Record(miss(fmt.Sprint(i), long))
		r.Record(miss(fmt.Sprint(i), strings.Repeat("太长", 2000)))
		r.Record(miss(fmt.Sprint(i), "？？？！😭"))
	}
	flush(t, r)
	got := misses(t, rdb)
	if len(got) != 1 || len([]rune(got[0].Text)) > 200 || !strings.HasSuffix(got[0].Text, "…") || strings.Contains(got[0].Text, "‹") != strings.Contains(got[0].Text, "›") {
		t.Errorf("%+v", got)
	}
}
