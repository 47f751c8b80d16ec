package simulator_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"zhilu/bot/simulator"
)

// kinds makes one message for each line of testdata/shapes.txt.
func kinds(u string) map[string]simulator.Message {
	return map[string]simulator.Message{
		"text":              simulator.Text(u, "x"),
		"text-menu-choice":  simulator.Tap(u, "x", "101"),
		"text-from-article": simulator.FromArticle(simulator.Text(u, "x"), "3271558190", 1),
		"image":             simulator.Image(u),
		"voice-16k":         simulator.Voice(u),
		"voice-recognition": simulator.VoiceRecognized(u, "我想查一下"),
		"video":             simulator.Video(u),
		"shortvideo":        simulator.ShortVideo(u),
		"location":          simulator.Location(u, 23.134521, 113.358803, "示例市"),
		"link":              simulator.Link(u, "t", "d", "https://example.invalid/a?b=1&c=2"),
		"file":              simulator.File(u, "说明.docx", 10203),
		"miniprogrampage":   simulator.MiniProgram(u, "t", "pages/index/index"),

		"subscribe":                       simulator.Subscribe(u),
		"subscribe-qr":                    simulator.SubscribeScene(u, "campaign-42"),
		"unsubscribe":                     simulator.Unsubscribe(u),
		"scan":                            simulator.Scan(u, "campaign-42"),
		"location-report":                 simulator.ReportLocation(u, 23.1, 113.3),
		"click":                           simulator.Click(u, "MENU_HELP"),
		"view":                            simulator.View(u, "https://example.invalid/"),
		"view-miniprogram":                simulator.ViewMiniProgram(u, "pages/index/index"),
		"scancode-push":                   simulator.ScanCode(u, "k", "r", false),
		"pic-sysphoto":                    simulator.Pictures(u, "pic_sysphoto", "k", 1),
		"location-select":                 simulator.SelectLocation(u, "k", 23, 113, "示例区"),
		"template-finish-success":         simulator.TemplateFinished(u, "200163836", "success"),
		"mass-send-finish":                simulator.MassFinished(u, "1000000003", 4),
		"publish-finish":                  simulator.PublishFinished(u, "2247503051", "a"),
		"subscribe-msg-popup":             simulator.SubscriptionPopup(u, "T1", "T2"),
		"subscribe-msg-change":            simulator.SubscriptionRefused(u, "T1"),
		"subscribe-msg-sent":              simulator.SubscriptionSent(u, "T1", "1"),
		"user-authorization-revoke":       simulator.Authorization(u, "user_authorization_revoke", appID, "205"),
		"user-authorization-cancellation": simulator.Authorization(u, "user_authorization_cancellation", appID, ""),
		"kf-create-session":               simulator.Agent(u, "kf_create_session", "a@x", ""),
		"kf-switch-session":               simulator.Agent(u, "kf_switch_session", "a@x", "b@x"),
		"qualification-verify-success":    simulator.Verification(u, "qualification_verify_success", 1798761600),
		"debug-demo":                      simulator.DebugDemo(u, "hello"),
	}
}

// TestShapes compares every kind of message with a real push: its type, and the
// names and order of its elements.
func TestShapes(t *testing.T) {
	raw, err := os.ReadFile("testdata/shapes.txt")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := start(t, simulator.Config{Mode: simulator.Plain}, writes("success"))
	made := kinds(p.User("ann"))
	for line := range strings.Lines(string(raw)) {
		name, want, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		m, ok := made[name]
		if !ok {
			t.Errorf("no message for %s", name)
			continue
		}
		delete(made, name)
		d := p.Send(t.Context(), m)
		got := m.Type + " " + strings.TrimPrefix(m.Event+" ", " ")
		if m.Event == "" {
			got = m.Type + " - "
		}
		if got += shape(t, d.XML); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		if d.Outcome != simulator.Silent {
			t.Errorf("%s: %s %q", name, d.Outcome, d.Faults)
		}
	}
	for name := range made {
		t.Errorf("%s is not in shapes.txt", name)
	}
}

// shape lists the elements of a document as shapes.txt does.
func shape(t *testing.T, doc string) string {
	t.Helper()
	var b strings.Builder
	dec, depth := xml.NewDecoder(strings.NewReader(doc)), 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return strings.NewReplacer("[]", "", "] ]", "]]", " ]", "]").Replace(strings.TrimSpace(b.String()))
		}
		if err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if depth++; depth > 1 {
				b.WriteString(e.Name.Local + "[")
			}
		case xml.EndElement:
			if depth--; depth > 0 {
				b.WriteString("] ")
			}
		}
	}
}

func TestTextArrivesAsItWasTyped(t *testing.T) {
	for _, mode := range []simulator.Mode{simulator.Plain, simulator.Compatible, simulator.Safe} {
		p, b := start(t, simulator.Config{Mode: mode}, says("好"))
		for _, text := range []string{"你好", "a]]>b &amp; <xml>", "两行\n两行", "👨‍👩‍👧 [微笑]", `<a href="x">`, "]]", "]]>]]>"} {
			p.Send(t.Context(), simulator.Text(p.User("ann"), text))
			if got := b.last(t).Content; got != text {
				t.Errorf("%s: %q arrived as %q", mode, text, got)
			}
		}
	}
}

func TestRawXML(t *testing.T) {
	raw := `<xml><ToUserName>gh_7d3a91c05be2</ToUserName><FromUserName>oRaw</FromUserName><CreateTime>7</CreateTime>` +
		`<MsgType>hologram</MsgType><MsgId>18446744073709551615</MsgId></xml>`
	for _, mode := range []simulator.Mode{simulator.Plain, simulator.Compatible, simulator.Safe} {
		p, b := start(t, simulator.Config{Mode: mode}, says("好"))
		d := p.Send(t.Context(), simulator.Message{XML: raw})
		if d.Outcome != simulator.Replied || d.XML != raw || d.Message.From != "oRaw" || d.Message.MsgID != "18446744073709551615" {
			t.Errorf("%s: %s %q %+v", mode, d.Outcome, d.Faults, d.Message)
		}
		if m := b.last(t); m.Type != "hologram" || m.From != "oRaw" {
			t.Errorf("%s: the bot got %+v", mode, m)
		}
	}
	p, _ := start(t, simulator.Config{Mode: simulator.Compatible}, writes("success"))
	d := p.Send(t.Context(), simulator.Message{From: p.User("ann"), XML: "<xml><broken"})
	if a := d.Attempts[0]; !strings.HasPrefix(a.RawRequest, "<xml><broken<Encrypt>") || a.Status == 0 {
		t.Errorf("broken XML must reach the bot all the same: %+v", a)
	}
}
