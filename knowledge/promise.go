package knowledge

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// promises are, by language, the words of a promised outcome or an absolute claim, in
// lower case; denials the words shortly before them that take the promise back ("cannot",
// "whoever", "nobody").
var (
	promises = map[Lang][]string{
		ZhHans: append(pairs("一定 肯定 必定 必然 绝对 包你 保准", "能 会 可以 行 成功 不会 赢 停"), "就会停", "再也不会", "保证", "确保", "担保能", "包过", "包赢", "包成",
			"必胜", "稳赢", "万无一失", "百分百", "百分之百", "100%", "100％"),
		En: append(pairs("will can must", " definitely| certainly| surely| always"), "definitely will", "certainly will", "surely will", "guaranteed", "guarantees",
			"guarantee you", "guarantee that", "guarantee it", "guarantee a", "guarantee the", "without fail", "for sure", "risk-free", "risk free", "always works", "never fails",
			"we promise", "i promise", "promise you", "you will win", "you will succeed", "will never call", "will never come", "will never write",
			"they will stop", "it will stop", "calls will stop", "collectors will stop", "100%", "100 %"),
		Es: append(pairs("garantiz", "a an o amos ado ada ados adas ará arán amos e"), "garantía de éxito", "seguro que", "con seguridad", "con toda seguridad", "sin duda", "sin ninguna duda",
			"definitivamente", "sin falta", "sin riesgo", "siempre funciona", "nunca falla", "le prometo", "les prometo", "prometemos", "le aseguro", "les aseguro", "aseguramos", "ganará",
			"va a ganar", "dejará de llamar", "dejarán de llamar", "dejarán de molestar", "100%", "100 %"),
	}
	denials = map[Lang]*regexp.Regexp{
		ZhHans: regexp.MustCompile(`[不没无未别勿莫谁]`),
		En:     regexp.MustCompile(`(?i)\b(not|cannot|never|no|nobody|none|without|anyone|whoever|whether|who)\b|n['’]t\b`),
		Es:     regexp.MustCompile(`(?i)(^|[^\pL])(no|nunca|nadie|ni|tampoco|sin|quien|quienes|ningún|ninguna)([^\pL]|$)`),
	}
	// lookBack is how many characters before a claim a denial may stand, in the same clause.
	lookBack = map[Lang]int{ZhHans: 8, En: 30, Es: 30}

	// suretyship is the other meaning of 保证, and of being safe.
	suretyship = strings.NewReplacer("保证金", mark, "保证人", mark, "保证合同", mark, "保证担保", mark, "保证责任", mark, "保证期间", mark)
	quotation  = regexp.MustCompile(`“[^”\n]*”|"[^"\n]*"|«[^»\n]*»|‘[^’\n]*’`)
	clauseEnd  = regexp.MustCompile(`[，。！？；：、,.!?;:¡¿()（）\n]`)
)

// pairs puts each head before each tail; tails are divided by | when one begins with a space.
func pairs(heads, tails string) []string {
	divide := strings.Fields(tails)
	if strings.Contains(tails, "|") {
		divide = strings.Split(tails, "|")
	}
	var all []string
	for _, h := range strings.Fields(heads) {
		for _, t := range divide {
			all = append(all, h+t)
		}
	}
	return all
}

// promised gives the first of the words by which text promises an outcome, or "". What
// stands in quotation marks is somebody else's speech and promises nothing; neither does a
// claim that its own clause denies.
func promised(text string, l Lang) string {
	text = strings.ToLower(text)
	clean := ""
	for _, w := range promises[l] {
		if !strings.Contains(text, w) {
			continue
		}
		if clean == "" {
			clean = quotation.ReplaceAllString(suretyship.Replace(text), mark)
		}
		for i := wordAt(clean, w, 0); i >= 0; i = wordAt(clean, w, i+len(w)) {
			if wordEnds(clean[i+len(w):], l) && !denied(clean[:i], l) {
				return w
			}
		}
	}
	return ""
}

// denied reports whether a denial stands in the last clause before a claim, close to it.
func denied(before string, l Lang) bool {
	if ends := clauseEnd.FindAllStringIndex(before, -1); l != ZhHans && len(ends) > 0 {
		before = before[ends[len(ends)-1][1]:]
	} else if i := strings.LastIndexAny(before, "，。！？；：\n"); i >= 0 {
		_, n := utf8.DecodeRuneInString(before[i:])
		before = before[i+n:]
	}
	for utf8.RuneCountInString(before) > lookBack[l] {
		_, n := utf8.DecodeRuneInString(before)
		before = before[n:]
	}
	return denials[l].MatchString(before)
}
