package bot

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// The plaintext under AES-256-CBC (§2): 16 random bytes, the message's length as 4 bytes big-endian,
// the message, the app id, PKCS#7 padding to 32.
const (
	padTo      = 32
	randomSize = 16
	headSize   = randomSize + 4
)

var (
	errAESKey = errors.New("is not 43 base64 characters")
	// errCipher is the one error of decrypt, whatever was wrong.
	errCipher = errors.New("bot: cannot decrypt")
)

// aesKey is one EncodingAESKey, ready for use. It is safe for concurrent use.
type aesKey struct {
	text  string // as configured
	block cipher.Block
	iv    []byte
}

// parseAESKey decodes a key. The last of the 43 characters has two spare bits that need not be zero, so
// the decoder must not be a strict one (§2).
func parseAESKey(text string) (aesKey, error) {
	raw, err := base64.StdEncoding.DecodeString(text + "=")
	if err != nil || len(text) != 43 || len(raw) != 32 {
		return aesKey{}, errAESKey
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return aesKey{}, errAESKey
	}
	return aesKey{text: text, block: block, iv: raw[:aes.BlockSize]}, nil
}

// decrypt returns the message if all of the plaintext is as it must be. It is our own because the SDK
// looks at the last padding byte only (§11.15). It need not run in constant time: msg_signature was
// checked before, so whoever gets here knows the token.
func (k aesKey) decrypt(appID, text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) == 0 || len(data)%padTo != 0 {
		return nil, errCipher
	}
	cipher.NewCBCDecrypter(k.block, k.iv).CryptBlocks(data, data)
	data, ok := unpad(data)
	if !ok || len(data) < headSize {
		return nil, errCipher
	}
	size := binary.BigEndian.Uint32(data[randomSize:headSize])
	rest := data[headSize:]
	// Compared as 64 bits: 0xFFFFFFFF must not turn into -1 on a 32-bit machine.
	if uint64(size) > uint64(len(rest)) || string(rest[size:]) != appID {
		return nil, errCipher
	}
	return rest[:size:size], nil
}

// unpad takes PKCS#7 padding off and looks at every byte of it.
func unpad(data []byte) ([]byte, bool) {
	n := int(data[len(data)-1])
	if n < 1 || n > padTo {
		return nil, false
	}
	body, pad := data[:len(data)-n], data[len(data)-n:]
	return body, bytes.Count(pad, pad[n-1:]) == n
}

// encrypt returns the message as base64 text. It gives what the SDK gives, byte for byte, in a third
// of the time.
func (k aesKey) encrypt(random [randomSize]byte, message, appID string) string {
	data := make([]byte, headSize, headSize+len(message)+len(appID)+padTo)
	return string(k.appendEncrypted(nil, append(data, message...), random, appID))
}

// appendEncrypted appends a message as base64 text to out. data is the message behind headSize bytes
// of room for what comes before it; it is written over.
func (k aesKey) appendEncrypted(out, data []byte, random [randomSize]byte, appID string) []byte {
	copy(data, random[:])
	binary.BigEndian.PutUint32(data[randomSize:], uint32(len(data)-headSize))
	data = append(data, appID...)
	pad := padTo - len(data)%padTo
	for range pad {
		data = append(data, byte(pad))
	}
	cipher.NewCBCEncrypter(k.block, k.iv).CryptBlocks(data, data)
	return base64.StdEncoding.AppendEncode(out, data)
}
