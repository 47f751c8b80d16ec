package console

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"zhilu/knowledge"
)

// tab is a page in Chromium, which asks a console over https.
type tab struct {
	t    *testing.T
	ctx  context.Context
	site *site
	url  string
}

func openTab(t *testing.T, s *site) *tab {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(s)
	t.Cleanup(server.Close)
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t, ctx, s, server.URL}
	b.size(360, 740)
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) size(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

func (b *tab) scheme(name string) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
		return err
	}))
}

// as gives the tab the cookies of a client, and a language.
func (b *tab) as(c *client, lang knowledge.Lang) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
			return err
		}
		cookies := map[string]string{c.name(langCookie): string(lang)}
		for name, value := range c.cookies {
			cookies[name] = value
		}
		for name, value := range cookies {
			secure := true
			if _, err := cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.url, Path: "/", Secure: &secure}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// press clicks a button and waits for the next page.
func (b *tab) press(css string) {
	b.t.Helper()
	b.eval(`window.before = true`)
	b.do(chromedp.Click(chromedp.CSS(css)))
	b.next()
}

// keys types; submit also waits for the next page.
func (b *tab) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

func (b *tab) submit() {
	b.t.Helper()
	b.eval(`window.before = true`)
	b.keys(kb.Enter)
	b.next()
}

// next waits for the page after the one marked "before".
func (b *tab) next() {
	b.t.Helper()
	b.until(`!window.before && document.readyState === "complete"`)
}

// focus waits until a field has the focus: the browser gives it some time after the page.
func (b *tab) focus(name string) {
	b.t.Helper()
	b.until(`document.activeElement.name === "` + name + `"`)
}

// until asks again and again. While the tab goes from one page to the next it answers
// nothing, which is no fault.
func (b *tab) until(js string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 90*time.Second)
	defer cancel()
	var last error
	for ctx.Err() == nil {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js))
		if err == nil && is {
			return
		}
		last = err
	}
	b.t.Fatalf("never %s on %s, the focus on %s: %v", js, b.eval(`location.pathname`), b.eval(`document.activeElement.outerHTML`), last)
}

func (b *tab) eval(js string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](js))
	if err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return fmt.Sprint(v)
}

// fits says that nothing makes the page scroll sideways.
func (b *tab) fits() {
	b.t.Helper()
	if wide := b.eval(`document.documentElement.scrollWidth - innerWidth`); wide != "0" && !strings.HasPrefix(wide, "-") {
		b.t.Errorf("%s scrolls %s px sideways at %s px: %s", b.eval(`location.pathname`), wide, b.eval(`innerWidth`),
			b.eval(`[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + "." + e.className).slice(0, 5).join(" ")`))
	}
}

// shoot leaves pictures of the page as it is, light and dark, wide and narrow, in the folder
// that ZHILU_SCREENSHOTS names. Each size is checked for sideways scrolling.
func (b *tab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("ZHILU_SCREENSHOTS")
	for _, width := range []int64{1280, 360} {
		b.size(width, 800)
		b.fits()
		if dir == "" {
			continue
		}
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			ok(b.t, err)
			ok(b.t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), png, 0o644))
		}
	}
}

// shootNow is shoot for a page that a change of size would alter.
func (b *tab) shootNow(name string) {
	b.fits()
	if dir := os.Getenv("ZHILU_SCREENSHOTS"); dir != "" {
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		ok(b.t, err)
		ok(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
	}
}

// pictured are the languages in which pages are looked at: all of them for pictures, and else
// the one with the longest words, which is the first to need room.
func pictured() []knowledge.Lang {
	if os.Getenv("ZHILU_SCREENSHOTS") != "" {
		return knowledge.AnswerLangs[:]
	}
	return []knowledge.Lang{knowledge.Es}
}
