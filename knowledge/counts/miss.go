package counts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge/fold"
	"zhilu/knowledge/mask"
)

// Limits of a message that is kept.
const (
	longestText = 200     // runes of it that are shown
	longestRead = 4 << 10 // bytes of one that is looked at; no messenger sends more
)

// group masks a message and gives its group, its user in that group, and what may be shown of
// it. A message that says nothing, or is too long, has no group.
func (r *Recorder) group(typed, user string) (id, who, text string) {
	if len(typed) > longestRead {
		return "", "", ""
	}
	text = mask.Text(typed)
	core := essence(text)
	if core == "" {
		return "", "", ""
	}
	id = keyed(&r.groups, core)
	return id, keyed(&r.users, id, user), shorten(strings.TrimSpace(text))
}

// shorten cuts a text to the runes that are shown, and never through a token of package mask.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= longestText {
		return s
	}
	s = string([]rune(s)[:longestText-1])
	if open := strings.LastIndex(s, "‹"); open > strings.LastIndex(s, "›") && len(s)-open < 16 {
		s = s[:open]
	}
	return s + "…"
}

// Little words that do not tell two messages apart, folded.
var (
	particles = strings.NewReplacer("请问", "", "我想问一下", "", "想问一下", "", "问一下", "", "麻烦", "", "你好", "", "您好", "", "谢谢", "", "求助", "", "拜托", "",
		"吗", "", "呢", "", "啊", "", "呀", "", "吧", "", "哦", "", "嘛", "", "啦", "", "哈", "", "唉", "", "哎", "", "喔", "", "嗯", "", "么", "")
	fillers = map[string]bool{"please": true, "pls": true, "plz": true, "hi": true, "hello": true, "hey": true, "thanks": true, "thank": true, "you": true, "ok": true,
		"por": true, "favor": true, "porfa": true, "porfavor": true, "hola": true, "gracias": true, "buenas": true, "buenos": true, "dias": true, "tardes": true, "noches": true,
		"um": true, "eh": true, "qing": true, "wen": true, "qingwen": true, "nihao": true}
)

// essence is what makes two messages the same: the folded text without signs and little words.
func essence(masked string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, fold.Text(masked))
	words := strings.Fields(particles.Replace(s))
	words = slices.DeleteFunc(words, func(w string) bool { return fillers[w] })
	return strings.Join(words, " ")
}

// Miss is a message that at least Crowd different users have sent and that was not understood.
type Miss struct {
	Key      string
	Text     string // masked, as one of them typed it; at most 200 characters
	Lang     string
	Users    int64 // about how many
	Messages int64 // at least so many
	// First is the day on which the group became large enough to be seen, Last that of its last message.
	First, Last time.Time
	Done, By    string // how it was handled, and who did
}

// How a miss can be handled.
const (
	Phrase  = "phrase"
	Example = "example"
	Entry   = "entry"
	Test    = "test"
	Ignored = "ignored"
)

// Dismissed reports whether the miss was put aside without becoming content.
func (m Miss) Dismissed() bool { return m.Done == Ignored }

// ErrNotFound says that there is no such miss, or none any more.
var ErrNotFound = errors.New("no such miss")

// Misses gives all misses, handled ones too: those of most users first.
func (r *Reader) Misses(ctx context.Context) ([]Miss, error) {
	ids, err := r.rdb.ZRange(ctx, seenKey, 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("list misses: %w", err)
	}
	var misses []Miss
	for some := range slices.Chunk(ids, 500) {
		more, err := r.misses(ctx, some)
		if err != nil {
			return nil, err
		}
		misses = append(misses, more...)
	}
	slices.SortFunc(misses, func(a, b Miss) int {
		return cmp.Or(cmp.Compare(b.Users, a.Users), cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Key, b.Key))
	})
	return misses, nil
}

// Miss gives one of them, and ErrNotFound for one that is not there or not there any more.
func (r *Reader) Miss(ctx context.Context, key string) (Miss, error) {
	if !isGroup(key) {
		return Miss{}, ErrNotFound
	}
	found, err := r.misses(ctx, []string{key})
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Miss{}, err
	}
	return found[0], nil
}

func isGroup(key string) bool { return len(key) == 32 && strings.Trim(key, "0123456789abcdef") == "" }

// misses reads groups and leaves out those that may not be seen.
func (r *Reader) misses(ctx context.Context, ids []string) ([]Miss, error) {
	fields, users := make([]*redis.MapStringStringCmd, len(ids)), make([]*redis.IntCmd, len(ids))
	if _, err := r.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			fields[i], users[i] = p.HGetAll(ctx, groupKey(id)), p.PFCount(ctx, usersKey(id))
		}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read misses: %w", err)
	}
	var misses []Miss
	for i, id := range ids {
		if f := fields[i].Val(); f["text"] != "" && users[i].Val() >= Crowd {
			misses = append(misses, Miss{Key: id, Text: f["text"], Lang: f["lang"], Users: users[i].Val(), Messages: integer(f["n"]),
				First: dayStart(integer(f["first"])), Last: dayStart(integer(f["last"])), Done: f["done"], By: f["by"]})
		}
	}
	return misses, nil
}

func integer(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// resolve marks a group that is visible; one that went is not brought back.
var resolve = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'text') == 0 then return 0 end
redis.call('HSET', KEYS[1], 'done', ARGV[1], 'by', ARGV[2])
return 1`)

// Resolve marks a miss as handled: how is Phrase, Example, Entry, Test or Ignored, or "" to open
// it again; by is the operator. A miss that is gone gives ErrNotFound.
func (r *Reader) Resolve(ctx context.Context, key, how, by string) error {
	if !slices.Contains([]string{Phrase, Example, Entry, Test, Ignored, ""}, how) {
		return fmt.Errorf("resolve a miss: there is no way %q", how)
	}
	if !isGroup(key) {
		return ErrNotFound
	}
	marked, err := resolve.Run(ctx, r.rdb, []string{groupKey(key)}, how, by).Int()
	switch {
	case err != nil:
		return fmt.Errorf("resolve a miss: %w", err)
	case marked == 0:
		return ErrNotFound
	}
	return nil
}
