package bot

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// The account of the test data, and a second token and key for rotation.
const (
	testToken = "tk_Conformance_2026"
	testKey   = "kW3u7Zr0Qm5bXc8dEf2gHi4jKl6nOp9qRs1tUv3wYzA"
	testAppID = "wx5a1ce0ffee0ddba1"
	testGH    = "gh_7d3a91c05be2"
	testUser  = "oxsKJ5J6cBbIUWGA4e3O8sY30P7C"
	oldToken  = "previousToken"
	oldKey    = "P9oL8kJ7hG6fD5sA4zX3cV2bN1mQ0wE9rT8yU7iO6pI"
	testTime  = 1767225601
)

func testAccount(mode Mode) Account {
	return Account{
		AppID: testAppID, OriginalID: testGH, Mode: mode,
		Tokens: []string{testToken, oldToken}, AESKeys: []string{testKey, oldKey},
	}
}

func clockAt(unix int64) func() time.Time {
	return func() time.Time { return time.Unix(unix, 0) }
}

func mustDoor(t testing.TB, a Account, now int64) *Door {
	t.Helper()
	d, err := NewDoor(a, clockAt(now), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func wantRefusal(t testing.TB, err error, reason string) {
	t.Helper()
	want := Refusal{http.StatusForbidden, reason}
	if reason == ReasonSize {
		want.Status = http.StatusRequestEntityTooLarge
	}
	if !errors.Is(err, want) || err.Error() != "bot: request refused: "+reason {
		t.Errorf("got %v, want refusal %q", err, reason)
	}
}

// request builds what the platform would send, right in every way until a test changes something.
type request struct {
	token, key, appID string
	timestamp, nonce  string
	outerTo, message  string
	extra             string // appended to the query
}

func newRequest(message string) request {
	return request{
		token: testToken, key: testKey, appID: testAppID,
		timestamp: strconv.Itoa(testTime), nonce: "845217733", outerTo: testGH, message: message,
	}
}

func textMessage(to, content string) string {
	return "<xml><ToUserName>" + cdata(to) + "</ToUserName><FromUserName>" + cdata(testUser) +
		"</FromUserName><CreateTime>1767225600</CreateTime><MsgType>text</MsgType><Content>" +
		cdata(content) + "</Content><MsgId>1</MsgId></xml>"
}

func (r request) plain() (query string, body []byte) {
	return r.query(nil), []byte(r.message)
}

func (r request) safe(t testing.TB) (query string, body []byte) {
	t.Helper()
	text := mustKey(t, r.key).encrypt([randomSize]byte{1, 2, 3}, r.message, r.appID)
	query = r.query(url.Values{
		"encrypt_type":  {"aes"},
		"msg_signature": {util.Signature(r.token, r.timestamp, r.nonce, text)},
	})
	to := ""
	if r.outerTo != "" {
		to = "<ToUserName>" + r.outerTo + "</ToUserName>"
	}
	return query, []byte("<xml>" + to + "<Encrypt>" + text + "</Encrypt></xml>")
}

func (r request) query(more url.Values) string {
	q := url.Values{
		"signature": {util.Signature(r.token, r.timestamp, r.nonce)},
		"timestamp": {r.timestamp}, "nonce": {r.nonce}, "openid": {"somebody-else"},
	}
	for name, values := range more {
		q[name] = values
	}
	return q.Encode() + r.extra
}

func TestNewDoorReportsEveryFault(t *testing.T) {
	const secret = "SECRET in here"
	_, err := NewDoor(Account{
		OriginalID: "gh 1", Tokens: []string{"", secret, "xx"}, AESKeys: []string{secret, "", testKey},
		Mode: ModeSafe,
	}, nil, nil)
	for _, fault := range []string{
		"app id is missing", "original id has a space", "more than two tokens", "token 1 is not", "token 2 is not",
		"token 3 is not", "more than two AES keys", "AES key 1 is not 43", "AES key 2 is not 43", "clock",
	} {
		if !strings.Contains(fmt.Sprint(err), fault) {
			t.Errorf("%q is not reported in:\n%v", fault, err)
		}
	}
	if strings.Contains(fmt.Sprint(err), "SECRET") {
		t.Error("the error shows a secret")
	}
}

func TestNewDoorFaultByFault(t *testing.T) {
	for name, c := range map[string]struct {
		fault  string
		change func(*Account)
	}{
		"no token":     {"token is missing", func(a *Account) { a.Tokens = nil }},
		"long token":   {"token 1", func(a *Account) { a.Tokens[0] = strings.Repeat("x", 33) }},
		"token, NL":    {"token 2", func(a *Account) { a.Tokens[1] = "token\n" }},
		"no key":       {"AES key is missing", func(a *Account) { a.AESKeys = nil }},
		"no key (c)":   {"AES key is missing", func(a *Account) { a.AESKeys, a.Mode = nil, ModeCompatible }},
		"bad key, all": {"AES key 1", func(a *Account) { a.AESKeys[0], a.Mode = "x", ModePlain }},
		"no mode":      {"mode is not", func(a *Account) { a.Mode = "" }},
		"odd mode":     {"mode is not", func(a *Account) { a.Mode = "Safe" }},
		"app id space": {"app id has", func(a *Account) { a.AppID += " " }},
	} {
		a := testAccount(ModeSafe)
		c.change(&a)
		d, err := NewDoor(a, time.Now, rand.Reader)
		if d != nil || err == nil || !strings.HasPrefix(err.Error(), c.fault) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := NewDoor(Account{Tokens: []string{"abc"}, Mode: ModePlain}, time.Now, rand.Reader); err != nil {
		t.Errorf("plain mode needs a token only: %v", err)
	}
}

func TestSignatures(t *testing.T) {
	for _, v := range readVectors(t, "crypto/signatures.json", 4) {
		if got := util.Signature(v.Token, v.Timestamp, v.Nonce); got != v.Signature {
			t.Errorf("%s: %s", v.Name, got)
		}
		if v.Echo == "" || len(v.Token) < 3 {
			continue
		}
		at, _ := strconv.ParseInt(v.Timestamp, 10, 64)
		d := mustDoor(t, Account{Tokens: []string{v.Token}, Mode: ModePlain}, at)
		q := url.Values{"signature": {v.Signature}, "timestamp": {v.Timestamp}, "nonce": {v.Nonce}, "echostr": {v.Echo}}
		if echo, err := d.Verify(q.Encode()); echo != v.Echo || err != nil {
			t.Errorf("%s: %q, %v", v.Name, echo, err)
		}
	}
}

func TestVerify(t *testing.T) {
	r := newRequest("")
	for name, c := range map[string]struct{ extra, echo, reason string }{
		"digits":    {"&echostr=4375120948345356249", "4375120948345356249", ""},
		"letters":   {"&echostr=aZ_-9", "aZ_-9", ""},
		"longest":   {"&echostr=" + strings.Repeat("1", 128), strings.Repeat("1", 128), ""},
		"too long":  {"&echostr=" + strings.Repeat("1", 129), "", ReasonEcho},
		"missing":   {"", "", ReasonEcho},
		"empty":     {"&echostr=", "", ReasonEcho},
		"markup":    {"&echostr=%3Cscript%3E", "", ReasonEcho},
		"line end":  {"&echostr=1%0A", "", ReasonEcho},
		"twice":     {"&echostr=1&echostr=1", "", ReasonQuery},
		"semicolon": {"&echostr=1;2", "", ReasonQuery},
		"escape":    {"&echostr=%zz", "", ReasonQuery},
	} {
		r.extra = c.extra
		for _, mode := range []Mode{ModePlain, ModeCompatible, ModeSafe} {
			query, _ := r.plain()
			echo, err := mustDoor(t, testAccount(mode), testTime).Verify(query)
			if c.reason != "" {
				wantRefusal(t, err, c.reason)
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if echo != c.echo {
				t.Errorf("%s: echo %q", name, echo)
			}
		}
	}
	r.extra, r.token = "&echostr=1", "someone else's"
	query, _ := r.plain()
	_, err := mustDoor(t, testAccount(ModeSafe), testTime).Verify(query)
	wantRefusal(t, err, ReasonSignature)
}

func TestTimestamps(t *testing.T) {
	for timestamp, reason := range map[string]string{
		"1767225601":           "",
		"1767225001":           "", // 600 s ago
		"1767225000":           ReasonStale,
		"1767226201":           "", // in 600 s
		"1767226202":           ReasonStale,
		"978307200":            ReasonStale, // the year 2001
		"+1767225601":          ReasonStale,
		"-1767225601":          ReasonStale,
		"01767225601":          ReasonStale,
		"1767225601.0":         ReasonStale,
		"1767225601000":        ReasonStale, // milliseconds
		"9223372036854775807":  ReasonStale,
		"9223372036854775808":  ReasonStale,
		"99999999999999999999": ReasonStale,
		"1767225601x":          ReasonStale,
		"１７６７２２５６０１":           ReasonStale,
		"":                     ReasonStale,
	} {
		r := newRequest(textMessage(testGH, "x"))
		r.timestamp = timestamp
		query, body := r.safe(t)
		_, _, err := mustDoor(t, testAccount(ModeSafe), testTime).Open(query, body)
		if reason == "" && err != nil {
			t.Errorf("%q: %v", timestamp, err)
		}
		if reason != "" {
			wantRefusal(t, err, reason)
		}
	}
}

func cdata(s string) string { return string(appendCDATA(nil, s)) }
