package load

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
)

// Mode is how the platform is set to send to the account.
type Mode string

// The modes: 明文模式, 兼容模式, 安全模式.
const (
	Plain      Mode = "plain"
	Compatible Mode = "compatible"
	Safe       Mode = "safe"
)

// Account is the official account whose platform is played.
type Account struct {
	AppID      string
	OriginalID string // gh_…, the addressee of every message
	Token      string
	AESKey     string // EncodingAESKey, 43 characters; not needed in plain mode
	Mode       Mode
}

// envelope signs, encrypts, decrypts and checks for one account. It is safe for concurrent
// use; what is written goes into the caller's buffers.
type envelope struct {
	Account
	block cipher.Block // nil in plain mode
	iv    []byte
}

func newEnvelope(a Account) (*envelope, error) {
	e := &envelope{Account: a}
	switch {
	case a.Token == "":
		return nil, errors.New("load: the token is missing")
	case a.OriginalID == "":
		return nil, errors.New("load: the account's original id is missing")
	case a.Mode == Plain:
		return e, nil
	case a.Mode != Compatible && a.Mode != Safe:
		return nil, errors.New("load: the mode is not plain, compatible or safe")
	case a.AppID == "":
		return nil, errors.New("load: the app id is missing; an encrypted mode needs it")
	}
	// The last of the 43 characters has two spare bits, so the decoder must not be a strict one.
	key, err := base64.StdEncoding.DecodeString(a.AESKey + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("load: the AES key is not 43 base64 characters")
	}
	e.block, err = aes.NewCipher(key)
	e.iv = key[:aes.BlockSize]
	return e, err
}
