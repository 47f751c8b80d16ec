package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

const maxReply = 256 << 10 // far beyond any valid reply

var (
	errCutOff    = errors.New("cut off by the platform")
	errAbandoned = errors.New("abandoned by the platform")
)

// attempt makes one request and reads its answer.
func (p *Platform) attempt(ctx context.Context, d Delivery, o Options, try int) Attempt {
	a := Attempt{Try: try}
	a.Query, a.RawRequest, a.Err = p.seal(d.Message, d.XML, o)
	if a.Err != nil {
		return a
	}
	abandon := time.Duration(0)
	if try == 1 {
		abandon = o.Abandon
	}
	start := time.Now() // real time: the clock of Config may stand still
	p.post(ctx, &a, o, abandon)
	a.Duration = time.Since(start)
	return a
}

// post fills in the answer. A fault of the connection ends up in a.Err.
func (p *Platform) post(ctx context.Context, a *Attempt, o Options, abandon time.Duration) {
	tryCtx, hangUp := context.WithCancelCause(ctx)
	defer hangUp(nil)
	defer time.AfterFunc(p.cfg.Timeout, func() { hangUp(errCutOff) }).Stop()
	if abandon > 0 {
		tryCtx = httptrace.WithClientTrace(tryCtx, &httptrace.ClientTrace{
			WroteRequest: func(httptrace.WroteRequestInfo) {
				time.AfterFunc(abandon, func() { hangUp(errAbandoned) })
			},
		})
	}
	r, err := p.request(tryCtx, a, o)
	if err == nil {
		a.Status, a.RawResponse, err = p.do(r)
	}
	switch {
	case abandon > 0 && (err == nil || tryCtx.Err() != nil):
		a.Err = errAbandoned // also when the answer was quicker
	case err != nil && tryCtx.Err() != nil:
		a.Err = context.Cause(tryCtx)
	default:
		a.Err = err
	}
}

func (p *Platform) request(ctx context.Context, a *Attempt, o Options) (*http.Request, error) {
	if p.cfg.URL == "" {
		return nil, errors.New("no URL is configured")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, joinQuery(p.cfg.URL, a.Query), strings.NewReader(a.RawRequest))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "text/xml")
	r.Header.Set("User-Agent", "Mozilla/4.0")
	r.Header.Set("Accept", "*/*")
	if o.Edit != nil {
		o.Edit(r)
		a.Query = r.URL.RawQuery
	}
	return r, nil
}

func (p *Platform) do(r *http.Request) (status int, body string, err error) {
	resp, err := p.client.Do(r)
	if err != nil {
		var outer *url.Error // its text repeats the URL, and with it the signature
		if errors.As(err, &outer) {
			err = outer.Err
		}
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err == nil && len(b) > maxReply {
		err = fmt.Errorf("the reply is longer than %d bytes", maxReply)
	}
	return resp.StatusCode, string(b), err
}

func joinQuery(base, query string) string {
	if strings.Contains(base, "?") {
		return base + "&" + query
	}
	return base + "?" + query
}

// seal signs and, by mode, encrypts.
func (p *Platform) seal(m Message, plain string, o Options) (query, body string, err error) {
	mode := or(o.Mode, p.cfg.Mode)
	ts := or(o.Timestamp, strconv.FormatInt(p.now().Unix(), 10))
	nonce := o.Nonce
	if nonce == "" {
		nonce = p.digits(9)
	}
	query = p.urlQuery(o.Signature, ts, nonce) + "&openid=" + url.QueryEscape(m.From)
	body = plain
	if mode != Plain {
		var enc []byte
		enc, err = util.EncryptMsg(p.random(16), []byte(plain), p.cfg.AppID, p.cfg.AESKey)
		if err != nil {
			return "", "", fmt.Errorf("encrypting: %w", err)
		}
		sig := or(o.MsgSignature, util.Signature(p.cfg.Token, ts, nonce, string(enc)))
		query += "&encrypt_type=aes&msg_signature=" + url.QueryEscape(sig)
		body = p.wrap(mode, plain, string(enc))
	}
	if o.Body != nil {
		body = o.Body(body)
	}
	return query, body, nil
}

func (p *Platform) urlQuery(signature, ts, nonce string) string {
	sig := or(signature, util.Signature(p.cfg.Token, ts, nonce))
	return "signature=" + url.QueryEscape(sig) + "&timestamp=" + url.QueryEscape(ts) + "&nonce=" + url.QueryEscape(nonce)
}

// wrap puts the ciphertext where the mode has it: into the plain message, or
// next to the account alone.
func (p *Platform) wrap(mode Mode, plain, encrypted string) string {
	enc := cdata("Encrypt", encrypted)
	if mode == Safe {
		return document([]Element{cdata("ToUserName", p.cfg.Account), enc})
	}
	var b strings.Builder
	enc.write(&b)
	if i := strings.LastIndex(plain, "</xml>"); i >= 0 {
		return plain[:i] + b.String() + "\n" + plain[i:]
	}
	return plain + b.String()
}
