package bot

import (
	"regexp"
	"strings"
	"testing"
)

// wantAct is the outcome for one file; say is Content, Choice, EventKey, Scene or MediaKind.
type wantAct struct {
	act Act
	say string
}

var wantActs = map[string]wantAct{
	"messages/text.xml":                           {Text, "你好"},
	"messages/text-ascii.xml":                     {Text, "help"},
	"messages/text-multiline.xml":                 {Text, "第一行\n第二行\n第三行"},
	"messages/text-emoji.xml":                     {Text, "👨‍👩‍👧 😀🇨🇳 [微笑] /::)"},
	"messages/text-markup.xml":                    {Text, `<a href="https://example.invalid/x">点我</a> & <b>"q"</b>`},
	"messages/text-cdata-end.xml":                 {Text, "a]]>b &amp; <xml>"},
	"messages/text-empty.xml":                     {Text, ""},
	"messages/text-blank.xml":                     {Text, ""},
	"messages/text-2048-bytes.xml":                {Text, strings.Repeat("长", 682) + "xx"},
	"messages/text-menu-choice.xml":               {Choice, "101"},
	"messages/text-menu-choice-nonnumeric-id.xml": {Choice, "menu_query"},
	"messages/text-from-article.xml":              {Text, "这篇文章说的怎么办理?"},
	"messages/text-no-msgid.xml":                  {Text, "没有编号"},
	"messages/text-no-msgid-2.xml":                {Text, "没有编号"},
	"messages/text-uint64-msgid.xml":              {Text, "编号很大"},
	"messages/text-extra-elements.xml":            {Text, "多余字段"},
	"messages/text-unsupported-notice.xml":        {Media, "unsupported"},
	"messages/image.xml":                          {Media, "image"},
	"messages/voice.xml":                          {Media, "voice"},
	"messages/voice-16k.xml":                      {Media, "voice"},
	"messages/voice-recognition.xml":              {Text, "我想查一下"},
	"messages/voice-recognition-empty.xml":        {Media, "voice"},
	"messages/video.xml":                          {Media, "video"},
	"messages/shortvideo.xml":                     {Media, "shortvideo"},
	"messages/location.xml":                       {Media, "location"},
	"messages/link.xml":                           {Media, "link"},
	"messages/file.xml":                           {Media, "file"},
	"messages/miniprogrampage.xml":                {Media, "miniprogrampage"},
	"messages/unknown-type.xml":                   {Media, "unknown"},

	"events/subscribe.xml":                                        {Follow, ""},
	"events/subscribe-no-eventkey.xml":                            {Follow, ""},
	"events/subscribe-qr.xml":                                     {Follow, "campaign-42"},
	"events/scan.xml":                                             {Scan, "campaign-42"},
	"events/click.xml":                                            {Click, "MENU_HELP"},
	"events/same-second-click.xml":                                {Click, "MENU_HELP"},
	"events/scancode-waitmsg.xml":                                 {Wait, "MENU_SCAN_WAIT"},
	"events/unsubscribe.xml":                                      {Erase, ""},
	"events/user-authorization-revoke.xml":                        {Erase, ""},
	"events/user-authorization-revoke-other-user-same-second.xml": {Erase, ""},
	"events/user-authorization-cancellation.xml":                  {Erase, ""},

	"events/same-second-location.xml":             {Ignore, ""},
	"events/location-report.xml":                  {Ignore, ""},
	"events/location-select.xml":                  {Ignore, ""},
	"events/view.xml":                             {Ignore, ""},
	"events/view-miniprogram.xml":                 {Ignore, ""},
	"events/scancode-push.xml":                    {Ignore, ""},
	"events/pic-sysphoto.xml":                     {Ignore, ""},
	"events/pic-photo-or-album.xml":               {Ignore, ""},
	"events/pic-weixin.xml":                       {Ignore, ""},
	"events/template-finish-success.xml":          {Ignore, ""},
	"events/template-finish-user-block.xml":       {Ignore, ""},
	"events/template-finish-system.xml":           {Ignore, ""},
	"events/mass-send-finish.xml":                 {Ignore, ""},
	"events/publish-finish.xml":                   {Ignore, ""},
	"events/subscribe-msg-popup.xml":              {Ignore, ""},
	"events/subscribe-msg-change.xml":             {Ignore, ""},
	"events/subscribe-msg-change-doc-variant.xml": {Ignore, ""},
	"events/subscribe-msg-sent.xml":               {Ignore, ""},
	"events/user-info-modified.xml":               {Ignore, ""},
	"events/kf-create-session.xml":                {Ignore, ""},
	"events/kf-close-session.xml":                 {Ignore, ""},
	"events/kf-switch-session.xml":                {Ignore, ""},
	"events/debug-demo.xml":                       {Ignore, ""},
	"events/qualification-verify-success.xml":     {Ignore, ""},
	"events/unknown-event.xml":                    {Ignore, ""},
}

func said(in Inbound) string {
	switch in.Act {
	case Text:
		return in.Content
	case Choice:
		return in.Choice
	case Media:
		return in.MediaKind
	case Follow, Scan:
		return in.Scene
	case Click, Wait:
		return in.EventKey
	}
	return ""
}

func TestEveryPush(t *testing.T) {
	m := readManifest(t)
	for _, f := range m.Files {
		t.Run(f.File, func(t *testing.T) {
			in, whole := parseInbound(readData(t, f.File))
			if !whole || in.To != m.ToUserName || in.MsgType != f.MsgType || in.CreateTime < 1767225600 {
				t.Errorf("envelope: whole %v, %+v", whole, in)
			}
			if (f.Event != nil && in.Event != *f.Event) || (in.MsgID != "") != f.HasMsgID {
				t.Errorf("event %q, msg id %q", in.Event, in.MsgID)
			}
			if got := (wantAct{in.Act, said(in)}); got != wantActs[f.File] {
				t.Errorf("got %v, want %v", got, wantActs[f.File])
			}
			checkReply(t, f.Reply, in.Act)
			checkUser(t, m, f, in)
		})
	}
}

// checkReply compares the Act with what the manifest expects to be answered.
func checkReply(t *testing.T, reply string, act Act) {
	t.Helper()
	silent := act == Ignore || act == Erase
	switch reply {
	case "reply":
		if silent {
			t.Errorf("act %d is silent, but an answer is expected", act)
		}
	case "silent":
		if !silent {
			t.Errorf("act %d answers, but silence is expected", act)
		}
	case "reply-or-ack":
	default:
		t.Errorf("unknown expectation %q", reply)
	}
}

func checkUser(t *testing.T, m manifest, f pushFile, in Inbound) {
	t.Helper()
	switch f.UserElement {
	case "FromUserName":
		if in.User() != in.From || in.From != m.Users["user-1"] {
			t.Errorf("user %q, from %q", in.User(), in.From)
		}
	case "OpenID":
		known := in.OpenID == m.Users["user-1"] || in.OpenID == m.Users["user-2"]
		if in.User() != in.OpenID || in.From != m.Users["platform"] || !known {
			t.Errorf("user %q, from %q", in.User(), in.From)
		}
	default:
		t.Errorf("unknown element %q", f.UserElement)
	}
}

var dedupForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// All 65 are different messages, the pairs that the README names included; the retry of each is not.
func TestDedup(t *testing.T) {
	seen := map[string]string{}
	for _, f := range readManifest(t).Files {
		first, _ := parseInbound(readData(t, f.File))
		again, _ := parseInbound(readData(t, f.File))
		key := first.Dedup()
		if key != again.Dedup() {
			t.Errorf("%s: a retry has another key", f.File)
		}
		if !dedupForm.MatchString(key) {
			t.Errorf("%s: key %q", f.File, key)
		}
		if other := seen[key]; other != "" {
			t.Errorf("%s and %s have one key", f.File, other)
		}
		seen[key] = f.File
	}
}

func TestDedupTellsApart(t *testing.T) {
	base := Inbound{To: "gh", From: "u", CreateTime: 1, MsgType: "text", Content: "x", parts: join("", "")}
	same := base
	same.Scene, same.Act = "anything", Text
	if base.Dedup() != same.Dedup() {
		t.Error("what is derived must not count")
	}
	for name, change := range map[string]func(*Inbound){
		"To":       func(in *Inbound) { in.To = "gh2" },
		"From":     func(in *Inbound) { in.From = "v" },
		"time":     func(in *Inbound) { in.CreateTime = 2 },
		"type":     func(in *Inbound) { in.MsgType = "event" },
		"event":    func(in *Inbound) { in.Event = "CLICK" },
		"key":      func(in *Inbound) { in.EventKey = "k" },
		"openid":   func(in *Inbound) { in.OpenID = "v" },
		"content":  func(in *Inbound) { in.Content = "y" },
		"msgid":    func(in *Inbound) { in.MsgID = "1" },
		"media":    func(in *Inbound) { in.parts = join("", "m") },
		"job":      func(in *Inbound) { in.parts = join("1", "") },
		"shifting": func(in *Inbound) { in.To, in.From = "g", "hu" },
	} {
		in := base
		change(&in)
		if in.Dedup() == base.Dedup() {
			t.Errorf("%s does not count", name)
		}
	}
	// The same MsgId for two users (§6), and a MsgId whatever else changes between retries.
	a, b := Inbound{From: "u", MsgID: "7"}, Inbound{From: "v", MsgID: "7"}
	if a.Dedup() == b.Dedup() {
		t.Error("one MsgId, two users, one key")
	}
	if c := (Inbound{From: "u", MsgID: "7", CreateTime: 9}); c.Dedup() != a.Dedup() {
		t.Error("one MsgId, one user, two keys")
	}
}

func TestBrokenInside(t *testing.T) {
	const head = "<ToUserName>gh</ToUserName><FromUserName>u</FromUserName>"
	for name, body := range map[string]string{
		"empty":        "",
		"blank":        " \n",
		"no xml":       "success",
		"json":         `{"ToUserName":"gh"}`,
		"cut short":    "<xml>" + head + "<MsgType>te",
		"mismatched":   "<xml>" + head + "<MsgType>text</xml>",
		"other root":   "<html>" + head + "<MsgType>text</MsgType></html>",
		"no sender":    "<xml><ToUserName>gh</ToUserName><MsgType>text</MsgType></xml>",
		"blank sender": "<xml><ToUserName>gh</ToUserName><FromUserName> </FromUserName><MsgType>text</MsgType></xml>",
		"no addressee": "<xml><FromUserName>u</FromUserName><MsgType>text</MsgType></xml>",
		"no type":      "<xml>" + head + "<Content>x</Content></xml>",
		"doctype":      "<!DOCTYPE xml><xml>" + head + "<MsgType>text</MsgType></xml>",
		"doctype in":   "<xml><!DOCTYPE xml>" + head + "<MsgType>text</MsgType></xml>",
		"entities":     `<!DOCTYPE x [<!ENTITY e "y">]><xml>` + head + "<MsgType>text</MsgType><Content>&e;</Content></xml>",
		"undeclared":   "<xml>" + head + "<MsgType>text</MsgType><Content>&e;</Content></xml>",
		"GBK declared": `<?xml version="1.0" encoding="GBK"?><xml>` + head + "<MsgType>text</MsgType></xml>",
		"GBK bytes":    "<xml>" + head + "<MsgType>text</MsgType><Content>\xc4\xe3\xba\xc3</Content></xml>",
	} {
		if in, whole := parseInbound([]byte(body)); whole || in.Act != Ignore {
			t.Errorf("%s: whole %v, act %d", name, whole, in.Act)
		}
	}
}

// What a user types cannot become an element, whatever is dropped from it.
func TestTypedMarkupStaysText(t *testing.T) {
	for _, gap := range []string{"\x0b", "\x00", "\ufffe", "\ufffe\x01", "\r", "\u200b", "\U0001fffe"} {
		typed := "]" + gap + "]></Content><FromUserName>victim</FromUserName><Content><![CDATA["
		for _, typed := range []string{typed, strings.Replace(typed, "]"+gap+"]>", "]]"+gap+">", 1)} {
			in, whole := parseInbound([]byte(textMessage(testGH, typed)))
			want := Clean(strings.ReplaceAll(typed, "\U0001fffe", ""))
			if !whole || in.From != testUser || in.Content != want {
				t.Errorf("%q: whole %v, from %q, %q", gap, whole, in.From, in.Content)
			}
		}
	}
}

func TestOddButReadable(t *testing.T) {
	const head = "<ToUserName>gh</ToUserName><FromUserName>u</FromUserName>"
	const text = head + "<MsgType>text</MsgType>"
	const revoke = head + "<MsgType>event</MsgType><Event>user_authorization_revoke</Event>"
	for name, c := range map[string]struct {
		body string
		want wantAct
	}{
		"typed control":     {text + "<Content><![CDATA[a\x08b\x00\uFFFE]]></Content>", wantAct{Text, "ab"}},
		"return by number":  {text + "<Content>a&#13;b</Content>", wantAct{Text, "a\nb"}},
		"odd time":          {text + "<CreateTime>soon</CreateTime><Content>x</Content>", wantAct{Text, "x"}},
		"huge time":         {text + "<CreateTime>99999999999999999999</CreateTime><Content>x</Content>", wantAct{Text, "x"}},
		"no content":        {text, wantAct{Text, ""}},
		"wide blanks":       {text + "<Content>　\u00a0</Content>", wantAct{Text, ""}},
		"twice, last wins":  {text + "<Content>a</Content><Content>b</Content>", wantAct{Text, "b"}},
		"blank choice id":   {text + "<Content>x</Content><bizmsgmenuid> </bizmsgmenuid>", wantAct{Text, "x"}},
		"notice in []":      {text + "<Content>[收到不支持的消息类型，暂无法显示]</Content>", wantAct{Media, MediaUnsupported}},
		"notice quoted":     {text + "<Content>什么叫收到不支持的消息类型，暂无法显示?</Content>", wantAct{Text, "什么叫收到不支持的消息类型，暂无法显示?"}},
		"follow after pay":  {head + "<MsgType>event</MsgType><Event>subscribe</Event><EventKey>last_trade_no_1</EventKey>", wantAct{Follow, ""}},
		"revoke of nobody":  {revoke, wantAct{Ignore, ""}},
		"declared as UTF-8": {text + "<Content>x</Content>", wantAct{Text, "x"}},
	} {
		in, whole := parseInbound([]byte("\uFEFF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml>" + c.body + "</xml>"))
		if got := (wantAct{in.Act, said(in)}); !whole || got != c.want || in.CreateTime != 0 {
			t.Errorf("%s: whole %v, got %v at %d, want %v", name, whole, got, in.CreateTime, c.want)
		}
	}
	// Two pictures of one second, should they ever come without MsgId.
	const image = "<xml>" + head + "<MsgType>image</MsgType><MediaId>"
	one, _ := parseInbound([]byte(image + "1</MediaId></xml>"))
	two, _ := parseInbound([]byte(image + "2</MediaId></xml>"))
	if one.Dedup() == two.Dedup() {
		t.Error("two pictures have one key")
	}
	// An OpenID in a message that is not about authorisation does not make somebody else its user.
	in, _ := parseInbound([]byte("<xml>" + text + "<OpenID>v</OpenID></xml>"))
	if in.User() != "u" {
		t.Errorf("user %q", in.User())
	}
}
