package simulator

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// Message is one push of the platform: what a user sent or did. The functions
// Text, Image, Subscribe, Event and so on make them; a message that none of
// them makes can be put together from Elements, or given as XML.
type Message struct {
	From     string    // FromUserName, an openid
	Type     string    // MsgType: text, image, …, event
	Event    string    // of an event
	Elements []Element // what follows MsgType (or Event)
	Tail     []Element // what follows MsgId

	// MsgID and CreateTime (Unix seconds) are filled in by Send if they are
	// empty. Events have no MsgID. To send a message again as the platform's
	// retry does, send Delivery.Message.
	MsgID      string
	CreateTime int64

	// XML, if set, is sent as it is, and all other fields are read from it.
	XML string

	sent bool // it was sent before, so the user did nothing new
}

// Element is one XML element of a message.
type Element struct {
	Name     string
	Text     string
	Number   bool // written bare; anything else is CDATA
	Children []Element
}

func cdata(name, text string) Element { return Element{Name: name, Text: text} }
func number(name, text string) Element {
	return Element{Name: name, Text: text, Number: true}
}
func group(name string, children ...Element) Element {
	return Element{Name: name, Children: children}
}
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 6, 64) }

// stamp fills in what the platform gives every message.
func (p *Platform) stamp(m Message) Message {
	if m.XML != "" {
		return m.fromXML()
	}
	if m.MsgID == "" && m.Type != "event" {
		m.MsgID = p.nextID()
	}
	if m.CreateTime == 0 {
		m.CreateTime = p.now().Unix()
	}
	return m
}

// fromXML reads the head of a raw message; of one that cannot be read the
// fields stay as the caller set them.
func (m Message) fromXML() Message {
	var head struct {
		FromUserName, MsgType, Event, EventKey, MsgId, CreateTime string
	}
	if xml.Unmarshal([]byte(m.XML), &head) != nil {
		return m
	}
	m.From, m.Type, m.Event = or(m.From, head.FromUserName), head.MsgType, head.Event
	m.MsgID = head.MsgId
	m.CreateTime, _ = strconv.ParseInt(head.CreateTime, 10, 64)
	return m
}

// plain gives the message as XML, as it is before encryption.
func (m Message) plain(account string) string {
	if m.XML != "" {
		return m.XML
	}
	elements := []Element{
		cdata("ToUserName", account),
		cdata("FromUserName", m.From),
		number("CreateTime", strconv.FormatInt(m.CreateTime, 10)),
		cdata("MsgType", m.Type),
	}
	if m.Type == "event" {
		elements = append(elements, cdata("Event", m.Event))
	}
	elements = append(elements, m.Elements...)
	if m.MsgID != "" {
		elements = append(elements, number("MsgId", m.MsgID))
	}
	return document(append(elements, m.Tail...))
}

func document(elements []Element) string {
	var b strings.Builder
	b.WriteString("<xml>\n")
	for _, e := range elements {
		e.write(&b)
		b.WriteByte('\n')
	}
	b.WriteString("</xml>")
	return b.String()
}

func (e Element) write(b *strings.Builder) {
	b.WriteString("<" + e.Name + ">")
	switch {
	case e.Children != nil:
		for _, c := range e.Children {
			c.write(b)
		}
	case e.Number:
		b.WriteString(e.Text)
	default:
		b.WriteString("<![CDATA[" + strings.ReplaceAll(e.Text, "]]>", "]]]]><![CDATA[>") + "]]>")
	}
	b.WriteString("</" + e.Name + ">")
}

// answerable tells whether a passive reply to the message reaches the user, and
// so whether the user would see the fault notice.
func (m Message) answerable() bool {
	if m.Type != "event" {
		return true
	}
	switch m.Event {
	case "subscribe", "SCAN", "CLICK", "scancode_push", "scancode_waitmsg":
		return true
	}
	return false
}
