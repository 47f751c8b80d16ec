package mask

import "strings"

// Endings of addresses; the weak ones are words too, so they need a path or a www.
var (
	endings     = list("com cn net org edu gov top xyz vip cc io app shop site online info club link hk tw mx ar cl ec ve uy fit ltd work live fun ink icu pro tech store wang ren biz mobi tv gob html htm apk")
	weakEndings = list("me es co is ly gl gd to us eu pe in dev ai so la im")
)

// links masks addresses of pages, with or without http.
func (t *text) links() {
	for i := 0; i < len(t.a); i++ {
		if !t.free(i) {
			continue
		}
		switch t.a[i].r {
		case ':':
			if t.rune(i+1) == '/' && t.rune(i+2) == '/' && t.latin(i-1) {
				t.mark(t.wordBefore(i), t.linkEnd(i+3), link)
			}
		case '.', '点':
			i = t.domain(i)
		}
	}
}

// wordBefore gives the start of the letters and figures that end before i.
func (t *text) wordBefore(i int) int {
	for t.code(i-1) && t.free(i-1) {
		i--
	}
	return i
}

// linkEnd goes to the end of an address; a sign of the sentence behind it stays.
func (t *text) linkEnd(i int) int {
	for t.free(i) && (t.code(i) || t.a[i].r < 128 && t.a[i].r > ' ' && !strings.ContainsRune(",;!\"'<>()[]{}", t.a[i].r)) {
		i++
	}
	for strings.ContainsRune(".:?-", t.rune(i-1)) {
		i--
	}
	return i
}

// domain masks an address that shows by its ending; dot is the first dot of it. It gives the place
// of the last dot that was looked at.
func (t *text) domain(dot int) int {
	from := dot
	for t.free(from-1) && (t.code(from-1) || t.code(from-2) && t.rune(from-1) == '-') {
		from--
	}
	if from == dot {
		return dot
	}
	www := t.at(from, "www") >= 0
	for end := dot; ; {
		word := t.word(end + 1)
		strong := t.is(end+1, word, endings) || www && word > end+1
		if strong && !t.figure(word) || t.is(end+1, word, weakEndings) && t.rune(word) == '/' && t.code(word+1) {
			if next := t.rune(word); next != 0 && strings.ContainsRune("/:?.#", next) {
				word = max(word, t.linkEnd(word))
			}
			t.mark(from, word, link)
			return word - 1
		}
		next := end + 1
		for t.free(next) && (t.code(next) || t.rune(next) == '-') {
			next++
		}
		if next == end+1 || t.rune(next) != '.' && t.rune(next) != '点' || !t.free(next) {
			return end
		}
		end = next
	}
}

// mails masks addresses of mail, and @names.
func (t *text) mails() {
	for i := range t.a {
		if !t.free(i) {
			continue
		}
		if end := t.atSign(i); end > 0 {
			t.mailAt(i, end)
		}
	}
}

// atSign gives the end of an @ that begins at i, however it is written; 0 for none.
func (t *text) atSign(i int) int {
	switch t.a[i].r {
	case '@':
		return i + 1
	case '(', '[', '{', '<':
		if end := t.at(i+1, "at"); end > 0 && strings.ContainsRune(")]}>", t.rune(end)) {
			return end + 1
		}
	case 'a':
		if end := t.at(i, "arroba"); end > 0 {
			return end
		}
		if end := t.at(i, "at"); end > 0 && t.dotted(t.skip(end, "")) {
			return end
		}
	case '艾':
		if t.rune(i+1) == '特' {
			return i + 2
		}
	}
	return 0
}

// dotted reports whether a word, a dot in letters and an ending begin at i: "gmail dot com".
func (t *text) dotted(i int) bool {
	w := t.word(i)
	if t.rune(w) == '.' {
		return w > i && t.is(w+1, t.word(w+1), endings)
	}
	dot := t.skip(w, "")
	end := t.word(dot)
	next := t.skip(end, "")
	return w > i && dot > w && t.is(dot, end, dots) && t.is(next, t.word(next), endings)
}

var dots = list("dot punto dian")

func (t *text) mailAt(at, after int) {
	from, to := at, after
	for t.space(from-1) && (t.code(from-2) || t.rune(from-2) == '.') && after-at > 0 && at-from < 1 {
		from--
	}
	start := from
	for t.free(from-1) && (t.code(from-1) || strings.ContainsRune("._-+%", t.a[from-1].r)) {
		from--
	}
	if from == start {
		for from = at; at-from < 4 && t.han(from-1); {
			from--
		}
	}
	to = t.skip(to, "")
	end := to
	for t.free(end) && (t.code(end) || (t.rune(end) == '.' || t.rune(end) == '-' || t.rune(end) == '点') && t.code(end+1)) {
		end++
	}
	for dot := t.skip(end, "[("); end > to; dot = t.skip(end, "[(") { // "gmail dot com", "gmail . com"
		w := t.word(dot)
		if t.rune(dot) == '.' {
			w = dot + 1
		} else if !t.is(dot, w, dots) {
			break
		}
		next := t.skip(w, "])")
		if !t.is(next, t.word(next), endings) {
			break
		}
		end = t.word(next)
	}
	switch {
	case end == to && to == after: // @张三
		for end < after+12 && t.han(end) {
			end++
		}
		if end > after {
			t.mark(at, end, account)
		}
	case end == to:
	case from < at:
		t.mark(from, end, mail)
	case t.rune(at) == '@':
		t.mark(at, end, account)
	}
}

// accountLabels come before the name of an account; numberLabels before a number of any length.
var (
	accountLabels = phraseList("微信|威信|薇信|徽信|v信|vx|wx|v x|w x|加v|加微|微信号|wechat|weixin|we chat|wei xin|qq|扣扣|企鹅|q号|q q|支付宝|alipay|telegram|tg|whatsapp|instagram|ig|facebook|fb|twitter|tiktok|抖音|快手|小红书|微博|陌陌|账号|账户|用户名|username|user|usuario|cuenta|account|skype|line id|纸飞机|电报")
	numberLabels  = phraseList("分机|转分机|尾号|后四位|后六位|后4位|后6位|前六位|验证码|密码|口令|合同号|合同编号|编号|借据号|单号|订单号|流水号|案号|工号|学号|社保号|证件号|护照|护照号|卡号|身份证|身份证号|身份证号码|contract|contrato|loan|prestamo|folio|ref|reference|referencia|expediente|case|passport|pasaporte|dni|nie|curp|rfc|password|contrasena|clave|pin|codigo|code|order|pedido|ending in|terminada en|invitation code|邀请码")
	labelTails    = phraseList("号码|号|账号|帐号|群|群号|id|no|num|number|numero|name|is|es|是|为|也是|就是|同号|com la|con|in|en|on|handle|nr|de")
)

// accounts masks what follows a label such as 微信号: or "WhatsApp:".
func (t *text) accounts() {
	for i := range t.a {
		if !t.free(i) {
			continue
		}
		as := account
		end := t.find(i, accountLabels)
		if end < 0 {
			if end, as = t.find(i, numberLabels), number; end < 0 {
				continue
			}
		}
		t.value(i, end, as)
	}
}

// value masks the code behind a label. Letters alone count only when something says that a name
// of an account comes.
func (t *text) value(label, i int, as class) {
	clear := t.a[label].kind == han && as == account
	for range 3 {
		next := t.skip(i, ":=-#~\"'./(【[>→")
		if next > i && strings.ContainsRune(":=#→>", t.lastSign(i, next)) {
			clear = true
		}
		i = next
		if !t.in(i) {
			return
		}
		end := t.find(i, labelTails)
		if end < 0 {
			break
		}
		clear, i = true, end
	}
	i = t.skip(i, ":=-#\"'./(【[")
	if t.digit(i) && t.free(i) {
		if from, to := t.trim(i, t.stretch(i)); t.count(from, to) >= shortest {
			if as == account { // other numbers are named by their form
				for t.free(to) && t.code(to) {
					to++
				}
				t.mark(from, to, as)
			}
			return
		}
	}
	j, figures := i, 0
	for t.free(j) && (t.code(j) || joint(t.a[j].r) && t.code(j+1) || t.rune(j) == '.' && t.code(j+1) && t.code(j-1)) {
		if t.a[j].d >= 0 {
			figures++
		}
		j++
	}
	enough := figures > 0 && j-i >= 4 || as == number && figures >= 3
	if as == account && clear && j-i >= 4 && !t.is(i, j, appWords) {
		enough = true
	}
	if as == number && figures >= 15 {
		return // an identity number or a card
	}
	if !enough {
		return
	}
	t.mark(i, j, as)
}

func (t *text) lastSign(i, j int) rune {
	for j--; j >= i; j-- {
		if !t.space(j) {
			return t.a[j].r
		}
	}
	return ' '
}

// appWords follow the name of an application without being an account.
var appWords = list("help please plus friend friends number group message messages they call calls they're pero todo porque mensajes grupo este esta todos amigos mis contactos contacts que para with from told want does doesn app mini service")

// provinceSigns begin the plates of cars.
var provinceSigns = set("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领")

// plates masks the plates of cars of the mainland: 粤B·12345.
func (t *text) plates() {
	for i := range t.a {
		if t.a[i].kind != han || !provinceSigns.has(t.a[i].r) || !t.latin(i+1) {
			continue
		}
		j := t.skip(i+2, "·.-")
		n, figures := 0, 0
		for ; n < 6 && t.free(j) && t.code(j); j++ {
			if n++; t.a[j].d >= 0 {
				figures++
			}
		}
		if (n == 5 || n == 6) && figures >= 2 || n == 4 && figures >= 3 {
			if t.han(j) && strings.ContainsRune("挂学警港澳", t.a[j].r) {
				j++
			}
			t.mark(i, j, plate)
		}
	}
}
