package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge/console"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// openLive gives what this instance serves, and follows it until the server is closed.
func (a *app) openLive(rdb redis.UniversalClient, log *slog.Logger) error {
	a.store = versions.New(rdb, time.Now, builtIn)
	var archive *versions.Archive
	if a.config.Archive != "" {
		var err error
		if archive, err = versions.OpenArchive(a.config.Archive); err != nil {
			return fmt.Errorf("ZHILU_ARCHIVE: %w", err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	live, err := versions.NewLive(ctx, a.store, archive, log)
	if err != nil {
		stop()
		return fmt.Errorf("the built-in knowledge base: %w", err)
	}
	a.live = live
	var following sync.WaitGroup
	following.Go(func() { live.Run(ctx) })
	a.closers = append(a.closers, func() { stop(); following.Wait() })
	return nil
}

// openConsole puts the operators' console on its own address. In trial mode it also makes the
// link that signs in without a password, once.
func (a *app) openConsole(rdb redis.UniversalClient, log *slog.Logger, meter console.Meter) (*endpoint, error) {
	l, err := openListener("ZHILU_CONSOLE_LISTEN", a.config.ConsoleListen)
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, func() { l.Close() })
	url := a.config.ConsoleURL
	if strings.HasSuffix(url, ":0") { // a free port was asked for
		url = "http://" + l.Addr().String()
	}
	a.consoleURL = url + "/"
	staff := people.New(rdb, []byte(a.config.Secret), time.Now)
	pages, err := console.New(console.Config{People: staff, Store: a.store, Live: a.live, Bench: bench(), Counts: counts.NewReader(rdb),
		Now: time.Now, Log: log, Meter: meter, Insecure: a.config.Trial, URL: url, Proxies: a.config.Proxies})
	if err != nil {
		return nil, err
	}
	if a.config.Trial {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		if a.signIn, err = firstSignIn(ctx, staff, a.consoleURL); err != nil {
			return nil, err
		}
	}
	return &endpoint{l, newServer(pages, pageTime)}, nil
}

// trialLogin is who the one-time link of trial mode signs in.
const trialLogin = "admin"

// firstSignIn makes the first administrator of a trial, when there is none, and a link that
// signs them in once.
func firstSignIn(ctx context.Context, staff *people.Store, url string) (string, error) {
	_, err := staff.Person(ctx, trialLogin)
	if errors.Is(err, people.ErrNotFound) {
		_, err = staff.Invite(ctx, "trial", trialLogin, "Admin", people.Admin)
	}
	if err != nil {
		return "", fmt.Errorf("the console's first sign-in: %w", err)
	}
	token, err := staff.OneTime(ctx, "trial", trialLogin)
	if err != nil {
		return "", fmt.Errorf("the console's first sign-in: %w", err)
	}
	return url + "enter/" + token, nil
}
