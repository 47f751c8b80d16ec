package console

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

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

// TestLinkFromElsewhere says that somebody signed in stays so who follows a link in a message,
// though the cookie does not travel with it.
func TestLinkFromElsewhere(t *testing.T) {
	s := newConsole(t)
	b := openTab(t, s)
	b.as(s.signInAs(t, "viewer-1", false), knowledge.En)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><a href="%s/account">look at this</a>`, b.url)
	}))
	t.Cleanup(elsewhere.Close)
	b.do(chromedp.Navigate(strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)))
	b.do(chromedp.Click(chromedp.CSS("a")))
	b.until(`location.pathname === "/account" && document.querySelector("h1").textContent === "My account"`)
}

// TestPictures goes to every page of the shell in three languages; see shoot.
func TestPictures(t *testing.T) {
	for _, lang := range pictured() {
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

// addDesign adds a page that shows every class of the style sheet.
func addDesign(t *testing.T, s *site, lang knowledge.Lang) {
	t.Helper()
	var err error
	s.pages, err = readPages(assets, "templates", s.words, s.static) // those of other consoles stay as they are
	ok(t, err)
	page, err := template.Must(s.pages.common[lang].Clone()).ParseFiles("testdata/design.html")
	ok(t, err)
	s.pages.own["design"], s.pages.made[lang]["design"] = "design.html", page
	s.routes = append(s.routes, route{get, "/design", people.Viewer, func(v *visit) error { return v.show("design", nil) }, 0})
	s.router()
}
