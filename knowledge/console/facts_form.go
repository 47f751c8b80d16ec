package console

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"zhilu/knowledge"
)

// factForm is a fact as it is typed.
type factForm struct {
	Name, Type, Until, Review, Why field
	First                          valueForm
	Later                          []valueForm
}

// valueForm is a value with its origin: the first of a fact, or a later one. Prefix parts the
// fields of several values in one form.
type valueForm struct {
	Prefix         string
	Number         int // of a later value, from 1; 0 for the first
	Mode           field
	Value          field
	Zh, En, Es     field
	Days, Opens    field
	Closes         field
	From           field
	Checked        field
	Confidence     field
	Sources        field // the problem alone
	Chosen         []string
	Picks          []sourcePick
	StaleSpanish   bool // the Chinese value is new and the translation is not
	StaleEnglish   bool
	TranslatorOnly bool // English and Spanish alone may change
}

// sourcePick is a source to tick.
type sourcePick struct {
	factSource
	Ticked bool
}

// Limits of what is typed.
const (
	longestValue = 300
	mostLater    = 6
	longestWhy   = 400
)

// The two modes of a value.
const (
	modeOne   = "one"
	modeThree = "three"
)

// formOf is the form of a fact that is there.
func formOf(name string, f knowledge.Fact) factForm {
	form := factForm{Name: field{Value: name}, Type: field{Value: string(f.Type)}, Until: field{Value: string(f.Until)}}
	if f.ReviewDays > 0 {
		form.Review.Value = strconv.Itoa(f.ReviewDays)
	}
	form.First = valueOf("", 0, f.From, f.Value, f.Values, f.Open, f.Sources, f.Checked, f.Confidence)
	for i, l := range f.Later {
		form.Later = append(form.Later, valueOf(laterPrefix(i), i+1, l.From, l.Value, l.Values, l.Open, l.Sources, l.Checked, l.Confidence))
	}
	return form
}

func laterPrefix(i int) string { return "later-" + strconv.Itoa(i) + "-" }

func valueOf(prefix string, number int, from knowledge.Date, value string, values knowledge.Text, open *knowledge.Open,
	sources []string, checked knowledge.Date, conf knowledge.Confidence) valueForm {
	form := valueForm{Prefix: prefix, Number: number, Mode: field{Value: modeOne}, Value: field{Value: value}, Zh: field{Value: values.Zh}, En: field{Value: values.En},
		Es: field{Value: values.Es}, From: field{Value: string(from)}, Checked: field{Value: string(checked)}, Confidence: field{Value: string(conf)}, Chosen: sources}
	if !values.Empty() {
		form.Mode.Value = modeThree
	}
	if open != nil {
		form.Days.Value, form.Opens.Value, form.Closes.Value = open.Days, open.From, open.To
	}
	return form
}

// readFactForm takes what was typed. Values come in the normal form of Unicode.
func (v *visit) readFactForm() factForm {
	form := factForm{Name: v.field("name"), Type: v.field("type"), Until: v.field("until"), Review: v.field("review"), Why: v.field("why"), First: v.readValue("", 0)}
	n, _ := strconv.Atoi(v.posted("later")) // anything else is none
	for i := range max(0, min(n, mostLater)) {
		form.Later = append(form.Later, v.readValue(laterPrefix(i), i+1))
	}
	return form
}

func (v *visit) readValue(prefix string, number int) valueForm {
	typed := func(name string) field { return field{Value: norm.NFC.String(v.posted(prefix + name))} }
	return valueForm{Prefix: prefix, Number: number, Mode: typed("mode"), Value: typed("value"), Zh: typed("zh"), En: typed("en"), Es: typed("es"),
		Days: typed("days"), Opens: typed("opens"), Closes: typed("closes"), From: typed("from"), Checked: typed("checked"), Confidence: typed("confidence"),
		Chosen: slices.Compact(slices.Clone(v.gin.Request.PostForm[prefix+"sources"]))}
}

// fact is what was typed as a fact. What can be told without the rest of the base is told here;
// the rules of the base are asked afterwards (see lintFact).
func (form *factForm) fact(v *visit) knowledge.Fact {
	f := knowledge.Fact{Type: knowledge.FactType(form.Type.Value), Until: v.date(&form.Until)}
	if !slices.Contains(factTypes, f.Type) {
		form.Type.Problem = v.say("facts.wrong_type")
	}
	if s := form.Review.Value; s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 365 {
			form.Review.Problem = v.say("facts.wrong_review")
		}
		f.ReviewDays = n
	}
	form.reason(v)
	f.From, f.Value, f.Values, f.Open, f.Sources, f.Checked, f.Confidence = form.First.value(v, f.Type)
	for i := range form.Later {
		var l knowledge.Later
		l.From, l.Value, l.Values, l.Open, l.Sources, l.Checked, l.Confidence = form.Later[i].value(v, f.Type)
		f.Later = append(f.Later, l)
	}
	return f
}

func (form *factForm) reason(v *visit) {
	why := form.Why.Value
	switch {
	case why == "":
		form.Why.Problem = v.say("facts.wrong_why")
	case len([]rune(why)) > longestWhy:
		form.Why.Problem = v.say("facts.wrong_long", longestWhy)
	}
}

func (w *valueForm) value(v *visit, t knowledge.FactType) (from knowledge.Date, value string, values knowledge.Text, open *knowledge.Open,
	sources []string, checked knowledge.Date, conf knowledge.Confidence) {
	if w.Mode.Value == modeThree {
		v.text(&w.Zh)
		v.text(&w.En)
		v.text(&w.Es)
		values = knowledge.Text{Zh: w.Zh.Value, En: w.En.Value, Es: w.Es.Value}
	} else {
		w.Mode.Value = modeOne
		v.text(&w.Value)
		value = w.Value.Value
	}
	if t == knowledge.Hours && (w.Days.Value != "" || w.Opens.Value != "" || w.Closes.Value != "") {
		open = &knowledge.Open{Days: w.Days.Value, From: w.Opens.Value, To: w.Closes.Value}
		for _, f := range []*field{&w.Days, &w.Opens, &w.Closes} {
			if f.Value == "" {
				f.Problem = v.say("facts.wrong_open")
			}
		}
	}
	if len(w.Chosen) == 0 {
		w.Sources.Problem = v.say("facts.wrong_sources")
	}
	if w.Number > 0 && w.From.Value == "" {
		w.From.Problem = v.say("facts.wrong_from")
	}
	checked = v.date(&w.Checked)
	switch {
	case w.Checked.Value == "":
		w.Checked.Problem = v.say("facts.wrong_checked")
	case w.Checked.Problem == "" && checked > knowledge.DateOf(v.console.now()):
		w.Checked.Problem = v.say("facts.wrong_future")
	}
	return v.date(&w.From), value, values, open, w.Chosen, checked, knowledge.Confidence(w.Confidence.Value)
}

// text looks at a value in one language.
func (v *visit) text(f *field) {
	switch bad := clean(f.Value); {
	case f.Value == "":
		f.Problem = v.say("facts.wrong_empty")
	case bad != "":
		f.Problem = v.say("facts.wrong_character", bad)
	case len([]rune(f.Value)) > longestValue:
		f.Problem = v.say("facts.wrong_long", longestValue)
	}
}

// date reads a day; an empty one is none.
func (v *visit) date(f *field) knowledge.Date {
	d := knowledge.Date(f.Value)
	if _, ok := d.Start(); f.Value != "" && !ok {
		f.Problem = v.say("facts.wrong_date")
		return ""
	}
	return d
}

// sound reports whether no field has a problem.
func (form *factForm) sound() bool {
	ok := sound(form.Name, form.Type, form.Until, form.Review, form.Why)
	for _, w := range form.values() {
		ok = ok && sound(w.Mode, w.Value, w.Zh, w.En, w.Es, w.Days, w.Opens, w.Closes, w.From, w.Checked, w.Confidence, w.Sources)
	}
	return ok
}

func (form *factForm) values() []*valueForm {
	all := []*valueForm{&form.First}
	for i := range form.Later {
		all = append(all, &form.Later[i])
	}
	return all
}

// translated is the fact with nothing taken over from the form but its English and Spanish: that
// is all a translator may change, whatever a form holds.
func (form *factForm) translated(v *visit, was knowledge.Fact) knowledge.Fact {
	typed := form.values()
	kept := formOf(form.Name.Value, was)
	kept.Why = form.Why
	kept.reason(v)
	take := func(t *knowledge.Text, w, k *valueForm) {
		if t.Empty() {
			return
		}
		k.En, k.Es = w.En, w.Es
		v.text(&k.En)
		v.text(&k.Es)
		t.En, t.Es = k.En.Value, k.Es.Value
	}
	take(&was.Values, typed[0], &kept.First)
	was.Later = slices.Clone(was.Later)
	for i := range was.Later {
		if i+1 < len(typed) {
			take(&was.Later[i].Values, typed[i+1], &kept.Later[i])
		}
	}
	*form = kept
	return was
}

// offer fills in what the form needs besides what was typed.
func (form *factForm) offer(v *visit, snap *snapshot, translator bool, was knowledge.Fact) {
	ids := slices.Sorted(maps.Keys(snap.parsed.Sources))
	for i, w := range form.values() {
		w.TranslatorOnly = translator
		all := append(slices.Clone(w.Chosen), slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(w.Chosen, id) })...)
		w.Picks = nil
		for j, id := range all {
			src := snap.parsed.Sources[id]
			title := src.Title
			if title == "" {
				title = v.say("facts.source_unknown")
			}
			w.Picks = append(w.Picks, sourcePick{factSource{ID: id, Tier: src.Tier, Title: title}, j < len(w.Chosen)})
		}
		old := was.Values
		if i > 0 && i-1 < len(was.Later) {
			old = was.Later[i-1].Values
		}
		changed := old.Zh != "" && w.Mode.Value == modeThree && w.Zh.Value != old.Zh
		w.StaleEnglish, w.StaleSpanish = changed && w.En.Value == old.En, changed && w.Es.Value == old.Es
	}
}

// addLater gives the form one more value, which begins tomorrow unless something else is typed.
func (form *factForm) addLater(v *visit) {
	if len(form.Later) >= mostLater {
		return
	}
	i := len(form.Later)
	today, _ := knowledge.DateOf(v.console.now()).Start()
	last := form.First
	if i > 0 {
		last = form.Later[i-1]
	}
	form.Later = append(form.Later, valueForm{Prefix: laterPrefix(i), Number: i + 1, Mode: last.Mode, Days: field{Value: last.Days.Value}, Opens: field{Value: last.Opens.Value},
		Closes: field{Value: last.Closes.Value}, Checked: field{Value: string(knowledge.DateOf(today))}, Confidence: field{Value: string(knowledge.High)}})
}

// removeLater takes one away; the names of the fields of the others follow.
func (form *factForm) removeLater(at string) {
	i, err := strconv.Atoi(at) // from 1, as people count
	if err != nil || i < 1 || i > len(form.Later) {
		return
	}
	form.Later = slices.Delete(form.Later, i-1, i)
	for j := range form.Later {
		form.Later[j].Prefix, form.Later[j].Number = laterPrefix(j), j+1
	}
}

// withoutSpace is a text for comparing: what only parts words does not count.
func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }
