package fold

import "unicode/utf8"

// dialectRunes are pairs that OpenCC leaves alone because they are words, not spellings:
// Taiwan's 著 for 着, 妳, 祂; 帐 and 账 as one; the characters of written Cantonese.
const dialectRunes = "著着妳你牠它祂他瞭了帐账帳账衹只" +
	"唔不佢他哋们嘅的喺在咗了嚟来俾给畀给睇看攞拿嗰那啲些咁这搵找揾找攰累瞓睡嬲气喐动掟扔"

// dialectWords are the words of Taiwan, Hong Kong and Cantonese that differ from what a
// mainland borrower types, in runes that are mapped already (so: Simplified). A word belongs
// here only if it matters to a borrower and is no part of an ordinary mainland phrase (not
// 而家 for "now": 而家人). 申诉 (申訴) stays: on the mainland it is a procedure of its own.
var dialectWords = [...][2]string{
	// Taiwan: phones and computers
	{"简讯", "短信"}, {"讯息", "消息"}, {"软体", "软件"}, {"硬体", "硬件"}, {"网路", "网络"}, {"网际网路", "互联网"},
	{"资讯", "信息"}, {"资料库", "数据库"}, {"程式", "程序"}, {"萤幕", "屏幕"}, {"影片", "视频"}, {"视讯", "视频"},
	{"行动电话", "手机"}, {"门号", "手机号"}, {"连结", "链接"},
	// Taiwan: law, money, time
	{"身分", "身份"}, {"检举", "举报"}, {"讨债", "催债"}, {"诈骗集团", "诈骗团伙"}, {"计程车", "出租车"}, {"警局", "派出所"},
	{"地下钱庄", "高利贷"}, {"礼拜", "星期"}, {"下礼拜", "下周"}, {"上礼拜", "上周"},
	{"答覆", "答复"}, {"回覆", "回复"}, // 覆 alone is another word (颠覆)
	// Hong Kong and Cantonese: law, money, people
	{"电邮", "邮件"}, {"手机号码", "手机号"}, {"追数", "催收"}, {"收数佬", "催收员"}, {"收数公司", "催收公司"}, {"被收数", "被催收"},
	{"大耳窿", "高利贷"}, {"贵利佬", "高利贷"}, {"借贵利", "借高利贷"}, {"律师楼", "律所"}, {"差馆", "派出所"},
	{"返工", "上班"}, {"屋企", "家里"}, {"老豆", "爸爸"}, {"细佬", "弟弟"}, {"仔女", "孩子"}, {"细路", "孩子"},
	// Cantonese: little words
	{"冇", "没有"}, {"嘢", "东西"}, {"乜嘢", "什么"}, {"甚么", "什么"}, {"边个", "谁"}, {"边度", "哪里"}, {"点解", "为什么"},
	{"点算", "怎么办"}, {"点样", "怎样"}, {"几时", "什么时候"}, {"几多", "多少"}, {"听日", "明天"}, {"寻日", "昨天"},
	{"琴日", "昨天"}, {"依家", "现在"}, {"好似", "好像"}, {"倾偈", "聊天"}, {"不系", "不是"}, {"系咪", "是不是"},
	{"系不系", "是不是"}, {"同埋", "和"},
}

// dialect holds the words by their last rune: endings gives the place in it, 0 for none.
var (
	endings [mainLast - mainFirst + 1]uint8
	dialect = byLastRune()
)

func byLastRune() [][][2]string {
	groups := [][][2]string{nil}
	for _, w := range dialectWords {
		last, _ := utf8.DecodeLastRuneInString(w[0])
		at := &endings[last-mainFirst]
		if *at == 0 {
			*at = uint8(len(groups))
			groups = append(groups, nil)
		}
		groups[*at] = append(groups[*at], w)
	}
	return groups
}

// wordEnding gives the longest dialect word with which text, whose last rune is last, ends.
func wordEnding[T string | []byte](text T, last rune) (word [2]string, ok bool) {
	if last < mainFirst || last > mainLast || endings[last-mainFirst] == 0 {
		return word, false
	}
	for _, w := range dialect[endings[last-mainFirst]] {
		n := len(w[0])
		if n > len(word[0]) && n <= len(text) && string(text[len(text)-n:]) == w[0] {
			word, ok = w, true
		}
	}
	return word, ok
}
