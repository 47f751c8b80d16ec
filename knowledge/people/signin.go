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
	if err := s.check(ctx, stored, password); err != nil {
		return "", Person{}, err
	}
	newer, err := s.rehash(ctx, stored, password)
	if err != nil {
		return "", Person{}, err
	}
	var token string
	var p record
	err = s.atomically(ctx, "sign in", func(r *round) error {
		var err error
		if p, err = r.unchanged(stored); err != nil {
			return err
		}
		p.Seen, p.Hash = s.now().UnixMilli(), newer
		if err := r.tidy(p); err != nil {
			return err
		}
		token = r.begin(s.fresh(p, from, agent))
		r.save(p)
		r.remember(g)
		return nil
	})
	if err != nil {
		return "", Person{}, err
	}
	try.succeed(ctx)
	return token, p.person(), nil
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

// unchanged reads a person again whose password was just found right, and gives ErrWrong when
// it is no longer theirs or they may no longer come in.
func (r *round) unchanged(before record) (record, error) {
	p, err := r.person(before.Login)
	if errors.Is(err, ErrNotFound) || err == nil && (p.Disabled || p.Hash != before.Hash) {
		return record{}, ErrWrong
	}
	return p, err
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
