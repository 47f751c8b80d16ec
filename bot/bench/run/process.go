package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"zhilu/bot/load"
)

const (
	startTime  = time.Minute      // for a server to say where it listens; the machine may be busy
	answerTime = 30 * time.Second // a slow answer is to be measured, not cut off
)

// account is that of all three servers.
var account = load.Account{AppID: "wx5a1ce0ffee0ddba1", OriginalID: "gh_0123456789ab", Token: "benchmark",
	AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", Mode: load.Safe}

// build makes the three programs as a release is made.
func (b *bench) build() error {
	for name, pkg := range map[string]string{echo: "zhilu/bot/bench/echo", naive: "zhilu/bot/bench/naive", zhilu: "zhilu/cmd/zhilu"} {
		cmd := exec.CommandContext(b.ctx, "go", "build", "-trimpath", "-o", filepath.Join(b.dir, name), pkg)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
	}
	return nil
}

// server is a running server with its Redis.
type server struct {
	url   string
	pids  []int // of the server, then of its Redis
	procs []*exec.Cmd
	dir   string
}

// start runs a server and waits until it says where it listens.
func (b *bench) start(name string) (*server, error) {
	dir, err := os.MkdirTemp(b.dir, name+"-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	if err := s.run(b, name); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) run(b *bench, name string) error {
	redisURL := ""
	var redis *exec.Cmd
	if name != echo {
		var err error
		if redis, redisURL, err = s.redis(b); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(b.ctx, filepath.Join(b.dir, name))
	if name == zhilu {
		cmd.Args = append(cmd.Args, "serve")
	}
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ZHILU_") })
	cmd.Env = append(cmd.Env, "ZHILU_LISTEN=127.0.0.1:0", "ZHILU_CONSOLE_LISTEN=127.0.0.1:0", "ZHILU_OPS_LISTEN=127.0.0.1:0",
		"ZHILU_REDIS_URL="+redisURL, "ZHILU_SECRET="+rand.Text()+rand.Text(), "ZHILU_WECHAT_MODE="+string(account.Mode),
		"ZHILU_WECHAT_APP_ID="+account.AppID, "ZHILU_WECHAT_ACCOUNT="+account.OriginalID, "ZHILU_WECHAT_TOKEN="+account.Token, "ZHILU_WECHAT_AES_KEY="+account.AESKey,
		"ZHILU_MESSAGES_PER_MINUTE=1000000") // a hundred made-up users send as many as a million real ones
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.launch(cmd); err != nil {
		return err
	}
	s.pids = []int{cmd.Process.Pid}
	if redis != nil {
		s.pids = append(s.pids, redis.Process.Pid)
	}
	found := make(chan string, 1)
	go func() {
		defer close(found)
		for lines := bufio.NewScanner(out); lines.Scan(); { // to its end, so that the server never waits for us
			if address, ok := strings.CutPrefix(lines.Text(), "webhook:"); ok {
				found <- strings.TrimSpace(address)
			}
		}
	}()
	select {
	case s.url = <-found:
	case <-time.After(startTime):
	}
	if s.url == "" {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s does not start: %s", name, text)
	}
	return nil
}

// redis starts a redis-server on a free port of the loopback.
func (s *server) redis(b *bench) (cmd *exec.Cmd, url string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	cmd = exec.CommandContext(b.ctx, "redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", s.dir, "--save", "",
		"--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction")
	if err := s.launch(cmd); err != nil {
		return nil, "", fmt.Errorf("start redis-server (make deps installs it): %w", err)
	}
	for until := time.Now().Add(startTime); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return cmd, "redis://127.0.0.1:" + port, nil
		}
	}
	return nil, "", errors.New("redis-server does not answer")
}

func (s *server) launch(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	s.procs = append(s.procs, cmd)
	return nil
}

// stop ends server and Redis, and what they left.
func (s *server) stop() {
	for _, cmd := range slices.Backward(s.procs) {
		cmd.Process.Signal(syscall.SIGKILL) // nothing of it is needed any more
		cmd.Wait()
	}
	os.RemoveAll(s.dir)
}
