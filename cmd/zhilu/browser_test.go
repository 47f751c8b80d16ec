package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestTryInTheBrowser drives the chat page of a server in trial mode in Chromium, at the
// size of a phone, through the real webhook: a keyword, a tap, Spanish, a hotline. With
// ZHILU_SCREENSHOTS it leaves pictures in that folder.
func TestTryInTheBrowser(t *testing.T) {
	a := trial(t)
	ctx := openBrowser(t, "http://"+a.endpoints[0].listener.Addr().String()+"/try/?lang=zh")
	said := 0
	next := func() string {
		t.Helper()
		said++
		return lastBubble(t, ctx, said)
	}
	send := func(words string) string {
		t.Helper()
		do(t, ctx, chromedp.SendKeys(chromedp.CSS("#text"), words+kb.Enter))
		return next()
	}
	tap := func(id string) string {
		t.Helper()
		do(t, ctx, chromedp.Click(chromedp.CSS(`.bubble.in:last-of-type a.tap[data-id="`+id+`"], .turn:last-child a.tap[data-id="`+id+`"], a.tap[data-id="`+id+`"]`)))
		return next()
	}
	expect := func(got string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%q is missing in:\n%s", w, got)
			}
		}
	}
	expect(send("催收"), "证据", "是我自己借的", "删除我的数据")
	screenshot(t, ctx, "1-collection")
	expect(tap("who=self"), "威胁")
	expect(tap("threats"), "110", "对方不能做什么")
	screenshot(t, ctx, "2-threats")
	expect(send("español"), "Qué no pueden hacer", "110")
	expect(send("12378"), "12378", "Atienden en chino", "Volver")
	screenshot(t, ctx, "3-hotline")
	expect(send("0"), "Qué no pueden hacer")
	expect(send("ya no quiero vivir"), "12356", "120")
	screenshot(t, ctx, "4-crisis")
	if wide := eval[bool](t, ctx, `document.documentElement.scrollWidth > window.innerWidth`); wide {
		t.Error("the page scrolls sideways on a phone")
	}
	if faults := eval[int](t, ctx, `document.querySelectorAll(".notice.fault").length`); faults != 0 {
		t.Errorf("%d fault notices", faults)
	}
}

func openBrowser(t *testing.T, url string) context.Context {
	t.Helper()
	return openBrowserAt(t, url, "#text")
}

// openBrowserAt waits for an element of the first page.
func openBrowserAt(t *testing.T, url, element string) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("Chromium is missing; make test installs it")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.NoFirstRun)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(alloc)
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	t.Cleanup(cancel)
	do(t, ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile), chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS(element)))
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// lastBubble waits until the account has said n things and gives the newest.
func lastBubble(t *testing.T, ctx context.Context, n int) string {
	t.Helper()
	js := `document.querySelectorAll(".bubble.in").length >= ` + strings.Repeat("1+", n) + `0 && document.getElementById("log").getAttribute("aria-busy") !== "true"`
	if _, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](js)); err != nil {
		t.Fatalf("waiting for answer %d: %v", n, err)
	}
	return eval[string](t, ctx, `[...document.querySelectorAll(".bubble.in")].pop().textContent`)
}

func screenshot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("ZHILU_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
