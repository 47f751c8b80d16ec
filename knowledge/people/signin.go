package people

import (
	"context"
	"errors"
)

// SignIn begins a session for a login and its password. from is the address of the browser,
// agent what it calls itself.
//
// ErrWrong for a wrong password, an unknown login, a disabled person and one without a
// password, after the same work [6.3.8]; ErrWait when too many attempts failed, on the account
// or from the address. Where the person signed in before, strangers' attempts do not count.
func (s *Store) SignIn(ctx context.Context, login, password, from, agent string) (string, Person, error) {
	login = typedLogin(login)
	g := s.accountGate("password", login, from)
	try, err := s.attempt(ctx, g)
	if err != nil {
		return "", Person{}, err
	}
	stored, err := s.fetch(ctx, s.rdb, login)
	if errors.Is(err, ErrUnavailable) {
		try.forgive(ctx) // nothing was looked at
		return "", Person{}, err
	}
	token, p, err := s.enter(ctx, stored, password, g, s.visitor(from, agent))
	if errors.Is(err, errChanged) { // by another sign-in that hashed it anew, or for good
		token, p, err = s.enter(ctx, p, password, g, s.visitor(from, agent))
	}
	switch {
	case errors.Is(err, errChanged), errors.Is(err, ErrNotFound):
		return "", Person{}, ErrWrong
	case err != nil:
		return "", Person{}, err
	}
	try.succeed(ctx)
	return token, p.person(), nil
}

// errChanged says that the stored hash is no longer the one that was looked at.
var errChanged = errors.New("password changed meanwhile")

// enter begins a session for a person whose password is right; errChanged together with the
// person as they are now.
func (s *Store) enter(ctx context.Context, stored record, password string, g gate, d signedIn) (token string, p record, err error) {
	if err := s.check(ctx, stored, password); err != nil {
		return "", record{}, err
	}
	newer, err := s.rehash(ctx, stored, password)
	if err != nil {
		return "", record{}, err
	}
	err = s.atomically(ctx, "sign in", func(r *round) error {
		var err error
		if p, err = r.person(stored.Login); err != nil {
			return err
		}
		if p.Hash != stored.Hash || p.Disabled {
			return errChanged
		}
		p.Seen, p.Hash = d.Seen, newer
		if err := r.tidy(p); err != nil {
			return err
		}
		d.Login, d.Era = p.Login, p.Era
		token = r.begin(d)
		r.save(p)
		r.remember(g)
		return nil
	})
	return token, p, err
}

// check compares a password with that of a person, who may be nobody.
func (s *Store) check(ctx context.Context, p record, password string) error {
	if p.Disabled {
		p.Hash = ""
	}
	ok, err := s.hasher.matches(ctx, p.Hash, password)
	if err != nil {
		return err
	}
	if !ok {
		return ErrWrong
	}
	return nil
}

// rehash gives the hash of a right password with today's parameters.
func (s *Store) rehash(ctx context.Context, p record, password string) (string, error) {
	if !s.hasher.outdated(p.Hash) {
		return p.Hash, nil
	}
	return s.hasher.hash(ctx, password, s.bytes(saltSize))
}

// Confirm checks the password again, before something that matters; for 10 minutes the session
// says so. ErrWrong, ErrWait, and ErrNotFound when the session is over.
func (s *Store) Confirm(ctx context.Context, token, password string) error {
	hash := fingerprint(token)
	d, p, err := s.open(ctx, s.rdb, hash)
	if err != nil {
		return err
	}
	try, err := s.attempt(ctx, s.sessionGate(d.ID))
	if err != nil {
		return err
	}
	if err := s.check(ctx, p, password); err != nil {
		return err
	}
	err = s.atomically(ctx, "confirm a password", func(r *round) error {
		d, now, err := s.open(ctx, r.tx, hash)
		if err != nil {
			return err
		}
		if now.Hash != p.Hash {
			return ErrWrong
		}
		d.Confirmed = s.now().UnixMilli()
		r.keep(hash, d)
		return nil
	}, keySession(hash))
	if err == nil {
		try.succeed(ctx)
	}
	return err
}

// SetPassword changes the password, ends all other sessions and the link of the person, and
// gives the session a new token. Somebody who has no password yet and came by a one-time link
// gives none as the old one.
//
// ErrWeak before anything else; then ErrUnverified, ErrWait, ErrWrong for the old password, and
// ErrNotFound when the session is over.
func (s *Store) SetPassword(ctx context.Context, token, old, password string) (string, error) {
	hash := fingerprint(token)
	d, p, err := s.open(ctx, s.rdb, hash)
	if err != nil {
		return "", err
	}
	if normal(old) == normal(password) {
		return "", ErrWeak{"same"}
	}
	if err := strong(password, p.Login, p.Name); err != nil {
		return "", err
	}
	if len(p.Seed) > 0 && !d.Verified {
		return "", ErrUnverified
	}
	try, err := s.attempt(ctx, s.sessionGate(d.ID))
	if err != nil {
		return "", err
	}
	if p.Hash != "" || old != "" {
		if err := s.check(ctx, p, old); err != nil {
			return "", err
		}
	}
	newer, err := s.hasher.hash(ctx, password, s.bytes(saltSize))
	if err != nil {
		return "", err
	}
	newToken, err := s.replace(ctx, "set a password", hash, func(r *round, d *signedIn, now *record) error {
		if now.Hash != p.Hash {
			return ErrWrong
		}
		now.Hash, d.Confirmed = newer, s.now().UnixMilli()
		return r.endLink(p.Login)
	})
	if err == nil {
		try.succeed(ctx)
	}
	return newToken, err
}

// replace changes a person from within a session, ends all of their sessions and begins a new
// one in the place of this one, whose token it gives.
func (s *Store) replace(ctx context.Context, doing, hash string, change func(*round, *signedIn, *record) error) (token string, err error) {
	err = s.atomically(ctx, doing, func(r *round) error {
		d, p, err := s.open(ctx, r.tx, hash)
		if err != nil {
			return err
		}
		if err := change(r, &d, &p); err != nil {
			return err
		}
		if err := r.endSessions(&p); err != nil {
			return err
		}
		d.Era = p.Era
		token = r.renew(hash, d)
		r.save(p)
		return nil
	}, keySession(hash))
	if err != nil {
		return "", err
	}
	return token, nil
}
