package mask

// names masks what is announced as a name, and names with a title.
func (t *text) names() {
	for i := range t.a {
		if !t.free(i) {
			continue
		}
		switch t.a[i].kind {
		case han:
			t.hanAnnounced(i)
			t.titled(i)
			t.nickname(i)
		case latin:
			if !t.latin(i - 1) {
				t.latinAnnounced(i)
				t.titled(i)
				t.mister(i)
			}
		}
	}
}

func (t *text) hanAnnounced(i int) {
	if end := t.find(i, announced); end >= 0 {
		from := t.skip(end, ":=是为叫-\"'")
		t.mark(from, t.anyName(from, true), name)
		return
	}
	if end := t.find(i, perhaps); end >= 0 {
		from := t.skip(end, ":=\"'")
		t.mark(from, t.anyName(from, false), name)
	}
}

// anyName gives the end of the name that begins at i; sure says that one is announced.
func (t *text) anyName(i int, sure bool) int {
	switch {
	case t.han(i):
		return t.hanName(i, sure)
	case t.latin(i) && t.free(i):
		return t.latinName(i, !sure)
	}
	return i
}

// hanName gives the end of a Chinese name at i, or i. A name is a family name and one or two
// characters more, unless the sentence goes on with them; where one is announced it need not
// begin with a family name.
func (t *text) hanName(i int, sure bool) int {
	first := t.a[i].r
	n := 0
	switch {
	case t.find(i, compound) >= 0:
		n = 2
	case surnames.has(first):
		n = 1
	case sure && !noName.has(first) && !hardStops.has(first):
		n = 1
	default:
		return i
	}
	if t.find(i, ordinary) >= 0 && !(sure && t.closed(i+2)) {
		return i
	}
	j := i + n
	if sure && n == 1 && t.space(j) && t.han(j+1) { // 张 伟
		j++
	}
	for k := j; k < i+10 && (t.han(k) || t.rune(k) == '·' && t.han(k+1)); k++ { // 阿依古丽·买买提
		if t.a[k].r == '·' {
			j = k
		}
	}
	switch {
	case t.rune(j) == '·': // the rest follows below
	case t.han(j) && !hardStops.has(t.a[j].r):
		j++
		if t.han(j) && !softStops.has(t.a[j].r) {
			j++
		}
	case !sure:
		return i
	}
	for t.rune(j) == '·' && t.han(j+1) { // 买买提·吐尔逊
		for j++; t.han(j) && !hardStops.has(t.a[j].r); {
			j++
		}
	}
	return j
}

// closed reports whether the sentence ends at i.
func (t *text) closed(i int) bool { return !t.in(i) || t.a[i].kind == other || t.a[i].kind == space }

// titled masks the name before a title that begins at i.
func (t *text) titled(i int) {
	if t.find(i, notTitles) >= 0 {
		return
	}
	if t.find(i, titles) < 0 {
		if t.find(i, shortTitles) >= 0 && surnames.has(t.rune(i-1)) && t.han(i-1) && !t.ordinaryAround(i-1) {
			t.mark(i-1, i, name)
		}
		return
	}
	if t.a[i].kind == latin {
		t.pinyinTitled(i)
		return
	}
	for n := 1; n <= 4 && t.han(i-n); n++ {
		if t.find(i-n, compound) >= 0 && n >= 2 || n <= 3 && surnames.has(t.a[i-n].r) && t.family(i-n, i) {
			if n == 1 && t.han(i-2) && t.han(i-3) && surnames.has(t.a[i-3].r) && t.family(i-3, i) {
				n = 3 // 张小方经理
			} else if n == 1 && t.han(i-2) && surnames.has(t.a[i-2].r) && t.family(i-2, i) {
				n = 2
			}
			t.mark(i-n, i, name)
			return
		}
	}
}

// family reports whether the family name at i may begin the name that ends at end.
func (t *text) family(i, end int) bool {
	if t.ordinaryAround(i) {
		return false
	}
	for k := i + 1; k < end; k++ {
		if hardStops.has(t.a[k].r) {
			return false
		}
	}
	return true
}

// ordinaryAround reports whether the character at i belongs to an everyday word.
func (t *text) ordinaryAround(i int) bool {
	return t.find(i, ordinary) >= 0 || t.han(i-1) && t.find(i-1, ordinary) >= 0
}

// nickname masks 小王 and 老张.
func (t *text) nickname(i int) {
	switch t.a[i].r {
	case '小', '老', '阿':
		if t.han(i+1) && mostFrequent.has(t.a[i+1].r) && !t.han(i-1) || t.han(i+1) && mostFrequent.has(t.a[i+1].r) && hardStops.has(t.rune(i-1)) {
			if !t.han(i+2) || softStops.has(t.a[i+2].r) {
				t.mark(i, i+2, name)
			}
		}
	}
}

// pinyinTitled masks "zhang" in "zhang xiansheng".
func (t *text) pinyinTitled(i int) {
	end := i
	for t.space(end - 1) {
		end--
	}
	from := end
	for t.latin(from - 1) {
		from--
	}
	if end < i && t.is(from, end, pinyinNames) {
		t.mark(from, end, name)
	}
}

func (t *text) latinAnnounced(i int) {
	if end := t.find(i, announced); end >= 0 {
		from := t.skip(end, ":=-\"'.")
		if from > end || !t.latin(from) {
			t.mark(from, t.anyName(from, true), name)
		}
		return
	}
	if end := t.find(i, perhaps); end >= 0 {
		from := t.skip(end, ":=-\"'.,")
		shouted := t.a[end-1].upper && end-i > 1
		if t.han(from) {
			t.mark(from, t.hanName(from, false), name)
		} else if t.latin(from) && !shouted {
			t.mark(from, t.latinName(from, true), name)
		}
	}
}

// mister masks the name behind Mr, Sra. and the like.
func (t *text) mister(i int) {
	end := t.find(i, latinTitles)
	if end < 0 {
		return
	}
	from := t.skip(end, ".")
	if from == end || !t.latin(from) {
		return
	}
	t.mark(from, t.latinName(from, t.is(i, end, needUpper)), name)
}

// particles stand inside names.
var particles = list("de del la las los da dos van von der bin")

// latinName gives the end of a name in Latin letters at i, or i: up to four words, the first two
// in any case unless capitals are needed.
func (t *text) latinName(i int, capitals bool) int {
	end := i
	for n, k := 0, i; n < 5; n++ {
		w := t.word(k)
		if w == k || !t.free(k) {
			break
		}
		switch {
		case n > 0 && t.is(k, w, particles):
			if next := t.skip(w, ""); !t.latin(next) || !t.a[next].upper && !t.is(next, t.word(next), particles) {
				return end
			}
		case t.is(k, w, noNames) && !(t.a[k].upper && w-k > 3) || capitals && t.is(k, w, common):
			return end
		case n > 0 && t.a[i].upper && !t.a[k].upper:
			return end
		case !t.a[k].upper && (capitals && !(n == 0 && t.is(k, w, pinyinNames) && w-k > 2) && !(n > 0 && t.is(i, t.word(i), pinyinNames) && !t.a[i].upper) || n > 1):
			return end
		default:
			end = w
		}
		k = t.skip(w, "")
		if t.rune(w) == '-' || t.rune(w) == '.' && w-k <= 1 && t.latin(w+1) {
			k = w + 1
		} else if t.rune(w) == '.' && t.space(w+1) && w-i <= 2 { // J. Smith
			k = t.skip(w+1, "")
		}
		if k == w {
			break
		}
	}
	return end
}
