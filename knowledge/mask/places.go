package mask

// Parts of addresses: what a street ends with, what a number in it stands before, what lies in a
// district.
var (
	streets  = set("路街巷弄道胡同村里园苑区屯庄桥镇乡院坊郡府城湾")
	units2   = phraseList("栋|幢|单元|室|弄|座|号楼|号院|號樓|楼|层|组|门|户")
	anchors  = phraseList("栋|幢|单元|室|弄|号楼|号院|座")
	quarters = phraseList("小区|社区|街道|花园|大厦|公寓|新村|家园|胡同|大院|宿舍|村|镇|乡")
	above    = set("省市县区州旗镇乡盟")
	// Characters that are before an address and not part of it.
	before = set("在到是于来去往我他她你的们址住说讲发寄送跟与这哪把被给个")
)

// longestPlace bounds how far an address reaches to the left, in characters.
const longestPlace = 24

// longestHouse bounds a house number.
const longestHouse = 12

// places masks addresses down to a street, a village or a house.
func (t *text) places() {
	for i := range t.a {
		if t.a[i].kind == token || t.a[i].as == place {
			continue
		}
		switch {
		case t.numeral(i) && !t.numeral(i+1):
			t.house(i)
		case t.han(i):
			t.quarter(i)
		case t.latin(i) && !t.latin(i-1):
			t.street(i)
			t.pinyinHouse(i)
		}
	}
}

// house looks for a house number that ends with the digit at i.
func (t *text) house(i int) {
	from := i
	for i-from < longestHouse && (t.numeral(from-1) || t.rune(from-1) == '-' && t.digit(from-2) || t.latin(from-1) && !t.latin(from-2)) {
		from--
	}
	k := from - 1
	for t.space(k) {
		k--
	}
	street := t.in(k) && streets.has(t.a[k].r)
	end := t.unit(i + 1)
	switch {
	case t.rune(i+1) == '号' && street, street && end > i+1, street && i+1-from >= 1 && t.rune(i+1) != '号' && (t.rune(k) == '路' || t.rune(k) == '街') && !t.han(i+1):
	case t.in(i+1) && t.find(i+1, anchors) >= 0 && i+1-from <= 5:
	default:
		return
	}
	t.mark(t.placeStart(from), t.placeEnd(i+1), place)
}

// numeral is a digit, or 十 and 百 in a number.
func (t *text) numeral(i int) bool { return t.digit(i) || t.rune(i) == '十' || t.rune(i) == '百' }

// unit gives the end of a word such as 栋 at i, or i.
func (t *text) unit(i int) int {
	if !t.in(i) {
		return i
	}
	if end := t.find(i, units2); end >= 0 {
		return end
	}
	if t.a[i].r == '号' {
		return i + 1
	}
	return i
}

// placeStart goes left over the names of streets and towns.
func (t *text) placeStart(i int) int {
	start := i
	for n := 0; n < longestPlace && start > 0; n++ {
		k := start - 1
		switch {
		case t.han(k) && !before.has(t.a[k].r), t.digit(k), t.a[k].as != none:
		case (t.space(k) || t.rune(k) == ',') && t.han(k-1) && above.has(t.a[k-1].r), t.space(k) && t.han(k-1) && streets.has(t.a[k-1].r):
		default:
			return start
		}
		start = k
	}
	return start
}

// placeEnd goes right over numbers, units and the letters of blocks.
func (t *text) placeEnd(i int) int {
	for {
		k := t.skip(i, "-#,")
		if end := t.unit(k); end > k {
			i = end
			continue
		}
		j := k
		for t.digit(j) || t.rune(j) == '-' && t.digit(j+1) || t.latin(j) && !t.latin(j-1) && !t.latin(j+1) {
			j++
		}
		if j > k && (t.unit(j) > j || k == i || t.rune(k-1) == '-' || t.rune(k-1) == '#') {
			i = j
			continue
		}
		return i
	}
}

// quarter masks a village, a street office or an estate with what stands before it.
func (t *text) quarter(i int) {
	end := t.find(i, quarters)
	if end < 0 {
		return
	}
	start := t.placeStart(i)
	if start == i {
		return
	}
	far := false // a town or county is named before it
	for k := start; k < i; k++ {
		far = far || above.has(t.a[k].r) && k > start
	}
	switch t.a[i].r {
	case '村', '镇', '乡':
		if !far {
			return
		}
	case '宿', '大', '胡':
		if i-start < 2 {
			return
		}
	default:
		if i-start < 2 || i-start > 10 && !far {
			start = max(start, i-4)
		}
	}
	t.mark(start, t.placeEnd(end), place)
}

// roads are words with which a street begins in Spanish, or ends in English.
var (
	roadsBefore = list("calle avenida avda carrera cra plaza paseo colonia jiron calzada urbanizacion barrio transversal diagonal")
	roadsAfter  = list("street road rd avenue ave lane drive blvd boulevard court terrace")
	flats       = phraseList("apt|apartment|flat|piso|depto|departamento|apartamento|unit|room|puerta|casa|no|num|numero|n|#")
)

// street masks "calle Mayor 5, piso 3" and "12 Main Street".
func (t *text) street(i int) {
	w := t.word(i)
	switch {
	case t.is(i, w, roadsBefore), t.rune(i) == 'c' && t.rune(w) == '/' && w == i+1, t.at(i, "av") > 0 && t.rune(w) == '.':
		end := w
		for n, k := 0, t.skip(w, "./"); n < 7; n++ {
			for t.digit(k) || t.digit(k-1) && (t.latin(k) && !t.latin(k+1)) {
				k, end = k+1, k+1
			}
			next := t.word(k)
			if next > k && end > w && t.find(k, flats) < 0 {
				break
			}
			if next == k {
				next = k
			}
			if k = t.skip(next, ".,#-ºª"); k == next && next == t.word(next) && !t.digit(k) {
				break
			}
		}
		if end > w {
			t.mark(i, end, place)
		}
	case t.is(i, w, roadsAfter):
		from, k := i, i
		for n := 0; n < 3; n++ {
			for t.space(k - 1) {
				k--
			}
			if t.figure(k-1) && n > 0 {
				for t.figure(k - 1) {
					k--
				}
				from = k
				break
			}
			for t.latin(k - 1) {
				k--
			}
		}
		if from == i {
			for t.space(k-1) || t.figure(k-1) {
				k--
				if t.figure(k) {
					from = k
				}
			}
		}
		if from < i {
			end := w
			if k := t.skip(w, ".,"); t.in(k) && t.find(k, flats) > 0 {
				if k = t.skip(t.find(k, flats), ".#"); t.figure(k) {
					for end = k; t.code(end); {
						end++
					}
				}
			}
			t.mark(from, end, place)
		}
	}
}

var (
	pinyinRoads = list("lu jie dao xiang nong cun")
	pinyinUnits = list("hao dong shi danyuan zhuang lou ceng haolou")
)

// pinyinHouse masks "renmin lu 12 hao 3 dong 501 shi".
func (t *text) pinyinHouse(i int) {
	w := t.word(i)
	if !t.is(i, w, pinyinRoads) {
		return
	}
	end := w
	for k := t.skip(w, ""); t.figure(k); {
		for t.figure(k) {
			k++
		}
		u := t.skip(k, "")
		next := t.word(u)
		if !t.is(u, next, pinyinUnits) {
			break
		}
		end, k = next, t.skip(next, ",")
	}
	if end == w {
		return
	}
	from := i
	for t.space(from - 1) {
		from--
	}
	for t.latin(from - 1) {
		from--
	}
	t.mark(from, end, place)
}
