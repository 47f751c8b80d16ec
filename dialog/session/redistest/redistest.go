// Package redistest gives tests a real redis-server of their own: a process on a unix
// socket or a free port of the loopback, stopped when the test ends. It can be killed and
// started again in the middle of a test.
package redistest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is a redis-server process with an append-only file, so that a killed and restarted
// server still has what it acknowledged.
type Server struct {
	Socket string // path of the unix socket
	t      testing.TB
	dir    string
	cmd    *exec.Cmd
}

// Start starts a server; the test fails when redis-server is not installed.
func Start(t testing.TB) *Server {
	t.Helper()
	redis.SetLogger(quiet{})
	dir, err := os.MkdirTemp("", "zhilu-redis-") // t.TempDir can be longer than a socket path may be
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, Socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		s.Kill()
		os.RemoveAll(dir)
	})
	s.Up()
	return s
}

// quiet drops what the client library prints when a test kills its server.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// Up starts the process (again) and waits until it answers.
func (s *Server) Up() {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.Socket, "--dir", s.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--daemonize", "no", "--logfile", filepath.Join(s.dir, "log"))
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("start redis-server (is it installed? make test installs it): %v", err)
	}
	client := s.Client()
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for client.Ping(ctx).Err() != nil {
		if ctx.Err() != nil {
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			s.t.Fatalf("redis-server does not answer: %s", log)
		}
	}
}

// Kill ends the process at once, as kill -9 does.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Kill()
	s.cmd.Wait()
	s.cmd = nil
	os.Remove(s.Socket)
}

// Pause stops the process where it stands (SIGSTOP): it accepts connections and answers
// nothing. Resume lets it go on.
func (s *Server) Pause() { s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume ends a pause.
func (s *Server) Resume() { s.cmd.Process.Signal(syscall.SIGCONT) }

// Client gives a client of the server with short timeouts. The caller closes it.
func (s *Server) Client() *redis.Client {
	return redis.NewClient(&redis.Options{Network: "unix", Addr: s.Socket, MaxRetries: -1, DialerRetries: 1,
		DialTimeout: 250 * time.Millisecond, ReadTimeout: 300 * time.Millisecond, WriteTimeout: 300 * time.Millisecond, ContextTimeoutEnabled: true})
}

// PatientClient is Client with long timeouts, for tests that are not about faults: a busy
// machine must not look like one.
func (s *Server) PatientClient() *redis.Client {
	const long = 30 * time.Second
	return redis.NewClient(&redis.Options{Network: "unix", Addr: s.Socket, DialTimeout: long, ReadTimeout: long, WriteTimeout: long, PoolTimeout: long})
}

// URL is the address of the server in go-redis' URL form.
func (s *Server) URL() string { return "unix://" + s.Socket }

// FreePort gives a port of the loopback that nobody uses at the moment.
func FreePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}
