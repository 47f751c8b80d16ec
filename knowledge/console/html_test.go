package console

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// checkHTML finds in a page what no page may have: something inline that the content policy
// forbids, a form without its token, a field without a label, an id twice, a text that was
// not filled in. Every page that a test asks for passes here.
func checkHTML(body string) []string {
	c := htmlCheck{ids: map[string]int{}, labels: map[string]bool{}}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return []string{err.Error()}
	}
	c.walk(doc)
	for id, n := range c.ids {
		if n > 1 {
			c.fault("id %q %d times", id, n)
		}
	}
	for _, f := range c.fields {
		if !c.labels[f] {
			c.fault("field %q has no label", f)
		}
	}
	for _, id := range c.named {
		if c.ids[id] == 0 {
			c.fault("no element %q, which another names", id)
		}
	}
	for _, sign := range []string{"%!", "ZgotmplZ", "&lt;no value&gt;", "<no value>"} {
		if strings.Contains(body, sign) {
			c.fault("the page says %s", sign)
		}
	}
	if c.h1 != 1 {
		c.fault("%d first headings", c.h1)
	}
	return c.faults
}

type htmlCheck struct {
	faults        []string
	ids           map[string]int
	labels        map[string]bool
	fields, named []string
	h1            int
}

func (c *htmlCheck) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (c *htmlCheck) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		c.element(n)
	}
	for child := range n.ChildNodes() {
		c.walk(child)
	}
}

func (c *htmlCheck) element(n *html.Node) {
	for _, a := range n.Attr {
		c.attribute(n.Data, a)
	}
	switch n.Data {
	case "h1":
		c.h1++
	case "html":
		if !slices.Contains([]string{"zh-Hans", "es", "en"}, attribute(n, "lang")) {
			c.fault("lang is %q", attribute(n, "lang"))
		}
	case "script":
		if attribute(n, "src") == "" || n.FirstChild != nil {
			c.fault("an inline script")
		}
	case "style", "iframe", "object", "embed", "base", "frame", "applet":
		c.fault("an element %s", n.Data)
	case "form":
		if attribute(n, "method") == "post" && !hasToken(n) {
			c.fault("a form to %q without a token", attribute(n, "action"))
		}
	case "label":
		c.labels[attribute(n, "for")] = true
		for field := range n.Descendants() {
			if id := attribute(field, "id"); id != "" {
				c.labels[id] = true
			}
		}
	case "input", "select", "textarea":
		if t := attribute(n, "type"); t != "hidden" && t != "submit" && attribute(n, "aria-label") == "" && attribute(n, "aria-labelledby") == "" {
			c.fields = append(c.fields, attribute(n, "id"))
		}
	case "img":
		if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "alt" }) {
			c.fault("an image without alt")
		}
	}
}

func (c *htmlCheck) attribute(element string, a html.Attribute) {
	if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
		c.fault("%s has %s", element, a.Key)
	}
	switch a.Key {
	case "id":
		c.ids[a.Val]++
	case "aria-describedby", "aria-labelledby", "for":
		c.named = append(c.named, strings.Fields(a.Val)...)
	case "href", "src", "action", "formaction":
		u, err := url.Parse(a.Val)
		if err != nil || u.Scheme != "" && u.Scheme != "https" && (u.Scheme != "http" || element != "a") && !strings.HasPrefix(a.Val, "data:image/png;base64,") && !strings.HasPrefix(a.Val, "tel:") {
			c.fault("%s of %s leads to %q", a.Key, element, a.Val)
		}
	}
}

func hasToken(form *html.Node) bool {
	for n := range form.Descendants() {
		if n.Data == "input" && attribute(n, "name") == "csrf" && attribute(n, "value") != "" {
			return true
		}
	}
	return false
}
