package knowledge

// Lang is a language a borrower writes in, as a BCP 47 tag.
type Lang string

// The languages the bot understands. Answers are written in three of them: a writer of
// Traditional Chinese gets the Simplified text in Traditional characters (see Release.In).
const (
	ZhHans Lang = "zh-Hans"
	ZhHant Lang = "zh-Hant"
	En     Lang = "en"
	Es     Lang = "es"
)

// AnswerLangs are the languages in which every text of a base must exist, in the order
// in which the files list them.
var AnswerLangs = [...]Lang{ZhHans, En, Es}

// Answer gives the language in which the answer to a writer of l is written: one of AnswerLangs.
// An unknown or empty language is answered in Chinese.
func (l Lang) Answer() Lang {
	switch l {
	case En, Es:
		return l
	default:
		return ZhHans
	}
}

// Chinese reports whether l is Chinese, in either script.
func (l Lang) Chinese() bool { return l == ZhHans || l == ZhHant }

// Text is one text in the three answer languages, side by side.
type Text struct {
	Zh string `yaml:"zh,omitempty"`
	En string `yaml:"en,omitempty"`
	Es string `yaml:"es,omitempty"`
}

// In gives the text in the answer language of l; empty when that language is missing.
func (t Text) In(l Lang) string {
	switch l.Answer() {
	case En:
		return t.En
	case Es:
		return t.Es
	default:
		return t.Zh
	}
}

// Empty reports whether the text exists in no language.
func (t Text) Empty() bool { return t == Text{} }

// langKey is the key under which a base file holds a language.
func langKey(l Lang) string {
	switch l.Answer() {
	case En:
		return "en"
	case Es:
		return "es"
	default:
		return "zh"
	}
}
