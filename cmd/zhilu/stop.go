package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// How a server ends (reliability-design §4).
const (
	// stopBudget is how long turns under way may take: a turn has 1.2 s, and the platform hangs
	// up after 5.
	stopBudget = 8 * time.Second
	// stopLimit ends a stop that is stuck.
	stopLimit = 20 * time.Second
)

// serveUntilSignal serves until ctx ends or SIGINT or SIGTERM comes. Then it says at /readyz that
// it is leaving and goes on answering for the time that load balancers need to see it, and lets
// requests under way finish. A second signal ends the process at once.
func serveUntilSignal(ctx context.Context, a *app) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	failed := make(chan error, len(a.endpoints))
	for _, e := range a.endpoints {
		go func() { failed <- e.server.Serve(e.listener) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop() // from here on a signal has its default effect
	defer time.AfterFunc(a.config.Drain+stopLimit, func() { os.Exit(1) }).Stop()
	a.drain()
	if err == nil {
		time.Sleep(a.config.Drain)
	}
	end, cancel := context.WithTimeout(context.Background(), stopBudget)
	defer cancel()
	for _, e := range a.endpoints {
		err = errors.Join(err, e.server.Shutdown(end))
	}
	if err != nil {
		return faultError{err}
	}
	return nil
}
