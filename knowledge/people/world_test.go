package people

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/pquerna/otp/totp"
	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
)

var (
	secret = []byte("a secret of the tests, not of anyone")
	cheap  = cost{memory: 32, passes: 1, threads: 1}
	ctx    = context.Background()
)

const (
	good  = "绿茶 kaffee 7 Fenster"
	other = "lamp under 三棵树"
	home  = "198.51.100.7"
	agent = "Firefox"
)

// world is a store with a clock that the test moves.
type world struct {
	*Store
	t    testing.TB
	rdb  redis.UniversalClient
	mu   sync.Mutex
	time time.Time
}

func newWorld(t testing.TB, rdb redis.UniversalClient) *world {
	w := &world{t: t, rdb: rdb, time: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	w.Store = New(rdb, secret, w.clock)
	w.hasher = newHasher(cheap)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.time
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(d)
}

func mini(t testing.TB) *world {
	t.Helper()
	server := miniredis.RunT(t)
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr(), MaxRetries: -1, PoolSize: 30})
	t.Cleanup(func() { rdb.Close() })
	return newWorld(t, rdb)
}

// both runs a test against an embedded Redis and a real one.
func both(t *testing.T, test func(*testing.T, *world)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) { test(t, mini(t)) })
	t.Run("redis-server", func(t *testing.T) {
		rdb := redistest.Start(t).PatientClient()
		t.Cleanup(func() { rdb.Close() })
		test(t, newWorld(t, rdb))
	})
}

// must fails the test on an error and gives the value else.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// waits gives how long an error asks to wait, 0 when it does not.
func waits(err error) time.Duration {
	var w ErrWait
	errors.As(err, &w)
	return w.For
}

// add makes a person with the password good.
func (w *world) add(login string, role Role) {
	w.t.Helper()
	token := must(w.Invite(ctx, "test", login, "Name of "+login, role))(w.t)
	must(w.Redeem(ctx, token, good))(w.t)
}

func (w *world) signIn(login string) string {
	w.t.Helper()
	token, _, err := w.SignIn(ctx, login, good, home, agent)
	ok(w.t, err)
	return token
}

// enrol gives a person one-time codes and returns the seed, the token after that and the
// recovery codes.
func (w *world) enrol(token string) (seed, newToken string, codes []string) {
	w.t.Helper()
	_, seed, err := w.BeginTOTP(ctx, token)
	ok(w.t, err)
	newToken, codes, err = w.FinishTOTP(ctx, token, w.code(seed))
	ok(w.t, err)
	return seed, newToken, codes
}

func (w *world) code(seed string) string {
	w.t.Helper()
	return must(totp.GenerateCode(seed, w.clock()))(w.t)
}

// forget clears all counters.
func (w *world) forget() {
	w.t.Helper()
	for _, key := range must(w.rdb.Keys(ctx, prefix+"wait:*").Result())(w.t) {
		ok(w.t, w.rdb.Del(ctx, key).Err())
	}
}

func (w *world) alive(token string) bool {
	w.t.Helper()
	_, _, err := w.Session(ctx, token)
	if err != nil && !errors.Is(err, ErrNotFound) {
		w.t.Fatal(err)
	}
	return err == nil
}

// atOnce runs a function n times at once.
func atOnce(n int, f func(int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func count(errs []error, want error) (n int) {
	for _, err := range errs {
		if errors.Is(err, want) {
			n++
		}
	}
	return n
}
