package bot_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
)

// TestEveryPushThroughTheWebhook sends every message and event of testdata/wechat through
// the whole bot, encrypted, and holds the answer to what the manifest asks for.
func TestEveryPushThroughTheWebhook(t *testing.T) {
	data, err := os.ReadFile("testdata/wechat/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Files []struct{ File, Reply string }
	}
	if err := json.Unmarshal(data, &manifest); err != nil || len(manifest.Files) != 65 {
		t.Fatalf("%d files, %v", len(manifest.Files), err)
	}
	_, rdb := realRedis(t)
	h := open(t, rdb, setup{mode: bot.ModeSafe})
	for i, f := range manifest.Files {
		push, err := os.ReadFile(filepath.Join("testdata/wechat", f.File))
		if err != nil {
			t.Fatal(err)
		}
		h.clock.set(h.clock.now().Add(time.Duration(i) * time.Second))
		d := h.Send(context.Background(), simulator.Message{XML: string(push)})
		if len(d.Attempts) != 1 || d.Outcome == simulator.Fault {
			t.Errorf("%s: %d tries, %s %q", f.File, len(d.Attempts), d.Outcome, d.Faults)
		}
		if f.Reply == "reply" && d.Outcome != simulator.Replied || f.Reply == "silent" && d.Outcome != simulator.Silent {
			t.Errorf("%s: %s, the manifest says %s", f.File, d.Outcome, f.Reply)
		}
		if d.Reply != nil && strings.Contains(d.Reply.Content, "example.invalid") {
			t.Errorf("%s: what the user sent comes back: %s", f.File, d.Reply.Content)
		}
	}
}
