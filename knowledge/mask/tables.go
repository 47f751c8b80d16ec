package mask

import (
	"strings"
	"unicode/utf8"
)

// words is a list of Latin words, folded.
type words map[string]struct{}

func list(s string) words {
	w := words{}
	for _, f := range strings.Fields(s) {
		w[f] = struct{}{}
	}
	return w
}

// runes is a set of Han characters of the main block.
type runes [(0x9FFF - 0x4E00 + 64) / 64]uint64

func set(s string) *runes {
	var b runes
	for _, r := range s {
		if 0x4E00 <= r && r <= 0x9FFF {
			b[(r-0x4E00)/64] |= 1 << ((r - 0x4E00) % 64)
		}
	}
	return &b
}

func (b *runes) has(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF && b[(r-0x4E00)/64]&(1<<((r-0x4E00)%64)) != 0
}

// phrases is a list of phrases by their first rune, the longest first.
type phrases struct {
	letters [128][]string
	han     *runes
	by      map[rune][]string
}

func phraseList(lines ...string) *phrases {
	p := &phrases{by: map[rune][]string{}}
	var first strings.Builder
	for _, line := range lines {
		for _, w := range strings.Split(line, "|") {
			r, _ := utf8.DecodeRuneInString(w)
			group := p.by[r]
			at := 0
			for at < len(group) && len(group[at]) >= len(w) {
				at++
			}
			p.by[r] = append(group[:at:at], append([]string{w}, group[at:]...)...)
			first.WriteRune(r)
		}
	}
	for r, group := range p.by {
		if r < 128 {
			p.letters[r] = group
		}
	}
	p.han = set(first.String())
	return p
}

// find gives the end of the longest phrase of the list at i, -1 for none.
func (t *text) find(i int, p *phrases) int {
	var group []string
	switch r := t.a[i].r; {
	case r > 0 && r < 128:
		if group = p.letters[r]; group == nil || t.latin(i-1) {
			return -1
		}
	case p.han.has(r):
		group = p.by[r]
	}
	for _, w := range group {
		if end := t.at(i, w); end >= 0 {
			return end
		}
	}
	return -1
}

// surnames are the family names of one character, beyond the four hundred most frequent; those
// that are everyday words and rare as names are left out (和 都 从 有 能 还 ...).
var surnames = set("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟锺汪田任姜范方石姚谭廖邹" +
	"熊金陆郝孔白崔康毛邱丘秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢骆岳齐沿梅庄辛管祝左涂谷祁时舒耿" +
	"牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丰滕邬苑仲甯谌储楚褚冼冀宓宫尚尧巩巫庾党卓蔺" +
	"麦莫鞠晏敖晁窦符蒲蓝邝邸鄢释阚阙随鄂臧佟佘应古糜米郁郎池喻喜狄帅嵇匡占占娄寇封冷农况封艾蒙花连练劳竺全宗屠")

// compound are the family names of two characters.
var compound = phraseList("欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|司徒|司空|令狐|端木|东方|南宫|独孤|轩辕|百里|呼延|澹台|拓跋|申屠|东郭|西门|完颜|纳兰|叶赫|钟离|闻人|赫连")

// ordinary are everyday words, places and companies that begin like a name.
var ordinary = phraseList(
	"安徽|安心|安全|安逸|安排|安抚|江苏|江西|江湖|高中|高三|高利|高考|高校|高额|高息|高炮|高血|单亲|单身|单位|单纯|方便|方式|方案|方面|黄牛|曾经|曾在|曾因|何时|何必|何况|何人|何种",
	"于是|于去|于今|于昨|于前|于上|于本|于该|于某|查律|查先|农民|农村|农业|农行|农信|向来|向他|向我|向你|向平|向银|向法|白领|白户|白条|白天|白白|党员|应该|应届|应当|花呗|花钱|花了|花完|金融|金条|金额|平安|时候|时间",
	"明天|明白|全职|全部|全家|全款|全额|全国|全是|全都|成年|成都|成了|成功|温州|武汉|宁波|宁夏|宁愿|苏州|马上|马云|严重|严格|常常|常年|常见|经常|项目|游戏|左右|路人|路上|包工|包括|包装|车主|车贷|车辆|车被|车行",
	"房贷|房租|房子|房东|房产|房主|钱包|钱站|钱没|钱都|钱不|钱被|钱也|钱我|钱是|万达|万元|万一|万分|任何|任性|任务|易鑫|易借|文员|文件|文化|解决|解释|解除|关于|关系|关注|关闭|连续|连累|连连|连我|连带|强制|强行|强迫",
	"查询|查看|查到|查了|查一|管理|管我|管他|管不|华为|华夏|申请|申诉|申报|盛京|齐鲁|石家|边缘|司机|司法|位置|位于|成立|成员|田里|古代|尚未|封号|封卡|冷静|劳动|劳务|占用|盛大|强调|随便|随时|随手|随意|喜欢|米贷",
	"解封|舒服|辛苦|费用|费率|景区|幸福|祝你|路过|游客|柏拉|麻烦|康复|温和|牛逼|史上|乔迁|贺卡|纪委|纪律|童年|单独|强烈|武力|文盲|谢谢|毕业|毕竟|孔雀|叶子|林业|龙岗|段时|雷同|常识|易贷|关机|马甲|马路|金城|阳光|顾客|顾问|顾虑|江南|许多|许久|任由|方才|程序|程度|陆续|陆金|白血|夏天|秦皇|郑州|徐州|兰州|柳州|杨浦|黄金|黄山|黄浦|孙子|毛病|章程|管家|石油|唐山|海南|余额|余下|余款|余生|连云|吉林|甘肃|桂林|关键|汪汪|成本|项下|解约|解答|解套|全程|万能|白嫖|花唄|从来|路边|连锁|温馨|查封|查征|查处|华人|欧洲|欧美")

// The first character after a plain announcement (我叫, 名字是) that shows that no name follows.
var noName = set("他你她它我们人不别什啥了过车外救警妈爸家朋客物保得的那这谁哪来去做干一二三几个天地破苦骂停床醒住")

// Characters with which a sentence goes on behind a name: hard also behind a bare family name.
var (
	hardStops = set("的了吗呢是我你他她们这那吧啊么")
	softStops = set("的了吗呢是我你他她们这那吧啊么在被有要想不没欠借也就和跟与说来去给把今现已因从向到对为但而都还打叫让请用找住每会能该家于电先女老师经总哥姐手身年男")
)

// announced are phrases after which a name follows, whatever it looks like.
var announced = phraseList("我叫做|我叫|我名叫|我的名字叫|我的名字是|我名字叫|我名字是|名字叫做|名字叫|名字是|名字:|本名|真名|姓名|名叫|我姓|免贵姓|客户姓名|户名|开户名|我係叫|wo jiao|wojiao|mingzi jiao|mingzi shi|mingzi|xingming|wo xing",
	"me llamo|mi nombre completo es|mi nombre es|nombre es|nombre completo|nombre|se llama|apellido|apellidos|llamado|llamada|my name is|my names|my name's|name is|name's|full name|name:|nombre:|my name|i am called|i'm called|im called|call me|he is called|she is called|first name|last name|surname")

// perhaps are phrases after which a name may follow.
var perhaps = phraseList("名字|我是|我係|我系|本人|叫做|叫|紧急联系人|联系人|借款人|担保人|收款人|催收员|专员|老公|老婆|丈夫|妻子|儿子|女儿|弟弟|哥哥|妹妹|姐姐|同事|朋友|签名|署名|法人|当事人|被告|原告|催收人|家属|老板|领导|亲戚|同学|父亲|母亲|爸爸|妈妈|舅舅|叔叔|男友|女友|男朋友|女朋友|邻居|室友|亲属|债务人|被催收人|业务员|工作人员|客服|负责人|经办人|申请人|收件人|寄件人|法官|律师|警官|经理|主任|老师|收信人|此致",
	"me llaman|me dicen|wo shi|soy|i am|i'm|im|this is|it's|called|amigo|amiga|friend|colleague|boss|jefe|jefa|esposo|esposa|husband|wife|marido|hermano|hermana|firma|signed|regards|atentamente|attn|contact|contacto")

// titles follow a Chinese family name or name; short ones only a family name.
var (
	titles      = phraseList("先生|女士|小姐|太太|老师|经理|主任|律师|警官|法官|师傅|医生|同学|老板|队长|科长|处长|局长|书记|阿姨|大哥|大姐|大叔|某某|某|xiansheng|nvshi|nushi|xiaojie|jingli|laoshi")
	shortTitles = phraseList("哥|姐|总|叔|婶|姨|某")
	notTitles   = phraseList("总局|总是|总部|总共|总之|总额|总结|总公|总会|总在|总有|总监|总行|总数|总价|总理|总算|总说|工资|工作|工程|工厂|工地|工商|工人|工行|工具|姐妹|叔叔")
)

// mostFrequent are the family names that make nicknames with 小, 老 and 阿.
var mostFrequent = set("王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董程曹袁邓许沈曾彭吕蒋蔡贾丁魏薛潘杜谭廖邹熊")

// latinTitles come before a name; those in needUpper are words of their own, too.
var (
	latinTitles = phraseList("mr|mrs|ms|mister|sr|sra|srta|senor|senora|senorita|miss|dr|dra|don|dona|doctor|lic|licenciado|licenciada|profesor|profesora|prof")
	needUpper   = list("miss don dona senor senora senorita doctor")
)

// pinyinNames are family names in Latin letters, as titles and "wo shi" follow or precede them.
var pinyinNames = list("wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lv lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong wang tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin ouyang sima")

// A word of these ends a name in Latin letters.
var noNames = list("and y e i my mi me en from por pero but tengo debo vivo quiero necesito estoy soy am have live owe need is they please the que because a an to for of in at with con un una el los las como porque cuando he she we you no not now ahora aqui here can could what how why ellos nos le les su sus tu te o or it this that vengo trabajo desde hace cobran cobrando llaman acosan deuda debt loan so just being getting also tambien are was were been muy very ya si yes wo bei qian xian zai de le ni men dao ge zhe zai you mei shi bu jin nian hao gracias thanks hola hello all every todos todo dia day phone tel telefono correo email mail id dni edad age years anos back later when at on again daily names every then if unless only before after during")

// Words with a capital that are no names after "I am", "soy", "this is".
var common = list("chinese spanish english american mexican mexicana mexicano chino china espanol espanola colombiano colombiana peruano peruana wechat alipay huabei jd ok sorry being getting stressed worried scared afraid victim debtor borrower student worker mother father madre padre estudiante deudor deudora victima")
