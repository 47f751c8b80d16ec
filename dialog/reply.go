package dialog

import (
	"strings"
	"unicode/utf8"
)

// Reply is what the bot says in one turn: it becomes one message.
type Reply struct {
	Text    string
	Options []Option
	Tail    string // said once, after the options: the privacy notice
}

// Option is something to choose, by tapping it or by sending its key.
type Option struct {
	Key   string // "1" to "9"; "0" is the way back
	Move  Move
	Label string
	Note  string // what the label stands for, in one sentence
}

// Budget is the size in bytes that a rendered reply aims at: WeChat takes 2048 bytes of
// text, and some clients less (wechat-protocol §5).
const Budget = 1800

// tapCost is what the markup of one tappable option costs besides its label (twice) and
// its move.
const tapCost = 80

// Size is an upper bound of the reply's size in bytes once it is rendered for WeChat.
func (r Reply) Size() int {
	n := len(r.Text) + len(r.Tail) + 8
	for _, o := range r.Options {
		n += o.size()
	}
	return n
}

func (o Option) size() int {
	ascii := strings.Count(o.Label, " ") // a space is sent as %20
	return tapCost + 2*len(o.Label) + 2*ascii + len(o.Move) + len(o.Note)
}

// Plain is the reply as a terminal shows it and as transcripts hold it.
func (r Reply) Plain() string {
	return r.Join(func(b *strings.Builder, o Option) {
		b.WriteString(o.Key)
		b.WriteString(". ")
		b.WriteString(o.Label)
	})
}

// Join puts the reply together; head writes the tappable part of an option.
func (r Reply) Join(head func(*strings.Builder, Option)) string {
	var b strings.Builder
	b.Grow(r.Size())
	b.WriteString(r.Text)
	for i, o := range r.Options {
		switch {
		case i == 0 && r.Text != "":
			b.WriteString("\n\n")
		case i > 0:
			b.WriteString("\n")
		}
		head(&b, o)
		if o.Note != "" {
			b.WriteString(noteMark(o.Note))
			b.WriteString(o.Note)
		}
	}
	if r.Tail != "" {
		b.WriteString("\n\n")
		b.WriteString(r.Tail)
	}
	return b.String()
}

// noteMark is what stands between a label and its note: Chinese has a colon of its own.
func noteMark(note string) string {
	if r, _ := utf8.DecodeRuneInString(note); r > 0x2E7F {
		return "："
	}
	return ": "
}

// number gives the options their keys.
func number(options []Option) []Option {
	key := byte('1')
	for i := range options {
		if options[i].Key == "" {
			options[i].Key = string(key)
			key++
		}
	}
	return options
}
