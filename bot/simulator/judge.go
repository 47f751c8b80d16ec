package simulator

import (
	"bytes"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/silenceper/wechat/v2/util"
)

// judge decides what the user sees of an attempt.
func (p *Platform) judge(a *Attempt, m Message, mode Mode) {
	a.Outcome = Fault
	switch {
	case errors.Is(a.Err, errCutOff):
		a.Faults = []string{fmt.Sprintf("no complete answer within %v", p.cfg.Timeout)}
	case a.Err != nil:
		a.Faults = []string{"no complete answer: " + a.Err.Error()}
	case a.Status != http.StatusOK:
		a.Faults = []string{fmt.Sprintf("HTTP status %d instead of 200", a.Status)}
	case a.RawResponse == "" || a.RawResponse == "success":
		a.Outcome = Silent
	default:
		p.judgeReply(a, m, mode)
	}
}

func (p *Platform) judgeReply(a *Attempt, m Message, mode Mode) {
	a.Plain, a.Faults = p.open(a.RawResponse, mode)
	if a.Faults != nil {
		return
	}
	a.Reply, a.Faults = p.readReply(a.Plain, m)
	if a.Faults != nil {
		a.Reply = nil
		return
	}
	a.Outcome = Replied
}

// open gives the reply XML, decrypted if it is encrypted and the mode allows it.
func (p *Platform) open(body string, mode Mode) (plain string, faults []string) {
	n, err := readXML(body)
	if err != nil {
		return "", []string{notXML(body, err)}
	}
	encrypted := n.child("Encrypt") != nil
	switch {
	case encrypted && mode == Plain:
		return "", []string{"the reply is encrypted, but the account is in plain mode"}
	case encrypted:
		return p.decrypt(n)
	case mode == Safe:
		return "", []string{"the reply is not encrypted, but the account is in safe mode"}
	}
	return body, nil
}

// notXML says in which way a body is no reply.
func notXML(body string, err error) string {
	start := strings.ToLower(strings.TrimSpace(body))
	switch {
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		return "the reply is JSON, not XML"
	case strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html"):
		return "the reply is an HTML page, not XML"
	case !strings.HasPrefix(start, "<"):
		return "the reply is neither XML nor the bare word success: " + excerpt(body)
	}
	return "the reply holds " + err.Error()
}

// decrypt checks the envelope of an encrypted reply and opens it.
func (p *Platform) decrypt(n *node) (plain string, faults []string) {
	fault := func(bad bool, text string) {
		if bad {
			faults = append(faults, text)
		}
	}
	enc, ts, nonce := n.value("Encrypt"), n.value("TimeStamp"), n.value("Nonce")
	_, err := strconv.ParseInt(ts, 10, 64)
	fault(err != nil, "TimeStamp of the encrypted reply is no integer")
	fault(nonce == "", "Nonce of the encrypted reply is missing")
	for _, name := range n.repeated() {
		fault(true, "element "+name+" of the encrypted reply occurs twice")
	}
	want := util.Signature(p.cfg.Token, ts, nonce, enc)
	fault(subtle.ConstantTimeCompare([]byte(want), []byte(n.value("MsgSignature"))) != 1,
		"MsgSignature of the encrypted reply is wrong")
	if faults != nil {
		return "", faults
	}
	random, msg, err := util.DecryptMsg(p.cfg.AppID, enc, p.cfg.AESKey)
	if err != nil {
		return "", []string{"the reply cannot be decrypted: wrong key, wrong appid or damaged"}
	}
	fault(len(msg) == 0, "the encrypted reply is an empty message; to say nothing, answer the bare word success")
	fault(!p.canonical(random, msg, enc), "the padding of the encrypted reply is wrong")
	return string(msg), faults
}

// canonical tells whether enc is what the key makes of its contents: the SDK
// looks only at the last byte of the padding, so this looks at the others.
func (p *Platform) canonical(random, msg []byte, enc string) bool {
	again, err := util.EncryptMsg(random, msg, p.cfg.AppID, p.cfg.AESKey)
	if err != nil {
		return false
	}
	a, _ := base64.StdEncoding.DecodeString(string(again))
	b, _ := base64.StdEncoding.DecodeString(enc)
	return bytes.Equal(a, b)
}
