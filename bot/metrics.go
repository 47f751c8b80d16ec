package bot

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zhilu/dialog/session"
	"zhilu/knowledge"
)

// The classes of an answer to the platform.
const (
	classReply   = "reply"
	classSuccess = "success"
	classEcho    = "echo" // of a verification
	classRefused = "refused"
)

// The outcomes of a turn.
const (
	outcomeCommitted = "committed"
	outcomeDuplicate = "duplicate"
	outcomeLate      = "late_commit" // answered; what became of its commit is settled in the background
	outcomeStateless = "stateless"
	outcomeConflicts = "conflict_limit"
	outcomeShed      = "shed"
	outcomeFlood     = "flood"
)

func outcome(r session.Result) string {
	switch r.Outcome {
	case session.Duplicate:
		return outcomeDuplicate
	case session.Unclear:
		return outcomeLate
	default:
		return outcomeCommitted
	}
}

// Metrics measures a Bot and its store, by the names of reliability-design §8. No label comes
// from a user: all are of closed sets. It is safe for concurrent use; a nil *Metrics measures
// nothing. It is a session.Meter.
type Metrics struct {
	requests  map[string]prometheus.Counter
	duration  prometheus.Observer
	turns     map[string]prometheus.Counter
	conflicts prometheus.Counter
	calls     map[string]prometheus.Observer
	errors    *prometheus.CounterVec
	dropped   prometheus.Counter
	crisis    *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	erasures  *prometheus.CounterVec
	panics    prometheus.Counter
}

// NewMetrics makes the metrics and registers them. Names begin with zhilu_.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: map[string]prometheus.Counter{}, turns: map[string]prometheus.Counter{}, calls: map[string]prometheus.Observer{},
		conflicts: counter(r, "turn_conflicts_total", "Rounds of turns that began from a state that was not the right one."),
		errors:    counters(r, "redis_errors_total", "Calls of turns and erasures to Redis that failed, by kind.", "kind"),
		dropped:   counter(r, "late_commits_dropped_total", "Commits in the background that were given up, because another turn came first or time ran out."),
		crisis:    counters(r, "crisis_cards_total", "Crisis cards that were given, by language of the reply.", "language"),
		refusals:  counters(r, "signature_failures_total", "Calls that were refused at the door, by reason.", "reason"),
		erasures:  counters(r, "erasures_total", "Erasures of what is held of a user, by result.", "result"),
		panics:    counter(r, "panics_total", "Panics that were caught."),
	}
	requests := counters(r, "webhook_requests_total", "Calls to the webhook, by the class of the answer.", "class")
	for _, class := range []string{classReply, classSuccess, classEcho, classRefused} {
		m.requests[class] = requests.WithLabelValues(class)
	}
	duration := prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "webhook_request_duration_seconds",
		Help: "Time from a message at the door to its answer.", Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 1.5, 2, 3, 4.5, 5}})
	r.MustRegister(duration)
	m.duration = duration
	turns := counters(r, "turns_total", "Turns, by what became of them.", "outcome")
	for _, o := range []string{outcomeCommitted, outcomeDuplicate, outcomeLate, outcomeStateless, outcomeConflicts, outcomeShed, outcomeFlood} {
		m.turns[o] = turns.WithLabelValues(o)
	}
	calls := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "redis_call_duration_seconds",
		Help: "Time of one call to Redis.", Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .3, .6, 1.2}}, []string{"op"})
	r.MustRegister(calls)
	for _, op := range []string{"turn", "erase"} {
		m.calls[op] = calls.WithLabelValues(op)
	}
	for _, l := range []knowledge.Lang{knowledge.ZhHans, knowledge.ZhHant, knowledge.En, knowledge.Es} {
		m.crisis.WithLabelValues(string(l))
	}
	for _, result := range []string{"done", "failed"} {
		m.erasures.WithLabelValues(result)
	}
	return m
}

const namespace = "zhilu"

func counter(r prometheus.Registerer, name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help})
	r.MustRegister(c)
	return c
}

func counters(r prometheus.Registerer, name, help, label string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, []string{label})
	r.MustRegister(c)
	return c
}

func (m *Metrics) request(class string, took time.Duration) {
	if m == nil {
		return
	}
	m.requests[class].Inc()
	m.duration.Observe(took.Seconds())
}

func (m *Metrics) refused(reason string) {
	if m != nil {
		m.refusals.WithLabelValues(reason).Inc()
	}
}

func (m *Metrics) turn(outcome string, crisis bool, lang string) {
	if m == nil {
		return
	}
	m.turns[outcome].Inc()
	if crisis {
		m.crisis.WithLabelValues(lang).Inc()
	}
}

func (m *Metrics) panicked() {
	if m != nil {
		m.panics.Inc()
	}
}

// Call is part of session.Meter.
func (m *Metrics) Call(op string, took time.Duration, kind string) {
	m.calls[op].Observe(took.Seconds())
	if kind != "" {
		m.errors.WithLabelValues(kind).Inc()
	}
}

// Conflict is part of session.Meter.
func (m *Metrics) Conflict() { m.conflicts.Inc() }

// Late is part of session.Meter.
func (m *Metrics) Late(made bool) {
	if !made {
		m.dropped.Inc()
	}
}

// Erased is part of session.Meter.
func (m *Metrics) Erased(done bool) {
	result := "done"
	if !done {
		result = "failed"
	}
	m.erasures.WithLabelValues(result).Inc()
}
