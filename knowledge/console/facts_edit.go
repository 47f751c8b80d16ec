package console

import (
	"cmp"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// factPage is one fact: what it says, where it is used, what was done to it, and its form.
type factPage struct {
	Entry     knowledge.ID
	EntryName string
	Name      string
	New       bool
	Row       factRow // the fact as it stands in the draft today
	Later     []factLater
	Live      string // what borrowers see now, where the draft has it otherwise
	Publish   bool
	CanEdit   bool // may change something of it
	Editor    bool // may change all of it
	Form      factForm
	Seen      string

	Types, Confidences, Modes, Days []option
	Dates                           []option // to preview at
	At, OtherDay                    field

	Preview   *factPreview
	Uses      *factPreview // as it stands, without a change
	Conflict  *factConflict
	Elsewhere knowledge.Problems // what the change breaks in other texts
	Notes     knowledge.Problems
	Anyway    field
	Keywords  []string // phrases that hold the old number
	History   []factChange
	Initials  string
}

// factLater is a value that comes, as the page shows it.
type factLater struct {
	From   string
	Values []factValue
}

// factConflict shows both versions: what somebody else saved, and what was typed.
type factConflict struct {
	Who  string
	At   time.Time
	Rows []conflictRow
}

type conflictRow struct {
	Key           string // of the label
	Theirs, Yours string
	Differ        bool
}

// factChange is one step in the history of a fact.
type factChange struct {
	Who, Why string
	At       time.Time
	Values   []factValue
	Gone     bool
}

// factOf finds the fact of the path.
func (c *Console) factOf(v *visit, snap *snapshot) (*knowledge.Entry, knowledge.Fact, error) {
	e := snap.entries[knowledge.ID(v.param("entry"))]
	if e == nil {
		return nil, knowledge.Fact{}, &refusal{status: http.StatusNotFound}
	}
	f, ok := e.Facts[v.param("name")]
	if !ok {
		return nil, knowledge.Fact{}, &refusal{status: http.StatusNotFound}
	}
	return e, f, nil
}

func (c *Console) factPage(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	e, f, err := c.factOf(v, snap)
	if err != nil {
		return err
	}
	page := factPage{Name: v.param("name"), Form: formOf(v.param("name"), f)}
	return c.showFact(v, snap, e, f, page)
}

// showFact fills in what the page of a fact shows besides its form.
func (c *Console) showFact(v *visit, snap *snapshot, e *knowledge.Entry, f knowledge.Fact, page factPage) error {
	now := c.now()
	page.Entry, page.EntryName = e.ID, v.entryName(snap, e.ID)
	page.Seen = seal(f, !page.New)
	page.Types, page.Confidences = v.factTypes(), v.confidences()
	page.Modes = []option{{modeOne, v.say("facts.mode_one")}, {modeThree, v.say("facts.mode_three")}}
	page.Days = []option{{"", v.say("facts.days_none")}, {"workdays", v.say("facts.days_workdays")}, {"daily", v.say("facts.days_daily")}}
	page.Editor = v.who.Role.Includes(people.Editor)
	page.CanEdit = page.Editor || v.who.Role.Includes(people.Translator) && hasValues(f)
	page.Publish = v.mayPublish()
	page.Form.offer(v, snap, !page.Editor, f)
	page.Dates = v.previewDates(f, page.Form)
	if page.At.Value == "" {
		page.At.Value = string(knowledge.DateOf(now))
	}
	if !page.New {
		if err := c.describe(v, snap, e, f, &page); err != nil {
			return err
		}
	}
	switch {
	case page.Conflict != nil:
		v.status = http.StatusConflict
	case !page.Form.sound(), len(page.Elsewhere) > 0 && page.Anyway.Value != "yes" && page.Preview == nil:
		return v.again("facts-edit", page)
	}
	return v.show("facts-edit", page)
}

// describe says how the fact stands.
func (c *Console) describe(v *visit, snap *snapshot, e *knowledge.Entry, f knowledge.Fact, page *factPage) error {
	now, path := c.now(), snap.path(e)
	at := f.At(now)
	audit, err := c.store.Audit(v.ctx(), 0, auditSeen)
	if err != nil {
		return err
	}
	r := factRow{Entry: e.ID, Name: page.Name, Fact: at, Values: factValues(v.lang, at), Sources: snap.factSources(at.Sources), risk: weigh(at, now)}
	r.EntryName, r.Path, r.Seen = page.EntryName, factPath(e.ID, page.Name), page.Seen
	page.Initials = initials(v.who.Name)
	r.CheckedText, r.DueText = v.isoDay(at.Checked), v.isoDay(r.Due)
	r.By = checkedBy(audit, path, page.Name, at.Checked)
	r.Uses = snap.sketch().Count(e.ID, page.Name)
	live := liveFacts(snap)[e.ID]
	if r.Waiting = !sameFact(f, live, page.Name); r.Waiting {
		page.Live = v.say("facts.live_none")
		if l, ok := live[page.Name]; ok {
			page.Live = showFact(v.lang, l.At(now))
		}
	}
	page.Row = r
	for _, l := range at.Later {
		page.Later = append(page.Later, factLater{v.isoDay(l.From), factValues(v.lang, knowledge.Fact{Value: l.Value, Values: l.Values})})
	}
	if page.Preview == nil {
		uses := snap.sketch().Uses(e.ID, page.Name, now)
		page.Uses = v.previewOf(snap, uses, uses, now)
	}
	page.History, err = c.factHistory(v, path, page.Name)
	return err
}

// historySeen is how many revisions of a file are looked at for the history of a fact.
const historySeen = 20

// factHistory is what was done to a fact, newest first.
func (c *Console) factHistory(v *visit, path, name string) ([]factChange, error) {
	revs, err := c.store.History(v.ctx(), path)
	if err != nil {
		return nil, err
	}
	revs = revs[:min(len(revs), historySeen)]
	facts := make([]*knowledge.Fact, len(revs))
	for i, r := range revs {
		if e, err := knowledge.Decode(r.Data); err == nil {
			if f, ok := e.Facts[name]; ok {
				facts[i] = &f
			}
		}
	}
	var list []factChange
	for i := 0; i+1 < len(revs); i++ {
		if reflect.DeepEqual(facts[i], facts[i+1]) {
			continue
		}
		change := factChange{Who: revs[i].Who, Why: strings.TrimPrefix(revs[i].Why, name+": "), At: revs[i].At, Gone: facts[i] == nil}
		if facts[i] != nil {
			change.Values = factValues(v.lang, facts[i].At(c.now()))
		}
		list = append(list, change)
	}
	return list, nil
}

func hasValues(f knowledge.Fact) bool {
	return !f.Values.Empty() || slices.ContainsFunc(f.Later, func(l knowledge.Later) bool { return !l.Values.Empty() })
}

// newFactPage is the form of a fact that is not there yet.
func (c *Console) newFactPage(v *visit) error {
	snap, e, err := c.factEntry(v)
	if err != nil {
		return err
	}
	today := string(knowledge.DateOf(c.now()))
	page := factPage{New: true, Form: factForm{Type: field{Value: string(knowledge.Phone)},
		First: valueForm{Mode: field{Value: modeOne}, Checked: field{Value: today}, Confidence: field{Value: string(knowledge.High)}}}}
	return c.showFact(v, snap, e, knowledge.Fact{}, page)
}

// factEntry is the entry of the path, which may have facts.
func (c *Console) factEntry(v *visit) (*snapshot, *knowledge.Entry, error) {
	snap, err := v.look()
	if err != nil {
		return nil, nil, err
	}
	e := snap.entries[knowledge.ID(v.param("entry"))]
	if e == nil {
		return nil, nil, &refusal{status: http.StatusNotFound}
	}
	if !e.Kind.Stated() {
		return nil, nil, v.refuse(http.StatusConflict, "facts.no_facts_here")
	}
	return snap, e, nil
}

// saveNewFact puts a new fact into an entry of the draft.
func (c *Console) saveNewFact(v *visit) error {
	snap, e, err := c.factEntry(v)
	if err != nil {
		return err
	}
	page := factPage{New: true, Form: v.readFactForm(), At: v.field("at"), OtherDay: v.field("day"), Anyway: v.field("anyway")}
	name := page.Form.Name.Value
	_, taken := e.Facts[name]
	switch {
	case !factName(name):
		page.Form.Name.Problem = v.say("facts.lint_name")
	case taken:
		page.Form.Name.Problem = v.say("facts.name_taken")
	}
	return c.editFact(v, snap, e, knowledge.Fact{}, name, page)
}

// factName reports whether a fact may be called so. "new" is the address of the form.
func factName(name string) bool {
	return knowledge.ValidPath("channel/"+name+".yaml") && name != "new"
}

// saveFact does what the form of a fact asks for: show it with one value more or less, show what
// would change, or save it into the draft.
func (c *Console) saveFact(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	e, was, err := c.factOf(v, snap)
	if err != nil {
		return v.refuse(http.StatusNotFound, "facts.gone")
	}
	page := factPage{Name: v.param("name"), Form: v.readFactForm(), At: v.field("at"), OtherDay: v.field("day"), Anyway: v.field("anyway")}
	page.Form.Name.Value = page.Name
	return c.editFact(v, snap, e, was, page.Name, page)
}

func (c *Console) editFact(v *visit, snap *snapshot, e *knowledge.Entry, was knowledge.Fact, name string, page factPage) error {
	editor := v.who.Role.Includes(people.Editor)
	do := v.posted("do")
	if at, ok := strings.CutPrefix(do, "remove-"); ok && editor {
		page.Form.removeLater(at)
		return c.showFact(v, snap, e, was, page)
	}
	if do == "add" && editor {
		page.Form.addLater(v)
		return c.showFact(v, snap, e, was, page)
	}
	if !editor && !hasValues(was) {
		return v.refuseRole(people.Editor)
	}
	theirs := !page.New && !v.saw(name, was)
	mine := page.Form.typed(v, was, editor)
	if theirs {
		page.Conflict = c.conflict(v, snap, e, was, mine)
	}
	own, err := knowledge.Decode(snap.files[snap.path(e)])
	if err != nil {
		return v.refuse(http.StatusConflict, "facts.unreadable")
	}
	if own.Facts == nil {
		own.Facts = map[string]knowledge.Fact{}
	}
	own.Facts[name] = mine
	if !c.examineFact(v, snap, own, was, name, &page, do == "preview") || do == "preview" || theirs {
		return c.showFact(v, snap, e, was, page)
	}
	return c.storeFact(v, snap, e, was, mine, name, page)
}

// typed is what the form says, as far as the person may.
func (form *factForm) typed(v *visit, was knowledge.Fact, editor bool) knowledge.Fact {
	if editor {
		return form.fact(v)
	}
	return form.translated(v, was)
}

// examineFact asks the rules and, when wanted, shows what would change. It reports whether the
// change may be saved.
func (c *Console) examineFact(v *visit, snap *snapshot, own *knowledge.Entry, was knowledge.Fact, name string, page *factPage, preview bool) bool {
	why := page.Form.Why.Problem
	if preview {
		page.Form.Why.Problem = "" // only a deed needs a reason
	}
	if !page.Form.sound() && !factName(name) {
		return false
	}
	path := snap.path(own)
	if path == "" || snap.entries[own.ID] != nil {
		path = snap.path(snap.entries[own.ID])
	}
	data, err := knowledge.Rewrite(snap.files[path], own)
	if err != nil { // a text that is no UTF-8; the fields say so
		if page.Form.sound() {
			page.Form.First.Value.Problem = v.say("facts.unwritable")
		}
		return false
	}
	var d *knowledge.Draft
	d, page.Elsewhere, page.Notes = page.Form.lintFact(v, snap, path, name, data)
	if !page.Form.sound() {
		return false
	}
	if preview {
		now := v.previewDay(page)
		sketch := d.Sketch()
		page.Preview = v.previewOf(snap, snap.sketch().Uses(own.ID, name, now), sketch.Uses(own.ID, name, now), now)
		page.Keywords = keywordsWith(own, showFact(knowledge.ZhHans, was.At(c.now())), showFact(knowledge.ZhHans, own.Facts[name].At(now)))
		return false
	}
	return why == "" && (len(page.Elsewhere) == 0 || page.Anyway.Value == "yes")
}

// keywordsWith are the phrases of an entry that hold a value which is no longer its value.
func keywordsWith(e *knowledge.Entry, old, now string) []string {
	if old == "" || withoutSpace(old) == withoutSpace(now) || len(withoutSpace(old)) < 3 {
		return nil
	}
	var list []string
	for _, p := range slices.Concat(e.Phrases.Zh, e.Phrases.En, e.Phrases.Es) {
		if strings.Contains(withoutSpace(p), withoutSpace(old)) && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// storeFact saves. Whoever was faster wins; the page then shows both.
func (c *Console) storeFact(v *visit, snap *snapshot, e *knowledge.Entry, was, mine knowledge.Fact, name string, page factPage) error {
	moved := errors.New("moved")
	err := c.changeEntry(v, e.ID, name+": "+page.Form.Why.Value, func(own *knowledge.Entry) error {
		now, there := own.Facts[name]
		if there == page.New || there && seal(now, true) != seal(was, true) {
			return moved
		}
		if own.Facts == nil {
			own.Facts = map[string]knowledge.Fact{}
		}
		own.Facts[name] = mine
		return nil
	})
	to := factPath(e.ID, name)
	switch {
	case errors.Is(err, moved):
		if snap, err = v.look(); err != nil {
			return err
		}
		if e = snap.entries[e.ID]; e == nil || e.Facts[name].Type == "" {
			return v.refuse(http.StatusConflict, "facts.gone")
		}
		if page.New {
			page.Form.Name.Problem = v.say("facts.name_taken")
		} else {
			page.Conflict = c.conflict(v, snap, e, e.Facts[name], mine)
		}
		return c.showFact(v, snap, e, e.Facts[name], page)
	case errors.Is(err, versions.ErrNothing):
		return v.redirect(to, "facts.same")
	case err != nil:
		return err
	}
	return v.redirect(to, v.forNext("facts.saved", "facts.saved_publish"), name, snap.sketch().Count(e.ID, name))
}

// conflict lays what is there now beside what was typed.
func (c *Console) conflict(v *visit, snap *snapshot, e *knowledge.Entry, theirs, mine knowledge.Fact) *factConflict {
	change := snap.draft.Changes[snap.path(e)]
	k := &factConflict{Who: change.Who, At: change.At}
	add := func(key, a, b string) {
		if a != "" || b != "" {
			k.Rows = append(k.Rows, conflictRow{Key: key, Theirs: cmp.Or(a, "–"), Yours: cmp.Or(b, "–"), Differ: a != b})
		}
	}
	open := func(o *knowledge.Open) string {
		if o == nil {
			return ""
		}
		return o.Days + " " + o.From + "–" + o.To
	}
	later := func(f knowledge.Fact) string {
		var all []string
		for _, l := range f.Later {
			all = append(all, string(l.From)+": "+cmp.Or(l.Value, strings.Join([]string{l.Values.Zh, l.Values.En, l.Values.Es}, " / ")))
		}
		return strings.Join(all, "\n")
	}
	add("facts.type", string(theirs.Type), string(mine.Type))
	add("facts.value", theirs.Value, mine.Value)
	add("facts.value_zh", theirs.Values.Zh, mine.Values.Zh)
	add("facts.value_en", theirs.Values.En, mine.Values.En)
	add("facts.value_es", theirs.Values.Es, mine.Values.Es)
	add("facts.open", open(theirs.Open), open(mine.Open))
	add("facts.sources", strings.Join(theirs.Sources, ", "), strings.Join(mine.Sources, ", "))
	add("facts.checked", string(theirs.Checked), string(mine.Checked))
	add("facts.confidence", string(theirs.Confidence), string(mine.Confidence))
	add("facts.from", string(theirs.From), string(mine.From))
	add("facts.until", string(theirs.Until), string(mine.Until))
	add("facts.later", later(theirs), later(mine))
	return k
}

// deleteFact takes a fact out of the draft. One that a text holds stays.
func (c *Console) deleteFact(v *visit) error {
	snap, err := v.look()
	if err != nil {
		return err
	}
	e, was, err := c.factOf(v, snap)
	if err != nil {
		return err
	}
	name, why := v.param("name"), v.posted("why")
	switch {
	case snap.sketch().Count(e.ID, name) > 0:
		return v.refuse(http.StatusConflict, "facts.delete_used", name, snap.sketch().Count(e.ID, name))
	case why == "" || len([]rune(why)) > longestWhy:
		return v.refuse(http.StatusUnprocessableEntity, "refused.reason")
	case !v.saw(name, was):
		return v.refuse(http.StatusConflict, "facts.checked_moved", name, showFact(v.lang, was.At(c.now())))
	}
	err = c.changeEntry(v, e.ID, name+": "+why, func(own *knowledge.Entry) error {
		now, there := own.Facts[name]
		if !there || seal(now, true) != seal(was, true) {
			return v.refuse(http.StatusConflict, "facts.checked_moved", name, showFact(v.lang, now.At(c.now())))
		}
		delete(own.Facts, name)
		if own.Kind == knowledge.Rule && len(own.Facts) == 0 {
			return v.refuse(http.StatusConflict, "facts.delete_last")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.redirect("/facts?entry="+string(e.ID), "facts.deleted", name)
}
