package doctor

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
)

// TestWeChatCodes: every errcode that has a cure of its own, as the platform's API gives it.
func TestWeChatCodes(t *testing.T) {
	const stable, menu = "/cgi-bin/stable_token", "/cgi-bin/menu/get"
	for _, c := range []struct {
		path string
		code int
		id   string
	}{
		{stable, -1, "wechat-busy"}, {stable, 40001, "wechat-secret"}, {stable, 40125, "wechat-secret"}, {stable, 40013, "wechat-app-id"},
		{stable, 40164, "wechat-ip"}, {stable, 89503, "wechat-confirm"}, {stable, 40243, "wechat-frozen-secret"}, {stable, 45009, "wechat-quota"},
		{stable, 45011, "wechat-often"}, {stable, 50007, "wechat-blocked"}, {stable, 47001, "wechat-code"},
		{menu, 48004, "wechat-blocked"}, {menu, -1, "wechat-busy"}, {"/cgi-bin/getcallbackip", 48001, "wechat-not-granted"},
	} {
		s := plain(t)
		withAPI(t, &s, simulator.Config{}, nil).FailNext(c.path, c.code)
		wanting(t, s, WeChat, c.id)
	}
}

// TestWeChatRefusals: the platform's own judgement, nothing injected.
func TestWeChatRefusals(t *testing.T) {
	s := plain(t)
	withAPI(t, &s, simulator.Config{AllowIPs: []string{"203.0.113.9"}}, nil)
	list := wanting(t, s, WeChat, "wechat-ip")
	saying(t, list, "127.0.0.1, is not in the account's IP list")
	saying(t, list, "IP白名单 → 修改, and add 127.0.0.1")

	withAPI(t, &s, simulator.Config{Quotas: map[string]int{"/cgi-bin/stable_token": 0}}, nil)
	wanting(t, s, WeChat, "wechat-quota")
	withAPI(t, &s, simulator.Config{}, nil)
	s.AppSecret = "another secret"
	wanting(t, s, WeChat, "wechat-secret")
	s.AppSecret, s.Account.AppID = appSecret, "wx0000000000000000"
	wanting(t, s, WeChat, "wechat-app-id")
	s.AppSecret = ""
	saying(t, wanting(t, s, WeChat), "ZHILU_WECHAT_APP_SECRET")
	s.Trial = true
	if list := wanting(t, s, WeChat); len(list) != 0 {
		t.Errorf("a trial has no account: %+v", list)
	}
}

// TestKindsOfAccounts: what the account may do, by what answers.
func TestKindsOfAccounts(t *testing.T) {
	for kind, id := range map[simulator.Kind]string{
		simulator.UnverifiedSubscription: "wechat-basic", simulator.VerifiedSubscription: "wechat-verified", simulator.UnverifiedService: "wechat-service",
		simulator.VerifiedService: "wechat-verified-service", simulator.TestAccount: "wechat-verified-service",
	} {
		s := plain(t)
		withAPI(t, &s, simulator.Config{Kind: kind}, nil)
		found := false
		for _, f := range wanting(t, s, WeChat) {
			found = found || f.ID == id
		}
		if !found {
			t.Errorf("%s is not seen as %s", kind, id)
		}
	}
}

// TestWeChatClock: the Date header says that this machine's clock is wrong.
func TestWeChatClock(t *testing.T) {
	for ahead, id := range map[time.Duration]string{2 * time.Minute: "wechat-clock-off", -20 * time.Minute: "wechat-clock-far"} {
		s := plain(t)
		withAPI(t, &s, simulator.Config{}, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
				h.ServeHTTP(w, r)
			})
		})
		wanting(t, s, WeChat, id)
	}
}

// TestWeChatOutOfReach: nothing there, something else there, nobody one trusts there.
func TestWeChatOutOfReach(t *testing.T) {
	s := plain(t)
	s.AppSecret, s.HTTP = appSecret, &http.Client{}
	s.APIURL = "http://" + net.JoinHostPort("127.0.0.1", redistest.FreePort(t))
	wanting(t, s, WeChat, "wechat-refused")
	s.APIURL = "https://wechat.invalid"
	wanting(t, s, WeChat, "wechat-name")
	page := httptest.NewServer(http.NotFoundHandler())
	defer page.Close()
	s.APIURL = page.URL
	wanting(t, s, WeChat, "wechat-answer")
	cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer cut.Close()
	s.APIURL = cut.URL
	wanting(t, s, WeChat, "wechat-closed")
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = quietLog
	stranger.StartTLS()
	defer stranger.Close()
	s.APIURL = stranger.URL
	wanting(t, s, WeChat, "wechat-certificate")
	s.HTTP = &http.Client{Timeout: 100 * time.Millisecond}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s.APIURL = "http://" + silent.Addr().String()
	wanting(t, s, WeChat, "wechat-timeout")
}
