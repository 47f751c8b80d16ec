package sheet

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"zhilu/knowledge"
)

// rowCase is a sheet of the small base, edited, and what comes of it.
type rowCase struct {
	name              string
	edit              func(*table)
	changes, problems string
}

func runRows(t *testing.T, k Kind, cases []rowCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := fresh(t)
			s := tableOf(t, files, k)
			c.edit(s)
			p := mustImport(t, files, "x.csv", s.bytes())
			if changes(p) != c.changes || told(p.Problems) != c.problems {
				t.Errorf("changes %s\nproblems %s", changes(p), told(p.Problems))
			}
			for path, data := range p.Files {
				if knowledge.EntryFile(path) {
					if e, err := knowledge.Decode(data); err != nil || !strings.HasSuffix(path, string(e.ID)+".yaml") {
						t.Errorf("%s: %v", path, err)
					}
				}
			}
		})
	}
}

const refHeader = "ref (do not change)"

// Rows of the small base: 2 hours, 3 phone, 4 phone from 2027 on.
func TestFacts(t *testing.T) {
	const v = "value (any language)"
	runRows(t, Facts, []rowCase{
		{"a number", func(s *table) { s.set(3, v, "95555") }, "hotline facts.phone.value  12378→95555", ""},
		{"a later value", func(s *table) { s.set(4, v, "95555").set(4, "from", "2027/2/1") },
			"hotline facts.phone.later[0].value  12379→95555; hotline facts.phone.later[0].from  2027-01-01→2027-02-01", ""},
		{"the next later value", func(s *table) {
			s.add("hotline", "phone", "3", "", "12380", "", "", "", "2028-01-01", "", "", "", "", "SRC", "2026-11-21", "high")
		}, "hotline facts.phone.later[1].value  →12380; hotline facts.phone.later[1].from  →2028-01-01; hotline facts.phone.later[1].sources  →SRC; hotline facts.phone.later[1].checked  →2026-11-21; hotline facts.phone.later[1].confidence  →high", ""},
		{"a later value out of order", func(s *table) { s.add("hotline", "phone", "5", "", "12380") }, "", "5 fact.order value no."},
		{"hours", func(s *table) { s.set(2, "Chinese", "全天").set(2, "opens", "8:30").set(2, "open days", "Daily") },
			"hotline facts.hours.values zh-Hans 工作日白天→全天; hotline facts.hours.open.days  workdays→daily; hotline facts.hours.open.from  09:00→08:30", ""},
		{"a new fact", func(s *table) {
			s.add("other", "site", "", "url", "https://example.org", "", "", "", "", "", "", "", "", "SRC", "2026-11-21", "low", "45")
		}, "other facts.site.type  →url; other facts.site.value  →https://example.org; other facts.site.sources  →SRC; other facts.site.checked  →2026-11-21; other facts.site.confidence  →low; other facts.site.review_days  →45", ""},
		{"a phone with a plus", func(s *table) { s.set(3, v, "+86 21-12345678") }, "hotline facts.phone.value  12378→+86 21-12345678", ""},
		{"no phone", func(s *table) { s.set(3, v, "12378 or so") }, "", "3 cell.phone " + v},
		{"a phone as Excel rounds it", func(s *table) { s.set(3, v, "1.23457E+11") }, "", "3 cell.phone " + v},
		{"no address", func(s *table) { s.set(3, "type", "url").set(3, v, "javascript:alert(1)") }, "", "3 cell.web " + v},
		{"a type that does not exist", func(s *table) { s.set(3, "type", "fax") }, "", "3 cell.among type"},
		{"no day", func(s *table) { s.set(3, "checked", "21/11/2026") }, "", "3 cell.date checked"},
		{"a day that does not exist", func(s *table) { s.set(3, "checked", "2026-02-30") }, "", "3 cell.date checked"},
		{"no time", func(s *table) { s.set(2, "opens", "nine") }, "", "2 cell.clock opens"},
		{"both values", func(s *table) { s.set(3, "Chinese", "一二三") }, "", "3 fact.both " + v},
		{"an unknown source", func(s *table) { s.set(3, "sources", "SRC, NOPE") }, "", "3 fact.source sources"},
		{"until of a later value", func(s *table) { s.set(4, "until", "2027-12-31") }, "", "4 fact.first until"},
		{"an empty value", func(s *table) { s.set(3, v, "") }, "", "3 cell.empty " + v},
		{"two lines", func(s *table) { s.set(3, v, "1\n2") }, "", "3 cell.lines " + v},
		{"no number of days", func(s *table) { s.set(3, "review every (days)", "often") }, "", "3 cell.number review every (days)"},
		{"a fact nobody may name so", func(s *table) { s.add("other", "Tel", "", "phone", "1").add("other", "a b", "", "phone", "1") },
			"other facts.tel.type  →phone; other facts.tel.value  →1", "6 fact.name fact"},
		{"a day of review is not read", func(s *table) { s.set(3, "review due", "never") }, "", ""},
	})
}

// Rows of the small base: 2 and 3 Chinese phrases, 4 English.
func TestPhrases(t *testing.T) {
	runRows(t, Phrases, []rowCase{
		{"one in the place of another", func(s *table) { s.set(4, "phrase", "banking regulator") }, "hotline phrases en financial regulator→banking regulator", ""},
		{"one more", func(s *table) { s.add("hotline", "es", "regulador") }, "hotline phrases es →regulador", ""},
		{"a copied row written over is one more", func(s *table) { s.rows = append(s.rows, slices.Clone(s.rows[3])); s.set(5, "phrase", "nfra") }, "hotline phrases en →nfra", ""},
		{"the same twice", func(s *table) { s.add("hotline", "en", "nfra").add("hotline", "en", "nfra") }, "hotline phrases en →nfra", ""},
		{"an empty one", func(s *table) { s.set(4, "phrase", "") }, "", "4 list.empty phrase"},
		{"an equals sign needs its apostrophe", func(s *table) { s.add("hotline", "zh", "=总局二").add("hotline", "zh", "'=总局三") }, "hotline phrases zh-Hans →=总局三", "5 cell.formula.csv phrase"},
		{"an unknown language", func(s *table) { s.add("hotline", "fr", "x") }, "", "5 cell.among language"},
		{"another entry under the ref", func(s *table) { s.set(4, "entry", "other") }, "", "4 ref.moved " + refHeader},
		{"no entry", func(s *table) { s.add("", "zh", "x") }, "", "5 row.key entry"},
		{"nothing said", func(s *table) { s.add("hotline", "zh", "") }, "", "5 row.key phrase"},
		{"a row that is missing says nothing", func(s *table) { s.rows = s.rows[:2] }, "", ""},
	})
	files := fresh(t)
	s := tableOf(t, files, Phrases).set(4, "phrase", "nfra")
	unchanged := tableOf(t, files, Phrases)
	put(t, files, "channel/hotline.yaml", func(e *knowledge.Entry) { e.Phrases.En = []string{"watchdog"} })
	if p := mustImport(t, files, "x.csv", s.bytes()); told(p.Problems) != "4 list.gone phrase" || len(p.Changes) > 0 {
		t.Errorf("%s; %s", told(p.Problems), changes(p))
	}
	if p := mustImport(t, files, "x.csv", unchanged.bytes()); len(p.Problems)+len(p.Changes) > 0 {
		t.Errorf("what was taken out of the base comes back: %s; %s", told(p.Problems), changes(p))
	}
}

func TestExamples(t *testing.T) {
	runRows(t, Examples, []rowCase{
		{"one in the place of another, one more", func(s *table) { s.set(3, "message", "一直打不通").add("hotline", "es", "qué es el 12378") },
			"hotline examples zh-Hans 打不通→一直打不通; hotline examples es →qué es el 12378", ""},
		{"a family", func(s *table) { s.add("hotline", "zh", "催我 👨\u200d👩\u200d👧") }, "hotline examples zh-Hans →催我 👨\u200d👩\u200d👧", ""},
		{"a joiner that joins nothing", func(s *table) { s.add("hotline", "zh", "催\u200d我") }, "", "5 cell.invisible message"},
	})
}

func TestContacts(t *testing.T) {
	row := []string{"", "上海法律援助021-12345678", "Shanghai Legal Aid", "", "（021）12345678", "工作日", "weekdays", "", "https://legal.example.org/", "请带身份证。", "Bring your ID.", "", "Office page", "https://www.legal.example.org/contact", "2026/11/1"}
	files := fresh(t)
	s := tableOf(t, files, Contacts).add(row...)
	p := mustImport(t, files, "ngo.csv", s.bytes())
	if len(p.Problems) > 0 || len(p.Files) != 2 {
		t.Fatalf("%s, %d files", told(p.Problems), len(p.Files))
	}
	want := `id: shanghai-legal-aid
kind: channel
name:
  zh: 上海法律援助{.phone}
  en: Shanghai Legal Aid
text:
  zh: |
    请带身份证。

    {.phone}
    {.hours}
    {.web}
  en: |
    Bring your ID.

    {.phone}
    {.hours}
    {.web}
phrases:
  en: [Shanghai Legal Aid]
facts:
  hours:
    type: hours
    values:
      zh: 工作日
      en: weekdays
    sources: [LEGAL]
    checked: 2026-11-01
    confidence: low
  phone:
    type: phone
    value: "021-12345678"
    sources: [LEGAL]
    checked: 2026-11-01
    confidence: low
  web:
    type: url
    value: https://legal.example.org/
    sources: [LEGAL]
    checked: 2026-11-01
    confidence: low
sources: [LEGAL]
checked: 2026-11-01
confidence: low
`
	if got := string(p.Files["channel/shanghai-legal-aid.yaml"]); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := string(p.Files["sources.yaml"]); !strings.HasPrefix(got, "# Where it comes from.\nLEGAL:\n  tier: C\n  title: Office page\n") || !strings.Contains(got, "SRC:") {
		t.Errorf("sources\n%s", got)
	}
	maps.Copy(files, p.Files)
	if p := mustImport(t, files, "ngo.csv", s.bytes()); told(p.Problems) != "2 contact.taken id" || len(p.Files) > 0 {
		t.Errorf("a second time: %s, %d files", told(p.Problems), len(p.Files))
	}
	second := slices.Clone(row)
	second[0], second[2] = "second", "Second office"
	p = mustImport(t, files, "ngo.csv", tableOf(t, files, Contacts).add(second...).bytes())
	if len(p.Files) != 1 || !strings.Contains(string(p.Files["channel/second.yaml"]), "sources: [LEGAL]") {
		t.Errorf("the same page is another source: %v", slices.Collect(maps.Keys(p.Files)))
	}
	runRows(t, Contacts, []rowCase{
		{"no name", func(s *table) { s.add("x", "", "", "", "110") }, "", "2 row.key name (Chinese)"},
		{"two numbers in a cell", func(s *table) { s.add("x", "甲", "", "", "110/120") }, "", "2 cell.phone phone"},
		{"a bad link", func(s *table) { s.add("x", "甲", "", "", "", "", "", "", "file:///etc/passwd") }, "", "2 cell.web web address"},
		{"a bad id", func(s *table) { s.add("../x", "甲") }, "", "2 contact.id id"},
		{"a brace", func(s *table) { s.add("x", "甲{police-110}") }, "", "2 contact.brace name (Chinese)"},
		{"the same id twice", func(s *table) { s.add("x", "甲").add("x", "乙") }, "x name zh-Hans →甲; x phrases zh-Hans →甲", "3 row.twice"},
	})
}
