package simulator

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// node is one element of a parsed reply.
type node struct {
	name     string
	text     string
	children []*node
}

// readXML parses a document whose root is <xml>, strictly: valid UTF-8, only
// characters that XML 1.0 allows, nothing after the root.
func readXML(s string) (*node, error) {
	if err := allowedText(s); err != nil {
		return nil, err
	}
	top := &node{}
	stack := []*node{top}
	dec := xml.NewDecoder(strings.NewReader(s))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("not well-formed XML: %w", err)
		}
		stack = grow(stack, tok)
	}
	return root(top)
}

// grow hangs tok into the innermost open element and returns the elements that
// are open after it.
func grow(stack []*node, tok xml.Token) []*node {
	open := stack[len(stack)-1]
	switch t := tok.(type) {
	case xml.StartElement:
		n := &node{name: t.Name.Local}
		open.children = append(open.children, n)
		return append(stack, n)
	case xml.EndElement:
		return stack[:len(stack)-1]
	case xml.CharData:
		open.text += string(t)
	}
	return stack
}

func root(top *node) (*node, error) {
	switch {
	case strings.TrimSpace(top.text) != "":
		return nil, fmt.Errorf("text outside of the root element: %s", excerpt(strings.TrimSpace(top.text)))
	case len(top.children) != 1:
		return nil, fmt.Errorf("%d root elements instead of one", len(top.children))
	case top.children[0].name != "xml":
		return nil, fmt.Errorf("the root element is <%s>, not <xml>", top.children[0].name)
	}
	return top.children[0], nil
}

// allowedText finds what would make a whole reply unreadable.
func allowedText(s string) error {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return fmt.Errorf("invalid UTF-8 at byte %d", i)
			}
		}
		if (r < 0x20 && r != '\t' && r != '\n' && r != '\r') || r == 0xFFFE || r == 0xFFFF {
			return fmt.Errorf("the character U+%04X, which XML forbids, at byte %d", r, i)
		}
	}
	return nil
}

// child gives the first child of that name, or nil.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// value gives the text of the element at path, "" if there is none. Space around
// a value does not count, except in Content, which is text for people.
func (n *node) value(path ...string) string {
	for _, name := range path {
		if n = n.child(name); n == nil {
			return ""
		}
	}
	if n.name == "Content" {
		return n.text
	}
	return strings.TrimSpace(n.text)
}

// repeated names the children that occur more than once.
func (n *node) repeated() []string {
	var names []string
	seen := map[string]int{}
	for _, c := range n.children {
		if seen[c.name]++; seen[c.name] == 2 {
			names = append(names, c.name)
		}
	}
	return names
}
