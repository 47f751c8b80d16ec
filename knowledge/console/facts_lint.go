package console

import (
	"regexp"
	"slices"
	"strings"

	"zhilu/knowledge"
)

// lintFact puts what the rules of the base say about a fact beside its fields, and gives what the
// change would break elsewhere. data is the file as it would be.
func (form *factForm) lintFact(v *visit, snap *snapshot, path, name string, data []byte) (d *knowledge.Draft, elsewhere, notes knowledge.Problems) {
	d, all := snap.checked(path, data)
	block := factLines(data, name)
	for _, p := range all {
		own := p.File == path && p.Line >= block.from && p.Line < block.to
		switch {
		case own && p.Severity == knowledge.Error:
			form.place(v, p, block)
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
		return o.Code == p.Code && o.File == p.File && o.Entry == p.Entry && o.Lang == p.Lang && o.Text == p.Text
	})
}

// block is where a fact stands in the file of its entry: its lines, from 1.
type block struct {
	from, to int
	lines    []string // of the whole file
}

var factKey = regexp.MustCompile(`^  "?([a-z0-9-]+)"?:`)

// factLines finds a fact in a file in canonical form.
func factLines(data []byte, name string) block {
	b := block{lines: strings.Split(string(data), "\n")}
	facts := false
	for i, line := range b.lines {
		switch m := factKey.FindStringSubmatch(line); {
		case line == "facts:":
			facts = true
		case facts && b.from == 0 && m != nil && m[1] == name:
			b.from = i + 1
		case b.from > 0 && b.to == 0 && line != "" && !strings.HasPrefix(line, "   "):
			b.to = i + 1
		}
	}
	if b.from > 0 && b.to == 0 {
		b.to = len(b.lines) + 1
	}
	return b
}

// later is which of the later values a line belongs to, from 0; -1 for the first value.
func (b block) later(line int) int {
	at := -1
	for _, l := range b.lines[b.from-1 : min(line, len(b.lines))] {
		if strings.HasPrefix(strings.TrimSpace(l), "- from:") {
			at++
		}
	}
	return at
}

// place puts a problem beside the field that it is about, unless that has one already.
func (form *factForm) place(v *visit, p knowledge.Problem, b block) {
	w := &form.First
	if at := b.later(p.Line); at >= 0 && at < len(form.Later) {
		w = &form.Later[at]
	}
	value := &w.Value
	if w.Mode.Value == modeThree {
		value = map[knowledge.Lang]*field{knowledge.En: &w.En, knowledge.Es: &w.Es}[p.Lang]
		if value == nil {
			value = &w.Zh
		}
	}
	f, key := value, "facts.lint_other"
	switch {
	case p.Code == knowledge.BadFact && strings.Contains(p.Text, "until lies"):
		f, key = &form.Until, "facts.lint_until"
	case p.Code == knowledge.BadFact && strings.HasPrefix(p.Text, "a statute"):
		f, key = &form.Type, "facts.lint_statute"
	case p.Code == knowledge.BadFact && strings.HasPrefix(p.Text, "the type"):
		f, key = &form.Type, "facts.wrong_type"
	case p.Code == knowledge.BadFact && strings.HasPrefix(p.Text, "a fact is named"):
		f, key = &form.Name, "facts.lint_name"
	case p.Code == knowledge.BadFact && form.Type.Value == string(knowledge.Phone):
		key = "facts.lint_phone"
	case p.Code == knowledge.BadFact && form.Type.Value == string(knowledge.URL):
		key = "facts.lint_url"
	case p.Code == knowledge.BadHours:
		f, key = &w.Opens, "facts.lint_hours"
	case p.Code == knowledge.BadLater:
		f, key = &w.From, "facts.lint_later"
	case p.Code == knowledge.BadDate:
		f, key = &w.Checked, "facts.wrong_date"
	case p.Code == knowledge.NoSource:
		f, key = &w.Sources, "facts.wrong_sources"
	case p.Code == knowledge.UnknownSource:
		f, key = &w.Sources, "facts.lint_source"
	case p.Code == knowledge.MissingField:
		f, key = &w.Confidence, "facts.lint_confidence"
	case p.Code == knowledge.MissingLanguage:
		key = "facts.wrong_empty"
	}
	if f.Problem != "" {
		return
	}
	if key == "facts.lint_other" {
		f.Problem = v.say(key, p.Text)
		return
	}
	f.Problem = v.say(key)
}
