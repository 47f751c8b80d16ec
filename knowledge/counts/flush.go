package counts

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// store adds a batch to what is there, all of it or nothing, and only once: the writer's key holds
// the number of the last batch. A group that is a crowd now gets the fields that make it visible.
// It gives the groups that are visible and still have no text, by their place in the batch, so
// that no text is sent to Redis for a smaller one.
var store = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return {} end
local few, seen, ndays, ngroups = KEYS[2], KEYS[3], tonumber(ARGV[7]), tonumber(ARGV[8])
local dayttl, missttl, crowd = ARGV[3], ARGV[4], tonumber(ARGV[5])
local k, a = 4, 9
for d = 1, ndays do
  for c = 1, tonumber(ARGV[a]) do
    redis.call('HINCRBY', KEYS[k], ARGV[a + 2*c - 1], ARGV[a + 2*c])
  end
  redis.call('EXPIRE', KEYS[k], dayttl)
  a = a + 1 + 2 * tonumber(ARGV[a])
  k = k + 1
end
local want = {}
for g = 1, ngroups do
  local users, group = KEYS[k], KEYS[k + 1]
  local id, lang, day, messages, n = ARGV[a], ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], tonumber(ARGV[a + 4])
  k, a = k + 2, a + 5
  for u = 0, n - 1 do redis.call('PFADD', users, ARGV[a + u]) end
  a = a + n
  redis.call('HSETNX', group, 'lang', lang)
  local many = redis.call('PFCOUNT', users)
  if many < crowd then
    redis.call('ZADD', few, day, id)
  else
    if redis.call('HEXISTS', group, 'first') == 0 then
      redis.call('HSET', group, 'first', day, 'n', many)
      redis.call('ZREM', few, id)
    else
      redis.call('HINCRBY', group, 'n', messages)
    end
    redis.call('HSET', group, 'last', day)
    redis.call('ZADD', seen, day, id)
    if redis.call('HEXISTS', group, 'text') == 0 then want[#want + 1] = g end
  end
  redis.call('EXPIRE', users, missttl)
  redis.call('EXPIRE', group, missttl)
end
if ngroups > 0 then
  for _, index in ipairs({few, seen}) do
    redis.call('ZREMRANGEBYSCORE', index, '-inf', ARGV[6])
    redis.call('EXPIRE', index, missttl)
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return want`)

// say writes the texts of groups that are visible; a group that went meanwhile is left alone.
var say = redis.NewScript(`
for i, group in ipairs(KEYS) do
  if redis.call('HEXISTS', group, 'first') == 1 then redis.call('HSETNX', group, 'text', ARGV[i]) end
end
return 0`)

// Flush stores what was counted. When it fails, what was not stored is tried again by the next
// flush; a batch that may or may not have arrived is never counted twice.
func (r *Recorder) Flush(ctx context.Context) error {
	r.sending.Lock()
	defer r.sending.Unlock()
	for range 2 { // what failed the last time, and what came since
		if r.sent == nil {
			if r.sent = r.take(); r.sent == nil {
				return nil
			}
		}
		if err := r.send(ctx, r.sent); err != nil {
			if r.sent.tries++; r.sent.tries >= maxTries {
				r.lost.Add(int64(r.sent.cells))
				r.sent = nil
			}
			return fmt.Errorf("store counts: %w", err)
		}
		r.sent = nil
	}
	return nil
}

func (r *Recorder) send(ctx context.Context, b *batch) error {
	keys, args, groups := r.encode(b)
	want, err := store.Run(ctx, r.rdb, keys, args...).Int64Slice()
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		return nil
	}
	// From here on the batch is stored. What fails below is made up for by the next message of a
	// group, and by the next flush.
	var at []string
	var texts []any
	for _, i := range want {
		if 1 <= i && int(i) <= len(groups) {
			at, texts = append(at, groupKey(groups[i-1])), append(texts, b.groups[groups[i-1]].text)
		}
	}
	if len(at) > 0 {
		_ = say.Run(ctx, r.rdb, at, texts...).Err()
	}
	_ = r.bound(ctx)
	return nil
}

// encode gives keys and arguments of the script, and the groups in their order.
func (r *Recorder) encode(b *batch) (keys []string, args []any, groups []string) {
	keys = []string{writerKey(r.writer), fewKey, seenKey}
	var days []any
	newest := int64(0)
	for day, d := range b.days {
		keys, newest = append(keys, dayKey(day)), max(newest, day)
		at := len(days)
		days = append(days, 0)
		for i, values := range d {
			for value, n := range values {
				days = append(days, string(Kinds[i])+":"+value, *n)
			}
		}
		days[at] = (len(days) - at) / 2
	}
	args = []any{strconv.FormatInt(b.seq, 10), int(writerTTL.Seconds()), int(DayTTL.Seconds()), int(MissTTL.Seconds()), Crowd,
		newest - int64(MissTTL.Hours()/24) - 1, len(b.days), len(b.groups)}
	args = append(args, days...)
	for id, g := range b.groups {
		groups = append(groups, id)
		keys = append(keys, usersKey(id), groupKey(id))
		args = append(args, id, g.lang, g.day, g.messages, len(g.users))
		for u := range g.users {
			args = append(args, u)
		}
	}
	return keys, args, groups
}

// bound removes the oldest groups beyond the number that is kept, invisible ones first.
func (r *Recorder) bound(ctx context.Context) error {
	few, err := r.rdb.ZCard(ctx, fewKey).Result()
	if err != nil {
		return err
	}
	seen, err := r.rdb.ZCard(ctx, seenKey).Result()
	if err != nil {
		return err
	}
	over := few + seen - int64(r.maxMessages)
	if err := r.evict(ctx, fewKey, min(over, few)); err != nil {
		return err
	}
	return r.evict(ctx, seenKey, over-few)
}

func (r *Recorder) evict(ctx context.Context, index string, n int64) error {
	if n <= 0 {
		return nil
	}
	ids, err := r.rdb.ZRange(ctx, index, 0, n-1).Result()
	if err != nil || len(ids) == 0 {
		return err
	}
	keys, members := make([]string, 0, 2*len(ids)), make([]any, 0, len(ids))
	for _, id := range ids {
		keys, members = append(keys, usersKey(id), groupKey(id)), append(members, id)
	}
	_, err = r.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Unlink(ctx, keys...)
		p.ZRem(ctx, index, members...)
		return nil
	})
	return err
}
