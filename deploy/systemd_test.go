package deploy_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
)

// TestUnit has systemd read the unit, and judge how much it could do if somebody took it over.
func TestUnit(t *testing.T) {
	unit := filepath.Join(t.TempDir(), "zhilu@1.service")
	write(t, unit, edited(t, "systemd/zhilu@.service", map[string]string{
		"ExecStart=/usr/local/bin/zhilu": "ExecStart=" + program(t), "ExecStartPost=/usr/local/bin/zhilu": "ExecStartPost=" + program(t)}))
	analyze := tool(t, "systemd-analyze")
	if out, err := exec.Command(analyze, "verify", unit).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("verify: %v\n%s", err, out)
	}
	// 10 times the exposure: 1.5, where an ordinary service has 9.6.
	if out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=15", "--no-pager", unit).CombinedOutput(); err != nil {
		t.Errorf("security: %v\n%s", err, out)
	}
}

// TestSystemCalls compares what the program calls in the kernel with what the unit lets it call.
func TestSystemCalls(t *testing.T) {
	analyze := tool(t, "systemd-analyze")
	allowed := map[string]bool{}
	for _, set := range []string{"@system-service", "-@privileged", "-@resources"} {
		for call := range systemCalls(t, analyze, strings.TrimPrefix(set, "-")) {
			allowed[call] = !strings.HasPrefix(set, "-")
		}
	}
	redis, ports := redistest.Start(t), samePorts(t)
	trace := filepath.Join(t.TempDir(), "trace")
	i := startInstanceUnder(t, 1, redis, ports, []string{tool(t, "strace"), "-f", "-qq", "-c", "-o", trace})
	wx := platform(t, "http://"+i.host+":"+ports[0]+"/wechat", nil)
	if err := wx.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	i.stop()
	out, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	// What is refused is answered with EPERM, which Go's runtime takes well when it only wants to know or to have more.
	wants := map[string]bool{"prlimit64": true, "sched_setaffinity": true}
	seen := 0
	for line := range strings.Lines(string(out)) {
		call := strings.Fields(line)
		if len(call) < 5 || strings.Trim(call[0], "0123456789.") != "" {
			continue
		}
		seen++
		if name := call[len(call)-1]; !allowed[name] && !wants[name] && name != "total" {
			t.Errorf("the unit does not let it call %s", name)
		}
	}
	if seen < 15 {
		t.Errorf("only %d calls were seen:\n%s", seen, out)
	}
}

// systemCalls gives the members of a set.
func systemCalls(t *testing.T, analyze, set string) map[string]bool {
	t.Helper()
	out, err := exec.Command(analyze, "syscall-filter", "--no-pager", set).Output()
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		switch name := strings.TrimSpace(line); {
		case name == "" || name == set || strings.HasPrefix(name, "#"):
		case strings.HasPrefix(name, "@"):
			for call := range systemCalls(t, analyze, name) {
				calls[call] = true
			}
		default:
			calls[name] = true
		}
	}
	return calls
}

// TestRedisSettings starts a redis-server as the drop-in does: what Zhilu needs holds, whatever the
// file of the distribution says before.
func TestRedisSettings(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(folder, "redis.sock")
	write(t, dir+"/redis.conf", "appendonly no\nmaxmemory-policy allkeys-lru\nport 0\nsave \"\"\ndir "+dir+"\nunixsocket "+socket+"\n")
	settings, err := filepath.Abs("systemd/redis.conf")
	if err != nil {
		t.Fatal(err)
	}
	dropIn := edited(t, "systemd/redis-server.conf", map[string]string{"/etc/redis/redis.conf": dir + "/redis.conf", "/etc/redis/zhilu.conf": settings, "--supervised systemd ": ""})
	_, start, _ := strings.Cut(dropIn, "ExecStart=/usr/bin/redis-server ")
	cmd := exec.Command(tool(t, "redis-server"), strings.Fields(start)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, ReadTimeout: 10 * time.Second})
	defer rdb.Close()
	until(t, "Redis answers", func() bool { return rdb.Ping(context.Background()).Err() == nil })
	for name, want := range map[string]string{"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"} {
		if got := rdb.ConfigGet(t.Context(), name).Val()[name]; got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}
