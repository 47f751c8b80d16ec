package knowledge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// requireStamps makes a translation without a stamp an error (not-stamped).
const requireStamps = true

// Stamps are, by language, the hash of the Chinese texts from which that language was made.
type Stamps struct {
	En string `yaml:"en,omitempty"`
	Es string `yaml:"es,omitempty"`
}

// stamp is the hash that a translation made today would carry: the first 8 hex digits of
// the SHA-256 of the entry's Chinese texts.
func (e *Entry) stamp() string {
	texts := []string{e.Name.Zh, e.Short.Zh, e.Text.Zh, e.Other.Zh, e.Call.Zh, ""}
	if e.Say != nil {
		texts[5] = e.Say.Zh
	}
	if e.Near.Zh != "" {
		texts = append(texts, e.Near.Zh)
	}
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:])[:8]
}

// translated reports whether any text of the entry exists in l.
func (e *Entry) translated(l Lang) bool {
	for _, t := range []Text{e.Name, e.Short, e.Text, e.Other, e.Call, e.Near} {
		if t.In(l) != "" {
			return true
		}
	}
	return e.Say != nil && Text{En: e.Say.En, Es: e.Say.Es}.In(l) != ""
}

func (c *compiler) checkStamps(e *Entry) {
	for _, t := range []struct {
		lang  Lang
		stamp string
	}{{En, e.MadeFrom.En}, {Es, e.MadeFrom.Es}} {
		switch {
		case !e.translated(t.lang):
		case t.stamp == "" && c.stamps:
			c.reportAbout(e, "$.id", "$.made_from."+langKey(t.lang), t.lang, NotStamped, "nothing says which Chinese text the %s text was made from: compare them, then run zhilu knowledge stamp %s", languageName(t.lang), c.draft.files[e].name)
		case t.stamp != "" && t.stamp != e.stamp():
			c.report(e, "$.made_from."+langKey(t.lang), t.lang, StaleTranslation, "the %s text was made from an older Chinese text: compare them, then run zhilu knowledge stamp %s", languageName(t.lang), c.draft.files[e].name)
		}
	}
}

// madeFrom is the field in a file: its line and the indented lines that continue it. Texts
// are always indented, so that no text can be taken for it.
var madeFrom = regexp.MustCompile(`(?m)^made_from:[^\r\n]*(\r?\n[ \t]+[^\r\n]*)*`)

// Stamp gives the file of an entry with a made_from that says that its texts in the given
// languages are translations of its Chinese texts as they stand; with no language, all of
// them. The field is put at the end when the file has none. Not another byte changes.
func Stamp(data []byte, langs ...Lang) ([]byte, error) {
	e := new(Entry)
	if ps := decode("", data, e); ps != nil {
		return nil, errors.New(ps[0].Text)
	}
	want := e.MadeFrom
	for _, l := range langs {
		want.set(e, l)
	}
	if len(langs) == 0 {
		want.set(e, En)
		want.set(e, Es)
	}
	if want == e.MadeFrom {
		return data, nil
	}
	out := putStamps(data, want)
	again := new(Entry)
	if ps := decode("", out, again); ps != nil {
		return nil, fmt.Errorf("made_from cannot be written into this file: %s", ps[0].Text)
	}
	if e.MadeFrom = want; !reflect.DeepEqual(e, again) {
		return nil, errors.New("made_from cannot be written into this file without changing more than it")
	}
	return out, nil
}

// set stamps one language of e, when e has texts in it.
func (s *Stamps) set(e *Entry, l Lang) {
	switch {
	case !e.translated(l):
	case l == En:
		s.En = e.stamp()
	case l == Es:
		s.Es = e.stamp()
	}
}

func putStamps(data []byte, s Stamps) []byte {
	var parts []string // in quotes: a hash of digits alone would be a number
	if s.En != "" {
		parts = append(parts, `en: "`+s.En+`"`)
	}
	if s.Es != "" {
		parts = append(parts, `es: "`+s.Es+`"`)
	}
	line := []byte("made_from: {" + strings.Join(parts, ", ") + "}")
	if at := madeFrom.FindIndex(data); at != nil {
		return bytes.Join([][]byte{data[:at[0]], line, data[at[1]:]}, nil)
	}
	end := []byte("\n")
	if bytes.Contains(data, []byte("\r\n")) {
		end = []byte("\r\n")
	}
	out := bytes.Clone(data)
	if !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, end...)
	}
	return append(append(out, line...), end...)
}
