// Command naive is the usual bot: for each message it asks Redis whether it has seen the message,
// reads the user's session, picks one of a few fixed texts and writes the session. gin, the SDK's
// server, and go-redis as it comes.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"zhilu/bot/bench"
)

// How long it keeps things.
const (
	seenTime    = 30 * time.Minute
	sessionTime = 30 * 24 * time.Hour
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	options, err := redis.ParseURL(os.Getenv("ZHILU_REDIS_URL"))
	if err != nil {
		return errors.New("ZHILU_REDIS_URL: is no address of a Redis") // the error itself holds the password
	}
	rdb := redis.NewClient(options)
	defer rdb.Close()
	return bench.Serve(func(ctx context.Context, m *message.MixMessage) string {
		reply, err := answer(ctx, rdb, m)
		if err != nil {
			return "系统繁忙，请稍后再试。"
		}
		return reply
	})
}

// answer gives "" for a message that was there before.
func answer(ctx context.Context, rdb *redis.Client, m *message.MixMessage) (string, error) {
	user := string(m.FromUserName)
	first, err := rdb.SetNX(ctx, "msg:"+user+":"+strconv.FormatInt(m.MsgID, 10), 1, seenTime).Result()
	if err != nil || !first {
		return "", err
	}
	session := "session:" + user
	at, err := rdb.Get(ctx, session).Int()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", err
	}
	at = next(at, m.Content)
	if err := rdb.Set(ctx, session, at, sessionTime).Err(); err != nil {
		return "", err
	}
	return menu[at], nil
}

// next is the text that a message leads to: one by number, else the one after.
func next(at int, content string) int {
	if n, err := strconv.Atoi(content); err == nil && n >= 0 && n < len(menu) {
		return n
	}
	return (at + 1) % len(menu)
}
