package deploy_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
)

// proxy is a running proxy with our configuration in front of 127.0.0.1 and 127.0.0.2.
type proxy struct {
	url    string // of /wechat
	dir    string // holds everything it writes
	gaps   bool   // until it has found out that an instance crashed, messages for it fail
	client *http.Client
	cmd    *exec.Cmd
}

// proxies start one, by name; ports are those of the instances behind it: webhook, console, ops.
var proxies = map[string]func(t *testing.T, p *proxy, port string, behind [3]string) *exec.Cmd{
	"nginx": func(t *testing.T, p *proxy, port string, behind [3]string) *exec.Cmd {
		site := edited(t, "nginx.conf", map[string]string{
			"listen 443 ssl;":                     "listen 127.0.0.1:" + port + " ssl;",
			"server 127.0.0.1:8080":               "server 127.0.0.1:" + behind[0],
			"server 127.0.0.2:8080":               "server 127.0.0.2:" + behind[0],
			"server_name wx.example.org;":         "server_name localhost;",
			"/etc/ssl/zhilu/fullchain.pem":        p.dir + "/cert.pem",
			"/etc/ssl/zhilu/key.pem":              p.dir + "/key.pem",
			"access_log /var/log/nginx/zhilu.log": "access_log " + p.dir + "/access.log",
		})
		write(t, p.dir+"/zhilu.conf", site)
		// As on Debian, where every file of conf.d is included, with the most talkative log of errors.
		write(t, p.dir+"/nginx.conf", "daemon off;\npid "+p.dir+"/pid;\nerror_log "+p.dir+"/error.log info;\nevents {}\nhttp {\n"+
			"access_log "+p.dir+"/other.log;\nclient_body_temp_path "+p.dir+"/body;\nproxy_temp_path "+p.dir+"/proxy;\nfastcgi_temp_path "+p.dir+"/f;\n"+
			"uwsgi_temp_path "+p.dir+"/u;\nscgi_temp_path "+p.dir+"/s;\ninclude "+p.dir+"/zhilu.conf;\n}\n")
		return exec.Command(tool(t, "nginx"), "-p", p.dir, "-e", p.dir+"/start.log", "-c", p.dir+"/nginx.conf")
	},
	"caddy": func(t *testing.T, p *proxy, port string, behind [3]string) *exec.Cmd {
		write(t, p.dir+"/Caddyfile", edited(t, "Caddyfile", map[string]string{
			"# tls /etc/ssl/zhilu/fullchain.pem /etc/ssl/zhilu/key.pem": "tls " + p.dir + "/cert.pem " + p.dir + "/key.pem",
		}))
		cmd := exec.Command(tool(t, "caddy"), "run", "--adapter", "caddyfile", "--config", p.dir+"/Caddyfile")
		p.gaps = true
		cmd.Env = []string{"HOME=" + p.dir, "SITE=https://localhost:" + port, "ADMIN=off", "HEALTH_PORT=" + behind[2],
			"UPSTREAMS=127.0.0.1:" + behind[0] + " 127.0.0.2:" + behind[0]}
		return cmd
	},
}

// eachProxy runs a test once for each.
func eachProxy(t *testing.T, f func(t *testing.T, start func(behind [3]string) *proxy)) {
	for name := range proxies {
		t.Run(name, func(t *testing.T) {
			f(t, func(behind [3]string) *proxy { return startProxy(t, name, behind) })
		})
	}
}

func startProxy(t *testing.T, name string, behind [3]string) *proxy {
	t.Helper()
	port := redistest.FreePort(t)
	p := &proxy{url: "https://localhost:" + port + "/wechat", dir: t.TempDir()}
	p.client = &http.Client{Transport: &http.Transport{TLSClientConfig: certificate(t, p.dir), MaxIdleConnsPerHost: 64}}
	p.cmd = proxies[name](t, p, port, behind)
	out, err := os.Create(p.dir + "/output.log")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	until(t, name+" serves", func() bool {
		resp, err := p.client.Get(strings.TrimSuffix(p.url, "wechat"))
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusNotFound
	})
	return p
}

// stop ends it and gives everything that it has written.
func (p *proxy) stop() {
	if p.cmd.ProcessState == nil {
		p.cmd.Process.Signal(syscall.SIGTERM)
		p.cmd.Wait()
	}
}

// logs is everything the proxy wrote into its folder; it must have ended.
func (p *proxy) logs(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".pem") {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestProxyCarriesMessages: verification and conversations through TLS and two real instances,
// which are stopped in turn, as an upgrade does, and once killed. No message is lost, and nothing of
// a query is in a log.
func TestProxyCarriesMessages(t *testing.T) {
	eachProxy(t, func(t *testing.T, start func([3]string) *proxy) {
		redis, ports := redistest.Start(t), samePorts(t)
		one, two := startInstance(t, 1, redis, ports), startInstance(t, 2, redis, ports)
		p := start(ports)
		wx := platform(t, p.url, p.client)
		until(t, "the address is verified", func() bool { return wx.Verify(t.Context()) == nil })

		var sent, again, lost atomic.Int64
		var lastFault atomic.Value
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var users sync.WaitGroup
		for n := range 8 {
			users.Go(func() {
				user := wx.User(fmt.Sprint("user ", n))
				for i := 0; ctx.Err() == nil; i++ {
					d := wx.Send(t.Context(), simulator.Text(user, []string{"催收", "1", "they call my boss", "菜单"}[i%4]))
					sent.Add(1)
					again.Add(int64(len(d.Attempts) - 1))
					if d.Outcome != simulator.Replied {
						lost.Add(1)
						lastFault.Store(fmt.Sprint(d.Outcome, d.Faults))
					}
				}
			})
		}
		more := func() {
			at := sent.Load()
			until(t, "messages go on", func() bool { return sent.Load() > at+100 })
		}
		more()
		for _, i := range []*instance{one, two} {
			i.stop()
			more()
			i.up()
			more()
		}
		t.Logf("restarted: %d messages, %d lost, %d repeated", sent.Load(), lost.Load(), again.Load())
		if lost.Load() > 0 {
			t.Errorf("the last of them: %v", lastFault.Load())
		}
		sent.Store(0)
		lost.Store(0)
		one.kill()
		more()
		one.up()
		more()
		stop()
		users.Wait()
		t.Logf("one killed: %d messages, %d lost", sent.Load(), lost.Load())
		if lost.Load() > 0 && !p.gaps {
			t.Errorf("the last of them: %v", lastFault.Load())
		}

		one.kill()
		two.kill()
		quick, err := simulator.New(simulator.Config{URL: p.url, Token: token, AppID: appID, AESKey: aesKey, Client: p.client, Tries: 1})
		if err != nil {
			t.Fatal(err)
		}
		if d := quick.Send(t.Context(), simulator.Text(wx.User("user 0"), "催收")); d.Outcome != simulator.Fault {
			t.Errorf("without an instance: %s", d.Outcome)
		}
		p.stop()
		logs := p.logs(t)
		for n := range 8 {
			if strings.Contains(logs, wx.User(fmt.Sprint("user ", n))) {
				t.Error("the logs hold an openid")
			}
		}
		for _, part := range []string{"signature=", "nonce=", "timestamp=", "openid="} {
			if at := strings.Index(logs, part); at >= 0 {
				t.Errorf("the logs hold a query: %s", logs[max(0, at-200):min(len(logs), at+200)])
			}
		}
	})
}

// echo is an instance that tells what arrived.
func echo(t *testing.T, addr string) *http.Server {
	t.Helper()
	s := &http.Server{Addr: addr, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s\n%s\n%s\n%s\n%s", addr, r.Method, r.RequestURI, r.Host, body)
	})}
	failed := make(chan error, 1)
	go func() { failed <- s.ListenAndServe() }()
	t.Cleanup(func() {
		s.Close()
		if err := <-failed; err != http.ErrServerClosed {
			t.Error(err)
		}
	})
	return s
}

// TestProxyPassesAsItIs: query and body arrive byte for byte; nothing else of the paths arrives at
// all; a user stays at an instance, and users are shared among both; too large a body is refused.
func TestProxyPassesAsItIs(t *testing.T) {
	eachProxy(t, func(t *testing.T, start func([3]string) *proxy) {
		ports := samePorts(t)
		for _, host := range []string{"127.0.0.1:", "127.0.0.2:"} {
			echo(t, host+ports[0])
			echo(t, host+ports[2]) // readiness
		}
		p := start(ports)
		post := func(path, body string) (int, []string) {
			t.Helper()
			resp, err := p.client.Post(strings.TrimSuffix(p.url, "/wechat")+path, "text/xml", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, strings.SplitN(string(got), "\n", 5)
		}
		until(t, "the instances are found", func() bool { status, _ := post("/wechat", ""); return status == 200 })

		body := "<xml>\r\n指路 \x00\xff&amp;</xml>\n" + strings.Repeat("好", 10_000)
		for _, uri := range []string{"/wechat", "/wechat?signature=aB%2b+%2B/=&timestamp=1&nonce=2&openid=oA_b-C&encrypt_type=aes&msg_signature=f;x&&y=%E5%A5%BD", "/wechat?openid=a%20b&openid=c"} {
			status, got := post(uri, body)
			if status != 200 || len(got) != 5 || got[1] != "POST" || got[2] != uri || got[4] != body {
				t.Errorf("%s: %d %.300q", uri, status, got)
			}
		}
		at := map[string]int{}
		for n := range 64 {
			uri := fmt.Sprintf("/wechat?signature=x&openid=o%dn%d", n*7919, n)
			_, got := post(uri, "a")
			_, same := post(uri+"&nonce=1", "b")
			if got[0] != same[0] {
				t.Errorf("a user was at %s and then at %s", got[0], same[0])
			}
			at[got[0]]++
		}
		if len(at) != 2 {
			t.Errorf("users were at %v", at)
		}
		for _, uri := range []string{"/", "/wechat/", "/readyz", "/metrics", "/try/", "//wechat/../livez"} {
			if status, _ := post(uri, ""); status != 404 {
				t.Errorf("%s: %d", uri, status)
			}
		}
		if status, _ := post("/wechat", strings.Repeat("x", 64<<10)); status != 200 {
			t.Errorf("64 KiB: %d", status)
		}
		for n := range 8 { // and does not count against the instance: its users stay there
			uri := fmt.Sprintf("/wechat?openid=o%d", n)
			_, was := post(uri, "a")
			if status, _ := post(uri, strings.Repeat("x", 64<<10+1)); status != 413 && status != 502 {
				t.Errorf("more than 64 KiB: %d", status)
			}
			if _, now := post(uri, "a"); now[0] != was[0] {
				t.Errorf("after too large a body a user moved from %s to %s", was[0], now[0])
			}
		}
	})
}

// certificate writes a certificate for localhost into a folder and gives who trusts it.
func certificate(t *testing.T, dir string) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var cert, private bytes.Buffer
	pem.Encode(&cert, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	pem.Encode(&private, &pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	write(t, dir+"/cert.pem", cert.String())
	write(t, dir+"/key.pem", private.String())
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert.Bytes())
	return &tls.Config{RootCAs: roots}
}

// edited gives a file of this folder with some of its lines changed as a person would; each must
// be there once.
func edited(t *testing.T, name string, changes map[string]string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for old, now := range changes {
		if strings.Count(text, old) != 1 {
			t.Fatalf("%s: %q is there %d times", name, old, strings.Count(text, old))
		}
		text = strings.Replace(text, old, now, 1)
	}
	return text
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// tool finds a program that make deps installs.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + name) // not everybody's PATH has it
	}
	if err != nil {
		t.Fatalf("%v (make test installs it)", err)
	}
	return path
}
