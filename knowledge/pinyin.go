package knowledge

import "strings"

// pinyinWords are the small words of Chinese and the words borrowers type most, in pinyin.
var pinyinWords = wordSet(`wo ni ta women nimen tamen de le ma hao haode keyi zen zenme zenmeban shenme sheme bu mei meiyou shi zai hai dou hen ne jiu gei qing wei zhe zheli nali shei
	cuishou wangdai daikuan daikuang yuqi huankuan huanqian jiekuan jieqian baojing jubao tousu zhengxin liuxing dianhua duanxin weixin jiaren laoban gongsi susong
	qisu qizha pianzi saorao weixie konghe lixi gaolidai caidan bangzhu fanhui nihao xiexie rengong yuyan zhongwen fating lvshi jingcha`)

// finals are the endings of the syllables of Standard Chinese by how they begin.
var finals = map[string]map[string]bool{
	"b": wordSet("a ai an ang ao ei en eng i ian iao ie in ing o u"), "p": wordSet("a ai an ang ao ei en eng i ian iao ie in ing o ou u"),
	"m": wordSet("a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u"), "f": wordSet("a an ang ei en eng o ou u"),
	"d": wordSet("a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo"), "t": wordSet("a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo"),
	"n": wordSet("a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue uo v ve"),
	"l": wordSet("a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan ue un uo v ve"),
	"g": backFinals, "k": backFinals, "h": backFinals, "j": frontFinals, "q": frontFinals, "x": frontFinals,
	"zh": wordSet("a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo"), "ch": wordSet("a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo"),
	"sh": wordSet("a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo"), "r": wordSet("an ang ao e en eng i ong ou u uan ui un uo"),
	"z": flatFinals, "c": flatFinals, "s": flatFinals,
	"y": wordSet("a an ang ao e i in ing o ong ou u uan ue un"), "w": wordSet("a ai an ang ei en eng o u"),
	"": wordSet("a ai an ang ao e ei en er o ou"),
}

var (
	backFinals  = wordSet("a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo")
	frontFinals = wordSet("i ia ian iang iao ie in ing iong iu u uan ue un")
	flatFinals  = wordSet("a ai an ang ao e en eng i ong ou u uan ui un uo")
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// maxSyllable is the length of the longest one, zhuang.
const maxSyllable = 6

// pinyinSyllables is the number of syllables that a folded word can be read as; 0 when it
// can be no pinyin.
func pinyinSyllables(w string) int {
	if len(w) > 5*maxSyllable {
		return 0
	}
	best := make([]int, len(w)+1) // the least number of syllables of w[:i], plus one
	best[0] = 1
	for i := range w {
		if best[i] == 0 {
			continue
		}
		for end := i + 1; end <= min(len(w), i+maxSyllable); end++ {
			if syllable(w[i:end]) && (best[end] == 0 || best[end] > best[i]+1) {
				best[end] = best[i] + 1
			}
		}
	}
	return max(0, best[len(w)]-1)
}

func syllable(s string) bool {
	n := strings.IndexAny(s, "aeiouv")
	return n >= 0 && finals[s[:n]][s[n:]]
}

// pinyinOnly reports whether a word that can be pinyin is spelt as hardly any word of English
// or Spanish is.
func pinyinOnly(w string) bool {
	if pinyinSyllables(w) == 0 {
		return false
	}
	for _, mark := range []string{"zh", "x", "uo", "iao", "ui", "iu", "uang", "iang"} {
		if strings.Contains(w, mark) {
			return true
		}
	}
	return strings.Contains(strings.NewReplacer("que", "", "qui", "").Replace(w), "q")
}
