package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"regexp"
	"sync"
)

// sendCall is the body of POST send. User is the id that the tab made up, 8 to
// 64 letters, digits and hyphens. Kind is text or tap (with Text, and of a tap
// ID), picture, voice, sticker, location, follow, unfollow, or again: the last
// message once more, with its MsgId.
type sendCall struct {
	User string `json:"user"`
	Kind string `json:"kind"`
	Text string `json:"text"`
	ID   string `json:"id"`
}

// sendAnswer is the answer to it. Anything but 200 carries {"error": …}, one
// of bad_request, nothing_sent, not_following, busy.
type sendAnswer struct {
	MsgID     string        `json:"msgid"`
	Following bool          `json:"following"`
	Outcome   Outcome       `json:"outcome"`
	Notice    string        `json:"notice,omitempty"`
	Faults    []string      `json:"faults,omitempty"`
	Reply     *shownMessage `json:"reply,omitempty"` // nil too if the platform would not show it
	XML       string        `json:"xml"`
	Attempts  []attemptView `json:"attempts"`
}

// shownMessage is what a bubble holds.
type shownMessage struct {
	Seq      int       `json:"seq,omitempty"` // of customer-service messages
	Type     string    `json:"type"`
	Title    string    `json:"title,omitempty"`
	Segments []Segment `json:"segments,omitempty"`
	Articles []Article `json:"articles,omitempty"`
	Raw      string    `json:"raw,omitempty"`
}

type attemptView struct {
	Try      int      `json:"try"`
	Status   int      `json:"status"`
	Millis   float64  `json:"ms"`
	Outcome  Outcome  `json:"outcome"`
	Faults   []string `json:"faults,omitempty"`
	Query    string   `json:"query"`
	Request  string   `json:"request"`
	Response string   `json:"response"`
	Plain    string   `json:"plain,omitempty"`
}

// pollCall is the body of POST poll: After is the largest Seq seen so far.
type pollCall struct {
	User  string `json:"user"`
	After int    `json:"after"`
}

// pollAnswer is the answer to it.
type pollAnswer struct {
	Typing   bool           `json:"typing"`
	Messages []shownMessage `json:"messages"`
}

// tab is what is kept of one browser tab.
type tab struct {
	mu   sync.Mutex
	last *Message // what again sends
	gone bool     // unfollowed
}

var (
	tabID = regexp.MustCompile(`^[0-9A-Za-z-]{8,64}$`)

	errBadRequest   = errors.New("bad_request")
	errNothingSent  = errors.New("nothing_sent")
	errNotFollowing = errors.New("not_following")
	errBusy         = errors.New("busy")
)

const (
	maxCall  = 32 << 10
	maxTyped = 6000 // bytes; a phone takes less
)

func (t *try) send(w http.ResponseWriter, r *http.Request) {
	var c sendCall
	if !readCall(w, r, &c) || !tabID.MatchString(c.User) || len(c.Text) > maxTyped {
		refuse(w, errBadRequest)
		return
	}
	select {
	case t.slots <- struct{}{}:
		defer func() { <-t.slots }()
	default:
		refuse(w, errBusy)
		return
	}
	// The platform goes on with a delivery when the user closes the chat.
	d, following, err := t.deliver(context.WithoutCancel(r.Context()), c)
	if err != nil {
		refuse(w, err)
		return
	}
	answer(w, view(d, following))
}

// deliver sends what the tab asks for, and tells whether the user follows.
func (t *try) deliver(ctx context.Context, c sendCall) (Delivery, bool, error) {
	t.mu.Lock()
	tab := t.tabs.get(c.User, func() *tab { return &tab{} })
	t.mu.Unlock()
	m, following, err := tab.next(c, t.p, t.openid(c.User))
	if err != nil {
		return Delivery{}, false, err
	}
	return t.p.Send(ctx, m), following, nil
}

func (t *try) openid(user string) string { return t.p.User("try:" + user) }

// next makes the message of a call, if the user may send it now. It is kept
// before it goes out, so that it can be sent again while the first answer is
// still awaited.
func (t *tab) next(c sendCall, p *Platform, openid string) (m Message, following bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case c.Kind == "again" && t.last == nil:
		return m, false, errNothingSent
	case c.Kind == "again":
		return *t.last, !t.gone, nil
	case t.gone && c.Kind != "follow":
		return m, false, errNotFollowing
	}
	m, ok := compose(c, openid)
	if !ok {
		return m, false, errBadRequest
	}
	m = p.stamp(m)
	again := m
	again.sent = true
	t.last, t.gone = &again, c.Kind == "unfollow"
	return m, !t.gone, nil
}

func compose(c sendCall, openid string) (Message, bool) {
	switch c.Kind {
	case "text":
		return Text(openid, c.Text), c.Text != ""
	case "tap":
		return Tap(openid, c.Text, c.ID), c.Text != ""
	case "picture":
		return Image(openid), true
	case "voice":
		return Voice(openid), true
	case "sticker":
		return Sticker(openid), true
	case "location":
		return Location(openid, 22.541, 114.0597, "广东省深圳市福田区"), true
	case "follow":
		return Subscribe(openid), true
	case "unfollow":
		return Unsubscribe(openid), true
	}
	return Message{}, false
}

func view(d Delivery, following bool) sendAnswer {
	a := sendAnswer{MsgID: d.Message.MsgID, Following: following, Outcome: d.Outcome, Notice: d.Notice,
		Faults: d.Faults, XML: d.XML}
	if d.Reply != nil && d.Message.answerable() {
		a.Reply = &shownMessage{Type: d.Reply.Type, Title: d.Reply.Title, Segments: d.Reply.Segments(), Articles: d.Reply.Articles}
	}
	for _, t := range d.Attempts {
		a.Attempts = append(a.Attempts, attemptView{Try: t.Try, Status: t.Status,
			Millis: float64(t.Duration.Microseconds()) / 1000, Outcome: t.Outcome, Faults: t.Faults,
			Query: t.Query, Request: t.RawRequest, Response: t.RawResponse, Plain: t.Plain})
	}
	return a
}

func (t *try) poll(w http.ResponseWriter, r *http.Request) {
	var c pollCall
	if !readCall(w, r, &c) || !tabID.MatchString(c.User) {
		refuse(w, errBadRequest)
		return
	}
	openid := t.openid(c.User)
	a := pollAnswer{Typing: t.p.Typing(openid), Messages: []shownMessage{}}
	for _, s := range t.p.Sent(openid, c.After) {
		a.Messages = append(a.Messages, shownMessage{Seq: s.Seq, Type: s.Type, Segments: s.Segments(),
			Articles: s.Articles, Raw: s.Raw})
	}
	answer(w, a)
}

// readCall reads a JSON body. The content type must say JSON, which no form of
// another site can send without asking first.
func readCall(w http.ResponseWriter, r *http.Request, into any) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return false
	}
	return json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCall)).Decode(into) == nil
}

func refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	switch {
	case errors.Is(err, errNothingSent), errors.Is(err, errNotFollowing):
		status = http.StatusConflict
	case errors.Is(err, errBusy):
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v) // the tab has gone: nobody to tell
}
