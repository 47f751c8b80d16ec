package console

import (
	"slices"
	"strings"

	"zhilu/knowledge"
)

// reportPage is a report as a person reads it.
type reportPage struct {
	*report
	Blocks         []string
	Errors, Warns  []problemLine
	Follow         []problemLine // errors that may only follow from a file that cannot be read
	Ways, Rewords  []talkPage    // conversations that reach another state, and those said otherwise
	Broken         []talkPage
	Figures        []figureLine
	Better, Worse  int
	Routed         []routedLine
	Heard          []routedLine // unanswered messages that would get an answer
	Accepted, Same int          // saved conversations that are recorded anew; conversations that stay
}

// problemLine is one problem with its place.
type problemLine struct {
	Name, Link, File, Lang, Text string
}

// figureLine is one row of the routing figures.
type figureLine struct {
	Name          string
	Before, After Share
	Change        int
}

// routedLine is a message that leads elsewhere.
type routedLine struct {
	Text, Expect, Was, Got string
	Lang                   knowledge.Lang
	Better, Worse          bool
}

// talkPage is a conversation, as it is and as it would be.
type talkPage struct {
	talk
	Turns []turnPage
	Tick  field
	Same  int // turns that stay as they are
}

type turnPage struct {
	Event    string
	Old, New []piece
	From, To string // where it leads, when that changes
	Differs  bool
}

func (v *visit) reportPage(r *report, ticks map[string]field) *reportPage {
	if r == nil {
		return nil
	}
	p := &reportPage{report: r, Errors: v.problemLines(r.Errors, r.at), Warns: v.problemLines(r.Warns, r.at)}
	if unread := unreadable(r.Errors); len(unread) > 0 && len(unread) < len(r.Errors) {
		p.Errors = v.problemLines(unread, r.at)
		p.Follow = v.problemLines(slices.DeleteFunc(slices.Clone(r.Errors), isUnreadable), r.at)
	}
	for _, key := range r.blocks() {
		p.Blocks = append(p.Blocks, v.say(key))
	}
	for _, t := range r.Talks {
		one := v.talkPage(r, t)
		one.Tick = ticks[t.ID()]
		switch {
		case t.Fault != "":
			p.Broken = append(p.Broken, one)
		case t.Way:
			p.Ways = append(p.Ways, one)
		default:
			p.Rewords = append(p.Rewords, one)
		}
		if t.Saved && t.Fault == "" {
			p.Accepted++
		}
	}
	p.Same = r.Played - len(r.Talks)
	v.figureLines(p)
	for _, a := range r.Answers {
		p.Heard = append(p.Heard, routedLine{Text: a.Text, Got: v.label(r.Release, a.Got)})
	}
	return p
}

// isUnreadable says that a file could not be read at all: its entry is missing everywhere else.
func isUnreadable(p knowledge.Problem) bool { return p.Entry == "" && p.File != "" }

func unreadable(ps knowledge.Problems) knowledge.Problems {
	return slices.DeleteFunc(slices.Clone(ps), func(p knowledge.Problem) bool { return !isUnreadable(p) })
}

// Changed is how many conversations somebody has to read.
func (p *reportPage) Changed() int { return len(p.Ways) + len(p.Rewords) }

// All says that every message of the must-hit list leads to its card.
func (p *reportPage) All() bool { return len(p.Missed) == 0 }

func (v *visit) problemLines(ps knowledge.Problems, s *snapshot) []problemLine {
	var lines []problemLine
	for _, p := range ps {
		line := problemLine{File: p.File, Text: p.In(v.lang)}
		if e := s.entries[p.Entry]; e != nil {
			line.Name, line.Link = nameOf(e, v.lang), "/entries/"+string(p.Entry)
		}
		if p.Lang != "" {
			line.Lang = p.Lang.Title(v.lang)
		}
		lines = append(lines, line)
	}
	return lines
}

func (v *visit) talkPage(r *report, t talk) talkPage {
	p := talkPage{talk: t}
	for _, turn := range t.Turns {
		one := turnPage{Event: turn.Event, Differs: turn.Differs}
		if !turn.Differs {
			p.Same++
		} else {
			one.Old, one.New = sides(pieces(turn.Old, turn.New))
		}
		if turn.OldStatus != "" && turn.OldStatus != turn.NewStatus {
			one.From, one.To = v.reached(r, turn.OldStatus, false), v.reached(r, turn.NewStatus, false)
			if one.From == one.To {
				one.From, one.To = v.reached(r, turn.OldStatus, true), v.reached(r, turn.NewStatus, true)
			}
		}
		p.Turns = append(p.Turns, one)
	}
	return p
}

// reached says a status "state intent lang" of a transcript for people: what it is about, in
// which language, and where that does not tell two apart, the state.
func (v *visit) reached(r *report, status string, whole bool) string {
	fields := strings.Fields(status)
	n := len(fields)
	if n < 3 {
		return status
	}
	about := v.say("publish.state", v.label(r.Release, fields[n-2]), knowledge.Lang(fields[n-1]).Title(v.lang))
	if whole {
		about += " " + strings.Join(append([]string{v.state(fields[0])}, fields[1:n-2]...), " ")
	}
	return about
}

// label is what a message leads to, by name.
func (v *visit) label(rel *knowledge.Release, label string) string {
	if label == v.console.bench.Unanswered || label == "" {
		return v.say("publish.nothing_answers")
	}
	if i := rel.Entry(knowledge.ID(label)); i != nil {
		return nameOf(&i.Entry, v.lang)
	}
	return label
}

func (v *visit) figureLines(p *reportPage) {
	if p.Release == nil {
		return
	}
	add := func(name string, before, after Share) {
		if after.All > 0 || before.All > 0 {
			p.Figures = append(p.Figures, figureLine{name, before, after, after.Right - before.Right})
		}
	}
	add(v.say("publish.figure_all"), p.Before.All, p.After.All)
	for _, l := range []knowledge.Lang{knowledge.ZhHans, knowledge.ZhHant, knowledge.En, knowledge.Es} {
		add(l.Title(v.lang), p.Before.Lang[l], p.After.Lang[l])
	}
	add(v.say("publish.figure_harm"), p.Before.SelfHarm, p.After.SelfHarm)
	add(v.say("publish.figure_violence"), p.Before.Violence, p.After.Violence)
	add(v.say("publish.figure_none"), p.Before.None, p.After.None)
	for _, m := range p.Moved {
		wasRight := slices.ContainsFunc(p.Before.Rows, func(row Row) bool { return row.ID == m.ID && row.Right })
		line := routedLine{Text: m.Text, Lang: m.Lang, Expect: v.label(p.Release, m.Expect), Was: v.label(p.Release, m.Was),
			Got: v.label(p.Release, m.Got), Better: m.Right && !wasRight, Worse: wasRight && !m.Right}
		if line.Better {
			p.Better++
		}
		if line.Worse {
			p.Worse++
		}
		p.Routed = append(p.Routed, line)
	}
}
