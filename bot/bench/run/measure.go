package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"

	"zhilu/bot/load"
)

// The servers, in the order of every round.
const (
	echo  = "echo"
	naive = "naive"
	zhilu = "zhilu"
)

var servers = []string{echo, naive, zhilu}

// bench holds what all measurements share.
type bench struct {
	options
	ctx context.Context
	dir string // of programs, logs and the files of Redis; the caller removes it
	out io.Writer
}

func newBench(ctx context.Context, o options, out io.Writer) (*bench, error) {
	dir, err := os.MkdirTemp("", "zhilu-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, ctx: ctx, dir: dir, out: out}
	if err := b.build(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return b, nil
}

// config is a closed loop of new messages.
func (b *bench) config(url string, users int) load.Config {
	return load.Config{Account: account, URLs: []string{url}, Script: load.Script(), Users: users, Concurrency: b.connections,
		Duration: b.duration, Warmup: b.warmup, Timeout: answerTime, Seed: 1}
}

// measure starts a server and sends it what change makes of the common configuration. prepared
// says of how many users one message is sent before.
func (b *bench) measure(name string, prepared int, change func(*load.Config)) (load.Result, error) {
	s, err := b.start(name)
	if err != nil {
		return load.Result{}, err
	}
	defer s.stop()
	c := b.config(s.url, b.users)
	if prepared > 0 {
		c.Users = prepared
		first := c
		first.Messages, first.Duration, first.Warmup = int64(prepared), 0, 0
		if r, err := load.Run(b.ctx, first); err != nil || r.Bad() > 0 {
			return r, fmt.Errorf("%s: preparing %d users: %d of %d messages were not answered as they must be (%v), %v", name, prepared, r.Bad(), r.Requests, r.Reasons, err)
		}
	}
	change(&c)
	c.PIDs = s.pids
	r, err := load.Run(b.ctx, c)
	if err != nil {
		return r, err
	}
	fmt.Fprintf(b.out, "\n%s\n", name)
	r.Print(b.out)
	if b.ctx.Err() != nil {
		return r, b.ctx.Err()
	}
	if r.Reply != r.Requests || r.Requests == 0 { // figures of anything but answers are worth nothing
		return r, fmt.Errorf("%s: %d of %d messages got a reply", name, r.Reply, r.Requests)
	}
	return r, nil
}

// throughput is what each server can do at most, and what a message costs meanwhile.
func (b *bench) throughput(f *figures) error {
	f.closed = map[string][]load.Result{}
	for range b.rounds {
		for _, name := range servers {
			r, err := b.measure(name, 0, func(*load.Config) {})
			if err != nil {
				return err
			}
			f.closed[name] = append(f.closed[name], r)
		}
	}
	return nil
}

// latency has all servers bear the same load, which is a share of what the slowest of them can
// do: near its limit the latency of any server is that of its queue.
func (b *bench) latency(f *figures) error {
	f.open = map[string][]load.Result{}
	slowest := math.Inf(1)
	for _, name := range servers {
		slowest = min(slowest, median(f.closed[name], perSecond))
	}
	f.rate = b.share * slowest
	for range min(b.rounds, 3) {
		for _, name := range servers {
			r, err := b.measure(name, 0, func(c *load.Config) { c.Rate = f.rate })
			if err != nil {
				return err
			}
			f.open[name] = append(f.open[name], r)
		}
	}
	return nil
}

// flatness compares what a message costs with few and with many users who have a session.
func (b *bench) flatness(f *figures) error {
	if b.sessions[0] == 0 {
		return nil
	}
	for range min(b.rounds, 3) {
		for i, users := range b.sessions {
			r, err := b.measure(zhilu, users, func(*load.Config) {})
			if err != nil {
				return err
			}
			f.flat[i] = append(f.flat[i], r)
		}
	}
	return nil
}
