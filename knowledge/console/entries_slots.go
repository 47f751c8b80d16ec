package console

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zhilu/knowledge"
)

// slot is one field of the form of an entry.
type slot struct {
	path string
	most int  // bytes that are taken at all; the rules of the base are stricter
	many bool // may hold several lines
	top  int  // of a number
	// text is where a text stands; get and set read and write any other field. set gives the
	// key of what is wrong with a value.
	text func(*knowledge.Entry) *string
	get  func(*knowledge.Entry) string
	set  func(*knowledge.Entry, string) string
}

// Bytes that a field takes at most, far above what the rules of a base allow.
const (
	mostLine = 400
	mostText = 8 << 10
	mostList = 64 << 10
)

func textOf(e *knowledge.Entry, name string) *knowledge.Text {
	return map[string]*knowledge.Text{"name": &e.Name, "short": &e.Short, "text": &e.Text, "other": &e.Other, "call": &e.Call, "near": &e.Near}[name]
}

func inLang(t *knowledge.Text, key string) *string {
	return map[string]*string{"zh": &t.Zh, "en": &t.En, "es": &t.Es}[key]
}

// slots are the fields of the form, in its order.
var slots = allSlots()

func allSlots() []slot {
	var all []slot
	for _, name := range textFields {
		for _, key := range langKeys {
			all = append(all, slot{path: name + "." + key, most: mostText, many: name != "name" && name != "short" && name != "near",
				text: func(e *knowledge.Entry) *string { return inLang(textOf(e, name), key) }})
		}
	}
	all = append(all,
		slot{path: "say.zh", most: mostLine, text: func(e *knowledge.Entry) *string { return &e.Say.Zh }},
		slot{path: "say.en", most: mostLine, text: func(e *knowledge.Entry) *string { return &e.Say.En }},
		slot{path: "say.es", most: mostLine, text: func(e *knowledge.Entry) *string { return &e.Say.Es }},
		slot{path: "say.pinyin", most: mostLine, text: func(e *knowledge.Entry) *string { return &e.Say.Pinyin }},
		slot{path: "say.alone", most: 3, get: func(e *knowledge.Entry) string { return yes(e.Say.Alone) },
			set: func(e *knowledge.Entry, s string) string { e.Say.Alone = s == "yes"; return "" }},
	)
	for i, key := range langKeys {
		list := func(e *knowledge.Entry) *[]string { return []*[]string{&e.Phrases.Zh, &e.Phrases.En, &e.Phrases.Es}[i] }
		all = append(all, slot{path: "phrases." + key, most: mostList, many: true,
			get: func(e *knowledge.Entry) string { return strings.Join(*list(e), "\n") },
			set: func(e *knowledge.Entry, s string) string { *list(e) = lines(s); return "" }})
	}
	for i, key := range langKeys {
		at := func(e *knowledge.Entry) *string {
			return []*string{&e.Examples.Zh, &e.Examples.En, &e.Examples.Es}[i]
		}
		all = append(all, slot{path: "examples." + key, most: mostList, many: true, text: at})
	}
	for _, list := range []struct {
		name string
		at   func(*knowledge.Entry) *[]knowledge.ID
	}{{"rights", func(e *knowledge.Entry) *[]knowledge.ID { return &e.Rights }}, {"evidence", func(e *knowledge.Entry) *[]knowledge.ID { return &e.Evidence }},
		{"channels", func(e *knowledge.Entry) *[]knowledge.ID { return &e.Channels }}, {"drops", func(e *knowledge.Entry) *[]knowledge.ID { return &e.Drops }}} {
		all = append(all, idsSlot(list.name, list.at))
	}
	return append(all,
		idSlot("parent", func(e *knowledge.Entry) *knowledge.ID { return &e.Parent }),
		idSlot("as", func(e *knowledge.Entry) *knowledge.ID { return &e.As }),
		numberSlot("order", 9999, func(e *knowledge.Entry) *int { return &e.Order }),
		numberSlot("danger", 9, func(e *knowledge.Entry) *int { return &e.Danger }),
		slot{path: "local", most: 3, get: func(e *knowledge.Entry) string { return yes(e.Local) },
			set: func(e *knowledge.Entry, s string) string { e.Local = s == "yes"; return "" }},
		wordSlot("level", func(e *knowledge.Entry) *knowledge.Level { return &e.Level }),
		slot{path: "sources", most: mostLine * 10, many: true, get: func(e *knowledge.Entry) string { return strings.Join(e.Sources, "\n") },
			set: func(e *knowledge.Entry, s string) string {
				if e.Sources = split(s); slices.ContainsFunc(e.Sources, func(s string) bool { return !isWord(s) }) {
					return "entries.bad_ids"
				}
				return ""
			}},
		wordSlot("checked", func(e *knowledge.Entry) *knowledge.Date { return &e.Checked }),
		wordSlot("confidence", func(e *knowledge.Entry) *knowledge.Confidence { return &e.Confidence }),
	)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// idsSlot is a list of ids, one a line or with commas between them.
func idsSlot(name string, at func(*knowledge.Entry) *[]knowledge.ID) slot {
	return slot{path: name, most: mostLine * 10, many: true,
		get: func(e *knowledge.Entry) string {
			var list []string
			for _, id := range *at(e) {
				list = append(list, string(id))
			}
			return strings.Join(list, "\n")
		},
		set: func(e *knowledge.Entry, s string) string {
			*at(e) = nil
			for _, id := range split(s) {
				if !knowledge.ID(id).Valid() {
					return "entries.bad_ids"
				}
				*at(e) = append(*at(e), knowledge.ID(id))
			}
			return ""
		}}
}

func idSlot(name string, at func(*knowledge.Entry) *knowledge.ID) slot {
	return slot{path: name, most: 40, get: func(e *knowledge.Entry) string { return string(*at(e)) },
		set: func(e *knowledge.Entry, s string) string {
			if *at(e) = knowledge.ID(s); s != "" && !(*at(e)).Valid() {
				return "entries.bad_ids"
			}
			return ""
		}}
}

// wordSlot is a field that holds one word of a choice, or a day.
func wordSlot[T ~string](name string, at func(*knowledge.Entry) *T) slot {
	return slot{path: name, most: 40, get: func(e *knowledge.Entry) string { return string(*at(e)) },
		set: func(e *knowledge.Entry, s string) string {
			if *at(e) = T(s); s != "" && !isWord(s) {
				return "entries.bad_choice"
			}
			return ""
		}}
}

func numberSlot(name string, most int, at func(*knowledge.Entry) *int) slot {
	return slot{path: name, most: 4, top: most,
		get: func(e *knowledge.Entry) string {
			if *at(e) == 0 {
				return ""
			}
			return strconv.Itoa(*at(e))
		},
		set: func(e *knowledge.Entry, s string) string {
			n, err := strconv.Atoi(s)
			if s != "" && (err != nil || n < 0 || n > most) {
				return "entries.bad_number"
			}
			*at(e) = n
			return ""
		}}
}

// isWord reports whether s is what an id of a source, a choice or a day may look like.
func isWord(s string) bool {
	return len(s) <= 60 && !strings.ContainsFunc(s, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	})
}

// lines are the lines of s that hold something; split also parts at commas and spaces.
func lines(s string) []string {
	var list []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、;；", r) })
}
