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
	echo, err := b.Door.Verify(c.Request.URL.RawQuery)
	if err != nil {
		b.refuse(c, err)
		return
	}
	plain(c, echo)
}

// receive answers a message: 200 with a reply, "success", or a refusal with an empty body.
func (b *Bot) receive(c *gin.Context) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, MaxBody))
	if err != nil {
		b.refuse(c, unreadable(err))
		return
	}
	in, seal, err := b.Door.Open(c.Request.URL.RawQuery, body)
	if err != nil {
		b.refuse(c, err)
		return
	}
	content, at := b.answer(c.Request.Context(), in)
	if content == "" {
		plain(c, "success")
		return
	}
	out, err := seal.Text(Reply{To: in.From, From: in.To, At: at, Content: content})
	if err != nil {
		b.Log.Error("reply not sealed")
		plain(c, "success")
		return
	}
	c.Data(http.StatusOK, "application/xml; charset=utf-8", out)
}

func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return Refusal{Status: http.StatusRequestEntityTooLarge, Reason: ReasonSize}
	}
	return Refusal{Status: http.StatusBadRequest, Reason: ReasonSize}
}

// refuse answers what is not from the platform, or not meant for us, with an empty body.
func (b *Bot) refuse(c *gin.Context, err error) {
	refusal := Refusal{Status: http.StatusForbidden, Reason: "unknown"}
	errors.As(err, &refusal)
	b.Log.Warn("refused", "reason", refusal.Reason, "status", refusal.Status)
	c.Status(refusal.Status)
	c.Writer.WriteHeaderNow()
}

// plain answers with a short text that no browser may take for a page.
func plain(c *gin.Context, text string) {
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}
