package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// API calls the platform in the name of one account (§7). It has its own HTTP client because the
// SDK's is a global without a timeout, its addresses are constants, and its errors quote the token
// (§11.26–28). Safe for any number of goroutines.
type API struct {
	base, appID, secret string
	client              *http.Client
	now                 func() time.Time

	mu    sync.Mutex
	token string
	until time.Time     // when the token is no longer used
	skew  time.Duration // by the last answer
	heard bool
}

// APIError is an errcode of the platform. Its text quotes nothing that the platform said.
type APIError struct {
	Code int
	IP   string // of 40164: the address that the platform saw, "" when it named none
}

func (e *APIError) Error() string { return fmt.Sprintf("wechat api: errcode %d", e.Code) }

// ErrAnswer says that what answered does not speak as the platform does.
var ErrAnswer = errors.New("wechat api: the answer is not the platform's")

// NewAPI makes a client for the API at base, such as https://api.weixin.qq.com. The client has no
// timeout of its own: each call ends with its context. It follows no redirect, which would carry the
// secret to another host.
func NewAPI(base, appID, secret string, client *http.Client, now func() time.Time) *API {
	straight := *client
	straight.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &API{base: strings.TrimRight(base, "/"), appID: appID, secret: secret, client: &straight, now: now}
}

// tokenMargin is how long before its end a token is asked for anew. The platform hands the same one
// out until five minutes before its end, so that it may have no more than 300 s left (§7).
const tokenMargin = time.Minute

// Token gives the access token, from memory while it is good. It asks for a stable token without a
// forced refresh, which takes nobody else's token away.
func (a *API) Token(ctx context.Context) (string, error) {
	a.mu.Lock()
	token, good := a.token, a.now().Before(a.until)
	a.mu.Unlock()
	if token != "" && good {
		return token, nil
	}
	var out struct {
		Token string `json:"access_token"`
		Life  int64  `json:"expires_in"` // seconds
	}
	in := map[string]any{"grant_type": "client_credential", "appid": a.appID, "secret": a.secret, "force_refresh": false}
	if err := a.do(ctx, http.MethodPost, "/cgi-bin/stable_token", nil, in, &out); err != nil {
		return "", err
	}
	if out.Token == "" {
		return "", ErrAnswer
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.token, a.until = out.Token, a.now().Add(time.Duration(out.Life)*time.Second-tokenMargin)
	return out.Token, nil
}

// Get calls a path of the API that takes no body, and decodes the answer into out. A token that the
// platform does not know any more is replaced once. The error is an *APIError, ErrAnswer, or that of
// the network without the address called, which holds the token.
func (a *API) Get(ctx context.Context, path string, out any) error {
	for retry := true; ; retry = false {
		token, err := a.Token(ctx)
		if err != nil {
			return err
		}
		err = a.do(ctx, http.MethodGet, path, url.Values{"access_token": {token}}, nil, out)
		var refused *APIError
		if !retry || !errors.As(err, &refused) || refused.Code != 40001 && refused.Code != 40014 && refused.Code != 42001 {
			return err
		}
		a.forget(token)
	}
}

func (a *API) forget(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.token == token {
		a.token = ""
	}
}

// Skew is how far the platform's clock was ahead of ours when it last answered, to about a second;
// ok is false before it did.
func (a *API) Skew() (skew time.Duration, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.skew, a.heard
}

// maxAnswer is more than the longest answer that is asked for.
const maxAnswer = 1 << 20

func (a *API) do(ctx context.Context, method, path string, query url.Values, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return ErrAnswer // no web address; its own text would quote it
	}
	req.URL.RawQuery = query.Encode()
	sent := a.now()
	resp, err := a.client.Do(req)
	if err != nil {
		return fmt.Errorf("wechat api: %w", bare(err))
	}
	defer resp.Body.Close()
	a.note(resp.Header.Get("Date"), sent)
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("wechat api: %w", bare(err))
	}
	return decodeAnswer(resp.StatusCode, data, out)
}

// bare takes the address off an error of the HTTP client.
func bare(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	return err
}

// note remembers how far the clocks are apart. The header has whole seconds, so half a one is added.
func (a *API) note(date string, sent time.Time) {
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	received := a.now()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.skew, a.heard = at.Add(500*time.Millisecond).Sub(sent.Add(received.Sub(sent)/2)), true
}

// seen is the address in the text of 40164.
var seen = regexp.MustCompile(`invalid ip ([0-9a-fA-F.:]+)`)

// decodeAnswer reads an answer: an errcode inside a 200 is a failure too.
func decodeAnswer(status int, data []byte, out any) error {
	var failed struct {
		Code int    `json:"errcode"`
		Text string `json:"errmsg"`
	}
	if status != http.StatusOK || json.Unmarshal(data, &failed) != nil {
		return ErrAnswer
	}
	if failed.Code != 0 {
		e := &APIError{Code: failed.Code}
		if m := seen.FindStringSubmatch(failed.Text); m != nil && failed.Code == 40164 {
			e.IP = m[1]
		}
		return e
	}
	if out != nil && json.Unmarshal(data, out) != nil {
		return ErrAnswer
	}
	return nil
}
