package bot

import (
	"errors"
	"testing"

	"github.com/silenceper/wechat/v2/util"
)

func mustKey(t testing.TB, text string) aesKey {
	t.Helper()
	key, err := parseAESKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKnownAnswers(t *testing.T) {
	for _, v := range readVectors(t, "crypto/vectors.json", 19) {
		t.Run(v.Name, func(t *testing.T) {
			key := mustKey(t, v.AESKey)
			plain, err := key.decrypt(v.AppID, v.Encrypt)
			if err != nil || string(plain) != v.Plaintext || len(plain) != v.PlaintextBytes {
				t.Errorf("decrypt: %v, %q", err, plain)
			}
			if text := key.encrypt(v.random16(t), v.Plaintext, v.AppID); text != v.Encrypt {
				t.Errorf("encrypt: %s", text)
			}
			for want, parts := range map[string][]string{v.MsgSignature: {v.Token, v.Timestamp, v.Nonce, v.Encrypt}, v.URLSignature: {v.Token, v.Timestamp, v.Nonce}} {
				if util.Signature(parts...) != want || !signed(want, parts...) || signed(want[1:]+"0", parts...) {
					t.Errorf("signature of %q is not %s", parts, want)
				}
			}
		})
	}
}

// The envelope of a reply is rebuilt to the byte.
func TestReplyEnvelope(t *testing.T) {
	for _, v := range readVectors(t, "crypto/vectors.json", 19) {
		if v.Name != "reply-text" {
			continue
		}
		got := envelope(v.Token, v.Timestamp, v.Nonce, func(b []byte) []byte { return append(b, v.Encrypt...) }, 0)
		if want := readData(t, "crypto/envelopes/reply-encrypted.xml"); string(got) != string(want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		return
	}
	t.Error("no vector reply-text")
}

// Rejects that only the signature gives away are asserted through the door (TestRejects); here each
// damaged ciphertext meets decrypt alone, as if the signature had been right.
func TestDecryptRejects(t *testing.T) {
	signatureOnly := map[string]bool{
		"wrong-msg-signature": true, "url-signature-as-msg-signature": true, "uppercase-msg-signature": true,
		"empty-msg-signature": true, "token-empty": true,
	}
	for _, v := range readVectors(t, "crypto/reject.json", 23) {
		_, err := mustKey(t, v.AESKey).decrypt(v.AppID, v.Encrypt)
		if signatureOnly[v.Name] {
			if err != nil {
				t.Errorf("%s: the ciphertext itself is sound, got %v", v.Name, err)
			}
			continue
		}
		if !errors.Is(err, errCipher) && v.Expect != "either" {
			t.Errorf("%s: got %v", v.Name, err)
		}
	}
}

func TestParseAESKey(t *testing.T) {
	const good = "kW3u7Zr0Qm5bXc8dEf2gHi4jKl6nOp9qRs1tUv3wYzA"
	for _, text := range []string{
		"", good[1:], good + "A", good + "\n", good[:42] + "=", good[:42] + "\n", "-" + good[1:], good[:42] + "é",
		good[:40] + "\r\n\n",
	} {
		if _, err := parseAESKey(text); !errors.Is(err, errAESKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
