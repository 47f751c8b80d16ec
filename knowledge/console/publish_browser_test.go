package console

import (
	"strings"
	"testing"

	"zhilu/knowledge"
	"zhilu/knowledge/knowledgetest"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// TestPublishInTheBrowser opens the pages in Chromium in each language, wide and narrow: none
// scrolls sideways; a box below a conversation belongs to the form that publishes.
func TestPublishInTheBrowser(t *testing.T) {
	for _, lang := range pictured() {
		t.Run(string(lang), func(t *testing.T) { browsePublish(t, lang) })
	}
}

func browsePublish(t *testing.T, lang knowledge.Lang) {
	s := newConsole(t, func(c *Config) {
		measure := c.Bench.Measure
		c.Bench.Measure = func(rel *knowledge.Release) Figures {
			f := measure(rel)
			f.All, f.None = Share{431, 457}, Share{58, 60}
			f.Lang = map[knowledge.Lang]Share{knowledge.ZhHans: {210, 220}, knowledge.En: {110, 118}, knowledge.Es: {111, 119}}
			f.SelfHarm, f.Violence = Share{24, 24}, Share{19, 19}
			if rel.Entry("nfra-12378").Facts["phone"].Value != "12378" {
				f.Rows[1].Got, f.Rows[1].Right, f.All.Right = "fees", false, 430
			}
			return f
		}
	})
	s.join(t, "editor", "王芳", people.Editor)
	publisher := s.signIn(t, people.Publisher)
	b := openTab(t, s)
	b.as(publisher, lang)
	shoot := func(name string) { b.shoot("publish-" + name + "-" + string(lang)) }
	b.open("/publish")
	shoot("0-empty")
	s.swap(t, "editor", hotline, `value: "12378"`, `value: "12379"`)
	s.reword(t, "publisher", "situation/threats.yaml", "先", "首先")
	ok(t, s.store.SaveTest(t.Context(), versions.Actor{Login: "editor"}, "threats-at-night", "> 威胁\n< 旧的回答\n= entry gov-12345 zh-Hans\n> 你好\n< 您好\n= menu none zh-Hans\n", ""))
	b.open("/publish")
	shoot("1-draft")
	b.press(`form[action="/publish/check"] button`)
	if b.eval(`!!document.querySelector("#publish-form")`) != "true" {
		t.Fatal(b.eval(`document.querySelector("main").innerText`))
	}
	shoot("2-report")
	b.eval(`document.querySelectorAll("#publish-form [required]").forEach(e => e.required = false)`)
	b.press(`#publish-form button`)
	shoot("3-wrong")
	b.eval(`document.querySelectorAll("input[type=checkbox]").forEach(e => e.click()); document.querySelector("#publish-form textarea").value = "电话改了 · cambió el número"`)
	b.press(`#publish-form button`)
	if at := b.eval(`location.pathname`); at != "/releases/2" {
		t.Fatalf("at %s: %s", at, b.eval(`document.querySelector("main").innerText`))
	}
	shoot("4-release")
	b.open("/releases/1")
	shoot("5-back")
	b.open("/releases")
	shoot("6-releases")
	b.open("/switch")
	b.eval(`document.querySelectorAll("details").forEach(e => e.open = true)`)
	shoot("7-switch")
	_, err := s.store.Switch(t.Context(), versions.Actor{Login: "publisher"}, knowledge.Off{Card: true, Entries: []knowledge.ID{"nfra-12378"}, Flows: []knowledge.ID{"threats"}}, 1, "why")
	ok(t, err)
	ok(t, s.live.Refresh(t.Context()))
	b.open("/switch")
	shoot("8-off")
	s.swap(t, "editor", hotline, "kind: channel", "kind: [")
	b.open("/publish")
	b.press(`form[action="/publish/check"] button`)
	shoot("9-errors")
}

// reword changes the Chinese of an entry and confirms its translations.
func (s *site) reword(t *testing.T, login, path, old, now string) {
	t.Helper()
	e, err := knowledge.Decode(knowledgetest.Base()[path])
	ok(t, err)
	e.Text.Zh, e.Other.Zh = strings.ReplaceAll(e.Text.Zh, old, now), strings.ReplaceAll(e.Other.Zh, old, now)
	data, err := knowledge.Encode(e)
	ok(t, err)
	data, err = knowledge.Stamp(data)
	ok(t, err)
	ok(t, s.store.Save(t.Context(), versions.Actor{Login: login, Role: "publisher"}, []versions.File{{Path: path, Data: data}}, "更清楚 · más claro"))
}
