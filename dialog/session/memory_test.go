package session_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zhilu/dialog"
	"zhilu/dialog/session"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge"
)

// BenchmarkMemory fills a Redis with sessions of real conversations and reports what one takes:
// B/session for who has said nothing for half an hour, B/reply for each message of the last half
// hour, and B/user for Redis as a whole with one reply a user. The figures are in deploy/SCALING.md.
func BenchmarkMemory(b *testing.B) {
	for _, users := range []int{100_000, 1_000_000} {
		b.Run(strconv.Itoa(users), func(b *testing.B) {
			for b.Loop() {
				fillRedis(b, users)
			}
		})
	}
}

func fillRedis(b *testing.B, users int) {
	server := redistest.Start(b)
	c := server.PatientClient()
	defer c.Close()
	p, err := c.AsyncAutoPipeline()
	if err != nil {
		b.Fatal(err)
	}
	s := session.New(c, secret, session.WithPipeline(p))
	ctx := context.Background()
	states := conversation(b)
	empty := used(b, server)
	const workers = 64
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < users; i += workers {
				n := states[i%len(states)]
				msg := session.Message{ID: fmt.Sprintf("%032x", i), At: time.Now().Unix()}
				if _, err := s.Turn(ctx, s.User("wx0123456789abcdef", strconv.Itoa(i)), msg, func(dialog.State) (session.Next, error) { return n, nil }); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(used(b, server)-empty)/float64(users), "B/user")
	b.ReportMetric(average(b, server, ":s"), "B/session")
	b.ReportMetric(average(b, server, ":m:*"), "B/reply")
}

// conversation gives the states and replies of a few messages in three languages.
func conversation(b *testing.B) []session.Next {
	b.Helper()
	rel, err := knowledge.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	var all []session.Next
	for _, texts := range [][]string{{"催收", "1", "2", "3", "1"}, {"me amenazan", "1", "0", "2", "1"}, {"they call my boss", "3", "2", "1", "0"}} {
		var st dialog.State
		for _, text := range texts {
			t := dialog.Step(rel, st, dialog.Input{Text: text}, time.Now())
			st = t.State
			all = append(all, session.Next{State: st, Reply: "1795321779\n" + t.Reply.Plain()})
		}
	}
	return all
}

func used(b *testing.B, server *redistest.Server) int {
	b.Helper()
	c := server.PatientClient()
	defer c.Close()
	info := c.InfoMap(context.Background(), "memory").Val()
	n, err := strconv.Atoi(info["Memory"]["used_memory"])
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// average is what Redis says one key of a kind takes, of a thousand.
func average(b *testing.B, server *redistest.Server, suffix string) float64 {
	b.Helper()
	c := server.PatientClient()
	defer c.Close()
	ctx := context.Background()
	sum, n := 0.0, 0
	keys := c.Scan(ctx, 0, "wx:*"+suffix, 1000).Iterator()
	for n < 1000 && keys.Next(ctx) {
		if strings.HasSuffix(keys.Val(), ":s") != (suffix == ":s") {
			continue
		}
		sum += float64(c.MemoryUsage(ctx, keys.Val()).Val())
		n++
	}
	if n == 0 {
		b.Fatal("no keys of the kind")
	}
	return sum / float64(n)
}
