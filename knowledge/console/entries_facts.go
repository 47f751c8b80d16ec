package console

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"zhilu/knowledge"
)

// facts lists the facts of the entry, and those of others that its texts hold.
func (f *filling) facts() {
	for _, name := range slices.Sorted(maps.Keys(f.e.Facts)) {
		f.page.Facts = append(f.page.Facts, f.fact(f.e, name, "{."+name+"}"))
	}
	seen := map[string]bool{}
	for _, name := range textFields {
		for _, key := range langKeys {
			for _, ref := range references.FindAllStringSubmatch(f.ed.form[name+"."+key], -1) {
				if seen[ref[0]] || ref[1] == "" {
					continue
				}
				seen[ref[0]] = true
				e := f.s.entries[knowledge.ID(ref[1])]
				switch {
				case e == nil:
				case ref[2] == "":
					f.page.Used = append(f.page.Used, entryFactRow{Token: ref[0], Path: "/entries/" + ref[1], Type: f.v.say("entries.its_name"), Values: f.values(e, ref[0])})
				default:
					if _, ok := e.Facts[ref[2]]; ok {
						f.page.Used = append(f.page.Used, f.fact(e, ref[2], ref[0]))
					}
				}
			}
		}
	}
	slices.SortFunc(f.page.Used, func(a, b entryFactRow) int { return cmp.Compare(a.Token, b.Token) })
}

// references are those to another entry, or to a fact of it.
var references = regexp.MustCompile(`\{([a-z0-9-]+)(?:\.([a-z0-9-]+))?\}`)

func (f *filling) fact(e *knowledge.Entry, name, token string) entryFactRow {
	fact := e.Facts[name]
	return entryFactRow{Token: token, Path: "/facts/" + string(e.ID) + "/" + name, Type: fact.Type.Title(f.v.lang),
		Values: f.values(e, "{."+name+"}"), Overdue: factOverdue(fact, f.v.console.now())}
}

// values are what a reference stands for in the three languages, equal ones once.
func (f *filling) values(e *knowledge.Entry, ref string) []string {
	var list []string
	for _, l := range knowledge.AnswerLangs {
		if s := knowledge.Fill(e, ref, l, f.v.console.now(), f.s.find).Text; !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// stamps says of each translation whether it follows the Chinese text.
func (f *filling) stamps() {
	for _, l := range []knowledge.Lang{knowledge.En, knowledge.Es} {
		at := "match." + keyOf(l)
		st := stamp{Lang: l.Title(f.v.lang), Path: at, ID: anchor(at), Ticked: f.ed.ticked[at]}
		switch f.e.Translation(l) {
		case knowledge.Untranslated:
			st.State = f.v.say("entries.untranslated")
		case knowledge.Unstamped:
			st.State = f.v.say("entries.unstamped")
		case knowledge.Outdated:
			st.State = f.v.say("entries.outdated")
		default:
			st.State, st.Good = f.v.say("entries.current"), true
		}
		f.page.Stamps = append(f.page.Stamps, st)
	}
}
