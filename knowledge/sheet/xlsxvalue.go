package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// look is how a workbook shows the numbers of a style; only what changes their meaning.
type look int

const (
	general look = iota
	dayLook
	clockLook
	momentLook
	percentLook
)

// rawCell is a cell as a workbook holds it.
type rawCell struct {
	At      string    `xml:"r,attr"`
	Style   int       `xml:"s,attr"`
	Type    string    `xml:"t,attr"`
	Formula *struct{} `xml:"f"`
	Value   string    `xml:"v"`
	Inline  richText  `xml:"is"`
}

// cell is what a person sees in the cell.
func (s *sheetReader) cell(c rawCell) cell {
	if c.Formula != nil {
		return cell{fault: refuse("cell.formula")}
	}
	switch c.Type {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || i < 0 || i >= len(s.shared) {
			return cell{fault: refuse("cell.broken")}
		}
		return stringCell(s.shared[i])
	case "inlineStr":
		return stringCell(c.Inline.String())
	case "str", "d":
		return stringCell(unmark(c.Value))
	case "b":
		return stringCell(map[string]string{"1": "TRUE", "0": "FALSE"}[c.Value])
	case "e":
		return cell{fault: refuse("cell.error", c.Value)}
	case "", "n":
		return s.numberCell(strings.TrimSpace(c.Value), c.Style)
	}
	return cell{fault: refuse("cell.broken")}
}

// stringCell is a text. One that came by way of our CSV may still have its apostrophe.
func stringCell(s string) cell {
	s, _ = unescape(clean(s))
	return cell{text: s}
}

var decimal = regexp.MustCompile(`^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$`)

// maxDigits is the number from which a spreadsheet does not keep every digit.
const maxDigits = 1e15

func (s *sheetReader) numberCell(v string, style int) cell {
	if v == "" {
		return cell{}
	}
	n, err := strconv.ParseFloat(v, 64)
	switch {
	case err != nil || !decimal.MatchString(v):
		return cell{fault: refuse("cell.broken")}
	case n >= maxDigits || n <= -maxDigits:
		return cell{fault: refuse("cell.digits", strconv.FormatFloat(n, 'g', -1, 64))}
	}
	c := cell{isNumber: true, number: n, text: strconv.FormatFloat(n, 'f', -1, 64)}
	if s.date1904 && n > 1 {
		c.number += 1462 // the days between the two beginnings of time
	}
	l := general
	if style >= 0 && style < len(s.styles) {
		l = s.styles[style]
	}
	switch {
	case l == percentLook:
		c.text = strconv.FormatFloat(n*100, 'g', 12, 64) + "%"
	case l == clockLook && n >= 0 && n <= 1:
		c.text = clockOf(n)
	case l != general && l != clockLook && c.number >= 61 && c.number < 2_958_466: // from 1 March 1900 on, until 9999
		layout := time.DateOnly
		if l == momentLook && c.number != float64(int(c.number)) {
			layout = "2006-01-02 15:04"
		}
		c.text = serialDay(c.number, l == momentLook).Format(layout)
	}
	return c
}

// serialDay is the day that Excel counts from 1900; its count is right from 1 March 1900 on.
func serialDay(n float64, withTime bool) time.Time {
	t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n))
	if withTime {
		t = t.Add(time.Duration((n-float64(int(n)))*24*60*60+0.5) * time.Second)
	}
	return t
}

// clockOf is a part of a day as a time.
func clockOf(n float64) string {
	if n >= 1 {
		return "24:00"
	}
	return time.Unix(int64(n*24*60*60+0.5), 0).UTC().Format("15:04")
}

// styles gives what each style of the workbook makes of a number.
func (b *book) styles(name string) ([]look, error) {
	if name == "" {
		return nil, nil
	}
	var doc struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(name, &doc); err != nil {
		return nil, err
	}
	codes := map[int]look{}
	for _, f := range doc.Formats {
		codes[f.ID] = lookOf(f.Code)
	}
	all := make([]look, len(doc.Cells))
	for i, c := range doc.Cells {
		l, ok := codes[c.Format]
		if !ok {
			l = builtIn(c.Format)
		}
		all[i] = l
	}
	return all, nil
}

// builtIn are the formats that no workbook spells out; 27 to 36 and 50 to 58 are those of
// Chinese and Japanese (ECMA-376, 18.8.30).
func builtIn(id int) look {
	switch {
	case id == 9, id == 10:
		return percentLook
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return dayLook
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return clockLook
	case id == 22:
		return momentLook
	}
	return general
}

// literals are the parts of a format that are shown as they stand, and conditions and colours.
var literals = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

func lookOf(code string) look {
	code = strings.ToLower(literals.ReplaceAllString(code, ""))
	code, _, _ = strings.Cut(code, ";")
	hours := strings.ContainsAny(code, "hs")
	days := strings.ContainsAny(code, "yd") || strings.Contains(code, "m") && !hours
	switch {
	case strings.Contains(code, "general"):
		return general
	case days && hours:
		return momentLook
	case days:
		return dayLook
	case hours:
		return clockLook
	case strings.Contains(code, "%"):
		return percentLook
	}
	return general
}
