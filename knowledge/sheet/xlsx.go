package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// A workbook is read here part by part and not with the library that writes it: what is
// uploaded is hostile, and of a workbook we need three parts, bounded, without temporary
// files, and with a sentence for each thing that we do not take.

// book is a workbook whose parts were counted, not yet read.
type book struct {
	parts map[string]*zip.File // by path in lower case
	left  int64                // bytes that may still be unzipped
}

func readXLSX(data []byte) (grid, *RowProblem) {
	b, fault := openBook(data)
	if fault != nil {
		return grid{}, fault
	}
	w, err := b.workbook()
	if err != nil {
		return grid{}, refuse("file.broken")
	}
	s := sheetReader{date1904: w.date1904}
	if s.shared, err = b.sharedStrings(w.shared); err != nil {
		return grid{}, refuse("file.broken")
	}
	if s.styles, err = b.styles(w.styles); err != nil {
		return grid{}, refuse("file.broken")
	}
	raw, err := b.read(w.sheet)
	if err != nil {
		return grid{}, refuse("file.broken")
	}
	g, fault := s.read(raw)
	if w.sheets > 1 {
		g.notes = append(g.notes, *refuse("note.sheets", w.sheets, w.name))
	}
	return g, fault
}

// openBook looks at the list of parts alone and refuses what no plain sheet has.
func openBook(data []byte) (*book, *RowProblem) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	switch {
	case err != nil:
		return nil, refuse("file.broken")
	case len(z.File) > maxParts:
		return nil, refuse("file.parts", len(z.File), maxParts)
	}
	b := &book{parts: map[string]*zip.File{}, left: maxUnzipped}
	total := uint64(0)
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		if fault := refusedPart(name); fault != nil {
			return nil, fault
		}
		if f.Flags&1 != 0 {
			return nil, refuse("file.encrypted")
		}
		if b.parts[name] != nil || f.Method != zip.Store && f.Method != zip.Deflate {
			return nil, refuse("file.broken")
		}
		if total += f.UncompressedSize64; total > maxUnzipped || f.UncompressedSize64 > maxUnzipped {
			return nil, refuse("file.bomb", maxUnzipped>>20)
		}
		b.parts[name] = f
	}
	if b.parts["xl/workbook.xml"] == nil {
		return nil, refuse("file.type")
	}
	types, err := b.read("[content_types].xml")
	switch {
	case err != nil:
		return nil, refuse("file.broken")
	case bytes.Contains(types, []byte("macroEnabled")):
		return nil, refuse("file.macro")
	}
	return b, nil
}

func refusedPart(name string) *RowProblem {
	switch {
	case strings.HasSuffix(name, ".bin") && strings.Contains(path.Base(name), "vba"), strings.HasPrefix(name, "xl/macrosheets/"), strings.HasPrefix(name, "xl/dialogsheets/"):
		return refuse("file.macro")
	case strings.HasPrefix(name, "xl/externallinks/"), name == "xl/connections.xml", strings.HasPrefix(name, "xl/querytables/"):
		return refuse("file.links")
	case strings.HasPrefix(name, "xl/embeddings/"), strings.HasPrefix(name, "xl/activex/"):
		return refuse("file.embedded")
	case name == "encryptedpackage":
		return refuse("file.encrypted")
	}
	return nil
}

var errBroken = errors.New("the workbook is broken")

// read unzips one part, never more than the limit, whatever its header claims.
func (b *book) read(name string) ([]byte, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, errBroken
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, b.left+1))
	if err != nil {
		return nil, err
	}
	if b.left -= int64(len(data)); b.left < 0 {
		return nil, errBroken
	}
	return data, nil
}

// workbook says which parts matter.
type workbook struct {
	sheet, shared, styles string // paths; shared and styles may be empty
	name                  string // of the sheet that is read: the first that is shown
	sheets                int
	date1904              bool
}

type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (b *book) workbook() (workbook, error) {
	var w workbook
	var doc struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		All []relation `xml:"Relationship"`
	}
	if err := errors.Join(b.decode("xl/workbook.xml", &doc), b.decode("xl/_rels/workbook.xml.rels", &rels)); err != nil {
		return w, err
	}
	w.date1904 = doc.Properties.Date1904 == "1" || doc.Properties.Date1904 == "true"
	targets := map[string]string{}
	for _, r := range rels.All {
		target := path.Join("xl", r.Target)
		if strings.HasPrefix(r.Target, "/") {
			target = strings.TrimPrefix(r.Target, "/")
		}
		switch path.Base(r.Type) {
		case "worksheet":
			targets[r.ID] = target
		case "sharedStrings":
			w.shared = target
		case "styles":
			w.styles = target
		}
	}
	for _, s := range doc.Sheets {
		if targets[s.ID] == "" || s.State == "hidden" || s.State == "veryHidden" {
			continue
		}
		if w.sheets++; w.sheet == "" {
			w.sheet, w.name = targets[s.ID], s.Name
		}
	}
	if w.sheet == "" {
		return w, errBroken
	}
	return w, nil
}

func (b *book) decode(name string, into any) error {
	data, err := b.read(name)
	if err != nil {
		return err
	}
	return newDecoder(data).Decode(into)
}

func newDecoder(data []byte) *xml.Decoder {
	return xml.NewDecoder(bytes.NewReader(data)) // it expands no entities but the five of XML
}
