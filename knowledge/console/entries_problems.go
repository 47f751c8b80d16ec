package console

import (
	"regexp"
	"slices"
	"strings"

	"zhilu/knowledge"
)

var (
	inList  = regexp.MustCompile(`\[\d+\]`)
	aFact   = regexp.MustCompile(`^facts\.[^.]+`)
	stamped = strings.NewReplacer("made_from.", "match.")
)

// pathOf is the field of the form that a problem belongs to, "" for none.
func pathOf(p knowledge.Problem) string {
	at := inList.ReplaceAllString(strings.TrimPrefix(p.Where, "$."), "")
	if fact := aFact.FindString(at); fact != "" {
		return fact
	}
	at = stamped.Replace(at)
	if p.Lang != "" && !strings.HasSuffix(at, "."+keyOf(p.Lang)) && at != "id" && at != "kind" && at != "" {
		at += "." + keyOf(p.Lang)
	}
	return at
}

func anchor(at string) string { return "f-" + strings.ReplaceAll(at, ".", "-") }

// clash reports the rules that are said of both entries, see Clashes.
func clash(p knowledge.Problem) bool {
	return p.Code == knowledge.DuplicatePhrase || p.Code == knowledge.DuplicateExample
}

// ownProblems are those of an entry, and which of its phrases and examples another entry has too.
func (v *snapshot) ownProblems(e *knowledge.Entry) (own knowledge.Problems, shared []knowledge.Clash) {
	clashes := false
	for _, p := range v.problems {
		if clashes = clashes || clash(p); p.Entry == e.ID && !clash(p) && (p.Code != knowledge.BadID || p.File == v.path(e)) {
			own = append(own, p)
		}
	}
	if clashes {
		shared = v.parsed.Clashes(e)
	}
	return own, shared
}

// check gathers what is wrong with the entry as it is stored, each beside its field.
func (f *filling) check() {
	own, shared := f.s.ownProblems(f.e)
	for _, p := range own {
		t := trouble{Text: p.In(f.v.lang), Warn: p.Severity == knowledge.Warning}
		if p.Code == knowledge.StaleTranslation || p.Code == knowledge.NotStamped {
			t.Text = f.v.say("entries.compare_first", p.Lang.Title(f.v.lang)) // what the base says names a command
		}
		f.add(pathOf(p), t)
	}
	for _, c := range shared {
		f.add(c.Field+"."+keyOf(c.Lang), trouble{Text: f.v.say("entries.taken", c.Text),
			Link: "/entries/" + string(c.With.ID), LinkText: f.v.called(f.s, c.With)})
	}
	for _, p := range f.s.problems.Errors() {
		if p.Entry != f.e.ID && !(clash(p) && len(shared) > 0) {
			f.page.Elsewhere++
		}
	}
	for _, s := range slots {
		if key := f.ed.wrong[s.path]; key != "" {
			f.troubles[s.path] = append([]trouble{{Text: f.v.wrong(key, s)}}, f.troubles[s.path]...)
		}
	}
}

// called names an entry in a sentence, with its id.
func (v *visit) called(s *snapshot, e *knowledge.Entry) string {
	name := s.name(e, v.lang, v.console.now())
	if name == "" {
		return string(e.ID)
	}
	return name + " (" + string(e.ID) + ")"
}

// wrong is what is said of a value that is not taken.
func (v *visit) wrong(key string, s slot) string {
	switch key {
	case "entries.huge":
		return v.say(key, s.most)
	case "entries.bad_number":
		return v.say(key, s.top)
	}
	return v.say(key)
}

func (f *filling) add(at string, t trouble) {
	t.Path = at
	if fact, ok := strings.CutPrefix(at, "facts."); ok && t.Link == "" {
		t.Link, t.LinkText = "/facts/"+string(f.e.ID)+"/"+fact, f.v.say("entries.to_fact", fact)
	}
	f.troubles[at] = append(f.troubles[at], t)
	if t.Warn {
		f.page.Warnings++
	} else {
		f.page.Errors++
	}
	f.page.Troubles = append(f.page.Troubles, t)
}

// take gives the troubles of a field, once; what nobody takes stands in the summary alone.
func (f *filling) take(at string) []trouble {
	list := f.troubles[at]
	delete(f.troubles, at)
	return list
}

// anchors leads each problem of the summary to its field, when the field is on the page.
func (f *filling) anchors() {
	there := map[string]string{}
	for _, b := range slices.Concat(f.page.Texts, f.page.Rest) {
		there[b.Name] = "b-" + b.Name
		for _, x := range b.Boxes {
			there[x.Path] = x.ID
		}
	}
	there["match.en"], there["match.es"] = anchor("match.en"), anchor("match.es")
	for i, t := range f.page.Troubles {
		f.page.Troubles[i].Anchor = there[t.Path]
		if f.page.Troubles[i].Path != "" && f.page.Troubles[i].Anchor != "" {
			f.page.Troubles[i].Path = f.v.fieldTitle(t.Path)
		} else {
			f.page.Troubles[i].Path = ""
		}
	}
}

// fieldTitle is the name of a field of the form.
func (v *visit) fieldTitle(at string) string {
	at = strings.NewReplacer("match.", "made_from.").Replace(at)
	return knowledge.FieldTitle("$."+at, v.lang)
}
