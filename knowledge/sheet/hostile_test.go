package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhilu/knowledge"
)

// parts are the parts of a workbook by path.
type parts map[string]string

const (
	typesPart    = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`
	workbookPart = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`
	relsPart     = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="/xl/styles.xml"/></Relationships>`
	stylesPart   = `<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="YYYY&quot;年&quot;M&quot;月&quot;D&quot;日&quot;;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="22"/></cellXfs></styleSheet>`
)

// factsHead is a header of the sheet of facts, in shared and inline strings.
const factsHead = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>value</t></is></c><c r="D1" t="inlineStr"><is><t>checked</t></is></c><c r="E1" t="str"><v>open_from</v></c><c r="F1" t="inlineStr"><is><t>en</t></is></c></row>`

const sharedPart = `<sst><si><t>entry</t></si><si><r><rPr><b/></rPr><t>fa</t></r><r><t xml:space="preserve">ct</t></r><rPh sb="0" eb="1"><t>never</t></rPh></si><si><t>hotline</t></si><si><t>phone</t></si><si><t>hours</t></si></sst>`

// book makes a workbook of a sheet with these rows below the header; changed parts may be nil.
func bookOf(t testing.TB, rows string, changed parts) []byte {
	t.Helper()
	all := parts{"[Content_Types].xml": typesPart, "xl/workbook.xml": workbookPart, "xl/_rels/workbook.xml.rels": relsPart, "xl/styles.xml": stylesPart,
		"xl/sharedStrings.xml": sharedPart, "xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + factsHead + rows + `</sheetData></worksheet>`}
	for name, data := range changed {
		if all[name] = data; data == "-" {
			delete(all, name)
		}
	}
	return zipOf(t, all)
}

func zipOf(t testing.TB, all parts) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range all {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// phoneRow is row 2 of the sheet, about the telephone number of the small base, with these
// cells in the place of those that change nothing.
func phoneRow(cells ...string) string { return factRowOf(3, "12378", "2026-11-21", "", "", cells...) }

// factRowOf is row 2, about the fact whose name is the shared string i.
func factRowOf(i int, value, checked, from, en string, cells ...string) string {
	row := fmt.Sprintf(`<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>%d</v></c>`, i)
	for col, s := range []string{value, checked, from, en} {
		at := string(rune('C'+col)) + "2"
		c := inline(at, s)
		for _, given := range cells {
			if strings.Contains(given, `r="`+at+`"`) {
				c = given
			}
		}
		row += c
	}
	return row + "</row>"
}

func inline(at, s string) string {
	return `<c r="` + at + `" t="inlineStr"><is><t xml:space="preserve">` + s + `</t></is></c>`
}

// TestOtherPrograms: what LibreOffice, WPS and Excel make of a cell is understood.
func TestOtherPrograms(t *testing.T) {
	for _, c := range []struct{ name, cells, changes string }{
		{"a phone as a number", `<c r="C2"><v>95555</v></c>`, "hotline facts.phone.value  12378→95555"},
		{"the same phone as a number", `<c r="C2"><v>12378</v></c>`, ""},
		{"with a point", `<c r="C2" t="n"><v>95555.0</v></c>`, "hotline facts.phone.value  12378→95555"},
		{"with an exponent", `<c r="C2"><v>4.008123456E9</v></c>`, "hotline facts.phone.value  12378→4008123456"},
		{"a day as a serial", `<c r="D2" s="1"><v>46348</v></c>`, "hotline facts.phone.checked  2026-11-21→2026-11-22"},
		{"a day without its style", `<c r="D2"><v>46348</v></c>`, "hotline facts.phone.checked  2026-11-21→2026-11-22"},
		{"a day in a Chinese format", `<c r="D2" s="3"><v>46347</v></c>`, ""},
		{"a moment", `<c r="D2" s="5"><v>46348.5</v></c>`, "hotline facts.phone.checked  2026-11-21→2026-11-22"},
		{"an ISO day", `<c r="D2" t="d"><v>2026-11-22</v></c>`, "hotline facts.phone.checked  2026-11-21→2026-11-22"},
		{"an escaped carriage return", inline("C2", "95555_x000D_"), "hotline facts.phone.value  12378→95555"},
		{"runs", `<c r="C2" t="inlineStr"><is><r><t>955</t></r><r><t>55</t></r></is></c>`, "hotline facts.phone.value  12378→95555"},
		{"an apostrophe of our CSV", inline("C2", "'+86 95555"), "hotline facts.phone.value  12378→+86 95555"},
		{"empty cells with a style", `<c r="F2" s="1"/><c r="XFD2" s="1"/>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			row := phoneRow(c.cells)
			p := mustImport(t, fresh(t), "x.xlsx", bookOf(t, row, nil))
			if changes(p) != c.changes || len(p.Problems) > 0 {
				t.Errorf("changes %s\nproblems %s", changes(p), told(p.Problems))
			}
		})
	}
	hours := factRowOf(4, "", "", "", "weekdays", `<c r="D2" s="1"><v>46347</v></c>`, `<c r="E2" s="2"><v>0.354166666666667</v></c>`)
	p := mustImport(t, fresh(t), "x.xlsx", bookOf(t, hours, nil))
	if want := "hotline facts.hours.open.from  09:00→08:30"; changes(p) != want {
		t.Errorf("%s; %s", changes(p), told(p.Problems))
	}
}

func utf16le(s string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func gb(t *testing.T, s string) []byte {
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEncodings: files of plain text as the programs of our colleagues save them.
func TestEncodings(t *testing.T) {
	const sheet = "条目,语言,说法\nhotline,zh,国家金融监督管理总局\nhotline,es,teléfono\n"
	const want = "hotline phrases zh-Hans →国家金融监督管理总局; hotline phrases es →teléfono"
	for _, c := range []struct {
		name  string
		data  []byte
		notes string
	}{
		{"UTF-8", []byte(sheet), "1 note.noref"},
		{"UTF-8 with mark", []byte("\uFEFF" + sheet), "1 note.noref"},
		{"UTF-16 with tabs", utf16le(strings.ReplaceAll(sheet, ",", "\t")), "0 note.encoding; 1 note.noref"},
		{"GB 18030", gb(t, sheet), "0 note.encoding; 1 note.noref"},
		{"semicolons", []byte(strings.ReplaceAll(sheet, ",", ";")), "1 note.noref"},
		{"sep", []byte("sep=;\r\n" + strings.ReplaceAll(sheet, ",", ";")), "2 note.noref"},
		{"CRLF and blank lines", []byte("\r\n\r\n" + strings.ReplaceAll(sheet, "\n", "\r\n\r\n")), "3 note.noref"},
		{"other order, other languages", []byte("frase;IDIOMA;entry\n国家金融监督管理总局;zh;hotline\nteléfono;es;hotline\n"), "1 note.noref"},
	} {
		p := mustImport(t, fresh(t), "x.csv", c.data)
		if changes(p) != want || told(p.Notes) != c.notes || len(p.Problems) > 0 {
			t.Errorf("%s: %s; problems %s; notes %s", c.name, changes(p), told(p.Problems), told(p.Notes))
		}
	}
}

// TestHostile: uploads that mean harm, or harm without meaning to. None changes anything.
func TestHostile(t *testing.T) {
	head := "entry,lang,phrase\n"
	bomb := strings.Repeat("\x00", 30<<20)
	many := parts{}
	for i := range 300 {
		many[fmt.Sprintf("xl/media/%d.png", i)] = "x"
	}
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	lying := bookOf(t, "", nil)
	bookSheet := func(inner string) []byte {
		return bookOf(t, "", parts{"xl/worksheets/sheet1.xml": "<worksheet>" + inner + "</worksheet>"})
	}
	rows := func(s string) []byte { return bookOf(t, s, nil) }
	macro := strings.Replace(typesPart, "application/xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", 1)
	for _, c := range []struct {
		name     string
		data     []byte
		problems string
	}{
		{"nothing", nil, "0 file.empty"},
		{"blank", []byte(" \r\n\t"), "0 file.empty"},
		{"too big", bytes.Repeat([]byte("a,b\n"), 2<<20), "0 file.big"},
		{"pdf", []byte("%PDF-1.7\n%..."), "0 file.type"},
		{"html under .xls", []byte("<html><table><tr><td>=cmd"), "0 file.type"},
		{"xml", []byte(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>`), "0 file.type"},
		{"rtf", []byte(`{\rtf1 x}`), "0 file.type"},
		{"png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "0 file.type"},
		{"elf", []byte("\x7fELF\x02\x01\x01\x00\x00"), "0 file.type"},
		{"old xls", []byte(ole), "0 file.old"},
		{"encrypted xlsx", []byte(ole + string(utf16le("EncryptedPackage")[2:])), "0 file.encrypted"},
		{"no zip behind the mark", []byte("PK\x03\x04 hello"), "0 file.broken"},
		{"half a zip", lying[:len(lying)/2], "0 file.broken"},
		{"another zip", zipOf(t, parts{"readme.txt": "x"}), "0 file.type"},
		{"word", zipOf(t, parts{"[Content_Types].xml": typesPart, "word/document.xml": "<w/>"}), "0 file.type"},
		{"ods", zipOf(t, parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), "0 file.type"},
		{"xlsb", zipOf(t, parts{"[Content_Types].xml": typesPart, "xl/workbook.bin": "x"}), "0 file.type"},
		{"bomb", bookOf(t, "", parts{"xl/media/a.bin": bomb}), "0 file.bomb"},
		{"bomb in the strings", bookOf(t, "", parts{"xl/sharedStrings.xml": "<sst>" + strings.Repeat(" ", 21<<20)}), "0 file.bomb"},
		{"many parts", bookOf(t, "", many), "0 file.parts"},
		{"macros", bookOf(t, "", parts{"xl/vbaProject.bin": "x"}), "0 file.macro"},
		{"macros with a backslash", bookOf(t, "", parts{`xl\vbaProject.bin`: "x"}), "0 file.macro"},
		{"macros by type", bookOf(t, "", parts{"[Content_Types].xml": macro}), "0 file.macro"},
		{"macros of 1992", bookOf(t, "", parts{"xl/macrosheets/sheet1.xml": "<x/>"}), "0 file.macro"},
		{"links to files", bookOf(t, "", parts{"xl/externalLinks/externalLink1.xml": "<x/>"}), "0 file.links"},
		{"connections", bookOf(t, "", parts{"xl/connections.xml": "<x/>"}), "0 file.links"},
		{"embedded", bookOf(t, "", parts{"xl/embeddings/oleObject1.bin": "x"}), "0 file.embedded"},
		{"controls", bookOf(t, "", parts{"xl/activeX/activeX1.xml": "x"}), "0 file.embedded"},
		{"the same part in two cases", bookOf(t, "", parts{"xl/Workbook.xml": workbookPart}), "0 file.broken"},
		{"no sheet", bookOf(t, "", parts{"xl/worksheets/sheet1.xml": "-"}), "0 file.broken"},
		{"sheets hidden only", bookOf(t, "", parts{"xl/workbook.xml": strings.Replace(workbookPart, "<sheet ", `<sheet state="veryHidden" `, 1)}), "0 file.broken"},
		{"a sheet out of the folder", bookOf(t, "", parts{"xl/_rels/workbook.xml.rels": strings.Replace(relsPart, "worksheets/", "../../../etc/", 1)}), "0 file.broken"},
		{"entities", bookSheet(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData>`), "0 file.broken"},
		{"XML cut off", bookSheet(`<sheetData><row r="1"><c r="A1"`), "0 file.broken"},
		{"rows backwards", rows(`<row r="5"/><row r="4"/>`), "0 file.broken"},
		{"cells backwards", rows(`<row r="2"><c r="C2"><v>1</v></c><c r="A2"><v>1</v></c></row>`), "0 file.broken"},
		{"a cell of another row", rows(`<row r="2"><c r="C3"><v>1</v></c></row>`), "0 file.broken"},
		{"a cell that is nowhere", rows(`<row r="2"><c r="$$"><v>1</v></c></row>`), "0 file.broken"},
		{"a row without end", rows(`<row r="99999999999999999999"><c><v>1</v></c></row>`), "0 file.broken"},
		{"the last column", rows(`<row r="2"><c r="XFD2"><v>1</v></c></row>`), "2 file.columns"},
		{"cells without number", rows(`<row r="2">` + strings.Repeat("<c/>", maxCells) + `</row>`), "0 file.rows"},
		{"rows without number", []byte(head + strings.Repeat("x\n", maxRows+1)), "0 file.rows"},
		{"merged", bookOf(t, "", parts{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + factsHead + `</sheetData><mergeCells><mergeCell ref="A2:B3"/></mergeCells></worksheet>`}), "2 file.merged"},
		{"a formula", rows(phoneRow(`<c r="C2"><f>HYPERLINK("http://x")</f><v>12345</v></c>`)), "2 cell.formula value"},
		{"a shared formula", rows(phoneRow(`<c r="C2"><f t="shared" si="0"/><v>12345</v></c>`)), "2 cell.formula value"},
		{"a formula that gives text", rows(phoneRow(`<c r="C2" t="str"><f>A1</f><v>12345</v></c>`)), "2 cell.formula value"},
		{"an error", rows(phoneRow(`<c r="C2" t="e"><v>#REF!</v></c>`)), "2 cell.error value"},
		{"a string that is not there", rows(phoneRow(`<c r="C2" t="s"><v>999</v></c>`)), "2 cell.broken value"},
		{"a negative string", rows(phoneRow(`<c r="C2" t="s"><v>-1</v></c>`)), "2 cell.broken value"},
		{"no number", rows(phoneRow(`<c r="C2"><v>NaN</v></c>`)), "2 cell.broken value"},
		{"a number without end", rows(phoneRow(`<c r="C2"><v>1e999</v></c>`)), "2 cell.broken value"},
		{"lost digits", rows(phoneRow(`<c r="C2"><v>6222021234567890123</v></c>`)), "2 cell.digits value"},
		{"a long cell", rows(phoneRow(inline("C2", strings.Repeat("长", maxCell+1)))), "2 cell.long value"},
		{"an escaped control character", rows(phoneRow(inline("F2", "a_x0007_b"))), "2 cell.control en"},
		{"an escaped half of a pair", rows(phoneRow(inline("F2", "a_xD800_b"))), "2 cell.encoding en"},
		{"a direction mark", rows(phoneRow(inline("F2", "a\u202eb"))), "2 cell.bidi en"},
		{"a type of cell that does not exist", rows(phoneRow(`<c r="C2" t="zz"><v>1</v></c>`)), "2 cell.broken value"},
		{"a formula for a header", bookSheet(`<sheetData><row r="1"><c r="A1"><f>1</f></c></row></sheetData>`), "1 header.kind"},
		{"a header of nothing", []byte("a,b\n1,2\n"), "1 header.kind"},
		{"a column twice", []byte("entry,entrada,lang,phrase\nhotline,hotline,zh,x\n"), "1 header.twice entrada"},
		{"a column missing", []byte("entry,phrase\nhotline,x\n"), "1 header.missing"},
		{"quotes", []byte(head + "hotline,zh,\"x\"y\n"), "2 row.quotes"},
		{"many columns", []byte(head + strings.Repeat(",", 70) + "x\n"), "2 file.columns"},
		{"DDE", []byte(head + "hotline,zh,\"=cmd|' /C calc'!A0\"\n"), "2 cell.formula.csv phrase"},
		{"DDE behind a minus", []byte(head + "hotline,zh,-2+3+cmd|' /C calc'!A0\n"), "2 cell.formula.csv phrase"},
		{"DDE behind a plus", []byte(head + "hotline,zh,+1+cmd|x\n"), "2 cell.formula.csv phrase"},
		{"DDE behind an at", []byte(head + "hotline,zh, @SUM(1+1)*cmd|x\n"), "2 cell.formula.csv phrase"},
		{"no encoding", []byte(head + "hotline,zh,\xff\xfe\xfa\n"), "0 file.encoding"},
		{"Windows-1252", []byte(head + "hotline,es,tel\xe9fono p\xfablico a\xf1o\n"), "0 file.encoding"},
		{"damaged in saving", []byte(head + "hotline,es,tel\uFFFDfono\n"), "0 file.encoding"},
		{"half UTF-16", utf16le(head + "hotline,zh,好")[:len(utf16le(head+"hotline,zh,好"))-1], "0 file.encoding"},
		{"zeros", []byte("a\x00b"), "0 file.type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustImport(t, fresh(t), "x.xlsx", c.data)
			if told(p.Problems) != c.problems {
				t.Errorf("problems %s, want %s", told(p.Problems), c.problems)
			}
			if len(p.Changes)+len(p.Files) > 0 {
				t.Errorf("changes %s", changes(p))
			}
			for _, q := range p.Problems {
				for _, l := range knowledge.AnswerLangs {
					if s := q.Text(l); s == q.Key || strings.Contains(s, "%!") {
						t.Errorf("%s in %s: %q", q.Key, l, s)
					}
				}
			}
		})
	}
}
