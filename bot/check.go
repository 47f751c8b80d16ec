package bot

import (
	"crypto/rand"
	"errors"
)

// CheckToken reports what is wrong with a webhook token; the text holds nothing of it.
func CheckToken(s string) error {
	if s == "" || len(tokenFaults([]string{s})) > 0 {
		return errors.New("must be 3 to 32 letters and digits")
	}
	return nil
}

// CheckAESKey reports what is wrong with an EncodingAESKey; the text holds nothing of it.
func CheckAESKey(s string) error {
	_, err := parseAESKey(s)
	return err
}

// TryAESKey encrypts a message for the account as a reply is, and decrypts it as a message is.
func TryAESKey(key, appID string) error {
	k, err := parseAESKey(key)
	if err != nil {
		return err
	}
	var random [randomSize]byte
	rand.Read(random[:]) // never fails
	const message = "<xml>催收</xml>"
	if got, err := k.decrypt(appID, k.encrypt(random, message, appID)); err != nil || string(got) != message {
		return errCipher
	}
	return nil
}
