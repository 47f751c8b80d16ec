// Package redistest gives tests real redis-server processes of their own on the loopback,
// stopped when the test ends, and the faults that a deployment meets: a Server that is killed,
// paused and started again in the middle of a test; a Proxy before it that delays, refuses or
// loses; a Trio under Sentinel and a Cluster that fail over.
package redistest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is a redis-server process with an append-only file, so that a killed and restarted
// server still has what it acknowledged. Its methods are for one goroutine at a time.
type Server struct {
	Socket string // path of the unix socket; "" when it listens on a port
	t      testing.TB
	dir    string
	port   string   // of the loopback; "" with a socket
	args   []string // of redis-server
	cmd    *exec.Cmd
}

// Option changes what Start starts.
type Option func(*Server)

// OnPort has the server listen on a free port of the loopback instead of a unix socket. The
// port stays the same when the server is killed and started again.
func OnPort() Option { return func(s *Server) { s.port = FreePort(s.t) } }

// Args adds arguments of redis-server, such as "--maxmemory", "10mb". They come last, so they win.
func Args(args ...string) Option { return func(s *Server) { s.args = append(s.args, args...) } }

// Start starts a server; the test fails when redis-server is not installed.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	s := newServer(t, options...)
	s.Up()
	return s
}

// newServer prepares a server and its folder, which goes with the test.
func newServer(t testing.TB, options ...Option) *Server {
	t.Helper()
	redis.SetLogger(quiet{})
	dir, err := os.MkdirTemp("", "zhilu-redis-") // t.TempDir can be longer than a socket path may be
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir}
	t.Cleanup(func() {
		s.Kill()
		os.RemoveAll(dir)
	})
	for _, option := range options {
		option(s)
	}
	listen := []string{"--port", s.port, "--bind", "127.0.0.1"}
	if s.port == "" {
		s.Socket = filepath.Join(dir, "s")
		listen = []string{"--port", "0", "--unixsocket", s.Socket}
	}
	s.args = slices.Concat(listen, []string{"--dir", dir, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
		"--daemonize", "no", "--logfile", s.log()}, s.args)
	return s
}

func (s *Server) log() string { return filepath.Join(s.dir, "log") }

// quiet drops what the client library prints when a test kills its server.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// Up starts the process (again) and waits until it answers.
func (s *Server) Up() {
	s.t.Helper()
	s.launch()
	s.ready()
}

// launch starts the process and does not wait.
func (s *Server) launch() {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", s.args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("start redis-server (is it installed? make test installs it): %v", err)
	}
}

// ready waits until the process answers: also that it is loading, or that its master is away.
func (s *Server) ready() {
	s.t.Helper()
	client := s.Client()
	defer client.Close()
	until(s.t, 20*time.Second, func() bool { return client.Ping(context.Background()).Err() == nil }, func() string {
		log, _ := os.ReadFile(s.log())
		return "redis-server does not answer: " + string(log)
	})
}

// Kill ends the process at once, as kill -9 does.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Kill()
	s.cmd.Wait()
	s.cmd = nil
	if s.Socket != "" {
		os.Remove(s.Socket)
	}
}

// Alive reports whether the process was started and not killed; a paused one is alive.
func (s *Server) Alive() bool { return s.cmd != nil }

// Pause stops the process where it stands (SIGSTOP): it accepts connections and answers
// nothing. Resume lets it go on.
func (s *Server) Pause() { s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume ends a pause.
func (s *Server) Resume() { s.cmd.Process.Signal(syscall.SIGCONT) }

// Do runs one command, such as Do("CONFIG", "SET", "maxmemory", "1mb"), and fails the test
// when Redis refuses it or does not answer.
func (s *Server) Do(args ...any) any {
	s.t.Helper()
	client := s.PatientClient()
	defer client.Close()
	got, err := client.Do(context.Background(), args...).Result()
	if err != nil {
		s.t.Fatalf("%v: %v", args[0], err)
	}
	return got
}

// Client gives a client of the server with short timeouts. The caller closes it.
func (s *Server) Client() *redis.Client {
	o := s.options(300 * time.Millisecond)
	o.MaxRetries, o.DialerRetries, o.DialTimeout, o.ContextTimeoutEnabled = -1, 1, 250*time.Millisecond, true
	return redis.NewClient(o)
}

// PatientClient is Client with long timeouts, for tests that are not about faults: a busy
// machine must not look like one.
func (s *Server) PatientClient() *redis.Client { return redis.NewClient(s.options(30 * time.Second)) }

func (s *Server) options(timeout time.Duration) *redis.Options {
	network, addr := s.address()
	return &redis.Options{Network: network, Addr: addr, DialTimeout: timeout, ReadTimeout: timeout, WriteTimeout: timeout, PoolTimeout: timeout}
}

func (s *Server) address() (network, addr string) {
	if s.port == "" {
		return "unix", s.Socket
	}
	return "tcp", s.Addr()
}

// Addr is host:port of a server on a port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", s.port) }

// URL is the address of the server in go-redis' URL form.
func (s *Server) URL() string {
	if s.port == "" {
		return "unix://" + s.Socket
	}
	return "redis://" + s.Addr()
}
