package danger

import "slices"

// section compiles the patterns under one heading.
func (c *compiler) section(s section) {
	for _, l := range s.lines {
		alternatives, err := l.patterns()
		if err != nil {
			c.fault(err)
		}
		for _, p := range alternatives {
			for _, parts := range c.choices(l, p) {
				c.rules = append(c.rules, rule{rankOf[s.kind], s.name, parts})
			}
		}
	}
}

// choices compiles a pattern: one result per choice among the steps of its parts.
func (c *compiler) choices(l line, p pattern) [][][]step {
	out := [][][]step{nil}
	for _, seq := range p {
		var next [][][]step
		for _, steps := range c.steps(l, seq) {
			for _, head := range out {
				next = append(next, append(slices.Clip(head), steps))
			}
		}
		if out = next; len(out) > maxChoices {
			c.fault(l.fault("%d ways to read one rule: at most %d", len(out), maxChoices))
			return nil
		}
	}
	return out
}

// steps compiles a sequence: one result per choice among optional elements and groups.
func (c *compiler) steps(l line, seq []element) [][]step {
	var out [][]step
	for _, steps := range c.extend([][]step{nil}, l, seq) {
		if len(steps) > 0 {
			out = append(out, steps)
		}
	}
	return out
}

// extend appends a sequence to each of the step lists in heads.
func (c *compiler) extend(heads [][]step, l line, seq []element) [][]step {
	for i := 0; i < len(seq); i++ {
		e := seq[i]
		switch {
		case e.optional:
			with := slices.Clone(seq[i:])
			with[0].optional = false
			heads = append(c.extend(heads, l, with), c.extend(c.without(heads, l, seq[i:]))...)
			i = len(seq)
		case e.mark:
			heads = c.close(heads, l, e.end)
		case !e.plain():
			heads = c.branch(heads, l, e)
		default:
			run := seq[i : i+1] // texts and groups side by side are one class
			for e.class == "" && i+1 < len(seq) && joins(seq[i], seq[i+1]) {
				i++
				run = run[:len(run)+1]
			}
			s := step{c.number(l, run), int32(e.gap), e.far, e.start, int32(run[len(run)-1].end)}
			var next [][]step
			for _, head := range heads {
				next = append(next, append(slices.Clip(head), s))
			}
			heads = next
		}
		if len(heads) > maxChoices {
			c.fault(l.fault("%d ways to read one rule: at most %d", len(heads), maxChoices))
			return nil
		}
	}
	return heads
}

// without leaves out the first element, which is optional: what was asked of its place is
// asked of the next.
func (c *compiler) without(heads [][]step, l line, seq []element) ([][]step, line, []element) {
	e, rest := seq[0], slices.Clone(seq[1:])
	if len(rest) > 0 {
		rest[0].gap, rest[0].far, rest[0].start = max(rest[0].gap, e.gap), rest[0].far || e.far, rest[0].start || e.start
	} else if e.end > 0 {
		heads = c.close(heads, l, e.end)
	}
	return heads, l, rest
}

// branch goes on with every alternative of a group that holds gaps or marks.
func (c *compiler) branch(heads [][]step, l line, e element) [][]step {
	var next [][]step
	for _, alternative := range e.group {
		alternative = slices.Clone(alternative)
		first := &alternative[0]
		first.gap, first.far, first.start = max(first.gap, e.gap), first.far || e.far, first.start || e.start
		next = append(next, c.extend(heads, l, alternative)...)
	}
	if e.end > 0 {
		next = c.close(next, l, e.end)
	}
	return next
}

// close wants the clause to end behind the last step of each list.
func (c *compiler) close(heads [][]step, l line, end int) [][]step {
	var out [][]step
	for _, head := range heads {
		if len(head) == 0 {
			c.fault(l.fault("$ with nothing before it"))
			continue
		}
		head = slices.Clone(head)
		head[len(head)-1].end = int32(end)
		out = append(out, head)
	}
	return out
}

// plain reports whether the element is a set of texts, without gaps and marks inside.
func (e element) plain() bool {
	for _, alternative := range e.group {
		for _, inner := range alternative {
			if inner.gap > 0 || inner.start || inner.end > 0 || inner.mark || !inner.plain() {
				return false
			}
		}
	}
	return true
}

// joins reports whether b stands directly behind a, so that both can be one class.
func joins(a, b element) bool {
	return b.class == "" && !b.optional && b.gap == 0 && !b.start && !b.mark && a.end == 0 && b.plain()
}
