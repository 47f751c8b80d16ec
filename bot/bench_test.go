package bot_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/util"

	"zhilu/bot"
	"zhilu/dialog/session"
	"zhilu/knowledge"
)

// The two benchmarks get the same requests: signed and encrypted text messages of 1 000
// users, each message new. Run them side by side: go test -run '^$' -bench . ./bot

// BenchmarkTurn is one whole turn: safe mode, a real dialog step, a real Redis over a unix
// socket.
func BenchmarkTurn(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	_, rdb := hurriedRedis(b)
	account := bot.Account{AppID: appID, OriginalID: ghID, Tokens: []string{token}, AESKeys: []string{aesKey}, Mode: bot.ModeSafe}
	door, err := bot.NewDoor(account, time.Now, rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	router := gin.New()
	(&bot.Bot{Door: door, Account: appID, Store: session.New(rdb, []byte("a secret of the tests, not of anyone")), Release: func() *knowledge.Release { return base() },
		Now: time.Now, PerMinute: 1 << 20, Log: slog.New(slog.NewJSONHandler(discard{}, nil))}).Routes(router)
	benchmark(b, router)
}

// BenchmarkEcho is what the SDK's own documentation leads to: gin, the SDK's server, the
// message sent back. No Redis, no dialog; its loggers are silenced.
func BenchmarkEcho(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	account := officialaccount.NewOfficialAccount(&config.Config{AppID: appID, AppSecret: "unused", Token: token, EncodingAESKey: aesKey, Cache: cache.NewMemory()})
	router := gin.New()
	router.POST(bot.Path, func(c *gin.Context) {
		server := account.GetServer(c.Request, c.Writer)
		server.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(m.Content)}
		})
		if err := server.Serve(); err != nil {
			c.Status(http.StatusForbidden)
			return
		}
		if err := server.Send(); err != nil {
			c.Status(http.StatusInternalServerError)
		}
	})
	benchmark(b, router)
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

type prepared struct {
	url  string
	body []byte
}

func benchmark(b *testing.B, handler http.Handler) {
	requests := make([]prepared, b.N)
	words := []string{"催收", "1", "1", "证据", "0", "12378", "me amenazan", "2", "they call my boss", "菜单"}
	for i := range requests {
		requests[i] = prepare(b, i, words[i/1000%len(words)])
	}
	var next, failed atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.SetParallelism(25) // 50 requests at once on two cores, as in a burst of traffic
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := requests[next.Add(1)-1]
			req := httptest.NewRequest(http.MethodPost, r.url, bytes.NewReader(r.body))
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, req)
			if rec.Code != http.StatusOK || !bytes.Contains(rec.Body.Bytes(), []byte("<Encrypt>")) {
				failed.Add(1)
			}
		}
	})
	if failed.Load() > 0 {
		b.Fatalf("%d of %d requests got no reply", failed.Load(), b.N)
	}
}

// prepare makes the request of message number i.
func prepare(b *testing.B, i int, words string) prepared {
	b.Helper()
	now := time.Now().Unix()
	xml := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[oBench%022d]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>", ghID, i%1000, now, words, 24857193046277559+i)
	encrypted, err := util.EncryptMsg([]byte("0123456789abcdef"), []byte(xml), appID, aesKey)
	if err != nil {
		b.Fatal(err)
	}
	timestamp, nonce := fmt.Sprint(now), fmt.Sprint(i)
	url := fmt.Sprintf("%s?signature=%s&timestamp=%s&nonce=%s&encrypt_type=aes&msg_signature=%s", bot.Path,
		util.Signature(token, timestamp, nonce), timestamp, nonce, util.Signature(token, timestamp, nonce, string(encrypted)))
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", ghID, encrypted)
	return prepared{url, []byte(body)}
}
