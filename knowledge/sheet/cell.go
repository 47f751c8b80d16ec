package sheet

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// grid is a sheet as it was read, whatever the format.
type grid struct {
	rows  []gridRow // those that hold something
	notes []RowProblem
}

type gridRow struct {
	n     int // as the spreadsheet counts
	cells []cell
}

// cell is one cell as a person would write it. A cell with a fault is not read.
type cell struct {
	text  string
	fault *RowProblem
	// A number that a spreadsheet holds as such can be a day or an hour: see in.
	isNumber bool
	number   float64
}

func (c cell) empty() bool { return c.text == "" && c.fault == nil }

// refuse is a problem of a file, a row or a cell; who calls fills in where.
func refuse(key string, args ...any) *RowProblem { return &RowProblem{Key: key, Args: args} }

// clean is a text as it is compared: composed, with simple line ends, without space around it.
func clean(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return strings.TrimSpace(norm.NFC.String(s))
}

// in gives the cell as a column of this form holds it.
func (c cell) in(f form) (string, *RowProblem) {
	if c.fault != nil || c.text == "" {
		return "", c.fault
	}
	if utf8.RuneCountInString(c.text) > maxCell {
		return "", refuse("cell.long", maxCell)
	}
	switch f {
	case date:
		return c.day()
	case clock:
		return c.hour()
	case number:
		if !wholeNumber.MatchString(c.text) {
			return "", refuse("cell.number", c.text)
		}
	case line:
		if strings.Contains(c.text, "\n") {
			return "", refuse("cell.lines")
		}
	}
	return c.text, nil
}

var wholeNumber = regexp.MustCompile(`^[1-9]\d{0,3}$`)

// dayLayouts are the days that can be read in one way only.
var dayLayouts = []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "2006-1-2 15:04", "2006-1-2 15:04:05"}

func (c cell) day() (string, *RowProblem) {
	if c.isNumber && c.number >= 20_000 && c.number < 100_000 {
		return serialDay(c.number, false).Format(time.DateOnly), nil
	}
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, c.text); err == nil && t.Year() > 1900 {
			return t.Format(time.DateOnly), nil
		}
	}
	return "", refuse("cell.date", c.text)
}

func (c cell) hour() (string, *RowProblem) {
	if c.isNumber && c.number > 0 && c.number <= 1 {
		return clockOf(c.number), nil
	}
	s := strings.ReplaceAll(c.text, "：", ":")
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format("15:04"), nil
		}
	}
	if s == "24:00" {
		return s, nil
	}
	return "", refuse("cell.clock", c.text)
}

// unsafe is the first character of s that may not stand in a base: one that nobody sees, that
// turns the direction of what follows, or that is left over from a broken encoding. Joiners
// inside an emoji are no harm.
func unsafe(s string) *RowProblem {
	if !utf8.ValidString(s) {
		return refuse("cell.encoding")
	}
	var before rune
	for _, r := range s {
		joiner := r == 0x200D && (unicode.Is(unicode.So, before) || unicode.Is(unicode.Sk, before) || before == 0xFE0F)
		switch {
		case r == '\n' || joiner:
		case r == utf8.RuneError:
			return refuse("cell.encoding")
		case unicode.IsControl(r):
			return refuse("cell.control", r)
		case unicode.Is(unicode.Bidi_Control, r):
			return refuse("cell.bidi", r)
		case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Noncharacter_Code_Point), invisible[r]:
			return refuse("cell.invisible", r)
		}
		before = r
	}
	return nil
}

// invisible are letters and marks that show nothing.
var invisible = map[rune]bool{0x034F: true, 0x115F: true, 0x1160: true, 0x17B4: true, 0x17B5: true, 0x2800: true, 0x3164: true, 0xFFA0: true}

// A spreadsheet takes a cell that starts with one of these for a formula; the wide ones where
// Chinese is typed.
const formulaStarts = "=+-@\t\r＝＋－＠"

// formulaAfter reports whether s starts with a formula behind at least n apostrophes.
func formulaAfter(s string, n int) bool {
	bare := strings.TrimLeft(s, "'")
	r, _ := utf8.DecodeRuneInString(bare)
	return bare != "" && len(s)-len(bare) >= n && strings.ContainsRune(formulaStarts, r)
}

// escape puts an apostrophe before what a spreadsheet would run, and before what unescape
// would otherwise take one from.
func escape(s string) string {
	if formulaAfter(s, 0) {
		return "'" + s
	}
	return s
}

// unescape takes the apostrophe of escape away.
func unescape(s string) (bare string, was bool) {
	if formulaAfter(s, 1) {
		return s[1:], true
	}
	return s, false
}

// harmless is what may start with a plus or minus and is no formula: a telephone number, a number.
var harmless = regexp.MustCompile(`^(\+\d+([ ()-]*\d+)*|-\d+([.,]\d+)?)$`)

// csvCell is a cell of a file of plain text, where nothing tells a formula from a text.
func csvCell(s string) cell {
	s = clean(s)
	s, escaped := unescape(s)
	if !escaped && s != "" && strings.IndexByte("=+-@", s[0]) >= 0 && !harmless.MatchString(s) {
		return cell{text: s, fault: refuse("cell.formula.csv", s)}
	}
	return cell{text: s}
}
