package bot

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
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
	return s.encrypt(message)
}

func (s Seal) encrypt(message string) ([]byte, error) {
	var chance [randomSize + 8]byte
	if _, err := io.ReadFull(s.door.random, chance[:]); err != nil {
		return nil, fmt.Errorf("bot: random bytes for a reply: %w", err)
	}
	random, number := [randomSize]byte(chance[:randomSize]), binary.BigEndian.Uint64(chance[randomSize:])
	text := s.door.keys[s.key].encrypt(nil, random, message, s.door.appID)
	timestamp := strconv.FormatInt(s.door.now().Unix(), 10)
	return envelope(s.door.tokens[s.token], timestamp, strconv.FormatUint(number, 10), string(text)), nil
}

// envelope is the outside of an encrypted reply. The element names are the platform's, to the letter,
// and the signature is over the envelope's own timestamp and nonce (§2). None of what is wrapped can
// end its section: base64, hex and digits.
func envelope(token, timestamp, nonce, text string) []byte {
	sign := signature(token, timestamp, nonce, text)
	out := make([]byte, 0, len(text)+256)
	out = append(append(append(out, "<xml>\n<Encrypt><![CDATA["...), text...), "]]></Encrypt>\n<MsgSignature><![CDATA["...)
	out = append(append(append(out, sign[:]...), "]]></MsgSignature>\n<TimeStamp>"...), timestamp...)
	out = append(append(append(out, "</TimeStamp>\n<Nonce><![CDATA["...), nonce...), "]]></Nonce>\n</xml>\n"...)
	return out
}

// cdata wraps s, splitting the one sequence that would end the section early (§2).
func cdata(s string) string {
	return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
}
