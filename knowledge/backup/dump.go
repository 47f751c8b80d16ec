package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"
)

// auditPage is how many records are read at a time; all other keys are bounded by their owners.
const auditPage = 500

// days is how many days of counts there can be.
const days = 402

// reader reads keys of one Redis.
type reader struct {
	ctx context.Context
	rdb redis.UniversalClient
	now time.Time
}

// dump gives every key of a backup, in the order of its parts.
func (r reader) dump(emit func(part string, row row) error) error {
	for _, k := range kept {
		keys, err := r.keys(k)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := r.key(k, key, emit); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	return nil
}

// keys gives the names of a kind. They follow from what is stored, so that nothing has to look
// through all the keys of all users.
func (r reader) keys(k keep) ([]string, error) {
	switch prefix + k.name {
	case keyHistory:
		paths, err := r.rdb.HKeys(r.ctx, keyRev).Result()
		slices.Sort(paths)
		for i, path := range paths {
			paths[i] = keyHistory + path
		}
		return paths, err
	case keyDay:
		var keys []string
		for back := range days { // until tomorrow, for a clock that is ahead
			keys = append(keys, keyDay+r.now.AddDate(0, 0, 1-back).Format(time.DateOnly))
		}
		slices.Reverse(keys)
		return keys, nil
	}
	return []string{prefix + k.name}, nil
}

func (r reader) key(k keep, key string, emit func(string, row) error) error {
	send := func(row row) error {
		if err := row.utf8(); err != nil {
			return err
		}
		return emit(k.part, row)
	}
	switch k.kind {
	case text:
		value, err := r.rdb.Get(r.ctx, key).Result()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		if err != nil {
			return err
		}
		return send(row{Key: key, Value: &value})
	case list:
		return r.list(key, send)
	}
	all, err := r.rdb.HGetAll(r.ctx, key).Result()
	if err != nil || len(all) == 0 {
		return err
	}
	until, err := r.until(key)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(all)), 16) { // a field may take half a megabyte
		piece := row{Key: key, Until: until, Fields: map[string]string{}}
		for _, field := range some {
			piece.Fields[field] = all[field]
		}
		if err := send(piece); err != nil {
			return err
		}
	}
	return nil
}

// list reads a list in pages. The audit only grows; the others are short.
func (r reader) list(key string, send func(row) error) error {
	page := int64(auditPage)
	if key != keyAudit {
		page = 1 << 30
	}
	for from := int64(0); ; from += page {
		values, err := r.rdb.LRange(r.ctx, key, from, from+page-1).Result()
		if err != nil || len(values) == 0 {
			return err
		}
		for some := range slices.Chunk(values, 8) {
			if err := send(row{Key: key, Values: some}); err != nil {
				return err
			}
		}
		if int64(len(values)) < page {
			return nil
		}
	}
}

func (r reader) until(key string) (*time.Time, error) {
	ttl, err := r.rdb.PTTL(r.ctx, key).Result()
	if err != nil || ttl < 0 {
		return nil, err
	}
	until := r.now.Add(ttl).UTC().Truncate(time.Second)
	return &until, nil
}

// utf8 refuses what JSON would change.
func (r row) utf8() error {
	ok := r.Value == nil || utf8.ValidString(*r.Value)
	for _, v := range r.Values {
		ok = ok && utf8.ValidString(v)
	}
	for f, v := range r.Fields {
		ok = ok && utf8.ValidString(f) && utf8.ValidString(v)
	}
	if !ok {
		return errors.New("holds what is no text")
	}
	return nil
}

// stamp changes when the draft or the pointer does: what must fit together in a backup.
func (r reader) stamp() (string, error) {
	values, err := r.rdb.MGet(r.ctx, keyActive, keyHead).Result()
	return fmt.Sprint(values...), err
}

// releaseIDs are the releases whose files are stored, each once.
func (r reader) releaseIDs() ([]string, error) {
	rows, err := r.rdb.LRange(r.ctx, keyList, 0, -1).Result()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, data := range rows {
		var rel struct{ ID string }
		if err := json.Unmarshal([]byte(data), &rel); err != nil {
			return nil, fmt.Errorf("%s: %w", keyList, err)
		}
		ids = append(ids, rel.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
