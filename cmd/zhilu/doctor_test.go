package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/cmd/zhilu/doctor"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// configure sets the environment of a server with an account.
func configure(t *testing.T, more map[string]string) {
	t.Helper()
	for name, v := range map[string]string{
		"ZHILU_WECHAT_APP_ID": "wx5a1ce0ffee0ddba1", "ZHILU_WECHAT_TOKEN": "abcdefghijklmnop0123456789ABCDEF",
		"ZHILU_WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "ZHILU_SECRET": strings.Repeat("0123456789abcdef", 2),
		"ZHILU_LISTEN": "127.0.0.1:0", "ZHILU_CONSOLE_LISTEN": "localhost:0", "ZHILU_OPS_LISTEN": "[::1]:0",
	} {
		t.Setenv(name, v)
	}
	for name, v := range more {
		t.Setenv(name, v)
	}
}

// TestDoctor: the command with the environment of a server, its languages and exit codes.
func TestDoctor(t *testing.T) {
	server := redistest.Start(t)
	platform, err := simulator.New(simulator.Config{Token: "token", AppID: "wx5a1ce0ffee0ddba1", Secret: "the app secret of this test"})
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(platform.API())
	defer api.Close()
	configure(t, map[string]string{"ZHILU_REDIS_URL": server.URL(), "ZHILU_WECHAT_API_URL": api.URL, "ZHILU_WECHAT_APP_SECRET": "the app secret of this test"})

	code, out, errOut := zhilu(t, "", "doctor", "--only", "config,keys,redis,wechat", "--lang", "en")
	if code != 0 || errOut != "" || !strings.Contains(out, "The configuration is complete") || !strings.Contains(out, "an access token was given") ||
		!strings.Contains(out, "errors: 0, warnings: 0") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	code, out, errOut = zhilu(t, "", "doctor", "--skip", "machine", "--lang", "es")
	if code != exitFault || !strings.Contains(out, "Nadie puede entrar en la consola") || !strings.Contains(errOut, "errores: 1") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}

	platform.FailNext("/cgi-bin/stable_token", 40125)
	code, out, errOut = zhilu(t, "", "doctor", "--only", "wechat", "--json", "--lang", "zh")
	var report struct {
		Errors   int
		Findings []struct{ Group, ID, Level, Line, Do string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err, out)
	}
	if f := report.Findings[0]; code != exitFault || report.Errors != 1 || f.ID != "wechat-secret" || f.Level != "error" || !strings.Contains(f.Do, "设置与开发 → 基本配置") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	if strings.Contains(out+errOut, "the app secret") || strings.Contains(out+errOut, api.URL) {
		t.Error("a secret or an address is shown")
	}
}

// TestDoctorFaults: with a wrong configuration it examines what it can.
func TestDoctorFaults(t *testing.T) {
	configure(t, map[string]string{"ZHILU_REDIS_URL": "http://nowhere", "ZHILU_SECRET": "short", "ZHILU_WECHAT_AES_KEY": "key", "ZHILU_LISTEN": "8080"})
	code, out, errOut := zhilu(t, "", "doctor", "--lang", "zh")
	if code != exitFault || !strings.Contains(errOut, "错误") {
		t.Errorf("exit %d %s", code, errOut)
	}
	for _, want := range []string{"ZHILU_REDIS_URL：", "ZHILU_SECRET：", "ZHILU_WECHAT_AES_KEY：", "ZHILU_LISTEN：", "openssl rand -hex 32", "Redis 的配置有错"} {
		if !strings.Contains(out, want) {
			t.Errorf("without %q:\n%s", want, out)
		}
	}
}

// TestDoctorFlags: languages of the terminal, and groups that do not exist.
func TestDoctorFlags(t *testing.T) {
	for _, args := range [][]string{{"--only", "moon"}, {"--skip", "moon"}, {"--only", "redis", "--skip", "keys"}, {"--lang", "fr"}, {"x"}, {"--skip", groupNames()}} {
		if code, _, errOut := zhilu(t, "", append([]string{"doctor"}, args...)...); code != exitUsage || errOut == "" {
			t.Errorf("%q: exit %d %q", args, code, errOut)
		}
	}
	for _, c := range []struct {
		env  map[string]string
		want knowledge.Lang
	}{
		{nil, knowledge.En}, {map[string]string{"LANG": "zh_CN.UTF-8"}, knowledge.ZhHans}, {map[string]string{"LANG": "es_MX.UTF-8", "LC_ALL": ""}, knowledge.Es},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, knowledge.En}, {map[string]string{"LC_MESSAGES": "es_ES", "LANG": "zh_CN"}, knowledge.Es},
	} {
		if got, err := doctorLang("", environ(c.env)); err != nil || got != c.want {
			t.Errorf("%v: %s %v", c.env, got, err)
		}
	}
}

// TestDoctorKnowsTheServer: the addresses of a running server are seen to be its own.
func TestDoctorKnowsTheServer(t *testing.T) {
	a := trial(t)
	setup, done := doctorSetup(environ(map[string]string{"ZHILU_LISTEN": a.endpoints[0].listener.Addr().String(),
		"ZHILU_OPS_LISTEN": a.endpoints[1].listener.Addr().String(), "ZHILU_CONSOLE_LISTEN": a.endpoints[2].listener.Addr().String()}))
	defer done()
	setup.Only = []doctor.Group{doctor.Machine}
	ours := 0
	for _, f := range setup.Run(context.Background()).Findings {
		if f.ID == "machine-port-ours" {
			ours++
		}
	}
	if ours != 3 {
		t.Errorf("%d of 3 addresses are known", ours)
	}
}

// TestDoctorAfterOperatorAdd: the advice for an empty console leads on.
func TestDoctorAfterOperatorAdd(t *testing.T) {
	server := redistest.Start(t)
	configure(t, map[string]string{"ZHILU_REDIS_URL": server.URL()})
	rdb := server.PatientClient()
	defer rdb.Close()
	if _, err := people.New(rdb, []byte("x"), time.Now).Invite(t.Context(), "test", "lin", "Lin Yue", people.Admin); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := zhilu(t, "", "doctor", "--only", "people", "--lang", "en"); code != exitFault || !strings.Contains(out, "nobody has set a password") {
		t.Errorf("exit %d\n%s", code, out)
	}
}
