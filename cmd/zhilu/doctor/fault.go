package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// networkFault names what went wrong on the way to another machine, "" when it is none of these.
func networkFault(err error) string {
	var name *net.DNSError
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &certificate):
		return "certificate"
	case errors.As(err, &record):
		return "no-tls"
	case errors.As(err, &name):
		return "name"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return "refused"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "closed"
	}
	return ""
}

// refusals are the answers of Redis that have a cure of their own, by how they begin.
var refusals = []struct{ prefix, id string }{
	{"NOAUTH", "redis-auth-missing"},
	{"WRONGPASS", "redis-auth-wrong"},
	{"ERR invalid password", "redis-auth-wrong"},
	{"ERR Client sent AUTH, but no password is set", "redis-auth-unneeded"},
	{"ERR AUTH <password> called without any password configured", "redis-auth-unneeded"},
	{"NOPERM", "redis-acl"},
	{"LOADING", "redis-loading"},
	{"DENIED", "redis-protected"},
	{"READONLY", "redis-readonly"},
	{"OOM", "redis-full"},
	{"MISCONF", "redis-misconf"},
	{"NOREPLICAS", "redis-noreplicas"},
	{"CLUSTERDOWN", "cluster-state"},
	{"MOVED", "redis-is-cluster"},
	{"ERR This instance has cluster support disabled", "redis-no-cluster"},
	{"ERR unknown command", "redis-no-command"},
	{"ERR max number of clients reached", "redis-clients"},
}

// redisFault names why Redis did not do what it was asked. Nothing of the answer is quoted but its
// first word, which is a constant of Redis.
func (n *notes) redisFault(err error) {
	if kind := networkFault(err); kind != "" {
		n.add("redis-" + kind)
		return
	}
	text := err.Error()
	for _, r := range refusals {
		if strings.HasPrefix(text, r.prefix) || strings.Contains(text, ": "+r.prefix) { // the cluster client wraps
			n.add(r.id)
			return
		}
	}
	var refusal redis.Error
	word := "?"
	if errors.As(err, &refusal) {
		word, _, _ = strings.Cut(refusal.Error(), " ")
	}
	n.add("redis-fault", "word", word)
}
