package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhilu/bot"
	"zhilu/bot/load"
)

// setAccount sets the account in the environment of a command.
func setAccount(t *testing.T, m map[string]string) {
	t.Helper()
	for _, name := range []string{"APP_ID", "ACCOUNT", "TOKEN", "TOKEN_PREVIOUS", "AES_KEY", "AES_KEY_PREVIOUS", "MODE"} {
		t.Setenv("ZHILU_WECHAT_"+name, m["ZHILU_WECHAT_"+name])
	}
}

// TestLoad sends the traffic of the load tool to a whole server and asks that every message
// gets its reply, copies the same.
func TestLoad(t *testing.T) {
	a := trial(t)
	setAccount(t, map[string]string{"ZHILU_WECHAT_APP_ID": a.config.AppID, "ZHILU_WECHAT_ACCOUNT": a.config.Account,
		"ZHILU_WECHAT_TOKEN": string(a.config.Token), "ZHILU_WECHAT_AES_KEY": string(a.config.AESKey)})
	url := "http://" + a.endpoints[0].listener.Addr().String() + bot.Path
	few := []string{"load", "--url", url, "--duration", "0s", "--warmup", "0s", "--timeout", "60s", "--concurrency", "2"}
	loadWith := func(args ...string) (int, string, string) { return zhilu(t, "", slices.Concat(few, args)...) }

	code, out, errOut := loadWith("--users", "20", "--messages", "200", "--copies", "20%", "--copy-after", "0s,20ms", "--pid", fmt.Sprint(os.Getpid()), "--json")
	var r load.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %s%s", err, out, errOut)
	}
	if code != 0 || r.Reply != r.Requests || r.Requests != 200+r.Copies || r.Copies < 15 || r.Equal != r.Copies || len(r.Servers) != 1 {
		t.Errorf("exit %d: %+v", code, r)
	}

	script := filepath.Join(t.TempDir(), "script.txt")
	if err := os.WriteFile(script, []byte("# a comment\n> [follow]\n< not looked at\n> [tap who=self] 是我\n> [again]\n> [image]\n> 菜单\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, _ = loadWith("--script", script, "--users", "2", "--messages", "8")
	if code != 0 || !strings.Contains(out, "reply 8, success 0") || !strings.Contains(out, "closed loop") {
		t.Errorf("exit %d: %s", code, out)
	}

	t.Setenv("ZHILU_WECHAT_TOKEN", "another")
	code, out, errOut = loadWith("--messages", "5")
	if code != exitFault || !strings.Contains(out, "refused 5") || !strings.Contains(errOut, "5 of 5 requests did not") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
}

// TestLoadUsage: wrong arguments and settings, by name, with nothing sent.
func TestLoadUsage(t *testing.T) {
	setAccount(t, map[string]string{"ZHILU_WECHAT_APP_ID": "wx5a1ce0ffee0ddba1", "ZHILU_WECHAT_TOKEN": "token", "ZHILU_WECHAT_MODE": "plain"})
	empty := filepath.Join(t.TempDir(), "empty.txt")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"--copies":        {"--copies", "half"},
		"--arrivals":      {"--arrivals", "late"},
		"no line":         {"--script", empty},
		"no such file":    {"--script", empty + "x"},
		"the address":     {"--url", "nowhere"},
		"unknown command": {"now"},
	} {
		if code, _, errOut := zhilu(t, "", append([]string{"load"}, args...)...); code != exitUsage || !strings.Contains(errOut, want) {
			t.Errorf("%q: exit %d: %s", args, code, errOut)
		}
	}
	setAccount(t, map[string]string{"ZHILU_WECHAT_APP_ID": "wx5a1ce0ffee0ddba1", "ZHILU_WECHAT_AES_KEY": "short"})
	if code, _, errOut := zhilu(t, "", "load"); code != exitUsage || !strings.Contains(errOut, "ZHILU_WECHAT_TOKEN: is missing") || !strings.Contains(errOut, "ZHILU_WECHAT_AES_KEY") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}
