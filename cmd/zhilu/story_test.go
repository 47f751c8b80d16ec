package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"zhilu/bot/simulator"
	"zhilu/dialog/session/redistest"
	"zhilu/knowledge/people"
)

// desk is a browser at the console of an instance.
type desk struct {
	t   *testing.T
	ctx context.Context
	url string // of the console, with a slash at its end
}

func openDesk(t *testing.T, a *app) *desk {
	t.Helper()
	d := &desk{t: t, url: a.consoleURL}
	d.ctx = openBrowserAt(t, d.url+"sign-in", "main")
	do(t, d.ctx, chromedp.EmulateViewport(1100, 900))
	return d
}

func (d *desk) open(path string) {
	d.t.Helper()
	do(d.t, d.ctx, chromedp.Navigate(d.url+strings.TrimPrefix(path, "/")))
}

// fill puts a value into a field, as typing does.
func (d *desk) fill(field, value string) {
	d.t.Helper()
	if got := eval[bool](d.t, d.ctx, fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) return false; e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true})); return true })()`, field, value)); !got {
		d.t.Fatalf("no field %s on %s\n%s", field, d.path(), d.text())
	}
}

// press clicks and waits for the page that follows.
func (d *desk) press(button string) {
	d.t.Helper()
	if !eval[bool](d.t, d.ctx, fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) return false; const fold = e.closest("details"); if (fold) fold.open = true; window.before = true; e.click(); return true })()`, button)) {
		d.t.Fatalf("nothing to press, %s, on %s\n%s", button, d.path(), d.text())
	}
	d.until(`!window.before && document.readyState === "complete"`)
}

func (d *desk) until(js string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.ctx, 60*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js)); err == nil && is {
			return
		}
	}
	d.t.Fatalf("never %s on %s\n%s", js, d.path(), d.text())
}

func (d *desk) path() string { return eval[string](d.t, d.ctx, `location.pathname`) }
func (d *desk) text() string {
	return eval[string](d.t, d.ctx, `document.querySelector("main").innerText`)
}

// fine fails the test when the page says that something did not work.
func (d *desk) fine() {
	d.t.Helper()
	if eval[bool](d.t, d.ctx, `!!document.querySelector(".notice.bad, [aria-invalid=true]")`) {
		d.t.Fatalf("%s refused: %s", d.path(), eval[string](d.t, d.ctx, `[...document.querySelectorAll(".notice.bad, .problem, [aria-invalid=true]")].map(e => (e.name || "") + " " + e.innerText).join("\n")`))
	}
}

func (d *desk) sees(want ...string) {
	d.t.Helper()
	text := d.text()
	for _, w := range want {
		if !strings.Contains(text, w) {
			d.t.Errorf("%s does not say %q:\n%s", d.path(), w, text)
		}
	}
}

const storyPassword = "seven purple kettles sing"

// signIn ends whatever session the browser has and begins one.
func (d *desk) signIn(login string) {
	d.t.Helper()
	if eval[bool](d.t, d.ctx, `!!document.querySelector('form[action="/sign-out"]')`) {
		d.press(`form[action="/sign-out"] button`)
	}
	d.open("/sign-in")
	d.fill("[name=login]", login)
	d.fill("[name=password]", storyPassword)
	d.press(`form[action="/sign-in"] button`)
	if d.path() != "/" {
		d.t.Fatalf("%s is not signed in: %s", login, d.text())
	}
}

// answer is what a new user hears on an instance.
func answer(t *testing.T, p *simulator.Platform, user, message string) string {
	t.Helper()
	d := p.Send(t.Context(), simulator.Text(p.User(user), message))
	if d.Outcome != simulator.Replied {
		t.Fatalf("%s: %v %v", message, d.Outcome, d.Faults)
	}
	text := ""
	for _, part := range d.Reply.Segments() {
		text += part.Text
	}
	return text
}

// hears asks an instance until it answers with a text, and logs how long that took: at most five
// seconds on a machine that is not busy (reliability-design §4).
func hears(t *testing.T, p *simulator.Platform, message, want string) {
	t.Helper()
	start := time.Now()
	for n := 0; ; n++ {
		got := answer(t, p, fmt.Sprintf("user %d of %s", n, want), message)
		switch took := time.Since(start); {
		case strings.Contains(got, want):
			t.Logf("%q is heard after %v", want, took.Round(time.Millisecond))
			return
		case took > time.Minute:
			t.Fatalf("after %v: %s", took, got)
		}
	}
}

// TestStoryOfANumber is what the console is for. An editor corrects 12378 in the draft, sees
// the three languages follow and tries it; a reviewer publishes; a second instance answers with
// the new number within five seconds; going back brings the old one back. A phrase that collides
// is refused in words; a message that nobody could answer becomes a phrase; a sheet goes out
// and comes back; a viewer can do none of it.
func TestStoryOfANumber(t *testing.T) {
	server := redistest.Start(t)
	here, _ := instance(t, server.URL())
	_, there := instance(t, server.URL())
	hire(t, server, map[string]people.Role{"lin": people.Editor, "rui": people.Reviewer, "pia": people.Publisher, "vic": people.Viewer})
	d := openDesk(t, here)

	t.Log("the editor corrects the number")
	d.signIn("lin")
	d.open("/facts/nfra-12378/phone")
	d.fill("#fact-form [name^=value]", "12379")
	d.press(`#fact-form [name=do][value=preview]:not(.unseen)`)
	d.sees("金融监管总局12378 12379", "Financial regulator 12378 12379", "Regulador financiero 12378 12379")
	d.fill("#fact-form [name=why]", "the office said so on the telephone")
	d.press(`[form=fact-form][name=do][value=save], #fact-form [name=do][value=save]`)
	d.fine()
	hears(t, there, "nfra", "12378")

	t.Log("and tries it")
	d.open("/try")
	d.fill("[name=text]", "línea del regulador financiero")
	eval[bool](t, d.ctx, `document.querySelector('#try .composer button.primary').click(), true`)
	d.until(`document.querySelector("main").innerText.includes("Llame al 12379")`)
	d.open("/publish")
	if eval[bool](t, d.ctx, `!!document.querySelector('form[action="/publish"]')`) {
		t.Error("an editor may publish")
	}

	t.Log("the reviewer publishes")
	d.signIn("rui")
	d.publish("12378 was replaced")
	hears(t, there, "nfra", "12379")
	hears(t, there, "regulador financiero", "12379")

	t.Log("and the publisher goes back")
	d.signIn("pia")
	d.open("/releases/1")
	d.fill(`form[action$="/activate"] [name=reason]`, "it was right before")
	d.press(`form[action$="/activate"] button`)
	hears(t, there, "nfra", "12378")

	t.Log("a phrase that collides")
	d.signIn("lin")
	d.open("/entries/police-110")
	d.fill(`[name="phrases.zh"]`, eval[string](t, d.ctx, `document.querySelector('[name="phrases.zh"]').value`)+"\n银保监会")
	d.press(`form.entry button.primary`)
	d.sees("银保监会", "nfra-12378")
	if !eval[bool](t, d.ctx, `!!document.querySelector('[name="phrases.zh"][aria-invalid=true]')`) {
		t.Errorf("the problem does not stand beside the field:\n%s", d.text())
	}
	d.press(`form[action$="/discard"] button`)

	t.Log("a message that nobody could answer becomes a phrase")
	const unknown = "qwzzx plimf grubnak 13812345678"
	for i := range 3 {
		answer(t, there, fmt.Sprint("asker ", i), unknown)
	}
	for !eval[bool](t, d.ctx, `document.body.innerText.includes("grubnak")`) { // counts are written every few seconds
		d.open("/unanswered")
	}
	if text := d.text(); strings.Contains(text, "13812345678") || !strings.Contains(text, "‹phone›") {
		t.Errorf("the number is not masked:\n%s", text)
	}
	d.press(`main a[href^="/unanswered/"]`)
	d.fill(`form[action$="/phrase"] [name=text], form[action$="/phrase"] [name=phrase]`, "plimf grubnak")
	d.fill(`form[action$="/phrase"] [name=entry]`, "threats")
	d.press(`form[action$="/phrase"] button.primary, form[action$="/phrase"] button`)
	d.fine()
	d.open("/entries/threats")
	if phrases := eval[string](t, d.ctx, `[...document.querySelectorAll('[name^="phrases."]')].map(e => e.value).join("\n")`); !strings.Contains(phrases, "plimf grubnak") {
		t.Errorf("the phrase is not in the draft:\n%s", phrases)
	}

	t.Log("a sheet goes out and comes back")
	sheet := d.download("/sheets/export?kind=texts&format=xlsx&lang=en")
	d.open("/sheets")
	path := filepath.Join(t.TempDir(), "texts.xlsx")
	if err := os.WriteFile(path, edited(t, sheet, "Call {.phone}", "Please call {.phone}"), 0o600); err != nil {
		t.Fatal(err)
	}
	do(t, d.ctx, chromedp.SetUploadFiles(chromedp.CSS(`form[action="/sheets/preview"] input[type=file]`), []string{path}))
	d.press(`form[action="/sheets/preview"] button.primary, form[action="/sheets/preview"] button`)
	d.sees("Please")
	d.fill(`form[action="/sheets/apply"] [name=reason]`, "wording")
	d.press(`form[action="/sheets/apply"] button.primary, form[action="/sheets/apply"] button`)
	d.open("/publish")
	d.sees("Please")

	t.Log("a viewer can do none of it")
	d.signIn("vic")
	for _, page := range []string{"/facts/nfra-12378/phone", "/entries/police-110", "/publish", "/releases/1", "/unanswered", "/try"} {
		d.open(page)
		if forms := eval[string](t, d.ctx, `[...document.querySelectorAll('main form[method=post]')].map(f => f.getAttribute("action")).filter(a => !["/try", "/unanswered"].includes(a)).join(" ")`); forms != "" {
			t.Errorf("%s offers a viewer %s", page, forms)
		}
	}
	token := eval[string](t, d.ctx, `document.querySelector("[name=csrf]").value`)
	for _, path := range []string{"/facts/nfra-12378/phone", "/facts/nfra-12378/phone/checked", "/entries/police-110", "/entries/police-110/restore", "/publish", "/releases/2/activate", "/switch", "/sheets/apply", "/people", "/tests", "/try/test"} {
		js := fmt.Sprintf(`fetch(%q, {method: "POST", headers: {"X-CSRF-Token": %q, "Content-Type": "application/x-www-form-urlencoded"}, body: "reason=x"}).then(r => r.status)`, path, token)
		status, err := chromedp.Run(d.ctx, chromedp.Evaluate[int](js, chromedp.EvalAwaitPromise))
		if err != nil || status != http.StatusForbidden {
			t.Errorf("a viewer's POST %s: %d %v", path, status, err)
		}
	}
	hears(t, there, "nfra", "12378")
}

// hire makes people with a password and a role.
func hire(t *testing.T, server *redistest.Server, staff map[string]people.Role) {
	t.Helper()
	rdb := server.PatientClient()
	defer rdb.Close()
	store := people.New(rdb, []byte(strings.Repeat("0123456789abcdef", 2)), time.Now)
	for login, role := range staff {
		token, err := store.Invite(t.Context(), "test", login, login, role)
		if err == nil {
			_, err = store.Redeem(t.Context(), token, storyPassword)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// publish checks the draft, ticks what has to be read, and publishes.
func (d *desk) publish(reason string) {
	d.t.Helper()
	d.open("/publish")
	d.press(`form[action="/publish/check"] button`)
	d.sees("12379")
	d.fill(`#publish-form [name=reason]`, reason)
	eval[bool](d.t, d.ctx, `document.querySelectorAll('#publish-form [type=checkbox], [form=publish-form][type=checkbox]').forEach(e => e.checked = true), true`)
	d.press(`#publish-form button.primary`)
	if d.path() == "/publish" && eval[bool](d.t, d.ctx, `!!document.querySelector('.notice.bad')`) {
		d.t.Fatalf("not published: %s", d.text())
	}
}

// download fetches a file as the person who is signed in.
func (d *desk) download(path string) []byte {
	d.t.Helper()
	js := fmt.Sprintf(`fetch(%q).then(r => r.arrayBuffer()).then(b => { let s = ""; for (const c of new Uint8Array(b)) s += String.fromCharCode(c); return btoa(s) })`, path)
	encoded, err := chromedp.Run(d.ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise))
	if err != nil {
		d.t.Fatal(err)
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		d.t.Fatal(err)
	}
	return data
}

// edited changes the first cell of a workbook that holds a text.
func edited(t *testing.T, data []byte, old, now string) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%d bytes: %v", len(data), err)
	}
	defer book.Close()
	name := book.GetSheetName(0)
	rows, err := book.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range rows {
		for c, cell := range row {
			if strings.Contains(cell, old) {
				at, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if err := book.SetCellValue(name, at, strings.Replace(cell, old, now, 1)); err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				if err := book.Write(&out); err != nil {
					t.Fatal(err)
				}
				return out.Bytes()
			}
		}
	}
	t.Fatalf("no cell holds %q", old)
	return nil
}
