package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// readCSV reads rows of plain text. The separator is the one that the first line has most of.
func readCSV(data []byte) (grid, *RowProblem) {
	var g grid
	comma, skip := separator(data)
	data = data[skip:]
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	n, from := 0, int64(0)
	if skip > 0 {
		n = 1
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return g, nil
		}
		to := r.InputOffset()
		n += 1 + blankLines(data[from:to]) // the reader passes over blank lines, a spreadsheet counts them
		from = to
		if err != nil {
			return g, &RowProblem{Row: n, Key: "row.quotes"}
		}
		row, fault := csvRow(n, record)
		if fault != nil {
			return g, fault
		}
		if row.cells == nil {
			continue
		}
		if g.rows = append(g.rows, row); len(g.rows) > maxRows+1 {
			return g, refuse("file.rows", maxRows)
		}
	}
}

func csvRow(n int, record []string) (gridRow, *RowProblem) {
	for len(record) > 0 && strings.TrimSpace(record[len(record)-1]) == "" {
		record = record[:len(record)-1]
	}
	if len(record) > maxColumns {
		return gridRow{}, &RowProblem{Row: n, Key: "file.columns", Args: []any{maxColumns}}
	}
	row := gridRow{n: n}
	for _, s := range record {
		row.cells = append(row.cells, csvCell(s))
	}
	return row, nil
}

// blankLines is how many lines with nothing in them a record is preceded by.
func blankLines(raw []byte) int {
	n := 0
	for {
		switch {
		case bytes.HasPrefix(raw, []byte("\r\n")):
			raw = raw[2:]
		case bytes.HasPrefix(raw, []byte("\n")):
			raw = raw[1:]
		default:
			return n
		}
		n++
	}
}

// separator finds the separator, and how many bytes a first line "sep=;" takes, in which
// Excel is told of it.
func separator(data []byte) (comma rune, skip int) {
	if first, rest, ok := bytes.Cut(data, []byte("\n")); ok {
		if mark, ok := strings.CutPrefix(strings.ToLower(strings.TrimRight(string(first), "\r")), "sep="); ok && len(mark) == 1 && strings.Contains(",;\t|", mark) {
			return rune(mark[0]), len(data) - len(rest)
		}
	}
	counts := map[byte]int{}
	quoted := false
	for _, b := range data {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '\n' && len(counts) > 0:
			return most(counts), 0
		case b == ',' || b == ';' || b == '\t':
			counts[b]++
		}
	}
	return most(counts), 0
}

func most(counts map[byte]int) rune {
	best := byte(',')
	for _, b := range []byte(";\t") {
		if counts[b] > counts[best] {
			best = b
		}
	}
	return rune(best)
}

// writeCSV writes rows with a byte order mark, without which Excel takes Chinese for the code
// page of the machine.
func writeCSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, s := range row {
			if safe[i] = escape(s); !utf8.ValidString(s) {
				return nil, errors.New("a text is no UTF-8")
			}
		}
		if err := w.Write(safe); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
