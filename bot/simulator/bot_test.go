package simulator_test

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"zhilu/bot/simulator"
)

const (
	token  = "tk_Conformance_2026"
	appID  = "wx5a1ce0ffee0ddba1"
	aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// inbound is one request as the bot of the tests understood it.
type inbound struct {
	To      string `xml:"ToUserName"`
	From    string `xml:"FromUserName"`
	Type    string `xml:"MsgType"`
	Event   string `xml:"Event"`
	Content string `xml:"Content"`
	MenuID  string `xml:"bizmsgmenuid"`
	MsgID   string `xml:"MsgId"`
	Encrypt string `xml:"Encrypt"`

	n     int // from 1
	query string
	body  string
	mode  string // plain, or what the body held
}

// bot is a webhook that checks signatures as the platform's documents say, with
// the SDK's crypto, and then does what its test wants.
type bot struct {
	mu     sync.Mutex
	seen   []inbound
	answer func(w http.ResponseWriter, r *http.Request, m inbound)
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if util.Signature(token, q.Get("timestamp"), q.Get("nonce")) != q.Get("signature") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, q.Get("echostr"))
		return
	}
	raw, _ := io.ReadAll(r.Body)
	m := inbound{query: r.URL.RawQuery, body: string(raw), mode: "plain"}
	_ = xml.Unmarshal(raw, &m)
	if q.Get("encrypt_type") == "aes" {
		m.mode = "encrypted"
		if m.From != "" {
			m.mode = "both"
		}
		if util.Signature(token, q.Get("timestamp"), q.Get("nonce"), m.Encrypt) != q.Get("msg_signature") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, plain, err := util.DecryptMsg(appID, m.Encrypt, aesKey)
		if err != nil || xml.Unmarshal(plain, &m) != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
	}
	b.mu.Lock()
	m.n = len(b.seen) + 1
	b.seen = append(b.seen, m)
	b.mu.Unlock()
	b.answer(w, r, m)
}

func (b *bot) all() []inbound {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]inbound(nil), b.seen...)
}

func (b *bot) last(t *testing.T) inbound {
	t.Helper()
	all := b.all()
	if len(all) == 0 {
		t.Fatal("the bot got no request")
	}
	return all[len(all)-1]
}

// start runs a bot and a platform that talks to it.
func start(t *testing.T, cfg simulator.Config, answer func(http.ResponseWriter, *http.Request, inbound)) (*simulator.Platform, *bot) {
	t.Helper()
	b := &bot{answer: answer}
	s := httptest.NewServer(b)
	t.Cleanup(s.Close)
	cfg.URL = s.URL + "/wechat"
	cfg.Token, cfg.AppID = token, appID
	if cfg.Mode != simulator.Plain {
		cfg.AESKey = aesKey
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second // far away, for tests in which nothing is cut off
	}
	cfg.Client = &http.Client{Transport: simulator.Loopback{}}
	p, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p, b
}

// reply makes the XML of a text reply.
func reply(m inbound, content string) string {
	return replyTo(m.From, m.To, "1767225608", "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA["+content+"]]></Content>")
}

func replyTo(to, from, created, rest string) string {
	return "<xml><ToUserName><![CDATA[" + to + "]]></ToUserName><FromUserName><![CDATA[" + from +
		"]]></FromUserName><CreateTime>" + created + "</CreateTime>" + rest + "</xml>"
}

// seal encrypts a reply.
func seal(plain string) string { return sealWith(plain, appID, token, "1767225609") }

func sealWith(plain, id, tok, ts string) string {
	enc, err := util.EncryptMsg([]byte("0123456789abcdef"), []byte(plain), id, aesKey)
	if err != nil {
		panic(err)
	}
	return "<xml><Encrypt><![CDATA[" + string(enc) + "]]></Encrypt><MsgSignature><![CDATA[" +
		util.Signature(tok, ts, "99", string(enc)) + "]]></MsgSignature><TimeStamp>" + ts + "</TimeStamp><Nonce><![CDATA[99]]></Nonce></xml>"
}

// says answers every message with an encrypted text, or plain if it came so.
func says(content string) func(http.ResponseWriter, *http.Request, inbound) {
	return func(w http.ResponseWriter, _ *http.Request, m inbound) {
		if m.mode == "plain" {
			_, _ = io.WriteString(w, reply(m, content))
			return
		}
		_, _ = io.WriteString(w, seal(reply(m, content)))
	}
}

// writes answers every message with the same bytes.
func writes(body string) func(http.ResponseWriter, *http.Request, inbound) {
	return func(w http.ResponseWriter, _ *http.Request, _ inbound) { _, _ = io.WriteString(w, body) }
}

// hang answers nothing until the platform hangs up.
func hang(_ http.ResponseWriter, r *http.Request, _ inbound) { <-r.Context().Done() }

// clock is a time that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Unix(1767225600, 0)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// withBadPadding encrypts plain with a padding whose last byte alone is right.
func withBadPadding(plain string) string {
	key := decode64(aesKey + "=")
	msg := append([]byte("0123456789abcdef"), byte(len(plain)>>24), byte(len(plain)>>16), byte(len(plain)>>8), byte(len(plain)))
	msg = append(append(msg, plain...), appID...)
	pad := 32 - len(msg)%32
	msg = append(msg, make([]byte, pad)...) // zeros, unless there is only one
	msg[len(msg)-1] = byte(pad)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(msg, msg)
	return base64.StdEncoding.EncodeToString(msg)
}

// sealRaw signs a ciphertext.
func sealRaw(enc string) string {
	return "<xml><Encrypt>" + enc + "</Encrypt><MsgSignature>" + util.Signature(token, "1", "9", enc) +
		"</MsgSignature><TimeStamp>1</TimeStamp><Nonce>9</Nonce></xml>"
}

func decode64(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}
