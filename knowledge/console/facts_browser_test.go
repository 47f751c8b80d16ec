package console

import (
	"testing"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// TestFactsInBrowser opens the pages of facts and sources in Chromium in three languages, wide
// and narrow; types a new number with the keyboard and reads what would change; searches a source.
func TestFactsInBrowser(t *testing.T) {
	s := newConsole(t)
	s.at(t, "2026-11-22")
	for day, at := range map[knowledge.Date]string{"2026-07-01": "pbc-12363", "2026-10-01": "nfra-12378", "2026-10-30": "legal-aid-12348"} {
		s.edit(t, knowledge.ID(at), func(e *knowledge.Entry) {
			f := e.Facts["phone"]
			f.Checked = day
			e.Facts["phone"] = f
		})
	}
	b := openTab(t, s)
	reviewer := s.signIn(t, people.Reviewer)
	for _, lang := range pictured() {
		ok(t, s.people.SetLang(t.Context(), "reviewer", string(lang)))
		b.as(reviewer, lang)
		for name, path := range map[string]string{"facts": "/facts", "facts-entry": "/facts?entry=nfra-12378", "facts-edit": phonePath, "facts-hours": "/facts/nfra-12378/hours",
			"facts-new": "/facts/nfra-12378/new", "sources": "/sources?q=12378", "sources-edit": "/sources/NFRA23"} {
			b.open(path)
			b.shoot(name + "-" + string(lang))
		}
		b.size(360, 740)
		b.open("/facts")
		b.open(phonePath)
		b.eval(`document.getElementById("f-value").focus(); document.getElementById("f-value").select()`)
		b.keys("12399")
		b.submit() // Enter shows what changes, and saves nothing
		if got := b.eval(`document.activeElement.id + " " + document.querySelector("#changes ins").textContent.length + " " + document.querySelector("#changes .fact-line ins").textContent`); got[:7] != "preview" || got[len(got)-5:] != "12399" {
			t.Errorf("after Enter: %q", got)
		}
		b.shoot("facts-preview-" + string(lang))
	}
	b.open("/facts") // or the page would come from the form that was sent last
	b.open(phonePath)
	b.eval(`document.getElementById("f-search").focus()`)
	b.keys("nfra23")
	b.eval(`document.getElementById("f-type").value = "hours"`)
	if got := b.eval(`getComputedStyle(document.querySelector(".hours-only")).display + " " + getComputedStyle(document.querySelector(".three-only")).display`); got != "block none" {
		t.Errorf("what the choices hide: %s", got)
	}
	if got := b.eval(`[...document.querySelectorAll("#f-picks label")].filter(l => !l.hidden).length < 10`); got != "true" {
		t.Error("the search leaves everything")
	}
}
