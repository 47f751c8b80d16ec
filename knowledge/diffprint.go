package knowledge

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// PrintChanges writes differences for a person: one line for each entry or source that came,
// went or changed, below it what changed in it, of long texts the changed lines only, and at
// the end how many there are of each. Without changes it writes nothing.
func PrintChanges(w io.Writer, changes []Change) error {
	var b strings.Builder
	var entries, sources tally
	last := ""
	for _, c := range changes {
		count := &entries
		if c.source() {
			count = &sources
		}
		switch {
		case c.Field == "":
			count.add(c.Op)
			fmt.Fprintf(&b, "%s %s: %s\n", c.Op, oneLine(c.Subject), oneLine(c.Old+c.New))
			continue
		case c.Subject != last:
			count.add(Changed)
			fmt.Fprintf(&b, "~ %s\n", oneLine(c.Subject))
			last = c.Subject
		}
		b.WriteString(c.lines())
	}
	if len(changes) > 0 {
		fmt.Fprintf(&b, "%s; sources: %s\n", entries, sources)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tally counts what was added, removed and changed.
type tally struct{ added, removed, changed int }

func (t *tally) add(op Op) {
	switch op {
	case Added:
		t.added++
	case Removed:
		t.removed++
	default:
		t.changed++
	}
}

func (t tally) String() string {
	return fmt.Sprintf("%d added, %d removed, %d changed", t.added, t.removed, t.changed)
}

// lines is a change inside an entry, indented, with its line end.
func (c Change) lines() string {
	switch {
	case c.Op != Changed:
		return fmt.Sprintf("    %s %s: %s\n", c.Op, oneLine(c.where()), oneLine(c.Old+c.New))
	case strings.Contains(c.Old, "\n") || strings.Contains(c.New, "\n"):
		return fmt.Sprintf("    %s:\n%s", oneLine(c.where()), changedLines(c.Old, c.New))
	}
	return fmt.Sprintf("    %s: %s → %s\n", oneLine(c.where()), shown(c.Old), shown(c.New))
}

func shown(s string) string { return cmp.Or(oneLine(s), "(none)") }

// oneLine keeps a value from breaking the line, or the terminal, it stands in.
func oneLine(s string) string {
	if s == "" || printable(s) && strings.TrimSpace(s) == s {
		return s
	}
	return strconv.Quote(s)
}

// changedLines shows the lines that only one of two texts has, in the order of the texts.
func changedLines(old, now string) string {
	a, b := textLines(old), textLines(now)
	var out strings.Builder
	for len(a) > 0 || len(b) > 0 {
		switch i, j := nextCommon(a, b); {
		case i == 0 && j == 0:
			a, b = a[1:], b[1:]
		default:
			writeLines(&out, Removed, a[:i])
			writeLines(&out, Added, b[:j])
			a, b = a[i:], b[j:]
		}
	}
	return out.String()
}

// nextCommon gives how many lines of a and b come before the nearest line that both have;
// all of them when there is none, or when a text is so long that looking would take minutes.
func nextCommon(a, b []string) (i, j int) {
	const most = 1 << 20 // pairs of lines; real texts have tens of lines
	if len(a) > 0 && len(b) > most/len(a) {
		return len(a), len(b)
	}
	for sum := range len(a) + len(b) {
		for i := range min(sum, len(a)-1) + 1 {
			if j := sum - i; j < len(b) && i < len(a) && a[i] == b[j] {
				return i, j
			}
		}
	}
	return len(a), len(b)
}

// textLines splits a text; a missing line end at its end is shown as a mark.
func textLines(s string) []string {
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	if lines[len(lines)-1] == "" {
		return lines[:len(lines)-1]
	}
	return slices.Concat(lines, []string{`\ no line end`})
}

func writeLines(b *strings.Builder, op Op, lines []string) {
	for _, l := range lines {
		fmt.Fprintf(b, "      %s %s\n", op, oneLine(l))
	}
}
