package doctor

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/bot/simulator"
	"zhilu/knowledge/versions"
)

// TestHealthy: an installation as it should be has no finding above ok, in any group.
func TestHealthy(t *testing.T) {
	s, _, rdb := withRedis(t)
	s.Listeners = healthyMachine(t).Listeners
	withAPI(t, &s, simulator.Config{}, nil)
	ca := newAuthority(t)
	s.site(t, ca, ca.issue(t, leaf{host: host}), webhook(t, s))
	admin(t, rdb)
	store, _ := publish(t, s, "19001")
	if err := store.MarkReviewed(t.Context(), by, 2, "looked"); err == nil {
		t.Error("who published also reviewed")
	}
	if err := store.MarkReviewed(t.Context(), versions.Actor{Login: "ana"}, 2, "looked"); err != nil {
		t.Fatal(err)
	}
	report := s.Run(t.Context())
	var groups []Group
	for _, f := range report.Findings {
		if f.Level() != OK && !busy(f) {
			t.Errorf("%s: %s", f.ID, f.Line("en"))
		}
		groups = append(groups, f.Group)
	}
	if got := slices.Compact(groups); !slices.Equal(got, Groups) {
		t.Errorf("groups %v", got)
	}
}

// TestTimeIsUp: what does not answer is said to be so, or to be unfinished; the rest is there.
func TestTimeIsUp(t *testing.T) {
	s := plain(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s.Redis = client(t, &redis.Options{Addr: silent.Addr().String()})
	s.Only = []Group{Config, Redis}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var ids []string
	for _, f := range s.Run(ctx).Findings {
		ids = append(ids, f.ID)
	}
	if !slices.Contains(ids, "config-ok") || !slices.Contains(ids, "redis-timeout") && !slices.Contains(ids, "unfinished") {
		t.Errorf("%q", ids)
	}
}
