package knowledge

// report adds a problem of an entry at where, which is both its place and its field.
func (c *compiler) report(e *Entry, where string, l Lang, code Check, format string, args ...any) {
	c.problems = append(c.problems, c.draft.at(e, where, l, code).saying(format, args...))
}

// reportAbout adds a problem of an entry whose field the file lacks, or has elsewhere, with the
// place that is shown instead.
func (c *compiler) reportAbout(e *Entry, place, field string, l Lang, code Check, format string, args ...any) {
	p := c.draft.at(e, place, l, code)
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
	c.problems = append(c.problems, c.draft.at(e, where, l, code).of(err))
}
