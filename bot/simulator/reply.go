package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxText is the most bytes a text may have. The platform does not document
// it; 2048 was measured.
const maxText = 2048

// checks collects the faults of one reply.
type checks struct{ faults []string }

func (c *checks) that(ok bool, format string, args ...any) {
	if !ok {
		c.faults = append(c.faults, fmt.Sprintf(format, args...))
	}
}

// readReply checks a decrypted reply to m.
func (p *Platform) readReply(plain string, m Message) (*Reply, []string) {
	n, err := readXML(plain)
	if err != nil {
		return nil, []string{notXML(plain, err)}
	}
	c := &checks{}
	for _, name := range n.repeated() {
		c.that(false, "element %s occurs twice", name)
	}
	r := &Reply{To: n.value("ToUserName"), From: n.value("FromUserName"), Type: n.value("MsgType"), XML: plain}
	if m.From != "" {
		c.that(r.To == m.From, "ToUserName is %s, not the user %s", excerpt(r.To), m.From)
	}
	c.that(r.From == p.cfg.Account, "FromUserName is %s, not the account %s", excerpt(r.From), p.cfg.Account)
	r.CreateTime, err = strconv.ParseInt(n.value("CreateTime"), 10, 64)
	c.that(err == nil, "CreateTime %s is no integer", excerpt(n.value("CreateTime")))
	r.read(n, m, c)
	return r, c.faults
}

// read reads what belongs to the reply's type.
func (r *Reply) read(n *node, m Message, c *checks) {
	switch r.Type {
	case "text":
		r.Content = n.value("Content")
		c.that(strings.TrimSpace(r.Content) != "", "Content is empty; to say nothing, answer the bare word success")
		c.that(len(r.Content) <= maxText, "Content has %d bytes, more than %d", len(r.Content), maxText)
	case "image", "voice":
		r.readMedia(n, c, strings.ToUpper(r.Type[:1])+r.Type[1:], "MediaId")
	case "video":
		r.readMedia(n, c, "Video", "MediaId")
	case "music":
		r.readMedia(n, c, "Music", "ThumbMediaId")
	case "news":
		r.readNews(n, c)
	case "transfer_customer_service":
		r.KfAccount = n.value("TransInfo", "KfAccount")
		c.that(m.Type != "event", "only messages can be handed to human agents, not events")
	default:
		c.that(false, "MsgType %s is unknown", excerpt(r.Type))
	}
}

func (r *Reply) readMedia(n *node, c *checks, group, id string) {
	r.MediaID, r.Title = n.value(group, id), n.value(group, "Title")
	c.that(r.MediaID != "", "%s has no %s", group, id)
}

// readNews reads the articles; of several the platform shows the first.
func (r *Reply) readNews(n *node, c *checks) {
	list := n.child("Articles")
	if list == nil {
		c.that(false, "Articles is missing")
		return
	}
	items := slices.DeleteFunc(slices.Clone(list.children), func(i *node) bool { return i.name != "item" })
	count, err := strconv.Atoi(n.value("ArticleCount"))
	c.that(err == nil && count == len(items), "ArticleCount is %s, but there are %d items",
		excerpt(n.value("ArticleCount")), len(items))
	c.that(len(items) > 0, "there is no article")
	for _, i := range items[:min(len(items), 1)] {
		r.Articles = append(r.Articles, Article{Title: i.value("Title"), Description: i.value("Description"),
			PicURL: i.value("PicUrl"), URL: i.value("Url")})
	}
}
