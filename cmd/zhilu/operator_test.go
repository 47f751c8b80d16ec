package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"zhilu/dialog/session/redistest"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

const operatorSecret = "0123456789abcdef0123456789abcdef"

// setenv sets the environment of a command, and nothing of ours besides.
func setenv(t *testing.T, m map[string]string) {
	t.Helper()
	for _, name := range []string{"ZHILU_REDIS_URL", "ZHILU_REDIS_MODE", "ZHILU_SECRET", "ZHILU_CONSOLE_URL", "ZHILU_CONSOLE_LISTEN", "ZHILU_WECHAT_APP_ID"} {
		t.Setenv(name, m[name])
	}
}

var invitation = regexp.MustCompile(`(?m)^https://console\.example\.org/invite/([A-Za-z0-9_-]{43})$`)

// TestOperator: the first admin is added, comes, and is reset; nothing of WeChat is configured.
func TestOperator(t *testing.T) {
	server := redistest.Start(t)
	setenv(t, map[string]string{"ZHILU_REDIS_URL": server.URL(), "ZHILU_SECRET": operatorSecret, "ZHILU_CONSOLE_URL": "https://console.example.org/"})
	rdb := server.PatientClient()
	t.Cleanup(func() { rdb.Close() })
	store, ctx := people.New(rdb, []byte(operatorSecret), time.Now), context.Background()
	operator := func(want int, args ...string) string {
		t.Helper()
		code, out, errOut := zhilu(t, "", append([]string{"operator"}, args...)...)
		if code != want {
			t.Fatalf("%v: exit %d, want %d: %s%s", args, code, want, out, errOut)
		}
		return out + errOut
	}
	token := func(out string) string {
		t.Helper()
		m := invitation.FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("no link in %q", out)
		}
		return m[1]
	}
	first := token(operator(0, "add", "mei.lin", "--name", "林 Méi", "--role", "admin"))
	second := token(operator(0, "add", "mei.lin", "--name", "林 Méi", "--role", "admin"))
	if _, err := store.Peek(ctx, first); err == nil {
		t.Error("two links for one person")
	}
	if out := operator(0, "list"); !regexp.MustCompile(`mei\.lin +admin +invited +no +never +林 Méi\n`).MatchString(out) {
		t.Errorf("list:\n%s", out)
	}
	if _, err := store.Redeem(ctx, second, "绿茶 kaffee 7 Fenster"); err != nil {
		t.Fatal(err)
	}
	session, _, err := store.SignIn(ctx, "mei.lin", "绿茶 kaffee 7 Fenster", "192.0.2.1", "")
	if err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"mei.lin is the last admin":                       {"disable", "mei.lin"},
		"another name or role":                            {"add", "mei.lin", "--name", "Mei Lin", "--role", "admin"},
		`there is no operator "bo"; zhilu operator list`:  {"reset", "bo"},
		`there is no operator "bó"; zhilu operator list `: {"enable", "bó"},
	} {
		if out := operator(1, args...); !strings.Contains(out, want) {
			t.Errorf("%v: %q", args, out)
		}
	}
	records, err := versions.New(rdb, time.Now, builtIn).Audit(ctx, 0, 20)
	if err != nil || len(records) == 0 {
		t.Fatal(records, err)
	}
	eldest, refused := records[len(records)-1], false
	for _, r := range records {
		refused = refused || r.Action == "person.disable" && r.Object == "mei.lin" && r.Result == "failed"
	}
	if eldest.Who != byCommand || eldest.Action != "person.invite" || eldest.Object != "mei.lin" || !refused {
		t.Errorf("the audit says %+v", records)
	}
	third := token(operator(0, "reset", "mei.lin"))
	if _, _, err := store.Session(ctx, session); err == nil {
		t.Error("a reset left a session")
	}
	if _, err := store.Redeem(ctx, third, "lamp under 三棵树"); err != nil {
		t.Fatal(err)
	}
	token(operator(0, "add", "bo", "--name", "Bo", "--role", "viewer"))
	if out := operator(0, "disable", "bo"); out != "bo is disabled\n" {
		t.Errorf("%q", out)
	}
	if out := operator(1, "reset", "bo"); !strings.Contains(out, "zhilu operator enable bo first") {
		t.Errorf("%q", out)
	}
	if out := operator(0, "list"); !regexp.MustCompile(`bo +viewer +disabled +no +never +Bo\n`).MatchString(out) {
		t.Errorf("list:\n%s", out)
	}
	if out := operator(0, "enable", "bo"); out != "bo is enabled\n" {
		t.Errorf("%q", out)
	}
	server.Kill()
	if out := operator(1, "list"); !strings.Contains(out, "Redis did not do it; check ZHILU_REDIS_URL") {
		t.Errorf("%q", out)
	}
}

// TestOperatorUsage: what was asked for wrongly is exit code 2 and says how it is right.
func TestOperatorUsage(t *testing.T) {
	working := map[string]string{"ZHILU_REDIS_URL": "redis://127.0.0.1:1/0", "ZHILU_SECRET": operatorSecret}
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"embedded":    {nil, []string{"list"}, "an embedded Redis lives inside the server"},
		"no secret":   {map[string]string{"ZHILU_REDIS_URL": "redis://127.0.0.1:1/0"}, []string{"list"}, "ZHILU_SECRET: is missing"},
		"console url": {map[string]string{"ZHILU_REDIS_URL": "redis://127.0.0.1:1/0", "ZHILU_SECRET": operatorSecret, "ZHILU_CONSOLE_URL": "console.example.org"}, []string{"list"}, "ZHILU_CONSOLE_URL: must be"},
		"login":       {working, []string{"add", "Mei Lin", "--name", "Mei", "--role", "editor"}, "LOGIN: must be 2 to 40"},
		"name":        {working, []string{"add", "mei", "--name", "\u202eieM", "--role", "editor"}, "--name: must be"},
		"role":        {working, []string{"add", "mei", "--name", "Mei", "--role", "root"}, "viewer, translator, editor, reviewer, publisher, admin"},
		"flags":       {working, []string{"add", "mei"}, `"name", "role" not set`},
		"no login":    {working, []string{"reset"}, "accepts 1 arg"},
	} {
		setenv(t, c.env)
		code, out, errOut := zhilu(t, "", append([]string{"operator"}, c.args...)...)
		if code != exitUsage || out != "" || !strings.Contains(errOut, c.want) {
			t.Errorf("%s: exit %d: %s%s", name, code, out, errOut)
		}
	}
}

// TestConsoleURL: links lead to where people reach the console.
func TestConsoleURL(t *testing.T) {
	for listen, c := range map[string]struct{ url, want string }{
		"127.0.0.1:8081":  {"", "http://127.0.0.1:8081"},
		":8082":           {"", "http://127.0.0.1:8082"},
		"0.0.0.0:8083":    {"", "http://127.0.0.1:8083"},
		"[::]:8084":       {"", "http://127.0.0.1:8084"},
		"10.1.2.3:8085":   {"", "http://10.1.2.3:8085"},
		"127.0.0.1:8086":  {"https://console.example.org/", "https://console.example.org"},
		"console.lan:443": {"", "http://console.lan:443"},
	} {
		got, err := loadConfig(environ(map[string]string{"ZHILU_CONSOLE_LISTEN": listen, "ZHILU_CONSOLE_URL": c.url}))
		if err != nil || got.ConsoleURL != c.want {
			t.Errorf("%s, %s: %q, %v", listen, c.url, got.ConsoleURL, err)
		}
	}
	for _, url := range []string{"ftp://x", "https://", "https://a:b@x", "https://x/path", "https://x/?q", "https://x/#f", "console.example.org"} {
		if _, err := loadConfig(environ(map[string]string{"ZHILU_CONSOLE_URL": url})); err == nil || !strings.Contains(err.Error(), "ZHILU_CONSOLE_URL: must be") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
