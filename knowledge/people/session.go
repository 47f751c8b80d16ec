package people

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// Limits of a session [7.3].
const (
	idleLimit     = 30 * time.Minute
	absoluteLimit = 12 * time.Hour
	touchEvery    = time.Minute
	confirmedFor  = 10 * time.Minute
	maxSessions   = 20 // of one person; a new one beyond that ends the oldest
)

// signedIn is a session as stored. Times are in milliseconds.
type signedIn struct {
	ID        string `json:"id"`
	Login     string `json:"login"`
	Era       string `json:"era"`
	Started   int64  `json:"started"`
	Seen      int64  `json:"seen"`
	From      string `json:"from,omitempty"`
	Agent     string `json:"agent,omitempty"`
	Verified  bool   `json:"verified,omitempty"`
	Confirmed int64  `json:"confirmed,omitempty"`
	Seed      []byte `json:"seed,omitempty"` // sealed, until FinishTOTP
	SeedAt    int64  `json:"seedAt,omitempty"`
}

func (d signedIn) session(now time.Time) Session {
	return Session{
		ID: d.ID, Login: d.Login, Started: moment(d.Started), Seen: moment(d.Seen), From: d.From, Agent: d.Agent,
		Verified: d.Verified, Confirmed: d.Confirmed != 0 && now.UnixMilli()-d.Confirmed < confirmedFor.Milliseconds(),
	}
}

// left is how long a session still lives without being used.
func (d signedIn) left(now time.Time) time.Duration {
	idle := moment(d.Seen).Add(idleLimit).Sub(now)
	return min(idle, moment(d.Started).Add(absoluteLimit).Sub(now))
}

// Session gives the session of a token and whose it is, and moves the idle limit on; it writes
// at most once a minute. ErrNotFound when it is over, was ended, or never was.
func (s *Store) Session(ctx context.Context, token string) (Session, Person, error) {
	hash := fingerprint(token)
	d, p, err := s.open(ctx, s.rdb, hash)
	if err != nil {
		return Session{}, Person{}, err
	}
	now := s.now()
	if now.UnixMilli()-d.Seen < touchEvery.Milliseconds() {
		return d.session(now), p.person(), nil
	}
	err = s.atomically(ctx, "touch a session", func(r *round) error {
		var err error
		if d, p, err = s.open(ctx, r.tx, hash); err != nil {
			return err
		}
		d.Seen, p.Seen = now.UnixMilli(), now.UnixMilli()
		r.keep(hash, d)
		r.save(p)
		return nil
	}, keySession(hash))
	if err != nil {
		return Session{}, Person{}, err
	}
	return d.session(now), p.person(), nil
}

// open reads a session that still holds, and its person.
func (s *Store) open(ctx context.Context, rdb redis.Cmdable, hash string) (signedIn, record, error) {
	data, err := rdb.Get(ctx, keySession(hash)).Bytes()
	if errors.Is(err, redis.Nil) {
		return signedIn{}, record{}, ErrNotFound
	}
	if err != nil {
		return signedIn{}, record{}, unavailable("read a session", err)
	}
	var d signedIn
	if json.Unmarshal(data, &d) != nil {
		return signedIn{}, record{}, unavailable("read a session", errRecord)
	}
	p, err := s.fetch(ctx, rdb, d.Login)
	if err != nil {
		return signedIn{}, record{}, err
	}
	if !s.holds(d, p) {
		return signedIn{}, record{}, ErrNotFound
	}
	return d, p, nil
}

func (s *Store) holds(d signedIn, p record) bool {
	return !p.Disabled && d.Era == p.Era && d.left(s.now()) > 0
}

// keep writes a session under the hash of its token.
func (r *round) keep(hash string, d signedIn) {
	data, _ := json.Marshal(d) // plain fields: never fails
	r.write(func(p redis.Pipeliner) {
		p.Set(r.ctx, keySession(hash), data, max(d.left(r.s.now()), time.Millisecond))
		p.HSet(r.ctx, keySessions(d.Login), d.ID, hash)
		p.Expire(r.ctx, keySessions(d.Login), absoluteLimit)
	})
}

// begin writes a session under a new token and gives the token.
func (r *round) begin(d signedIn) (token string) {
	token = r.s.newToken()
	r.keep(fingerprint(token), d)
	return token
}

// renew gives a session a new token and ends the one with the hash: what a token could not do
// before, no token that was known before can do now [7.2.4]. Id and age stay, so that whoever
// ends the session by its id ends it, and guesses inside it stay counted.
func (r *round) renew(hash string, d signedIn) (token string) {
	r.drop(hash, d)
	return r.begin(d)
}

func (r *round) drop(hash string, d signedIn) {
	r.write(func(p redis.Pipeliner) {
		p.Del(r.ctx, keySession(hash))
		p.HDel(r.ctx, keySessions(d.Login), d.ID)
	})
}

// visitor is a new session that is nobody's yet.
func (s *Store) visitor(from, agent string) signedIn {
	now := s.now().UnixMilli()
	return signedIn{ID: hex.EncodeToString(s.bytes(6)), Started: now, Seen: now, Confirmed: now, From: clip(from, maxFrom), Agent: clip(agent, maxAgent)}
}

// SignOut ends a session; one that is over already is no error.
func (s *Store) SignOut(ctx context.Context, token string) error {
	hash := fingerprint(token)
	return s.atomically(ctx, "sign out", func(r *round) error {
		d, _, err := s.open(ctx, r.tx, hash)
		if errors.Is(err, ErrNotFound) {
			r.remove(keySession(hash))
			return nil
		}
		if err != nil {
			return err
		}
		r.drop(hash, d)
		return nil
	}, keySession(hash))
}

// SignOutAll ends all sessions of a person.
func (s *Store) SignOutAll(ctx context.Context, login string) error {
	return s.edit(ctx, "sign out", login, func(r *round, p *record) error { return r.endSessions(p) })
}

// Sessions lists the sessions of a person, the one used last first.
func (s *Store) Sessions(ctx context.Context, login string) ([]Session, error) {
	p, err := s.fetch(ctx, s.rdb, login)
	if err != nil {
		return nil, err
	}
	all, err := s.sessions(ctx, s.rdb, login)
	if err != nil {
		return nil, err
	}
	list := []Session{}
	for _, d := range all {
		if s.holds(d, p) {
			list = append(list, d.session(s.now()))
		}
	}
	slices.SortFunc(list, func(a, b Session) int {
		return cmp.Or(b.Seen.Compare(a.Seen), b.Started.Compare(a.Started), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// sessions reads what is stored of a person's sessions, by the hash of their tokens; those
// that ran out are empty.
func (s *Store) sessions(ctx context.Context, rdb redis.Cmdable, login string) (map[string]signedIn, error) {
	index, err := rdb.HGetAll(ctx, keySessions(login)).Result()
	if err != nil {
		return nil, unavailable("read sessions", err)
	}
	all := make(map[string]signedIn, len(index))
	for id, hash := range index {
		d := signedIn{ID: id, Login: login}
		data, err := rdb.Get(ctx, keySession(hash)).Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, unavailable("read sessions", err)
		}
		if err == nil && json.Unmarshal(data, &d) != nil {
			return nil, unavailable("read sessions", errRecord)
		}
		all[hash] = d
	}
	return all, nil
}

// End ends one session of a person by its public id; ErrNotFound when there is none.
func (s *Store) End(ctx context.Context, login, id string) error {
	return s.atomically(ctx, "end a session", func(r *round) error {
		hash, err := r.tx.HGet(ctx, keySessions(login), id).Result()
		if errors.Is(err, redis.Nil) {
			return ErrNotFound
		}
		if err != nil {
			return unavailable("end a session", err)
		}
		r.drop(hash, signedIn{ID: id, Login: login})
		return nil
	}, keySessions(login))
}

// tidy forgets the sessions of a person that are over, and ends the oldest when there are too
// many. The caller is about to begin one more.
func (r *round) tidy(p record) error {
	all, err := r.s.sessions(r.ctx, r.tx, p.Login)
	if err != nil {
		return err
	}
	live := []string{}
	for hash, d := range all {
		if r.s.holds(d, p) {
			live = append(live, hash)
		} else {
			r.drop(hash, d)
		}
	}
	slices.SortFunc(live, func(a, b string) int { return cmp.Compare(all[b].Started, all[a].Started) })
	for _, hash := range live[min(len(live), maxSessions-1):] {
		r.drop(hash, all[hash])
	}
	return nil
}
