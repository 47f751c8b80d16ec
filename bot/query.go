package bot

import (
	"net/url"
	"strings"
)

// query holds what the platform puts into the address of a call (§1, §2).
type query struct {
	signature, timestamp, nonce string
	echostr                     string
	encryptType, msgSignature   string
	hasEcho                     bool
}

// maxParameters is more than the platform sends; an address with more is read the long way.
const maxParameters = 16

// parseQuery reads a raw query. It reports false for one that does not parse, or in which a parameter
// comes twice: then nobody can say which one was meant.
func parseQuery(raw string) (q query, ok bool) {
	if strings.ContainsAny(raw, "%+;") || strings.Count(raw, "&") >= maxParameters {
		return parseAnyQuery(raw)
	}
	var names [maxParameters]string
	n := 0
	for raw != "" {
		var part string
		part, raw, _ = strings.Cut(raw, "&")
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		for _, seen := range names[:n] {
			if seen == name {
				return query{}, false
			}
		}
		names[n] = name
		n++
		q.set(name, value)
	}
	return q, true
}

func parseAnyQuery(raw string) (q query, ok bool) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return query{}, false
	}
	for name, list := range values {
		if len(list) > 1 {
			return query{}, false
		}
		q.set(name, list[0])
	}
	return q, true
}

func (q *query) set(name, value string) {
	switch name {
	case "signature":
		q.signature = value
	case "timestamp":
		q.timestamp = value
	case "nonce":
		q.nonce = value
	case "echostr":
		q.echostr, q.hasEcho = value, true
	case "encrypt_type":
		q.encryptType = value
	case "msg_signature":
		q.msgSignature = value
	}
}
