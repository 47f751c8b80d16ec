package load

import (
	"encoding/xml"
	"maps"
	"strings"
	"testing"
)

// TestWrong: what the platform could not use, by name.
func TestWrong(t *testing.T) {
	m := received{FromUserName: "oUser", ToUserName: account(Safe).OriginalID, CreateTime: 1}
	good := text(m, "好")
	b := &bot{t: t, account: account(Safe)}
	other := &bot{t: t, account: account(Safe)}
	other.account.AppID = "wxother"
	sealed := b.seal(good)
	for body, want := range map[string]string{
		sealed:                               "",
		b.seal(text(m, "<")):                 "",
		b.seal("<xml>\n" + good[5:] + " \n"): "",
		b.seal(strings.ReplaceAll(good, "好", "好]]]]><![CDATA[>")): "",
		b.seal(strings.ReplaceAll(good, "text", "image")):         "",
		good:                                  badMode,
		"success ":                            notXML,
		"<html></html>":                       notXML,
		sealed + "x":                          notXML,
		strings.ReplaceAll(sealed, "]]>", ""): notXML,
		b.seal("success"):                     notXML,
		b.seal(""):                            notXML,
		b.seal(text(m, "\x01")):               notXML,
		b.seal(text(m, "\xff")):               notXML,
		b.seal(text(m, "\uffff")):             notXML,
		b.seal(good + good):                   notXML,
		strings.ReplaceAll(sealed, "<TimeStamp>1", "<TimeStamp>2"):         badSignature,
		strings.ReplaceAll(sealed, "Nonce><![CDATA[n", "Nonce><![CDATA[m"): badSignature,
		other.seal(good): badCipher,
		b.seal(text(received{ToUserName: m.ToUserName}, "好")):     badAddress,
		b.seal(text(received{FromUserName: m.FromUserName}, "好")): badAddress,
		b.seal(strings.ReplaceAll(good, ">1<", ">now<")):          badTime,
		b.seal(text(m, " \n")):                                    badText,
		b.seal(text(m, strings.Repeat("x", 2049))):                badText,
	} {
		e, err := newEnvelope(account(Safe))
		if err != nil {
			t.Fatal(err)
		}
		if _, got := e.open(&buffers{}, []byte(body), []byte("oUser")); got != want {
			t.Errorf("%.80q: %q, want %q", body, got, want)
		}
	}
	plain, _ := newEnvelope(account(Plain))
	if _, got := plain.open(&buffers{}, []byte(sealed), []byte("oUser")); got != badMode {
		t.Errorf("encrypted in plain mode: %q", got)
	}
	compatible, _ := newEnvelope(account(Compatible))
	if _, got := compatible.open(&buffers{}, []byte(good), []byte("oUser")); got != "" {
		t.Errorf("plain in compatible mode: %q", got)
	}
}

// TestDecrypt: what is no ciphertext of ours. A changed one is a matter of the signature.
func TestDecrypt(t *testing.T) {
	e, err := newEnvelope(account(Safe))
	if err != nil {
		t.Fatal(err)
	}
	b := &bot{t: t, account: account(Safe)}
	var sealed struct{ Encrypt string }
	if err := xml.Unmarshal([]byte(b.seal("<xml></xml>")), &sealed); err != nil {
		t.Fatal(err)
	}
	if got, ok := e.decrypt(&buffers{}, []byte(sealed.Encrypt)); !ok || string(got) != "<xml></xml>" {
		t.Fatalf("%q %t", got, ok)
	}
	last := []byte(sealed.Encrypt)
	last[len(last)-20] ^= 1 // in the last block, which becomes another one, and with it the padding
	for _, text := range []string{"", "AAAA", strings.Repeat("A", 43) + "=", "!", string(last), sealed.Encrypt[4:]} {
		if _, ok := e.decrypt(&buffers{}, []byte(text)); ok {
			t.Errorf("%q", text)
		}
	}
}

var documents = []string{
	"<xml></xml>", "<xml>\n</xml>\n", "<xml><A>b</A></xml>", "<xml><A><![CDATA[b]]></A>\n\t<B></B></xml>", "<xml><A><![CDATA[a<b>&]]></A></xml>",
	"<xml><A>b</B></xml>", "<xml><A>b</xml>", "<xml>", "<xml>b</xml>", "<xml><A>&amp;</A></xml>", "<xml><A>a]]>b</A></xml>", "<xml><A x='1'>b</A></xml>",
	"<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>", "<xml><A>\r\n</A></xml>", "<xml><A>\x00</A></xml>", "<xml><A>\xff</A></xml>", "<xml><A>\uffff</A></xml>", "<xml><A>\ufffd</A></xml>",
	"<?xml version='1.0'?><xml><A/></xml>", "<xml><A><B>c</B></A></xml>", "<xml></xml><xml></xml>", "<a></a>", " <xml></xml>", "<xml></xml>x", "<xml><A>b</A ></xml>", "",
	"<xml><A>1</A><A>2</A></xml>", "<xml><A><![CDATA[</A></xml>", "<xml><A", "<xml><A>", "<xml><A><", "<xml><A></", "<xml><1>a</1></xml>", "<xml><A>]</A></xml>",
}

// FuzzReadXML: whatever the flat reader takes, encoding/xml reads the same.
func FuzzReadXML(f *testing.F) {
	for _, d := range documents {
		f.Add([]byte(d))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var flat, all []string
		if !readFlat(doc, func(name, text []byte) { flat = append(flat, string(name), string(text)) }) {
			return
		}
		if err := readAny(doc, func(name, text []byte) { all = append(all, string(name), string(text)) }); err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		if strings.Join(flat, "\x00") != strings.Join(all, "\x00") {
			t.Errorf("%q: %q and %q", doc, flat, all)
		}
	})
}

// TestReadXML: valid documents of any form.
func TestReadXML(t *testing.T) {
	want := map[string]map[string]string{
		"<xml></xml>": {}, "<xml>\n</xml>\n": {}, "<xml><A>b</A></xml>": {"A": "b"}, "<xml><A><![CDATA[b]]></A>\n\t<B></B></xml>": {"A": "b", "B": ""},
		"<xml><A><![CDATA[a<b>&]]></A></xml>": {"A": "a<b>&"}, "<xml>b</xml>": {}, "<xml><A>&amp;</A></xml>": {"A": "&"}, "<xml><A x='1'>b</A></xml>": {"A": "b"},
		"<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>": {"A": "a]]>b"}, "<xml><A>\r\n</A></xml>": {"A": "\n"}, "<xml><A>\ufffd</A></xml>": {"A": "\ufffd"},
		"<?xml version='1.0'?><xml><A/></xml>": {"A": ""}, "<xml><A><B>c</B></A></xml>": {"A": ""}, " <xml></xml>": {}, "<xml><A>b</A ></xml>": {"A": "b"},
		"<xml><A>1</A><A>2</A></xml>": {"A": "2"}, "<xml><A>]</A></xml>": {"A": "]"},
	}
	for _, d := range documents {
		got := map[string]string{}
		ok := readXML([]byte(d), func(name, text []byte) { got[string(name)] = string(text) })
		if w, valid := want[d]; valid != ok || valid && !maps.Equal(got, w) {
			t.Errorf("%q: %t %q", d, ok, got)
		}
	}
}
