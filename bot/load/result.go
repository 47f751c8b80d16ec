package load

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Result is what was measured. Times are milliseconds unless named otherwise.
type Result struct {
	Loop        string  `json:"loop"` // closed or open
	Mode        Mode    `json:"mode"`
	Users       int     `json:"users"`
	Connections int     `json:"connections"`
	Asked       float64 `json:"asked_per_second,omitempty"` // the rate of an open loop
	Seconds     float64 `json:"seconds"`                    // how long was measured

	Requests  int64   `json:"requests"`   // that were due in that time, copies included
	PerSecond float64 `json:"per_second"` // of those: answered in that time
	Latency   Latency `json:"latency_ms"` // from the moment a request was due
	Late      Latency `json:"late_ms"`    // open loop: from when it was due to when it was sent
	Unsent    int64   `json:"unsent"`     // open loop: never sent, within Latency for as long as they waited

	Reply   int64            `json:"reply"`
	Success int64            `json:"success"`
	Empty   int64            `json:"empty"`
	Refused int64            `json:"refused"` // status 4xx
	Wrong   int64            `json:"wrong"`   // status 200 and nothing the platform could use
	Failed  int64            `json:"failed"`  // no answer, or another status
	Reasons map[string]int64 `json:"reasons"` // of refused, wrong and failed

	Copies  int64 `json:"copies"`         // among the requests
	Equal   int64 `json:"equal_copies"`   // pairs with the same answer
	Unequal int64 `json:"unequal_copies"` // pairs with different ones

	Servers   []Process `json:"servers,omitempty"`
	Generator *Process  `json:"generator,omitempty"`
}

// Latency is a distribution in milliseconds.
type Latency struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

// Process is what one process of this machine has used.
type Process struct {
	PID     int     `json:"pid"`
	CPU     float64 `json:"cpu_seconds_per_10000"` // requests of the whole run
	PeakKiB int64   `json:"peak_rss_kib"`          // since it was started
}

// Bad is how many requests did not get the answer that they should have had.
func (r Result) Bad() int64 { return r.Refused + r.Wrong + r.Failed + r.Unequal + r.Unsent }

// result puts together what was counted; finished is when the measurement was over.
func (r *run) result(t *tally, finished time.Duration, m *meter) Result {
	res := Result{Loop: "closed", Mode: r.Account.Mode, Users: r.Users, Connections: r.Concurrency, Asked: r.Rate,
		Seconds: max(finished-r.Warmup, 0).Seconds(), Latency: latency(t.latency), Unsent: t.unsent, Reasons: t.reasons,
		Reply: t.count[replied], Success: t.count[success], Empty: t.count[empty], Refused: t.count[refused],
		Wrong: t.count[wrong], Failed: t.count[failed], Copies: t.copies, Equal: t.equal, Unequal: t.unequal}
	for _, n := range t.count {
		res.Requests += n
	}
	if res.Seconds > 0 {
		res.PerSecond = float64(t.inTime) / res.Seconds
	}
	if r.Rate > 0 {
		res.Loop, res.Late = "open", latency(t.late)
	}
	for i, spent := range m.spent {
		p := Process{PID: m.pids[i], PeakKiB: PeakMemory(m.pids[i])}
		if m.answers > 0 {
			p.CPU = spent.Seconds() / float64(m.answers) * 10_000
		}
		if i == len(m.spent)-1 {
			res.Generator = &p
		} else {
			res.Servers = append(res.Servers, p)
		}
	}
	return res
}

func latency(h *hdrhistogram.Histogram) Latency {
	at := func(percentile float64) float64 { return float64(h.ValueAtPercentile(percentile)) / 1000 }
	return Latency{at(50), at(90), at(99), at(99.9), at(100)}
}

func (l Latency) String() string {
	return fmt.Sprintf("p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms", l.P50, l.P90, l.P99, l.P999, l.Max)
}

// Print writes the result for people.
func (r Result) Print(w io.Writer) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	if r.Loop == "open" {
		line("open loop", "%.4g a second asked for, at most %d at once, %d users, %s mode, %.1f s", r.Asked, r.Connections, r.Users, r.Mode, r.Seconds)
	} else {
		line("closed loop", "%d connections, %d users, %s mode, %.1f s", r.Connections, r.Users, r.Mode, r.Seconds)
	}
	line("requests", "%d, %.0f a second", r.Requests, r.PerSecond)
	line("latency", "%v", r.Latency)
	if r.Loop == "open" {
		line("sent late by", "%v (counted in latency)", r.Late)
		line("never sent", "%d", r.Unsent)
	}
	line("answers", "reply %d, success %d, empty %d, refused %d, wrong %d, failed %d", r.Reply, r.Success, r.Empty, r.Refused, r.Wrong, r.Failed)
	most := slices.SortedFunc(maps.Keys(r.Reasons), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Reasons[b], r.Reasons[a]), cmp.Compare(a, b))
	})
	for _, reason := range most {
		line("", "%d × %s", r.Reasons[reason], reason)
	}
	if r.Copies > 0 {
		line("copies", "%d sent; %d pairs with the same answer, %d with different ones", r.Copies, r.Equal, r.Unequal)
	}
	for _, p := range r.Servers {
		line("server", "process %d: %.3f s of CPU per 10 000 requests, at most %d MiB", p.PID, p.CPU, p.PeakKiB>>10)
	}
	if p := r.Generator; p != nil {
		line("generator", "%.3f s of CPU per 10 000 requests", p.CPU)
	}
}
