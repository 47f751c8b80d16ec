package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The account that all instances of a test serve.
const (
	chaosAppID   = "wx5a1ce0ffee0ddba1"
	chaosToken   = "aTokenOfTheTests1"
	chaosAESKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	chaosAccount = "gh_5a1ce0ffee0d"
	chaosSecret  = "a secret of the tests, and not of anyone else"
)

// process is one instance: a real process of the program.
type process struct {
	t      testing.TB
	public string // host:port of the webhook
	ready  string // URL of the readiness probe
	cmd    *exec.Cmd
	log    *logBuffer
	ended  chan struct{}
	exit   error // why it ended; set when ended is closed
}

// logBuffer is what a process writes to its standard output and error.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// builtOnce is the program as it is deployed, which starts and answers some times faster than one
// with the race detector: the short forms share the machine with other tests. The long forms run
// the test binary itself, and with it the race detector.
var builtOnce = sync.OnceValues(func() (path string, err error) {
	dir, err := os.MkdirTemp("", "zhilu-chaos-")
	if err != nil {
		return "", err
	}
	builtDir.Store(&dir)
	path = filepath.Join(dir, "zhilu")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// program is what an instance runs.
func program(t testing.TB) string {
	t.Helper()
	if longChaos() {
		return os.Args[0]
	}
	path, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// launch starts an instance with a Redis of that address and waits until it says where it
// listens. It ends with the test.
func launch(t testing.TB, redis map[string]string) *process {
	t.Helper()
	p := &process{t: t, log: &logBuffer{}, ended: make(chan struct{})}
	p.cmd = exec.Command(program(t), "serve")
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ZHILU_") {
			p.cmd.Env = append(p.cmd.Env, v)
		}
	}
	p.cmd.Env = append(p.cmd.Env, runAsProgram+"=1", "ZHILU_LISTEN=127.0.0.1:0", "ZHILU_CONSOLE_LISTEN=127.0.0.1:0", "ZHILU_OPS_LISTEN=127.0.0.1:0",
		"ZHILU_WECHAT_APP_ID="+chaosAppID, "ZHILU_WECHAT_TOKEN="+chaosToken, "ZHILU_WECHAT_AES_KEY="+chaosAESKey,
		"ZHILU_WECHAT_ACCOUNT="+chaosAccount, "ZHILU_SECRET="+chaosSecret, "ZHILU_MESSAGES_PER_MINUTE=100000")
	for name, value := range redis {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Stderr = p.log
	start := time.Now()
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	known := make(chan struct{})
	go p.read(out, known)
	t.Cleanup(p.kill)
	select {
	case <-known:
		t.Logf("an instance listens after %v", time.Since(start).Round(10*time.Millisecond))
	case <-p.ended:
		t.Fatalf("the instance ended at once: %v\n%s", p.exit, p.log)
	case <-time.After(2 * time.Minute): // a busy machine, with the race detector
		t.Fatalf("the instance does not say where it listens:\n%s", p.log)
	}
	return p
}

// read takes the addresses from what the process prints, and waits for its end.
func (p *process) read(out io.Reader, known chan<- struct{}) {
	lines := bufio.NewScanner(io.TeeReader(out, p.log)) // what it prints is searched like its log
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "webhook: "); ok {
			p.public = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(url), "http://"), "/wechat")
		}
		if _, url, ok := strings.Cut(lines.Text(), "ops: "); ok {
			p.ready = strings.TrimSpace(url)
			close(known)
		}
	}
	p.exit = p.cmd.Wait()
	close(p.ended)
}

// kill is kill -9.
func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.ended
}

// stop is SIGSTOP: it stands still in the middle of what it does. cont lets it go on.
func (p *process) stop() { p.cmd.Process.Signal(syscall.SIGSTOP) }
func (p *process) cont() { p.cmd.Process.Signal(syscall.SIGCONT) }

// term asks it to end and waits; the error says that it ended badly or not in time.
func (p *process) term(limit time.Duration) error {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		return p.exit
	case <-time.After(limit):
		return errors.New("still running after " + limit.String())
	}
}

// descriptors counts the files that the process has open; 0 where the system does not say.
func (p *process) descriptors() int {
	list, _ := os.ReadDir(filepath.Join("/proc", fmt.Sprint(p.cmd.Process.Pid), "fd"))
	return len(list)
}

// checkLog fails the test when the log shows a race or a panic, or quotes what it must not.
func (p *process) checkLog(secrets []string) {
	p.t.Helper()
	log := p.log.String()
	for _, bad := range []string{"DATA RACE", "panic", "goroutine 1 ["} {
		if i := strings.Index(log, bad); i >= 0 {
			p.t.Errorf("%q in the log of an instance:\n%.3000s", bad, log[i:])
		}
	}
	for _, s := range append(secrets, chaosToken, chaosAESKey, chaosSecret, "signature=") {
		if strings.Contains(log, s) {
			p.t.Errorf("%q is in the log of an instance", s)
		}
	}
}
