// Package bench is what Zhilu is measured against: bots as they are usually written, on gin and
// the server of the silenceper SDK. The two programs below it are made of it; run holds the
// driver of make bench.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/gin-gonic/gin"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/sirupsen/logrus"
)

// Serve runs a bot in the way that the documentation of gin and of the SDK leads to, with the
// loggers of both silenced, since they write every message out. It reads the account and its
// address from the same ZHILU_ variables as zhilu serve, prints the address as zhilu serve
// does, and returns when the process is told to stop. answer gives the text of the reply, ""
// for none.
func Serve(answer func(context.Context, *message.MixMessage) string) error {
	gin.SetMode(gin.ReleaseMode)
	logrus.SetOutput(io.Discard)
	account := officialaccount.NewOfficialAccount(&config.Config{
		AppID: os.Getenv("ZHILU_WECHAT_APP_ID"), AppSecret: os.Getenv("ZHILU_WECHAT_APP_SECRET"),
		Token: os.Getenv("ZHILU_WECHAT_TOKEN"), EncodingAESKey: os.Getenv("ZHILU_WECHAT_AES_KEY"), Cache: cache.NewMemory(),
	})
	router := gin.New()
	router.POST("/wechat", func(c *gin.Context) { receive(c, account, answer) })

	listener, err := net.Listen("tcp", os.Getenv("ZHILU_LISTEN"))
	if err != nil {
		return fmt.Errorf("ZHILU_LISTEN: %w", err)
	}
	fmt.Printf("webhook:   http://%s/wechat\n", listener.Addr())
	server := &http.Server{Handler: router, ErrorLog: log.New(io.Discard, "", 0)}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func receive(c *gin.Context, account *officialaccount.OfficialAccount, answer func(context.Context, *message.MixMessage) string) {
	server := account.GetServer(c.Request, c.Writer)
	silent := false
	server.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
		text := answer(c.Request.Context(), m)
		if text == "" {
			silent = true
			return nil
		}
		return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(text)}
	})
	if err := server.Serve(); err != nil {
		c.Status(http.StatusForbidden) // the SDK writes nothing itself
		return
	}
	if silent { // of an encrypted account the SDK would send an empty message, which is a fault to the platform
		c.String(http.StatusOK, "success")
		return
	}
	if err := server.Send(); err != nil {
		c.Status(http.StatusInternalServerError)
	}
}
