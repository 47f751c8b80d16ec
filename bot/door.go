package bot

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync/atomic"
	"time"
)

// Section numbers (§) in the comments of this package's envelope files are those of wechat-protocol.md.

// MaxBody is the largest request body in bytes; a text of 2048 bytes in compatible mode, the biggest
// thing that really comes, is under 12 KiB (§9).
const MaxBody = 64 << 10

// maxSkew is how many seconds a timestamp may lie from our clock, either way. The platform does not
// ask for it (§1); it bounds how long a URL read from an access log can be used.
const maxSkew = 600

// The reasons of a Refusal: a closed set, fit for a metric's label.
const (
	ReasonQuery     = "query"     // the query does not parse, or a parameter comes twice
	ReasonSignature = "signature" // no token of ours made this signature
	ReasonStale     = "stale"     // the timestamp is no number or too far from now
	ReasonEcho      = "echo"      // an echostr on a POST, or a missing or odd one on a GET
	ReasonMode      = "mode"      // encrypt_type is not what the account is set to
	ReasonSize      = "size"      // the body is over MaxBody
	ReasonCipher    = "cipher"    // the encrypted part is not genuine, or not readable with our keys
	ReasonAccount   = "account"   // the message is for another account
)

// Refusal is the only error of Verify and Open. It says what to answer, with an empty body, and holds
// nothing that came in. Refusals can be compared with ==.
type Refusal struct {
	Status int
	Reason string
}

func (r Refusal) Error() string { return "bot: request refused: " + r.Reason }

func refuse(reason string) Refusal { return Refusal{Status: http.StatusForbidden, Reason: reason} }

// Door tells the platform's requests from all others. It is safe for concurrent use.
type Door struct {
	mode     Mode
	appID    string
	tokens   []string
	keys     []aesKey
	original atomic.Pointer[string] // our gh_ id; nil until configured or learned
	now      func() time.Time
	random   io.Reader
}

// echoForm is what we are ready to write back. Real values are digits (§1); the text is in the hands of
// whoever holds one signed URL, so nothing that a browser could take for markup goes out.
var echoForm = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)

// Verify answers the GET by which the platform checks the URL (§1): it returns the text to write as
// the whole body, as text/plain with nosniff. The error is a Refusal.
func (d *Door) Verify(rawQuery string) (echo string, err error) {
	q, _, err := d.admit(rawQuery)
	if err != nil {
		return "", err
	}
	if !echoForm.MatchString(q.echostr) {
		return "", refuse(ReasonEcho)
	}
	return q.echostr, nil
}

// Open checks a POST and reads the message in it. The Seal is for the reply to this very message. The
// error is a Refusal. What is genuine but broken inside is no error: its Act is Ignore, because
// anything but 200 makes the platform retry and then tell the user of a fault (§3, §9).
func (d *Door) Open(rawQuery string, body []byte) (Inbound, Seal, error) {
	if len(body) > MaxBody {
		return Inbound{}, Seal{}, Refusal{Status: http.StatusRequestEntityTooLarge, Reason: ReasonSize}
	}
	q, token, err := d.admit(rawQuery)
	switch {
	case err != nil:
		return Inbound{}, Seal{}, err
	case q.hasEcho:
		return Inbound{}, Seal{}, refuse(ReasonEcho)
	case !d.modeFits(q.encryptType):
		return Inbound{}, Seal{}, refuse(ReasonMode)
	}
	seal := Seal{door: d, token: token}
	outerTo := ""
	if d.mode != ModePlain {
		body, outerTo, seal.key, err = d.unwrap(q, token, body)
		if err != nil {
			return Inbound{}, Seal{}, err
		}
	}
	in, whole := parseInbound(body)
	if !d.ours(outerTo, in.To, whole) {
		return Inbound{}, Seal{}, refuse(ReasonAccount)
	}
	return in, seal, nil
}

// admit makes the checks that GET and POST share and returns which of our tokens signed. A repeated
// nonce is let through: a retry may bring the same one (§1).
func (d *Door) admit(rawQuery string) (q query, token int, err error) {
	q, ok := parseQuery(rawQuery)
	if !ok {
		return query{}, 0, refuse(ReasonQuery)
	}
	token = d.signer(q)
	if token < 0 {
		return query{}, 0, refuse(ReasonSignature)
	}
	if !d.fresh(q.timestamp) {
		return query{}, 0, refuse(ReasonStale)
	}
	return q, token, nil
}

// signer returns the index of the token that made the URL signature, or -1. Every token is tried, so
// that the time taken does not tell which one fits.
func (d *Door) signer(q query) int {
	found := -1
	for i, token := range d.tokens {
		if signed(q.signature, token, q.timestamp, q.nonce) && found < 0 {
			found = i
		}
	}
	return found
}

// fresh reports whether the timestamp is near our clock. It is read as 64 bits; the SDK's 32 end in
// 2038 (§11.5). It has no sign and no leading zero: the signature joins its parts without separators,
// so the fewer ways to read a timestamp, the better.
func (d *Door) fresh(timestamp string) bool {
	if len(timestamp) < 10 || timestamp[0] < '1' || timestamp[0] > '9' {
		return false
	}
	at, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	away := d.now().Unix() - at
	return -maxSkew <= away && away <= maxSkew
}

// modeFits pins the mode to what is configured. Otherwise one signed URL would carry any plain body
// into an encrypted account (§2, §11.6).
func (d *Door) modeFits(encryptType string) bool {
	if d.mode == ModePlain {
		return encryptType == "" || encryptType == "raw"
	}
	return encryptType == "aes"
}

// unwrap takes the message out of its encryption and says which key opened it. msg_signature must be
// of the token that signed the URL. Plain fields beside Encrypt (compatible mode) count for nothing,
// as no signature covers them; only the addressee is handed on, to be compared. All that can go wrong
// here looks the same from outside (§2).
func (d *Door) unwrap(q query, token int, body []byte) (message []byte, to string, key int, err error) {
	outer, ok := parseOuter(body)
	if !ok || !signed(q.msgSignature, d.tokens[token], q.timestamp, q.nonce, outer.Encrypt) {
		return nil, "", 0, refuse(ReasonCipher)
	}
	for i, k := range d.keys {
		if message, err = k.decrypt(d.appID, outer.Encrypt); err == nil {
			return message, outer.To, i, nil
		}
	}
	return nil, "", 0, refuse(ReasonCipher)
}

// ours checks the addressee, inside and, in AES modes, outside. If our id is not configured, the first
// whole message that AES vouches for sets it: the app id inside has then been checked. In plain mode
// nothing vouches for the body, so nothing is learned there.
func (d *Door) ours(outer, inner string, whole bool) bool {
	if outer != "" && inner != "" && outer != inner {
		return false
	}
	if whole && d.mode != ModePlain {
		d.original.CompareAndSwap(nil, &inner)
	}
	known := d.original.Load()
	if known == nil {
		return true
	}
	return (outer == "" || outer == *known) && (inner == "" || inner == *known)
}

// outer is the part of an encrypted message that can be read without a key.
type outer struct {
	XMLName struct{} `xml:"xml"`
	To      string   `xml:"ToUserName"`
	Encrypt string   `xml:"Encrypt"`
}

func parseOuter(body []byte) (outer, bool) {
	var o outer
	var to, encrypt bool
	if scan(body, func(name, value string) bool {
		switch name {
		case "ToUserName":
			return once(&o.To, &to, value)
		case "Encrypt":
			return once(&o.Encrypt, &encrypt, value)
		}
		return true
	}) {
		return o, true
	}
	o = outer{}
	return o, decodeXML(body, &o) == nil
}

// once sets a field that must not come twice.
func once(field *string, seen *bool, value string) bool {
	if *seen {
		return false
	}
	*field, *seen = value, true
	return true
}
