package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"zhilu/bot/load"
	"zhilu/dialog/transcript"
)

func loadCommand(s streams) *cobra.Command {
	c := load.Config{}
	var copies, arrivals string
	var scripts []string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "load", Short: "Send a server the traffic of the platform and measure its answers", Args: cobra.NoArgs,
		Long: `Send a server what the WeChat platform sends: signed and encrypted messages of many users,
each walking through conversations, some messages delivered twice. Every reply is decrypted
and checked; the two answers to a message that came twice must be equal.

Without --rate a fixed number of connections send one message after another (closed loop).
With --rate messages arrive on a schedule that does not wait for the server, and latency
counts from the scheduled moment (open loop).

The account is that of the ZHILU_WECHAT_… variables, as the server has them. Exit code 1
when a message did not get the answer that it should have had.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if c.Account, err = loadAccount(os.LookupEnv); err != nil {
				return err
			}
			if c.Copies, err = parseShare(copies); err != nil {
				return fmt.Errorf("--copies: %w", err)
			}
			if c.Fixed = arrivals == "fixed"; !c.Fixed && arrivals != "poisson" {
				return errors.New("--arrivals: must be poisson or fixed")
			}
			if c.Script, err = readScripts(scripts); err != nil {
				return err
			}
			return runLoad(cmd.Context(), s, c, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&c.URLs, "url", []string{"http://127.0.0.1:8080/wechat"}, "webhook of the server; repeat it for several that share a Redis")
	f.BoolVar(&c.ByUser, "by-user", false, "each user stays with one of several servers (default: messages go round)")
	f.StringSliceVar(&scripts, "script", nil, "conversation in the form of a transcript, of which the > lines are sent; may be repeated (default: built in)")
	f.IntVar(&c.Users, "users", 10_000, "users, who send their messages in turn")
	f.IntVar(&c.Concurrency, "concurrency", 64, "connections")
	f.Float64Var(&c.Rate, "rate", 0, "messages per second of an open loop (default: closed loop)")
	f.StringVar(&arrivals, "arrivals", "poisson", "of an open loop: poisson or fixed")
	f.DurationVar(&c.Duration, "duration", 30*time.Second, "how long to measure")
	f.DurationVar(&c.Warmup, "warmup", 2*time.Second, "how long to send before that")
	f.Int64Var(&c.Messages, "messages", 0, "stop after so many (default: no limit)")
	f.DurationVar(&c.Timeout, "timeout", 5*time.Second, "how long to wait for an answer")
	f.StringVar(&copies, "copies", "0%", "share of messages that are delivered twice")
	f.DurationSliceVar(&c.CopyAfter, "copy-after", []time.Duration{0, 5 * time.Second}, "when the second delivery follows, taken in turn")
	f.Uint64Var(&c.Seed, "seed", 1, "names the users and decides what is decided by chance")
	f.IntSliceVar(&c.PIDs, "pid", nil, "server process on this machine whose CPU time and memory are read; may be repeated")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func runLoad(ctx context.Context, s streams, c load.Config, asJSON bool) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	result, err := load.Run(ctx, c)
	if err != nil {
		return err
	}
	if asJSON {
		if err := json.NewEncoder(s.out).Encode(result); err != nil {
			return faultError{err}
		}
	} else {
		result.Print(s.out)
	}
	switch {
	case result.Requests == 0:
		return faultError{errors.New("load: nothing was measured")}
	case result.Bad() > 0:
		return faultError{fmt.Errorf("load: %d of %d requests did not get the answer that they should have had", result.Bad(), result.Requests+result.Unsent)}
	}
	return nil
}

// anyAccount is the addressee for a server that learns its original id from the first message.
const anyAccount = "gh_10ad10ad10ad"

// loadAccount reads the account from the variables of the server.
func loadAccount(get func(string) (string, bool)) (load.Account, error) {
	e := &environment{get: get}
	c := e.config()
	e.checkWeChat(&c)
	if c.Account == "" {
		c.Account = anyAccount
	}
	return load.Account{AppID: c.AppID, OriginalID: c.Account, Token: string(c.Token), AESKey: string(c.AESKey), Mode: load.Mode(c.Mode)}, errors.Join(e.faults...)
}

// parseShare reads 5% or 0.05.
func parseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share >= 0 && share <= 1) {
		return 0, errors.New("must be a share such as 5%")
	}
	return share, nil
}

// readScripts takes what users send out of transcripts; without any it is the built-in script.
func readScripts(paths []string) ([]load.Conversation, error) {
	if len(paths) == 0 {
		return load.Script(), nil
	}
	var script []load.Conversation
	for _, path := range paths {
		conversation, err := readScript(path)
		if err != nil {
			return nil, fmt.Errorf("--script %s: %w", path, err)
		}
		script = append(script, conversation)
	}
	return script, nil
}

func readScript(path string) (load.Conversation, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	parsed, err := transcript.Parse(f)
	if err != nil {
		return nil, err
	}
	var c load.Conversation
	for _, turn := range parsed.Turns {
		m := load.Message{Type: load.Event}
		switch turn.Event.Kind {
		case transcript.Text, transcript.Tap:
			m = load.Message{Type: load.Text, Content: turn.Event.Text, Choice: turn.Event.Choice}
		case transcript.Follow:
			m.Event = "subscribe"
		case transcript.Unfollow:
			m.Event = "unsubscribe"
		case transcript.Scan:
			m.Event = "SCAN"
		case transcript.Again: // copies are a matter of --copies
			continue
		default:
			m.Type = load.Image
		}
		c = append(c, m)
	}
	if len(c) == 0 {
		return nil, errors.New("has no line that begins with >")
	}
	return c, nil
}
