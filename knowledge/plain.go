package knowledge

import (
	"regexp"
	"strings"
	"unicode"
)

// longest is how long a sentence may be before it is hard to read: in characters in
// Chinese, in words in English and Spanish.
var longest = map[Lang]int{ZhHans: 60, En: 35, Es: 40}

// jargon are words of offices and courts that have an everyday word beside them.
var jargon = map[Lang][]string{
	ZhHans: {"予以", "之规定", "该等", "届时", "前述", "鉴于", "如若", "知悉", "敬请", "兹", "特此", "相关部门", "有关部门", "酌情", "亦可", "系指", "为准绳"},
	En: {"hereby", "herein", "thereof", "therein", "pursuant", "aforementioned", "notwithstanding", "in accordance with", "with regard to", "in respect of",
		"prior to", "subsequent to", "utilise", "utilize", "commence", "in the event of", "in the event that", "shall", "wherein"},
	Es: {"de conformidad con", "en virtud de", "mediante el presente", "por la presente", "susodicho", "antedicho", "el mencionado", "la mencionada", "a efectos de",
		"en lo sucesivo", "asimismo", "en aras de", "con arreglo a", "a tenor de", "fehaciente", "incoar"},
}

// passives say that something is done to somebody by somebody: turn them round.
var passives = map[Lang]*regexp.Regexp{
	En: regexp.MustCompile(`(?i)\b(is|are|was|were|be|been|being) (\pL+ly )?(\pL+ed|given|taken|made|sent|paid|done|told|held|seen|known|shown|written|chosen|found|kept|put|set) by (the|a|an|your|their|its|it|them)\b`),
	Es: regexp.MustCompile(`(?i)\b(es|son|fue|fueron|ser|será|serán|sido|siendo) \pL+(ad|id)[oa]s? por\b`),
}

// title is the name of a document, with its force in brackets.
var title = regexp.MustCompile(`《[^》\n]*》(（[^）\n]*）)?`)

// hardToRead gives what makes a text hard to read, one sentence each.
func hardToRead(text string, l Lang) []error {
	var why []error
	for _, s := range sentences(text, l) {
		if n := length(s, l); n > longest[l] {
			why = append(why, longSentence(n, s, l))
		}
	}
	lower := strings.ToLower(text)
	for _, w := range jargon[l] {
		if i := wordAt(lower, w, 0); i >= 0 && wordEnds(lower[i+len(w):], l) {
			why = append(why, sayf("%q is the language of offices: use an everyday word", w))
		}
	}
	if re := passives[l]; re != nil && (strings.Contains(lower, " by ") || strings.Contains(lower, " por")) {
		if m := re.FindString(text); m != "" {
			why = append(why, sayf("%q: say first who does it", m))
		}
	}
	return why
}

func longSentence(n int, s string, l Lang) error {
	if l == ZhHans {
		return sayf("a sentence of %d characters, at most %d are easy to read: %q", n, longest[l], opening(s))
	}
	return sayf("a sentence of %d words, at most %d are easy to read: %q", n, longest[l], opening(s))
}

// opening is enough of a sentence to find it by.
func opening(s string) string {
	if words := strings.Fields(s); len(words) > 5 {
		return strings.Join(words[:5], " ") + "…"
	}
	return near(s)
}

// wordEnds reports whether rest begins outside a word; Chinese has no word ends.
func wordEnds(rest string, l Lang) bool {
	for _, r := range rest {
		return l == ZhHans || !unicode.IsLetter(r)
	}
	return true
}

// sentences takes a text apart at the ends of its sentences and lines, and at semicolons.
// List numbers, references and the titles of documents are left out.
func sentences(text string, l Lang) []string {
	if strings.Contains(text, "《") {
		text = title.ReplaceAllString(text, "")
	}
	var all []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, mark, ""), "\n") {
		all = append(all, sentencesOfLine(withoutNumber(line), l)...)
	}
	return all
}

// withoutNumber takes the number of a list, "2. ", from the start of a line.
func withoutNumber(line string) string {
	line = strings.TrimLeft(line, " \t")
	rest := strings.TrimLeft(line, "0123456789")
	if n := len(line) - len(rest); n == 0 || n > 2 {
		return line
	}
	for _, end := range []string{".", ")", "、"} {
		if after, ok := strings.CutPrefix(rest, end); ok {
			return after
		}
	}
	return line
}

func sentencesOfLine(text string, l Lang) []string {
	var all []string
	start := 0
	for i, r := range text {
		end := i + len(string(r))
		if strings.ContainsRune("。！？；;", r) || strings.ContainsRune(".!?…", r) && sentenceEnds(text[end:], l) {
			all = add(all, text[start:end])
			start = end
		}
	}
	return add(all, text[start:])
}

// sentenceEnds reports whether a mark before rest ends a sentence: "art. 50", "e.g. this"
// and "12.5" go on.
func sentenceEnds(rest string, l Lang) bool {
	rest = strings.TrimLeft(rest, `"”»)`)
	trimmed := strings.TrimLeft(rest, " ¿¡\"“«(")
	if trimmed == "" || l == ZhHans {
		return true
	}
	for _, r := range trimmed {
		return trimmed != rest && !unicode.IsLower(r) && !unicode.IsDigit(r)
	}
	return true
}

func add(all []string, s string) []string {
	if s = strings.TrimSpace(s); s != "" {
		return append(all, s)
	}
	return all
}

// length counts what a reader takes in: in Chinese the characters (a Latin word or a number
// is one), in English and Spanish the words. Punctuation, and Chinese names in brackets
// beside a translation, do not count.
func length(s string, l Lang) int {
	n, inWord, han := 0, false, false
	flush := func() {
		if inWord && (l == ZhHans || !han) {
			n++
		}
		inWord, han = false, false
	}
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r) && l == ZhHans:
			flush()
			n++
		case unicode.IsLetter(r), unicode.IsDigit(r), inWord && strings.ContainsRune("'’-.,/:", r):
			inWord = true
			han = han || unicode.Is(unicode.Han, r)
		default:
			flush()
		}
	}
	flush()
	return n
}
