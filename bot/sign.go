package bot

import (
	"bytes"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"slices"
)

// signature is the platform's: SHA-1 of the parts, sorted and joined, in lower-case hex (§1, §2). Own
// code, as the SDK's copies every part three times; a test holds it to the SDK's.
func signature(parts ...[]byte) [2 * sha1.Size]byte {
	slices.SortFunc(parts, bytes.Compare)
	h := sha1.New()
	for _, p := range parts {
		h.Write(p)
	}
	var sum [sha1.Size]byte
	var out [2 * sha1.Size]byte
	hex.Encode(out[:], h.Sum(sum[:0]))
	return out
}

// signed reports in constant time whether given is the signature of the parts; the SDK uses == (§11.3).
func signed(given string, parts ...string) bool {
	list := make([][]byte, len(parts))
	for i, p := range parts {
		list[i] = []byte(p)
	}
	want := signature(list...)
	return subtle.ConstantTimeCompare([]byte(given), want[:]) == 1
}
