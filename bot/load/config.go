package load

import (
	"errors"
	"fmt"
	"time"
)

// Config says what is sent where.
type Config struct {
	Account Account
	URLs    []string // the webhooks of servers that share their users
	ByUser  bool     // each user has one of the servers; otherwise messages go round
	Script  []Conversation

	Users       int           // how many take turns
	Concurrency int           // connections; also the most messages under way in an open loop, copies aside
	Rate        float64       // messages per second of an open loop; 0 is the closed loop
	Fixed       bool          // arrivals of an open loop evenly spaced; otherwise a Poisson process
	Duration    time.Duration // of the measurement
	Warmup      time.Duration // before it: sent and not counted
	Messages    int64         // stop after so many, warm-up included; 0 is no limit
	Timeout     time.Duration // how long an answer is waited for; the platform's is 5 s

	Copies    float64         // the share of messages that are delivered twice
	CopyAfter []time.Duration // how long after the first delivery, taken in turn

	Seed uint64 // names the users and decides what is decided by chance
	PIDs []int  // of servers on this machine whose CPU time is to be read
}

// check joins every fault.
func (c Config) check() error {
	var faults []error
	need := func(ok bool, text string) {
		if !ok {
			faults = append(faults, errors.New("load: "+text))
		}
	}
	need(len(c.URLs) > 0, "there is no address to send to")
	need(c.Users > 0, "there must be a user")
	need(c.Concurrency > 0, "there must be a connection")
	need(c.Rate >= 0 && c.Rate <= 1e6, "the rate must be from 0 to 1 000 000 a second")
	need(c.Warmup >= 0 && c.Duration >= 0, "durations cannot be negative")
	need(c.Duration > 0 || c.Messages > 0, "there must be a duration or a number of messages")
	need(c.Rate == 0 || c.Duration > 0, "the open loop needs a duration")
	need(c.Timeout > 0, "the timeout must be positive")
	need(c.Copies >= 0 && c.Copies <= 1, "the share of copies must be from 0 to 100 %")
	need(c.Copies == 0 || len(c.CopyAfter) > 0, "nothing says when copies are sent")
	need(len(c.Script) > 0, "the script is empty")
	for i, conversation := range c.Script {
		need(len(conversation) > 0, fmt.Sprintf("conversation %d of the script is empty", i+1))
	}
	return errors.Join(faults...)
}
