package bot

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// scan reads the flat form in which the platform writes: <xml>, elements of letters and digits that
// hold one CDATA section or plain text, </xml>, white space between. It calls field for each element
// in order and is some twenty times faster than encoding/xml. Whatever it does not know for certain,
// down to a single character that XML or decodeXML treats in a way of its own, makes it report false:
// then the fields given so far count for nothing, and decodeXML must read the message.
func scan(body []byte, field func(name, value string) bool) bool {
	if !plainText(body) {
		return false
	}
	rest, ok := strings.CutPrefix(skipSpace(string(body)), "<xml>")
	if !ok {
		return false
	}
	for {
		rest = skipSpace(rest)
		if end, ok := strings.CutPrefix(rest, "</xml>"); ok {
			return skipSpace(end) == ""
		}
		name, value, after, ok := element(rest)
		if !ok || !field(name, value) {
			return false
		}
		rest = after
	}
}

// element reads one element at the beginning of s.
func element(s string) (name, value, rest string, ok bool) {
	if s == "" || s[0] != '<' {
		return "", "", "", false
	}
	end := strings.IndexByte(s, '>')
	if end < 2 {
		return "", "", "", false
	}
	name = s[1:end]
	for i := range len(name) {
		if c := name[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return "", "", "", false
		}
	}
	s = s[end+1:]
	if section, ok := strings.CutPrefix(s, "<![CDATA["); ok {
		end := sectionEnd(section)
		if end < 0 {
			return "", "", "", false
		}
		value, rest = section[:end], section[end+len("]]>"):]
	} else {
		end := strings.IndexByte(s, '<')
		if end < 0 || strings.ContainsAny(s[:end], "&>]") {
			return "", "", "", false
		}
		value, rest = s[:end], s[end:]
	}
	// What follows must close this very element.
	if len(rest) < len(name)+3 || rest[0] != '<' || rest[1] != '/' || rest[2:2+len(name)] != name || rest[2+len(name)] != '>' {
		return "", "", "", false
	}
	return name, value, rest[len(name)+3:], true
}

// sectionEnd is where "]]>" begins, -1 when it is not there. A bracket is rare, so it is looked for
// alone.
func sectionEnd(s string) int {
	from := 0
	for {
		i := strings.IndexByte(s[from:], ']')
		switch {
		case i < 0:
			return -1
		case strings.HasPrefix(s[from+i:], "]]>"):
			return from + i
		}
		from += i + 1
	}
}

func skipSpace(s string) string { return strings.TrimLeft(s, " \t\n") }

// plainText reports whether there is nothing in body that must be replaced or dropped: it is valid
// UTF-8 without control characters, carriage returns, noncharacters that XML forbids, and placeholders.
func plainText(body []byte) bool {
	ascii := true
	for _, c := range body {
		if c < ' ' && c != '\n' && c != '\t' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.Valid(body) && !bytes.Contains(body, fffe) && !bytes.Contains(body, ffff) && !bytes.Contains(body, placeholderBytes)
}

var fffe, ffff, placeholderBytes = []byte("\uFFFE"), []byte("\uFFFF"), []byte(string(placeholder))
