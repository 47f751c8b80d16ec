package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// customMessage is the body of message/custom/send, as far as it is looked at.
type customMessage struct {
	ToUser  string `json:"touser"`
	MsgType string `json:"msgtype"`
	Text    struct {
		Content string `json:"content"`
	} `json:"text"`
	News struct {
		Articles []Article `json:"articles"`
	} `json:"news"`
	Menu  customMenuMessage `json:"msgmenu"`
	Image mediaRef          `json:"image"`
	Voice mediaRef          `json:"voice"`
	Video mediaRef          `json:"video"`
}

type mediaRef struct {
	MediaID string `json:"media_id"`
}

type customMenuMessage struct {
	Head string `json:"head_content"`
	Tail string `json:"tail_content"`
	List []struct {
		ID      any    `json:"id"` // documented as text; numbers are taken too
		Content string `json:"content"`
	} `json:"list"`
}

// customSend is a customer-service message: allowed for a while after the user
// did something, and then only a few times.
func (p *Platform) customSend(_ *http.Request, body []byte) (any, error) {
	var m customMessage
	if err := decode(body, &m); err != nil {
		return nil, err
	}
	content, code := p.shown(m)
	if code != 0 {
		return nil, apiError{code, ""}
	}
	u, code := p.reachable(m.ToUser)
	if code == 0 {
		code = u.take(p.now())
	}
	if code != 0 {
		return nil, apiError{code, ""}
	}
	u.receive(Sent{Type: m.MsgType, Content: content, Articles: m.News.Articles, Raw: string(body)}, p.now())
	return succeeded, nil
}

// reachable finds the follower, or says why the user cannot be written to.
func (p *Platform) reachable(openid string) (*user, int) {
	u, ok := p.users.peek(openid)
	switch {
	case !ok:
		return nil, 40003 // no openid of this account
	case !u.following:
		return nil, 43004
	}
	return u, 0
}

// shown checks a message by its type and gives its text.
func (p *Platform) shown(m customMessage) (string, int) {
	switch m.MsgType {
	case "text":
		return m.Text.Content, textCode(m.Text.Content)
	case "msgmenu":
		if p.cfg.Kind == TestAccount {
			return "", 40200
		}
		text := m.Menu.render()
		return text, textCode(m.Menu.Head + m.Menu.Tail + strings.Join(m.Menu.labels(), ""))
	case "news":
		if len(m.News.Articles) > 1 {
			return "", 45008
		}
		if len(m.News.Articles) == 0 {
			return "", 44004
		}
		return "", 0
	case "image", "voice", "video":
		if m.Image.MediaID+m.Voice.MediaID+m.Video.MediaID == "" {
			return "", 40007
		}
		return "", 0
	case "music", "mpnews", "mpnewsarticle", "wxcard", "miniprogrampage":
		return "", 0
	}
	return "", 40008
}

func textCode(s string) int {
	switch {
	case strings.TrimSpace(s) == "":
		return 44004
	case len(s) > maxText:
		return 45002
	}
	return 0
}

func (m customMenuMessage) labels() []string {
	out := make([]string, len(m.List))
	for i, item := range m.List {
		out[i] = item.Content
	}
	return out
}

// render gives the markup that a msgmenu turns into on the phone.
func (m customMenuMessage) render() string {
	lines := make([]string, 0, len(m.List)+2)
	if m.Head != "" {
		lines = append(lines, m.Head)
	}
	for _, item := range m.List {
		lines = append(lines, `<a href="weixin://bizmsgmenu?msgmenucontent=`+escape(item.Content)+
			"&msgmenuid="+escape(idText(item.ID))+`">`+item.Content+"</a>")
	}
	if m.Tail != "" {
		lines = append(lines, m.Tail)
	}
	return strings.Join(lines, "\n")
}

// escape writes a query value with %20 for a space, which every client reads.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// customTyping shows, or hides, that the account is typing.
func (p *Platform) customTyping(_ *http.Request, body []byte) (any, error) {
	var t struct {
		ToUser  string `json:"touser"`
		Command string `json:"command"`
	}
	if err := decode(body, &t); err != nil {
		return nil, err
	}
	if t.Command != "Typing" && t.Command != "CancelTyping" {
		return nil, apiError{45072, ""}
	}
	u, code := p.reachable(t.ToUser)
	if code != 0 {
		return nil, apiError{code, ""}
	}
	now := p.now()
	switch {
	case now.Sub(u.exchanged) > typingRecent:
		return nil, apiError{45080, ""}
	case t.Command == "CancelTyping":
		u.typing = time.Time{}
	case now.Before(u.typing):
		return nil, apiError{45081, ""}
	default:
		u.typing = now.Add(typingLasts)
	}
	return succeeded, nil
}
