package bot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/silenceper/wechat/v2/util"
)

// textReply and sealedReply are what the platform reads.
type textReply struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
}

type sealedReply struct {
	XMLName      xml.Name `xml:"xml"`
	Encrypt      string
	MsgSignature string
	TimeStamp    int64
	Nonce        string
}

// unseal reads a reply as the platform would, with the SDK's decryption, not ours.
func unseal(t testing.TB, out []byte, encrypted bool, token, key string) (r textReply) {
	t.Helper()
	if encrypted {
		var e sealedReply
		if err := xml.Unmarshal(out, &e); err != nil {
			t.Fatal(err)
		}
		if e.MsgSignature != util.Signature(token, "1767225601", e.Nonce, e.Encrypt) || e.TimeStamp != testTime {
			t.Errorf("signature or timestamp of the reply is off: %+v", e)
		}
		_, message, err := util.DecryptMsg(testAppID, e.Encrypt, key)
		if err != nil {
			t.Fatal(err)
		}
		out = message
	}
	if err := xml.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return r
}

// checkSealed seals a reply and asserts that it comes out with that token and that key.
func checkSealed(t *testing.T, seal Seal, encrypted bool, token, key string) {
	t.Helper()
	out, err := seal.Text(Reply{To: testUser, From: testGH, At: 1767225602, Content: "您好 ]]> <&>"})
	if err != nil {
		t.Fatal(err)
	}
	got := unseal(t, out, encrypted, token, key)
	got.XMLName = xml.Name{}
	want := textReply{
		ToUserName: testUser, FromUserName: testGH, CreateTime: 1767225602, MsgType: "text", Content: "您好 ]]> <&>",
	}
	if got != want {
		t.Errorf("got %+v", got)
	}
}

// sealFor opens a message and returns the seal for its reply.
func sealFor(t testing.TB, d *Door) Seal {
	t.Helper()
	r := newRequest(textMessage(testGH, "x"))
	open := r.plain
	if d.mode != ModePlain {
		open = func() (string, []byte) { return r.safe(t) }
	}
	_, seal, err := d.Open(open())
	if err != nil {
		t.Fatal(err)
	}
	return seal
}

func TestReplyIsAlwaysReadable(t *testing.T) {
	hostile := "]]>" + strings.Repeat("a]]>\x00\x0b\xff\ufffe<a href=\"x\">长</a>&amp;\r\n", 200)
	for _, mode := range []Mode{ModePlain, ModeCompatible, ModeSafe} {
		seal := sealFor(t, mustDoor(t, testAccount(mode), testTime))
		out, err := seal.Text(Reply{To: "u]]>\x01", From: testGH, At: 1, Content: hostile})
		if err != nil {
			t.Fatal(err)
		}
		got := unseal(t, out, mode != ModePlain, testToken, testKey)
		if len(got.Content) > MaxContent || got.Content != Cut(Clean(hostile), MaxContent) || got.ToUserName != "u]]>" {
			t.Errorf("%s: %d bytes, to %q", mode, len(got.Content), got.ToUserName)
		}
	}
}

func TestRepliesDiffer(t *testing.T) {
	seal := sealFor(t, mustDoor(t, testAccount(ModeSafe), testTime))
	seen := map[string]bool{}
	for range 20 {
		out, err := seal.Text(Reply{To: testUser, From: testGH, At: 1, Content: "x"})
		if err != nil {
			t.Fatal(err)
		}
		var e sealedReply
		if err := xml.Unmarshal(out, &e); err != nil {
			t.Fatal(err)
		}
		random, _, err := util.DecryptMsg(testAppID, e.Encrypt, testKey)
		if err != nil || seen[e.Nonce] || seen[string(random)] || e.Nonce == "845217733" {
			t.Errorf("%v, nonce %s, random %x", err, e.Nonce, random)
		}
		seen[e.Nonce], seen[string(random)] = true, true
	}
}

func TestNoReply(t *testing.T) {
	seal := sealFor(t, mustDoor(t, testAccount(ModeSafe), testTime))
	good := Reply{To: testUser, From: testGH, At: 1, Content: "x"}
	for _, content := range []string{"", " \n", "\x00\xff", "　", strings.Repeat(" ", 5000) + "x"} {
		r := good
		r.Content = content
		if out, err := seal.Text(r); err == nil || out != nil {
			t.Errorf("%q: %s", content, out)
		}
	}
	for _, r := range []Reply{{To: testUser, Content: "x"}, {From: testGH, Content: "x"}} {
		if _, err := seal.Text(r); err == nil {
			t.Errorf("%+v goes out", r)
		}
	}
	if _, err := (Seal{}).Text(good); err == nil {
		t.Error("the zero Seal must not answer in plain text")
	}
	broken := errors.New("no randomness")
	for _, random := range []io.Reader{iotest.ErrReader(broken), io.MultiReader(bytes.NewReader(make([]byte, 20)), iotest.ErrReader(broken))} {
		d, err := NewDoor(testAccount(ModeSafe), clockAt(testTime), random)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sealFor(t, d).Text(good); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
}
