package console

import (
	"cmp"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// place is an entry that a path names: where it stands, and what stands there.
type place struct {
	id    knowledge.ID
	path  string
	entry *knowledge.Entry // nil when it is taken out or cannot be read
	rev   int
}

// place finds the entry of the visit in the draft. Paths of files come from the draft itself,
// never from the address.
func (v *visit) place(s *snapshot) (place, error) {
	p := place{id: knowledge.ID(v.param("id"))}
	if !p.id.Valid() {
		return p, &refusal{status: http.StatusNotFound}
	}
	if p.entry = s.entries[p.id]; p.entry != nil {
		p.path = s.path(p.entry)
	} else if p.path = fileOf(s, p.id); p.path == "" {
		return p, &refusal{status: http.StatusNotFound}
	}
	p.rev = s.revs[p.path]
	return p, nil
}

// fileOf is the file that is named after an id: of the draft, of its base, or of an earlier one.
func fileOf(s *snapshot, id knowledge.ID) string {
	name := string(id) + ".yaml"
	for _, known := range []func(string) bool{
		func(p string) bool { return s.files[p] != nil },
		func(p string) bool { return s.base[p] != nil || s.draft.Changes[p].Path != "" },
		func(p string) bool { return s.revs[p] > 0 },
	} {
		for _, k := range knowledge.Kinds() {
			if p := string(k) + "/" + name; known(p) {
				return p
			}
		}
	}
	return ""
}

// entryPage is one entry and its form.
type entryPage struct {
	Place            string // the file
	ID               knowledge.ID
	Name             string
	Kind, KindHint   string
	Rev              int
	Seen             string // what the form was made from
	Full, Some       bool   // the person may change everything; or texts in English and Spanish
	Changed, New     bool   // by the draft; it is not in its base
	Change           versions.Change
	Texts, Rest      []block
	Facts, Used      []entryFactRow
	Stamps           []stamp
	Troubles         []trouble
	Errors, Warnings int
	Elsewhere        int // errors of the draft that belong to other entries
	Typed            bool
	Refused, Said    string // on top of the form: why it came back, what else to know
	Why              field
	Conflict         *conflict
	Named            []naming
	Required         bool
}

// block is a field of an entry with its boxes: one, or one a language.
type block struct {
	Name, Title, Hint string
	Must, Langs       bool
	Boxes             []box
	Troubles          []trouble
	Chosen, Choices   []naming // of a list of ids
	Add               string   // the id of the box that a choice goes into
}

// box is where a value is typed.
type box struct {
	Path, ID, Type string // Type: area, number, date, select, check
	Label, Lang    string
	Value          string
	Rows           int
	Options        []option
	Troubles       []trouble
	Read, Text     bool // shown only; a text, with a count and a preview
	Bytes, Most    int
	Preview        string
	Unknown        []string
	Code, Only     bool // Only: the block has no other box, so its title is enough
}

// naming is an entry or source by its id, and in what it is named.
type naming struct {
	ID, Name, Path, In string
	Bad                bool
}

// entryFactRow is a fact that texts may hold.
type entryFactRow struct {
	Token, Path, Type string
	Values            []string
	Overdue           bool
}

// stamp is what is known of a translation.
type stamp struct {
	Lang, Path, ID, State string
	Good, Ticked          bool
}

func (c *Console) entryPage(v *visit) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	at, err := v.place(s)
	if err != nil {
		return err
	}
	if at.entry == nil {
		return v.showGone(s, at)
	}
	return v.showEntry(s, at, editing{form: entryFormOf(at.entry)})
}

// editing is what stands in the form of an entry, and what is to be said of it.
type editing struct {
	form     entryForm
	wrong    map[string]string // by path, the key of what is wrong
	ticked   map[string]bool   // "match.en": the translation was said to match
	why      field
	typed    bool // it holds what was typed and is not saved
	refused  string
	said     string
	conflict *conflict
	status   int
}

// showEntry shows an entry with a form.
func (v *visit) showEntry(s *snapshot, at place, ed editing) error {
	e, now := at.entry, v.console.now()
	page := &entryPage{Place: at.path, ID: e.ID, Name: s.name(e, v.lang, now), Kind: e.Kind.Title(v.lang), KindHint: e.Kind.Hint(v.lang), Rev: at.rev, Seen: seen(s.files[at.path]),
		Full: v.who.Role.Includes(people.Editor), Some: v.who.Role == people.Translator, Typed: ed.typed, Refused: ed.refused, Said: ed.said, Why: ed.why,
		Conflict: ed.conflict, Required: knowledge.Required(e.ID)}
	page.Change, page.Changed = s.draft.Changes[at.path]
	page.New = page.Changed && s.base[at.path] == nil
	f := &filling{v: v, s: s, e: e, page: page, ed: ed, troubles: map[string][]trouble{}}
	f.check()
	f.fields()
	f.facts()
	f.stamps()
	page.Named = v.namedIn(s, e.ID)
	v.status = ed.status
	return v.show("entries-edit", page)
}

// filling fills in the page of an entry.
type filling struct {
	v        *visit
	s        *snapshot
	e        *knowledge.Entry
	page     *entryPage
	ed       editing
	troubles map[string][]trouble
}

var (
	inList  = regexp.MustCompile(`\[\d+\]`)
	aFact   = regexp.MustCompile(`^facts\.[^.]+`)
	stamped = strings.NewReplacer("made_from.", "match.")
)

// pathOf is the field of the form that a problem belongs to, "" for none.
func pathOf(p knowledge.Problem) string {
	at := inList.ReplaceAllString(strings.TrimPrefix(p.Where, "$."), "")
	if fact := aFact.FindString(at); fact != "" {
		return fact
	}
	at = stamped.Replace(at)
	if p.Lang != "" && !strings.HasSuffix(at, "."+keyOf(p.Lang)) && at != "id" && at != "kind" && at != "" {
		at += "." + keyOf(p.Lang)
	}
	return at
}

func anchor(at string) string { return "f-" + strings.ReplaceAll(at, ".", "-") }

// clash reports the rules that are said of both entries, see Clashes.
func clash(p knowledge.Problem) bool {
	return p.Code == knowledge.DuplicatePhrase || p.Code == knowledge.DuplicateExample
}

// ownProblems are those of an entry, and which of its phrases and examples another entry has too.
func (v *snapshot) ownProblems(e *knowledge.Entry) (own knowledge.Problems, shared []knowledge.Clash) {
	clashes := false
	for _, p := range v.problems {
		if clashes = clashes || clash(p); p.Entry == e.ID && !clash(p) && (p.Code != knowledge.BadID || p.File == v.path(e)) {
			own = append(own, p)
		}
	}
	if clashes {
		shared = v.parsed.Clashes(e)
	}
	return own, shared
}

// check gathers what is wrong with the entry as it is stored, each beside its field.
func (f *filling) check() {
	own, shared := f.s.ownProblems(f.e)
	for _, p := range own {
		t := trouble{Text: p.In(f.v.lang), Warn: p.Severity == knowledge.Warning}
		if p.Code == knowledge.StaleTranslation || p.Code == knowledge.NotStamped {
			t.Text = f.v.say("entries.compare_first", p.Lang.Title(f.v.lang)) // what the base says names a command
		}
		f.add(pathOf(p), t)
	}
	for _, c := range shared {
		f.add(c.Field+"."+keyOf(c.Lang), trouble{Text: f.v.say("entries.taken", c.Text),
			Link: "/entries/" + string(c.With.ID), LinkText: f.v.called(f.s, c.With)})
	}
	for _, p := range f.s.problems.Errors() {
		if p.Entry != f.e.ID && !(clash(p) && len(shared) > 0) {
			f.page.Elsewhere++
		}
	}
	for _, s := range slots {
		if key := f.ed.wrong[s.path]; key != "" {
			f.troubles[s.path] = append([]trouble{{Text: f.v.wrong(key, s)}}, f.troubles[s.path]...)
		}
	}
}

// called names an entry in a sentence, with its id.
func (v *visit) called(s *snapshot, e *knowledge.Entry) string {
	name := s.name(e, v.lang, v.console.now())
	if name == "" {
		return string(e.ID)
	}
	return name + " (" + string(e.ID) + ")"
}

// wrong is what is said of a value that is not taken.
func (v *visit) wrong(key string, s slot) string {
	switch key {
	case "entries.huge":
		return v.say(key, s.most)
	case "entries.bad_number":
		return v.say(key, s.top)
	}
	return v.say(key)
}

func (f *filling) add(at string, t trouble) {
	t.Path = at
	if fact, ok := strings.CutPrefix(at, "facts."); ok && t.Link == "" {
		t.Link, t.LinkText = "/facts/"+string(f.e.ID)+"/"+fact, f.v.say("entries.to_fact", fact)
	}
	f.troubles[at] = append(f.troubles[at], t)
	if t.Warn {
		f.page.Warnings++
	} else {
		f.page.Errors++
	}
	f.page.Troubles = append(f.page.Troubles, t)
}

// take gives the troubles of a field, once; what nobody takes stands in the summary alone.
func (f *filling) take(at string) []trouble {
	list := f.troubles[at]
	delete(f.troubles, at)
	return list
}

// restFields are the fields after the texts, in the order of the form.
var restFields = []string{"phrases", "examples", "say", "rights", "evidence", "channels", "drops", "parent", "local", "order", "danger", "as", "level",
	"sources", "checked", "confidence"}

// fields makes the blocks of the form: those of the kind, and what stands there besides.
func (f *filling) fields() {
	must, may := f.e.Kind.Fields()
	has := map[string]bool{}
	for at, value := range f.ed.form {
		if name, _, _ := strings.Cut(at, "."); value != "" || f.troubles[at] != nil {
			has[name] = true
		}
	}
	stated := f.e.Kind.Stated()
	for _, name := range append(slices.Clone(textFields), restFields...) {
		origin := name == "sources" || name == "checked" || name == "confidence"
		if !slices.Contains(must, name) && !slices.Contains(may, name) && !has[name] && !(origin && stated) {
			continue
		}
		b := block{Name: name, Title: knowledge.FieldTitle(name, f.v.lang), Hint: knowledge.FieldHint(name, f.v.lang), Must: slices.Contains(must, name) || origin && stated}
		f.boxes(&b)
		if b.Troubles = f.take(name); b.silent() {
			continue
		}
		if slices.Contains(textFields, name) {
			f.page.Texts = append(f.page.Texts, b)
		} else {
			f.page.Rest = append(f.page.Rest, b)
		}
	}
	f.anchors()
}

// silent reports whether a block has nothing to show to somebody who may not fill it in.
func (b block) silent() bool {
	return len(b.Troubles) == 0 && !slices.ContainsFunc(b.Boxes, func(x box) bool { return !x.Read || x.Value != "" || len(x.Troubles) > 0 })
}

// anchors leads each problem of the summary to its field, when the field is on the page.
func (f *filling) anchors() {
	there := map[string]string{}
	for _, b := range slices.Concat(f.page.Texts, f.page.Rest) {
		there[b.Name] = "b-" + b.Name
		for _, x := range b.Boxes {
			there[x.Path] = x.ID
		}
	}
	there["match.en"], there["match.es"] = anchor("match.en"), anchor("match.es")
	for i, t := range f.page.Troubles {
		f.page.Troubles[i].Anchor = there[t.Path]
		if f.page.Troubles[i].Path != "" && f.page.Troubles[i].Anchor != "" {
			f.page.Troubles[i].Path = f.v.fieldTitle(t.Path)
		} else {
			f.page.Troubles[i].Path = ""
		}
	}
}

// fieldTitle is the name of a field of the form.
func (v *visit) fieldTitle(at string) string {
	at = strings.NewReplacer("match.", "made_from.").Replace(at)
	return knowledge.FieldTitle("$."+at, v.lang)
}

// boxes makes the boxes of a block.
func (f *filling) boxes(b *block) {
	for _, s := range slots {
		if name, key, _ := strings.Cut(s.path, "."); name != b.Name {
			continue
		} else if slices.Contains(langKeys, key) {
			b.Langs = true
			b.Boxes = append(b.Boxes, f.langBox(b.Name, key, s))
		} else {
			b.Boxes = append(b.Boxes, f.plainBox(b, s))
		}
	}
}

func (f *filling) box(s slot) box {
	return box{Path: s.path, ID: anchor(s.path), Type: "area", Value: f.ed.form[s.path], Troubles: f.take(s.path), Rows: 2,
		Read: !f.page.Full && !(f.page.Some && mayTranslate(s.path))}
}

// langBox is the box of one language.
func (f *filling) langBox(name, key string, s slot) box {
	x, l := f.box(s), langOf(key)
	x.Label, x.Lang = l.Title(f.v.lang), string(l)
	switch name {
	case "text", "other", "call":
		x.Rows = 12
	case "phrases":
		x.Rows = 8
	case "examples":
		x.Rows = 8
	case "short", "near":
		x.Rows = 3
	}
	if slices.Contains(textFields, name) {
		x.Text, x.Most = true, knowledge.TextLimit(name)
		if name == "name" && f.e.Kind == knowledge.Rule {
			x.Most = 0 // the title of a law is as long as it is
		}
		filled := knowledge.Fill(f.e, tidy(x.Value), l, f.v.console.now(), f.s.find)
		x.Preview, x.Bytes, x.Unknown = filled.Text, filled.Bytes, filled.Unknown
	}
	return x
}

// plainBox is the box of a field without languages.
func (f *filling) plainBox(b *block, s slot) box {
	x := f.box(s)
	if x.Label, x.Only = b.Title, true; s.path != b.Name {
		x.Label, x.Only = f.v.fieldTitle(s.path), false
	}
	switch s.path {
	case "order", "danger":
		x.Type = "number"
	case "checked":
		x.Type = "date"
	case "say.alone", "local":
		x.Type = "check"
	case "level":
		x.Type, x.Options = "select", f.options(x.Value, []option{{"law", ""}, {"regulation", ""}, {"interpretation", ""}, {"judicial", ""}, {"joint", ""}, {"regulator", ""}, {"standard", ""}, {"association", ""}},
			func(s string) string { return knowledge.Level(s).Title(f.v.lang) })
	case "confidence":
		x.Type, x.Options = "select", f.options(x.Value, []option{{"high", ""}, {"medium", ""}, {"low", ""}},
			func(s string) string {
				return f.v.say("entries.choice", knowledge.Confidence(s).Title(f.v.lang), knowledge.Confidence(s).Hint(f.v.lang))
			})
	case "parent":
		x.Type, x.Options = "select", f.options(x.Value, f.entries(knowledge.Channel), nil)
	case "as":
		x.Type, x.Options = "select", f.options(x.Value, f.entries(f.e.Kind), nil)
	case "rights", "evidence", "channels", "drops":
		x.Rows, x.Code = 4, true
		f.listed(b, x, map[string]knowledge.Kind{"rights": knowledge.Right, "evidence": knowledge.Evidence}[s.path])
	case "sources":
		x.Rows, x.Code = 4, true
		f.sources(b, x)
	}
	return x
}

// options are the choices of a field: nothing first, and what stands there even if it is none.
func (f *filling) options(value string, choices []option, title func(string) string) []option {
	all := []option{{"", f.v.say("entries.none")}}
	known := value == ""
	for _, o := range choices {
		if title != nil {
			o.Text = title(o.Value)
		}
		known = known || o.Value == value
		all = append(all, o)
	}
	if !known {
		all = append(all, option{value, value})
	}
	return all
}

// entries are those of a kind as choices.
func (f *filling) entries(k knowledge.Kind) []option {
	var list []option
	for _, e := range f.s.parsed.Entries {
		if e.Kind == k && e.ID != f.e.ID {
			list = append(list, option{string(e.ID), f.v.called(f.s, e)})
		}
	}
	return list
}

// listed names the entries of a list, and those that could be on it.
func (f *filling) listed(b *block, x box, k knowledge.Kind) {
	k, b.Add = cmp.Or(k, knowledge.Channel), x.ID
	ids := split(x.Value)
	for _, id := range ids {
		n := naming{ID: id, Path: "/entries/" + id}
		switch e := f.s.entries[knowledge.ID(id)]; {
		case knowledge.ID(id) == knowledge.Supervisor && b.Name == "channels":
			n.Name, n.Path = f.v.say("entries.supervisor"), ""
		case e == nil:
			n.Name, n.Path, n.Bad = f.v.say("entries.nobody"), "", true
		default:
			n.Name = f.s.name(e, f.v.lang, f.v.console.now())
		}
		b.Chosen = append(b.Chosen, n)
	}
	if x.Read {
		return
	}
	if b.Name == "channels" && f.e.Kind != knowledge.Lender && !slices.Contains(ids, string(knowledge.Supervisor)) {
		b.Choices = append(b.Choices, naming{ID: string(knowledge.Supervisor), Name: f.v.say("entries.supervisor")})
	}
	for _, e := range f.s.parsed.Entries {
		if e.Kind == k && !slices.Contains(ids, string(e.ID)) && e.ID != f.e.ID {
			b.Choices = append(b.Choices, naming{ID: string(e.ID), Name: f.s.name(e, f.v.lang, f.v.console.now())})
		}
	}
}

func (f *filling) sources(b *block, x box) {
	b.Add = x.ID
	ids, all := split(x.Value), f.s.parsed.Sources
	for _, id := range ids {
		n := naming{ID: id, Name: all[id].Title}
		if _, ok := all[id]; !ok {
			n.Name, n.Bad = f.v.say("entries.nobody"), true
		}
		b.Chosen = append(b.Chosen, n)
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if !x.Read && !slices.Contains(ids, id) {
			b.Choices = append(b.Choices, naming{ID: id, Name: all[id].Title})
		}
	}
}

// facts lists the facts of the entry, and those of others that its texts hold.
func (f *filling) facts() {
	for _, name := range slices.Sorted(maps.Keys(f.e.Facts)) {
		f.page.Facts = append(f.page.Facts, f.fact(f.e, name, "{."+name+"}"))
	}
	seen := map[string]bool{}
	for _, name := range textFields {
		for _, key := range langKeys {
			for _, ref := range references.FindAllStringSubmatch(f.ed.form[name+"."+key], -1) {
				if seen[ref[0]] || ref[1] == "" {
					continue
				}
				seen[ref[0]] = true
				e := f.s.entries[knowledge.ID(ref[1])]
				switch {
				case e == nil:
				case ref[2] == "":
					f.page.Used = append(f.page.Used, entryFactRow{Token: ref[0], Path: "/entries/" + ref[1], Type: f.v.say("entries.its_name"), Values: f.values(e, ref[0])})
				default:
					if _, ok := e.Facts[ref[2]]; ok {
						f.page.Used = append(f.page.Used, f.fact(e, ref[2], ref[0]))
					}
				}
			}
		}
	}
	slices.SortFunc(f.page.Used, func(a, b entryFactRow) int { return cmp.Compare(a.Token, b.Token) })
}

// references are those to another entry, or to a fact of it.
var references = regexp.MustCompile(`\{([a-z0-9-]+)(?:\.([a-z0-9-]+))?\}`)

func (f *filling) fact(e *knowledge.Entry, name, token string) entryFactRow {
	fact := e.Facts[name]
	return entryFactRow{Token: token, Path: "/facts/" + string(e.ID) + "/" + name, Type: fact.Type.Title(f.v.lang),
		Values: f.values(e, "{."+name+"}"), Overdue: factOverdue(fact, f.v.console.now())}
}

// values are what a reference stands for in the three languages, equal ones once.
func (f *filling) values(e *knowledge.Entry, ref string) []string {
	var list []string
	for _, l := range knowledge.AnswerLangs {
		if s := knowledge.Fill(e, ref, l, f.v.console.now(), f.s.find).Text; !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// stamps says of each translation whether it follows the Chinese text.
func (f *filling) stamps() {
	for _, l := range []knowledge.Lang{knowledge.En, knowledge.Es} {
		at := "match." + keyOf(l)
		st := stamp{Lang: l.Title(f.v.lang), Path: at, ID: anchor(at), Ticked: f.ed.ticked[at]}
		switch f.e.Translation(l) {
		case knowledge.Untranslated:
			st.State = f.v.say("entries.untranslated")
		case knowledge.Unstamped:
			st.State = f.v.say("entries.unstamped")
		case knowledge.Outdated:
			st.State = f.v.say("entries.outdated")
		default:
			st.State, st.Good = f.v.say("entries.current"), true
		}
		f.page.Stamps = append(f.page.Stamps, st)
	}
}

// namedIn lists the entries that name another one, and where.
func (v *visit) namedIn(s *snapshot, id knowledge.ID) []naming {
	var list []naming
	for _, e := range s.parsed.Entries {
		if e.ID == id {
			continue
		}
		var in []string
		for _, field := range e.Mentions(id) {
			in = append(in, knowledge.FieldTitle(field, v.lang))
		}
		if len(in) > 0 {
			list = append(list, naming{ID: string(e.ID), Name: s.name(e, v.lang, v.console.now()), Path: "/entries/" + string(e.ID), In: strings.Join(in, v.say("entries.comma"))})
		}
	}
	return list
}

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

// UnknownText are the references of a text that lead nowhere.
func (x box) UnknownText() string { return strings.Join(x.Unknown, " ") }
