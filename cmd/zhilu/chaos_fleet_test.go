package main

import (
	"context"
	"net/http"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/knowledge"
)

// fleet is some instances on one Redis, behind a load balancer, and the platform before it.
type fleet struct {
	t        *testing.T
	redis    map[string]string // what the instances are told of their Redis
	balancer *balancer
	platform *simulator.Platform
	release  *knowledge.Release
	pids     []string // openids that must be in no log
}

// newFleet starts so many instances. When the test ends their logs are searched.
func newFleet(t *testing.T, redis map[string]string, instances int) *fleet {
	t.Helper()
	rel, err := knowledge.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{t: t, redis: redis, balancer: newBalancer(), release: rel}
	f.platform, err = simulator.New(simulator.Config{URL: "http://balancer.invalid/wechat", Token: chaosToken, AppID: chaosAppID,
		AESKey: chaosAESKey, Account: chaosAccount, Client: &http.Client{Transport: f.balancer}})
	if err != nil {
		t.Fatal(err)
	}
	for range instances {
		f.start()
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f.balancer.probe(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		f.balancer.base.CloseIdleConnections()
	})
	return f
}

// start adds an instance.
func (f *fleet) start() *process {
	f.t.Helper()
	p := launch(f.t, f.redis)
	f.t.Cleanup(func() { p.checkLog(f.pids) })
	f.balancer.add(p)
	return p
}

// descriptors gives what every instance has open, without the connections of the balancer.
func (f *fleet) descriptors() map[*process]int {
	f.balancer.base.CloseIdleConnections()
	time.Sleep(50 * time.Millisecond) // for the instances to notice
	open := map[*process]int{}
	for _, p := range f.balancer.instances() {
		open[p] = p.descriptors()
	}
	return open
}

// single is the environment of a single Redis.
func single(url string) map[string]string { return map[string]string{"ZHILU_REDIS_URL": url} }
