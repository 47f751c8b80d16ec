package people

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Errors that callers branch on. None of them, nor what wraps them, quotes what was given.
var (
	// ErrWrong says that the login, the password or the code is wrong, or that the person may
	// not sign in; which of these, it does not say [6.3.8].
	ErrWrong = errors.New("wrong login, password or code")
	// ErrNotFound says that there is no such person, session or link, or none any more.
	ErrNotFound = errors.New("not found")
	// ErrTaken says that the login belongs to somebody with another name or role.
	ErrTaken = errors.New("login taken")
	// ErrDisabled says that the person must be enabled first. Only admins get to see it.
	ErrDisabled = errors.New("person disabled")
	// ErrLastAdmin says that no admin would be left who can sign in.
	ErrLastAdmin = errors.New("the last admin")
	// ErrStale says that a one-time code was used before: the next one is good [6.5.1].
	ErrStale = errors.New("code used before")
	// ErrUnverified says that the person has one-time codes and gave none in this session.
	ErrUnverified = errors.New("session not verified by a code")
	// ErrUnavailable says that Redis could not be asked or refused, or that the caller's time ran
	// out. When it comes from a change, the change may still have been made.
	ErrUnavailable = errors.New("people store unavailable")
)

// ErrWait says that too many attempts failed and when the next one is looked at.
type ErrWait struct{ For time.Duration }

func (e ErrWait) Error() string {
	return fmt.Sprintf("too many attempts, wait %s", e.For.Round(time.Second))
}

// ErrWeak says why a password is refused: short, long, encoding, digits, repeat, sequence,
// login (it is little more than the login or the name), product, common, or same (the old one).
type ErrWeak struct{ Reason string }

func (e ErrWeak) Error() string { return "weak password: " + e.Reason }

// ErrInvalid says which of the given things is against the rules: login, name, role or lang.
type ErrInvalid struct{ Field string }

func (e ErrInvalid) Error() string { return "invalid " + e.Field }

// lost is what Redis did not do. Its text names a class only: what a server or a driver says
// may quote the arguments of a command.
type lost struct {
	doing string
	cause error
}

func (e lost) Error() string {
	return fmt.Sprintf("%v: %s: %s", ErrUnavailable, e.doing, class(e.cause))
}

func (e lost) Unwrap() []error { return []error{ErrUnavailable, e.cause} }

func class(err error) string {
	var answer redis.Error
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &answer):
		word, _, _ := strings.Cut(answer.Error(), " ")
		return "refused by the server: " + word
	case errors.As(err, &network):
		return "network"
	case errors.Is(err, errSeed), errors.Is(err, errRecord), errors.Is(err, errBusy):
		return err.Error()
	}
	return "connection"
}

// unavailable wraps an error of Redis; nil stays nil.
func unavailable(doing string, err error) error {
	if err == nil {
		return nil
	}
	return lost{doing, err}
}
