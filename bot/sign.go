package bot

import (
	"crypto/sha1" //nolint:gosec // the platform's choice
	"crypto/subtle"
	"encoding/hex"
	"slices"
)

// signature is the platform's: SHA-1 of the parts, sorted and joined, in lower-case hex (§1, §2). Own
// code, as the SDK's allocates eight times as much; a test holds it to the SDK's.
func signature(parts ...string) [2 * sha1.Size]byte {
	slices.Sort(parts)
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	var room [256]byte // enough for all but an encrypted message
	joined := room[:0]
	if size > len(room) {
		joined = make([]byte, 0, size)
	}
	for _, p := range parts {
		joined = append(joined, p...)
	}
	sum := sha1.Sum(joined)
	var out [2 * sha1.Size]byte
	hex.Encode(out[:], sum[:])
	return out
}

// signed reports in constant time whether given is the signature of the parts; the SDK uses == (§11.3).
func signed(given string, parts ...string) bool {
	want := signature(parts...)
	return subtle.ConstantTimeCompare([]byte(given), want[:]) == 1
}
