package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// trial starts a server in trial mode on free ports and stops it with the test.
func trial(t *testing.T) *app {
	t.Helper()
	c, err := loadConfig(environ(map[string]string{"ZHILU_LISTEN": "127.0.0.1:0", "ZHILU_OPS_LISTEN": "127.0.0.1:0", "ZHILU_CONSOLE_LISTEN": "127.0.0.1:0"}))
	if err != nil {
		t.Fatal(err)
	}
	return start(t, c)
}

func start(t *testing.T, c config) *app {
	t.Helper()
	a, err := newApp(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serveUntilSignal(ctx, a) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && !strings.Contains(err.Error(), "Server closed") {
			t.Errorf("stopping: %v", err)
		}
		a.close()
	})
	return a
}

func environ(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

func get(t *testing.T, method, url string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

// TestListeners: what each address answers, and that nothing of the inside is on the public one.
func TestListeners(t *testing.T) {
	a := trial(t)
	public, ops := "http://"+a.endpoints[0].listener.Addr().String(), "http://"+a.endpoints[1].listener.Addr().String()
	for _, c := range []struct {
		method, url string
		status      int
		body        string
	}{
		{"GET", public + "/", 302, "/try/"},
		{"GET", public + "/try/", 200, "<!doctype html>"},
		{"GET", public + "/wechat", 403, ""},
		{"POST", public + "/wechat", 403, ""},
		{"PUT", public + "/wechat", 405, ""},
		{"DELETE", public + "/wechat", 405, ""},
		{"GET", public + "/readyz", 404, ""},
		{"GET", public + "/metrics", 404, ""},
		{"GET", ops + "/livez", 200, "ok"},
		{"GET", ops + "/readyz", 200, "ok"},
		{"GET", ops + "/wechat", 404, ""},
	} {
		status, body, _ := get(t, c.method, c.url)
		if status != c.status || !strings.Contains(body, c.body) || c.body == "" && body != "" {
			t.Errorf("%s %s: %d %q", c.method, c.url, status, body)
		}
	}
	a.drain()
	if status, _, _ := get(t, "GET", ops+"/readyz"); status != 503 {
		t.Errorf("readyz while draining: %d", status)
	}
}

func TestAddressInUse(t *testing.T) {
	a := trial(t)
	taken := a.endpoints[0].listener.Addr().String()
	c, err := loadConfig(environ(map[string]string{"ZHILU_LISTEN": taken, "ZHILU_OPS_LISTEN": "127.0.0.1:0", "ZHILU_CONSOLE_LISTEN": "127.0.0.1:0"}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = newApp(c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "ZHILU_LISTEN") {
		t.Errorf("error %v", err)
	}
}
