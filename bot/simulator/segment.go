package simulator

import (
	"net/url"
	"regexp"
	"strings"
)

// SegmentKind says what a piece of text does on the phone.
type SegmentKind string

// The kinds of segments.
const (
	PlainText SegmentKind = "text"
	WebLink   SegmentKind = "link"        // opens URL
	TapOption SegmentKind = "tap"         // sends Send, with the id ID
	MiniLink  SegmentKind = "miniprogram" // opens Path of the mini program AppID, else URL
)

// Segment is a piece of a text message as a client shows it.
type Segment struct {
	Kind  SegmentKind `json:"kind"`
	Text  string      `json:"text"`            // what is shown
	URL   string      `json:"url,omitempty"`   // of links
	Send  string      `json:"send,omitempty"`  // of an option: the text that a tap sends
	ID    string      `json:"id,omitempty"`    // of an option: the bizmsgmenuid that goes with it
	AppID string      `json:"appid,omitempty"` // of a mini program
	Path  string      `json:"path,omitempty"`
}

var (
	anchor    = regexp.MustCompile(`(?is)<a((?:\s+[a-z-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))+)\s*>(.*?)</a\s*>`)
	attribute = regexp.MustCompile(`(?is)([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// Parse splits the Content of a text message into what a client shows: text,
// links, and options that send a message when they are tapped. Markup that is
// not exactly one of these is text, to the letter: so an author sees it. Percent
// escapes in an option's text are decoded; a plus sign stays one, because not
// every client takes it for a space.
func Parse(content string) []Segment {
	var out []Segment
	rest := content
	text := func(s string) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Kind == PlainText {
			out[n-1].Text += s
			return
		}
		out = append(out, Segment{Kind: PlainText, Text: s})
	}
	for rest != "" {
		at := anchor.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		s, ok := link(attributes(rest[at[2]:at[3]]), rest[at[4]:at[5]])
		if ok {
			text(rest[:at[0]])
			out = append(out, s)
			rest = rest[at[1]:]
			continue
		}
		text(rest[:at[0]+1]) // the "<" is text; a good link may follow inside
		rest = rest[at[0]+1:]
	}
	text(rest)
	return out
}

func attributes(s string) map[string]string {
	all := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(s, -1) {
		all[strings.ToLower(m[1])] = m[2] + m[3]
	}
	return all
}

// link makes a segment of an <a> element; false if it leads nowhere.
func link(attrs map[string]string, text string) (Segment, bool) {
	if strings.TrimSpace(text) == "" || strings.Contains(text, "<") {
		return Segment{}, false
	}
	href := attrs["href"]
	if query, ok := strings.CutPrefix(href, "weixin://bizmsgmenu?"); ok {
		return option(query, text)
	}
	if appID, path := attrs["data-miniprogram-appid"], attrs["data-miniprogram-path"]; appID != "" && path != "" {
		return Segment{Kind: MiniLink, Text: text, URL: webAddress(href), AppID: appID, Path: path}, true
	}
	if webAddress(href) == "" {
		return Segment{}, false
	}
	return Segment{Kind: WebLink, Text: text, URL: href}, true
}

// webAddress gives href if it is one a browser may follow, else "".
func webAddress(href string) string {
	u, err := url.Parse(href)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	return href
}

func option(query, text string) (Segment, bool) {
	s := Segment{Kind: TapOption, Text: text}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		decoded, err := url.PathUnescape(value)
		if err != nil {
			return Segment{}, false
		}
		switch name {
		case "msgmenucontent":
			s.Send = decoded
		case "msgmenuid":
			s.ID = decoded
		default:
			return Segment{}, false
		}
	}
	return s, strings.TrimSpace(s.Send) != ""
}

// Tap is the message that user sends by tapping an option; of any other
// segment it is the message with its text.
func (s Segment) Tap(user string) Message {
	if s.Kind != TapOption {
		return Text(user, s.Text)
	}
	return Tap(user, s.Send, s.ID)
}

// String gives what is shown.
func (s Segment) String() string { return s.Text }
