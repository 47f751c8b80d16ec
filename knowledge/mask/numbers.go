package mask

import "strings"

// A stretch of digits is one number, in whatever dress, as long as at most this many signs and
// spaces stand between two of them.
const maxGap = 3

// longestCode bounds how long a word with O for 0 may be.
const longestCode = 24

// shortest is the number of digits from which a number is masked.
const shortest = 5

// publicLines are short numbers that may stand side by side ("12378、12345"); alone, any number
// of their form stays.
var publicLines = list("110 112 114 119 120 122 911 999 061 016 10000 10010 10086 10099 12110 12123 12133 12300 12301 12305 12309 12315 12318 12319 12320 12321 12325 12328 12329 12333 12335 12336 12337 12338 12345 12348 12350 12351 12355 12356 12358 12360 12363 12365 12366 12367 12368 12369 12371 12377 12378 12380 12381 12385 12386 12388 12389 12390 12393 12395 12396 12398 95188 95017 95118 95588 95533 95599 95566 95555 95559 95568 95595 95577 95528 95558 95501 95511 95518 95519 95500 95580 96110")

// numbers masks what is left of digits after the other rules.
func (t *text) numbers() {
	for i := 0; i < len(t.a); {
		if t.a[i].d < 0 || t.a[i].as != none {
			i++
			continue
		}
		end := t.stretch(i)
		from, to := t.trim(i, end)
		t.number(from, to)
		i = end
	}
}

// stretch gives the end of the stretch of digits that begins at i.
func (t *text) stretch(i int) int {
	end := i + 1
	for k, gap := end, 0; t.free(k) && gap <= maxGap; k++ {
		switch {
		case t.digit(k), t.looksLikeDigit(k):
			end, gap = k+1, 0
		case t.a[k].kind == other || t.a[k].kind == space || t.rune(k) == '转' && t.digit(k+1):
			gap++
		default:
			return end
		}
	}
	return end
}

// looksLikeDigit says yes to O and l among figures and nothing else: "138OO138OOO".
func (t *text) looksLikeDigit(i int) bool {
	if !t.odd(i) {
		return false
	}
	from, to, figures := i, i, false
	for ; i-from <= longestCode && (t.odd(from) || t.figure(from)); from-- {
		figures = figures || t.figure(from)
	}
	for ; to-i <= longestCode && (t.odd(to) || t.figure(to)); to++ {
		figures = figures || t.figure(to)
	}
	return figures && !t.latin(from) && !t.latin(to) && to-from <= longestCode
}

func (t *text) odd(i int) bool { return t.latin(i) && (t.a[i].r == 'o' || t.a[i].r == 'l') }

// trim leaves Han digits at the ends of a number to the sentence: 12378一直打不通. Where little
// else would be left of the number, only one before another Han character.
func (t *text) trim(i, j int) (int, int) {
	from, to := i, j
	for from < j && !t.figure(from) && !t.odd(from) {
		from++
	}
	for to > from && !t.figure(to-1) && !t.odd(to-1) {
		to--
	}
	if from == to {
		return i, j
	}
	rest, left, right := t.count(from, to), t.count(i, from), t.count(to, j)
	switch {
	case left > 2 || right > 2:
		return i, j
	case rest > shortest:
		return from, to
	case left+right > 1 || to < j && !t.han(j):
		return i, j
	}
	for k := from; k < to; k++ {
		if !t.figure(k) {
			return i, j
		}
	}
	return from, to
}

// number masks a stretch of digits, unless it is short or a public line.
func (t *text) number(i, j int) {
	n := t.count(i, j)
	if n < shortest || t.public(i, j) || n == shortest && t.roundAmount(i, j) {
		return
	}
	if whole := t.complete(i, j); whole {
		return
	}
	as := t.classOf(i, j, n)
	if n == 17 {
		if x := t.skip(j, "-."); t.rune(x) == 'x' && !t.latin(x+1) || t.rune(x) == '×' {
			j, as = x+1, identity
		}
	}
	t.widen(i, j, as)
}

func (t *text) count(i, j int) (n int) {
	for ; i < j; i++ {
		if t.a[i].d >= 0 || t.odd(i) {
			n++
		}
	}
	return n
}

// group gives the next run of digits without a gap in [i, j).
func (t *text) group(i, j int) (from, to int) {
	for i < j && !t.digit(i) && !t.odd(i) {
		i++
	}
	from = i
	for i < j && (t.digit(i) || t.odd(i)) {
		i++
	}
	return from, i
}

// public reports whether every group of the stretch is the number of a public line.
func (t *text) public(i, j int) bool {
	groups := 0
	for from, to := t.group(i, j); from < j; from, to = t.group(to, j) {
		var b [5]byte
		if to-from != 3 && to-from != 5 {
			return false
		}
		for k := from; k < to; k++ {
			if !t.figure(k) {
				return false
			}
			b[k-from] = '0' + byte(t.a[k].d)
		}
		groups++
		if to == j && groups == 1 { // alone: 95xxx, 96xxx, 10xxx, 11xxx, 12xxx
			alone := to-from == 5 && (b[0] == '1' && b[1] <= '2' || b[0] == '9' && (b[1] == '5' || b[1] == '6'))
			return alone && !t.latin(i-1) && !t.latin(j) && !t.money(i, j)
		}
		if _, ok := publicLines[string(b[:to-from])]; !ok {
			return false
		}
	}
	return true
}

// money reports whether a number is an amount.
func (t *text) money(i, j int) bool {
	k := t.skip(j, "")
	before, after := t.rune(i-1), t.rune(k)
	if t.latin(k) && t.is(k, t.word(k), units) {
		return true
	}
	return strings.ContainsRune("¥￥$€", before) && before != 0 || after != 0 && strings.ContainsRune("元块圆钱€$", after)
}

// roundAmount reports whether five digits are an amount in full thousands.
func (t *text) roundAmount(i, j int) bool {
	return j-i == shortest && t.money(i, j) && t.a[j-1].d == 0 && t.a[j-2].d == 0 && t.a[j-3].d == 0
}

// complete masks a stretch group by group when one of them alone is a mobile number or an
// identity number, so that a list of numbers is not one number. What stands beside them goes too.
func (t *text) complete(i, j int) (found bool) {
	if j-i < 13 {
		return false
	}
	for from, to := t.group(i, j); from < j; from, to = t.group(to, j) {
		if to-from == 11 && t.mobile(from) || to-from == 18 {
			found = true
			t.mark(from, to, t.classOf(from, to, to-from))
		}
	}
	if !found {
		return false
	}
	for from, to := t.group(i, j); from < j; from, to = t.group(to, j) {
		if t.a[from].as != none {
			continue
		}
		as := number
		if to-from <= 4 && t.a[to-1].d == 6 && t.rune(to-2) == '8' { // 86, 0086
			for as = phone; to < j && t.a[to].as == none; {
				to++
			}
			if t.rune(from-1) == '+' {
				from--
			}
		}
		t.mark(from, to, as)
	}
	return true
}

// mobile reports whether the digits at i begin like a mobile number of the mainland.
func (t *text) mobile(i int) bool {
	return t.a[i].d == 1 && t.in(i+1) && t.a[i+1].d >= 3
}

// classOf names a number by its length and beginning.
func (t *text) classOf(i, j, n int) class {
	abroad := t.rune(i-1) == '+' || t.rune(i-2) == '+'
	switch {
	case n == 18:
		return identity
	case n == 15 && t.birthday(i, j):
		return identity
	case n >= 11 && n <= 15 && (abroad || t.chinaCode(i, j)):
		return phone
	case n >= 9 && n <= 12:
		return phone
	case n >= 13 && n <= 17 && t.a[i].d == 0: // with an extension
		return phone
	case n >= 13 && n <= 19:
		return card
	}
	return number
}

// chinaCode reports whether the number begins with 86 or 0086 and goes on like a mobile number.
func (t *text) chinaCode(i, j int) bool {
	var b [6]int8
	n := 0
	for ; i < j && n < len(b); i++ {
		if t.a[i].d >= 0 {
			b[n] = t.a[i].d
			n++
		}
	}
	return b[0] == 8 && b[1] == 6 || b[0] == 0 && b[1] == 0 && b[2] == 8 && b[3] == 6
}

// birthday reports whether 15 digits may be an identity number of the old kind.
func (t *text) birthday(i, j int) bool {
	var b [15]int
	n := 0
	for ; i < j && n < len(b); i++ {
		if t.a[i].d >= 0 {
			b[n] = int(t.a[i].d)
			n++
		}
	}
	month, day := b[8]*10+b[9], b[10]*10+b[11]
	return b[0] >= 1 && b[0] <= 8 && month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// units may stand directly behind a number without being part of it.
var units = list("rmb yuan yuanes kuai pesos usd eur euros euro cny w k mxn dolares dollars soles")

// widen masks a number together with the letters that are written to it: X1234567L, HT202400012.
func (t *text) widen(i, j int, as class) {
	if t.figure(i) && t.code(i-1) || t.figure(i) && joint(t.rune(i-1)) && t.latin(i-2) {
		for t.free(i-1) && (t.code(i-1) || joint(t.rune(i-1)) && t.code(i-2)) {
			i--
		}
	}
	if t.latin(j) && !t.is(j, t.word(j), units) {
		for t.free(j) && (t.code(j) || joint(t.rune(j)) && t.code(j+1)) {
			j++
		}
	}
	for k := i; k < j && t.rune(i-1) == '('; k++ { // (021) 6666-8888
		if t.a[k].r == ')' {
			i--
		}
	}
	if t.rune(i-1) == '+' {
		i--
	}
	t.mark(i, j, as)
}

// joint reports whether a sign holds the parts of a code together.
func joint(r rune) bool { return r == '-' || r == '_' }
