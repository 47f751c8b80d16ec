package console

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"zhilu/knowledge"
)

// preview is a text as a borrower would read it, while it is typed.
type preview struct {
	Text    string   `json:"text"`
	Bytes   int      `json:"bytes"`
	Unknown []string `json:"unknown"`
	Count   string   `json:"count"` // what is said of the length
	Long    bool     `json:"long"`
	Warn    string   `json:"warn"`
}

// previewEntry fills in a text of an entry that is being typed. It is JSON, which the page puts
// in as text.
func (c *Console) previewEntry(v *visit) error {
	s, at, err := v.found()
	if err != nil {
		return err
	}
	name, key, _ := strings.Cut(v.posted("field"), ".")
	text := strings.ReplaceAll(v.raw("text"), "\r\n", "\n")
	if at.entry == nil || knowledge.TextLimit(name) == 0 || keyOf(langOf(key)) != key || len(text) > mostText || !utf8.ValidString(text) {
		return v.refuse(http.StatusUnprocessableEntity, "refused.unreadable")
	}
	most := knowledge.TextLimit(name)
	if name == "name" && at.entry.Kind == knowledge.Rule {
		most = 0
	}
	filled := knowledge.Fill(at.entry, tidy(text), langOf(key), c.now(), s.find)
	p := preview{Text: filled.Text, Bytes: filled.Bytes, Unknown: filled.Unknown, Long: most > 0 && filled.Bytes > most}
	if p.Count = v.say("entries.bytes", filled.Bytes, most); most == 0 {
		p.Count = v.say("entries.bytes_only", filled.Bytes)
	}
	if len(filled.Unknown) > 0 {
		p.Warn = v.say("entries.unknown", strings.Join(filled.Unknown, " "))
	}
	v.gin.JSON(http.StatusOK, p)
	return nil
}
