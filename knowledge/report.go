package knowledge

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// report adds a problem of an entry at where, which is both its place and its field.
func (c *compiler) report(e *Entry, where string, l Lang, code Check, format string, args ...any) {
	c.problems = append(c.problems, c.at(e, where, l, code).saying(format, args...))
}

// reportAbout adds a problem of an entry whose field the file lacks, or has elsewhere, with the
// place that is shown instead.
func (c *compiler) reportAbout(e *Entry, place, field string, l Lang, code Check, format string, args ...any) {
	p := c.at(e, place, l, code)
	p.Where = field
	c.problems = append(c.problems, p.saying(format, args...))
}

// reportIn adds a problem of a file that is no entry. about is what it concerns in a list, or "".
func (c *compiler) reportIn(file, where, about string, code Check, format string, args ...any) {
	p := Problem{Severity: code.severity(), Code: code, File: file, Where: where, about: about}
	c.problems = append(c.problems, p.saying(format, args...))
}

// tell adds a problem of an entry that an error tells.
func (c *compiler) tell(e *Entry, where string, l Lang, code Check, err error) {
	c.problems = append(c.problems, c.at(e, where, l, code).of(err))
}

// at makes a problem of an entry that does not say anything yet; where is a YAML path inside
// its file, such as "$.rights[1]", and gives line and column when the file has it.
func (c *compiler) at(e *Entry, where string, lang Lang, code Check) Problem {
	p := Problem{Severity: code.severity(), Code: code, File: c.draft.files[e].name, Entry: e.ID, Lang: lang, Where: where}
	tree := c.tree(e)
	if tree == nil {
		return p
	}
	yp, err := yaml.PathString(where)
	if err != nil {
		return p
	}
	if n, err := yp.FilterFile(tree); err == nil && n != nil {
		if t := firstToken(n); t != nil {
			p.Line, p.Col = t.Position.Line, t.Position.Column
		}
	}
	return p
}

// tree is the file of an entry, parsed; nil for a draft that was put together in memory. The one
// asked for last is kept, since problems come entry by entry.
func (c *compiler) tree(e *Entry) *ast.File {
	if c.parsed.entry != e {
		tree, err := parser.ParseBytes(c.draft.files[e].data, 0)
		if err != nil { // it was decoded before
			tree = nil
		}
		c.parsed.entry, c.parsed.tree = e, tree
	}
	return c.parsed.tree
}
