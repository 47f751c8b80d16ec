package dialog

import (
	"strconv"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/danger"
	"zhilu/knowledge/fold"
)

// Routing is where a message leads by itself, whatever was said before.
type Routing struct {
	// Label is the id of an entry or control, "menu-pick" or "none".
	Label string
	// Lang is the language of the message; "" when it does not show.
	Lang knowledge.Lang
	// Candidates are other labels it may mean, likeliest first.
	Candidates []knowledge.ID

	shown    knowledge.Lang // Lang, as far as the words show it without the help of a phrase or a guess
	province string         // the code of the province that the message names
	alone    bool           // it says nothing else

	entry knowledge.ID
	said  []knowledge.ID
	care  bool // it may be about self-harm
	plain bool // a keyword or a phrase says so, and nothing had to be weighed
	found danger.Kind
	// weighed is set when found was learnt from examples, and no rule of danger says so.
	weighed bool
}

// Route finds where a message leads. Danger is looked for first.
func Route(rel *knowledge.Release, text string) Routing {
	if _, ok := pick(text); ok && !rel.Keyword(text) { // a number of a menu says nothing by itself
		r := Routing{Label: intentNumber, Lang: knowledge.DetectLang(text)}
		if r.shown = r.Lang; r.Lang == "" && hasLetters(text) {
			r.Lang = knowledge.GuessLang(text)
		}
		return r
	}
	m := rel.Match(text)
	r := Routing{Label: intentNone, Lang: knowledge.DetectLang(text), Candidates: m.Candidates, entry: m.Label, said: m.Said, care: m.Care, plain: m.Plain}
	r.shown = r.Lang
	p, alone := rel.Province(text)
	r.province, r.alone = p.Code, alone
	if r.Lang == "" && hasLetters(text) {
		r.Lang = m.PhraseLang
		if r.Lang == "" {
			r.Lang = knowledge.GuessLang(text)
		}
	}
	r.found = danger.Find(ends(text)).Kind
	switch {
	case r.found == danger.None && m.Label == knowledge.SelfHarm:
		r.found, r.weighed = danger.SelfHarm, !m.Plain
	case r.found == danger.SelfHarm:
		r.entry = knowledge.SelfHarm
	case r.found == danger.Violence:
		r.entry = knowledge.Violence
	}
	if r.entry != "" {
		r.Label = string(labelOf(rel, r.entry))
	}
	return r
}

// readEnd is how much of each end of a very long text is searched for danger, in bytes. WeChat
// lets 2048 through, so that this cuts nothing a person wrote; it bounds what a forger costs.
const readEnd = 12 << 10

// ends are the two ends of a very long text, and any other text whole.
func ends(text string) string {
	if len(text) <= 2*readEnd {
		return text
	}
	return strings.ToValidUTF8(text[:readEnd], "") + "\n" + strings.ToValidUTF8(text[len(text)-readEnd:], "")
}

// labelOf is the label an entry is reported under: its own id, the one it names, or for a
// single right or evidence item the topic it belongs to.
func labelOf(rel *knowledge.Release, id knowledge.ID) knowledge.ID {
	e := rel.Entry(id)
	switch {
	case e == nil:
		return id
	case e.As != "":
		return e.As
	case e.Kind == knowledge.Right:
		return knowledge.TopicRights
	case e.Kind == knowledge.Evidence:
		return knowledge.TopicEvidence
	}
	return id
}

// longestPick is the length of the longest menu number, in bytes: "  ①。 " and the like.
const longestPick = 64

// pick reads a bare menu number: one or two digits, perhaps with a full stop, in full or
// half width, circled, or as a Chinese numeral.
func pick(text string) (int, bool) {
	if len(text) > longestPick {
		return 0, false
	}
	s := strings.Trim(fold.Text(text), " .,;:!?()#、。")
	if n := strings.Index("零一二三四五六七八九", s); len(s) == 3 && n >= 0 && n%3 == 0 {
		return n / 3, true
	}
	if len(s) == 0 || len(s) > 2 {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0
}

func hasLetters(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7F })
}
