package sheet

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"

	"zhilu/knowledge"
)

// Export gives the base as a sheet of a kind, its header in the language of the person who
// asked for it. files are the files of the base by their path; the error is theirs when they
// do not decode. Contacts gives the empty form. The same base gives the same bytes.
func Export(files map[string][]byte, kind Kind, format Format, lang knowledge.Lang) ([]byte, error) {
	if columns[kind] == nil {
		return nil, fmt.Errorf("there is no sheet %q", kind)
	}
	b, err := open(files)
	if err != nil {
		return nil, err
	}
	var head []string
	for _, c := range columns[kind] {
		head = append(head, header(c.name).In(lang))
	}
	if kind != Contacts {
		head = append(head, header(ref).In(lang))
	}
	rows := b.rows(kind, lang)
	digest := digestOf(kind, rows)
	for i, row := range rows {
		rows[i] = append(row, markOf(kind, digest, row).String())
	}
	rows = append([][]string{head}, rows...)
	switch format {
	case CSV:
		return writeCSV(rows)
	case XLSX:
		return writeXLSX(kind, rows, lang)
	}
	return nil, fmt.Errorf("there is no format %q", format)
}

// formRows are the rows of an empty sheet that offer their values in a list.
const formRows = 1000

// styles of a workbook. Everything is text: no number loses its zeros, nothing is run.
type bookStyles struct{ head, open, locked int }

// writeXLSX writes rows as a workbook of one sheet. What says which row it is cannot be typed
// over by mistake; who wants to takes the protection off, it has no password.
func writeXLSX(kind Kind, rows [][]string, lang knowledge.Lang) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	title := kind.Title(lang)
	if err := f.SetSheetName("Sheet1", title); err != nil {
		return nil, err
	}
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	if err := dress(f, kind, title, len(rows)); err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(title)
	if err != nil {
		return nil, err
	}
	if err := dressColumns(w, kind, styles); err != nil {
		return nil, err
	}
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, s := range row {
			cells[j] = excelize.Cell{StyleID: styles.of(kind, i, j), Value: bookText(s)}
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// bookText is a text as a cell of a workbook holds it: only what unescape would take an
// apostrophe from needs one.
func bookText(s string) string {
	if formulaAfter(s, 1) {
		return "'" + s
	}
	return s
}

func newStyles(f *excelize.File) (s bookStyles, err error) {
	const asText = 49 // the format "@"
	wrap := &excelize.Alignment{WrapText: true, Vertical: "top"}
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"#EEEEEE"}}
	for _, d := range []struct {
		into  *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{NumFmt: asText, Alignment: wrap, Fill: grey, Font: &excelize.Font{Bold: true}}},
		{&s.open, excelize.Style{NumFmt: asText, Alignment: wrap, Protection: &excelize.Protection{}}},
		{&s.locked, excelize.Style{NumFmt: asText, Alignment: wrap, Fill: grey, Protection: &excelize.Protection{Locked: true}}},
	} {
		if *d.into, err = f.NewStyle(&d.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

// of is the style of a cell. The marks of being stale stay open: taking one away says that
// the translation was compared.
func (s bookStyles) of(kind Kind, row, col int) int {
	switch {
	case row == 0:
		return s.head
	case col >= len(columns[kind]):
		return s.locked
	}
	switch c := columns[kind][col]; {
	case c.role == value, c.name == "stale_en", c.name == "stale_es":
		return s.open
	}
	return s.locked
}

// dress sets what concerns the sheet as a whole; it must be done before the rows are written.
func dress(f *excelize.File, kind Kind, title string, rows int) error {
	for i, c := range columns[kind] {
		if c.among == nil {
			continue
		}
		list := excelize.NewDataValidation(true)
		list.SetSqref(fmt.Sprintf("%s2:%[1]s%d", letters(i), rows+formRows))
		if err := list.SetDropList(c.among); err != nil {
			return err
		}
		if err := f.AddDataValidation(title, list); err != nil {
			return err
		}
	}
	if kind == Contacts {
		return nil
	}
	return f.ProtectSheet(title, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true,
		FormatCells: true, FormatColumns: true, FormatRows: true, InsertRows: true, Sort: true, AutoFilter: true,
	})
}

func dressColumns(w *excelize.StreamWriter, kind Kind, styles bookStyles) error {
	for i, c := range columns[kind] {
		if err := w.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
	}
	last := len(columns[kind]) + 1
	if err := w.SetColStyle(1, last, styles.open); err != nil { // rows that are added
		return err
	}
	if err := w.SetColWidth(last, last, 12); err != nil {
		return err
	}
	firstOpen := slices.IndexFunc(columns[kind], func(c column) bool { return c.role == value })
	return w.SetPanes(&excelize.Panes{Freeze: true, XSplit: firstOpen, YSplit: 1,
		TopLeftCell: fmt.Sprintf("%s2", letters(firstOpen)), ActivePane: "bottomRight"})
}
