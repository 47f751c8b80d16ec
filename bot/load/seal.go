package load

import (
	"bytes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// The plaintext under AES-256-CBC: random bytes, the message's length as 4 bytes big-endian,
// the message, the app id, PKCS#7 padding to 32.
const (
	padTo      = 32
	randomSize = 16
	headSize   = randomSize + 4
)

// buffers are reused from message to message by one sender at a time.
type buffers struct {
	message, sealed, text, body, request []byte // of the way out
	response, opened                     []byte // of the way back
	joined                               []byte
}

// push is one delivery of a message.
type push struct {
	Message
	user    []byte // openid
	id      int64  // MsgId
	created int64  // CreateTime, Unix seconds
	stamp   int64  // of this delivery: copies have newer ones
	rng     *rand.PCG
}

// request makes the whole HTTP request of a delivery, valid until b is used again. target is
// what stands before the query of the address.
func (e *envelope) request(b *buffers, to *target, p push) []byte {
	b.message = e.appendMessage(b.message[:0], p)
	var stampText, nonceText [20]byte
	stamp := strconv.AppendInt(stampText[:0], p.stamp, 10)
	nonce := strconv.AppendUint(nonceText[:0], p.rng.Uint64()%1e9, 10)

	r := append(b.request[:0], "POST "...)
	r = append(r, to.path...)
	r = append(r, "signature="...)
	r = e.appendSignature(r, b, stamp, nonce, nil)
	r = append(append(r, "&timestamp="...), stamp...)
	r = append(append(r, "&nonce="...), nonce...)
	r = append(append(r, "&openid="...), p.user...)
	b.body = b.message
	if e.block != nil {
		e.encrypt(b, p.rng)
		r = append(r, "&encrypt_type=aes&msg_signature="...)
		r = e.appendSignature(r, b, stamp, nonce, b.text)
		b.body = e.wrap(b)
	}
	r = append(r, to.head...)
	r = strconv.AppendInt(r, int64(len(b.body)), 10)
	r = append(append(r, "\r\n\r\n"...), b.body...)
	b.request = r
	return r
}

// appendMessage writes the XML as the platform does. Events have no MsgId.
func (e *envelope) appendMessage(d []byte, p push) []byte {
	d = appendCDATA(append(d, "<xml>"...), "ToUserName", e.OriginalID)
	d = appendCDATA(d, "FromUserName", p.user)
	d = strconv.AppendInt(append(d, "<CreateTime>"...), p.created, 10)
	d = appendCDATA(append(d, "</CreateTime>\n"...), "MsgType", p.Type)
	switch p.Type {
	case Event:
		d = appendCDATA(d, "Event", p.Event)
		d = appendCDATA(d, "EventKey", "")
		return append(d, "</xml>"...)
	case Image:
		d = appendCDATA(d, "PicUrl", "http://mmbiz.qpic.cn/mmbiz_jpg/example/0")
		d = appendCDATA(d, "MediaId", "media-id-of-the-load-tool")
	default:
		d = appendCDATA(d, "Content", p.Content)
	}
	d = strconv.AppendInt(append(d, "<MsgId>"...), p.id, 10)
	d = append(d, "</MsgId>\n"...)
	if p.Choice != "" {
		d = appendCDATA(d, "bizmsgmenuid", p.Choice)
	}
	return append(d, "</xml>"...)
}

func appendCDATA[T string | []byte](d []byte, name string, text T) []byte {
	d = append(append(append(d, '<'), name...), "><![CDATA["...)
	from := len(d)
	d = append(d, text...)
	if bytes.Contains(d[from:], cdataEnd) {
		d = append(d[:from], strings.ReplaceAll(string(text), "]]>", "]]]]><![CDATA[>")...)
	}
	return append(append(append(d, "]]></"...), name...), ">\n"...)
}

// appendSignature is the hex SHA-1 of the sorted parts, put together without separators.
func (e *envelope) appendSignature(d []byte, b *buffers, stamp, nonce, text []byte) []byte {
	parts := [4][]byte{[]byte(e.Token), stamp, nonce, text}
	list := parts[:4]
	if text == nil {
		list = parts[:3]
	}
	slices.SortFunc(list, bytes.Compare)
	b.joined = b.joined[:0]
	for _, part := range list {
		b.joined = append(b.joined, part...)
	}
	sum := sha1.Sum(b.joined)
	return hex.AppendEncode(d, sum[:])
}

// encrypt makes b.text, base64, of b.message.
func (e *envelope) encrypt(b *buffers, rng *rand.PCG) {
	s := binary.LittleEndian.AppendUint64(b.sealed[:0], rng.Uint64())
	s = binary.LittleEndian.AppendUint64(s, rng.Uint64())
	s = binary.BigEndian.AppendUint32(s, uint32(len(b.message)))
	s = append(append(s, b.message...), e.AppID...)
	pad := padTo - len(s)%padTo
	for range pad {
		s = append(s, byte(pad))
	}
	cipher.NewCBCEncrypter(e.block, e.iv).CryptBlocks(s, s)
	b.sealed = s
	b.text = base64.StdEncoding.AppendEncode(b.text[:0], s)
}

// wrap puts the ciphertext where the mode has it: beside the addressee alone, or into the
// plain message. It may reuse b.message.
func (e *envelope) wrap(b *buffers) []byte {
	d := b.sealed[:0]
	if e.Mode == Compatible {
		d = append(d, bytes.TrimSuffix(b.message, []byte("</xml>"))...)
	} else {
		d = appendCDATA(append(d, "<xml>"...), "ToUserName", e.OriginalID)
	}
	d = append(appendCDATA(d, "Encrypt", b.text), "</xml>"...)
	b.sealed = d
	return d
}
