package main

import (
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session"
	"zhilu/knowledge/console"
)

// newRegistry holds what every Go program tells of itself. Names follow reliability-design §8.
func newRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhilu_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision(), "go": runtime.Version()}})
	build.Set(1)
	r.MustRegister(build)
	return r
}

// measure registers what this server tells beside its bot.
func (a *app) measure(r *prometheus.Registry, rdb redis.UniversalClient, store *session.Store) {
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	total := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
	}
	gauge("zhilu_draining", "1 while the server lets its callers go.", func() float64 { return yes(a.draining.Load()) })
	gauge("zhilu_late_commits_pending", "Commits that are still to be made in the background.", func() float64 { return float64(store.Pending()) })
	total("zhilu_redis_pool_wait_seconds", "Time that calls waited for a free connection to Redis.",
		func() float64 { return time.Duration(rdb.PoolStats().WaitDurationNs).Seconds() })
	total("zhilu_release_activation_failures_total", "Releases that were live and could not be used here.", func() float64 { return float64(a.live.Failures()) })
	gauge("zhilu_release_age_seconds", "Time since the release that is served went live; 0 for the built-in base.", func() float64 {
		if at := a.live.Serving().Pointer.At; !at.IsZero() {
			return time.Since(at).Seconds()
		}
		return 0
	})
	total("zhilu_connections_refused_total", "Connections over the limit that were closed at once.", func() float64 { return float64(a.refusedConns.Load()) })
	r.MustRegister(served{a}, banks{store})
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// served tells which release is active.
type served struct{ a *app }

var activeDesc = prometheus.NewDesc("zhilu_release_active_info", "Always 1; the label is the release that this instance serves.", []string{"id"}, nil)

func (s served) Describe(c chan<- *prometheus.Desc) { c <- activeDesc }

func (s served) Collect(c chan<- prometheus.Metric) {
	c <- prometheus.MustNewConstMetric(activeDesc, prometheus.GaugeValue, 1, s.a.live.Release().ID[:12])
}

// banks tells which breakers let nothing through.
type banks struct{ store *session.Store }

var bankDesc = prometheus.NewDesc("zhilu_redis_breaker_open", "1 while no call is made to this part of Redis, because none was answered.", []string{"bank"}, nil)

func (b banks) Describe(c chan<- *prometheus.Desc) { c <- bankDesc }

func (b banks) Collect(c chan<- prometheus.Metric) {
	for i, open := range b.store.OpenBanks() {
		c <- prometheus.MustNewConstMetric(bankDesc, prometheus.GaugeValue, yes(open), bankNames[i])
	}
}

// bankNames are the labels of breakers, at most one for each of 64 banks.
var bankNames = func() (names [64]string) {
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}()

// consoleMeter counts what happens at the console.
type consoleMeter struct {
	logins *prometheus.CounterVec
	audits prometheus.Counter
}

func newConsoleMeter(r *prometheus.Registry) consoleMeter {
	m := consoleMeter{
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "zhilu_console_logins_total", Help: "Attempts to sign in to the console, by result."}, []string{"result"}),
		audits: prometheus.NewCounter(prometheus.CounterOpts{Name: "zhilu_audit_write_failures_total", Help: "Records of the audit that could not be written."}),
	}
	r.MustRegister(m.logins, m.audits)
	for _, result := range []string{console.LoginDone, console.LoginRefused} {
		m.logins.WithLabelValues(result)
	}
	return m
}

// Login is part of console.Meter.
func (m consoleMeter) Login(result string) { m.logins.WithLabelValues(result).Inc() }

// AuditFailed is part of console.Meter.
func (m consoleMeter) AuditFailed() { m.audits.Inc() }
