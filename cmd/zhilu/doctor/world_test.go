package doctor

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/redis/go-redis/v9"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

const (
	appID     = "wx5a1ce0ffee0ddba1"
	appSecret = "0123456789abcdef0123456789abcdef"
	token     = "abcdefghijklmnop0123456789ABCDEF"
	aesKey    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

func TestMain(m *testing.M) {
	redis.SetLogger(quiet{})
	m.Run()
}

// quiet drops what the client library prints when a test takes its server away.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

var secret = []byte(strings.Repeat("0123456789abcdef", 2))

// wanting fails the test unless the findings of a group that are not ok are these, in any order.
func wanting(t *testing.T, s Setup, g Group, ids ...string) []Finding {
	t.Helper()
	s.Only = []Group{g}
	report := s.Run(t.Context())
	var bad []string
	for _, f := range report.Findings {
		if f.Group != g {
			t.Errorf("%s belongs to another group", f.ID)
		}
		if f.Level() != OK && (slices.Contains(ids, f.ID) || !busy(f)) {
			bad = append(bad, f.ID)
		}
		for _, text := range []string{f.Line(knowledge.ZhHans), f.Do(knowledge.En), f.Line(knowledge.Es)} {
			if placeholder.MatchString(text) {
				t.Errorf("%s: a value is missing: %s", f.ID, text)
			}
			for _, hidden := range []string{appSecret, token, aesKey, string(secret), "sim_"} {
				if strings.Contains(text, hidden) {
					t.Errorf("%s shows a secret: %s", f.ID, text)
				}
			}
		}
	}
	slices.Sort(bad)
	slices.Sort(ids)
	if !slices.Equal(bad, ids) {
		t.Errorf("found %q, want %q", bad, ids)
	}
	return report.Findings
}

// busy reports whether a finding may be the work of others on this machine.
func busy(f Finding) bool { return strings.HasSuffix(f.ID, "-slow") }

// saying fails the test unless one of the findings says this in English.
func saying(t *testing.T, list []Finding, text string) {
	t.Helper()
	for _, f := range list {
		if strings.Contains(f.Line(knowledge.En)+" → "+f.Do(knowledge.En), text) {
			return
		}
	}
	t.Errorf("nothing says %q", text)
}

var checkedDay = regexp.MustCompile(`checked: \d{4}-\d\d-\d\d`)

// baseOf is the built-in base with every day of checking moved to one day.
func baseOf(t *testing.T, day knowledge.Date) knowledge.Files {
	t.Helper()
	files, ps := knowledge.FilesOf(knowledge.Base())
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	for path, data := range files {
		files[path] = checkedDay.ReplaceAll(data, []byte("checked: "+string(day)))
	}
	return files
}

func (s *Setup) brings(files knowledge.Files) {
	s.Base = versions.NewBase(func() knowledge.Files { return files })
	s.BuiltIn = sync.OnceValue(func() *knowledge.Draft { d, _ := knowledge.ReadFiles(files, nil); return d })
}

// plain is a setup without anything outside.
func plain(t *testing.T) Setup {
	t.Helper()
	s := Setup{
		Account:   bot.Account{AppID: appID, Mode: bot.ModeSafe, Tokens: []string{token}, AESKeys: []string{aesKey}},
		RedisMode: "single", Secret: secret, Archive: t.TempDir(), Now: time.Now,
	}
	s.brings(baseOf(t, knowledge.DateOf(time.Now())))
	return s
}

// withRedis adds a server of its own.
func withRedis(t *testing.T) (Setup, *redistest.Server, *redis.Client) {
	t.Helper()
	s := plain(t)
	server := redistest.Start(t)
	rdb := client(t, &redis.Options{Network: "unix", Addr: server.Socket})
	s.Redis = rdb
	return s, server, rdb
}

func client(t *testing.T, o *redis.Options) *redis.Client {
	t.Helper()
	o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRetries = true, 1, -1
	o.DialTimeout, o.WriteTimeout = 10*time.Second, 10*time.Second
	if o.ReadTimeout == 0 {
		o.ReadTimeout = 10 * time.Second
	}
	rdb := redis.NewClient(o)
	t.Cleanup(func() { rdb.Close() })
	return rdb
}

// admin makes somebody who can sign in, with a second factor.
func admin(t *testing.T, rdb redis.UniversalClient) {
	t.Helper()
	ctx := t.Context()
	store := people.New(rdb, secret, time.Now)
	link, err := store.Invite(ctx, "test", "lin", "Lin Yue", people.Admin)
	if err != nil {
		t.Fatal(err)
	}
	const password = "four birds on a wire 7"
	if _, err := store.Redeem(ctx, link, password); err != nil {
		t.Fatal(err)
	}
	session, _, err := store.SignIn(ctx, "lin", password, "127.0.0.1", "test")
	if err != nil {
		t.Fatal(err)
	}
	_, seed, err := store.BeginTOTP(ctx, session)
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(seed, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.FinishTOTP(ctx, session, code); err != nil {
		t.Fatal(err)
	}
}

// withAPI adds a simulated platform; wrap, if not nil, changes what it answers.
func withAPI(t *testing.T, s *Setup, cfg simulator.Config, wrap func(http.Handler) http.Handler) *simulator.Platform {
	t.Helper()
	cfg.Token, cfg.AppID, cfg.Secret = token, appID, appSecret
	platform, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	handler := platform.API()
	if wrap != nil {
		handler = wrap(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.APIURL, s.AppSecret, s.HTTP = server.URL, appSecret, server.Client()
	return platform
}

func until(t *testing.T, what string, ready func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !ready(ctx) {
		if ctx.Err() != nil {
			t.Fatalf("in a minute it did not come about: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
