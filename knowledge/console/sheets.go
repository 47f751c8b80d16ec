package console

import (
	"net/http"
	"slices"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/sheet"
	"zhilu/knowledge/versions"
)

// sheetsPage gives sheets of the draft, and takes them back.
type sheetsPage struct {
	Kinds           []sheetKind
	Kind            string
	Langs           []option
	Lang            string
	File            field
	TranslatorsOnly bool // the person may upload texts alone
	Changed         bool // the draft holds changes: the next step is to publish
}

type sheetKind struct{ Value, Title, Note string }

// sheetKinds are the kinds of sheets that the person may have: a translator the texts.
func (v *visit) sheetKinds() []sheetKind {
	var all []sheetKind
	for _, k := range sheet.Kinds {
		if k == sheet.Texts || v.who.Role.Includes(people.Editor) {
			all = append(all, sheetKind{string(k), k.Title(v.lang), v.say("sheets.note_" + string(k))})
		}
	}
	return all
}

func (v *visit) mayKind(kind string) bool {
	return slices.ContainsFunc(v.sheetKinds(), func(k sheetKind) bool { return k.Value == kind })
}

func (c *Console) sheetsPage(v *visit) error { return c.showSheets(v, "") }

// showSheets shows the page, with what is wrong with the file that was chosen.
func (c *Console) showSheets(v *visit, problem string) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	page := sheetsPage{Kinds: v.sheetKinds(), Kind: v.query("kind"), Lang: string(v.lang), File: field{Problem: problem},
		TranslatorsOnly: !v.who.Role.Includes(people.Editor), Changed: len(s.draft.Changes) > 0}
	if !v.mayKind(page.Kind) {
		page.Kind = string(sheet.Texts)
	}
	for _, l := range knowledge.AnswerLangs {
		page.Langs = append(page.Langs, option{string(l), l.Title(v.lang)})
	}
	if problem != "" && v.status == 0 {
		return v.again("sheets", page)
	}
	return v.show("sheets", page)
}

// sheetsExport gives the draft as a sheet.
func (c *Console) sheetsExport(v *visit) error {
	kind, format := sheet.Kind(v.query("kind")), sheet.Format(v.query("format"))
	contentType := map[sheet.Format]string{sheet.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheet.CSV: "text/csv; charset=utf-8"}[format]
	if !slices.Contains(sheet.Kinds[:], kind) || contentType == "" {
		return v.refuse(http.StatusBadRequest, "sheets.no_kind")
	}
	if !v.mayKind(string(kind)) {
		return v.refuseRole(people.Editor)
	}
	lang, ok := consoleLang(v.query("lang"))
	if !ok {
		lang = v.lang
	}
	s, err := v.look()
	if err != nil {
		return err
	}
	data, err := sheet.Export(s.files, kind, format, lang)
	if err != nil { // a file of the draft does not decode
		return v.refuse(http.StatusConflict, "sheets.draft_broken")
	}
	name := "zhilu-" + string(kind) + "-" + c.now().In(knowledge.Beijing).Format(time.DateOnly) + "." + string(format)
	return v.download(name, contentType, data)
}

// sheetsPreview shows what an uploaded sheet would change. Nothing is changed.
func (c *Console) sheetsPreview(v *visit) error {
	name, data, problem := v.uploaded()
	if problem != "" {
		return c.showSheets(v, problem)
	}
	return c.previewSheet(v, name, data, sheetPreview{})
}

// previewSheet shows the preview page, perhaps with something to say that is already in it.
func (c *Console) previewSheet(v *visit, name string, data []byte, page sheetPreview) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	p, err := sheet.Import(s.files, name, data)
	if err != nil {
		return v.refuse(http.StatusConflict, "sheets.draft_broken")
	}
	if p.Kind != "" && !v.mayKind(string(p.Kind)) {
		v.recordRefusal("role")
		return v.refuseRole(people.Editor)
	}
	v.fillPreview(&page, s, p)
	page.Name, page.Seal = name, sheetSeal(p)
	if page.Apply = len(page.Problems) == 0 && len(p.Changes) > 0; page.Apply {
		v.carry(&page, name, data)
	}
	if v.status == 0 && page.Reason.Problem != "" {
		return v.again("sheets-preview", page)
	}
	return v.show("sheets-preview", page)
}

// sheetsApply puts a sheet into the draft: read once more, against the draft as it is now, and
// saved only when that is what the person saw.
func (c *Console) sheetsApply(v *visit) error {
	name, data, ok := v.carried()
	if !ok {
		v.status = http.StatusGone
		return c.showSheets(v, v.say("sheets.gone"))
	}
	page := sheetPreview{Reason: v.field("reason")}
	if n := len([]rune(page.Reason.Value)); n == 0 || n > 500 {
		page.Reason.Problem = v.say("refused.reason")
		return c.previewSheet(v, name, data, page)
	}
	s, err := v.look()
	if err != nil {
		return err
	}
	p, err := sheet.Import(s.files, name, data)
	if err != nil {
		return v.refuse(http.StatusConflict, "sheets.draft_broken")
	}
	if !v.mayKind(string(p.Kind)) {
		v.recordRefusal("role")
		return v.refuseRole(people.Editor)
	}
	if problems := append(v.forbidden(s, p), v.overlong(p)...); len(p.Problems) > 0 || len(problems) > 0 || sheetSeal(p) != v.posted("seal") {
		return c.movedSheet(v, name, data, page)
	}
	err = c.store.Save(v.ctx(), v.actor(), sheetFiles(s, p), page.Reason.Value)
	if isStale(err) {
		return c.movedSheet(v, name, data, page)
	}
	if err != nil {
		return err
	}
	return v.redirect("/sheets", "sheets.applied", len(p.Files))
}

// movedSheet shows the preview again: the draft is not what the person had looked at.
func (c *Console) movedSheet(v *visit, name string, data []byte, page sheetPreview) error {
	page.Moved = true
	v.status = http.StatusConflict
	return c.previewSheet(v, name, data, page)
}

// sheetFiles are the files that a sheet changes, with the revisions they were read at.
func sheetFiles(s *snapshot, p sheet.Preview) []versions.File {
	var files []versions.File
	for path, data := range p.Files {
		files = append(files, versions.File{Path: path, Rev: s.revs[path], Data: data})
	}
	slices.SortFunc(files, func(a, b versions.File) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return files
}
