package people

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	prefix    = "kb:{kb}:"
	keyPeople = prefix + "people"
)

func keySession(hash string) string   { return prefix + "session:" + hash }
func keySessions(login string) string { return prefix + "sessions:" + login }
func keyLink(hash string) string      { return prefix + "link:" + hash }
func keyLinkOf(login string) string   { return prefix + "linkof:" + login }

// maxRounds bounds the attempts of one change against other writers. Each round somebody
// wins, and there are not that many people.
const maxRounds = 100

var (
	errRecord = errors.New("a stored value cannot be read")
	errBusy   = errors.New("too many writers at once")
)

// record is a person as stored. Times are in milliseconds.
type record struct {
	Login    string   `json:"-"`
	Name     string   `json:"name"`
	Role     Role     `json:"role"`
	Disabled bool     `json:"disabled,omitempty"`
	Hash     string   `json:"hash,omitempty"`     // of the password, with its parameters
	Seed     []byte   `json:"seed,omitempty"`     // sealed
	Step     int64    `json:"step,omitempty"`     // of the newest one-time code that was used
	Recovery []string `json:"recovery,omitempty"` // keyed hashes
	Lang     string   `json:"lang,omitempty"`
	Created  int64    `json:"created"`
	Seen     int64    `json:"seen,omitempty"`
	// Era is random and stands in each session too. A new era ends all sessions at once, those
	// included that somebody is about to write.
	Era string `json:"era"`
}

func (r record) person() Person {
	return Person{
		Login: r.Login, Name: r.Name, Role: r.Role, Disabled: r.Disabled,
		HasPassword: r.Hash != "", HasTOTP: len(r.Seed) > 0, RecoveryLeft: len(r.Recovery),
		Lang: r.Lang, Created: moment(r.Created), LastSeen: moment(r.Seen),
	}
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// fetch reads a person; ErrNotFound when there is none.
func (s *Store) fetch(ctx context.Context, rdb redis.Cmdable, login string) (record, error) {
	data, err := rdb.HGet(ctx, keyPeople, login).Bytes()
	if errors.Is(err, redis.Nil) {
		return record{}, ErrNotFound
	}
	if err != nil {
		return record{}, unavailable("read a person", err)
	}
	return decode(login, data)
}

func decode(login string, data []byte) (record, error) {
	r := record{Login: login}
	if json.Unmarshal(data, &r) != nil {
		return record{}, unavailable("read a person", errRecord)
	}
	return r, nil
}

// round is one attempt at an atomic change: it reads what nobody else may change meanwhile,
// and gathers writes that are made all together or not at all.
type round struct {
	s      *Store
	ctx    context.Context // of this one call of atomically
	tx     *redis.Tx
	writes []func(redis.Pipeliner)
}

// atomically runs step and makes its writes on condition that nobody changed a person or one
// of the keys in between; otherwise step runs again on what is there now. It may run often,
// so it must not do anything but read and gather.
func (s *Store) atomically(ctx context.Context, doing string, step func(*round) error, keys ...string) error {
	keys = append(keys, keyPeople)
	for range maxRounds {
		var refused error
		err := s.rdb.Watch(ctx, func(tx *redis.Tx) error {
			r := &round{s: s, ctx: ctx, tx: tx}
			if refused = step(r); refused != nil || len(r.writes) == 0 {
				return nil
			}
			_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
				for _, w := range r.writes {
					w(p)
				}
				return nil
			})
			return err
		}, keys...)
		switch {
		case refused != nil:
			return refused
		case errors.Is(err, redis.TxFailedErr):
			continue
		default:
			return unavailable(doing, err)
		}
	}
	return unavailable(doing, errBusy)
}

func (r *round) person(login string) (record, error) { return r.s.fetch(r.ctx, r.tx, login) }

func (r *round) everybody() ([]record, error) { return r.s.everybody(r.ctx, r.tx) }

func (r *round) write(w func(redis.Pipeliner)) { r.writes = append(r.writes, w) }

func (r *round) remove(keys ...string) {
	r.write(func(p redis.Pipeliner) { p.Del(r.ctx, keys...) })
}

// save writes a person.
func (r *round) save(p record) {
	data, _ := json.Marshal(p) // plain fields: never fails
	r.write(func(pipe redis.Pipeliner) { pipe.HSet(r.ctx, keyPeople, p.Login, data) })
}

// endSessions begins a new era of the person, whom the caller saves, and removes what is
// left of the sessions of the old one.
func (r *round) endSessions(p *record) error {
	p.Era = r.s.newEra()
	hashes, err := r.tx.HVals(r.ctx, keySessions(p.Login)).Result()
	if err != nil {
		return unavailable("read sessions", err)
	}
	keys := []string{keySessions(p.Login)}
	for _, h := range hashes {
		keys = append(keys, keySession(h))
	}
	r.remove(keys...)
	return nil
}

func (s *Store) newEra() string { return hex.EncodeToString(s.bytes(8)) }

// endLink makes the link of a person useless.
func (r *round) endLink(login string) error {
	hash, err := r.tx.Get(r.ctx, keyLinkOf(login)).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return unavailable("read a link", err)
	}
	r.remove(keyLink(hash), keyLinkOf(login))
	return nil
}
