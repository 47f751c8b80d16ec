package main

import (
	"strings"
	"testing"
)

func TestReady(t *testing.T) {
	a := trial(t)
	t.Setenv("ZHILU_OPS_LISTEN", a.endpoints[1].listener.Addr().String())
	if code, out, errOut := zhilu(t, "", "ready", "--wait", "10s"); code != 0 || !strings.HasPrefix(out, "ok") {
		t.Errorf("exit %d %q %q", code, out, errOut)
	}
	a.drain()
	if code, out, errOut := zhilu(t, "", "ready"); code != exitFault || out != "" || !strings.Contains(errOut, "draining") {
		t.Errorf("draining: exit %d %q %q", code, out, errOut)
	}
	t.Setenv("ZHILU_OPS_LISTEN", "127.0.0.1:1")
	if code, _, errOut := zhilu(t, "", "ready"); code != exitFault || !strings.Contains(errOut, "refused") {
		t.Errorf("nobody there: exit %d %q", code, errOut)
	}
	t.Setenv("ZHILU_OPS_LISTEN", "nowhere")
	if code, _, errOut := zhilu(t, "", "ready"); code != exitUsage || !strings.Contains(errOut, "ZHILU_OPS_LISTEN") {
		t.Errorf("no address: exit %d %q", code, errOut)
	}
}

func TestReadyURL(t *testing.T) {
	for addr, want := range map[string]string{"127.0.0.2:9090": "http://127.0.0.2:9090/readyz", ":9090": "http://127.0.0.1:9090/readyz",
		"0.0.0.0:1": "http://127.0.0.1:1/readyz", "[::]:1": "http://127.0.0.1:1/readyz"} {
		if got, err := readyURL(addr); err != nil || got != want {
			t.Errorf("%s: %s, %v", addr, got, err)
		}
	}
}
