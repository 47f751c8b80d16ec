package bot

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/silenceper/wechat/v2/util"
)

// Reply is a text for one user: To is the openid, From the gh_ id that the message was sent to.
type Reply struct {
	To, From string
	At       int64 // Unix seconds, CreateTime
	Content  string
}

// Seal is how the reply to one message goes out: plain, or encrypted with the token and the key that
// the message came with, as the platform asks for while a key is being changed (§2). Only Open makes
// one; the zero Seal fails. It holds no secret itself.
type Seal struct {
	door       *Door
	token, key int // indices in the door
}

// Text returns the whole reply as XML. The content goes through Clean and Cut, so that the result is
// always readable by the platform and within its limit (§5). Blank content is an error, because it
// shows the user a fault notice (§5): answer "success" instead. An encrypted reply has its own random
// bytes, timestamp and nonce each time; the SDK reuses those of the request (§11.22).
func (s Seal) Text(r Reply) ([]byte, error) {
	content := Cut(Clean(r.Content), MaxContent)
	switch {
	case s.door == nil:
		return nil, errors.New("bot: this seal comes from no door")
	case r.To == "" || r.From == "":
		return nil, errors.New("bot: reply lacks an address")
	case strings.TrimSpace(content) == "":
		return nil, errors.New("bot: reply is empty")
	}
	message := "<xml><ToUserName>" + cdata(Clean(r.To)) +
		"</ToUserName><FromUserName>" + cdata(Clean(r.From)) +
		"</FromUserName><CreateTime>" + strconv.FormatInt(r.At, 10) +
		"</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>" + cdata(content) +
		"</Content></xml>"
	if s.door.mode == ModePlain {
		return []byte(message), nil
	}
	return s.encrypt([]byte(message))
}

func (s Seal) encrypt(message []byte) ([]byte, error) {
	var random [randomSize]byte
	var number [8]byte
	for _, b := range [][]byte{random[:], number[:]} {
		if _, err := io.ReadFull(s.door.random, b); err != nil {
			return nil, fmt.Errorf("bot: random bytes for a reply: %w", err)
		}
	}
	text, err := s.door.keys[s.key].encrypt(random, message, s.door.appID)
	if err != nil {
		return nil, fmt.Errorf("bot: encrypt a reply: %w", err)
	}
	timestamp := strconv.FormatInt(s.door.now().Unix(), 10)
	nonce := strconv.FormatUint(binary.BigEndian.Uint64(number[:]), 10)
	return envelope(s.door.tokens[s.token], timestamp, nonce, text), nil
}

// envelope is the outside of an encrypted reply. The element names are the platform's, to the letter,
// and the signature is over the envelope's own timestamp and nonce (§2).
func envelope(token, timestamp, nonce, text string) []byte {
	return []byte("<xml>\n<Encrypt>" + cdata(text) +
		"</Encrypt>\n<MsgSignature>" + cdata(util.Signature(token, timestamp, nonce, text)) +
		"</MsgSignature>\n<TimeStamp>" + timestamp +
		"</TimeStamp>\n<Nonce>" + cdata(nonce) +
		"</Nonce>\n</xml>\n")
}

// cdata wraps s, splitting the one sequence that would end the section early (§2).
func cdata(s string) string {
	return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
}
