package load

import (
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

func account(mode Mode) Account {
	return Account{AppID: "wx5a1ce0ffee0ddba1", OriginalID: "gh_0123456789ab", Token: "token", Mode: mode,
		AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
}

// received is a message as a bot reads it.
type received struct {
	ToUserName, FromUserName, MsgType, Content, Event, Encrypt string
	Choice                                                     string `xml:"bizmsgmenuid"`
	CreateTime, MsgId                                          int64
}

// bot is a server that reads messages with the SDK's functions and answers what reply gives.
type bot struct {
	t       *testing.T
	account Account
	reply   func(w http.ResponseWriter, m received)

	mu   sync.Mutex
	seen []received
}

func start(t *testing.T, a Account, reply func(b *bot, w http.ResponseWriter, m received)) (*bot, string) {
	t.Helper()
	b := &bot{t: t, account: a}
	b.reply = func(w http.ResponseWriter, m received) { reply(b, w, m) }
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return b, server.URL + "/wechat"
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	body, _ := io.ReadAll(r.Body)
	if q.Get("signature") != util.Signature(b.account.Token, q.Get("timestamp"), q.Get("nonce")) {
		b.t.Error("wrong signature")
	}
	if at, _ := strconv.ParseInt(q.Get("timestamp"), 10, 64); time.Since(time.Unix(at, 0)).Abs() > time.Minute {
		b.t.Errorf("timestamp %s", q.Get("timestamp"))
	}
	var m received
	if err := xml.Unmarshal(body, &m); err != nil {
		b.t.Errorf("body: %v", err)
	}
	if want := map[Mode]string{Plain: "", Safe: "aes", Compatible: "aes"}[b.account.Mode]; q.Get("encrypt_type") != want {
		b.t.Errorf("encrypt_type %s", q.Get("encrypt_type"))
	}
	if b.account.Mode != Plain {
		if q.Get("msg_signature") != util.Signature(b.account.Token, q.Get("timestamp"), q.Get("nonce"), m.Encrypt) {
			b.t.Error("wrong msg_signature")
		}
		if (m.FromUserName != "") != (b.account.Mode == Compatible) {
			b.t.Errorf("plain fields beside the encrypted one: %q", m.FromUserName)
		}
		_, inner, err := util.DecryptMsg(b.account.AppID, m.Encrypt, b.account.AESKey)
		if err != nil {
			b.t.Errorf("decrypt: %v", err)
		}
		m = received{}
		if err := xml.Unmarshal(inner, &m); err != nil {
			b.t.Errorf("message: %v", err)
		}
	}
	if m.ToUserName != b.account.OriginalID || m.FromUserName != q.Get("openid") || len(m.FromUserName) != 28 {
		b.t.Errorf("from %q to %q", m.FromUserName, m.ToUserName)
	}
	b.mu.Lock()
	b.seen = append(b.seen, m)
	b.mu.Unlock()
	b.reply(w, m)
}

// messages are what was received so far, by user.
func (b *bot) messages() map[string][]received {
	b.mu.Lock()
	defer b.mu.Unlock()
	by := map[string][]received{}
	for _, m := range b.seen {
		by[m.FromUserName] = append(by[m.FromUserName], m)
	}
	return by
}

// echo answers the text that came in.
func echo(b *bot, w http.ResponseWriter, m received) { b.send(w, text(m, "you said "+m.Content)) }

func text(m received, content string) string {
	return fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content></xml>", m.FromUserName, m.ToUserName, m.CreateTime, content)
}

// send writes a reply in the account's mode.
func (b *bot) send(w http.ResponseWriter, reply string) {
	if b.account.Mode == Plain {
		io.WriteString(w, reply)
		return
	}
	io.WriteString(w, b.seal(reply))
}

func (b *bot) seal(reply string) string {
	encrypted, err := util.EncryptMsg([]byte(rand.Text()[:16]), []byte(reply), b.account.AppID, b.account.AESKey)
	if err != nil {
		b.t.Error(err)
	}
	return fmt.Sprintf("<xml><Encrypt><![CDATA[%s]]></Encrypt><MsgSignature><![CDATA[%s]]></MsgSignature><TimeStamp>1714036504</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>",
		encrypted, util.Signature(b.account.Token, "1714036504", "n", string(encrypted)))
}
