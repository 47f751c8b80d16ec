package console

import (
	"bytes"
	"encoding/base64"
	"errors"
	"html/template"
	"image/png"
	"strings"

	"github.com/pquerna/otp"

	"zhilu/knowledge/people"
)

// factorForm is the set-up of one-time codes: the picture for the phone, and the first code.
type factorForm struct {
	Image  template.URL // a data: address of a PNG
	Spaced string       // the secret in groups of four, for typing
	URI    string
	Code   field
}

// beginFactor makes a new secret. It is a POST, and its answer is the page itself: the
// secret is shown once and lies in no address.
func (c *Console) beginFactor(v *visit) error {
	uri, _, err := c.people.BeginTOTP(v.ctx(), v.token)
	if err != nil {
		return err
	}
	form, err := newFactorForm(uri)
	if err != nil {
		return err
	}
	return v.show("factor", form)
}

func newFactorForm(uri string) (factorForm, error) {
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return factorForm{}, errURI // its own text quotes the secret
	}
	img, err := key.Image(216, 216)
	if err != nil {
		return factorForm{}, errURI
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return factorForm{}, err
	}
	return factorForm{URI: uri, Spaced: spaced(key.Secret()),
		Image: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes()))}, nil
}

var errURI = errors.New("no address of a one-time code")

func spaced(s string) string {
	var groups []string
	for len(s) > 4 {
		groups = append(groups, s[:4])
		s = s[4:]
	}
	return strings.Join(append(groups, s), " ")
}

// finishFactor takes the first code. What the form sends back as address is only shown again
// to the one who sent it; the store keeps the secret that counts.
func (c *Console) finishFactor(v *visit) error {
	var token string
	var recovery []string
	err := v.deed("person.factor", v.who.Login, func() (err error) {
		token, recovery, err = c.people.FinishTOTP(v.ctx(), v.token, v.posted("code"))
		return err
	})
	if errors.Is(err, people.ErrNotFound) {
		return v.redirect("/account", "factor.over")
	}
	if problem := v.trouble(err, "verify.wrong"); problem != "" {
		form, err := newFactorForm(v.raw("code_uri"))
		if err != nil {
			return v.redirect("/account", "factor.over")
		}
		form.Code.Problem = problem
		return v.show("factor", form)
	}
	if err != nil {
		return err
	}
	v.enterAs(token)
	v.who.HasTOTP, v.session.Verified = true, true
	return v.show("recovery", recovery)
}
