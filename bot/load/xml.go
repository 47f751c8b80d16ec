package load

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"unicode/utf8"
)

// readXML reports whether doc is one well-formed document whose root is <xml>, and gives the
// text of each of the root's children. Nearly all replies have the one flat form that a short
// scanner reads at a twentieth of the cost; encoding/xml judges the rest.
func readXML(doc []byte, visit func(name, text []byte)) bool {
	return readFlat(doc, visit) || readAny(doc, visit) == nil
}

var (
	cdataStart = []byte("<![CDATA[")
	cdataEnd   = []byte("]]>")
)

// readFlat reads <xml>, elements that hold one CDATA section or bare text, </xml>. It gives
// false for all else, valid or not, perhaps after some visits.
func readFlat(doc []byte, visit func(name, text []byte)) bool {
	if !plainChars(doc) {
		return false
	}
	rest, ok := bytes.CutPrefix(doc, []byte("<xml>"))
	for ok {
		rest = bytes.TrimLeft(rest, " \t\n")
		if end, last := bytes.CutPrefix(rest, []byte("</xml>")); last {
			return len(bytes.TrimLeft(end, " \t\n")) == 0
		}
		var name, text []byte
		if name, text, rest, ok = flatElement(rest); ok {
			visit(name, text)
		}
	}
	return false
}

func flatElement(s []byte) (name, text, rest []byte, ok bool) {
	end := 1
	for end < len(s) && (s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z') {
		end++
	}
	if end == 1 || end >= len(s) || s[0] != '<' || s[end] != '>' {
		return nil, nil, nil, false
	}
	name, rest = s[1:end], s[end+1:]
	if inner, cdata := bytes.CutPrefix(rest, cdataStart); cdata {
		text, rest, ok = bytes.Cut(inner, cdataEnd)
	} else if i := bytes.IndexByte(rest, '<'); i >= 0 {
		text, rest, ok = rest[:i], rest[i:], !bytes.ContainsAny(rest[:i], "&]")
	}
	n := len("</") + len(name) + len(">")
	ok = ok && len(rest) >= n && rest[0] == '<' && rest[1] == '/' && rest[n-1] == '>' && bytes.Equal(rest[2:n-1], name)
	if !ok {
		return nil, nil, nil, false
	}
	return name, text, rest[n:], true
}

// plainChars reports whether all of doc are characters that XML has and leaves as they are. It
// looks at eight bytes at a time, since it looks at every byte of every reply twice.
func plainChars(doc []byte) bool {
	const spaces, highs = 0x2020202020202020, 0x8080808080808080
	rest := doc
	for ; len(rest) >= 8; rest = rest[8:] {
		// The high bit of a byte of this is set where the byte of word is below a space, and
		// perhaps above such a byte.
		word := binary.LittleEndian.Uint64(rest)
		if (word-spaces)&^word&highs != 0 && !printable(rest[:8]) {
			return false
		}
	}
	return printable(rest) && !bytes.Contains(doc, []byte("\uFFFE")) && !bytes.Contains(doc, []byte("\uFFFF")) && utf8.Valid(doc)
}

func printable(s []byte) bool {
	for _, c := range s {
		if c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// readAny reads any document.
func readAny(doc []byte, visit func(name, text []byte)) error {
	d := xml.NewDecoder(bytes.NewReader(doc))
	depth, closed := 0, false
	var name, text []byte
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && closed {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 0 && (closed || t.Name.Local != "xml") {
				return errors.New("another root")
			}
			if depth++; depth == 2 {
				name, text = []byte(t.Name.Local), []byte{}
			}
		case xml.EndElement:
			if depth == 2 {
				visit(name, text)
			}
			depth--
			closed = depth == 0
		case xml.CharData:
			if depth == 2 {
				text = append(text, t...)
			}
			if depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return errors.New("text outside of the root")
			}
		}
	}
}
