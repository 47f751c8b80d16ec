package console

import (
	"slices"
	"strconv"
	"strings"

	"zhilu/knowledge"
)

// lintFact puts what the rules of the base say about a fact beside its fields, and gives what the
// change would break elsewhere. data is the file as it would be.
func (form *factForm) lintFact(v *visit, snap *snapshot, path, name string, data []byte) (d *knowledge.Draft, elsewhere, notes knowledge.Problems) {
	d, all := snap.checked(path, data)
	for _, p := range all {
		where, own := strings.CutPrefix(p.Where, "$.facts."+name)
		own = own && p.File == path && (where == "" || where[0] == '.')
		switch {
		case own && p.Severity == knowledge.Error:
			form.place(v, p, where)
		case p.Severity == knowledge.Error && !known(snap.problems, p):
			elsewhere = append(elsewhere, p)
		case p.Severity == knowledge.Warning && !known(snap.problems, p):
			notes = append(notes, p)
		}
	}
	return d, elsewhere, notes
}

// known reports whether a problem was there before; its line may have moved.
func known(list knowledge.Problems, p knowledge.Problem) bool {
	return slices.ContainsFunc(list, func(o knowledge.Problem) bool {
		return o.Code == p.Code && o.File == p.File && o.Entry == p.Entry && o.Lang == p.Lang && o.Where == p.Where && o.Text == p.Text
	})
}

// place puts a problem beside the field that it is about, unless that has one already. where is
// its place within the fact: "", ".open", ".later[0].sources[1]".
func (form *factForm) place(v *visit, p knowledge.Problem, where string) {
	w := &form.First
	if rest, ok := strings.CutPrefix(where, ".later["); ok {
		at, rest, _ := strings.Cut(rest, "]")
		if i, err := strconv.Atoi(at); err == nil && i < len(form.Later) {
			w, where = &form.Later[i], rest
		}
	}
	f := form.fieldOf(w, p, where)
	if f.Problem == "" {
		f.Problem = p.In(v.lang)
	}
}

// fieldOf is the field of a form that a problem belongs to; what belongs to none stands beside
// the value.
func (form *factForm) fieldOf(w *valueForm, p knowledge.Problem, where string) *field {
	switch {
	case p.Code == knowledge.BadHours:
		return &w.Opens
	case p.Code == knowledge.BadLater:
		return &w.From
	case p.Code == knowledge.NoSource, strings.HasPrefix(where, ".sources"):
		return &w.Sources
	case p.Code == knowledge.MissingField:
		return &w.Confidence
	case p.Code == knowledge.BadDate:
		return &w.Checked
	case p.Code == knowledge.BadFact && strings.HasPrefix(p.Text, "until "):
		return &form.Until
	case p.Code == knowledge.BadFact && (strings.HasPrefix(p.Text, "a statute ") || strings.HasPrefix(p.Text, "the type ")):
		return &form.Type
	case w.Mode.Value != modeThree:
		return &w.Value
	case p.Lang == knowledge.En:
		return &w.En
	case p.Lang == knowledge.Es:
		return &w.Es
	}
	return &w.Zh
}
