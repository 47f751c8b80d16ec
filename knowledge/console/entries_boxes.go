package console

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"zhilu/knowledge"
)

// restFields are the fields after the texts, in the order of the form.
var restFields = []string{"phrases", "examples", "say", "rights", "evidence", "channels", "drops", "parent", "local", "order", "danger", "as", "level",

	"sources", "checked", "confidence"}

// fields makes the blocks of the form: those of the kind, and what stands there besides.
func (f *filling) fields() {
	must, may := f.e.Kind.Fields()
	has := map[string]bool{}
	for at, value := range f.ed.form {
		if name, _, _ := strings.Cut(at, "."); value != "" || f.troubles[at] != nil {
			has[name] = true
		}
	}
	stated := f.e.Kind.Stated()
	for _, name := range append(slices.Clone(textFields), restFields...) {
		origin := name == "sources" || name == "checked" || name == "confidence"
		if !slices.Contains(must, name) && !slices.Contains(may, name) && !has[name] && !(origin && stated) {
			continue
		}
		b := block{Name: name, Title: knowledge.FieldTitle(name, f.v.lang), Hint: knowledge.FieldHint(name, f.v.lang), Must: slices.Contains(must, name) || origin && stated}
		f.boxes(&b)
		if b.Troubles = f.take(name); b.silent() {
			continue
		}
		if slices.Contains(textFields, name) {
			f.page.Texts = append(f.page.Texts, b)
		} else {
			f.page.Rest = append(f.page.Rest, b)
		}
	}
	f.anchors()
}

// silent reports whether a block has nothing to show to somebody who may not fill it in.
func (b block) silent() bool {
	return len(b.Troubles) == 0 && !slices.ContainsFunc(b.Boxes, func(x box) bool { return !x.Read || x.Value != "" || len(x.Troubles) > 0 })
}

// boxes makes the boxes of a block.
func (f *filling) boxes(b *block) {
	for _, s := range slots {
		if name, key, _ := strings.Cut(s.path, "."); name != b.Name {
			continue
		} else if slices.Contains(langKeys, key) {
			b.Langs = true
			b.Boxes = append(b.Boxes, f.langBox(b.Name, key, s))
		} else {
			b.Boxes = append(b.Boxes, f.plainBox(b, s))
		}
	}
}

func (f *filling) box(s slot) box {
	return box{Path: s.path, ID: anchor(s.path), Type: "area", Value: f.ed.form[s.path], Troubles: f.take(s.path), Rows: 2,
		Read: !f.page.Full && !(f.page.Some && mayTranslate(s.path))}
}

// langBox is the box of one language.
func (f *filling) langBox(name, key string, s slot) box {
	x, l := f.box(s), langOf(key)
	x.Label, x.Lang = l.Title(f.v.lang), string(l)
	switch name {
	case "text", "other", "call":
		x.Rows = 12
	case "phrases":
		x.Rows = 8
	case "examples":
		x.Rows = 8
	case "short", "near":
		x.Rows = 3
	}
	if slices.Contains(textFields, name) {
		x.Text, x.Most = true, knowledge.TextLimit(name)
		if name == "name" && f.e.Kind == knowledge.Rule {
			x.Most = 0 // the title of a law is as long as it is
		}
		filled := knowledge.Fill(f.e, tidy(x.Value), l, f.v.console.now(), f.s.find)
		x.Preview, x.Bytes, x.Unknown = filled.Text, filled.Bytes, filled.Unknown
	}
	return x
}

// plainBox is the box of a field without languages.
func (f *filling) plainBox(b *block, s slot) box {
	x := f.box(s)
	if x.Label, x.Only = b.Title, true; s.path != b.Name {
		x.Label, x.Only = f.v.fieldTitle(s.path), false
	}
	switch s.path {
	case "order", "danger":
		x.Type = "number"
	case "checked":
		x.Type = "date"
	case "say.alone", "local":
		x.Type = "check"
	case "level":
		x.Type, x.Options = "select", f.options(x.Value, []option{{"law", ""}, {"regulation", ""}, {"interpretation", ""}, {"judicial", ""}, {"joint", ""}, {"regulator", ""}, {"standard", ""}, {"association", ""}},
			func(s string) string { return knowledge.Level(s).Title(f.v.lang) })
	case "confidence":
		x.Type, x.Options = "select", f.options(x.Value, []option{{"high", ""}, {"medium", ""}, {"low", ""}},
			func(s string) string {
				return f.v.say("entries.choice", knowledge.Confidence(s).Title(f.v.lang), knowledge.Confidence(s).Hint(f.v.lang))
			})
	case "parent":
		x.Type, x.Options = "select", f.options(x.Value, f.entries(knowledge.Channel), nil)
	case "as":
		x.Type, x.Options = "select", f.options(x.Value, f.entries(f.e.Kind), nil)
	case "rights", "evidence", "channels", "drops":
		x.Rows, x.Code = 4, true
		f.listed(b, x, map[string]knowledge.Kind{"rights": knowledge.Right, "evidence": knowledge.Evidence}[s.path])
	case "sources":
		x.Rows, x.Code = 4, true
		f.sources(b, x)
	}
	return x
}

// options are the choices of a field: nothing first, and what stands there even if it is none.
func (f *filling) options(value string, choices []option, title func(string) string) []option {
	all := []option{{"", f.v.say("entries.none")}}
	known := value == ""
	for _, o := range choices {
		if title != nil {
			o.Text = title(o.Value)
		}
		known = known || o.Value == value
		all = append(all, o)
	}
	if !known {
		all = append(all, option{value, value})
	}
	return all
}

// entries are those of a kind as choices.
func (f *filling) entries(k knowledge.Kind) []option {
	var list []option
	for _, e := range f.s.parsed.Entries {
		if e.Kind == k && e.ID != f.e.ID {
			list = append(list, option{string(e.ID), f.v.called(f.s, e)})
		}
	}
	return list
}

// listed names the entries of a list, and those that could be on it.
func (f *filling) listed(b *block, x box, k knowledge.Kind) {
	k, b.Add = cmp.Or(k, knowledge.Channel), x.ID
	ids := split(x.Value)
	for _, id := range ids {
		n := naming{ID: id, Path: "/entries/" + id}
		switch e := f.s.entries[knowledge.ID(id)]; {
		case knowledge.ID(id) == knowledge.Supervisor && b.Name == "channels":
			n.Name, n.Path = f.v.say("entries.supervisor"), ""
		case e == nil:
			n.Name, n.Path, n.Bad = f.v.say("entries.nobody"), "", true
		default:
			n.Name = f.s.name(e, f.v.lang, f.v.console.now())
		}
		b.Chosen = append(b.Chosen, n)
	}
	if x.Read {
		return
	}
	if b.Name == "channels" && f.e.Kind != knowledge.Lender && !slices.Contains(ids, string(knowledge.Supervisor)) {
		b.Choices = append(b.Choices, naming{ID: string(knowledge.Supervisor), Name: f.v.say("entries.supervisor")})
	}
	for _, e := range f.s.parsed.Entries {
		if e.Kind == k && !slices.Contains(ids, string(e.ID)) && e.ID != f.e.ID {
			b.Choices = append(b.Choices, naming{ID: string(e.ID), Name: f.s.name(e, f.v.lang, f.v.console.now())})
		}
	}
}

func (f *filling) sources(b *block, x box) {
	b.Add = x.ID
	ids, all := split(x.Value), f.s.parsed.Sources
	for _, id := range ids {
		n := naming{ID: id, Name: all[id].Title}
		if _, ok := all[id]; !ok {
			n.Name, n.Bad = f.v.say("entries.nobody"), true
		}
		b.Chosen = append(b.Chosen, n)
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if !x.Read && !slices.Contains(ids, id) {
			b.Choices = append(b.Choices, naming{ID: id, Name: all[id].Title})
		}
	}
}

// UnknownText are the references of a text that lead nowhere.
func (x box) UnknownText() string { return strings.Join(x.Unknown, " ") }
