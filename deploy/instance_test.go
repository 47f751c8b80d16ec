// Package deploy_test tries out what lies in this folder, with the real program and the real tools.
package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
)

// binary is the program, built once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "zhilu")
	out, err := exec.Command("go", "build", raceFlag, "-o", path, "zhilu/cmd/zhilu").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, err
})

// folder holds what is built for these tests.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "zhilu-deploy-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// TestCacheKnows has go test notice when any file of the program or of this folder changed: what
// other processes read for these tests it does not see, and would give a result of the past.
func TestCacheKnows(t *testing.T) {
	for _, dir := range []string{".", "../cmd", "../bot", "../dialog", "../knowledge", "../go.mod"} {
		err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func program(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// The account that the tests connect.
const (
	appID  = "wx5a1ce0ffee0ddba1"
	token  = "deployTestToken"
	aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// instance is one process of the program. Like two instances on one server, all of them listen
// on the same ports of different loopback addresses.
type instance struct {
	t     *testing.T
	host  string
	env   []string
	under []string // the command line it is started by, if any
	cmd   *exec.Cmd
	log   bytes.Buffer // read it when the process has ended
}

// startInstance starts instance n, which listens on 127.0.0.n.
func startInstance(t *testing.T, n int, redis *redistest.Server, ports [3]string) *instance {
	t.Helper()
	return startInstanceUnder(t, n, redis, ports, nil)
}

// startInstanceUnder starts it by another program, which gets its command line.
func startInstanceUnder(t *testing.T, n int, redis *redistest.Server, ports [3]string, under []string) *instance {
	t.Helper()
	i := newInstance(t, n, redis, ports)
	i.under = under
	i.up()
	return i
}

// newInstance prepares one.
func newInstance(t *testing.T, n int, redis *redistest.Server, ports [3]string) *instance {
	t.Helper()
	host := fmt.Sprintf("127.0.0.%d", n)
	at := func(i int) string { return net.JoinHostPort(host, ports[i]) }
	i := &instance{t: t, host: host, env: []string{
		"PATH=" + os.Getenv("PATH"), "ZHILU_LISTEN=" + at(0), "ZHILU_CONSOLE_LISTEN=" + at(1), "ZHILU_OPS_LISTEN=" + at(2),
		"ZHILU_REDIS_URL=" + redis.URL(), "ZHILU_SECRET=" + strings.Repeat("0123456789abcdef", 2),
		"ZHILU_DRAIN=2s", "ZHILU_WECHAT_APP_ID=" + appID, "ZHILU_WECHAT_TOKEN=" + token, "ZHILU_WECHAT_AES_KEY=" + aesKey,
	}}
	t.Cleanup(i.kill)
	return i
}

// up starts the process (again) and waits until it is ready.
func (i *instance) up() {
	i.t.Helper()
	line := append(slices.Clone(i.under), program(i.t), "serve")
	i.cmd = exec.Command(line[0], line[1:]...)
	i.cmd.Env, i.cmd.Stderr, i.cmd.Stdout = i.env, &i.log, &i.log
	i.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // signals go to all of its processes
	if err := i.cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	ready := exec.Command(program(i.t), "ready", "--wait", "60s")
	ready.Env = i.env
	if out, err := ready.CombinedOutput(); err != nil {
		i.kill()
		i.t.Fatalf("instance on %s: %v %s\n%s", i.host, err, out, &i.log)
	}
}

// stop ends the process as an upgrade does, and waits for it.
func (i *instance) stop() {
	i.t.Helper()
	syscall.Kill(-i.cmd.Process.Pid, syscall.SIGTERM)
	if err := i.cmd.Wait(); err != nil {
		i.t.Errorf("instance on %s: %v\n%s", i.host, err, &i.log)
	}
	i.cmd = nil
}

// kill ends the process at once.
func (i *instance) kill() {
	if i.cmd == nil {
		return
	}
	syscall.Kill(-i.cmd.Process.Pid, syscall.SIGKILL)
	i.cmd.Wait()
	i.cmd = nil
}

// samePorts gives free ports: each is free on 127.0.0.1 and on 127.0.0.2.
func samePorts(t *testing.T) (ports [3]string) {
	t.Helper()
	for n := range ports {
		for {
			port := redistest.FreePort(t)
			l, err := net.Listen("tcp", "127.0.0.2:"+port)
			if err != nil {
				continue
			}
			defer l.Close()
			ports[n] = port
			break
		}
	}
	return ports
}

// platform plays WeChat against an address.
func platform(t *testing.T, url string, client *http.Client) *simulator.Platform {
	t.Helper()
	p, err := simulator.New(simulator.Config{URL: url, Token: token, AppID: appID, AESKey: aesKey, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// until asks again and again, for at most half a minute.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within half a minute", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
