package mask

// codes masks words of letters and figures: user names, contract numbers.
func (t *text) codes() {
	for i := 0; i < len(t.a); i++ {
		if !t.free(i) || !t.code(i) {
			continue
		}
		letters, figures, j := 0, 0, i
		for ; t.free(j) && (t.code(j) || joint(t.a[j].r) && t.code(j+1)); j++ {
			if t.a[j].d >= 0 {
				figures++
			} else {
				letters++
			}
		}
		if j-i >= 6 && letters > 0 && figures > 1 {
			t.mark(i, j, account)
		}
		i = j
	}
	t.caseNumbers()
}

// caseNumbers masks the numbers of courts: (2024)京0105民初1234号.
func (t *text) caseNumbers() {
	for i := range t.a {
		if t.a[i].r != '号' {
			continue
		}
		j := i
		for t.figure(j - 1) {
			j--
		}
		if j == i || !caseKinds.has(t.rune(j-1)) {
			continue
		}
		for k := j - 1; k > 0 && k > j-20; k-- {
			if t.a[k].r == '(' || t.a[k].r == '[' {
				j = k
				break
			}
		}
		t.mark(j, i+1, number)
	}
}

var caseKinds = set("初终执保破监申再赔特督诉调第恢异字")

// digitWords are digits as they are spelt out.
var digitWords = list("zero oh one two three four five six seven eight nine cero uno dos tres cuatro cinco seis siete ocho nueve ling yi yao er san si wu liu qi ba jiu")

// numberWords masks numbers that are spelt out word by word.
func (t *text) numberWords() {
	for i := 0; i < len(t.a); i++ {
		if !t.latin(i) || t.latin(i-1) {
			continue
		}
		spelt, digits, end := 0, 0, i
		for k := i; t.in(k); {
			if w := t.word(k); w > k && t.is(k, w, digitWords) {
				spelt, digits, end = spelt+1, digits+1, w
			} else if t.figure(k) && t.free(k) {
				digits, end = digits+1, k+1
			} else {
				break
			}
			k = t.skip(end, "-,.")
		}
		if spelt >= 3 && digits >= shortest {
			for t.figure(i-1) || t.space(i-1) && t.figure(i-2) {
				i--
			}
			as := number
			if digits >= 9 && digits <= 13 {
				as = phone
			}
			t.mark(i, end, as)
		}
		i = max(i, max(end, t.word(i))-1)
	}
}
