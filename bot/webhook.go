package bot

import (
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Path is where the platform posts.
const Path = "/wechat"

// Routes adds the webhook to a router. Only GET (verification) and POST (messages) are
// answered; the router refuses other methods when it has HandleMethodNotAllowed.
func (b *Bot) Routes(r gin.IRoutes) {
	r.GET(Path, b.verify)
	r.POST(Path, b.receive)
}

// verify answers the platform's check of the address with its echostr.
func (b *Bot) verify(c *gin.Context) {
	start := b.Now()
	echo, err := b.Door.Verify(c.Request.URL.RawQuery)
	if err != nil {
		b.refuse(c, err)
	} else {
		plain(c, echo)
	}
	b.Metrics.request(classOf(err, classEcho), b.Now().Sub(start))
}

// receive answers a message: 200 with a reply, "success", or a refusal with an empty body.
func (b *Bot) receive(c *gin.Context) {
	start := b.Now()
	out, err := b.handle(c)
	class := classReply
	switch {
	case err != nil:
		b.refuse(c, err)
		class = classRefused
	case out == nil:
		plain(c, "success")
		class = classSuccess
	default:
		c.Data(http.StatusOK, "application/xml; charset=utf-8", out)
	}
	b.Metrics.request(class, b.Now().Sub(start))
}

// handle takes a request to the body of its answer; nil for "success". That is also the answer to
// what makes it panic: a broken connection would show the user the platform's fault notice.
func (b *Bot) handle(c *gin.Context) (out []byte, err error) {
	defer func() {
		if recover() != nil {
			b.panicked("panic at the webhook")
			out, err = nil, nil
		}
	}()
	body, err := readBody(c)
	if err != nil {
		return nil, unreadable(err)
	}
	in, seal, err := b.Door.Open(c.Request.URL.RawQuery, body)
	if err != nil {
		return nil, err
	}
	content, at := b.answer(c.Request.Context(), in)
	if content == "" {
		return nil, nil
	}
	out, err = seal.Text(Reply{To: in.From, From: in.To, At: at, Content: content})
	if err != nil {
		b.Log.Error("reply not sealed")
		return nil, nil
	}
	return out, nil
}

// readBody reads at most MaxBody bytes.
func readBody(c *gin.Context) ([]byte, error) {
	r := c.Request
	if size := r.ContentLength; size >= 0 && size <= MaxBody { // known, as the platform's always is
		body := make([]byte, size)
		_, err := io.ReadFull(r.Body, body)
		return body, err
	}
	return io.ReadAll(http.MaxBytesReader(c.Writer, r.Body, MaxBody))
}

func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return Refusal{Status: http.StatusRequestEntityTooLarge, Reason: ReasonSize}
	}
	return Refusal{Status: http.StatusBadRequest, Reason: ReasonSize}
}

func classOf(err error, good string) string {
	if err != nil {
		return classRefused
	}
	return good
}

// refuse answers what is not from the platform, or not meant for us, with an empty body.
func (b *Bot) refuse(c *gin.Context, err error) {
	refusal := Refusal{Status: http.StatusForbidden, Reason: "unknown"}
	errors.As(err, &refusal)
	b.Metrics.refused(refusal.Reason)
	b.brief.say(b.Now(), refusal.Reason, func(times int) {
		b.Log.Warn("refused", "reason", refusal.Reason, "status", refusal.Status, "times", times)
	})
	c.Status(refusal.Status)
	c.Writer.WriteHeaderNow()
}

// plain answers with a short text that no browser may take for a page.
func plain(c *gin.Context, text string) {
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}
