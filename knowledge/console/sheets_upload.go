package console

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode"

	"zhilu/knowledge/sheet"
	"zhilu/knowledge/versions"
)

// carryLimit is the size of a file that travels in the page of its preview; the form then stays
// within its limit of a megabyte.
const carryLimit = 700 << 10

// uploaded gives the file of an upload, or what is wrong with it.
func (v *visit) uploaded() (name string, data []byte, problem string) {
	form := v.gin.Request.MultipartForm
	if form == nil || len(form.File["file"]) == 0 {
		return "", nil, v.say("sheets.no_file")
	}
	head := form.File["file"][0]
	switch {
	case head.Size > sheet.MaxUpload:
		v.status = http.StatusRequestEntityTooLarge
		return "", nil, v.say("sheets.too_large", sheet.MaxUpload>>20)
	case head.Size == 0:
		return "", nil, v.say("sheets.empty_file")
	}
	f, err := head.Open()
	if err != nil {
		return "", nil, v.say("sheets.no_file")
	}
	defer f.Close()
	if data, err = io.ReadAll(io.LimitReader(f, sheet.MaxUpload+1)); err != nil || len(data) > sheet.MaxUpload {
		return "", nil, v.say("sheets.no_file")
	}
	return fileName(head.Filename), data, ""
}

// fileName is the name of a file without folders and without what nobody sees.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, name)
	return cutRunes(name, 100)
}

// carry takes a file along to the form that applies it: in the page when it is small, else kept
// here under an id.
func (v *visit) carry(page *sheetPreview, name string, data []byte) {
	if len(data) <= carryLimit {
		page.File = base64.RawURLEncoding.EncodeToString(data)
		return
	}
	page.Held = v.console.uploads.keep(heldSheet{v.session.ID, name, data, v.console.now()})
}

// carried gives the file back. The fields are named so that a form that waits for a sign-in does
// not keep them (see held): the person uploads the file again then.
func (v *visit) carried() (name string, data []byte, ok bool) {
	if id := v.posted("code_held"); id != "" {
		f, ok := v.console.uploads.find(id, v.session.ID, v.console.now())
		return f.name, f.data, ok
	}
	data, err := base64.RawURLEncoding.DecodeString(v.posted("code_file"))
	return fileName(v.posted("name")), data, err == nil && len(data) > 0 && len(data) <= carryLimit
}

// sheetSeal names what a sheet would change, so that only what was seen is applied.
func sheetSeal(p sheet.Preview) string {
	raw, err := json.Marshal(struct {
		Kind    sheet.Kind
		Changes []sheet.Change
	}{p.Kind, p.Changes})
	if err != nil { // strings and numbers always marshal
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// isStale reports that somebody else saved one of the files in between.
func isStale(err error) bool {
	var stale *versions.ErrStale
	return errors.As(err, &stale)
}
