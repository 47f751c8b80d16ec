package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Inbound is one push of the platform. Everything but CreateTime is text as it came, with what XML
// forbids taken out: ids have been seen that fit no number type (§11.9).
type Inbound struct {
	To, From    string // our gh_ id; the sender's openid (see User)
	CreateTime  int64  // Unix seconds; 0 if it was no number
	MsgType     string
	MsgID       string // events have none (§4)
	Event       string
	EventKey    string
	Content     string // what was typed, tapped or recognised; "" for blank text
	Choice      string // bizmsgmenuid: the id of the tapped item, as we once sent it
	Recognition string
	OpenID      string // only in events about authorisation
	Status      string // how a broadcast or template message ended

	Act       Act
	MediaKind string // for Media only: one of a closed set
	Scene     string // for Follow and Scan: the scene of the QR code, without its prefix

	parts string // further elements that tell two messages without MsgId apart
}

// push has the elements that we read, string by string, so that no odd value can fail the message.
type push struct {
	XMLName      struct{} `xml:"xml"`
	ToUserName   string   `xml:"ToUserName"`
	FromUserName string   `xml:"FromUserName"`
	CreateTime   string   `xml:"CreateTime"`
	MsgType      string   `xml:"MsgType"`
	MsgID        string   `xml:"MsgId"`
	JobID        string   `xml:"MsgID"` // of a broadcast or template message: not a message's id (§4)
	Event        string   `xml:"Event"`
	EventKey     string   `xml:"EventKey"`
	Content      string   `xml:"Content"`
	Choice       string   `xml:"bizmsgmenuid"`
	Recognition  string   `xml:"Recognition"`
	MediaID      string   `xml:"MediaId"`
	OpenID       string   `xml:"OpenID"`
	Status       string   `xml:"Status"`
}

// parseInbound reads a decrypted or plain message. It reports false, and the Act is Ignore, if that is
// no XML, or lacks an addressee, a sender or a type.
func parseInbound(body []byte) (in Inbound, whole bool) {
	p, ok := parsePush(body)
	if !ok {
		return Inbound{}, false
	}
	at, err := strconv.ParseInt(p.CreateTime, 10, 64)
	if err != nil {
		at = 0
	}
	in = Inbound{
		To: p.ToUserName, From: p.FromUserName, CreateTime: at,
		MsgType: p.MsgType, MsgID: p.MsgID, Event: p.Event, EventKey: p.EventKey,
		Content: p.Content, Choice: p.Choice, Recognition: p.Recognition,
		OpenID: p.OpenID, Status: p.Status,
		parts: join(p.JobID, p.MediaID),
	}
	if blank(in.To) || blank(in.From) || blank(in.MsgType) {
		return in, false
	}
	in.sort()
	return in, true
}

// parsePush reads the elements of a message, the short way if it is of the flat form.
func parsePush(body []byte) (push, bool) {
	if p, ok := scanPush(body); ok {
		return p, true
	}
	var p push
	return p, decodeXML(body, &p) == nil
}

func scanPush(body []byte) (p push, ok bool) {
	var seen [pushFields]bool
	return p, scan(body, func(name, value string) bool {
		field, i := p.field(name)
		return field == nil || once(field, &seen[i], value)
	})
}

const pushFields = 14

// field is the one that an element is read into, with its number; nil for elements that nobody reads.
func (p *push) field(name string) (*string, int) {
	switch name {
	case "ToUserName":
		return &p.ToUserName, 0
	case "FromUserName":
		return &p.FromUserName, 1
	case "CreateTime":
		return &p.CreateTime, 2
	case "MsgType":
		return &p.MsgType, 3
	case "MsgId":
		return &p.MsgID, 4
	case "MsgID":
		return &p.JobID, 5
	case "Event":
		return &p.Event, 6
	case "EventKey":
		return &p.EventKey, 7
	case "Content":
		return &p.Content, 8
	case "bizmsgmenuid":
		return &p.Choice, 9
	case "Recognition":
		return &p.Recognition, 10
	case "MediaId":
		return &p.MediaID, 11
	case "OpenID":
		return &p.OpenID, 12
	case "Status":
		return &p.Status, 13
	}
	return nil, 0
}

// User returns the openid of the person the message is from or about. In authorisation events the
// sender is an account of the platform and the person is in OpenID (§4).
func (in Inbound) User() string {
	if in.MsgType == "event" && authorisation[in.Event] {
		return in.OpenID
	}
	return in.From
}

// Dedup returns the same 32 hex digits for every retry of a message and others for every other message.
// MsgId alone is not enough: one was seen for several users at once; and events of one user in one
// second differ only in what they are about (§6). It does not show the openid.
func (in Inbound) Dedup() string {
	key := join(in.To, in.From, "id", in.MsgID)
	if in.MsgID == "" {
		key = join(in.To, in.From, "at", strconv.FormatInt(in.CreateTime, 10), in.MsgType, in.Event,
			in.EventKey, in.OpenID, in.Content, in.Choice, in.Recognition, in.Status, in.parts)
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// join puts a NUL between parts; it cannot occur in them, as XML has no such character.
func join(parts ...string) string { return strings.Join(parts, "\x00") }

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// errXML is the one error of decodeXML: encoding/xml's own may quote the input.
var errXML = errors.New("bot: not readable as XML")

// decodeXML reads UTF-8 without a DOCTYPE; encoding/xml itself refuses other encodings and undeclared
// entities (§11.14). A character that XML forbids must not cost the user the answer: people can type
// them and the platform sends them on. But it must not be dropped before the parser has run: where
// "]", a control character and "]>" were typed, "]]>" would be left, which ends the CDATA section, and
// the rest of what was typed would be read as elements, a new sender for one. So it is replaced first
// and dropped from the text that the parser returns.
func decodeXML(body []byte, into any) error {
	if !utf8.Valid(body) {
		return errXML
	}
	readable := strings.Map(func(r rune) rune {
		if forbidden(r) {
			return placeholder
		}
		return r
	}, string(body))
	source := xml.NewDecoder(strings.NewReader(readable))
	if xml.NewTokenDecoder(cleaner{source}).Decode(into) != nil {
		return errXML
	}
	return nil
}

// placeholder is a code point that XML allows and Unicode has set aside for never being a character.
const placeholder = '\U0001FFFE'

// cleaner is a source of raw tokens; the decoder on top of it checks nesting.
type cleaner struct{ source *xml.Decoder }

func (c cleaner) Token() (xml.Token, error) {
	token, err := c.source.RawToken()
	switch token := token.(type) {
	case xml.Directive:
		return nil, errXML
	case xml.CharData:
		text := strings.ReplaceAll(string(token), string(placeholder), "")
		return xml.CharData(Clean(text)), err
	}
	return token, err
}
