// Command echo sends every text back: gin and the SDK's server, no Redis, nothing of its own.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"zhilu/bot/bench"
)

func main() {
	err := bench.Serve(func(_ context.Context, m *message.MixMessage) string {
		return cmp.Or(m.Content, string(m.MsgType))
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
