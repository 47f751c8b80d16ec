package dialog

import (
	"zhilu/knowledge"
	"zhilu/knowledge/danger"
)

// Trace is how a message is routed, step by step: for people who look for the reason.
type Trace struct {
	knowledge.Trace
	Routing Routing
	// Danger is what was found before anything else; it decides alone.
	Danger danger.Finding
	// Number says that the message is a bare number of a menu: without a phrase of its own it
	// leads nowhere by itself.
	Number bool
	// LangBy says how the language of the message shows.
	LangBy LangReason
}

// LangReason is how the language of a message shows.
type LangReason string

const (
	LangByNothing LangReason = ""           // it does not
	LangByScript  LangReason = "characters" // Chinese characters, and which of them
	LangByWords   LangReason = "words"      // words, endings and letters of English or Spanish
	LangByPhrase  LangReason = "phrase"     // a phrase of the entry, in the language of the phrase
)

// Explain tells how Route routes a message. It is made for tools and pages, not for turns.
func Explain(rel *knowledge.Release, text string) Trace {
	t := Trace{Trace: rel.Explain(text), Routing: Route(rel, text), Danger: danger.Find(ends(text))}
	_, t.Number = pick(text)
	switch shown := knowledge.DetectLang(text); {
	case shown == knowledge.ZhHans || shown == knowledge.ZhHant:
		t.LangBy = LangByScript
	case shown != "":
		t.LangBy = LangByWords
	case t.Routing.Lang != "":
		t.LangBy = LangByPhrase
	}
	return t
}
