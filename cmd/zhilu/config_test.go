package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhilu/bot"
)

const someKey = "kW3u7Zr0Qm5bXc8dEf2gHi4jKl6nOp9qRs1tUv3wYzA"

// account is a complete configuration of an account.
func account(more map[string]string) map[string]string {
	m := map[string]string{
		"ZHILU_WECHAT_APP_ID": "wx5a1ce0ffee0ddba1", "ZHILU_WECHAT_TOKEN": "aToken", "ZHILU_WECHAT_AES_KEY": someKey,
		"ZHILU_SECRET": "0123456789abcdef0123456789abcdef", "ZHILU_REDIS_URL": "redis://127.0.0.1:6379/0",
	}
	maps.Copy(m, more)
	return m
}

func TestConfig(t *testing.T) {
	c, err := loadConfig(environ(account(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if c.Trial || c.Mode != bot.ModeSafe || c.RedisMode != "single" || c.Listen != "127.0.0.1:8080" {
		t.Errorf("%+v", c)
	}
	if c, err = loadConfig(environ(nil)); err != nil || !c.Trial || c.RedisMode != "embedded" || len(c.account().Tokens) != 1 {
		t.Errorf("without any configuration: %+v, %v", c, err)
	}
	one, _ := loadConfig(environ(nil))
	if one.Token == c.Token || one.Secret == c.Secret {
		t.Error("two trials share a secret")
	}
}

// TestConfigFaults: every fault at once, each by the name of its variable, nothing of a value.
func TestConfigFaults(t *testing.T) {
	for name, c := range map[string]struct {
		set  map[string]string
		want []string
	}{
		"account without anything else": {map[string]string{"ZHILU_WECHAT_APP_ID": "wx1", "ZHILU_WECHAT_MODE": "safe"},
			[]string{"ZHILU_WECHAT_TOKEN: is missing", "ZHILU_WECHAT_AES_KEY: is missing", "ZHILU_SECRET: is missing"}},
		"listeners": {map[string]string{"ZHILU_LISTEN": "8080", "ZHILU_OPS_LISTEN": "127.0.0.1:99999", "ZHILU_CONSOLE_LISTEN": "127.0.0.1:x y"},
			[]string{"ZHILU_LISTEN: must be host:port", "ZHILU_OPS_LISTEN: the port", "ZHILU_CONSOLE_LISTEN: the port"}},
		"same address":        {map[string]string{"ZHILU_LISTEN": "127.0.0.1:9090"}, []string{"ZHILU_OPS_LISTEN: is the same address as ZHILU_LISTEN"}},
		"redis":               {map[string]string{"ZHILU_REDIS_MODE": "sentinel"}, []string{"ZHILU_REDIS_URL: is missing", "ZHILU_REDIS_MASTER: is missing", "ZHILU_SECRET"}},
		"proxies":             {map[string]string{"ZHILU_TRUSTED_PROXIES": "10.0.0.0/8, proxy"}, []string{"ZHILU_TRUSTED_PROXIES: must be addresses"}},
		"redis mode":          {map[string]string{"ZHILU_REDIS_MODE": "cloud"}, []string{"ZHILU_REDIS_MODE: must be"}},
		"redis url":           {account(map[string]string{"ZHILU_REDIS_URL": "http://user:pAssw0rd@host"}), []string{"ZHILU_REDIS_URL: is no address"}},
		"embedded with a url": {account(map[string]string{"ZHILU_REDIS_MODE": "embedded"}), []string{"ZHILU_REDIS_MODE: embedded needs no"}},
		"short secret":        {account(map[string]string{"ZHILU_SECRET": "pAssw0rd"}), []string{"ZHILU_SECRET: is too short"}},
		"weak secret":         {account(map[string]string{"ZHILU_SECRET": strings.Repeat("x", 40)}), []string{"ZHILU_SECRET: is one character"}},
		"token and keys": {account(map[string]string{"ZHILU_WECHAT_TOKEN": "a b", "ZHILU_WECHAT_AES_KEY": "pAssw0rd", "ZHILU_WECHAT_AES_KEY_PREVIOUS": "pAssw0rd", "ZHILU_WECHAT_TOKEN_PREVIOUS": "x"}),
			[]string{"ZHILU_WECHAT_TOKEN: must be", "ZHILU_WECHAT_AES_KEY: ", "ZHILU_WECHAT_AES_KEY_PREVIOUS: ", "ZHILU_WECHAT_TOKEN_PREVIOUS: must be"}},
		"mode":      {account(map[string]string{"ZHILU_WECHAT_MODE": "aes"}), []string{"ZHILU_WECHAT_MODE: must be safe"}},
		"api url":   {account(map[string]string{"ZHILU_WECHAT_API_URL": "api.weixin.qq.com"}), []string{"ZHILU_WECHAT_API_URL: is no web address"}},
		"file gone": {account(map[string]string{"ZHILU_WECHAT_TOKEN": "", "ZHILU_WECHAT_TOKEN_FILE": "/nowhere/token"}), []string{"ZHILU_WECHAT_TOKEN_FILE: cannot be read"}},
		"two ways":  {account(map[string]string{"ZHILU_SECRET_FILE": "/nowhere/secret"}), []string{"ZHILU_SECRET: is given twice"}},
	} {
		_, err := loadConfig(environ(c.set))
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is missing in\n%v", name, want, err)
			}
		}
		if strings.Contains(err.Error(), "pAssw0rd") {
			t.Errorf("%s: the error shows a secret: %v", name, err)
		}
	}
}

func TestSecretFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("fromTheFile\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := account(map[string]string{"ZHILU_WECHAT_TOKEN_FILE": path})
	delete(m, "ZHILU_WECHAT_TOKEN")
	c, err := loadConfig(environ(m))
	if err != nil || c.Token != "fromTheFile" {
		t.Errorf("%v", err)
	}
}

func TestSecretsAreHidden(t *testing.T) {
	c, err := loadConfig(environ(account(nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{fmt.Sprintf("%v", c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c)} {
		if strings.Contains(s, someKey) || strings.Contains(s, "0123456789abcdef") || strings.Contains(s, "aToken") {
			t.Errorf("printed: %s", s)
		}
	}
}
