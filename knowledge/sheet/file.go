package sheet

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// read reads an upload by what it is, not by what it is called.
func read(data []byte) (grid, *RowProblem) {
	switch {
	case len(data) > MaxUpload:
		return grid{}, refuse("file.big", MaxUpload>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return grid{}, refuse("file.empty")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00")) {
			return grid{}, refuse("file.encrypted")
		}
		return grid{}, refuse("file.old")
	}
	plain, note, fault := decodeText(data)
	if fault != nil {
		return grid{}, fault
	}
	g, fault := readCSV(plain)
	if note != nil {
		g.notes = append([]RowProblem{*note}, g.notes...)
	}
	return g, fault
}

// decodeText gives a file of plain text in UTF-8, with a note when it was in something else.
func decodeText(data []byte) (plain []byte, note, fault *RowProblem) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		plain = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return nil, nil, refuse("file.encoding")
		}
		plain, note = out, refuse("note.encoding", "UTF-16")
	case utf8.Valid(data):
		plain = data
	case bytes.IndexByte(data, 0) >= 0:
		return nil, nil, refuse("file.type")
	case chinese(data):
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil {
			return nil, nil, refuse("file.encoding")
		}
		plain, note = out, refuse("note.encoding", "GB18030")
	default:
		return nil, nil, refuse("file.encoding")
	}
	switch trimmed := bytes.TrimSpace(plain); {
	case !utf8.Valid(plain) || bytes.Contains(plain, []byte("\uFFFD")):
		return nil, nil, refuse("file.encoding")
	case bytes.IndexByte(plain, 0) >= 0, bytes.HasPrefix(trimmed, []byte("<")), bytes.HasPrefix(trimmed, []byte("%PDF")), bytes.HasPrefix(trimmed, []byte(`{\rtf`)):
		return nil, nil, refuse("file.type")
	}
	return plain, note, nil
}

// chinese reports whether bytes that are no UTF-8 are Chinese in GB 18030: nearly all
// characters of a Chinese text are pairs of two high bytes. The letters with accents of a
// Spanish text in Windows-1252 are followed by plain ones, and would be read as rare
// characters without any error.
func chinese(data []byte) bool {
	common, rare := 0, 0
	for i := 0; i < len(data); i++ {
		switch {
		case data[i] < 0x80:
		case i+1 < len(data) && data[i] >= 0xA1 && data[i] <= 0xF7 && data[i+1] >= 0xA1:
			common++
			i++
		case i+3 < len(data) && data[i+1] >= '0' && data[i+1] <= '9' && data[i+2] > 0x80: // four bytes: what the older codes lack
			i += 3
		default:
			rare++
			i++
		}
	}
	return common > 4*rare
}
