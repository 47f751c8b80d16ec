package knowledge

import (
	"strings"
	"unicode"

	"zhilu/knowledge/fold"
)

// DetectLang tells in which language a message is written; empty when it does not show (a
// number, an emoji, a name). Small words weigh most, since they carry the grammar: a message
// that borrows words of another language is still in its own. Chinese that shows no script
// is given as Simplified (see fold.Script).
func DetectLang(text string) Lang {
	s := weigh(cut(text))
	switch {
	case s.han == 0 && s.latin == 0:
		return ""
	case s.han == 0:
		return s.language()
	case s.grammar < 2 && s.han*4 >= s.latin:
		return chineseOf(text)
	case s.grammar > s.chinese(), s.grammar == s.chinese() && s.opens:
		if l := s.language(); l == En || l == Es {
			return l
		}
	}
	return chineseOf(text)
}

func chineseOf(text string) Lang {
	if fold.Script(text) > 0 {
		return ZhHant
	}
	return ZhHans
}

// scale is what speaks for each language in one message.
type scale struct {
	han, particles int  // Chinese characters, and those among them that carry the grammar
	latin          int  // Latin letters
	opens          bool // a Latin letter comes before any Chinese character
	words          int  // words of Latin letters
	grammar        int  // those among them that carry the grammar of English or Spanish
	en, es         int
	pinyin         int
	mixed          bool // a word can be no pinyin
	spoken         bool // a word of pinyin carries the grammar, or can be nothing else
}

// What a word weighs that is common to all texts of a language, that is known, and that only
// looks like one.
const (
	heavy = 3
	known = 2
	light = 1
)

// chinese weighs the Chinese part of a mixed message as grammar weighs the other.
func (s scale) chinese() int { return s.particles + (s.han-s.particles)/4 }

func weigh(text string) scale {
	var s scale
	for _, r := range text {
		switch {
		case fold.Han(r):
			s.han++
			if strings.ContainsRune(particles, r) {
				s.particles++
			}
		case unicode.Is(unicode.Latin, r):
			s.latin++
			s.opens = s.opens || s.han == 0
		}
	}
	if s.latin == 0 {
		return s
	}
	words := latinWords(text)
	s.words = len(words)
	if len(words) == 1 && len(words[0]) == 1 { // "y" is yes as well as Spanish for and
		return s
	}
	for _, w := range words {
		s.add(w)
	}
	if strings.ContainsAny(text, "¿¡ñÑ") {
		s.es += 2 * heavy
	}
	return s
}

// latinWords are the words of Latin letters in a message, as typed; addresses are none.
func latinWords(text string) []string {
	var list []string
	for _, field := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || fold.Han(r) }) {
		if strings.Contains(field, "@") || bareLink(field) != "" {
			continue
		}
		for _, w := range strings.FieldsFunc(field, betweenLatin) {
			if w = strings.Trim(w, "'’"); w != "" {
				list = append(list, w)
			}
		}
	}
	return list
}

func betweenLatin(r rune) bool {
	return !unicode.Is(unicode.Latin, r) && !unicode.Is(unicode.Mn, r) && r != '\'' && r != '’'
}

// add weighs one word.
func (s *scale) add(typed string) {
	w := fold.Text(typed)
	es, en, both := vocabulary.es[w], vocabulary.en[w], vocabulary.both[w]
	unknown := es == 0 && en == 0 && !both
	if es == heavy || en == heavy {
		s.grammar++
	}
	s.es, s.en = s.es+es, s.en+en
	syllables := pinyinSyllables(w)
	s.mixed = s.mixed || syllables == 0
	switch {
	case syllables > 0 && pinyinWords[w]:
		s.pinyin, s.spoken = s.pinyin+heavy, true
	case syllables > 0 && unknown:
		s.pinyin += known
		s.spoken = s.spoken || pinyinOnly(w)
	}
	if accented(typed) && !(s.words < 3 && unicode.IsUpper([]rune(typed)[0])) { // not a name
		s.es += known
	}
	if unknown && s.words >= 3 && !pinyinOnly(w) { // of a word or two it is no evidence: names, abbreviations
		switch look := looks(w); {
		case look > 0:
			s.es += light
		case look < 0:
			s.en += light
		}
	}
}

// language is that of the Latin part of a message.
func (s scale) language() Lang {
	if !s.mixed && s.spoken && s.words >= 3 && s.pinyin > max(s.es, s.en) {
		return ZhHans
	}
	switch {
	case s.es > s.en:
		return Es
	case s.en > s.es:
		return En
	}
	return ""
}

// GuessLang is the language that the spelling of a message hints at which shows none by its
// words: a word with an accent, a word or two of pinyin. A name looks the same, so that this
// is for a user of whom nothing else is known.
func GuessLang(text string) Lang {
	switch s := weigh(cut(text)); {
	case s.han > 0 || s.words == 0:
		return ""
	case accented(text):
		return Es
	case !s.mixed && s.pinyin > max(s.es, s.en):
		return ZhHans
	}
	return ""
}

func accented(w string) bool { return strings.ContainsAny(w, "áéíóúÁÉÍÓÚ") }

// looks says which of the two languages an unknown word looks like, a misspelt one perhaps:
// Spanish above 0, English below.
func looks(w string) int {
	if len(w) < 4 {
		return 0
	}
	for _, end := range spanishEndings {
		if strings.HasSuffix(w, end) {
			return 1
		}
	}
	for _, end := range englishEndings {
		if strings.HasSuffix(w, end) {
			return -1
		}
	}
	if strings.ContainsAny(w, "wk'") {
		return -1
	}
	sum := 0
	trigrams(w, func(t string) { sum += vocabulary.hints[t] })
	switch {
	case sum >= 2:
		return 1
	case sum <= -2:
		return -1
	case strings.HasSuffix(w, "o") || strings.HasSuffix(w, "a") || strings.HasSuffix(w, "os") || strings.HasSuffix(w, "as"):
		return 1
	}
	return 0
}

func trigrams(w string, see func(string)) {
	w = "^" + w + "$"
	for i := 0; i+3 <= len(w); i++ {
		see(w[i : i+3])
	}
}

var (
	spanishEndings = strings.Fields("cion ciones ando iendo aron ieron aban aste iste mente ado ada ados adas idad arme arle arlo erme irme ismo aje eza ncia ncias")
	englishEndings = strings.Fields("ing ings tion tions ed ly ness ment ments 's n't 'm 're 've 'll ght ck sh th ful less ous able ould ity")
)

// vocabulary holds the known words of both languages with their weight, and how far three
// letters hint at one of them: Spanish above 0, English below. It never changes.
var vocabulary = newVocabulary()

type words struct {
	es, en, hints map[string]int
	both          map[string]bool // says nothing: "no", "menu"
}

func newVocabulary() words {
	v := words{map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}}
	enter := func(set map[string]int, list string, weight, side int) {
		for _, w := range strings.Fields(list) {
			set[w] = max(set[w], weight)
			trigrams(w, func(t string) { v.hints[t] += side })
		}
	}
	enter(v.es, spanishGrammar, heavy, 1)
	enter(v.es, spanishWords, known, 1)
	enter(v.en, englishGrammar, heavy, -1)
	enter(v.en, englishWords, known, -1)
	for w := range v.es {
		if v.en[w] > 0 {
			delete(v.es, w)
			delete(v.en, w)
			v.both[w] = true
		}
	}
	for t, n := range v.hints {
		v.hints[t] = max(-1, min(1, n/2)) // what one word alone has is chance
	}
	return v
}
