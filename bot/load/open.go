package load

import (
	"bytes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"strconv"
)

// What is wrong with a reply; "" when nothing is.
const (
	notXML       = "not valid XML"
	badMode      = "not in the mode of the account"
	badSignature = "signature"
	badCipher    = "does not decrypt"
	badAddress   = "wrong sender or recipient"
	badTime      = "CreateTime is no integer"
	badText      = "text is empty or over 2048 bytes"
)

// maxText is the most bytes a text may have. The platform does not document it; 2048 was
// measured.
const maxText = 2048

// fields are the elements of a reply, or of the encrypted outside of one, that are looked at.
type fields struct {
	to, from, created, kind, text      []byte
	encrypted, signature, stamp, nonce []byte
}

func (f *fields) set(name, value []byte) {
	switch string(name) {
	case "ToUserName":
		f.to = value
	case "FromUserName":
		f.from = value
	case "CreateTime":
		f.created = value
	case "MsgType":
		f.kind = value
	case "Content":
		f.text = value
	case "Encrypt":
		f.encrypted = value
	case "MsgSignature":
		f.signature = value
	case "TimeStamp":
		f.stamp = value
	case "Nonce":
		f.nonce = value
	}
}

// open checks the body of an answer as the platform does and gives what a user would see: the
// text, or of another type the whole XML. It is valid until b is used again.
func (e *envelope) open(b *buffers, body, user []byte) (content []byte, fault string) {
	var f fields
	if !readXML(body, f.set) {
		return nil, notXML
	}
	doc := body
	switch {
	case f.encrypted != nil && e.block == nil, f.encrypted == nil && e.Mode == Safe:
		return nil, badMode
	case f.encrypted != nil:
		if doc, fault = e.unwrap(b, f); fault != "" {
			return nil, fault
		}
		f = fields{}
		if !readXML(doc, f.set) {
			return nil, notXML
		}
	}
	switch {
	case !bytes.Equal(f.to, user) || string(f.from) != e.OriginalID:
		return nil, badAddress
	case !integer(f.created):
		return nil, badTime
	case string(f.kind) != Text:
		return doc, ""
	case len(bytes.TrimSpace(f.text)) == 0 || len(f.text) > maxText:
		return nil, badText
	}
	return f.text, ""
}

func (e *envelope) unwrap(b *buffers, f fields) (doc []byte, fault string) {
	var room [40]byte
	want := e.appendSignature(room[:0], b, f.stamp, f.nonce, f.encrypted)
	if subtle.ConstantTimeCompare(want, f.signature) != 1 || !integer(f.stamp) || len(f.nonce) == 0 {
		return nil, badSignature
	}
	doc, ok := e.decrypt(b, f.encrypted)
	if !ok {
		return nil, badCipher
	}
	return doc, ""
}

func integer(b []byte) bool {
	_, err := strconv.ParseInt(string(b), 10, 64)
	return err == nil
}

// decrypt checks every byte of the padding, the length and the app id.
func (e *envelope) decrypt(b *buffers, text []byte) (message []byte, ok bool) {
	data, err := base64.StdEncoding.AppendDecode(b.opened[:0], text)
	if err != nil || len(data) == 0 || len(data)%padTo != 0 {
		return nil, false
	}
	b.opened = data
	cipher.NewCBCDecrypter(e.block, e.iv).CryptBlocks(data, data)
	pad := int(data[len(data)-1])
	if pad < 1 || pad > padTo || len(data)-pad < headSize {
		return nil, false
	}
	for _, c := range data[len(data)-pad:] {
		if int(c) != pad {
			return nil, false
		}
	}
	rest := data[headSize : len(data)-pad]
	size := binary.BigEndian.Uint32(data[randomSize:headSize])
	if uint64(size) > uint64(len(rest)) || string(rest[size:]) != e.AppID {
		return nil, false
	}
	return rest[:size], true
}
