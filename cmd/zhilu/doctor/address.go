package doctor

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// address looks at the webhook from outside: its name, its certificate, and what it answers to the
// question that the platform asks when the address is saved.
func (s Setup) address(ctx context.Context, n *notes) {
	if s.URL == "" {
		n.add("address-not-given")
		return
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		n.add("address-form")
		return
	}
	if p := u.Port(); p != "" && p != defaultPort(u) { // the platform calls no other
		n.add("address-port", "port", p)
	}
	if u.Path != webhookPath {
		n.add("address-path", "path", webhookPath)
	}
	if !s.resolves(ctx, n, u.Hostname()) {
		return
	}
	if u.Scheme == "http" {
		n.add("address-http")
	} else if !s.certificate(ctx, n, u) {
		return // what it answers would come from nobody knows whom
	}
	s.verification(ctx, n, u)
	s.inside(ctx, n, u)
}

const webhookPath = "/wechat"

func defaultPort(u *url.URL) string {
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// resolves asks for the host's addresses: the platform must be able to reach all of them.
func (s Setup) resolves(ctx context.Context, n *notes, host string) bool {
	ctx, cancel := step(ctx)
	defer cancel()
	lookup := s.Net.Lookup
	if lookup == nil {
		lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	list, err := lookup(ctx, host)
	if err != nil || len(list) == 0 {
		n.add("address-name", "host", host)
		return false
	}
	for _, ip := range list {
		if ip = ip.Unmap(); ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() {
			n.add("address-private", "host", host, "ip", ip)
			return true
		}
	}
	n.add("address-resolves", "host", host)
	return true
}

// client asks as the platform does: no redirects, no proxy, no connection kept.
func (s Setup) client() *http.Client {
	dial := s.Net.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return &http.Client{
		Transport: &http.Transport{DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: s.Net.Roots},
			DisableKeepAlives: true, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what came back of a GET.
type answer struct {
	status int
	body   string
	took   time.Duration
}

func (s Setup) get(ctx context.Context, u url.URL) (answer, error) {
	ctx, cancel := step(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return answer{}, err
	}
	began := time.Now()
	resp, err := s.client().Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	const enough = 64 << 10
	body, err := io.ReadAll(io.LimitReader(resp.Body, enough))
	return answer{resp.StatusCode, string(body), time.Since(began)}, err
}

// How long the answer may take: the platform hangs up after 5 s.
const (
	slowAnswer    = time.Second
	tooSlowAnswer = 4 * time.Second
)

// verification asks twice: signed as the platform signs, and wrongly.
func (s Setup) verification(ctx context.Context, n *notes, u *url.URL) {
	if len(s.Account.Tokens) == 0 || s.Trial {
		n.add("address-no-token")
		return
	}
	signed, echo := s.question(u, s.Account.Tokens[0])
	got, err := s.get(ctx, signed)
	if err != nil {
		id := networkFault(err)
		if id == "" {
			id = "closed"
		}
		n.add("address-"+id, "host", u.Hostname())
		return
	}
	switch {
	case got.status == http.StatusOK && got.body == echo:
		n.add("address-echo", "ms", millis(got.took))
	case got.status == http.StatusOK && strings.Contains(got.body, echo):
		n.add("address-echo-more")
	case got.status == http.StatusOK:
		n.add("address-echo-other")
	case got.status >= 300 && got.status < 400:
		n.add("address-redirect", "status", got.status)
	case got.status == http.StatusForbidden && got.body == "":
		n.add("address-token")
	case got.status == http.StatusNotFound || got.status == http.StatusMethodNotAllowed:
		n.add("address-elsewhere", "status", got.status)
	case got.status >= 500:
		n.add("address-upstream", "status", got.status)
	default:
		n.add("address-status", "status", got.status)
	}
	switch {
	case got.took > tooSlowAnswer:
		n.add("address-too-slow", "ms", millis(got.took))
	case got.took > slowAnswer:
		n.add("address-slow", "ms", millis(got.took))
	}
	forged, echo := s.question(u, rand.Text()[:20])
	switch got, err := s.get(ctx, forged); {
	case err != nil: // the signed one was answered: nothing was learnt
	case got.status == http.StatusOK && strings.Contains(got.body, echo): // a redirect quotes it too
		n.add("address-forged")
	case got.status == http.StatusForbidden:
		n.add("address-refuses")
	case got.status < 300:
		n.add("address-forged-status", "status", got.status)
	}
}

// question is the address with what the platform adds to it, and the text that must come back.
func (s Setup) question(u *url.URL, token string) (url.URL, string) {
	var random [16]byte
	rand.Read(random[:])                                                      // never fails
	echo := strconv.FormatUint(binary.BigEndian.Uint64(random[:8])|1<<63, 10) // 19 or 20 digits, as the platform's
	timestamp, nonce := strconv.FormatInt(s.Now().Unix(), 10), hex.EncodeToString(random[8:])
	parts := []string{token, timestamp, nonce}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	out := *u
	out.RawQuery = url.Values{"signature": {hex.EncodeToString(sum[:])}, "timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo}}.Encode()
	return out, echo
}

// insides are pages that nobody outside may see, by what ours have in them.
var insides = []struct{ path, mark string }{
	{"/metrics", "# TYPE "}, {"/readyz", "ok\n"}, {"/livez", "ok\n"}, {"/sign-in", `action="/sign-in"`}, {"/debug/pprof/", "goroutine"},
}

func (s Setup) inside(ctx context.Context, n *notes, u *url.URL) {
	open, asked := false, false
	for _, page := range insides {
		at := *u
		at.Path, at.RawPath = page.path, ""
		got, err := s.get(ctx, at)
		if err != nil {
			continue
		}
		asked = true
		if got.status == http.StatusOK && strings.Contains(got.body, page.mark) {
			n.add("address-inside", "path", page.path)
			open = true
		}
	}
	if asked && !open {
		n.add("address-closed-inside")
	}
}
