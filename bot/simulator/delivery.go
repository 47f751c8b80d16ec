package simulator

import (
	"net/http"
	"time"
)

// Outcome is what the user sees of a delivery.
type Outcome string

// The three outcomes.
const (
	Replied Outcome = "replied" // a valid passive reply
	Silent  Outcome = "silent"  // exactly success, or an empty body: nothing is shown
	Fault   Outcome = "fault"   // no usable answer: the user sees FaultNotice
)

// Delivery is everything that happened to one message.
type Delivery struct {
	Message  Message   // as sent; sending it again is the platform's retry
	XML      string    // as sent, before encryption
	Attempts []Attempt // in the order of their tries, then of their copies

	// What the user got: that of the last try's first copy.
	Outcome Outcome
	Reply   *Reply   // nil unless Replied
	Faults  []string // why the outcome is Fault, in words
	Notice  string   // FaultNotice if the user sees it; not after events that nobody waits for
}

// Attempt is one HTTP request of a delivery.
type Attempt struct {
	Try, Copy   int    // from 1
	Query       string // of the URL
	RawRequest  string // body as sent
	RawResponse string // body as received
	Plain       string // reply XML after decryption; RawResponse if it was plain
	Status      int    // 0 without an answer
	Duration    time.Duration
	Err         error // why there is no complete answer

	Outcome Outcome
	Reply   *Reply
	Faults  []string
}

// answered tells whether the platform got an answer and will not try again.
func (a Attempt) answered() bool { return a.Err == nil && a.Status == http.StatusOK }

// Reply is a valid passive reply.
type Reply struct {
	To, From   string
	CreateTime int64
	Type       string    // text, image, voice, video, music, news, transfer_customer_service
	Content    string    // of text: the markup, which Parse reads
	MediaID    string    // of image, voice, video; of music the thumb's
	Title      string    // of video and music
	Articles   []Article // of news: the one that is shown
	KfAccount  string    // of transfer_customer_service, if a person was named
	XML        string    // the reply, decrypted
}

// Article is a card in a news message.
type Article struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	PicURL      string `json:"picurl"`
	URL         string `json:"url"`
}

// Segments is the text of the reply as a client shows it.
func (r Reply) Segments() []Segment { return Parse(r.Content) }
