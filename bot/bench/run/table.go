package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"zhilu/bot/load"
)

// figures is all that was measured.
type figures struct {
	options
	closed, open map[string][]load.Result // by server, one a round
	rate         float64                  // of the open loops
	flat         [2][]load.Result         // of the two numbers of sessions
}

// What is read of a result.
func perSecond(r load.Result) float64 { return r.PerSecond }
func serverCPU(r load.Result) float64 { return r.Servers[0].CPU }
func redisCPU(r load.Result) float64  { return r.Servers[1].CPU }
func p99(r load.Result) float64       { return r.Latency.P99 }

func median(list []load.Result, of func(load.Result) float64) float64 {
	var values []float64
	for _, r := range list {
		values = append(values, of(r))
	}
	return middle(values)
}

func middle(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// ratio is the median of the rounds' ratios: the two of a round were measured within seconds,
// on the machine as it was then.
func ratio(a, b []load.Result, of func(load.Result) float64) string {
	var values []float64
	for i := range min(len(a), len(b)) {
		if base := of(b[i]); base > 0 {
			values = append(values, of(a[i])/base)
		}
	}
	if len(values) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", middle(values))
}

// table is what the README shows.
func (f *figures) table() string {
	var b strings.Builder
	b.WriteString("| | echo | naive | Zhilu |\n| --- | --: | --: | --: |\n")
	row := func(name string, values ...string) {
		b.WriteString("| " + name + " | " + strings.Join(values, " | ") + " |\n")
	}
	against := func(results map[string][]load.Result, base string, of func(load.Result) float64) []string {
		var values []string
		for _, name := range servers {
			values = append(values, ratio(results[name], results[base], of))
		}
		return values
	}
	row("messages per second, ÷ echo", against(f.closed, echo, perSecond)...)
	row("messages per second, ÷ naive", against(f.closed, naive, perSecond)...)
	row("CPU of the server a message, ÷ naive", against(f.closed, naive, serverCPU)...)
	row("CPU of Redis a message, ÷ naive", "–", ratio(f.closed[naive], f.closed[naive], redisCPU), ratio(f.closed[zhilu], f.closed[naive], redisCPU))
	row(fmt.Sprintf("p99 with all at %.0f %% of what the slowest can do, ÷ naive", 100*f.share), against(f.open, naive, p99)...)
	if len(f.flat[0]) > 0 {
		row(fmt.Sprintf("CPU of the server a message, %d users with a session ÷ %d", f.sessions[1], f.sessions[0]), "–", "–", ratio(f.flat[1], f.flat[0], serverCPU))
	}
	fmt.Fprintf(&b, "\n%d rounds of %v, %d connections, %d users, safe mode; %d cores, generator and Redis on the same machine; %s, redis-server %s.\n",
		f.rounds, f.duration, f.connections, f.users, runtime.NumCPU(), runtime.Version(), redisVersion())
	return b.String()
}

// redisVersion is the v= of redis-server --version.
func redisVersion() string {
	out, _ := exec.Command("redis-server", "--version").Output()
	for word := range strings.FieldsSeq(string(out)) {
		if v, ok := strings.CutPrefix(word, "v="); ok {
			return v
		}
	}
	return "unknown"
}

// writeBetween replaces what stands between two marks of a file.
func writeBetween(path, begin, end, text string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	i, j := bytes.Index(data, []byte(begin)), bytes.Index(data, []byte(end))
	if i < 0 || j < i {
		return fmt.Errorf("%s has no %q", path, begin)
	}
	return os.WriteFile(path, slices.Concat(data[:i+len(begin)], []byte(text), data[j:]), 0o644)
}
