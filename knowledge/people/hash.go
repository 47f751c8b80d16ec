package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"zhilu/knowledge/people/internal/hurry"
)

// cost is what a password hash costs, argon2id (RFC 9106).
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// standard is the least that OWASP's password storage cheat sheet recommends. Whoever raises it
// need do nothing else: each password is hashed anew when its owner next signs in.
var standard = cost{memory: 19 * 1024, passes: 2, threads: 1}

// costHere is standard, but in tests that ask for less.
func costHere() cost {
	if hurry.Passwords {
		return cost{memory: 32, passes: 1, threads: 1}
	}
	return standard
}

const (
	saltSize, sumSize = 16, 32
	maxHashing        = 2 // at a time: 2 × 19 MiB, and no more than two cores
)

// hasher hashes passwords, few at a time.
type hasher struct {
	cost  cost
	slots chan struct{}
	runs  atomic.Int64 // hashes computed, for the tests of equal work
	dummy string       // hash of a password that nobody has
}

func newHasher(c cost) *hasher {
	h := &hasher{cost: c, slots: make(chan struct{}, maxHashing)}
	secret := make([]byte, sumSize+saltSize)
	rand.Read(secret) // never fails
	h.dummy = c.encode(secret[:saltSize], secret[saltSize:])
	return h
}

func (c cost) encode(salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

// parseHash reads a stored hash. Figures that no version of this program writes are refused: they
// would let whoever can write to Redis make us compute for hours.
func parseHash(stored string) (c cost, salt, sum []byte, ok bool) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	ok = err1 == nil && err2 == nil && len(salt) == saltSize && len(sum) == sumSize &&
		c.memory >= 8 && c.memory <= 1<<20 && c.passes >= 1 && c.passes <= 64 && c.threads >= 1 && c.threads <= 16
	return
}

// run computes one hash when its turn comes, or gives up when ctx ends before.
func (h *hasher) run(ctx context.Context, c cost, password string, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	h.runs.Add(1)
	return argon2.IDKey([]byte(normal(password)), salt, c.passes, c.memory, c.threads, sumSize), nil
}

// hash gives what is stored of a password.
func (h *hasher) hash(ctx context.Context, password string, salt []byte) (string, error) {
	sum, err := h.run(ctx, h.cost, password, salt)
	if err != nil {
		return "", unavailable("hash a password", err)
	}
	return h.cost.encode(salt, sum), nil
}

// matches says whether a password is that of a stored hash. Without one, or with a password that
// nobody can have, it does the same work and says no.
func (h *hasher) matches(ctx context.Context, stored, password string) (bool, error) {
	possible := len(password) <= maxPassword
	if !possible {
		password = ""
	}
	c, salt, want, ok := parseHash(stored)
	if !ok {
		c, salt, want, _ = parseHash(h.dummy)
	}
	sum, err := h.run(ctx, c, password, salt)
	if err != nil {
		return false, unavailable("hash a password", err)
	}
	return subtle.ConstantTimeCompare(sum, want) == 1 && ok && possible, nil
}

// outdated says whether a stored hash has other parameters than new ones get.
func (h *hasher) outdated(stored string) bool {
	c, _, _, ok := parseHash(stored)
	return ok && c != h.cost
}

// normal gives the form of a password that is hashed: keyboards write the same character in
// several ways, full-width digits among them (NIST SP 800-63B-4, 3.1.1.2: NFKC).
func normal(password string) string { return norm.NFKC.String(password) }
