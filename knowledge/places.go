package knowledge

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge/fold"
)

// places finds the names of provinces in messages. Names are kept by their first rune, so
// that the cost grows with the message.
type places struct {
	whole   map[string]string // every name, without spaces, to its code
	longest int               // the length of the longest of them
	unsure  map[string][]string
	within  map[rune][]place  // longest first
	before  []string          // what makes a name after it something else: "bank of "
	after   []string          // what makes a name before it something else: "银行"
	beyond  []string          // the same, a little further on: "法院"
	words   map[string]bool   // what may stand around a name
	han     *strings.Replacer // takes away those of them that are Chinese
}

// place is a name in folded form; code is empty when it means something else.
type place struct{ folded, code string }

// maxBetween is how many characters may stand between a name and what it is a part of: 北京
// in 北京市朝阳区法院.
const maxBetween = 8

func newPlaces(all Provinces) *places {
	p := &places{whole: map[string]string{}, unsure: map[string][]string{}, within: map[rune][]place{}, words: map[string]bool{}}
	for code, province := range all.ByCode {
		for _, name := range province.names() {
			p.whole[squeezed(name)] = code
			p.longest = max(p.longest, len(squeezed(name)))
			if !strings.HasPrefix(name, "=") {
				p.add(place{fold.Text(name), code})
			}
		}
		for _, name := range province.Unsure {
			p.unsure[squeezed(name)] = all.unsure(name)
		}
	}
	for _, w := range all.Not {
		p.addNot(w)
	}
	for _, list := range p.within {
		slices.SortFunc(list, func(a, b place) int {
			return cmp.Or(cmp.Compare(len(b.folded), len(a.folded)), cmp.Compare(a.folded, b.folded))
		})
	}
	p.addAround(all.Around)
	return p
}

func (p *places) add(n place) {
	first, _ := utf8.DecodeRuneInString(n.folded)
	p.within[first] = append(p.within[first], n)
}

// addNot takes one of the words that are no name. A space between it and the name counts.
func (p *places) addNot(w string) {
	folded := fold.Text(strings.Trim(w, "~…"))
	switch {
	case strings.HasPrefix(w, "~…"):
		p.beyond = append(p.beyond, folded)
	case strings.HasPrefix(w, "~ "):
		p.after = append(p.after, " "+folded)
	case strings.HasPrefix(w, "~"):
		p.after = append(p.after, folded)
	case strings.HasSuffix(w, " ~"):
		p.before = append(p.before, folded+" ")
	case strings.HasSuffix(w, "~"):
		p.before = append(p.before, folded)
	default:
		p.add(place{folded: folded})
	}
}

func (p *places) addAround(words []string) {
	var han []string
	for _, w := range words {
		w = fold.Text(w)
		p.words[w] = true
		if first, _ := utf8.DecodeRuneInString(w); fold.Han(first) {
			han = append(han, w)
		}
	}
	slices.SortFunc(han, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // 我们 before 我
	var pairs []string
	for _, w := range han {
		pairs = append(pairs, w, "")
	}
	p.han = strings.NewReplacer(pairs...)
}

// find gives the code of the one province that a folded text names, and whether it says
// nothing else; code is empty when it names none, or several.
func (p *places) find(s string) (code string, alone bool) {
	if len(s) <= 2*p.longest {
		if code := p.whole[squeezed(s)]; code != "" {
			return code, true
		}
	}
	var codes []string
	var rest strings.Builder
	rest.Grow(len(s))
	for i := 0; i < len(s); {
		n := p.at(s, i)
		end := i + len(n.folded)
		if n.folded == "" {
			_, size := utf8.DecodeRuneInString(s[i:])
			end = i + size
		}
		if n.code == "" || p.part(s, i, end) {
			rest.WriteString(s[i:end])
		} else {
			codes = append(codes, n.code)
			rest.WriteByte(' ')
		}
		i = end
	}
	code = one(codes)
	return code, code != "" && p.little(rest.String())
}

// at is the longest name or other word that begins at s[i].
func (p *places) at(s string, i int) place {
	first, _ := utf8.DecodeRuneInString(s[i:])
	for _, n := range p.within[first] {
		if strings.HasPrefix(s[i:], n.folded) && !insideWord(s, i) && !insideWord(s, i+len(n.folded)) {
			return n
		}
	}
	return place{}
}

// part reports whether the name s[from:to] is a part of something else: a bank, a court, a
// road, a number that called.
func (p *places) part(s string, from, to int) bool {
	for _, w := range p.before {
		if strings.HasSuffix(s[:from], w) && !insideWord(s, from-len(w)) {
			return true
		}
	}
	for _, w := range p.after {
		if strings.HasPrefix(s[to:], w) && !insideWord(s, to+len(w)) {
			return true
		}
	}
	clause := strings.FieldsFunc(s[to:], func(r rune) bool { return !unicode.IsLetter(r) })
	if len(clause) == 0 || !strings.HasPrefix(s[to:], clause[0]) {
		return false
	}
	for _, w := range p.beyond {
		if i := strings.Index(clause[0], w); i >= 0 && utf8.RuneCountInString(clause[0][:i]) <= maxBetween {
			return true
		}
	}
	return false
}

// one is the code that all codes agree on: a city and its province are the city.
func one(codes []string) string {
	best := ""
	for _, c := range codes {
		switch {
		case strings.HasPrefix(c, best):
			best = c
		case !strings.HasPrefix(best, c):
			return ""
		}
	}
	return best
}

// little reports whether what stands around a name says nothing of its own.
func (p *places) little(rest string) bool {
	for _, w := range strings.FieldsFunc(rest, betweenWords) {
		if !p.words[w] && p.unsure[w] == nil && p.han.Replace(w) != "" {
			return false
		}
	}
	return true
}

func betweenWords(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }

// insideWord reports whether s[at] stands between two letters of a Latin word.
func insideWord(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at:])
	return unicode.Is(unicode.Latin, before) && unicode.Is(unicode.Latin, after)
}

// squeezed is the folded form of a name without spaces and marks, in which "Xi'an", "xi an"
// and "Xian." are one.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold.Text(s))
}

// Province finds the province that a message names: of several names that begin at one place
// the longest counts, of a province and its city the city. Its code is empty when the message
// names none, or two that differ; a name inside another word is none. alone is set when the
// message says nothing else. It looks at the first 4096 bytes. Safe for any number of goroutines.
func (r *Release) Province(text string) (p Province, alone bool) {
	code, alone := r.places.find(fold.Text(cut(text)))
	return r.province(code), alone
}

func (r *Release) province(code string) Province {
	p := r.Provinces.ByCode[code]
	p.Code = code
	return p
}

// UnsureProvinces are the provinces that a message may mean which is nothing but a name, when
// several have that name in it: "shanxi".
func (r *Release) UnsureProvinces(text string) []Province {
	folded := fold.Text(text)
	codes := r.places.unsure[squeezed(folded)]
	if codes == nil && r.places.little(folded) {
		for _, w := range strings.FieldsFunc(folded, betweenWords) {
			codes = append(codes, r.places.unsure[w]...)
		}
	}
	var list []Province
	for _, code := range codes {
		list = append(list, r.province(code))
	}
	return list
}
