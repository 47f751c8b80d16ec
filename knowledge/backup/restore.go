package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge/versions"
)

// Rows are first written under names of their own, which go by themselves when a restore ends
// early, and then all take their places in one step.
const (
	stage    = prefix + "restore:"
	stageTTL = time.Hour
)

// Restore puts a backup into rdb: all of it takes its place in one step, the pointer to the live
// release included, or nothing does. Files of releases are written before; without a pointer to them
// they harm nobody. Servers that run follow the pointer within seconds. Nobody stays signed in.
//
// Without replace the error is ErrNotEmpty when there is anything a backup would hold; with it, that
// is gone. Sessions of borrowers stay as they are. The caller bounds the time by ctx.
func (b *Backup) Restore(ctx context.Context, rdb redis.UniversalClient, replace bool, now time.Time) error {
	r := reader{ctx, rdb, now}
	there, err := r.existing()
	if err != nil {
		return err
	}
	if len(there) > 0 && !replace {
		return fmt.Errorf("%w: it has %s", ErrNotEmpty, strings.TrimPrefix(there[0], prefix))
	}
	if err := b.putReleases(r); err != nil {
		return err
	}
	staged, err := b.stage(r)
	if err != nil {
		return err
	}
	return b.swap(r, staged, replace)
}

// existing lists the keys that a backup of this Redis would hold.
func (r reader) existing() ([]string, error) {
	var there []string
	for _, k := range kept {
		keys, err := r.keys(k)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			n, err := r.rdb.Exists(r.ctx, key).Result()
			if err != nil {
				return nil, err
			}
			if n > 0 {
				there = append(there, key)
			}
		}
	}
	return there, nil
}

func (b *Backup) putReleases(r reader) error {
	for _, id := range b.releases {
		packed, err := b.read(releasePart(id), maxRelease)
		if err != nil {
			return err
		}
		if err := r.rdb.Set(r.ctx, keyRelease+id, packed, 0).Err(); err != nil {
			return err
		}
	}
	return nil
}

// stage writes all rows but the pointer under names of their own and gives, by key, when each
// expires; a zero time for never.
func (b *Backup) stage(r reader) (map[string]time.Time, error) {
	staged := map[string]time.Time{}
	err := b.eachRow(func(row row) error {
		var until time.Time
		switch {
		case row.Key == keyActive:
			return nil // see swap
		case row.Until != nil && !row.Until.After(r.now):
			return nil
		case row.Until != nil:
			until = *row.Until
		}
		_, again := staged[row.Key]
		staged[row.Key] = until
		_, err := r.rdb.TxPipelined(r.ctx, func(p redis.Pipeliner) error {
			name := stage + row.Key
			if !again {
				p.Del(r.ctx, name)
			}
			switch row.kind() {
			case text:
				p.Set(r.ctx, name, *row.Value, 0)
			case list:
				p.RPush(r.ctx, name, row.Values)
			default:
				p.HSet(r.ctx, name, row.Fields)
			}
			p.Expire(r.ctx, name, stageTTL)
			return nil
		})
		return err
	})
	return staged, err
}

// swap takes away what is there and has everything take its place, on condition that nobody
// publishes, edits or signs in meanwhile.
func (b *Backup) swap(r reader, staged map[string]time.Time, replace bool) error {
	err := r.rdb.Watch(r.ctx, func(tx *redis.Tx) error {
		there, err := r.existing()
		if err != nil {
			return err
		}
		if len(there) > 0 && !replace {
			return ErrNotEmpty
		}
		doors, err := r.doors()
		if err != nil {
			return err
		}
		live, err := b.pointer(r)
		if err != nil {
			return err
		}
		_, err = tx.TxPipelined(r.ctx, func(p redis.Pipeliner) error {
			for _, key := range append(there, doors...) {
				p.Del(r.ctx, key)
			}
			for key, until := range staged {
				p.Rename(r.ctx, stage+key, key)
				if until.IsZero() {
					p.Persist(r.ctx, key)
				} else {
					p.ExpireAt(r.ctx, key, until)
				}
			}
			if live != nil {
				p.Set(r.ctx, keyActive, live, 0)
			}
			p.Publish(r.ctx, versions.Changes, "restore")
			return nil
		})
		return err
	}, keyActive, keyHead, keyAudit, keyPeople)
	if errors.Is(err, redis.TxFailedErr) {
		return ErrBusy
	}
	return err
}

// pointer is what will be live. Its epoch is beyond that of what is live now, since servers and
// pages tell pointers apart by it.
func (b *Backup) pointer(r reader) ([]byte, error) {
	if b.live.Epoch == 0 {
		return nil, nil
	}
	live := b.live
	var now versions.Pointer
	data, err := r.rdb.Get(r.ctx, keyActive).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
	case err != nil:
		return nil, err
	case json.Unmarshal(data, &now) == nil && now.Epoch >= live.Epoch:
		live.Epoch = now.Epoch + 1
	}
	return json.Marshal(live)
}

// doors lists what lets people in: sessions and links of those who are there now.
func (r reader) doors() ([]string, error) {
	logins, err := r.rdb.HKeys(r.ctx, keyPeople).Result()
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, login := range logins {
		hashes, err := r.rdb.HVals(r.ctx, prefix+"sessions:"+login).Result()
		if err != nil {
			return nil, err
		}
		for _, hash := range hashes {
			keys = append(keys, prefix+"session:"+hash)
		}
		link, err := r.rdb.Get(r.ctx, prefix+"linkof:"+login).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		if link != "" {
			keys = append(keys, prefix+"link:"+link)
		}
		keys = append(keys, prefix+"sessions:"+login, prefix+"linkof:"+login)
	}
	return keys, nil
}
