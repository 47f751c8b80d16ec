package console

import (
	"net/url"
	"slices"
	"strings"
)

// held is a posted form that could not be done yet, kept so that nobody types twice: the
// session was over, a store was away, the password was wanted again.
type held struct {
	Path   string
	Fields []pair
	Lost   bool // there was more: passwords and files never come back
}

type pair struct{ Name, Value string }

// hold keeps the form of this visit; nil when there is none.
func (v *visit) hold() *held {
	r := v.gin.Request
	if safe(r.Method) || len(r.PostForm) == 0 || v.route.least == anyone {
		return nil
	}
	h := &held{Path: r.URL.Path}
	if r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		h.Lost = true
	}
	h.keep(r.PostForm)
	return h
}

func (h *held) keep(values url.Values) {
	for name, all := range values {
		switch {
		case name == "csrf", name == "held", name == "password_again":
		case strings.HasPrefix(name, "password"), strings.HasPrefix(name, "code"):
			h.Lost = true
		default:
			for _, value := range all {
				h.Fields = append(h.Fields, pair{name, value})
			}
		}
	}
	slices.SortStableFunc(h.Fields, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
}

// lostMark ends an encoded form that could not keep everything; no encoded value holds a #.
const lostMark = "#lost"

// encode writes a held form into one hidden field, for the way through the sign-in.
func (h *held) encode() string {
	if h == nil {
		return ""
	}
	values := url.Values{}
	for _, f := range h.Fields {
		values.Add(f.Name, f.Value)
	}
	s := h.Path + "?" + values.Encode()
	if h.Lost {
		s += lostMark
	}
	return s
}

// unhold reads the hidden field; nil when it is no form of this console.
func (c *Console) unhold(s string) *held {
	s, lost := strings.CutSuffix(s, lostMark)
	path, query, ok := strings.Cut(s, "?")
	r := c.find(post, path)
	if !ok || r == nil || r.least == anyone || r.least == signedIn {
		return nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	h := &held{Path: path, Lost: lost}
	h.keep(values)
	return h
}
