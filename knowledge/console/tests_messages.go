package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// messagesPage says how live and draft do on the built-in messages: which of the test set lead
// elsewhere than they should, and which of the must-hit list do not get their card.
type messagesPage struct {
	Live   *weighed
	Draft  *weighed // nil while the draft has errors, or is what is live
	Langs  []langShare
	Rows   []wrongRow
	Pairs  []mixUp
	Broken int
	Same   bool   // the draft is what is live
	Expect string // of the mix-up that the page is narrowed to
	Got    string
}

// langShare is one line of the figures.
type langShare struct {
	Name        string
	Live, Draft Share
}

// wrongRow is a message of the test set that leads elsewhere than it should.
type wrongRow struct {
	ID, Text, Lang string
	Expect         outcome
	Live, Draft    outcome
	May            bool // it may become an example of the entry it should lead to
}

// outcome is where a message leads.
type outcome struct {
	mention
	Label string // in words
	Right bool
}

// mixUp is how often one entry is taken for another.
type mixUp struct {
	Expect, Got outcome
	N           int
}

func (c *Console) messagesPage(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	rels := c.sides(snap)
	page := messagesPage{Live: c.exams.weigh(rels[ofLive]), Broken: len(snap.problems.Errors()), Expect: v.query("expect"), Got: v.query("got")}
	draft := rels[ofDraft]
	page.Same = draft != nil && draft.ID == rels[ofLive].ID
	if draft != nil && !page.Same {
		page.Draft = c.exams.weigh(draft)
	}
	page.figures(v)
	page.rows(v.reader(rels[ofLive], snap.parsed), snap)
	return v.show("messages", page)
}

func (p *messagesPage) figures(v *visit) {
	draft := Figures{}
	if p.Draft != nil {
		draft = p.Draft.Figures
	}
	live := p.Live.Figures
	add := func(name string, a, b Share) { p.Langs = append(p.Langs, langShare{name, a, b}) }
	add(v.say("tests.all_messages"), live.All, draft.All)
	for _, l := range []knowledge.Lang{knowledge.ZhHans, knowledge.ZhHant, knowledge.En, knowledge.Es} {
		if live.Lang[l].All > 0 {
			add(v.say("try.lang_"+string(l)), live.Lang[l], draft.Lang[l])
		}
	}
	add(v.say("tests.self_harm"), live.SelfHarm, draft.SelfHarm)
	add(v.say("tests.violence"), live.Violence, draft.Violence)
	add(v.say("tests.none"), live.None, draft.None)
}

func (p *messagesPage) rows(r *reader, snap *snapshot) {
	counts := map[[2]string]int{}
	for i, row := range p.Live.Figures.Rows {
		draft := row
		if p.Draft != nil {
			draft = p.Draft.Figures.Rows[i]
		}
		if row.Right && draft.Right {
			continue
		}
		if !draft.Right {
			counts[[2]string{row.Expect, draft.Got}]++
		}
		if p.Expect != "" && (row.Expect != p.Expect || draft.Got != p.Got) {
			continue
		}
		w := wrongRow{ID: row.ID, Text: row.Text, Lang: string(row.Lang), Expect: r.outcome(row.Expect, true),
			Live: r.outcome(row.Got, row.Right), Draft: r.outcome(draft.Got, draft.Right)}
		e := snap.entries[knowledge.ID(row.Expect)]
		w.May = e != nil && !draft.Right && !hasExample(e, row)
		p.Rows = append(p.Rows, w)
	}
	for pair, n := range counts {
		p.Pairs = append(p.Pairs, mixUp{r.outcome(pair[0], true), r.outcome(pair[1], false), n})
	}
	slices.SortFunc(p.Pairs, func(a, b mixUp) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Expect.ID+" "+a.Got.ID, b.Expect.ID+" "+b.Got.ID)
	})
}

func (r *reader) outcome(label string, right bool) outcome {
	o := outcome{r.mention(knowledge.ID(label)), "", right}
	if o.Label = o.Name; o.Label == "" {
		o.Label = r.named(label)
	}
	return o
}

// examplesIn are the examples of an entry in the language of a message.
func examplesIn(e *knowledge.Entry, l knowledge.Lang) *string {
	switch l.Answer() {
	case knowledge.En:
		return &e.Examples.En
	case knowledge.Es:
		return &e.Examples.Es
	}
	return &e.Examples.Zh
}

func hasExample(e *knowledge.Entry, row Row) bool {
	return slices.Contains(strings.Split(*examplesIn(e, row.Lang), "\n"), row.Text)
}

// addExample makes a message of the test set an example of the entry that it should lead to.
func (c *Console) addExample(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	row, ok := c.row(snap, v.posted("id"))
	e := snap.entries[knowledge.ID(row.Expect)]
	if !ok || e == nil {
		return v.refuse(http.StatusNotFound, "tests.no_row")
	}
	if hasExample(e, row) {
		return v.refuse(http.StatusConflict, "tests.example_there")
	}
	path, changed := snap.path(e), *e
	examples := examplesIn(&changed, row.Lang)
	*examples = strings.TrimLeft(strings.TrimRight(*examples, "\n")+"\n"+oneLine(row.Text)+"\n", "\n")
	data, err := knowledge.Rewrite(snap.files[path], &changed)
	if err != nil {
		return v.refuse(http.StatusConflict, "tests.example_comment", string(e.ID))
	}
	if why := c.newErrors(v, snap, path, data); why != "" {
		return v.refuse(http.StatusConflict, "tests.example_fault", why)
	}
	file := versions.File{Path: path, Rev: snap.revs[path], Data: data}
	err = c.store.Save(v.ctx(), v.actor(), []versions.File{file}, v.say("tests.example_why", row.ID))
	var stale *versions.ErrStale
	if errors.As(err, &stale) {
		return v.refuse(http.StatusConflict, "tests.example_stale", stale.Now.Who)
	}
	if err != nil {
		return err
	}
	return v.redirect("/tests/messages", "tests.example_done", row.Text, v.reader(snap.live.Release, snap.parsed).named(string(e.ID)))
}

// row is a message of the test set.
func (c *Console) row(snap *snapshot, id string) (Row, bool) {
	rows := c.exams.weigh(switchedOn(snap.live.Release)).Figures.Rows
	if i := slices.IndexFunc(rows, func(r Row) bool { return r.ID == id }); i >= 0 {
		return rows[i], true
	}
	return Row{}, false
}

// newErrors are the errors that the draft would have with a file and does not have without it.
func (c *Console) newErrors(v *visit, snap *snapshot, path string, data []byte) string {
	_, all := snap.checked(path, data)
	had := map[string]bool{}
	for _, p := range snap.problems.Errors() {
		had[p.In(v.lang)] = true
	}
	for _, p := range all.Errors() {
		if text := p.In(v.lang); !had[text] {
			return text
		}
	}
	return ""
}

// clean is a release as tests see it: with nothing switched off.
func switchedOn(r *knowledge.Release) *knowledge.Release { return r.WithOff(knowledge.Off{}) }
