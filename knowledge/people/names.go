package people

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxName  = 80  // runes
	maxAgent = 200 // runes kept of what a browser calls itself
	maxFrom  = 64
)

var (
	loginRule = regexp.MustCompile(`^[a-z0-9.-]{2,40}$`)
	langRule  = regexp.MustCompile(`^[A-Za-z-]{0,15}$`)
)

// ValidLogin says whether a login follows the rules: 2 to 40 lower-case letters, digits, dots
// and hyphens.
func ValidLogin(login string) bool { return loginRule.MatchString(login) }

func validLang(lang string) bool { return langRule.MatchString(lang) }

// cleanName gives a name in NFC without space around it. Characters that nobody sees, or that
// turn the direction of writing, have no place in it: they make one name look like another.
func cleanName(name string) (string, error) {
	name = strings.TrimSpace(norm.NFC.String(name))
	if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, unseen) {
		return "", ErrInvalid{"name"}
	}
	return name, nil
}

func unseen(r rune) bool {
	return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || r == utf8.RuneError
}

// typedLogin is a login as a person types it: with space around it or in capitals.
func typedLogin(login string) string {
	if len(login) > 4*40 {
		login = "" // nobody's
	}
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(login)))
}

// clip keeps the readable beginning of a text from outside.
func clip(text string, runes int) string {
	if len(text) > 4*runes {
		text = text[:4*runes]
	}
	text = strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	for i := range text {
		if runes--; runes < 0 {
			return text[:i]
		}
	}
	return text
}

// neighbourhood is the part of an address that one attacker cannot change at will: an IPv4
// address, or the /64 of an IPv6 one. What is no address stands for itself.
func neighbourhood(from string) string {
	host := from
	if ap, err := netip.ParseAddrPort(from); err == nil {
		host = ap.Addr().String()
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return from
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	p, _ := addr.Prefix(64) // no zone, 64 of 128 bits: never fails
	return p.String()
}
