package console

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// upload sends a file as the page of sheets does.
func (c *client) upload(name string, data []byte) page {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	ok(c.t, w.WriteField("csrf", c.csrf()))
	if name != "" {
		f, err := w.CreateFormFile("file", name)
		ok(c.t, err)
		_, err = f.Write(data)
		ok(c.t, err)
	}
	ok(c.t, w.Close())
	r := httptest.NewRequest(http.MethodPost, "/sheets/preview", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.send(r)
}

// apply sends the form of a preview.
func (c *client) apply(p page, reason string) page {
	c.t.Helper()
	fields := []string{"reason", reason, "seal", p.find(`name="seal" value="([^"]*)"`), "name", p.find(`name="name" value="([^"]*)"`)}
	if strings.Contains(p.Body, `name="code_held"`) {
		fields = append(fields, "code_held", p.find(`name="code_held" value="([^"]*)"`))
	} else {
		fields = append(fields, "code_file", p.find(`name="code_file" value="([^"]*)"`))
	}
	return c.post("/sheets/apply", fields...)
}

// edit changes the cells of a column in the rows for which in says yes.
func edit(t *testing.T, book []byte, column string, change func(row map[string]string) (string, bool)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	ok(t, err)
	sheet := f.GetSheetList()[0]
	rows, err := f.GetRows(sheet)
	ok(t, err)
	n := 0
	for i, cells := range rows[1:] {
		row := map[string]string{}
		at := 0
		for j, head := range rows[0] {
			if j < len(cells) {
				row[head] = cells[j]
			}
			if head == column {
				at = j
			}
		}
		if v, yes := change(row); yes {
			cell, err := excelize.CoordinatesToCellName(at+1, i+2)
			ok(t, err)
			ok(t, f.SetCellStr(sheet, cell, v))
			n++
		}
	}
	if n == 0 {
		t.Fatal("no row was changed")
	}
	out, err := f.WriteToBuffer()
	ok(t, err)
	return out.Bytes()
}

// englishOf changes the English name of an entry.
func englishOf(t *testing.T, book []byte, id, name string) []byte {
	return edit(t, book, "English", func(row map[string]string) (string, bool) { return name, row["entry"] == id && row["field"] == "name" })
}

// entry is an entry of the draft as it is now.
func (s *site) entry(t *testing.T, id knowledge.ID) *knowledge.Entry {
	t.Helper()
	v, err := s.desk.look(t.Context())
	ok(t, err)
	return v.entries[id]
}

const texts = "/sheets/export?kind=texts&format=xlsx&lang=en"

// TestSheets takes texts out, changes one, looks at it and puts it into the draft.
func TestSheets(t *testing.T) {
	s := newConsole(t)
	editor := s.signIn(t, people.Editor)
	editor.get("/sheets").want(http.StatusOK, "Take out", "Contacts", "at most 5 MB")
	for _, kind := range []string{"texts", "facts", "phrases", "examples", "contacts"} {
		for _, format := range []string{"xlsx", "csv"} {
			p := editor.get("/sheets/export?format=" + format + "&kind=" + kind).want(http.StatusOK)
			if d := p.Header.Get("Content-Disposition"); d != fmt.Sprintf(`attachment; filename="zhilu-%s-2026-08-03.%s"`, kind, format) {
				t.Error(d)
			}
		}
	}
	editor.get("/sheets/export?format=exe&kind=texts").want(http.StatusBadRequest)
	book := []byte(editor.get(texts).Body)
	editor.upload("texts.xlsx", book).want(http.StatusOK, "Nothing would change.").not("Apply to the draft")
	was := s.entry(t, "threats").Name.En
	seen := editor.upload(`C:\my files\texts.xlsx`, englishOf(t, book, "threats", "Being threatened by people")).
		want(http.StatusOK, "Nothing is changed yet.", "Being threatened", "English", "texts.xlsx", "Apply to the draft").not("my files")
	if s.entry(t, "threats").Name.En != was {
		t.Fatal("a preview changes the draft")
	}
	again := editor.apply(seen, " ").want(http.StatusUnprocessableEntity, "Please give a reason", "Being threatened")
	editor.follow(editor.apply(again, "proofread")).want(http.StatusOK, "The changes are in the draft (files: 1).")
	if now := s.entry(t, "threats").Name.En; now != "Being threatened by people" {
		t.Errorf("the draft says %q", now)
	}
	list, err := s.store.Audit(t.Context(), 0, 1)
	ok(t, err)
	if a := list[0]; a.Action != "draft.save" || a.Why != "proofread" || a.Who != "editor" {
		t.Errorf("%+v", a)
	}
	editor.apply(seen, "twice").want(http.StatusConflict, "nothing was saved")
}

// TestSheetsMoved is about a draft that changes between two looks.
func TestSheetsMoved(t *testing.T) {
	s := newConsole(t)
	editor := s.signIn(t, people.Editor)
	book := []byte(editor.get(texts).Body)
	mine := englishOf(t, book, "threats", "Being threatened by people")
	seen := editor.upload("texts.xlsx", mine)
	name := s.entry(t, "threats").Name.En
	s.changeFile(t, "other", "situation/threats.yaml", replace("en: "+name, "en: Some other name"))
	editor.apply(seen, "proofread").want(http.StatusConflict, "The draft has changed meanwhile", "Some other name").not("Apply to the draft")
	if now := s.entry(t, "threats").Name.En; now != "Some other name" {
		t.Errorf("overwritten with %q", now)
	}

	// A change elsewhere is none of its business.
	seen = editor.upload("texts.xlsx", englishOf(t, book, "police-110", "Police now {.phone}"))
	s.changeFile(t, "other", "situation/threats.yaml", replace("Some other name", "Yet another name"))
	editor.apply(seen, "proofread").want(http.StatusSeeOther)

	// Without refs nobody knows what the sheet was made from: what was seen is what counts.
	table := []byte(csvOf([]string{"entry", "field", "English"}, []string{"threats", "name", "From a list"}))
	seen = editor.upload("list.csv", table).want(http.StatusOK, "From a list")
	s.changeFile(t, "other", "situation/threats.yaml", replace("Yet another name", "One more name"))
	seen = editor.apply(seen, "a list").want(http.StatusConflict, "The draft has changed meanwhile", "One more name", "Apply to the draft")
	editor.apply(seen, "a list").want(http.StatusSeeOther)
	if now := s.entry(t, "threats").Name.En; now != "From a list" {
		t.Errorf("the draft says %q", now)
	}
}

func csvOf(rows ...[]string) string {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.WriteAll(rows)
	return out.String()
}

// TestSheetsTranslator is about what a translator may do: English and Spanish texts alone.
func TestSheetsTranslator(t *testing.T) {
	s := newConsole(t)
	translator, editor := s.signIn(t, people.Translator), s.signIn(t, people.Editor)
	s.signIn(t, people.Viewer).get("/sheets").want(http.StatusForbidden)
	translator.get("/sheets").want(http.StatusOK, "Translators take out", "Texts").not("Contacts", "Phrases")
	translator.get("/sheets/export?kind=facts&format=xlsx").want(http.StatusForbidden, "needs the role “Editor”")
	translator.upload("facts.xlsx", []byte(editor.get("/sheets/export?kind=facts&format=xlsx").Body)).want(http.StatusForbidden)
	book := []byte(translator.get(texts).Body)
	chinese := edit(t, book, "Chinese", func(row map[string]string) (string, bool) {
		return "被人威胁", row["entry"] == "threats" && row["field"] == "name"
	})
	translator.upload("texts.xlsx", chinese).want(http.StatusOK, "Translators change English and Spanish only").not("Apply to the draft")
	seen := editor.upload("texts.xlsx", chinese).want(http.StatusOK, "Translations that will be out of date: 2").not("Errors that the draft")
	translator.apply(seen, "tricked").want(http.StatusConflict).not("Apply to the draft")
	facts := editor.upload("facts.xlsx", edit(t, []byte(editor.get("/sheets/export?kind=facts&format=xlsx&lang=en").Body), "checked",
		func(row map[string]string) (string, bool) { return "2026-08-01", row["entry"] == "police-110" })).want(http.StatusOK, "Apply to the draft")
	translator.apply(facts, "tricked").want(http.StatusForbidden)
	if v, _ := s.desk.look(t.Context()); len(v.draft.Changes) > 0 {
		t.Fatal("a translator changed more than translations")
	}
	translator.apply(translator.upload("texts.xlsx", englishOf(t, book, "threats", "Threatened")), "new words").want(http.StatusSeeOther)
	old := []byte("id: a\nkind: message\ntext: {zh: 甲, en: a, es: b}\norder: 1\n")
	for now, want := range map[string]bool{
		"id: a\nkind: message\ntext: {zh: 甲, en: x, es: y}\norder: 1\n":                  true,
		"id: a\nkind: message\ntext: {zh: 乙, en: x, es: y}\norder: 1\n":                  false,
		"id: a\nkind: message\ntext: {zh: 甲, en: x, es: y}\norder: 2\n":                  false,
		"id: a\nkind: message\ntext: {zh: 甲, en: x}\norder: 1\nphrases: {en: [more]}\n":  false,
		"id: a\nkind: message\ntext: {zh: 甲, en: x}\norder: 1\nmade_from: {en: \"0\"}\n": true,
		"nothing": false,
	} {
		if got := onlyTranslated(old, []byte(now)); got != want {
			t.Errorf("%q: %v", now, got)
		}
	}
	if onlyTranslated(nil, old) {
		t.Error("a new entry counts as a translation")
	}
}

// TestSheetsRefused is about files that are none.
func TestSheetsRefused(t *testing.T) {
	s := newConsole(t)
	editor := s.signIn(t, people.Editor)
	editor.upload("", nil).want(http.StatusUnprocessableEntity, "Please choose a file.")
	editor.post("/sheets/preview").want(http.StatusUnprocessableEntity, "Please choose a file.")
	editor.upload("a.csv", nil).want(http.StatusUnprocessableEntity, "The file is empty.")
	editor.upload("a.xlsx", bytes.Repeat([]byte("x"), 5<<20+1)).want(http.StatusRequestEntityTooLarge, "larger than 5 MB", "Split it")
	editor.upload("a.xlsx", bytes.Repeat([]byte("x"), 9<<20)).want(http.StatusRequestEntityTooLarge, "Nothing was saved")
	editor.upload("a.pdf", []byte("%PDF-1.7 and so on\x00\x01")).want(http.StatusOK, "Problems that keep this sheet out: 1.", "no spreadsheet that can be read")
	editor.upload("a.xlsx", []byte("PK\x03\x04 not a zip")).want(http.StatusOK, "Problems that keep this sheet out")
	editor.upload("a.csv", []byte("entry,field,English\nnobody,name,x\nthreats,name,\"=HYPERLINK(1)\"\n")).
		want(http.StatusOK, "Problems that keep this sheet out: 2.", "There is no entry", "formula").not("Apply to the draft")
	editor.upload("a.csv", []byte(csvOf([]string{"entry", "field", "English"}, []string{"threats", "name", strings.Repeat("long ", 100)}))).
		want(http.StatusOK, "Errors that the draft would have besides: 1", "Apply to the draft")
	editor.post("/sheets/apply", "reason", "x", "name", "a.csv").want(http.StatusGone, "please upload it again")
	editor.post("/sheets/apply", "reason", "x", "code_file", "%%%").want(http.StatusGone)
	editor.post("/sheets/apply", "reason", "x", "code_held", "AAAA").want(http.StatusGone)
}

// TestSheetsLarge is about a file that does not travel in the page.
func TestSheetsLarge(t *testing.T) {
	s := newConsole(t)
	editor, other := s.signIn(t, people.Editor), s.signInAs(t, "editor-2", false)
	big := func(name string) []byte {
		return append([]byte(csvOf([]string{"entry", "field", "English"}, []string{"threats", "name", name})), bytes.Repeat([]byte("\r\n"), carryLimit/2)...)
	}
	seen := editor.upload("big.csv", big("In a large file")).want(http.StatusOK, "decide within 15 minutes")
	other.apply(seen, "stolen").want(http.StatusGone)
	s.clock.add(14 * time.Minute)
	editor.apply(seen, "large").want(http.StatusSeeOther)
	seen = editor.upload("big.csv", big("In another large file"))
	s.clock.add(16 * time.Minute)
	editor.apply(seen, "late").want(http.StatusGone, "kept for 15 minutes")
	phrases := [][]string{{"entry", "lang", "phrase"}}
	for i := range 14000 {
		phrases = append(phrases, []string{"threats", "zh", fmt.Sprint("一个很长很长很长很长的说法", i)})
	}
	editor.upload("many.csv", []byte(csvOf(phrases...))).want(http.StatusOK, "would be larger than 256 KB").not("Apply to the draft")
	var u uploads
	for i := range 100 {
		u.keep(heldSheet{session: fmt.Sprint(i % 20), data: make([]byte, 3<<20), at: s.clock.now()})
	}
	if len(u.held) > uploadCount || u.size > uploadBytes || u.size != len(u.held)*3<<20 {
		t.Errorf("%d files of %d bytes are held", len(u.held), u.size)
	}
	for range 9 {
		u.keep(heldSheet{session: "one", data: []byte("x"), at: s.clock.now()})
	}
	if u.count("one") > uploadOwn {
		t.Error("a session holds more than its share")
	}
}

// TestSheetsXSS brings the usual payloads in cells, headers and the name of the file.
func TestSheetsXSS(t *testing.T) {
	s := newConsole(t)
	editor := s.signIn(t, people.Editor)
	raw, err := os.ReadFile("testdata/xss.txt")
	ok(t, err)
	payloads := strings.Split(strings.TrimSpace(string(raw)), "\n")
	good, bad := [][]string{{"entry", "lang", "phrase"}}, [][]string{{"entry", "lang", "phrase"}}
	for _, payload := range payloads {
		if !strings.ContainsAny(payload[:1], "=+-@") {
			good = append(good, []string{"threats", "en", payload})
		}
		bad = append(bad, []string{payload, "en", payload}, []string{"threats", payload, "a"})
	}
	bad[0] = append(bad[0], payloads...)
	for _, p := range []page{editor.upload(payloads[0]+".csv", []byte(csvOf(good...))), editor.upload(payloads[1]+".csv", []byte(csvOf(bad...)))} {
		p.want(http.StatusOK)
		for _, payload := range payloads {
			if strings.ContainsAny(payload, "<>") && strings.Contains(p.Body, payload) {
				t.Errorf("%q is not escaped", payload)
			}
		}
	}
}
