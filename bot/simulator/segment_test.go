package simulator_test

import (
	"reflect"
	"strings"
	"testing"

	"zhilu/bot/simulator"
)

func TestParse(t *testing.T) {
	text := func(s string) simulator.Segment { return simulator.Segment{Kind: simulator.PlainText, Text: s} }
	for content, want := range map[string][]simulator.Segment{
		"":            nil,
		"你好\n第二行":     {text("你好\n第二行")},
		"a < b <b> c": {text("a < b <b> c")},
		`看<a href="https://example.invalid/?a=1&b=2">这里</a>。`: {text("看"),
			{Kind: simulator.WebLink, Text: "这里", URL: "https://example.invalid/?a=1&b=2"}, text("。")},
		"1. <a href=\"weixin://bizmsgmenu?msgmenucontent=%E6%9F%A5%20%26&msgmenuid=101\">查询</a>\n2. <a href='weixin://bizmsgmenu?msgmenucontent=菜单&msgmenuid=m+1'>菜单</a>": {
			text("1. "), {Kind: simulator.TapOption, Text: "查询", Send: "查 &", ID: "101"}, text("\n2. "),
			{Kind: simulator.TapOption, Text: "菜单", Send: "菜单", ID: "m+1"}},
		`<A HREF = "http://example.invalid/">x</A>`: {{Kind: simulator.WebLink, Text: "x", URL: "http://example.invalid/"}},
		`<a href="" data-miniprogram-appid="wx1" data-miniprogram-path="p/i">小程序</a>`: {
			{Kind: simulator.MiniLink, Text: "小程序", AppID: "wx1", Path: "p/i"}},

		// Shown to the letter: an author's mistakes must be seen.
		`<a href="javascript:alert(1)">x</a>`:                                      {text(`<a href="javascript:alert(1)">x</a>`)},
		`<a href="https://example.invalid/">x`:                                     {text(`<a href="https://example.invalid/">x`)},
		`<a href=https://example.invalid/>x</a>`:                                   {text(`<a href=https://example.invalid/>x</a>`)},
		`<a href="/relative">x</a>`:                                                {text(`<a href="/relative">x</a>`)},
		`<a href="weixin://bizmsgmenu?msgmenucontent=100%&msgmenuid=1">x</a>`:      {text(`<a href="weixin://bizmsgmenu?msgmenucontent=100%&msgmenuid=1">x</a>`)},
		`<a href="weixin://bizmsgmenu?msgmenucontent=a&amp;msgmenuid=1">x</a>`:     {text(`<a href="weixin://bizmsgmenu?msgmenucontent=a&amp;msgmenuid=1">x</a>`)},
		`<a href="weixin://bizmsgmenu?msgmenuid=1">x</a>`:                          {text(`<a href="weixin://bizmsgmenu?msgmenuid=1">x</a>`)},
		`<a href="https://example.invalid/"></a>`:                                  {text(`<a href="https://example.invalid/"></a>`)},
		`<a href="bad"><a href="https://example.invalid/">x</a></a>`:               {text(`<a href="bad">`), {Kind: simulator.WebLink, Text: "x", URL: "https://example.invalid/"}, text("</a>")},
		`<a href="weixin://bizmsgmenu?msgmenucontent=two+words&msgmenuid=1">x</a>`: {{Kind: simulator.TapOption, Text: "x", Send: "two+words", ID: "1"}},
	} {
		if got := simulator.Parse(content); !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) =\n%+v, want\n%+v", content, got, want)
		}
	}
}

func TestTapSendsWhatTheOptionSays(t *testing.T) {
	menu := `<a href="weixin://bizmsgmenu?msgmenucontent=%E6%9F%A5%E8%AF%A2&msgmenuid=menu_query">1</a>`
	p, b := start(t, simulator.Config{}, says(menu))
	ann := p.User("ann")
	d := p.Send(t.Context(), simulator.Text(ann, "x"))
	p.Send(t.Context(), d.Reply.Segments()[0].Tap(ann))
	if m := b.last(t); m.Content != "查询" || m.MenuID != "menu_query" {
		t.Errorf("the bot got %q, id %q", m.Content, m.MenuID)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "<a", `<a href="https://x.invalid/">t</a>`, `<a href='weixin://bizmsgmenu?msgmenucontent=%E4%BD%A0&msgmenuid=1'>你</a>`,
		`<a href="x"><a href="http://y.invalid">z</a>`, "</a>", "\x00<a>", `<a href="http://[::1">x</a>`, "<a href=\"https://x.invalid/\n\">t</a>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		rest, plain := content, true
		for _, s := range simulator.Parse(content) {
			i := strings.Index(rest, s.Text)
			if s.Text == "" || i < 0 {
				t.Fatalf("%q shows %q, which is not in it", content, s.Text)
			}
			if s.Kind == simulator.PlainText && i != 0 && plain {
				t.Fatalf("%q was left out of %q", rest[:i], content)
			}
			rest = rest[i+len(s.Text):]
			plain = s.Kind == simulator.PlainText
			checkSegment(t, s)
		}
		if !strings.Contains(content, "<") && content != "" && len(simulator.Parse(content)) != 1 {
			t.Fatalf("%q has no markup", content)
		}
	})
}

func checkSegment(t *testing.T, s simulator.Segment) {
	t.Helper()
	web := strings.HasPrefix(strings.ToLower(s.URL), "http://") || strings.HasPrefix(strings.ToLower(s.URL), "https://")
	switch s.Kind {
	case simulator.PlainText:
	case simulator.WebLink:
		if !web {
			t.Fatalf("link to %q", s.URL)
		}
	case simulator.TapOption:
		if strings.TrimSpace(s.Send) == "" {
			t.Fatalf("option that sends nothing: %+v", s)
		}
	case simulator.MiniLink:
		if s.URL != "" && !web {
			t.Fatalf("mini program with %q", s.URL)
		}
	default:
		t.Fatalf("kind %q", s.Kind)
	}
}
