package console

import (
	"errors"
	"fmt"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// newEntryForm asks which entry to make.
type newEntryForm struct {
	Kind, ID, Name field
	Kinds          []option
}

func (c *Console) newEntryPage(v *visit) error {
	f := newEntryForm{Kind: field{Value: cutRunes(v.query("kind"), 20)}, ID: field{Value: cutRunes(v.query("id"), 40)}}
	return v.showNew(f)
}

func (v *visit) showNew(f newEntryForm) error {
	for _, k := range knowledge.Kinds() {
		f.Kinds = append(f.Kinds, option{string(k), v.say("entries.choice", k.Title(v.lang), k.Hint(v.lang))})
	}
	if !sound(f.Kind, f.ID, f.Name) {
		return v.again("entries-new", f)
	}
	return v.show("entries-new", f)
}

func (c *Console) newEntry(v *visit) error {
	s, err := v.look()
	if err != nil {
		return err
	}
	f := newEntryForm{Kind: v.field("kind"), ID: v.field("id"), Name: v.field("name")}
	e := &knowledge.Entry{ID: knowledge.ID(f.ID.Value), Kind: knowledge.Kind(f.Kind.Value), Name: knowledge.Text{Zh: f.Name.Value}}
	if must, may := e.Kind.Fields(); must == nil && may == nil {
		f.Kind.Problem = v.say("entries.bad_kind")
	}
	switch {
	case !e.ID.Valid() || e.ID == "new": // /entries/new is the page that makes one
		f.ID.Problem = v.say("entries.bad_id")
	case s.entries[e.ID] != nil:
		f.ID.Problem = v.say("entries.id_taken", v.called(s, s.entries[e.ID]))
	case s.files[fileOf(s, e.ID)] != nil:
		f.ID.Problem = v.say("entries.id_taken", fileOf(s, e.ID))
	}
	if key := refused(f.Name.Value, slot{most: mostLine}); key != "" {
		f.Name.Problem = v.wrong(key, slot{most: mostLine})
	}
	if !sound(f.Kind, f.ID, f.Name) {
		return v.showNew(f)
	}
	data, err := knowledge.Encode(e)
	if err != nil {
		return fmt.Errorf("new entry: %w", err)
	}
	path := knowledge.PathOf(e)
	err = c.store.Save(v.ctx(), v.actor(), []versions.File{{Path: path, Rev: s.revs[path], Data: data}}, "")
	var stale *versions.ErrStale
	if errors.As(err, &stale) {
		f.ID.Problem = v.say("entries.id_taken", path)
		return v.showNew(f)
	}
	if err != nil {
		return err
	}
	return v.redirect("/entries/"+string(e.ID), "entries.created")
}
