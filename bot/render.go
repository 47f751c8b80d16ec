package bot

import (
	"strings"

	"zhilu/dialog"
)

// Render turns a reply into the text of one WeChat message of at most MaxContent bytes.
// Options are links that send themselves when tapped (§5), with the number to type before
// each. A reply that would be longer than Aim goes out with numbers alone; then its text is
// cut, never its options.
func Render(r dialog.Reply) string {
	if s := r.Join(tappable); len(s) <= Aim {
		return s
	}
	s := r.Plain()
	if len(s) <= Aim {
		return s
	}
	rest := dialog.Reply{Options: r.Options, Tail: r.Tail}.Plain()
	r.Text = Cut(r.Text, max(0, Aim-len(rest)-2))
	return Cut(r.Plain(), MaxContent)
}

// tappable writes one option as a bizmsgmenu link: a tap comes back as a text message with the
// label as its content and the move as its bizmsgmenuid (§3, §5).
func tappable(b *strings.Builder, o dialog.Option) {
	b.WriteString(`<a href="weixin://bizmsgmenu?msgmenucontent=`)
	inQuery(b, o.Label)
	b.WriteString("&msgmenuid=")
	inQuery(b, string(o.Move))
	b.WriteString(`">`)
	b.WriteString(o.Key)
	b.WriteString(". ")
	b.WriteString(o.Label)
	b.WriteString("</a>")
}

// inQuery escapes what would end or change a query value. Letters outside ASCII stay as
// they are: escaping would triple the size of Chinese, and clients take them.
func inQuery(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c >= 0x80, strings.IndexByte("-._~:,()/", c) >= 0:
			continue
		}
		b.WriteString(s[from:i])
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
		from = i + 1
	}
	b.WriteString(s[from:])
}
