package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
	"zhilu/dialog/transcript"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// TestMoveHouse is the drill: while a server runs, everything is saved; it is restored into an empty
// Redis, a server starts there, and in every golden conversation it says what the first one says.
func TestMoveHouse(t *testing.T) {
	old, fresh := redistest.Start(t), redistest.Start(t)
	one, first := instance(t, old.URL())
	rdb := old.PatientClient()
	defer rdb.Close()
	store := versions.New(rdb, time.Now, builtIn)
	if _, err := publishNumber(t.Context(), store, nil, "19001"); err != nil {
		t.Fatal(err)
	}
	for one.live.Release().Entry("nfra-12378").Facts["phone"].Value != "19001" { // ends with the test's own limit of time
		time.Sleep(10 * time.Millisecond)
	}
	staff := people.New(rdb, []byte(one.config.Secret), time.Now)
	if _, err := staff.Invite(t.Context(), "test", "mei", "Mei", people.Admin); err != nil {
		t.Fatal(err)
	}
	if d := first.Send(t.Context(), simulator.Text(first.User("ana"), "催收")); d.Outcome != simulator.Replied {
		t.Fatal(d.Faults)
	}

	t.Setenv("ZHILU_SECRET", string(one.config.Secret))
	file := filepath.Join(t.TempDir(), "zhilu-backup.zip")
	run := func(redis *redistest.Server, want int, says string, args ...string) string {
		t.Helper()
		t.Setenv("ZHILU_REDIS_URL", redis.URL())
		code, out, errOut := zhilu(t, "", args...)
		if code != want || !strings.Contains(out+errOut, says) {
			t.Fatalf("%v: exit %d\n%s%s", args, code, out, errOut)
		}
		return out + errOut
	}
	run(old, 0, file, "backup", file)
	run(old, exitFault, "exists", "backup", file)
	run(old, exitFault, "--replace", "restore", file)
	if out := run(fresh, 0, "nothing was written", "restore", "--dry-run", file); !strings.Contains(out, "+ person mei there\n") || !strings.Contains(out, "+ live: release 2 (") {
		t.Error(out)
	}
	started := time.Now()
	run(fresh, 0, "release 2 (", "restore", file)
	two, second := instance(t, fresh.URL())
	if two.live.Release().ID != one.live.Release().ID {
		t.Error("another release is live")
	}
	turns := 0
	talks := golden()
	for _, name := range slices.Sorted(maps.Keys(talks)) {
		for _, text := range typed(t, talks[name]) {
			want := first.Send(t.Context(), simulator.Text(first.User(name), text))
			got := second.Send(t.Context(), simulator.Text(second.User(name), text))
			if want.Outcome != simulator.Replied || got.Outcome != simulator.Replied || got.Reply.Content != want.Reply.Content {
				t.Fatalf("%s > %s: %s %v, before %s %v", name, text, got.Outcome, got.Faults, want.Outcome, want.Faults)
			}
			turns++
		}
	}
	if turns < 300 {
		t.Errorf("only %d turns", turns)
	}
	t.Logf("restored, started and compared in %d turns: %v", turns, time.Since(started).Round(100*time.Millisecond))

	t.Setenv("ZHILU_SECRET", strings.Repeat("another one, 16 ", 3))
	run(fresh, 0, "made with another ZHILU_SECRET", "restore", "--dry-run", file)
	t.Setenv("ZHILU_REDIS_URL", "")
	if code, _, errOut := zhilu(t, "", "backup", file+"2"); code != exitUsage || !strings.Contains(errOut, "ZHILU_REDIS_URL") {
		t.Errorf("without a Redis: exit %d %s", code, errOut)
	}
	if _, err := os.Stat(file + "2"); err == nil {
		t.Error("a file was left")
	}
}

// typed gives what the user types in a conversation; nothing when it does more than that, or waits.
func typed(t *testing.T, talk string) []string {
	t.Helper()
	parsed, err := transcript.Parse(strings.NewReader(talk))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, turn := range parsed.Turns {
		if turn.Event.Kind != transcript.Text || turn.Later > 0 || !turn.Now.IsZero() {
			return nil
		}
		texts = append(texts, turn.Event.Text)
	}
	return texts
}
