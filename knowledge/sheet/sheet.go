// Package sheet gives a knowledge base as spreadsheets and reads them back: the texts for
// translators, the facts for those who check them, phrases and examples one a row, and an
// organisation's own list of contacts.
//
// Nothing is applied here. Import says what would change, row by row, and gives the files as
// they would be; whoever shows that to a person also saves it. A row with a problem changes
// nothing; the rows beside it stand.
//
// A sheet deletes nothing: an empty cell in place of a text is a problem, and a row that is
// missing says nothing. Each exported row ends in a "ref", the hashes of what the base said;
// with it, a change made in the base since the export is never overwritten unseen.
//
// What is uploaded is hostile: see the limits below, file.go and xlsx.go.
package sheet

import (
	"zhilu/knowledge"
)

// Kind says what the rows of a sheet are.
type Kind string

const (
	Texts    Kind = "texts"    // one row an entry and text, the languages side by side
	Facts    Kind = "facts"    // one row a fact, and one each of its later values
	Phrases  Kind = "phrases"  // one row a phrase
	Examples Kind = "examples" // one row an example
	Contacts Kind = "contacts" // a form to fill in: each row becomes a channel
)

// Kinds are all kinds, in the order in which a page offers them.
var Kinds = [...]Kind{Texts, Facts, Phrases, Examples, Contacts}

// Format is the file format of an export; Import finds it out by itself.
type Format string

const (
	XLSX Format = "xlsx"
	CSV  Format = "csv" // UTF-8 with a byte order mark, commas, CRLF: Excel opens Chinese right
)

// Limits on what is read. They are far above any real sheet.
const (
	MaxUpload   = 5 << 20  // bytes of a file as it is uploaded
	maxUnzipped = 20 << 20 // bytes of all parts of a workbook
	maxParts    = 256      // parts of a workbook; an ordinary one has a dozen
	maxRows     = 20_000   // rows of a sheet
	maxColumns  = 64       // columns of a sheet
	maxCells    = 500_000  // cells of a sheet, empty ones with a style among them
	maxCell     = 32_767   // characters of a cell: what Excel takes
	maxProblems = 200      // problems that are listed; a person reads no more
)

// Preview is what an import would do.
type Preview struct {
	Kind Kind // "" when the sheet could not be told
	Rows int  // rows below the header that hold something

	Changes  []Change
	Problems []RowProblem // what was not taken over, in the order of the rows
	Notes    []RowProblem // what a person should know: how the file was read, translations that become stale

	// Files are the files that would change, in canonical form, by their path in the base.
	Files map[string][]byte
}

// Change is one value that would change, by the row that asks for it.
type Change struct {
	Path     string // of the file in the base
	Entry    knowledge.ID
	Field    string         // "text", "facts.phone.value", "phrases", "made_from"; of sources.yaml the id of the source
	Lang     knowledge.Lang // "" when the field has none
	Old, New string         // Old is empty for what is added
	Row      int            // as the spreadsheet counts, the header being row 1
}

// RowProblem says what is wrong in a row, or with the file when Row is 0.
type RowProblem struct {
	Row    int
	Column string // the header as it stands in the sheet; "" when it is the row or the file
	Key    string // of the sentence in strings.yaml
	Args   []any  // what the sentence names; of type Label what is itself a key
}
