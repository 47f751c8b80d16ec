// Package doctor looks for what is wrong with an installation and says of each finding what to do
// about it, in three languages. It changes nothing but one key in Redis that is gone after a second,
// and it prints no secret. What the findings say stands in texts.yaml.
//
// It has no opinion on how the program is configured: cmd hands it plain values.
package doctor

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/bot"
	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// Group is a part of the installation that is examined as a whole.
type Group string

// The groups.
const (
	Config   Group = "config"   // what the settings say
	Machine  Group = "machine"  // limits and addresses of this machine
	Keys     Group = "keys"     // token and AES key of the account
	Redis    Group = "redis"    // the servers and how they are set up
	WeChat   Group = "wechat"   // the platform's API
	Address  Group = "address"  // the public address, as the platform sees it
	Releases Group = "releases" // what is live, and how old its facts are
	People   Group = "people"   // who can sign in, and the audit
)

// Groups lists the groups in the order of the report.
var Groups = []Group{Config, Machine, Keys, Redis, WeChat, Address, Releases, People}

// Setup is what is examined.
type Setup struct {
	Only []Group // empty: all

	Faults []string // of the configuration, each "NAME: what is wrong with it"
	Trial  bool     // nothing of WeChat is configured

	Listeners []Listener
	Archive   string // folder of releases, "" for none

	Account   bot.Account
	AppSecret string // "" leaves the API out
	APIURL    string
	HTTP      *http.Client // for the API

	Redis       redis.UniversalClient // nil: embedded, or Faults keep it from being made
	RedisMode   string                // embedded, single, sentinel, cluster
	RedisMaster string
	Sentinels   map[string]*redis.SentinelClient // by address
	Secret      []byte                           // of people.New

	Base    *versions.Base
	BuiltIn func() *knowledge.Draft // what Base was made of

	URL string // the webhook's public address, "" leaves it out
	Net Net
	Now func() time.Time
}

// Listener is an address that the server opens.
type Listener struct {
	Name string // of its setting
	Addr string // host:port
	Path string // what to ask to know the server by
	Open bool   // it may face others than this machine
}

// Net is how the public address is reached; the zero value is the machine's own way.
type Net struct {
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	Roots  *x509.CertPool
}

// Limits: the whole examination, and one question to another machine.
const (
	groupTime = 18 * time.Second
	stepTime  = 5 * time.Second
)

// Run examines everything that was asked for, the groups at the same time, within 20 seconds.
func (s Setup) Run(ctx context.Context) Report {
	ctx, cancel := context.WithTimeout(ctx, groupTime)
	defer cancel()
	reach := sync.OnceValue(func() error { return s.reach(ctx) })
	checks := map[Group]func(context.Context, *notes){
		Config: s.config, Machine: s.machine, Keys: s.keys, WeChat: s.wechat, Address: s.address,
		Redis:    func(ctx context.Context, n *notes) { s.redis(ctx, n, reach()) },
		Releases: func(ctx context.Context, n *notes) { s.releases(ctx, n, reach()) },
		People:   func(ctx context.Context, n *notes) { s.people(ctx, n, reach()) },
	}
	var running sync.WaitGroup
	all := make([]notes, len(Groups))
	for i, g := range Groups {
		if len(s.Only) > 0 && !slices.Contains(s.Only, g) {
			continue
		}
		all[i].group = g
		running.Go(func() {
			checks[g](ctx, &all[i])
			if ctx.Err() != nil {
				all[i].add("unfinished")
			}
		})
	}
	running.Wait()
	r := Report{At: s.Now()}
	for _, n := range all {
		r.Findings = append(r.Findings, n.list...)
	}
	return r
}

// step bounds one question.
func step(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, stepTime)
}
