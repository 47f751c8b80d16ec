package bot

import (
	"strings"
	"sync"
	"testing"
)

func TestEnvelopes(t *testing.T) {
	want, _ := parseInbound(readData(t, "messages/text.xml"))
	for name, mode := range map[string]Mode{
		"plain-text": ModePlain, "compat-text": ModeCompatible, "safe-text": ModeSafe,
	} {
		query, body := readEnvelope(t, name)
		d := mustDoor(t, testAccount(mode), testTime)
		in, seal, err := d.Open(query, body)
		if err != nil || in != want || in.Content != "你好" {
			t.Errorf("%s: %v, %+v", name, err, in)
		}
		// A retry may bring the same nonce.
		if again, _, err := d.Open(query, body); err != nil || again.Dedup() != in.Dedup() {
			t.Errorf("%s again: %v", name, err)
		}
		checkSealed(t, seal, mode != ModePlain, testToken, testKey)
	}
}

// Every mode refuses what is sent in another; a compatible-mode body is a safe-mode body and more.
func TestModeIsPinned(t *testing.T) {
	reasons := map[string]string{
		"plain-text as plain": "", "compat-text as plain": ReasonMode, "safe-text as plain": ReasonMode,
		"plain-text as compatible": ReasonMode, "compat-text as compatible": "", "safe-text as compatible": "",
		"plain-text as safe": ReasonMode, "compat-text as safe": "", "safe-text as safe": "",
	}
	for _, name := range []string{"plain-text", "compat-text", "safe-text"} {
		for _, mode := range []Mode{ModePlain, ModeCompatible, ModeSafe} {
			query, body := readEnvelope(t, name)
			_, _, err := mustDoor(t, testAccount(mode), testTime).Open(query, body)
			reason, ok := reasons[name+" as "+string(mode)]
			if !ok || (err == nil) != (reason == "") {
				t.Errorf("%s as %s: %v", name, mode, err)
			} else if reason != "" {
				wantRefusal(t, err, reason)
			}
		}
	}
}

func TestEncryptType(t *testing.T) {
	r := newRequest(textMessage(testGH, "x"))
	for extra, ok := range map[string]bool{
		"": true, "&encrypt_type=": true, "&encrypt_type=raw": true, "&encrypt_type=aes": false,
		"&encrypt_type=RAW": false, "&encrypt_type=none": false,
	} {
		r.extra = extra
		query, body := r.plain()
		if _, _, err := mustDoor(t, testAccount(ModePlain), testTime).Open(query, body); (err == nil) != ok {
			t.Errorf("plain, %q: %v", extra, err)
		}
		_, _, err := mustDoor(t, testAccount(ModeSafe), testTime).Open(query, body)
		if extra == "&encrypt_type=aes" {
			wantRefusal(t, err, ReasonCipher) // a plain body under an encrypted URL
		} else {
			wantRefusal(t, err, ReasonMode)
		}
	}
}

func TestRejects(t *testing.T) {
	for _, v := range readVectors(t, "crypto/reject.json", 23) {
		r := newRequest("")
		r.timestamp, r.nonce = v.Timestamp, v.Nonce
		query := r.query(nil) + "&encrypt_type=aes&msg_signature=" + v.MsgSignature
		body := "<xml><ToUserName>" + testGH + "</ToUserName><Encrypt>" + cdata(v.Encrypt) + "</Encrypt></xml>"
		a := Account{AppID: v.AppID, Tokens: []string{v.Token}, AESKeys: []string{v.AESKey}, Mode: ModeSafe}
		_, _, err := mustDoor(t, a, testTime).Open(query, []byte(body))
		switch v.Expect {
		case "reject", "should-reject":
			wantRefusal(t, err, ReasonCipher)
		case "either":
			wantRefusal(t, err, ReasonCipher) // we are strict; no panic is what is asked for
		default:
			t.Errorf("%s: unknown expectation %q", v.Name, v.Expect)
		}
	}
}

// Each vector is a message that the door takes, or, where the inside is no message, ignores.
func TestVectorsThroughDoor(t *testing.T) {
	for _, v := range readVectors(t, "crypto/vectors.json", 19) {
		r := newRequest(v.Plaintext)
		r.token, r.key, r.timestamp, r.nonce = v.Token, v.AESKey, v.Timestamp, v.Nonce
		query := r.query(nil) + "&encrypt_type=aes&msg_signature=" + v.MsgSignature
		body := "<xml><Encrypt>" + v.Encrypt + "</Encrypt></xml>"
		at := int64(testTime)
		if v.Name == "timestamp-after-2038" {
			at = 2147483648
		}
		a := Account{AppID: v.AppID, Tokens: []string{v.Token}, AESKeys: []string{v.AESKey}, Mode: ModeSafe}
		in, _, err := mustDoor(t, a, at).Open(query, []byte(body))
		if message := strings.HasPrefix(v.Plaintext, "<xml>"); err != nil || message != (in.Act != Ignore) {
			t.Errorf("%s: %v, act %d", v.Name, err, in.Act)
		}
	}
}

func TestRotation(t *testing.T) {
	d := mustDoor(t, testAccount(ModeSafe), testTime)
	for _, token := range []string{testToken, oldToken} {
		for _, key := range []string{testKey, oldKey} {
			r := newRequest(textMessage(testGH, "hola"))
			r.token, r.key = token, key
			in, seal, err := d.Open(r.safe(t))
			if err != nil || in.Content != "hola" {
				t.Fatalf("%s, %s: %v", token, key, err)
			}
			checkSealed(t, seal, true, token, key)
		}
	}
	r := newRequest(textMessage(testGH, "hola"))
	r.token = "neither"
	_, _, err := d.Open(r.safe(t))
	wantRefusal(t, err, ReasonSignature)
	r.token, r.key = testToken, "Z"+testKey[1:]
	_, _, err = d.Open(r.safe(t))
	wantRefusal(t, err, ReasonCipher)
	r.key, r.appID = testKey, "wx0000000000000000"
	_, _, err = d.Open(r.safe(t))
	wantRefusal(t, err, ReasonCipher)
}

// The two signatures of one request are made with one token.
func TestMixedTokens(t *testing.T) {
	r := newRequest(textMessage(testGH, "x"))
	r.token = oldToken
	query, body := r.safe(t)
	other := newRequest("")
	query = strings.Replace(query, "&signature="+signatureOf(query), "&signature="+signatureOf(other.query(nil)), 1)
	_, _, err := mustDoor(t, testAccount(ModeSafe), testTime).Open(query, body)
	wantRefusal(t, err, ReasonCipher)
}

func signatureOf(query string) string {
	_, rest, _ := strings.Cut("&"+query, "&signature=")
	return rest[:40]
}

func TestQueryAndSize(t *testing.T) {
	d := mustDoor(t, testAccount(ModeSafe), testTime)
	query, body := newRequest(textMessage(testGH, "x")).safe(t)
	for extra, reason := range map[string]string{
		"&nonce=845217733": ReasonQuery, "&encrypt_type=raw": ReasonQuery, "&openid=x": ReasonQuery,
		"&n%6Fnce=1": ReasonQuery, "&a=1&a=1": ReasonQuery, "&a=%": ReasonQuery, "&a;b": ReasonQuery,
		"&echostr=1": ReasonEcho, "&echostr=": ReasonEcho, "&echostr": ReasonEcho,
	} {
		_, _, err := d.Open(query+extra, body)
		wantRefusal(t, err, reason)
	}
	for _, query := range []string{"", "signature=", "signature=&timestamp=&nonce="} {
		_, _, err := d.Open(query, body)
		wantRefusal(t, err, ReasonSignature)
	}
	if _, _, err := d.Open(query+"&future=1", body); err != nil {
		t.Errorf("a parameter that nobody has documented yet: %v", err)
	}
	full := append(body, strings.Repeat(" ", MaxBody-len(body))...)
	if _, _, err := d.Open(query, full); err != nil {
		t.Errorf("64 KiB: %v", err)
	}
	_, _, err := d.Open(query, append(full, ' '))
	wantRefusal(t, err, ReasonSize)
}

// The plain half of a compatible-mode body is not signed; whatever it says does not count.
func TestCompatibleIgnoresPlainFields(t *testing.T) {
	d := mustDoor(t, testAccount(ModeCompatible), testTime)
	query, body := readEnvelope(t, "compat-text")
	forged := strings.NewReplacer(testUser, "victim", "你好", "删除我的数据\x08", ">text<", ">event<").Replace(string(body))
	in, _, err := d.Open(query, []byte(forged))
	if err != nil || in.From != testUser || in.Content != "你好" || in.Act != Text {
		t.Errorf("%v, %+v", err, in)
	}
	_, _, err = d.Open(query, []byte(strings.Replace(string(body), testGH, "gh_other", 1)))
	wantRefusal(t, err, ReasonAccount)
}

func TestBrokenOutside(t *testing.T) {
	d := mustDoor(t, testAccount(ModeSafe), testTime)
	query, body := newRequest(textMessage(testGH, "x")).safe(t)
	for _, broken := range []string{
		"", "x", "<xml></xml>", string(body[:len(body)-7]), "<!DOCTYPE xml>" + string(body),
		strings.Replace(string(body), "<Encrypt>", "<Encrypt>A", 1),
		strings.Replace(string(body), "</xml>", "<Encrypt></Encrypt></xml>", 1),
	} {
		_, _, err := d.Open(query, []byte(broken))
		wantRefusal(t, err, ReasonCipher)
	}
}

// Authentic, but not for use: no error, so that the caller answers "success".
func TestAuthenticButBroken(t *testing.T) {
	for _, message := range []string{"", "x", "<xml><ToUserName>" + testGH + "</ToUserName></xml>", "<xml>"} {
		r := newRequest(message)
		in, _, err := mustDoor(t, testAccount(ModeSafe), testTime).Open(r.safe(t))
		if err != nil || in.Act != Ignore {
			t.Errorf("safe, %q: %v, act %d", message, err, in.Act)
		}
		in, _, err = mustDoor(t, testAccount(ModePlain), testTime).Open(r.plain())
		if err != nil || in.Act != Ignore {
			t.Errorf("plain, %q: %v, act %d", message, err, in.Act)
		}
	}
}

func TestAddressee(t *testing.T) {
	for name, c := range map[string]struct {
		outer, inner string
		ok           bool
	}{
		"ours":          {testGH, testGH, true},
		"no outer":      {"", testGH, true},
		"other inner":   {"", "gh_other", false},
		"other both":    {"gh_other", "gh_other", false},
		"contradiction": {"gh_other", testGH, false},
		"other outer":   {testGH, "gh_other", false},
	} {
		r := newRequest(textMessage(c.inner, "x"))
		r.outerTo = c.outer
		_, _, err := mustDoor(t, testAccount(ModeSafe), testTime).Open(r.safe(t))
		if c.ok && err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !c.ok {
			wantRefusal(t, err, ReasonAccount)
		}
	}
	_, _, err := mustDoor(t, testAccount(ModePlain), testTime).Open(newRequest(textMessage("gh_other", "x")).plain())
	wantRefusal(t, err, ReasonAccount)
}

func TestAddresseeIsLearned(t *testing.T) {
	a := testAccount(ModeSafe)
	a.OriginalID = ""
	d := mustDoor(t, a, testTime)
	open := func(to, outer string) error {
		r := newRequest(textMessage(to, "x"))
		r.outerTo = outer
		_, _, err := d.Open(r.safe(t))
		return err
	}
	// Not from a contradiction, nor from something broken.
	wantRefusal(t, open("gh_a", "gh_b"), ReasonAccount)
	r := newRequest("<xml><ToUserName>gh_c</ToUserName></xml>")
	r.outerTo = ""
	if _, _, err := d.Open(r.safe(t)); err != nil {
		t.Error(err)
	}
	if err := open(testGH, testGH); err != nil {
		t.Error(err)
	}
	wantRefusal(t, open("gh_other", ""), ReasonAccount)
	if err := open(testGH, ""); err != nil {
		t.Error(err)
	}
	a.Mode = ModePlain
	d = mustDoor(t, a, testTime)
	for _, to := range []string{"gh_a", "gh_b"} {
		if _, _, err := d.Open(newRequest(textMessage(to, "x")).plain()); err != nil {
			t.Errorf("plain mode learns nothing, and cannot refuse: %v", err)
		}
	}
}

// Many first messages at once: one id wins and only that one passes.
func TestLearningRace(t *testing.T) {
	a := testAccount(ModeSafe)
	a.OriginalID = ""
	d := mustDoor(t, a, testTime)
	var mu sync.Mutex
	passed := map[string]bool{}
	var wg sync.WaitGroup
	for i := range 16 {
		to := "gh_" + string(rune('a'+i%4))
		r := newRequest(textMessage(to, "x"))
		r.outerTo = ""
		query, body := r.safe(t)
		wg.Go(func() {
			if _, _, err := d.Open(query, body); err == nil {
				mu.Lock()
				passed[to] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(passed) != 1 {
		t.Errorf("passed: %v", passed)
	}
}
