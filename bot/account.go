package bot

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Mode is how the platform is set to send to the account (§2).
type Mode string

const (
	ModePlain      Mode = "plain"      // 明文模式: no signature covers the body; for trials only
	ModeCompatible Mode = "compatible" // 兼容模式: plain and encrypted side by side
	ModeSafe       Mode = "safe"       // 安全模式: encrypted only; for production
)

// Account is what the platform's settings page says about the account.
type Account struct {
	AppID      string
	OriginalID string   // gh_…; may be empty, then it is learned (never in plain mode)
	Tokens     []string // the current one, then at most one previous
	AESKeys    []string // EncodingAESKey: the current one, then at most one previous (§2)
	Mode       Mode
}

// NewDoor makes the door of an account. Its error joins every fault found, by name and never by value.
// The random source must be safe for concurrent use, as crypto/rand.Reader is.
func NewDoor(a Account, now func() time.Time, random io.Reader) (*Door, error) {
	keys, keyFaults := parseAESKeys(a.AESKeys)
	faults := slices.Concat(a.faults(), tokenFaults(a.Tokens), keyFaults)
	if now == nil || random == nil {
		faults = append(faults, errors.New("clock or random source is missing"))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	d := &Door{
		mode:   a.Mode,
		appID:  a.AppID,
		tokens: slices.Clone(a.Tokens),
		keys:   keys,
		now:    now,
		random: random,
	}
	if a.OriginalID != "" {
		d.original.Store(&a.OriginalID)
	}
	return d, nil
}

// faults finds what is wrong with mode and ids, and what AES would lack.
func (a Account) faults() []error {
	var faults []error
	switch a.Mode {
	case ModePlain:
	case ModeCompatible, ModeSafe:
		if a.AppID == "" {
			faults = append(faults, errors.New("app id is missing; an encrypted mode needs it"))
		}
		if len(a.AESKeys) == 0 {
			faults = append(faults, errors.New("AES key is missing; an encrypted mode needs one"))
		}
	default:
		faults = append(faults, errors.New("mode is not plain, compatible or safe"))
	}
	if !printable(a.AppID) {
		faults = append(faults, errors.New("app id has a space or an odd character in it"))
	}
	if !printable(a.OriginalID) {
		faults = append(faults, errors.New("original id has a space or an odd character in it"))
	}
	return faults
}

// tokenFaults holds tokens to the platform's length, 3 to 32. Its form says letters and digits; other
// printable ASCII cannot hurt us, while a stray space or line end is a slip worth reporting. An empty
// token would let anyone sign (§1).
func tokenFaults(tokens []string) []error {
	var faults []error
	if len(tokens) == 0 {
		faults = append(faults, errors.New("token is missing"))
	}
	if len(tokens) > 2 {
		faults = append(faults, errors.New("more than two tokens"))
	}
	for i, t := range tokens {
		if len(t) < 3 || len(t) > 32 || !printable(t) {
			faults = append(faults, fmt.Errorf("token %d is not 3 to 32 letters and digits", i+1))
		}
	}
	return faults
}

func parseAESKeys(texts []string) (keys []aesKey, faults []error) {
	if len(texts) > 2 {
		faults = append(faults, errors.New("more than two AES keys"))
	}
	for i, text := range texts {
		key, err := parseAESKey(text)
		if err != nil {
			faults = append(faults, fmt.Errorf("AES key %d %w", i+1, err))
		}
		keys = append(keys, key)
	}
	return keys, faults
}

// printable reports whether s is ASCII without spaces and controls; the empty string is.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
