package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/bot/simulator"
	"zhilu/cmd/zhilu/privacy"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// TestPrivacyKeys: whatever a server writes to a real Redis while everything takes place that can,
// each key is of exactly one row of the report, has its type, and runs out when the row says so.
func TestPrivacyKeys(t *testing.T) {
	server := redistest.Start(t)
	a, platform := instance(t, server.URL())
	rdb := server.PatientClient()
	defer rdb.Close()
	seen := map[string]int{}
	c := &canaries{}
	mei, password, wrong := c.staff(t, server, string(a.config.Secret))
	c.talk(t, platform)
	checkKeys(t, rdb, seen)
	for i := range 3 {
		platform.Send(t.Context(), simulator.Text(platform.User(fmt.Sprint("crowd ", i)), "zxqv 阿波罗飞船"))
	}
	platform.Send(t.Context(), simulator.Text(platform.User("alone"), "qwrtp 宇宙飞船"))
	if !c.visit(t, strings.TrimSuffix(a.consoleURL, "/"), mei, password, wrong) {
		t.Error("nobody was signed in")
	}
	checkKeys(t, rdb, seen)
	store := versions.New(rdb, time.Now, builtIn)
	if _, err := publishNumber(t.Context(), store, nil, "19001"); err != nil {
		t.Fatal(err)
	}
	revs, err := store.Revisions(t.Context())
	if err == nil { // a draft again, back to the first number
		files, _ := knowledge.FilesOf(knowledge.Base())
		err = store.Save(t.Context(), versions.Actor{Login: "lin"}, []versions.File{{Path: hotlineFile, Rev: revs[hotlineFile], Data: files[hotlineFile]}}, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := store.SaveTest(t.Context(), versions.Actor{Login: "mei"}, "a-test", "> 12378\n", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := people.New(rdb, []byte(a.config.Secret), time.Now).Invite(t.Context(), "mei", "lin", "Lin", people.Editor); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ZHILU_REDIS_URL", server.URL())
	t.Setenv("ZHILU_SECRET", string(a.config.Secret))
	if code, out, errOut := zhilu(t, "", "backup", filepath.Join(t.TempDir(), "b.zip")); code != 0 {
		t.Fatal(out, errOut)
	}
	for end := time.Now().Add(time.Minute); seen["kb:{kb}:miss:seen"] == 0 || seen["kb:{kb}:miss:few"] == 0; time.Sleep(100 * time.Millisecond) {
		if checkKeys(t, rdb, seen); time.Now().After(end) || t.Failed() {
			break
		}
	}
	checkKeys(t, rdb, seen)
	var never []string
	for _, k := range inventory().Redis {
		if seen[k.Pattern] == 0 {
			never = append(never, k.Pattern)
		}
	}
	// A review comes after an emergency; the doctor's key lives for a second.
	if want := []string{"kb:{kb}:reviewed", "wx:doctor:{doctor}:probe"}; !slices.Equal(never, want) {
		t.Errorf("never written: %q, want %q: the traffic does not show that these rows are right", never, want)
	}
}

// checkKeys looks at every key and counts them by row.
func checkKeys(t *testing.T, rdb *redis.Client, seen map[string]int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for keys := rdb.Scan(ctx, 0, "*", 1000).Iterator(); keys.Next(ctx); {
		key := keys.Val()
		kind, err := rdb.Type(ctx, key).Result()
		ttl, errTTL := rdb.PTTL(ctx, key).Result()
		if err != nil || errTTL != nil || kind == "none" { // it went meanwhile
			continue
		}
		if fault := rowOf(inventory().Redis, key, kind, ttl, seen); fault != "" {
			t.Error(fault)
		}
	}
}

// rowOf says what is wrong with a key, and counts it; ttl is negative for none.
func rowOf(rows []privacy.Kept, key, kind string, ttl time.Duration, seen map[string]int) (fault string) {
	var of []privacy.Kept
	for _, k := range rows {
		if k.Matches(key) {
			of = append(of, k)
		}
	}
	switch {
	case len(of) != 1:
		return fmt.Sprintf("%s is of %d rows", key, len(of))
	case of[0].Type != kind:
		return fmt.Sprintf("%s is a %s; the report says %s", key, kind, of[0].Type)
	case (ttl >= 0) != (of[0].Life > 0), ttl > of[0].Life:
		return fmt.Sprintf("%s has %v to live; the report says %v", key, ttl, of[0].Life)
	}
	seen[of[0].Pattern]++
	return ""
}

// TestPrivacyNotices: a key without a row, of another type or with another life is noticed.
func TestPrivacyNotices(t *testing.T) {
	day := 24 * time.Hour
	for key, want := range map[struct {
		key, kind string
		ttl       time.Duration
	}]bool{
		{"kb:{kb}:audit", "list", -1}: true, {"kb:{kb}:audit", "string", -1}: false, {"kb:{kb}:audit", "list", day}: false, {"kb:{kb}:new", "string", -1}: false,
		{"wx:wx1:{0123456789abcdef0123456789abcdef}:s", "hash", 29 * day}: true, {"wx:wx1:{0123456789abcdef0123456789abcdef}:s", "hash", -1}: false,
		{"wx:wx1:{0123456789abcdef0123456789abcdef}:s", "hash", 31 * day}: false, {"wx:wx1:{oAnOpenId}:s", "hash", day}: false,
	} {
		if fault := rowOf(inventory().Redis, key.key, key.kind, key.ttl, map[string]int{}); (fault == "") != want {
			t.Errorf("%+v: %q", key, fault)
		}
	}
}

// TestPrivacyReport: the report names every key, field and metric in every language.
func TestPrivacyReport(t *testing.T) {
	v := inventory()
	if len(v.Redis) < 20 || len(v.Metrics) < 15 || len(v.Logs) < 10 {
		t.Errorf("%d kinds of keys, %d metrics, %d fields", len(v.Redis), len(v.Metrics), len(v.Logs))
	}
	for lang, want := range map[string]string{"zh": "最多 30 天", "es": "30 días como máximo", "en": "30 days at most"} {
		code, out, errOut := zhilu(t, "", "privacy", "report", "--lang", lang)
		if code != 0 || errOut != "" || !strings.Contains(out, want) || strings.Contains(out, "{n}") {
			t.Errorf("%s: exit %d %s\n%s", lang, code, errOut, out)
		}
		for _, k := range slices.Concat(v.Redis, v.Memory) {
			if !strings.Contains(out, "\n"+k.Pattern+"\n") {
				t.Errorf("%s: no %s", lang, k.Pattern)
			}
		}
		for _, m := range v.Metrics {
			if !strings.Contains(out, "\n"+m.Name) {
				t.Errorf("%s: no %s", lang, m.Name)
			}
		}
		code, out, _ = zhilu(t, "", "privacy", "report", "--json", "--lang", lang)
		var r struct {
			Redis   []struct{ Name, Purpose string }
			Metrics []privacy.Metric
		}
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || len(r.Redis) != len(v.Redis) || len(r.Metrics) != len(v.Metrics) {
			t.Errorf("%s: exit %d, %v", lang, code, err)
		}
	}
	if code, _, _ := zhilu(t, "", "privacy", "report", "--lang", "fr"); code != exitUsage {
		t.Errorf("exit %d for French", code)
	}
}

// TestPrivacyTexts: what is kept and what is described are the same.
func TestPrivacyTexts(t *testing.T) {
	var kept []string
	for _, k := range slices.Concat(inventory().Redis, inventory().Memory) {
		kept = append(kept, k.Pattern)
	}
	slices.Sort(kept)
	if described := privacy.Described(); !slices.Equal(kept, described) {
		t.Errorf("kept: %q\ndescribed: %q", kept, described)
	}
}
