package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// richText is a string of a workbook: whole, or in runs that look differently.
type richText struct {
	Whole []string `xml:"t"`
	Runs  []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	var b strings.Builder
	for _, s := range t.Whole {
		b.WriteString(s)
	}
	for _, r := range t.Runs {
		b.WriteString(r.Text)
	}
	return unmark(b.String())
}

var marked = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unmark undoes the marks that stand for characters which XML cannot hold: _x000D_.
func unmark(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return marked.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.ParseUint(m[2:6], 16, 16)
		if utf16.IsSurrogate(rune(n)) {
			return "\uFFFD"
		}
		return string(rune(n))
	})
}

func (b *book) sharedStrings(name string) ([]string, error) {
	if name == "" {
		return nil, nil
	}
	data, err := b.read(name)
	if err != nil {
		return nil, err
	}
	var all []string
	for d := newDecoder(data); ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "si" {
			continue
		}
		var s richText
		if err := d.DecodeElement(&s, &start); err != nil {
			return nil, err
		}
		if all = append(all, s.String()); len(all) > maxCells {
			return nil, errBroken
		}
	}
}

// sheetReader reads the cells of one sheet.
type sheetReader struct {
	shared   []string
	styles   []look
	date1904 bool

	grid  grid
	row   gridRow
	cells int
}

// read goes through a sheet from top to bottom.
func (s *sheetReader) read(data []byte) (grid, *RowProblem) {
	inside := false
	for d := newDecoder(data); ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return s.grid, nil
		}
		if err != nil {
			return s.grid, refuse("file.broken")
		}
		switch t := t.(type) {
		case xml.StartElement:
			fault := s.element(d, t, &inside)
			if fault != nil {
				return s.grid, fault
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "sheetData":
				inside = false
			case "row":
				if fault := s.endRow(); fault != nil {
					return s.grid, fault
				}
			}
		}
	}
}

func (s *sheetReader) element(d *xml.Decoder, t xml.StartElement, inside *bool) *RowProblem {
	switch name := t.Name.Local; {
	case name == "sheetData":
		*inside = true
	case name == "mergeCell":
		at := attribute(t, "ref")
		_, row, _ := position(at)
		return &RowProblem{Row: row, Key: "file.merged", Args: []any{at}}
	case name == "row" && *inside:
		return s.startRow(attribute(t, "r"))
	case name == "c" && *inside:
		if s.cells++; s.cells > maxCells {
			return refuse("file.rows", maxRows)
		}
		var c rawCell
		if err := d.DecodeElement(&c, &t); err != nil {
			return refuse("file.broken")
		}
		return s.add(c)
	}
	return nil
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// startRow begins a row: the next one when it has no number.
func (s *sheetReader) startRow(r string) *RowProblem {
	n := s.row.n + 1
	if r != "" {
		given, err := strconv.Atoi(r)
		if err != nil || given < n {
			return refuse("file.broken")
		}
		n = given
	}
	s.row = gridRow{n: n}
	return nil
}

func (s *sheetReader) endRow() *RowProblem {
	cells := s.row.cells
	for len(cells) > 0 && cells[len(cells)-1].empty() {
		cells = cells[:len(cells)-1]
	}
	s.row.cells = nil
	if len(cells) == 0 {
		return nil
	}
	if s.grid.rows = append(s.grid.rows, gridRow{s.row.n, cells}); len(s.grid.rows) > maxRows+1 {
		return refuse("file.rows", maxRows)
	}
	return nil
}

// add puts a cell in its place in the row: the next one when it says none.
func (s *sheetReader) add(raw rawCell) *RowProblem {
	column := len(s.row.cells)
	if raw.At != "" {
		at, row, ok := position(raw.At)
		if !ok || row != s.row.n || at < column {
			return refuse("file.broken")
		}
		column = at
	}
	c := s.cell(raw)
	switch {
	case c.empty():
		return nil
	case column >= maxColumns:
		return &RowProblem{Row: s.row.n, Key: "file.columns", Args: []any{maxColumns}}
	}
	for len(s.row.cells) < column {
		s.row.cells = append(s.row.cells, cell{})
	}
	s.row.cells = append(s.row.cells, c)
	return nil
}

// position takes a place such as AB12 apart: column 27, row 12. Of a range it is the start.
func position(at string) (column, row int, ok bool) {
	at, _, _ = strings.Cut(at, ":")
	letters := strings.TrimRight(at, "0123456789")
	row, err := strconv.Atoi(at[len(letters):])
	if err != nil || row < 1 || len(letters) == 0 || len(letters) > 3 {
		return 0, 0, false
	}
	for _, r := range letters {
		if r < 'A' || r > 'Z' {
			return 0, 0, false
		}
		column = column*26 + int(r-'A') + 1
	}
	return column - 1, row, true
}
