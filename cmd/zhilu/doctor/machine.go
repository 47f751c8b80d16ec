package doctor

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// What a server needs of its machine: a connection is an open file, and while a release is compiled
// two of them lie in memory.
const (
	fewFiles   = 4096
	fewMemory  = 512 // MiB that the process may use in all
	leftMemory = 128 // MiB that must be free now
)

// machine looks at limits and at the addresses that the server opens.
func (s Setup) machine(ctx context.Context, n *notes) {
	if files, ok := openFiles(); ok {
		if files < fewFiles {
			n.add("machine-files-few", "files", files, "least", fewFiles)
		} else {
			n.add("machine-files", "files", files)
		}
	}
	n.roomOf(os.DirFS("/"))
	for _, l := range s.Listeners {
		n.facing(l)
		s.port(ctx, n, l)
	}
	s.archive(n)
}

// facing warns of an inner address that others than this machine may reach.
func (n *notes) facing(l Listener) {
	host, _, err := net.SplitHostPort(l.Addr)
	if err != nil || l.Open { // a fault of the configuration
		return
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "" || err == nil && ip.IsUnspecified():
		n.add("machine-listens-wide", "name", l.Name, "address", l.Addr)
	case err == nil && !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast():
		n.add("machine-listens-public", "name", l.Name, "address", l.Addr)
	}
}

// port finds out whether an address is free, or served by us already.
func (s Setup) port(ctx context.Context, n *notes, l Listener) {
	_, port, err := net.SplitHostPort(l.Addr)
	if err != nil || port == "0" {
		return
	}
	listener, err := net.Listen("tcp", l.Addr)
	switch {
	case err == nil:
		listener.Close()
		n.add("machine-port-free", "name", l.Name, "address", l.Addr)
	case errors.Is(err, syscall.EADDRINUSE):
		n.taken(ctx, l)
	case errors.Is(err, syscall.EACCES):
		n.add("machine-port-denied", "name", l.Name, "address", l.Addr)
	default:
		n.add("machine-port-absent", "name", l.Name, "address", l.Addr)
	}
}

// taken asks who listens there.
func (n *notes) taken(ctx context.Context, l Listener) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	host, port, _ := net.SplitHostPort(l.Addr)
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+l.Path, nil)
	if err != nil {
		return // a fault of the configuration
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		n.add("machine-port-taken", "name", l.Name, "address", l.Addr)
		return
	}
	defer resp.Body.Close()
	const enough = 64 << 10
	body, _ := io.ReadAll(io.LimitReader(resp.Body, enough))
	if !ours(l.Path, resp.StatusCode, string(body)) {
		n.add("machine-port-taken", "name", l.Name, "address", l.Addr)
		return
	}
	n.add("machine-port-ours", "name", l.Name, "address", l.Addr)
	if _, what, ok := strings.Cut(string(body), "degraded: "); ok && l.Path == "/readyz" {
		n.add("machine-degraded", "what", strings.TrimSpace(what))
	}
}

// ours reports whether an answer is that of this program.
func ours(path string, status int, body string) bool {
	switch path {
	case webhookPath:
		return status == http.StatusForbidden && body == ""
	case "/readyz":
		return strings.HasPrefix(body, "ok\n") || body == "draining\n"
	}
	return status == http.StatusOK && strings.Contains(body, `action="/sign-in"`)
}

// archive tries to write into the folder of releases, as the server does.
func (s Setup) archive(n *notes) {
	if s.Archive == "" {
		n.add("archive-none")
		return
	}
	if _, err := os.Stat(s.Archive); errors.Is(err, os.ErrNotExist) {
		n.add("archive-missing", "folder", s.Archive)
		return
	}
	f, err := os.CreateTemp(s.Archive, ".doctor-*")
	if err == nil {
		_, err = f.WriteString("x")
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		n.add("archive-closed", "folder", s.Archive)
		return
	}
	names, _ := filepath.Glob(filepath.Join(s.Archive, "[0-9]*-*.json")) // the pattern is sound
	n.add("archive-open", "releases", len(names))
}
