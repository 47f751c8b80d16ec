package simulator

import (
	"slices"
	"time"
)

// How long an action lets the account write, and how often.
const (
	messageWindow = 48 * time.Hour
	messageQuota  = 5
	actionWindow  = time.Minute
	actionQuota   = 3
	typingRecent  = 30 * time.Second // Typing is allowed this long after an exchange
	typingLasts   = 15 * time.Second
	sentKept      = 50 // customer-service messages remembered for each user
)

// user is what the platform remembers of one follower.
type user struct {
	following bool
	message   window // opened by a message
	action    window // opened by a menu tap, by following, by a scan
	exchanged time.Time
	typing    time.Time // until when the client shows it
	sent      []Sent
	seq       int
}

type window struct {
	until time.Time
	left  int
}

func (w window) open(now time.Time) bool { return now.Before(w.until) }

// Sent is one customer-service message that reached a user.
type Sent struct {
	Seq      int       `json:"seq"` // from 1, for each user
	At       time.Time `json:"at"`
	Type     string    `json:"type"`
	Content  string    `json:"content"` // markup that Parse reads; of a msgmenu what it renders to
	Articles []Article `json:"articles,omitempty"`
	Raw      string    `json:"raw"` // the JSON of the call
}

// Segments is the message as a client shows it.
func (s Sent) Segments() []Segment { return Parse(s.Content) }

// Sent gives the customer-service messages that reached openid since the one
// numbered after, oldest first; 0 gives all that are remembered (the last 50).
func (p *Platform) Sent(openid string, after int) []Sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.users.peek(openid)
	if !ok {
		return nil
	}
	i := slices.IndexFunc(u.sent, func(s Sent) bool { return s.Seq > after })
	if i < 0 {
		return nil
	}
	return slices.Clone(u.sent[i:])
}

// Following tells whether openid follows the account. Whoever writes is taken
// for a follower until an unsubscribe event.
func (p *Platform) Following(openid string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.users.peek(openid)
	return ok && u.following
}

// Typing tells whether the client shows that the account is typing.
func (p *Platform) Typing(openid string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.users.peek(openid)
	return ok && p.now().Before(u.typing)
}

// acted notes what the user did, and opens the windows for it.
func (p *Platform) acted(m Message) {
	if m.From == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	u := p.users.get(m.From, func() *user { return &user{following: true} })
	if m.Type != "event" {
		u.message = window{now.Add(messageWindow), messageQuota}
		u.exchanged = now
		return
	}
	switch m.Event {
	case "subscribe":
		u.following = true
		u.action = window{now.Add(actionWindow), actionQuota}
	case "unsubscribe":
		u.following, u.message, u.action = false, window{}, window{}
	case "SCAN", "CLICK", "scancode_push", "scancode_waitmsg":
		u.action = window{now.Add(actionWindow), actionQuota}
	}
}

// take uses one message of a window that is open; the shorter one first. The
// answer is 0, or the error code of a call that comes too late or too often.
func (u *user) take(now time.Time) int {
	open := false
	for _, w := range []*window{&u.action, &u.message} {
		if !w.open(now) {
			continue
		}
		open = true
		if w.left > 0 {
			w.left--
			return 0
		}
	}
	if open {
		return 45047
	}
	return 45015
}

// receive keeps a message for the user.
func (u *user) receive(s Sent, now time.Time) {
	u.seq++
	s.Seq, s.At = u.seq, now
	u.sent = append(u.sent, s)
	if len(u.sent) > sentKept {
		u.sent = slices.Clone(u.sent[len(u.sent)-sentKept:])
	}
	u.exchanged, u.typing = now, time.Time{}
}
