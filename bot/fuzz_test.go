package bot

import (
	"encoding/xml"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/util"
)

var reasons = []string{
	ReasonQuery, ReasonSignature, ReasonStale, ReasonEcho, ReasonMode, ReasonSize, ReasonCipher, ReasonAccount,
}

// FuzzOpen throws anything at the door, and then the same text as an authentic message, which must
// never be refused but for size and addressee.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"plain-text", "compat-text", "safe-text"} {
		query, body := readEnvelope(f, name)
		f.Add(query, body)
	}
	for _, file := range readManifest(f).Files {
		f.Add("encrypt_type=raw&echostr=1", readData(f, file.File))
	}
	doors := map[Mode]*Door{}
	for _, mode := range []Mode{ModePlain, ModeCompatible, ModeSafe} {
		doors[mode] = mustDoor(f, testAccount(mode), testTime)
	}
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		for mode, d := range doors {
			_, seal, err := d.Open(query, body)
			checkRefusal(t, err)
			if (err == nil) != (seal.door != nil) {
				t.Errorf("%s: seal and error disagree: %v", mode, err)
			}
			echo, err := d.Verify(query)
			checkRefusal(t, err)
			if (err == nil) != echoForm.MatchString(echo) {
				t.Errorf("%s: echo %q, %v", mode, echo, err)
			}
		}
		r := newRequest(string(body))
		in, seal, err := doors[ModeSafe].Open(r.safe(t))
		if err != nil && !tooBigOrNotOurs(err) {
			t.Errorf("authentic: %v", err)
		}
		checkAnswer(t, in, seal, err)
	})
}

func tooBigOrNotOurs(err error) bool {
	return errors.Is(err, Refusal{http.StatusRequestEntityTooLarge, ReasonSize}) || errors.Is(err, refuse(ReasonAccount))
}

func checkRefusal(t *testing.T, err error) {
	t.Helper()
	var r Refusal
	if err != nil && (!errors.As(err, &r) || !slices.Contains(reasons, r.Reason) ||
		(r.Status == http.StatusRequestEntityTooLarge) != (r.Reason == ReasonSize)) {
		t.Errorf("%v", err)
	}
}

// checkAnswer echoes a text message and reads the reply as the platform would.
func checkAnswer(t *testing.T, in Inbound, seal Seal, err error) {
	t.Helper()
	if err != nil || in.Act != Text {
		return
	}
	out, err := seal.Text(Reply{To: in.From, From: in.To, At: in.CreateTime, Content: in.Content})
	want := Cut(in.Content, MaxContent)
	if blank(want) {
		if err == nil {
			t.Error("a blank reply goes out")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := unseal(t, out, true, testToken, testKey); got.Content != want || got.ToUserName != in.From {
		t.Errorf("got %q, want %q", got.Content, want)
	}
}

// FuzzDecrypt compares with the SDK: what we open, it opens to the same; what we seal, both open; and
// what we refuse of its own work has been tampered with.
func FuzzDecrypt(f *testing.F) {
	for _, v := range readVectors(f, "crypto/vectors.json", 19) {
		f.Add(v.Encrypt, []byte(v.Plaintext), uint16(0), byte(0))
	}
	for _, v := range readVectors(f, "crypto/reject.json", 23) {
		f.Add(v.Encrypt, []byte(v.Name), uint16(len(v.Encrypt)), byte(1))
	}
	key := mustKey(f, testKey)
	f.Fuzz(func(t *testing.T, text string, message []byte, at uint16, flip byte) {
		checkDecrypt(t, key, text)
		sealed := key.encrypt([randomSize]byte{9}, string(message), testAppID)
		if sdk, err := util.EncryptMsg([]byte{9, 15: 0}, message, testAppID, testKey); err != nil || string(sdk) != sealed {
			t.Errorf("the SDK seals %s, %v; we %s", sdk, err, sealed)
		}
		if got, err := key.decrypt(testAppID, sealed); err != nil || string(got) != string(message) {
			t.Errorf("round trip: %v, %q", err, got)
		}
		damaged := []byte(sealed)
		damaged[int(at)%len(damaged)] ^= flip
		checkDecrypt(t, key, string(damaged))
	})
}

func checkDecrypt(t *testing.T, key aesKey, text string) {
	t.Helper()
	got, err := key.decrypt(testAppID, text)
	if err != nil {
		if got != nil || !errors.Is(err, errCipher) {
			t.Errorf("got %q, %v", got, err)
		}
		return
	}
	_, sdk, err := util.DecryptMsg(testAppID, text, key.text)
	if err != nil || string(sdk) != string(got) {
		t.Errorf("the SDK differs: %v, %q, we have %q", err, sdk, got)
	}
}

func FuzzCut(f *testing.F) {
	for _, file := range readManifest(f).Files {
		f.Add(string(readData(f, file.File)), 100)
	}
	for _, s := range []string{
		"你好。\n\n再见", `看<a href="x">这里</a>吧`, "👨‍👩‍👧🇨🇳🇪🇸e\u0301👍🏽", "Hola. ¿Qué tal? 3.14", "\u200d \u200d\n", "<a <a></a >",
	} {
		f.Add(strings.Repeat(s, 20), 97)
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, max int) {
		Cut(s, max) // whatever comes, no panic
		checkCut(t, Clean(s), max)
	})
}

// checkCut holds Cut to its promises for a clean text.
func checkCut(t *testing.T, s string, max int) {
	t.Helper()
	got := Cut(s, max)
	switch {
	case len(s) <= max && got != s:
		t.Errorf("%q within %d changed to %q", s, max, got)
	case len(got) > max && got != "", !utf8.ValidString(got), !strings.HasPrefix(s, got):
		t.Errorf("%q, %d: %q is not a beginning within the limit", s, max, got)
	case Cut(got, max) != got:
		t.Errorf("%q, %d: cutting again changes %q", s, max, got)
	case len(got) < len(s) && got != strings.TrimRightFunc(got, unicode.IsSpace):
		t.Errorf("%q, %d: %q ends in space", s, max, got)
	case len(got) < len(s) && max >= 4 && max < len(s) && blank(got) && !blank(s[:runeStart(s, max)]):
		t.Errorf("%q, %d: nothing is left", s, max)
	}
	if len(got) == len(s) || got == "" {
		return
	}
	kind := cutKind(s, len(got), link.FindAllStringIndex(s, -1))
	if kind >= cutInLetter && anyCut(s, max) {
		t.Errorf("%q, %d: %q ends inside a letter or a link", s, max, got)
	}
}

func runeStart(s string, at int) int {
	for !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

// anyCut reports whether a better place than inside a letter or link existed, by trying them all.
func anyCut(s string, max int) bool {
	links := link.FindAllStringIndex(s, -1)
	for at := 1; at <= max; at++ {
		if utf8.RuneStart(s[at]) && !blank(s[:at]) && cutKind(s, at, links) < cutInLetter {
			return true
		}
	}
	return false
}

// FuzzInbound reads anything, and then the same text as the content of a message, which must come
// through unchanged but for what XML forbids.
func FuzzInbound(f *testing.F) {
	for _, file := range readManifest(f).Files {
		f.Add(readData(f, file.File))
	}
	f.Add([]byte("]\v]>"))
	f.Add([]byte("a&#13;\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		in, whole := parseInbound(body)
		checkInbound(t, in, whole)
		if !utf8.Valid(body) {
			if whole {
				t.Error("not UTF-8, yet read")
			}
			return
		}
		content := string(body)
		in, whole = parseInbound([]byte(textMessage(testGH, content)))
		checkInbound(t, in, whole)
		if want := Clean(strings.ReplaceAll(content, string(placeholder), "")); !whole || in.Content != want && !(blank(want) && in.Content == "") {
			t.Errorf("whole %v, got %q, want %q", whole, in.Content, want)
		}
		var escaped strings.Builder
		if err := xml.EscapeText(&escaped, []byte(Clean(strings.ReplaceAll(content, string(placeholder), "")))); err != nil {
			t.Fatal(err)
		}
		other, _ := parseInbound([]byte(strings.Replace(textMessage(testGH, ""), cdata(""), escaped.String(), 1)))
		if other.Content != in.Content || other.Dedup() != in.Dedup() {
			t.Errorf("escaped %q, in CDATA %q", other.Content, in.Content)
		}
	})
}

func checkInbound(t *testing.T, in Inbound, whole bool) {
	t.Helper()
	if !whole && in.Act != Ignore {
		t.Errorf("broken, but act %d", in.Act)
	}
	if whole && (in.From == "" || in.To == "" || in.MsgType == "") {
		t.Errorf("whole, but %+v", in)
	}
	if in.Act == Erase && blank(in.User()) {
		t.Error("erase nobody")
	}
	if (in.Act == Media) != (in.MediaKind != "") {
		t.Errorf("act %d, kind %q", in.Act, in.MediaKind)
	}
	for _, s := range []string{in.To, in.From, in.MsgType, in.MsgID, in.Event, in.EventKey, in.Content, in.Choice, in.OpenID, in.Status} {
		if Clean(s) != s {
			t.Errorf("not clean: %q", s)
		}
	}
	if key := in.Dedup(); !dedupForm.MatchString(key) {
		t.Errorf("key %q", key)
	}
}

// FuzzScan compares the short way of reading with the long one: where it is sure, they agree.
func FuzzScan(f *testing.F) {
	for _, file := range readManifest(f).Files {
		f.Add(readData(f, file.File))
	}
	for _, name := range []string{"plain-text", "compat-text", "safe-text"} {
		_, body := readEnvelope(f, name)
		f.Add(body)
	}
	for _, s := range []string{"<xml></xml>", "<xml><a></a>\n</xml>", "<xml><Content><![CDATA[a]]>b</Content></xml>", "<xml><MsgId>1</MsgId><MsgId>2</MsgId></xml>",
		"<xml><Content>a]]>b</Content></xml>", "<xml><Content>\u00a0</Content></xml>\u00a0", "<xml><Content><![CDATA[]]]]><![CDATA[>]]></Content></xml>",
		"<xml><Content>&lt;</Content></xml>", "<xml><!-- --></xml>", "<xml><a><Content>1</Content></a></xml>", "<xml><Content/></xml>", "<xml ><Content>1</Content></xml>",
		"<xml><Content>1</content></xml>", "<xml><1a>1</1a></xml>", "<xml><Content>\r\n</Content></xml>", "<xml><Content>\U0001FFFE\uFFFE</Content></xml>", "\ufeff<xml></xml>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		short, ok := scanPush(body)
		if !ok {
			return
		}
		var long push
		if err := decodeXML(body, &long); err != nil || long != short {
			t.Errorf("short %+v, long %+v, %v", short, long, err)
		}
		var o outer
		if got, ok := parseOuter(body); decodeXML(body, &o) != nil || !ok || got != o {
			t.Errorf("outside: short %+v, long %+v", got, o)
		}
	})
}

// TestScanIsTheUsualWay: what the platform really sends is read the short way, but for events with
// elements inside elements.
func TestScanIsTheUsualWay(t *testing.T) {
	short := 0
	for _, file := range readManifest(t).Files {
		if _, ok := scanPush(readData(t, file.File)); ok {
			short++
		}
	}
	if all := len(readManifest(t).Files); short < all*2/3 {
		t.Errorf("%d of %d", short, all)
	}
	for _, name := range []string{"compat-text", "safe-text"} {
		_, body := readEnvelope(t, name)
		if !scan(body, func(string, string) bool { return true }) {
			t.Errorf("%s is read the long way", name)
		}
	}
}
