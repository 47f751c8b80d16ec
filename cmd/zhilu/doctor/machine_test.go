package doctor

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"

	"zhilu/bot"
	"zhilu/dialog/session/redistest"
)

// healthyMachine is a setup whose listeners are free.
func healthyMachine(t *testing.T) Setup {
	t.Helper()
	s := plain(t)
	for _, l := range []Listener{{Name: "ZHILU_LISTEN", Path: webhookPath, Open: true}, {Name: "ZHILU_CONSOLE_LISTEN", Path: "/sign-in"}, {Name: "ZHILU_OPS_LISTEN", Path: "/readyz"}} {
		l.Addr = net.JoinHostPort("127.0.0.1", redistest.FreePort(t))
		s.Listeners = append(s.Listeners, l)
	}
	enoughFiles(t)
	return s
}

// enoughFiles skips a test where the system lets no process open enough of them.
func enoughFiles(t *testing.T) {
	t.Helper()
	if n, ok := openFiles(); ok && n < fewFiles {
		t.Skipf("only %d files may be open here", n)
	}
}

func TestPorts(t *testing.T) {
	s := healthyMachine(t)
	saying(t, wanting(t, s, Machine), "is free")
	serve := func(i int, h http.Handler) {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		s.Listeners[i].Addr = server.Listener.Addr().String()
	}
	body := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(text)) }
	}
	serve(0, webhook(t, s))
	serve(1, body(`<form method="post" action="/sign-in">`))
	serve(2, body("ok\n"))
	saying(t, wanting(t, s, Machine), "ZHILU_OPS_LISTEN ("+s.Listeners[2].Addr+") is served by Zhilu")
	serve(2, body("ok\ndegraded: redis\n"))
	saying(t, wanting(t, s, Machine, "machine-degraded"), "degraded: redis")
	serve(2, body("welcome"))
	serve(1, body("welcome"))
	serve(0, body("welcome"))
	wanting(t, s, Machine, "machine-port-taken", "machine-port-taken", "machine-port-taken")

	s.Listeners = []Listener{{Name: "ZHILU_LISTEN", Addr: "203.0.113.7:8080", Path: webhookPath, Open: true}}
	wanting(t, s, Machine, "machine-port-absent")
	s.Listeners = []Listener{{Name: "ZHILU_OPS_LISTEN", Addr: "203.0.113.7:9090", Path: "/readyz"}}
	wanting(t, s, Machine, "machine-port-absent", "machine-listens-public")
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0"} {
		s.Listeners[0].Addr = addr
		wanting(t, s, Machine, "machine-listens-wide")
	}
	s.Listeners[0].Addr = "10.0.0.5:0"
	wanting(t, s, Machine)
}

func TestFileLimit(t *testing.T) {
	s := healthyMachine(t)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	few := was
	few.Cur = 1024
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was)
	saying(t, wanting(t, s, Machine, "machine-files-few"), "LimitNOFILE")
}

func TestMemory(t *testing.T) {
	const host = "MemTotal:       8000000 kB\nMemFree: 1 kB\nMemAvailable:   4000000 kB\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"plenty":              {map[string]string{"proc/meminfo": host}, "machine-memory"},
		"little":              {map[string]string{"proc/meminfo": "MemTotal: 400000 kB\nMemAvailable: 300000 kB\n"}, "machine-memory-low"},
		"used up":             {map[string]string{"proc/meminfo": "MemTotal: 8000000 kB\nMemAvailable: 100000 kB\n"}, "machine-memory-low"},
		"no limit":            {map[string]string{"proc/meminfo": host, "sys/fs/cgroup/memory.max": "max\n"}, "machine-memory"},
		"a small container":   {map[string]string{"proc/meminfo": host, "sys/fs/cgroup/memory.max": "268435456\n"}, "machine-memory-low"},
		"a container used up": {map[string]string{"proc/meminfo": host, "sys/fs/cgroup/memory.max": "1073741824\n", "sys/fs/cgroup/memory.current": "1073000000\n"}, "machine-memory-low"},
		"no Linux":            {nil, ""},
	} {
		fsys := fstest.MapFS{}
		for path, data := range c.files {
			fsys[path] = &fstest.MapFile{Data: []byte(data)}
		}
		n := &notes{}
		n.roomOf(fsys)
		got := ""
		if len(n.list) > 0 {
			got = n.list[0].ID
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestArchiveFolder(t *testing.T) {
	s := healthyMachine(t)
	left, err := os.ReadDir(s.Archive)
	if wanting(t, s, Machine); err != nil || len(left) != 0 {
		t.Errorf("%v, left behind: %v", err, left)
	}
	s.Archive = ""
	saying(t, wanting(t, s, Machine), "ZHILU_ARCHIVE")
	dir := t.TempDir()
	s.Archive = filepath.Join(dir, "missing")
	wanting(t, s, Machine, "archive-missing")
	s.Archive = filepath.Join(dir, "file")
	if err := os.WriteFile(s.Archive, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wanting(t, s, Machine, "archive-closed")
}

func TestConfigAndKeys(t *testing.T) {
	s := plain(t)
	wanting(t, s, Config)
	wanting(t, s, Keys)
	s.Faults = []string{"ZHILU_SECRET: is missing", "ZHILU_WECHAT_TOKEN_FILE: cannot be read"}
	list := wanting(t, s, Config, "config-fault", "config-fault")
	saying(t, list, "ZHILU_SECRET: is missing → Run openssl rand -hex 32")
	saying(t, list, "who runs Zhilu may read the file")
	s.Account.Tokens = []string{"short"}
	saying(t, wanting(t, s, Keys, "keys-token-short"), "only 5 characters")
	s.Account.Tokens, s.Account.AESKeys = []string{token, "before0123456789"}, []string{aesKey, aesKey}
	saying(t, wanting(t, s, Keys, "keys-previous"), "ZHILU_WECHAT_TOKEN_PREVIOUS, ZHILU_WECHAT_AES_KEY_PREVIOUS")
	s.Account.Tokens, s.Account.AESKeys = []string{token}, []string{aesKey[1:]}
	wanting(t, s, Keys, "keys-aes")
	s.Account.AESKeys, s.Account.Mode = []string{aesKey}, bot.ModeCompatible
	wanting(t, s, Keys, "keys-compatible")
	s.Account.Mode = bot.ModePlain
	wanting(t, s, Keys, "keys-plain")
	s.Faults, s.Trial = nil, true
	wanting(t, s, Config, "config-trial")
	if list := wanting(t, s, Keys); len(list) != 0 {
		t.Errorf("a trial has no keys: %+v", list)
	}
}
