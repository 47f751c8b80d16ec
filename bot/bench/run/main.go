// Command run is make bench: it measures zhilu serve beside two other servers, in alternation, on
// this machine, and writes what it found into the README as ratios.
//
//	echo    gin and the SDK's server, text sent back, no Redis
//	naive   the same with three calls of Redis a message, as such bots are usually written
//	zhilu   zhilu serve
//
// Every measurement has a new server process and a new, empty redis-server, on TCP with an
// append-only file, as a deployment has it. All logs go to files.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// options is what can be chosen.
type options struct {
	rounds      int
	duration    time.Duration // of one measurement
	warmup      time.Duration
	connections int
	users       int
	share       float64 // of the slowest one's throughput, which all three bear when their latency is measured
	sessions    [2]int  // users with a session, of which the cost of a message is compared
	readme      string  // where the table goes; "" is nowhere
}

func main() {
	o := options{}
	sessions := "100,100000"
	flag.IntVar(&o.rounds, "rounds", 5, "measurements of each server")
	flag.DurationVar(&o.duration, "duration", 6*time.Second, "of one measurement")
	flag.DurationVar(&o.warmup, "warmup", 2*time.Second, "before each")
	flag.IntVar(&o.connections, "connections", 64, "of the generator")
	flag.IntVar(&o.users, "users", 20_000, "who send in turn")
	flag.Float64Var(&o.share, "share", 0.5, "load at which latency is measured, as a share of what the slowest server can do")
	flag.StringVar(&sessions, "sessions", sessions, "two numbers of users with a session, of which the cost of a message is compared; empty for none")
	flag.StringVar(&o.readme, "readme", "README.md", "file with the marks <!-- bench --> that gets the table; empty for none")
	flag.Parse()
	err := parseSessions(&o, sessions)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = run(ctx, o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func parseSessions(o *options, text string) error {
	if text == "" {
		return nil
	}
	few, many, ok := strings.Cut(text, ",")
	var err1, err2 error
	o.sessions[0], err1 = strconv.Atoi(few)
	o.sessions[1], err2 = strconv.Atoi(many)
	if !ok || errors.Join(err1, err2) != nil || o.sessions[0] < 1 || o.sessions[1] < 1 {
		return errors.New("-sessions: must be two numbers with a comma between them")
	}
	return nil
}

// run measures everything and writes absolute figures to out.
func run(ctx context.Context, o options, out io.Writer) error {
	b, err := newBench(ctx, o, out)
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	f := &figures{options: o}
	for _, step := range []func(*figures) error{b.throughput, b.latency, b.flatness} {
		if err := step(f); err != nil {
			return err
		}
	}
	table := f.table()
	fmt.Fprint(out, "\n"+table)
	if o.readme == "" {
		return nil
	}
	return writeBetween(o.readme, "<!-- bench -->\n", "<!-- /bench -->", table)
}
