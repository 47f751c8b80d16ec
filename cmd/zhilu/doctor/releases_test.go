package doctor

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

const hotlineFile = "channel/nfra-12378.yaml"

var by = versions.Actor{Login: "lin", Role: "publisher"}

// publish makes another phone number live, in an emergency.
func publish(t *testing.T, s Setup, number string) (*versions.Store, versions.Pointer) {
	t.Helper()
	ctx := t.Context()
	store := versions.New(s.Redis, s.Now, s.Base)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	base, err := store.Files(ctx, "")
	must(err)
	entry, err := knowledge.Decode(base[hotlineFile])
	must(err)
	phone := entry.Facts["phone"]
	phone.Value = number
	entry.Facts["phone"] = phone
	data, err := knowledge.Encode(entry)
	must(err)
	must(store.Save(ctx, by, []versions.File{{Path: hotlineFile, Data: data}}, "new number"))
	d, err := store.Draft(ctx)
	must(err)
	p, err := store.Publish(ctx, by, versions.Publication{Files: d.Over(base), Counter: d.Counter, Reason: "new number", Emergency: true})
	must(err)
	return store, p
}

// TestReleases: nothing released, a release that waits for a second look, a newer base, switches.
func TestReleases(t *testing.T) {
	s, _, _ := withRedis(t)
	saying(t, wanting(t, s, Releases), "Nothing was released")
	store, p := publish(t, s, "19001")
	saying(t, wanting(t, s, Releases, "releases-emergency"), "Release 2 (")
	if err := store.MarkReviewed(t.Context(), versions.Actor{Login: "ana"}, 2, "looked"); err != nil {
		t.Fatal(err)
	}
	wanting(t, s, Releases)

	// The program is replaced by one with another base: older, then newer.
	upgraded := s
	upgraded.brings(baseOf(t, knowledge.DateOf(time.Now().AddDate(0, 0, -20))))
	wanting(t, upgraded, Releases)
	upgraded.Now = func() time.Time { return time.Now().AddDate(0, 0, 1) }
	upgraded.brings(baseOf(t, knowledge.DateOf(upgraded.Now())))
	saying(t, wanting(t, upgraded, Releases, "releases-newer"), "release 2 is live")

	p, err := store.Switch(t.Context(), by, knowledge.Off{Entries: []knowledge.ID{"nfra-12378"}}, p.Epoch, "busy")
	if err != nil {
		t.Fatal(err)
	}
	wanting(t, s, Releases, "releases-off")
	if _, err = store.Switch(t.Context(), by, knowledge.Off{Card: true}, p.Epoch, "worse"); err != nil {
		t.Fatal(err)
	}
	wanting(t, s, Releases, "releases-card")
}

// TestDamagedRelease: the content of the live release is another, or gone.
func TestDamagedRelease(t *testing.T) {
	s, _, rdb := withRedis(t)
	_, p := publish(t, s, "19001")
	key := "kb:{kb}:release:" + p.ID
	if err := rdb.Set(t.Context(), key, "broken", 0).Err(); err != nil {
		t.Fatal(err)
	}
	wanting(t, s, Releases, "releases-damaged")
	if err := rdb.Del(t.Context(), key).Err(); err != nil {
		t.Fatal(err)
	}
	wanting(t, s, Releases, "releases-damaged")
}

// TestFacts: what is said as time goes by, with the built-in base and no Redis.
func TestFacts(t *testing.T) {
	s := plain(t)
	s.RedisMode = "embedded"
	start := time.Now()
	s.Now = func() time.Time { return start.AddDate(0, 0, 31) }
	saying(t, wanting(t, s, Releases, "facts-overdue"), "phone number")
	s.Now = func() time.Time { return start.AddDate(0, 0, 150) }
	list := wanting(t, s, Releases, "facts-overdue", "facts-wrong")
	saying(t, list, "citation")
}

func TestLateness(t *testing.T) {
	const today = knowledge.Date("2026-11-21")
	for _, c := range []struct {
		fact knowledge.Fact
		want int
	}{
		{knowledge.Fact{Type: knowledge.Phone, Checked: "2026-10-22"}, 0},
		{knowledge.Fact{Type: knowledge.Phone, Checked: "2026-10-21"}, 1},
		{knowledge.Fact{Type: knowledge.Phone, Checked: "2026-07-24"}, 1},
		{knowledge.Fact{Type: knowledge.Phone, Checked: "2026-07-23"}, 2},
		{knowledge.Fact{Type: knowledge.Phone}, 1},
		{knowledge.Fact{Type: knowledge.Phone, Checked: today, Until: "2026-11-20"}, 2},
		{knowledge.Fact{Type: knowledge.Phone, Checked: today, Until: today}, 0},
		{knowledge.Fact{Type: knowledge.Phone, Checked: today, From: "2026-11-22"}, 2},
	} {
		if got := lateness(c.fact, today); got != c.want {
			t.Errorf("%+v: %d, want %d", c.fact, got, c.want)
		}
	}
}

func TestEndingFacts(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, knowledge.Beijing)
	fact := func(until knowledge.Date) knowledge.Fact {
		return knowledge.Fact{Type: knowledge.Phone, Checked: "2026-11-21", Until: until}
	}
	d := &knowledge.Draft{Entries: []*knowledge.Entry{{ID: "x", Facts: map[string]knowledge.Fact{
		"later": fact("2026-12-22"), "last": fact("2026-12-21"), "first": fact("2026-11-21"), "never": fact("")}}}}
	if got := count(d, now).ends; !slices.Equal(got, []string{"x.first (2026-11-21)", "x.last (2026-12-21)"}) {
		t.Errorf("%q", got)
	}
	n := &notes{group: Releases}
	Setup{Now: func() time.Time { return now }}.facts(n, d)
	if len(n.list) != 2 || n.list[0].ID != "facts-ending" {
		t.Errorf("%+v", n.list)
	}
}

// TestPeople: nobody, invited, without a second factor, as it should be, disabled.
func TestPeople(t *testing.T) {
	s, _, rdb := withRedis(t)
	ctx := t.Context()
	wanting(t, s, People, "people-none")
	store := people.New(rdb, secret, time.Now)
	link, err := store.Invite(ctx, "test", "ana", "Ana", people.Admin)
	if err != nil {
		t.Fatal(err)
	}
	wanting(t, s, People, "people-invited")
	if _, err := store.Redeem(ctx, link, "five boats on a lake 8"); err != nil {
		t.Fatal(err)
	}
	wanting(t, s, People, "people-no-factor")
	admin(t, rdb)
	saying(t, wanting(t, s, People), "Who can sign in: 2")
	if err := store.Disable(ctx, "lin", true); err != nil {
		t.Fatal(err)
	}
	wanting(t, s, People, "people-no-factor")
	demote(t, rdb, "ana")
	wanting(t, s, People, "people-no-admin")
}

// demote takes the role of admin away behind the store's back, which would refuse it for the last.
func demote(t *testing.T, rdb *redis.Client, login string) {
	t.Helper()
	data, err := rdb.HGet(t.Context(), "kb:{kb}:people", login).Result()
	if err != nil {
		t.Fatal(err)
	}
	data = strings.Replace(data, `"role":"admin"`, `"role":"editor"`, 1)
	if err := rdb.HSet(t.Context(), "kb:{kb}:people", login, data).Err(); err != nil {
		t.Fatal(err)
	}
}

// TestAudit: somebody changes a record.
func TestAudit(t *testing.T) {
	s, _, rdb := withRedis(t)
	admin(t, rdb)
	store := versions.New(rdb, time.Now, s.Base)
	for range 3 {
		if err := store.Record(t.Context(), by, versions.Audit{Action: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	saying(t, wanting(t, s, People), "The audit is whole")
	const key = "kb:{kb}:audit"
	var record map[string]any
	data, err := rdb.LIndex(t.Context(), key, 1).Bytes()
	if err != nil || json.Unmarshal(data, &record) != nil {
		t.Fatal(err)
	}
	record["who"] = "somebody else"
	if data, err = json.Marshal(record); err != nil {
		t.Fatal(err)
	}
	if err := rdb.LSet(t.Context(), key, 1, data).Err(); err != nil {
		t.Fatal(err)
	}
	saying(t, wanting(t, s, People, "people-audit-broken"), "at record 2")
}
