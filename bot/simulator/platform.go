package simulator

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Mode is how the account exchanges messages with the webhook.
type Mode string

// The three modes of the platform's server configuration.
const (
	Plain      Mode = "plain"      // nothing is encrypted
	Compatible Mode = "compatible" // requests carry both forms, replies may be either
	Safe       Mode = "safe"       // only ciphertext, both ways
)

// FaultNotice is what the user reads when the webhook gives no usable answer.
const FaultNotice = "该公众号提供的服务出现故障，请稍后再试"

// Config says which account is simulated and how. Only Token is required, and
// URL for sending; the zero value of everything else means the default.
type Config struct {
	URL    string // the webhook; a query it has already is kept
	Token  string
	AppID  string // required unless Mode is Plain
	AESKey string // EncodingAESKey, 43 characters; required unless Mode is Plain
	Mode   Mode   // default Safe with an AESKey, else Plain

	Account string // original id, default gh_7d3a91c05be2
	Name    string // what the chat page shows at the top, default 指路 Zhilu

	Secret   string         // AppSecret the API demands; empty: any that is not empty
	Kind     Kind           // what the account may do, default VerifiedService
	AllowIPs []string       // addresses that may fetch tokens; empty: all
	Quotas   map[string]int // calls a day by path, in place of the platform's figures

	Client  *http.Client     // default: no proxy, no redirects
	Now     func() time.Time // clock for timestamps, windows and expiry
	Timeout time.Duration    // of one try, default 5 s
	Tries   int              // default 3
	Rand    io.Reader        // nonces, keys, tokens; default crypto/rand
	Users   int              // how many users are remembered, default 10 000
}

// Platform is one simulated account. Make it with New.
type Platform struct {
	cfg    Config
	client *http.Client

	randMu sync.Mutex // Rand need not be safe for concurrent use

	mu     sync.Mutex // guards everything below
	lastID int64
	users  *lru[*user]
	tokens tokens
	menu   menus
	fails  map[string][]int
	used   map[string]int
	day    string
}

// New makes a Platform, or reports every fault of cfg at once.
func New(cfg Config) (*Platform, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	p := &Platform{
		cfg:    cfg,
		client: noRedirects(cfg.Client),
		lastID: cfg.Now().UnixMicro() * 10, // 17 digits, like real ones, and larger after a restart
		users:  newLRU[*user](cfg.Users),
		tokens: newTokens(),
		fails:  map[string][]int{},
		used:   map[string]int{},
	}
	return p, nil
}

func (c Config) withDefaults() Config {
	if c.Mode == "" {
		c.Mode = Plain
		if c.AESKey != "" {
			c.Mode = Safe
		}
	}
	c.Account = or(c.Account, "gh_7d3a91c05be2")
	c.Name = or(c.Name, "指路 Zhilu")
	c.Kind = or(c.Kind, VerifiedService)
	c.Timeout = or(c.Timeout, 5*time.Second)
	c.Tries = or(c.Tries, 3)
	c.Users = or(c.Users, 10_000)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	return c
}

func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

func (c Config) check() error {
	var errs []error
	fault := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New(text))
		}
	}
	u, err := url.Parse(c.URL)
	fault(err != nil || (c.URL != "" && (u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"))),
		"URL is no http address")
	fault(c.Token == "", "Token is missing")
	fault(c.Mode != Plain && c.Mode != Compatible && c.Mode != Safe, "Mode is none of plain, compatible, safe")
	if c.Mode != Plain || c.AESKey != "" {
		fault(c.AppID == "", "AppID is missing")
		key, err := base64.StdEncoding.DecodeString(c.AESKey + "=")
		fault(len(c.AESKey) != 43 || err != nil || len(key) != 32, "AESKey is not 43 characters of base64")
	}
	_, known := abilities[c.Kind]
	fault(!known, "Kind is unknown")
	fault(c.Timeout < 0 || c.Tries < 0 || c.Users < 0, "Timeout, Tries and Users cannot be negative")
	return errors.Join(errs...)
}

// noRedirects copies the client: the platform does not follow redirects.
func noRedirects(c *http.Client) *http.Client {
	cp := http.Client{Transport: direct}
	if c != nil {
		cp = *c
	}
	cp.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &cp
}

// User gives the openid that belongs to seed: 28 characters, the same on every
// run, and another one for another account, as on the platform.
func (p *Platform) User(seed string) string {
	sum := sha256.Sum256([]byte(p.cfg.Account + "\x00" + p.cfg.AppID + "\x00" + seed))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:27]
}

// Account is the original id (gh_…) that messages are addressed to.
func (p *Platform) Account() string { return p.cfg.Account }

func (p *Platform) now() time.Time { return p.cfg.Now() }

// nextID gives MsgIds that only grow.
func (p *Platform) nextID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lastID++
	return strconv.FormatInt(p.lastID, 10)
}

func (p *Platform) random(n int) []byte {
	p.randMu.Lock()
	defer p.randMu.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(p.cfg.Rand, b); err != nil {
		panic(fmt.Sprintf("simulator: reading Rand: %v", err))
	}
	return b
}

// digits gives a decimal number of at most n ≤ 19 digits, as the platform's
// nonces and echostrs are.
func (p *Platform) digits(n int) string {
	s := strconv.FormatUint(binary.BigEndian.Uint64(p.random(8))|1<<63, 10)
	return s[len(s)-n:]
}
