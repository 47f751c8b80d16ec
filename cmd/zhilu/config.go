package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"zhilu/bot"
)

// secret is a value that no log, error or printout shows.
type secret string

const hidden = "[hidden]"

func (secret) String() string               { return hidden }
func (secret) GoString() string             { return hidden }
func (secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// config is everything a server is told, from the environment alone. Each secret may also
// come from the file named by NAME_FILE.
type config struct {
	Listen        string   // ZHILU_LISTEN
	ConsoleListen string   // ZHILU_CONSOLE_LISTEN
	ConsoleURL    string   // ZHILU_CONSOLE_URL: how people reach the console, for links
	Proxies       []string // ZHILU_TRUSTED_PROXIES: whose X-Forwarded-For the console believes
	OpsListen     string   // ZHILU_OPS_LISTEN

	RedisURL    secret // ZHILU_REDIS_URL
	RedisMode   string // ZHILU_REDIS_MODE: embedded, single, sentinel, cluster
	RedisMaster string // ZHILU_REDIS_MASTER

	AppID          string   // ZHILU_WECHAT_APP_ID
	AppSecret      secret   // ZHILU_WECHAT_APP_SECRET
	Account        string   // ZHILU_WECHAT_ACCOUNT: the gh_ id, learned from the first encrypted message when empty
	Token, OldTok  secret   // ZHILU_WECHAT_TOKEN, ZHILU_WECHAT_TOKEN_PREVIOUS
	AESKey, OldKey secret   // ZHILU_WECHAT_AES_KEY, ZHILU_WECHAT_AES_KEY_PREVIOUS
	Mode           bot.Mode // ZHILU_WECHAT_MODE
	APIURL         string   // ZHILU_WECHAT_API_URL

	Secret  secret // ZHILU_SECRET: keys the pseudonyms of users
	Archive string // ZHILU_ARCHIVE

	PerMinute int // ZHILU_MESSAGES_PER_MINUTE: of one person, answered from their place

	LogLevel slog.Level    // ZHILU_LOG_LEVEL: debug, info, warn, error
	Drain    time.Duration // ZHILU_DRAIN: how long a server that was told to stop goes on answering

	// Trial: nothing of WeChat is configured; the server plays WeChat itself, on /try.
	Trial bool
}

// defaultOps is where liveness and readiness are asked when nothing else is configured.
const defaultOps = "127.0.0.1:9090"

// environment reads variables and gathers faults.
type environment struct {
	get    func(string) (string, bool)
	faults []error
}

func (e *environment) fault(name, format string, args ...any) {
	e.faults = append(e.faults, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
}

func (e *environment) text(name, fallback string) string {
	if v, ok := e.get(name); ok && v != "" {
		return v
	}
	return fallback
}

// networks reads addresses and networks with commas between them.
func (e *environment) networks(name string) []string {
	var list []string
	for part := range strings.SplitSeq(e.text(name, ""), ",") {
		part = strings.TrimSpace(part)
		_, plain := netip.ParseAddr(part)
		_, network := netip.ParsePrefix(part)
		switch {
		case part == "":
		case plain != nil && network != nil:
			e.fault(name, "must be addresses or networks such as 10.0.0.0/8, with commas between them")
			return nil
		default:
			list = append(list, part)
		}
	}
	return list
}

// secret reads NAME, or the file named by NAME_FILE without its last line end.
func (e *environment) secret(name string) secret {
	value := e.text(name, "")
	file := e.text(name+"_FILE", "")
	switch {
	case file == "":
		return secret(value)
	case value != "":
		e.fault(name, "is given twice: also as %s_FILE", name)
		return secret(value)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		e.fault(name+"_FILE", "cannot be read: %v", errors.Unwrap(err))
		return ""
	}
	return secret(strings.TrimRight(string(data), "\r\n"))
}

// loadConfig reads the configuration. The error joins every fault, each by the name of its
// variable; nothing of a secret is in it.
func loadConfig(get func(string) (string, bool)) (config, error) {
	e := &environment{get: get}
	c := e.config()
	e.checkListeners(c)
	e.checkConsole(&c)
	e.checkRunning(&c)
	e.checkRedis(c)
	e.checkSecret(&c)
	if c.Trial {
		c.invent()
	} else {
		e.checkWeChat(&c)
	}
	return c, errors.Join(e.faults...)
}

// config reads all settings and checks none.
func (e *environment) config() config {
	c := config{
		Listen:        e.text("ZHILU_LISTEN", "127.0.0.1:8080"),
		ConsoleListen: e.text("ZHILU_CONSOLE_LISTEN", "127.0.0.1:8081"),
		ConsoleURL:    e.text("ZHILU_CONSOLE_URL", ""),
		Proxies:       e.networks("ZHILU_TRUSTED_PROXIES"),
		OpsListen:     e.text("ZHILU_OPS_LISTEN", defaultOps),
		RedisURL:      e.secret("ZHILU_REDIS_URL"),
		RedisMaster:   e.text("ZHILU_REDIS_MASTER", ""),
		AppID:         e.text("ZHILU_WECHAT_APP_ID", ""),
		AppSecret:     e.secret("ZHILU_WECHAT_APP_SECRET"),
		Account:       e.text("ZHILU_WECHAT_ACCOUNT", ""),
		Token:         e.secret("ZHILU_WECHAT_TOKEN"), OldTok: e.secret("ZHILU_WECHAT_TOKEN_PREVIOUS"),
		AESKey: e.secret("ZHILU_WECHAT_AES_KEY"), OldKey: e.secret("ZHILU_WECHAT_AES_KEY_PREVIOUS"),
		APIURL:  e.text("ZHILU_WECHAT_API_URL", "https://api.weixin.qq.com"),
		Secret:  e.secret("ZHILU_SECRET"),
		Archive: e.text("ZHILU_ARCHIVE", ""),
	}
	c.RedisMode = e.text("ZHILU_REDIS_MODE", defaultMode(c.RedisURL))
	c.Mode = bot.Mode(e.text("ZHILU_WECHAT_MODE", ""))
	c.Trial = c.AppID == "" && c.AppSecret == "" && c.Account == "" && c.Token == "" && c.OldTok == "" &&
		c.AESKey == "" && c.OldKey == "" && c.Mode == ""
	return c
}

func defaultMode(url secret) string {
	if url == "" {
		return "embedded"
	}
	return "single"
}

func (e *environment) checkListeners(c config) {
	seen := map[string]string{}
	for _, l := range []struct{ name, addr string }{
		{"ZHILU_LISTEN", c.Listen}, {"ZHILU_CONSOLE_LISTEN", c.ConsoleListen}, {"ZHILU_OPS_LISTEN", c.OpsListen}} {
		_, port, err := net.SplitHostPort(l.addr)
		if err != nil {
			e.fault(l.name, "must be host:port, such as 127.0.0.1:8080")
			continue
		}
		if _, err := net.LookupPort("tcp", port); err != nil {
			e.fault(l.name, "the port must be a number from 0 to 65535")
		}
		if other := seen[l.addr]; other != "" && port != "0" {
			e.fault(l.name, "is the same address as %s", other)
		}
		seen[l.addr] = l.name
	}
}

// checkConsole gives the console's address without a slash at its end. Left out, it is where the
// console listens.
func (e *environment) checkConsole(c *config) {
	if c.ConsoleURL == "" {
		host, port, _ := net.SplitHostPort(c.ConsoleListen)
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		c.ConsoleURL = "http://" + net.JoinHostPort(host, port)
		return
	}
	u, err := url.Parse(c.ConsoleURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.Fragment != "" {
		e.fault("ZHILU_CONSOLE_URL", "must be the console's web address without a path, such as https://console.example.org")
		return
	}
	c.ConsoleURL = u.Scheme + "://" + u.Host
}

// drainTime is two probe periods of a load balancer.
const drainTime = 5 * time.Second

// checkRunning reads how the server logs and stops. A trial stops at once: nobody balances load
// before it.
func (e *environment) checkRunning(c *config) {
	if err := c.LogLevel.UnmarshalText([]byte(e.text("ZHILU_LOG_LEVEL", "info"))); err != nil {
		e.fault("ZHILU_LOG_LEVEL", "must be debug, info, warn or error")
	}
	var err error
	if c.PerMinute, err = strconv.Atoi(e.text("ZHILU_MESSAGES_PER_MINUTE", strconv.Itoa(bot.MaxPerMinute))); err != nil || c.PerMinute < 1 {
		e.fault("ZHILU_MESSAGES_PER_MINUTE", "must be a number from 1 up, such as %d", bot.MaxPerMinute)
	}
	fallback := drainTime
	if c.Trial {
		fallback = 0
	}
	if c.Drain, err = time.ParseDuration(e.text("ZHILU_DRAIN", fallback.String())); err != nil || c.Drain < 0 || c.Drain > time.Minute {
		e.fault("ZHILU_DRAIN", "must be a time from 0s to 60s, such as 5s")
	}
}

func (e *environment) checkRedis(c config) {
	switch c.RedisMode {
	case "embedded":
		if c.RedisURL != "" {
			e.fault("ZHILU_REDIS_MODE", "embedded needs no ZHILU_REDIS_URL, and one is given")
		}
		return
	case "single", "sentinel", "cluster":
	default:
		e.fault("ZHILU_REDIS_MODE", "must be embedded, single, sentinel or cluster")
		return
	}
	if c.RedisURL == "" {
		e.fault("ZHILU_REDIS_URL", "is missing; ZHILU_REDIS_MODE %s needs it", c.RedisMode)
	} else if _, err := redisClient(c); err != nil {
		e.fault("ZHILU_REDIS_URL", "is no address of the form redis://, rediss:// or unix://")
	}
	if c.RedisMode == "sentinel" && c.RedisMaster == "" {
		e.fault("ZHILU_REDIS_MASTER", "is missing; sentinel needs the name of the master")
	}
}

func (e *environment) checkSecret(c *config) {
	const least = 32
	switch {
	case c.Secret == "" && c.Trial && c.RedisMode == "embedded": // what it keys is gone with the process
		c.Secret = secret(randomHex(32))
	case c.Secret == "":
		e.fault("ZHILU_SECRET", "is missing: at least %d random characters, kept for good", least)
	case len(c.Secret) < least:
		e.fault("ZHILU_SECRET", "is too short: at least %d random characters", least)
	case strings.Count(string(c.Secret), string(c.Secret[:1])) == len(c.Secret):
		e.fault("ZHILU_SECRET", "is one character repeated")
	}
}

func (e *environment) checkWeChat(c *config) {
	if c.Mode == "" {
		c.Mode = bot.ModePlain
		if c.AESKey != "" {
			c.Mode = bot.ModeSafe
		}
	}
	switch c.Mode {
	case bot.ModePlain, bot.ModeCompatible, bot.ModeSafe:
	default:
		e.fault("ZHILU_WECHAT_MODE", "must be safe, compatible or plain")
	}
	if c.AppID == "" {
		e.fault("ZHILU_WECHAT_APP_ID", "is missing")
	}
	if c.Token == "" {
		e.fault("ZHILU_WECHAT_TOKEN", "is missing")
	}
	if c.AESKey == "" && c.Mode != bot.ModePlain {
		e.fault("ZHILU_WECHAT_AES_KEY", "is missing; the mode %s needs it", c.Mode)
	}
	for name, v := range map[string]secret{"ZHILU_WECHAT_TOKEN": c.Token, "ZHILU_WECHAT_TOKEN_PREVIOUS": c.OldTok} {
		if err := bot.CheckToken(string(v)); v != "" && err != nil {
			e.fault(name, "%v", err)
		}
	}
	for name, v := range map[string]secret{"ZHILU_WECHAT_AES_KEY": c.AESKey, "ZHILU_WECHAT_AES_KEY_PREVIOUS": c.OldKey} {
		if err := bot.CheckAESKey(string(v)); v != "" && err != nil {
			e.fault(name, "%v", err)
		}
	}
	if u, err := url.Parse(c.APIURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		e.fault("ZHILU_WECHAT_API_URL", "is no web address")
	}
}

// invent makes up the account of a trial.
func (c *config) invent() {
	c.Mode, c.AppID, c.Account = bot.ModeSafe, "wx"+randomHex(8), "gh_"+randomHex(6)
	c.Token = secret(randomHex(16))
	c.AESKey = secret(randomHex(22)[:43])
}

func (c config) account() bot.Account {
	return bot.Account{AppID: c.AppID, OriginalID: c.Account, Mode: c.Mode,
		Tokens: given(c.Token, c.OldTok), AESKeys: given(c.AESKey, c.OldKey)}
}

func given(values ...secret) []string {
	var list []string
	for _, v := range values {
		if v != "" {
			list = append(list, string(v))
		}
	}
	return list
}

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
