// Package people keeps who may work in the console: people and their roles, passwords,
// second factors, sessions and links, and the brakes on guessing any of these. It shows no
// page and writes no log, and it knows nothing of the knowledge base.
//
// Keys, all on one slot through the hash tag {kb}:
//
//	kb:{kb}:people             hash    login -> JSON: name, role, hash of the password, sealed seed   kept
//	kb:{kb}:session:<hash>     string  JSON of a session                                    30 minutes idle, 12 hours at most
//	kb:{kb}:sessions:<login>   hash    public id -> hash of the token of a session                  12 hours
//	kb:{kb}:link:<hash>        string  JSON of an invitation or a sign-in link                     72 or 24 hours
//	kb:{kb}:linkof:<login>     string  hash of the one link of a person                            72 or 24 hours
//	kb:{kb}:wait:<keyed hash>  hash    n attempts, u no further one before                         24 hours
//	kb:{kb}:known:<keyed hash> string  somebody signed in to this account from this address        90 days
//
// Of a token only its SHA-256 is stored, of a password its argon2id hash, of a recovery code
// a keyed hash; seeds of one-time codes are sealed with a key that lies apart from Redis, and
// the names of counters are keyed hashes of logins and addresses. Theft of Redis alone gives
// no way in. (Numbers in brackets are those of OWASP ASVS 5.0.)
package people

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// Role is what a person may do. Roles are a chain: each may do all that those before it may.
type Role string

// The roles.
const (
	Viewer     Role = "viewer"
	Translator Role = "translator"
	Editor     Role = "editor"
	Reviewer   Role = "reviewer"
	Publisher  Role = "publisher"
	Admin      Role = "admin"
)

// Roles lists the roles in the order of the chain.
var Roles = []Role{Viewer, Translator, Editor, Reviewer, Publisher, Admin}

// Includes says whether r may do what least may. A role that is not of the chain may do
// nothing, and nobody may do what it may.
func (r Role) Includes(least Role) bool {
	need := slices.Index(Roles, least)
	return need >= 0 && slices.Index(Roles, r) >= need
}

// Person is somebody who may sign in, or might once.
type Person struct {
	Login, Name                    string
	Role                           Role
	Disabled, HasPassword, HasTOTP bool
	RecoveryLeft                   int // recovery codes that were not used yet
	Lang                           string
	Created, LastSeen              time.Time
}

// Session is one signed-in browser of a person.
type Session struct {
	ID            string // short and public: names the session in a list and opens nothing
	Login         string
	Started, Seen time.Time
	From, Agent   string
	Verified      bool // a one-time code or a recovery code was given in this session
	Confirmed     bool // the password was given within the last 10 minutes
}

// Store holds people. It is safe for any number of goroutines and instances. Whatever it
// cannot ask Redis is answered with ErrUnavailable, never with a sign-in.
type Store struct {
	rdb    redis.UniversalClient
	now    func() time.Time
	random io.Reader
	hasher *hasher
	memory *counters

	seal, count, recovery, form []byte // keys derived from the secret, one for each purpose
}

// New makes a store. The secret seals the seeds of one-time codes and keys counters, recovery
// codes and form tokens; whoever changes it makes all one-time codes useless, and an admin
// must reset them.
func New(rdb redis.UniversalClient, secret []byte, now func() time.Time) *Store {
	return &Store{
		rdb: rdb, now: now, random: rand.Reader, hasher: newHasher(costHere()), memory: newCounters(),
		seal: derive(secret, "totp seed"), count: derive(secret, "counter"),
		recovery: derive(secret, "recovery code"), form: derive(secret, "form token"),
	}
}

// derive gives the key for one purpose (RFC 5869).
func derive(secret []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "zhilu people: "+purpose, 32)
	if err != nil {
		panic(err) // only for a length no hash can give
	}
	return key
}

// keyed is a keyed hash of some texts; where one ends and the next begins counts.
func keyed(key []byte, texts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, t := range texts {
		mac.Write([]byte{byte(len(t) >> 24), byte(len(t) >> 16), byte(len(t) >> 8), byte(len(t))})
		mac.Write([]byte(t))
	}
	return mac.Sum(nil)
}

// newToken makes a token of 256 random bits.
func (s *Store) newToken() string { return base64.RawURLEncoding.EncodeToString(s.bytes(32)) }

func (s *Store) bytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.random, b); err != nil {
		panic(err) // the system has no randomness: nothing here may go on
	}
	return b
}

// fingerprint is what is stored of a token. The token has 256 random bits, so a fast hash
// without salt keeps it.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// CSRF gives the token that the forms of a session carry [3.5.1].
func (s *Store) CSRF(token string) string {
	return base64.RawURLEncoding.EncodeToString(keyed(s.form, token))
}

// ValidCSRF says whether a form carries the token of the session.
func (s *Store) ValidCSRF(token, form string) bool {
	return token != "" && hmac.Equal([]byte(s.CSRF(token)), []byte(form))
}
