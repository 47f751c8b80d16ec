package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// readyCommand is for what starts and watches a server and has no tool of its own for it: a
// container without a shell, a systemd unit.
func readyCommand(s streams) *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use: "ready", Short: "Ask the server of this configuration whether it is ready; exit code 1 when it is not", Args: cobra.NoArgs,
		Long: `Ask the server that runs with the same ZHILU_OPS_LISTEN on this machine whether it is
ready, and print what it says. Exit code 1 when it is not, or is draining, or does not answer.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env := environment{get: os.LookupEnv}
			url, err := readyURL(env.text("ZHILU_OPS_LISTEN", defaultOps))
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), max(wait, readyTime))
			defer cancel()
			for {
				says, err := askReady(ctx, url)
				if err == nil {
					_, err = io.WriteString(s.out, says)
					return err
				}
				if wait == 0 || sleep(ctx, readyPause) != nil {
					return faultError{err}
				}
			}
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to ask again while the server is not ready")
	return cmd
}

// How long one question may take, and the pause before the next one.
const (
	readyTime  = 2 * time.Second
	readyPause = 100 * time.Millisecond
)

// readyURL is where a server that listens on addr is asked on its own machine.
func readyURL(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", errors.New("ZHILU_OPS_LISTEN: must be host:port, such as 127.0.0.1:9090")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + "/readyz", nil
}

func askReady(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("no answer: %w", errors.Unwrap(err))
	}
	defer resp.Body.Close()
	says, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("not ready: %s", oneLine(string(says)))
	}
	return string(says), err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
