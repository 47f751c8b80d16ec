package people

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// How long a link lasts [6.4.1].
const (
	InviteTTL = 72 * time.Hour
	OnceTTL   = 24 * time.Hour
)

// What a link does.
const (
	linkInvite = "invite" // sets a password
	linkOnce   = "once"   // signs in without one
)

// link is a link as stored, under the hash of its token. A person has at most one: a new link
// ends the one before.
type link struct {
	Login string `json:"login"`
	Kind  string `json:"kind"`
	By    string `json:"by,omitempty"`
	Until int64  `json:"until"` // milliseconds
}

// Check gives the ErrInvalid that Invite would give, without asking Redis.
func Check(login, name string, role Role) error {
	_, err := checked(login, name, role)
	return err
}

// checked gives a name as it is stored.
func checked(login, name string, role Role) (string, error) {
	name, err := cleanName(name)
	switch {
	case !ValidLogin(login):
		return "", ErrInvalid{"login"}
	case err != nil:
		return "", err
	case !slices.Contains(Roles, role):
		return "", ErrInvalid{"role"}
	}
	return name, nil
}

// Invite gives the token of a link with which a person sets a password, once, within 72 hours.
// A login nobody has becomes a person; for somebody of the same name and role it is a new link,
// which ends the one before, and until it is used nothing else changes.
//
// ErrTaken when the name or the role is another, ErrDisabled, ErrInvalid.
func (s *Store) Invite(ctx context.Context, by, login, name string, role Role) (string, error) {
	name, err := checked(login, name, role)
	if err != nil {
		return "", err
	}
	var token string
	err = s.atomically(ctx, "invite", func(r *round) error {
		p, err := r.person(login)
		switch {
		case errors.Is(err, ErrNotFound):
			r.save(record{Login: login, Name: name, Role: role, Created: s.now().UnixMilli(), Era: s.newEra()})
		case err != nil:
			return err
		case p.Disabled:
			return ErrDisabled
		case p.Name != name || p.Role != role:
			return ErrTaken
		}
		token, err = r.issue(link{Login: login, Kind: linkInvite, By: by}, InviteTTL)
		return err
	}, keyLinkOf(login))
	return given(token, err)
}

// Reset is for a person who lost everything, or whose password somebody else has: password,
// one-time codes, sessions and old link are gone, and a new link lets them set a password.
// ErrNotFound, ErrDisabled.
func (s *Store) Reset(ctx context.Context, by, login string) (string, error) {
	return s.issue(ctx, login, link{Kind: linkInvite, By: by}, InviteTTL, func(r *round, p *record) error {
		p.Hash, p.Seed, p.Step, p.Recovery = "", nil, 0, nil
		return r.endSessions(p)
	})
}

// OneTime gives the token of a link that signs a person in without a password, once, within
// 24 hours: for the trial mode. ErrNotFound, ErrDisabled.
func (s *Store) OneTime(ctx context.Context, by, login string) (string, error) {
	return s.issue(ctx, login, link{Kind: linkOnce, By: by}, OnceTTL, func(*round, *record) error { return nil })
}

func (s *Store) issue(ctx context.Context, login string, l link, ttl time.Duration, change func(*round, *record) error) (string, error) {
	var token string
	err := s.atomically(ctx, "make a link", func(r *round) error {
		p, err := r.person(login)
		if err != nil {
			return err
		}
		if p.Disabled {
			return ErrDisabled
		}
		if err := change(r, &p); err != nil {
			return err
		}
		r.save(p)
		l.Login = login
		token, err = r.issue(l, ttl)
		return err
	}, keyLinkOf(login))
	return given(token, err)
}

func given(token string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return token, nil
}

// issue writes a link in the place of the one the person had.
func (r *round) issue(l link, ttl time.Duration) (string, error) {
	if err := r.endLink(l.Login); err != nil {
		return "", err
	}
	token := r.s.newToken()
	hash := fingerprint(token)
	l.Until = r.s.now().Add(ttl).UnixMilli()
	data, _ := json.Marshal(l) // plain fields: never fails
	r.write(func(p redis.Pipeliner) {
		p.Set(r.ctx, keyLink(hash), data, ttl)
		p.Set(r.ctx, keyLinkOf(l.Login), hash, ttl)
	})
	return token, nil
}

// Peek says whom an unused link is for; ErrNotFound for any other. It uses nothing up.
func (s *Store) Peek(ctx context.Context, token string) (Person, error) {
	_, p, err := s.follow(ctx, s.rdb, token)
	return p.person(), err
}

// follow reads a link that still leads somewhere, and its person.
func (s *Store) follow(ctx context.Context, rdb redis.Cmdable, token string) (link, record, error) {
	data, err := rdb.Get(ctx, keyLink(fingerprint(token))).Bytes()
	if errors.Is(err, redis.Nil) {
		return link{}, record{}, ErrNotFound
	}
	if err != nil {
		return link{}, record{}, unavailable("read a link", err)
	}
	var l link
	if json.Unmarshal(data, &l) != nil {
		return link{}, record{}, unavailable("read a link", errRecord)
	}
	p, err := s.fetch(ctx, rdb, l.Login)
	if err != nil {
		return link{}, record{}, err
	}
	if p.Disabled || s.now().UnixMilli() >= l.Until {
		return link{}, record{}, ErrNotFound
	}
	return l, p, nil
}

// Redeem sets the password of the person an invitation is for, uses the link up and ends their
// sessions. ErrWeak leaves the link as it is; ErrNotFound for any bad link.
func (s *Store) Redeem(ctx context.Context, token, password string) (Person, error) {
	l, p, err := s.follow(ctx, s.rdb, token)
	if err != nil {
		return Person{}, err
	}
	if l.Kind != linkInvite {
		return Person{}, ErrNotFound
	}
	if err := strong(password, p.Login, p.Name); err != nil {
		return Person{}, err
	}
	hash, err := s.hasher.hash(ctx, password, s.bytes(saltSize))
	if err != nil {
		return Person{}, err
	}
	err = s.useLink(ctx, token, linkInvite, func(r *round, now *record) error {
		now.Hash = hash
		p = *now
		return r.endSessions(now)
	})
	if err != nil {
		return Person{}, err
	}
	return p.person(), nil
}

// SignInOnce begins a session by a one-time link and uses the link up; ErrNotFound for any bad
// link. Call it on a POST only: whatever shows a preview of a link opens it.
func (s *Store) SignInOnce(ctx context.Context, token, from, agent string) (string, error) {
	var session string
	err := s.useLink(ctx, token, linkOnce, func(r *round, p *record) error {
		d := s.visitor(from, agent)
		p.Seen, d.Login, d.Era = d.Seen, p.Login, p.Era
		session = r.begin(d)
		return r.tidy(*p)
	})
	return given(session, err)
}

// useLink uses a link of a kind up and changes its person; of many at once, one does.
func (s *Store) useLink(ctx context.Context, token, kind string, change func(*round, *record) error) error {
	return s.atomically(ctx, "use a link", func(r *round) error {
		l, p, err := s.follow(ctx, r.tx, token)
		if err != nil {
			return err
		}
		if l.Kind != kind {
			return ErrNotFound
		}
		if err := r.endLink(l.Login); err != nil {
			return err
		}
		r.remove(keyLink(fingerprint(token)))
		if err := change(r, &p); err != nil {
			return err
		}
		r.save(p)
		return nil
	}, keyLink(fingerprint(token)))
}
