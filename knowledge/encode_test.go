package knowledge

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"
)

// TestEncodeBase: every entry of the base, written and read again, is equal.
func TestEncodeBase(t *testing.T) {
	for _, e := range draftOfBase().Entries {
		data, err := Encode(e)
		if err != nil {
			t.Error(err)
			continue
		}
		back, err := Decode(data)
		if err != nil || !reflect.DeepEqual(e, back) {
			t.Errorf("%s (%v) is written as\n%s", e.ID, err, data)
		}
		if again, err := Encode(back); err != nil || string(again) != string(data) {
			t.Errorf("%s is written in two ways (%v)", e.ID, err)
		}
	}
}

// fullEntry fills in every field that a file can hold.
func fullEntry() *Entry {
	text := Text{Zh: "一行\n\n两行\n", En: "one: line", Es: "línea #1\nsin fin"}
	return &Entry{ID: "full", Kind: Channel, Order: 3, Danger: 5, Name: Text{Zh: "名字", En: "Name", Es: "Nombre"}, Short: text, Text: text, Other: text, Call: text, Local: true, Near: text,
		Say:    &Say{Zh: "我要投诉", Pinyin: "wǒ yào tóusù", En: "I want to complain", Es: "Quiero reclamar"},
		Rights: []ID{"r-1"}, Evidence: []ID{"e-1", "e-2"}, Channels: []ID{"12378"}, Drops: []ID{"no"}, Parent: "true",
		Phrases:  Phrases{Zh: []string{"=110", "催收", "a, b"}, En: []string{"y", "say \"no\""}, Es: []string{"¿qué?"}},
		Examples: Examples{Zh: "他们天天打\n#1 怎么办\n", En: "they: call", Es: "me llaman\n"},
		As:       "other", Level: Law,
		Facts: map[string]Fact{
			"phone": {Type: Phone, Value: "0110", Sources: []string{"A", "B"}, Checked: "2026-11-21", Confidence: High, ReviewDays: 7},
			"hours": {Type: Hours, Values: Text{Zh: "白天", En: "9:00", Es: "de día"}, From: "2026-01-01", Until: "2026-12-31",
				Open: &Open{Days: "workdays", From: "09:00", To: "17:00"}, Checked: "2026-11-21", Confidence: Low, Later: []Later{
					{From: "2026-05-01", Values: Text{Zh: "全天", En: "all day", Es: "todo el día"}, Open: &Open{Days: "daily", From: "00:00", To: "24:00"},
						Sources: []string{"A", "B"}, Checked: "2026-11-21", Confidence: High},
					{From: "2026-06-01", Value: "一行\n两行\n"}}},
		},
		Sources: []string{"A"}, Checked: "2026-11-21", Confidence: Medium, MadeFrom: Stamps{En: "0123abcd", Es: "01234567"}}
}

func TestEncodeEveryField(t *testing.T) {
	const want = `id: full
kind: channel
order: 3
danger: 5
name:
  zh: 名字
  en: Name
  es: Nombre
short:
  zh: |
    一行

    两行
  en: "one: line"
  es: |-
    línea #1
    sin fin
`
	e := fullEntry()
	v := reflect.ValueOf(*e)
	for _, f := range yamlFields(v.Type()) {
		if blank(v.Field(f.index)) {
			t.Errorf("the test does not fill in %s", f.name)
		}
	}
	data, err := Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(data), want) {
		t.Errorf("got\n%s\nwant\n%s", data, want)
	}
	for _, part := range []string{"\nevidence: [e-1, e-2]\n", "\nchannels: [\"12378\"]\n", "\nparent: \"true\"\n",
		"\nphrases:\n  zh: [\"=110\", 催收, \"a, b\"]\n  en: [\"y\", say \"no\"]\n  es: [\"¿qué?\"]\n", "\nexamples:\n  zh: |\n    他们天天打\n    #1 怎么办\n",
		"\nfacts:\n  hours:\n    type: hours\n", "\n    from: 2026-01-01\n", "\n      from: \"09:00\"\n", "\n    review_days: 7\n",
		"\n    later:\n      - from: 2026-05-01\n        values:\n          zh: 全天\n", "\n        open:\n          days: daily\n",
		"\n        confidence: high\n      - from: 2026-06-01\n        value: |\n          一行\n          两行\n"} {
		if !strings.Contains(string(data), part) {
			t.Errorf("%q is missing in\n%s", part, data)
		}
	}
	if back, err := Decode(data); err != nil || !reflect.DeepEqual(e, back) {
		t.Errorf("%v: read back as %+v", err, back)
	}
}

// oddTexts are texts on which YAML libraries stumble.
var oddTexts = []string{"", " ", "\n", "\n\n", " a", "a ", "a\n", "a\n\n", "\na", " a\nb\n", "a\n b\n", "a \nb", "a\n\tb", "a\n \nb\n", "a\r\nb", "a\tb",
	"~", "null", "Yes", "0x1F", "1e3", ".5", "1_000", "2026-11-21", "12:30", "-", "- a", "? a", ": a", "a:", "a: b", "a #b", "#a", "a\n#b\n", "{a}", "{.phone}报警", "[a", "]", ",", "a, b",
	"&a", "*a", "!a", "|", ">", "|\n", "%a", "@a", "`a", "'", "''", "\"", "\"a\"", "\\n", "\\", "=", "---", "...", "---\na\n", "a\n---\nb\n", "催收：停", "“引号”", "《法》", "（一）", "¿qué?",
	"全角　空格", "50\u00a0000", "\ufeffa", "a\u200db", "\u2028", "\u0085", "\x00", "\x7f", "😀", "👩\u200d👧", "a\n😀\n", "a\n\n\nb\n", "a\n\u3000b\n", "key: |\n  text\n", "a\n...\n"}

func TestEncodeOddTexts(t *testing.T) {
	for _, s := range oddTexts {
		checkEncodes(t, s)
	}
	if _, err := Encode(&Entry{ID: "x", Kind: Right, Name: Text{Zh: "\xff"}}); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a text that is no UTF-8: %v", err)
	}
}

func checkEncodes(t *testing.T, s string) {
	t.Helper()
	e := &Entry{ID: ID(s), Kind: Right, Text: Text{Zh: s, En: s + "\n" + s, Es: "a" + s}, Phrases: Phrases{Zh: []string{s, "b"}}, Sources: []string{s},
		Facts: map[string]Fact{"f" + s: {Type: Phone, Value: s, Checked: Date(s), Later: []Later{{From: Date(s), Value: s}, {Values: Text{En: s}}}}}}
	data, err := Encode(e)
	if err != nil {
		t.Errorf("%q: %v\n%s", s, err, data)
		return
	}
	if back, err := Decode(data); err != nil || !reflect.DeepEqual(e, back) {
		t.Errorf("%q (%v) is written as\n%s", s, err, data)
	}
}

// FuzzEncode: whatever a text holds, it comes back as it was, or an error says that it cannot be written.
func FuzzEncode(f *testing.F) {
	for _, s := range append(oddTexts, "<<") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := &Entry{ID: "x", Kind: Right, Text: Text{Zh: s}, Phrases: Phrases{Zh: []string{s}}, Sources: []string{s}}
		data, err := Encode(e)
		if err != nil {
			return
		}
		if back, err := Decode(data); err != nil || !reflect.DeepEqual(e, back) {
			t.Errorf("%q (%v) is written as\n%s", s, err, data)
		}
	})
}

func TestDecodeIsStrict(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "empty",
		"id: x\nkynd: right\n":             "kynd",
		"id: x\nid: y\n":                   "id",
		"id: x\n---\nid: y\n":              "second document",
		"id: x\n...\nid: y\n":              "second document",
		"id: [x\n":                         "",
		"id: x\norder: many\n":             "",
		"- id: x\n":                        "",
		"id: x\nfacts: {a: {tipo: url}}\n": "tipo",
	} {
		if _, err := Decode([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

// TestCanonicalBase: the canonical form of the base says the same and is its own canonical form.
func TestCanonicalBase(t *testing.T) {
	files, ps := Canonical(Base())
	if len(ps) > 0 {
		t.Fatalf("\n%v", ps)
	}
	original, err := yamlFiles(Base())
	if err != nil || len(files) != len(original) {
		t.Fatalf("%d files of %d (%v)", len(files), len(original), err)
	}
	folder := mapFS(files)
	rel, err := Load(folder)
	if err != nil || rel.ID != embeddedRelease().ID {
		t.Errorf("the canonical form is another release: %v", err)
	}
	again, ps := Canonical(folder)
	if len(ps) > 0 || !reflect.DeepEqual(files, again) {
		t.Errorf("the canonical form changes when it is written again: %v", ps)
	}
	was, err := fs.ReadFile(Base(), sourcesFile)
	if head, _ := splitHead(was); err != nil || !strings.HasPrefix(string(files[sourcesFile]), head) {
		t.Errorf("the comment at the head is lost: %v", err)
	}
}
