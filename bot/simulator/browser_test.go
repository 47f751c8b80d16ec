package simulator_test

import (
	"context"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"zhilu/bot/simulator"
)

// browser opens the page in Chromium at the size of a small phone. It collects
// what the browser complains about: a blocked script, an exception.
func browser(t *testing.T, url string) (ctx context.Context, complaints func() []string) {
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
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	messages := chromedp.Console(ctx)
	do(t, ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile), chromedp.Navigate(url),
		chromedp.WaitVisible(chromedp.CSS("#text")))
	return ctx, func() []string {
		var all []string
		eval[string](t, ctx, `console.info("end"), ""`)
		for m, err := range messages {
			if err != nil || m.Text == "end" {
				break
			}
			all = append(all, m.String())
		}
		return all
	}
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

// until waits for a condition of the page.
func until(t *testing.T, ctx context.Context, js string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](js)); err != nil {
		t.Fatalf("%s: %v", js, err)
	}
}

// lastIn is the text of the account's newest bubble, when n are there.
func lastIn(t *testing.T, ctx context.Context, n string) string {
	t.Helper()
	until(t, ctx, `document.querySelectorAll(".bubble.in").length === `+n)
	return eval[string](t, ctx, `[...document.querySelectorAll(".bubble.in")].pop().textContent`)
}

// TestChatInTheBrowser is a whole visit: typing, tapping, switching the page's
// language, a fault, the details, unfollowing, a reload.
func TestChatInTheBrowser(t *testing.T) {
	s, _, b := page(t, simulator.Config{}, func(w http.ResponseWriter, r *http.Request, m inbound) {
		switch {
		case m.Content == "坏":
			_, _ = io.WriteString(w, "oops")
		case m.Event == "unsubscribe":
			_, _ = io.WriteString(w, "success")
		default:
			says("<b>你说</b>：\n"+m.Content+` <a href="weixin://bizmsgmenu?msgmenucontent=%E4%BA%8C&msgmenuid=2">选二</a> <a href="javascript:alert(1)">x</a>`)(w, r, m)
		}
	})
	ctx, complaints := browser(t, s.URL+"/try/?lang=zh")

	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#text"), "你好"+kb.Enter))
	if got, want := lastIn(t, ctx, "1"), "<b>你说</b>：\n你好 选二 <a href=\"javascript:alert(1)\">x</a>"; got != want {
		t.Errorf("bubble %q, want %q", got, want)
	}
	if got := eval[string](t, ctx, `document.activeElement.id + "|" + document.getElementById("text").value`); got != "text|" {
		t.Errorf("after sending, focus and input are %q", got)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS(`.bubble.in a.tap[data-id="2"]`)))
	if got := lastIn(t, ctx, "2"); !strings.Contains(got, "二") || b.last(t).MenuID != "2" {
		t.Errorf("after the tap: %q, %+v", got, b.last(t))
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#lang-es")))
	if got := eval[string](t, ctx, `document.documentElement.lang + document.getElementById("send").textContent`); got != "esEnviar" {
		t.Errorf("in Spanish: %q", got)
	}
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#text"), "坏"+kb.Enter))
	until(t, ctx, `document.querySelector(".notice.fault")?.textContent === "`+simulator.FaultNotice+`"`)

	do(t, ctx, chromedp.Click(chromedp.CSS("#more")), chromedp.Click(chromedp.CSS("#details")))
	if got := eval[string](t, ctx, `[...document.querySelectorAll(".detail")].map(d => d.checkVisibility() + d.dataset.outcome).join()`); got != "truereplied,truereplied,truefault" {
		t.Errorf("details %q", got)
	}
	if got := eval[string](t, ctx, `document.querySelector(".detail .query").textContent`); !strings.Contains(got, "&msg_signature=") {
		t.Errorf("query %q", got)
	}
	eval[string](t, ctx, `document.querySelectorAll("details").forEach(d => d.open = true), ""`)
	if n := eval[int](t, ctx, `document.documentElement.scrollWidth`); n > 360 {
		t.Errorf("the page is %d px wide on a screen of 360", n)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#again")))
	lastOut := b.last(t)
	until(t, ctx, `document.querySelectorAll(".notice.fault").length === 2`)
	if again := b.last(t); again.MsgID != lastOut.MsgID {
		t.Errorf("again: MsgId %s, not %s", again.MsgID, lastOut.MsgID)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#unfollow")))
	until(t, ctx, `document.getElementById("text").disabled`)
	do(t, ctx, chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#text")))
	if got := eval[string](t, ctx, `document.querySelectorAll(".bubble.in").length + " " + document.getElementById("text").disabled + " " + document.documentElement.lang`); got != "2 true es" {
		t.Errorf("after a reload: %q", got)
	}
	if all := complaints(); len(all) != 0 {
		t.Errorf("the browser complains: %q", all)
	}
}
