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
	message := make([]byte, headSize, headSize+len(content)+len(r.To)+len(r.From)+len(s.door.appID)+padTo+256)
	message = r.appendXML(message, content)
	if s.door.mode == ModePlain {
		return message[headSize:], nil
	}
	return s.encrypt(message)
}

// appendXML appends a text message (§5).
func (r Reply) appendXML(b []byte, content string) []byte {
	b = appendCDATA(append(b, "<xml><ToUserName>"...), Clean(r.To))
	b = appendCDATA(append(b, "</ToUserName><FromUserName>"...), Clean(r.From))
	b = strconv.AppendInt(append(b, "</FromUserName><CreateTime>"...), r.At, 10)
	b = appendCDATA(append(b, "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>"...), content)
	return append(b, "</Content></xml>"...)
}

// encrypt takes the message behind headSize bytes of room to the whole of an encrypted reply. The
// element names are the platform's, to the letter, and the signature is over the envelope's own
// timestamp and nonce (§2). None of what is wrapped here can end its section: base64, hex, digits.
func (s Seal) encrypt(message []byte) ([]byte, error) {
	var chance [randomSize + 8]byte
	if _, err := io.ReadFull(s.door.random, chance[:]); err != nil {
		return nil, fmt.Errorf("bot: random bytes for a reply: %w", err)
	}
	timestamp := strconv.FormatInt(s.door.now().Unix(), 10)
	nonce := strconv.FormatUint(binary.BigEndian.Uint64(chance[randomSize:]), 10)
	key, token := s.door.keys[s.key], s.door.tokens[s.token]
	return envelope(token, timestamp, nonce, func(out []byte) []byte {
		return key.appendEncrypted(out, message, [randomSize]byte(chance[:randomSize]), s.door.appID)
	}, len(message)*4/3), nil
}

// envelope is the outside of an encrypted reply, around what text appends; size is about how much.
func envelope(token, timestamp, nonce string, text func([]byte) []byte, size int) []byte {
	out := make([]byte, 0, size+512)
	out = append(out, "<xml>\n<Encrypt><![CDATA["...)
	from := len(out)
	out = text(out)
	sign := signature([]byte(token), []byte(timestamp), []byte(nonce), out[from:])
	out = append(out, "]]></Encrypt>\n<MsgSignature><![CDATA["...)
	out = append(append(append(out, sign[:]...), "]]></MsgSignature>\n<TimeStamp>"...), timestamp...)
	return append(append(append(out, "</TimeStamp>\n<Nonce><![CDATA["...), nonce...), "]]></Nonce>\n</xml>\n"...)
}

// appendCDATA wraps s, splitting the one sequence that would end the section early (§2).
func appendCDATA(b []byte, s string) []byte {
	b = append(b, "<![CDATA["...)
	for {
		end := sectionEnd(s)
		if end < 0 {
			return append(append(b, s...), "]]>"...)
		}
		b = append(append(b, s[:end]...), "]]]]><![CDATA[>"...)
		s = s[end+len("]]>"):]
	}
}
