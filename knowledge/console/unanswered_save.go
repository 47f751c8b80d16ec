package console

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/versions"
)

// missToPhrase makes a text of the message a phrase of an entry.
func (c *Console) missToPhrase(v *visit) error {
	return c.missIntoEntry(v, addition{counts.Phrase, longestPhrase, takesPhrases, addPhrase, func(p *missPage) *missForm { return &p.Phrase }})
}

// missToExample makes the message an example of an entry.
func (c *Console) missToExample(v *visit) error {
	return c.missIntoEntry(v, addition{counts.Example, longestExample, takesExamples, addExample, func(p *missPage) *missForm { return &p.Example }})
}

// addition is one way of making a message a part of an entry.
type addition struct {
	how   string
	most  int // characters
	takes func(knowledge.Kind) bool
	add   func(e *knowledge.Entry, l knowledge.Lang, text string) bool // false: it is there already
	form  func(*missPage) *missForm
}

func addPhrase(e *knowledge.Entry, l knowledge.Lang, text string) bool {
	list := map[knowledge.Lang]*[]string{knowledge.En: &e.Phrases.En, knowledge.Es: &e.Phrases.Es}[l]
	if list == nil {
		list = &e.Phrases.Zh
	}
	if slices.Contains(*list, text) {
		return false
	}
	*list = append(slices.Clip(*list), text)
	return true
}

func addExample(e *knowledge.Entry, l knowledge.Lang, text string) bool {
	list := map[knowledge.Lang]*string{knowledge.En: &e.Examples.En, knowledge.Es: &e.Examples.Es}[l]
	if list == nil {
		list = &e.Examples.Zh
	}
	if slices.Contains(strings.Split(*list, "\n"), text) {
		return false
	}
	if *list = strings.TrimRight(*list, "\n"); *list != "" {
		*list += "\n"
	}
	*list += text + "\n"
	return true
}

func (c *Console) missIntoEntry(v *visit, a addition) error {
	m, err := c.waiting(v)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		s, err := v.look()
		if err != nil {
			return err
		}
		f := v.missForm()
		f.checkText(v, a.most)
		e := f.entry(v, s, a.takes)
		var file versions.File
		if e != nil && f.sound() {
			file = v.added(s, e, &f, a)
		}
		if !f.sound() {
			return v.missAgain(s, m, a.form, f)
		}
		err = c.store.Save(v.ctx(), v.actor(), []versions.File{file}, v.say("unanswered.why", m.Users))
		var stale *versions.ErrStale
		if errors.As(err, &stale) && try < 3 { // somebody saved the entry in between: add to what it is now
			continue
		}
		if err != nil {
			return err
		}
		return v.resolve(m, a.how, "/unanswered", "unanswered.saved_"+a.how, v.name(s, e))
	}
}

// added is the file of an entry with the addition; what keeps it out stands beside the text.
func (v *visit) added(s *snapshot, e *knowledge.Entry, f *missForm, a addition) versions.File {
	path := s.path(e)
	now, err := knowledge.Decode(s.files[path])
	if err != nil {
		f.Entry.Problem = v.say("unanswered.unreadable")
		return versions.File{}
	}
	if !a.add(now, knowledge.Lang(f.Lang.Value), f.Text.Value) {
		f.Text.Problem = v.say("unanswered.there", v.name(s, e))
		return versions.File{}
	}
	data, err := knowledge.Rewrite(s.files[path], now)
	if err != nil {
		f.Entry.Problem = v.say("unanswered.unreadable")
		return versions.File{}
	}
	_, all := s.checked(path, data)
	f.Text.Problem = v.collision(s, e.ID, f.Text.Value, all)
	return versions.File{Path: path, Rev: s.revs[path], Data: data}
}

// missToEntry begins an entry with the message as its example.
func (c *Console) missToEntry(v *visit) error {
	m, err := c.waiting(v)
	if err != nil {
		return err
	}
	s, err := v.look()
	if err != nil {
		return err
	}
	f := v.missForm()
	f.checkText(v, longestExample)
	e := &knowledge.Entry{ID: knowledge.ID(f.ID.Value), Kind: knowledge.Kind(f.Kind.Value)}
	if !slices.Contains(newKinds, e.Kind) {
		f.Kind.Problem = v.say("unanswered.no_kind")
	}
	switch {
	case !e.ID.Valid() || e.ID == "new":
		f.ID.Problem = v.say("unanswered.bad_id")
	case s.entries[e.ID] != nil:
		f.ID.Problem = v.say("unanswered.id_taken", v.name(s, s.entries[e.ID]))
	}
	if f.Name.Value = plainLine(f.Name.Value); f.Name.Value == "" || len(f.Name.Value) > 100 || strings.ContainsAny(f.Name.Value, "‹›") {
		f.Name.Problem = v.say("unanswered.no_name")
	}
	again := func(p *missPage) *missForm { return &p.New }
	if !f.sound() {
		return v.missAgain(s, m, again, f)
	}
	e.Name = inLanguage(f.Lang.Value, f.Name.Value)
	addExample(e, knowledge.Lang(f.Lang.Value), f.Text.Value)
	path := knowledge.PathOf(e)
	data, err := knowledge.Encode(e)
	if err != nil {
		return fmt.Errorf("a new entry: %w", err)
	}
	_, all := s.checked(path, data)
	f.Text.Problem = v.collision(s, e.ID, f.Text.Value, all, knowledge.DuplicateExample, knowledge.BadSyntax)
	if !f.sound() {
		return v.missAgain(s, m, again, f)
	}
	err = c.store.Save(v.ctx(), v.actor(), []versions.File{{Path: path, Rev: s.revs[path], Data: data}}, v.say("unanswered.why", m.Users))
	var stale *versions.ErrStale
	if errors.As(err, &stale) || errors.Is(err, versions.ErrNothing) {
		f.ID.Problem = v.say("unanswered.id_taken", string(e.ID))
		return v.missAgain(s, m, again, f)
	}
	if err != nil {
		return err
	}
	return v.resolve(m, counts.Entry, c.localPath("/entries/"+string(e.ID)), "unanswered.saved_entry", f.Name.Value)
}

func inLanguage(lang, text string) knowledge.Text {
	switch knowledge.Lang(lang) {
	case knowledge.En:
		return knowledge.Text{En: text}
	case knowledge.Es:
		return knowledge.Text{Es: text}
	}
	return knowledge.Text{Zh: text}
}

// missToTest saves the message as a conversation, with what the draft answers now.
func (c *Console) missToTest(v *visit) error {
	m, err := c.waiting(v)
	if err != nil {
		return err
	}
	s, err := v.look()
	if err != nil {
		return err
	}
	tests, err := c.store.Tests(v.ctx())
	if err != nil {
		return err
	}
	f := v.missForm()
	f.checkText(v, longestExample)
	if _, taken := tests[f.Name.Value]; taken {
		f.Name.Problem = v.say("unanswered.test_taken")
	}
	rel, drafted := c.answering(s)
	var text string
	switch {
	case f.Text.Problem != "":
	case !drafted:
		f.Text.Problem = v.say("unanswered.no_draft")
	case strings.HasPrefix(f.Text.Value, "["):
		f.Text.Problem = v.say("unanswered.bracket")
	default:
		if text, err = c.bench.Record(rel, "> "+f.Text.Value+"\n"); err != nil {
			f.Text.Problem = v.say("unanswered.no_test")
		}
	}
	if f.sound() {
		err := c.store.SaveTest(v.ctx(), v.actor(), f.Name.Value, text, v.say("unanswered.why", m.Users))
		if err == nil {
			return v.resolve(m, counts.Test, "/unanswered", "unanswered.saved_test", f.Name.Value)
		}
		if !errors.Is(err, versions.ErrName) {
			return err
		}
		f.Name.Problem = v.say("unanswered.bad_test")
	}
	return v.missAgain(s, m, func(p *missPage) *missForm { return &p.Test }, f)
}
