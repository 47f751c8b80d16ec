package console

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// TestEntryInTheBrowser types into a text and sees what users will read; ids come at a click.
func TestEntryInTheBrowser(t *testing.T) {
	s := newConsole(t)
	b := openTab(t, s)
	b.as(s.signIn(t, people.Editor), knowledge.En)
	b.size(1280, 800)
	b.open("/entries/nfra-12378")
	b.eval(`document.querySelector("#f-text-en").value = ""`)
	b.do(chromedp.SendKeys(chromedp.CSS("#f-text-en"), "Call {.phone} <b>now</b> {.fax}"))
	b.until(`document.querySelector("#f-text-en-preview").textContent === "Call 12378 <b>now</b> {.fax}"`)
	b.until(`document.querySelector("#f-text-en-count").textContent.includes("28 of 1,040 bytes")`)
	b.until(`!document.querySelector("#f-text-en-unknown").hidden`)
	b.eval(`document.querySelectorAll("details").forEach(d => d.open = true)`)
	b.do(chromedp.Click(chromedp.CSS(`[data-add="f-sources"][data-id="AFSA"]`)))
	b.until(`document.querySelector("#f-sources").value.endsWith("\nAFSA")`)
	b.press(".save button")
	if at := b.eval(`document.querySelector("[role=status]").textContent.includes("Saved as revision 1")`); at != "true" {
		t.Error(b.eval(`document.querySelector("main").textContent.slice(0, 400)`))
	}
}

// TestEntryPictures shows the pages of entries in three languages; see shoot.
func TestEntryPictures(t *testing.T) {
	for _, lang := range pictured() {
		t.Run(string(lang), func(t *testing.T) {
			if os.Getenv("ZHILU_SCREENSHOTS") == "" && lang != knowledge.Es {
				t.Skip("without pictures only the language with the longest words is checked for width")
			}
			s := newConsole(t)
			c, other, viewer, translator := s.signIn(t, people.Editor), s.signInAs(t, "editor-2", false), s.signIn(t, people.Viewer), s.signIn(t, people.Translator)
			for _, p := range []string{"editor", "editor-2", "viewer", "translator"} {
				ok(t, s.people.SetLang(t.Context(), p, string(lang)))
			}
			b := openTab(t, s)
			shoot := func(name string) { b.shoot("entries-" + name + "-" + string(lang)) }
			b.as(c, lang)
			b.open("/entries/new")
			shoot("new")
			form := opened(c, "/entries/nfra-12378")
			c.sendForm("/entries/nfra-12378", change(form, "text.zh", form.Get("text.zh")+"\n\n打110也可以。", "phrases.en", form.Get("phrases.en")+"\nviolence\npolice", "channels", "police-110\nno-such", "why", "号码换了"))
			s.putFile(t, "topic/broken.yaml", []byte("id: broken\nkind: [\n"))
			b.open("/entries?q=police")
			shoot("list")
			b.open("/entries/nfra-12378")
			shoot("edit")
			b.open("/entries/nfra-12378/history")
			shoot("history")
			stale := opened(other, "/entries/nfra-12378")
			c.sendForm("/entries/nfra-12378", change(opened(c, "/entries/nfra-12378"), "short.en", "By phone: complain about banks and collectors.", "name.es", "Regulador {.phone}", "why", "kürzer"))
			b.as(other, lang)
			b.open("/entries/nfra-12378")
			b.eval(`document.querySelector("[name=rev]").value = "` + stale.Get("rev") + `"; document.querySelector("[name=seen]").value = "` + stale.Get("seen") + `"; document.querySelector("[name='short.en']").value = "By phone: complain about banks, microloans and their collectors."; document.querySelector("[name='name.es']").value = "` + stale.Get("name.es") + `"`)
			b.press(".save button")
			shoot("conflict")
			b.open("/entries/self-harm")
			b.eval(`document.querySelectorAll("details").forEach(d => d.open = true)`)
			shoot("open")
			b.as(viewer, lang)
			b.open("/entries/violence")
			shoot("viewer")
			b.as(translator, lang)
			b.open("/entries/thanks")
			shoot("translator")
			c.post("/entries/police-110/delete", "rev", "0", "why", "test")
			b.open("/entries/police-110")
			shoot("gone")
		})
	}
}
