package console

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
)

// missPage is one message that nobody could answer, and what can be made of it.
type missPage struct {
	counts.Miss
	Language string
	Speech   knowledge.Lang
	Got      string // what it gets now
	Drafted  bool   // Got speaks of the draft
	Handled  string
	Masked   bool // something was taken out of it

	Phrase, Example, New, Test, Ignore missForm

	Langs, Kinds, Reasons []option
	Near                  []option // entries it may be about
	Entries               []option // all, to choose from while typing
}

// missForm is what was typed into one of the forms.
type missForm struct {
	Open              bool
	Text, Lang        field
	Pick, Entry       field // an entry by a button, or by what was typed
	Kind, ID, Name    field
	Reason            field
	Choices           []option
	Problem, Offering string
}

func (f missForm) sound() bool {
	return sound(f.Text, f.Lang, f.Pick, f.Entry, f.Kind, f.ID, f.Name, f.Reason)
}

// Limits of what is made of a message, in characters.
const (
	longestPhrase  = 60
	longestExample = 200
)

func (c *Console) missPage(v *visit) error {
	m, err := c.miss(v)
	if err != nil {
		return err
	}
	s, err := v.look()
	if err != nil {
		return err
	}
	page := v.aboutMiss(s, m)
	return v.show("unanswered-miss", page)
}

// aboutMiss is the page with its forms as they are at first.
func (v *visit) aboutMiss(s *snapshot, m counts.Miss) missPage {
	rel, drafted := v.console.answering(s)
	page := missPage{Miss: m, Language: langTitle(v, m.Lang), Speech: knowledge.Lang(m.Lang), Drafted: drafted, Got: v.gets(s, rel, m.Text),
		Masked: maskToken.MatchString(m.Text)}
	if m.Done != "" {
		page.Handled = v.say("unanswered.done_" + m.Done)
	}
	clean := field{Value: plainLine(maskToken.ReplaceAllString(m.Text, " "))}
	lang := field{Value: string(knowledge.Lang(m.Lang).Answer())}
	whole := missForm{Text: clean, Lang: lang}
	page.Phrase, page.Example, page.New, page.Test = whole, whole, whole, whole
	page.Test.Name = field{Value: "unanswered-" + m.Key[:8]}
	for _, l := range knowledge.AnswerLangs {
		page.Langs = append(page.Langs, option{string(l), l.Title(v.lang)})
	}
	for _, k := range newKinds {
		page.Kinds = append(page.Kinds, option{string(k), v.say("unanswered.kind", k.Title(v.lang), k.Hint(v.lang))})
	}
	for _, r := range ignoreReasons {
		page.Reasons = append(page.Reasons, option{r, v.say("unanswered.reason_" + r)})
	}
	for _, id := range rel.Match(m.Text).Candidates {
		if e := s.entries[id]; e != nil {
			page.Near = append(page.Near, option{string(id), v.name(s, e)})
		}
	}
	for _, e := range s.parsed.Entries {
		if takesPhrases(e.Kind) {
			page.Entries = append(page.Entries, option{v.entryLine(s, e), e.Kind.Title(v.lang)})
		}
	}
	return page
}

var (
	// newKinds are the kinds of entries that answer somebody.
	newKinds      = []knowledge.Kind{knowledge.Situation, knowledge.Topic, knowledge.Right, knowledge.Evidence, knowledge.Channel}
	ignoreReasons = []string{"personal", "spam", "elsewhere"}
)

func takesPhrases(k knowledge.Kind) bool { return takes(k, "phrases") }

func takesExamples(k knowledge.Kind) bool { return takes(k, "examples") }

func takes(k knowledge.Kind, field string) bool {
	must, may := k.Fields()
	return slices.Contains(must, field) || slices.Contains(may, field)
}

// entryLine names an entry so that it can be chosen and read back.
func (v *visit) entryLine(s *snapshot, e *knowledge.Entry) string {
	return v.name(s, e) + " (" + string(e.ID) + ")"
}

// maskToken stands in a message for what was taken out of it; see package mask.
var maskToken = regexp.MustCompile(`‹[^‹›]{0,16}›`)

// plainLine takes out line ends, double spaces and signs that cannot be seen.
func plainLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// missForm takes what was typed.
func (v *visit) missForm() missForm {
	return missForm{Open: true, Text: field{Value: plainLine(v.raw("text"))}, Lang: v.field("lang"), Pick: v.field("pick"), Entry: v.field("entry"),
		Kind: v.field("kind"), ID: v.field("id"), Name: v.field("name"), Reason: v.field("reason")}
}

// checkText says what is wrong with a text that shall become content.
func (f *missForm) checkText(v *visit, most int) {
	switch {
	case f.Text.Value == "":
		f.Text.Problem = v.say("unanswered.no_text")
	case strings.ContainsAny(f.Text.Value, "‹›"):
		f.Text.Problem = v.say("unanswered.masked")
	case utf8.RuneCountInString(f.Text.Value) > most:
		f.Text.Problem = v.say("unanswered.long", most)
	}
	if l, ok := consoleLang(f.Lang.Value); !ok {
		f.Lang.Problem = v.say("unanswered.no_lang")
	} else {
		f.Lang.Value = string(l)
	}
}

// entry finds the entry that was chosen; nil, and a problem beside the field, when it is not
// certain which one is meant. What was typed goes before what was ticked.
func (f *missForm) entry(v *visit, s *snapshot, takes func(knowledge.Kind) bool) *knowledge.Entry {
	typed := cmp.Or(f.Entry.Value, f.Pick.Value)
	if typed == "" {
		f.Entry.Problem = v.say("unanswered.no_entry")
		return nil
	}
	var near []*knowledge.Entry
	needles := knowledge.Needles(typed)
	for _, e := range s.parsed.Entries {
		if !takes(e.Kind) {
			continue
		}
		if string(e.ID) == typed || strings.HasSuffix(typed, "("+string(e.ID)+")") {
			return e
		}
		if names, _ := (&knowledge.Entry{ID: e.ID, Name: e.Name}).Haystack(); len(needles) > 0 && holdsAll(names, needles) {
			near = append(near, e)
		}
	}
	if f.Entry.Problem = v.say("unanswered.unknown_entry"); len(near) > 0 {
		f.Entry.Problem = v.say("unanswered.which_entry")
	}
	for _, e := range near[:min(len(near), 8)] {
		f.Choices = append(f.Choices, option{string(e.ID), v.name(s, e)})
	}
	f.Offering, f.Pick.Value = f.Entry.Value, ""
	if len(near) > 0 {
		f.Entry.Value = ""
	}
	return nil
}

// missAgain shows the page once more with what was typed into one of its forms.
func (v *visit) missAgain(s *snapshot, m counts.Miss, into func(*missPage) *missForm, f missForm) error {
	page := v.aboutMiss(s, m)
	*into(&page) = f
	return v.again("unanswered-miss", page)
}

// collision is the sentence for the first fault that a change brings into the draft; "" for none.
func (v *visit) collision(s *snapshot, of knowledge.ID, text string, all knowledge.Problems, only ...knowledge.Check) string {
	fault := func(p knowledge.Problem) string { return fmt.Sprint(p.Code, p.Entry, p.Lang, p.Where, p.Text) }
	before := map[string]bool{}
	for _, p := range s.problems {
		before[fault(p)] = true
	}
	for _, p := range all {
		if p.Severity != knowledge.Error || before[fault(p)] || len(only) > 0 && !slices.Contains(only, p.Code) {
			continue
		}
		if p.Entry != "" && p.Entry != of && s.entries[p.Entry] != nil { // the other one is the one that comes later
			return v.say("unanswered.collides", text, v.entryLine(s, s.entries[p.Entry]))
		}
		return p.In(v.lang)
	}
	return ""
}

// ignoreMiss puts a message aside.
func (c *Console) ignoreMiss(v *visit) error {
	m, err := c.waiting(v)
	if err != nil {
		return err
	}
	f := v.missForm()
	if !slices.Contains(ignoreReasons, f.Reason.Value) {
		f.Reason.Problem = v.say("unanswered.no_reason")
		s, err := v.look()
		if err != nil {
			return err
		}
		return v.missAgain(s, m, func(p *missPage) *missForm { return &p.Ignore }, f)
	}
	if err := v.record("miss.ignore", m.Key, f.Reason.Value); err != nil {
		return err
	}
	return v.resolve(m, counts.Ignored, "/unanswered", "unanswered.ignored")
}

// reopenMiss puts a message back among those that wait.
func (c *Console) reopenMiss(v *visit) error {
	m, err := c.miss(v)
	if err != nil {
		return err
	}
	if m.Done == "" {
		return v.refuse(http.StatusConflict, "unanswered.is_open")
	}
	if err := v.record("miss.reopen", m.Key, ""); err != nil {
		return err
	}
	return v.resolve(m, "", "/unanswered/"+m.Key, "unanswered.reopened")
}
