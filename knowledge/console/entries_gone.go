package console

import (
	"net/http"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// gonePage is an entry that the draft takes out, or a file that cannot be read.
type gonePage struct {
	ID       knowledge.ID
	Name     string
	Place    string
	Rev      int
	Deleted  bool
	Undo     bool // the draft has a change to take back
	Change   versions.Change
	Troubles []trouble
	Raw      string
	Named    []naming
}

func (v *visit) showGone(s *snapshot, at place) error {
	page := gonePage{ID: at.id, Place: at.path, Rev: at.rev, Raw: string(s.files[at.path]), Deleted: s.files[at.path] == nil, Named: v.namedIn(s, at.id)}
	page.Change, page.Undo = s.draft.Changes[at.path]
	if e, err := knowledge.Decode(s.base[at.path]); err == nil {
		page.Name = s.name(e, v.lang, v.console.now())
	}
	for _, p := range s.problems {
		if p.File == at.path {
			page.Troubles = append(page.Troubles, trouble{Text: p.In(v.lang), Warn: p.Severity == knowledge.Warning})
		}
	}
	if page.Deleted {
		v.status = http.StatusGone
	}
	return v.show("entries-gone", page)
}
