package people

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// One-time codes as authenticator apps make them (RFC 6238): SHA-1, 6 digits, 30 seconds.
const (
	issuer        = "Zhilu"
	stepSeconds   = 30
	window        = 1 // steps before and after the present one
	seedSize      = 20
	seedTTL       = 15 * time.Minute // to scan it and type the first code
	recoveryCodes = 10
	recoverySize  = 10 // bytes: 80 bits, so that a fast hash keeps them
)

var (
	errSeed = errors.New("a seed does not open; the secret may have changed")
	base32s = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding) // Crockford's, for recovery codes
	plain32 = base32.StdEncoding.WithPadding(base32.NoPadding)
)

// BeginTOTP makes a seed for one-time codes and gives it as the address for a QR code and as
// text to type. Nothing changes before FinishTOTP. Who has codes already must have given one
// in this session, else ErrUnverified.
func (s *Store) BeginTOTP(ctx context.Context, token string) (uri, secret string, err error) {
	hash := fingerprint(token)
	err = s.atomically(ctx, "begin one-time codes", func(r *round) error {
		d, p, err := s.open(ctx, r.tx, hash)
		if err != nil {
			return err
		}
		if len(p.Seed) > 0 && !d.Verified {
			return ErrUnverified
		}
		seed := s.bytes(seedSize)
		key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: p.Login, Secret: seed})
		if err != nil {
			return err
		}
		uri, secret = key.URL(), key.Secret()
		d.Seed, d.SeedAt = s.sealed(p.Login, seed), s.now().UnixMilli()
		r.keep(hash, d)
		return nil
	}, keySession(hash))
	if err != nil {
		return "", "", err
	}
	return uri, secret, nil
}

// FinishTOTP puts the seed of BeginTOTP in force once a code shows that it arrived, ends the
// person's other sessions, and gives a new token for this one and ten recovery codes, which
// nobody can read again. ErrWrong for a wrong code and when nothing was begun in the last 15
// minutes; ErrWait; ErrNotFound when the session is over.
func (s *Store) FinishTOTP(ctx context.Context, token, code string) (string, []string, error) {
	hash := fingerprint(token)
	d, _, err := s.open(ctx, s.rdb, hash)
	if err != nil {
		return "", nil, err
	}
	try, err := s.attempt(ctx, s.sessionGate(d.ID))
	if err != nil {
		return "", nil, err
	}
	var codes []string
	newToken, err := s.replace(ctx, "finish one-time codes", hash, func(_ *round, d *signedIn, p *record) error {
		if len(p.Seed) > 0 && !d.Verified {
			return ErrUnverified
		}
		if len(d.Seed) == 0 || s.now().UnixMilli()-d.SeedAt > seedTTL.Milliseconds() {
			return ErrWrong
		}
		p.Seed, p.Step = d.Seed, 0
		if err := s.useStep(p, tidyCode(code)); err != nil {
			return err
		}
		codes, p.Recovery = s.newRecovery(p.Login)
		d.Seed, d.SeedAt, d.Verified = nil, 0, true
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	try.succeed(ctx)
	return newToken, codes, nil
}

// RemoveTOTP takes a person's one-time codes and recovery codes away and ends all of their
// sessions: somebody lost a telephone.
func (s *Store) RemoveTOTP(ctx context.Context, login string) error {
	return s.edit(ctx, "remove one-time codes", login, func(r *round, p *record) error {
		p.Seed, p.Step, p.Recovery = nil, 0, nil
		return r.endSessions(p)
	})
}

// Verify checks a one-time code or a recovery code and gives the session a new token, with
// which it is verified. ErrWrong, also for somebody who has no codes; ErrStale for a code that
// was used before; ErrWait; ErrNotFound when the session is over.
func (s *Store) Verify(ctx context.Context, token, code string) (string, error) {
	hash := fingerprint(token)
	d, p, err := s.open(ctx, s.rdb, hash)
	if err != nil {
		return "", err
	}
	g := s.accountGate("code", p.Login, d.From)
	try, err := s.attempt(ctx, g)
	if err != nil {
		return "", err
	}
	var newToken string
	err = s.atomically(ctx, "verify a code", func(r *round) error {
		d, p, err := s.open(ctx, r.tx, hash)
		if err != nil {
			return err
		}
		if err := s.useCode(&p, code); err != nil {
			return err
		}
		d.Verified = true
		newToken = r.renew(hash, d)
		r.save(p)
		r.remember(g)
		return nil
	}, keySession(hash))
	if err != nil {
		return "", err
	}
	try.succeed(ctx)
	return newToken, nil
}

// useCode uses up a one-time code or a recovery code of a person.
func (s *Store) useCode(p *record, code string) error {
	code = tidyCode(code)
	if len(p.Seed) == 0 {
		return ErrWrong
	}
	if len(code) == int(otp.DigitsSix) {
		return s.useStep(p, code)
	}
	used := slices.Index(p.Recovery, s.recoveryHash(p.Login, readable(code)))
	if used < 0 {
		return ErrWrong
	}
	p.Recovery = slices.Delete(slices.Clone(p.Recovery), used, used+1)
	return nil
}

// tidyCode takes out what people type between the groups of a code.
func tidyCode(code string) string {
	if len(code) > 64 {
		return ""
	}
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(normal(code)))
}

// useStep finds the step whose code this is and remembers it: neither this code nor an older
// one works again.
func (s *Store) useStep(p *record, code string) error {
	seed, err := s.unsealed(p.Login, p.Seed)
	if err != nil {
		return err
	}
	now := s.now().Unix() / stepSeconds
	found := int64(-1)
	for step := now - window; step <= now+window; step++ {
		want, err := hotp.GenerateCodeCustom(plain32.EncodeToString(seed), uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return unavailable("make a code", errSeed)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	switch {
	case found < 0:
		return ErrWrong
	case found <= p.Step:
		return ErrStale
	}
	p.Step = found
	return nil
}

// sealed encrypts a seed for one person (AES-256-GCM, nonce first): it opens for no other.
func (s *Store) sealed(login string, seed []byte) []byte {
	aead := s.aead()
	nonce := s.bytes(aead.NonceSize())
	return aead.Seal(nonce, nonce, seed, []byte(login))
}

func (s *Store) unsealed(login string, box []byte) ([]byte, error) {
	aead := s.aead()
	if len(box) < aead.NonceSize() {
		return nil, unavailable("open a seed", errSeed)
	}
	seed, err := aead.Open(nil, box[:aead.NonceSize()], box[aead.NonceSize():], []byte(login))
	if err != nil {
		return nil, unavailable("open a seed", errSeed)
	}
	return seed, nil
}

func (s *Store) aead() cipher.AEAD {
	block, err := aes.NewCipher(s.seal)
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16 bytes
	}
	return aead
}

// newRecovery makes recovery codes, as shown (ABCD-EFGH-JKMN-PQRS) and as stored.
func (s *Store) newRecovery(login string) (codes, hashes []string) {
	for range recoveryCodes {
		c := base32s.EncodeToString(s.bytes(recoverySize))
		codes = append(codes, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
		hashes = append(hashes, s.recoveryHash(login, c))
	}
	return codes, hashes
}

func (s *Store) recoveryHash(login, code string) string {
	return hex.EncodeToString(keyed(s.recovery, login, code))
}

// readable reads the letters that no recovery code has as the digits they look like.
func readable(code string) string {
	return strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(code)
}
