package knowledge

import (
	"io/fs"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// An excerpt is set in and takes at most so many columns of a terminal beside that.
const (
	excerptIndent  = "    "
	excerptColumns = 96
	tabColumns     = 8
)

// Excerpt shows where a problem lies in its base: the line of the file, of a long one what is
// near the place, and a caret below. It is two lines with their ends; empty when the problem
// has no place or the file cannot be read.
func (p Problem) Excerpt(fsys fs.FS) string {
	if p.Line < 1 || p.Col < 1 {
		return ""
	}
	data, err := readLimited(fsys, p.File)
	if err != nil {
		return ""
	}
	lines := strings.Split(lineEnds.Replace(string(data)), "\n")
	if p.Line > len(lines) {
		return ""
	}
	line, at := around(shownLine(lines[p.Line-1]), p.Col-1)
	return excerptIndent + string(line) + "\n" + excerptIndent + blanks(line[:at]) + "^\n"
}

// lineEnds brings the line ends of YAML to one form.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// shownLine is a line without what a terminal would act on or hide: a base may come from anywhere.
func shownLine(s string) []rune {
	line := []rune(s)
	for i, r := range line {
		if r != '\t' && !unicode.IsGraphic(r) {
			line[i] = unicode.ReplacementChar
		}
	}
	return line
}

// around cuts a line that is too long to what is near one of its characters, and gives the
// place of that character in what is left.
func around(line []rune, at int) ([]rune, int) {
	at = min(at, len(line))
	if columnsOf(line) <= excerptColumns {
		return line, at
	}
	from, to := window(line, at, excerptColumns-2) // the marks of what is left out take one each
	shown := line[from:to:to]
	if to < len(line) {
		shown = append(shown, '…')
	}
	if from > 0 {
		return append([]rune{'…'}, shown...), at - from + 1
	}
	return shown, at - from
}

// window grows from a place in a line to both sides as long as there is room.
func window(line []rune, at, room int) (from, to int) {
	from, to = at, at
	for grown := true; grown; {
		grown = false
		if to < len(line) && columns(line[to]) <= room {
			room -= columns(line[to])
			to++
			grown = true
		}
		if from > 0 && columns(line[from-1]) <= room {
			from--
			room -= columns(line[from])
			grown = true
		}
	}
	return from, to
}

// blanks take as many columns as a text; its tabs stay.
func blanks(text []rune) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\t' {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.Repeat(" ", columns(r)))
	}
	return b.String()
}

func columnsOf(text []rune) int {
	n := 0
	for _, r := range text {
		n += columns(r)
	}
	return n
}

// columns is how many columns of a terminal a character takes: Chinese ones two, an accent
// that stands by itself none, a tab at most eight.
func columns(r rune) int {
	if r == '\t' {
		return tabColumns
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
