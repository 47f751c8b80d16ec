package knowledge

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// mute are the channels that nobody speaks to, or that we do not recommend.
var mute = []ID{"jutousu-21cn", "wangdai-tousu", "media", "gov-client", "licence-check", "lawyer-check", "wechat-report"}

// TestSay asks that a phrase card can be put together from any channel, situation and
// lender type, that its sentences are short, and that the pinyin reads the characters.
func TestSay(t *testing.T) {
	rel, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for id, i := range rel.items {
		if s := i.Say; s != nil {
			for _, p := range sayProblems(s) {
				t.Errorf("%s: %s", id, p)
			}
			continue
		}
		switch {
		case i.Kind == Channel && !slices.Contains(mute, id), i.Kind == Situation && id != SelfHarm, i.Kind == Lender, id == "card":
			t.Errorf("%s: there is no Chinese sentence", id)
		}
	}
}

// TestSayProblems feeds the checks with slips that people make.
func TestSayProblems(t *testing.T) {
	good := Say{Zh: "您好，我问问报案的事，不是一家。", Pinyin: "Nín hǎo, wǒ wènwen bào'àn de shì, bù shì yī jiā.", En: "x", Es: "x"}
	if ps := sayProblems(&good); len(ps) > 0 {
		t.Errorf("problems where there are none: %q", ps)
	}
	for name, pinyin := range map[string]string{
		"a syllable too few":    "Nín hǎo, wǒ wènwen bào'àn de, bù shì yī jiā.",
		"a syllable too many":   "Nín hǎo, wǒ wènwen bào'àn de shì, bù shì yī jiā ma.",
		"another syllable":      "Nín hǎo, wǒ wènwen bào'àn de sì, bù shì yī jiā.",
		"another tone":          "Nín hǎo, wó wènwen bào'àn de shì, bù shì yī jiā.",
		"no tone":               "Nín hǎo, wǒ wènwen bao'àn de shì, bù shì yī jiā.",
		"sandhi":                "Nín hǎo, wǒ wènwen bào'àn de shì, bú shì yī jiā.",
		"no apostrophe":         "Nín hǎo, wǒ wènwen bàoàn de shì, bù shì yī jiā.",
		"other punctuation":     "Nín hǎo, wǒ wènwen bào'àn de shì. bù shì yī jiā.",
		"no capital":            "nín hǎo, wǒ wènwen bào'àn de shì, bù shì yī jiā.",
		"accents that stand by": norm.NFD.String(good.Pinyin),
	} {
		bad := good
		if bad.Pinyin = pinyin; len(sayProblems(&bad)) == 0 {
			t.Errorf("%s is not noticed: %s", name, pinyin)
		}
	}
}

func sayProblems(s *Say) (ps []string) {
	for _, part := range []struct {
		name, text string
		limit      int
	}{{"zh", s.Zh, 70}, {"pinyin", s.Pinyin, 110}, {"en", s.En, 90}, {"es", s.Es, 100}} {
		switch {
		case strings.TrimSpace(part.text) != part.text || part.text == "":
			ps = append(ps, part.name+" is empty or has blanks around it")
		case len(part.text) > part.limit:
			ps = append(ps, part.name+" is too long: "+part.text)
		case !norm.NFC.IsNormalString(part.text):
			ps = append(ps, part.name+" is not in the normal form NFC")
		}
	}
	if han := strings.Map(onlyHan, s.Zh); len([]rune(han)) > 22 {
		ps = append(ps, "zh has more than 22 characters: "+s.Zh)
	}
	if !reads(s.Zh, s.Pinyin) {
		ps = append(ps, "the pinyin does not read the characters:\n\t"+s.Zh+"\n\t"+s.Pinyin)
	}
	return ps
}

func onlyHan(r rune) rune {
	if unicode.Is(unicode.Han, r) {
		return r
	}
	return -1
}

// reads says whether the pinyin reads the sentence character by character: one syllable with
// a tone that a dictionary knows for each, the same punctuation, capitals where a sentence starts.
func reads(zh, latin string) bool {
	if first := []rune(latin); len(first) == 0 || !unicode.IsUpper(first[0]) {
		return false
	}
	for _, end := range strings.SplitAfter(latin, ". ")[1:] {
		if !unicode.IsUpper([]rune(end)[0]) {
			return false
		}
	}
	return follow([]rune(zh), 0, strings.ToLower(latin), true)
}

var marks = map[rune]string{'，': ", ", '、': ", ", '。': ". "}

// follow reads the sentence from character n on; start is whether a word may start here.
func follow(zh []rune, n int, rest string, start bool) bool {
	if n == len(zh) {
		return rest == ""
	}
	if mark, ok := marks[zh[n]]; ok {
		if n == len(zh)-1 {
			mark = strings.TrimSpace(mark)
		}
		after, ok := strings.CutPrefix(rest, mark)
		return ok && follow(zh, n+1, after, true)
	}
	if after, ok := strings.CutPrefix(rest, " "); ok && !start {
		rest, start = after, true
	}
	for _, syllable := range syllables(zh, n) {
		want := syllable
		if !start && strings.ContainsAny(toneless(want)[:1], "aeo") {
			want = "'" + want
		}
		if after, ok := strings.CutPrefix(rest, want); ok && follow(zh, n+1, after, false) {
			return true
		}
	}
	return false
}

// syllables are the readings of a character, the tones as in a dictionary: 一 and 不 keep
// theirs before any tone. Neutral may be a second half that repeats the first, 里 and péngyou.
func syllables(zh []rune, n int) []string {
	switch r := zh[n]; {
	case r == '一':
		return []string{"yī"}
	case r == '不':
		return []string{"bù"}
	default:
		all := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Tone, Heteronym: true})
		if r == '里' || n > 0 && (zh[n-1] == r || string(zh[n-1:n+1]) == "朋友") {
			for _, s := range all {
				all = append(all, toneless(s))
			}
		}
		return all
	}
}

// toneless takes the tone off a syllable and leaves ü as it is.
func toneless(s string) string {
	tone := func(r rune) rune {
		if r == '\u0300' || r == '\u0301' || r == '\u0304' || r == '\u030c' {
			return -1
		}
		return r
	}
	return norm.NFC.String(strings.Map(tone, norm.NFD.String(s)))
}

// TestParents asks that whoever is sent on from a channel arrives at one that has no parent.
func TestParents(t *testing.T) {
	rel, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range rel.All(Channel) {
		seen := map[ID]bool{}
		for at := i; at.Parent != ""; {
			up := rel.Entry(at.Parent)
			if up == nil || up.Kind != Channel || seen[at.ID] {
				t.Errorf("%s: the parent %s of %s is no channel or leads back", i.ID, at.Parent, at.ID)
				break
			}
			seen[at.ID] = true
			at = up
		}
	}
}
