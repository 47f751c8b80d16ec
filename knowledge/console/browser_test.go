package console

import (
	"context"
	"fmt"
	"html/template"
	"net/http/httptest"
	"os"
	"os/exec"
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
	"zhilu/knowledge/people"
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
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("Chromium is missing; make test installs it")
	}
	server := httptest.NewTLSServer(s)
	t.Cleanup(server.Close)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("ignore-certificate-errors", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.NoFirstRun)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(alloc)
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
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
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
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

// TestKeyboard signs in, goes to the account and signs out with the keyboard alone, on a
// phone, light and dark.
func TestKeyboard(t *testing.T) {
	s := newConsole(t)
	s.join(t, "ana", "Ana López", people.Editor)
	b := openTab(t, s)
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		b.as(s.visitor(t), knowledge.Es)
		b.open("/account")
		b.fits()
		b.focus("login")
		b.keys("ana" + kb.Tab + "wrong password")
		b.submit()
		if said := b.eval(`document.querySelector("[role=alert]").textContent`); !strings.Contains(said, "no son correctos") {
			t.Errorf("wrong password: %q", said)
		}
		b.focus("login")
		b.keys(kb.Tab + password)
		b.submit()
		if at := b.eval(`location.pathname + " " + document.querySelector("h1").textContent + " " + document.documentElement.lang`); at != "/account Mi cuenta es" {
			t.Fatalf("signed in at %q", at)
		}
		b.fits()
		b.keys(kb.Tab) // the skip link is first
		if at := b.eval(`document.activeElement.className`); at != "skip" {
			t.Errorf("first stop is %q", at)
		}
		if outline := b.eval(`getComputedStyle(document.activeElement).outlineStyle`); outline == "none" {
			t.Error("the focus cannot be seen")
		}
		b.keys(kb.Tab + kb.Tab + kb.Enter) // brand, menu
		for i := 0; b.eval(`document.activeElement.textContent`) != "Cerrar sesión"; i++ {
			if i > 30 {
				t.Fatal("no way to sign out by keyboard")
			}
			b.keys(kb.Tab)
		}
		b.submit()
		if said := b.eval(`document.querySelector("[role=status]").textContent`); !strings.Contains(said, "cerró la sesión") {
			t.Errorf("signed out: %q", said)
		}
	}
}

// TestPictures goes to every page of the shell in three languages; see shoot.
func TestPictures(t *testing.T) {
	for _, lang := range knowledge.AnswerLangs {
		t.Run(string(lang), func(t *testing.T) { pictures(t, lang) })
	}
}

func pictures(t *testing.T, lang knowledge.Lang) {
	s := newConsole(t)
	addDesign(t, s, lang)
	admin, viewer, bare := s.signInAs(t, "admin", true), s.signIn(t, people.Viewer), s.signInAs(t, "admin-2", false)
	s.join(t, "ana", "Ana López", people.Editor)
	s.join(t, "chen", "陈小路", people.Reviewer)
	invited, err := s.people.Invite(t.Context(), "admin", "luis", "Luis Fernández de la Torre", people.Translator)
	ok(t, err)
	for _, p := range []string{"admin", "viewer", "admin-2"} {
		ok(t, s.people.SetLang(t.Context(), p, string(lang)))
	}
	b := openTab(t, s)
	shoot := func(name string) { b.shoot(name + "-" + string(lang)) }

	b.as(s.visitor(t), lang)
	b.open("/sign-in")
	shoot("sign-in")
	b.focus("login")
	b.keys("ana" + kb.Tab + "wrong password")
	b.submit()
	shoot("sign-in-wrong")
	b.open("/enter/something")
	shoot("enter")
	b.open("/invite/" + invited)
	b.focus("password")
	b.keys("password" + kb.Tab + "password")
	b.submit()
	shoot("invite-weak")
	b.open("/sign-in")
	b.focus("login")
	b.keys("admin" + kb.Tab + password)
	b.submit()
	shoot("verify")
	b.focus("code")
	b.keys("000000")
	b.submit()
	shoot("verify-wrong")

	b.as(viewer, lang)
	b.open("/")
	shoot("today")
	b.open("/people")
	shoot("refused-role")
	b.open("/nothing")
	shoot("refused-404")
	b.open("/account")
	shoot("account")
	b.size(360, 740)
	b.do(chromedp.Click(chromedp.CSS(".menu summary")))
	b.shootNow("menu-" + string(lang))
	b.press(`form[action="/account/factor"] button`)
	shoot("factor")

	b.as(bare, lang)
	b.open("/people")
	shoot("factor-first")

	b.as(admin, lang)
	b.open("/design")
	shoot("design")
	b.open("/people")
	shoot("people")
	b.do(chromedp.SendKeys(chromedp.CSS("#f-login"), "Ana López"), chromedp.SendKeys(chromedp.CSS("#f-name"), "Ana"))
	b.do(chromedp.Click(chromedp.CSS("#f-role-2")))
	b.press(`form[action="/people"] button`)
	shoot("people-wrong")
	b.open("/people/ana")
	b.eval(`document.querySelectorAll("details.ask").forEach(d => d.open = true)`)
	shoot("person")
	b.press(`form[action="/people/ana/reset"] button`)
	shoot("link")
	s.clock.add(11 * time.Minute)
	b.open("/people/chen")
	b.eval(`document.querySelectorAll("details.ask").forEach(d => d.open = true)`)
	b.press(`form[action="/people/chen/disable"] button`)
	shoot("confirm")
	s.redis.SetError("away")
	b.open("/people")
	shoot("refused-503")
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

// addDesign adds a page that shows every class of the style sheet.
func addDesign(t *testing.T, s *site, lang knowledge.Lang) {
	t.Helper()
	page, err := template.Must(s.pages[lang]["today"].Clone()).ParseFiles("testdata/design.html")
	ok(t, err)
	s.pages[lang]["design"] = page
	s.routes = append(s.routes, route{get, "/design", people.Viewer, func(v *visit) error { return v.show("design", nil) }, 0})
	s.router()
}
