package console

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// Which release answers on the page.
const (
	ofDraft = "draft"
	ofLive  = "live"
	ofBoth  = "both"
)

// tryPage is a phone on which the bot answers as a borrower would see it. Nothing of it is
// stored: the conversation goes out and comes back with the form, and is had anew each time.
type tryPage struct {
	Side             field
	Sides            []option
	Now, Later, Text field
	Sent             string // the conversation, as readSent reads it
	Count, Max       int
	Phones           []phone
	Differ           int // exchanges in which the two phones do not say the same
	Broken           int // errors of the draft, which keep it from answering
	Unchanged        bool
	Card             bool      // the whole bot says no more than the hotline card
	Off              []mention // what else is switched off
	Examples         []knowledge.Text
	Keep             keepForm

	start time.Time
	all   []sent
}

// keepForm makes a test of the conversation.
type keepForm struct {
	Name, Why, Replace field
	Taken              *versions.Test // what has the name already
}

// phone is one conversation as it looks.
type phone struct {
	Side    string
	Bubbles []bubble
}

// bubble is one message of the tester and the answer below it.
type bubble struct {
	N       int
	At      time.Time // when time passed before it
	Kind    string
	Words   string
	Said    Said
	Size    int // of the answer, in bytes
	Heavy   bool
	Differs bool
	Place   string // where the conversation is now, in words
	Intent  string
	Lang    string
	Why     why
}

// Silent reports whether the bot says nothing.
func (b bubble) Silent() bool { return b.Said.Plain == "" }

func (c *Console) tryPage(v *visit) error {
	page := tryPage{Text: field{Value: oneLine(cutRunes(v.query("text"), 500))}, Side: field{Value: v.query("side")}}
	snap, err := v.look()
	if err != nil {
		return err
	}
	return c.showTry(v, snap, &page)
}

// say is everything that the form of the page does: a message, an event, one step back, from
// the start, or the same conversation on another date or with another release.
func (c *Console) trySay(v *visit) error {
	page, err := v.tryForm()
	if err != nil {
		return err
	}
	snap, err := v.look()
	if err != nil {
		return err
	}
	event := oneLine(v.raw("event"))
	switch do := v.posted("do"); {
	case do == "clear":
		page.all = nil
	case do == "back":
		page.all = page.all[:max(0, len(page.all)-1)]
	case event != "":
		typed := page.Text.Value
		page.send(v, event)
		page.Text.Value = typed // a tap is sent, what was typed waits
	case do != "show":
		page.send(v, oneLine(v.raw("text")))
	}
	return c.showTry(v, snap, page)
}

// tryForm reads what every form of the page carries.
func (v *visit) tryForm() (*tryPage, error) {
	p := &tryPage{Side: v.field("side"), Now: v.field("now"), Later: v.field("later"), Text: field{Value: v.raw("text")}}
	var err error
	if p.all, err = readSent(v.posted("sent")); err != nil {
		return nil, v.refuse(http.StatusBadRequest, "try.tampered")
	}
	p.Keep = keepForm{Name: v.field("name"), Why: v.field("why"), Replace: v.field("replace")}
	if p.Now.Value != "" {
		if at, ok := readClock(p.Now.Value); !ok {
			p.Now.Problem = v.say("try.bad_now")
		} else {
			p.start = at
		}
	}
	return p, nil
}

// send adds a message to the conversation, or says why it cannot.
func (p *tryPage) send(v *visit, event string) {
	wait, err := 0, error(nil)
	if p.Later.Value != "" {
		wait, err = strconv.Atoi(p.Later.Value)
	}
	switch {
	case err != nil || wait < 0 || wait > maxWait:
		p.Later.Problem = v.say("try.bad_later", maxWait)
	case event == "":
		p.Text.Problem = v.say("try.empty")
	case len(event) > maxMessage:
		p.Text.Problem = v.say("try.too_long", len(event), maxMessage)
		p.Text.Value = cutRunes(p.Text.Value, 20_000)
	case len(p.all) >= maxSent:
		p.Text.Problem = v.say("try.full", maxSent)
	case event == sentAgain && len(p.all) == 0:
		p.Text.Problem = v.say("try.nothing_again")
	default:
		p.all = append(p.all, sent{event, wait})
		p.Text.Value, p.Later.Value = "", ""
	}
}

// showTry has the conversation and shows the page.
func (c *Console) showTry(v *visit, snap *snapshot, p *tryPage) error {
	if p.start.IsZero() {
		p.start = c.now().In(knowledge.Beijing).Truncate(time.Minute)
	}
	if p.Now.Problem == "" {
		p.Now.Value = p.start.In(knowledge.Beijing).Format(clockForm)
	}
	rels := c.sides(snap)
	p.Broken, p.Unchanged = len(snap.problems.Errors()), len(snap.draft.Changes) == 0
	p.choose(v, rels[ofDraft] != nil)
	for _, side := range []string{ofLive, ofDraft} {
		if p.Side.Value != side && p.Side.Value != ofBoth {
			continue
		}
		draft := snap.parsed
		if side == ofLive {
			draft = snap.live.Draft
		}
		one, err := c.phone(v, side, v.reader(rels[side].WithOff(snap.pointer.Off), draft), p)
		if err != nil {
			return err
		}
		p.Phones = append(p.Phones, one)
	}
	p.compare()
	p.Sent, p.Count, p.Max = writeSent(p.all), len(p.all), maxSent
	p.Card = snap.pointer.Off.Card
	names := v.reader(rels[ofLive], snap.live.Draft)
	for _, id := range slices.Concat(snap.pointer.Off.Entries, snap.pointer.Off.Flows) {
		p.Off = append(p.Off, names.mention(id))
	}
	for _, key := range []string{"try.example_calls", "try.example_threat", "try.example_hotline"} {
		p.Examples = append(p.Examples, c.words[key])
	}
	if !sound(p.Now, p.Later, p.Text, p.Keep.Name, p.Keep.Why, p.Keep.Replace) {
		return v.again("try", p)
	}
	return v.show("try", p)
}

// sides are the releases that can answer, with nothing switched off.
func (c *Console) sides(snap *snapshot) map[string]*knowledge.Release {
	rels := map[string]*knowledge.Release{ofLive: switchedOn(snap.live.Release)}
	if draft := c.desk.compiled(snap); draft != nil {
		rels[ofDraft] = draft
	}
	return rels
}

// choose takes the side that the form names, as far as it can answer; without one the draft
// when there is something new in it.
func (p *tryPage) choose(v *visit, compiles bool) {
	side := p.Side.Value
	if side != ofDraft && side != ofLive && side != ofBoth {
		side = ofLive
		if !p.Unchanged {
			side = ofDraft
		}
	}
	if !compiles {
		side = ofLive
	}
	p.Side.Value = side
	p.Sides = []option{{ofLive, v.say("try.side_live")}}
	if compiles {
		p.Sides = append(p.Sides, option{ofDraft, v.say("try.side_draft")}, option{ofBoth, v.say("try.side_both")})
	}
}

// phone has the conversation with one release.
func (c *Console) phone(v *visit, side string, r *reader, p *tryPage) (phone, error) {
	out := phone{Side: side}
	all, err := c.replay(r.rel, p.start, p.all)
	if err != nil {
		return out, fmt.Errorf("the conversation of %s: %w", side, err)
	}
	var before Said
	for i, x := range all {
		b := bubble{N: i + 1, Said: x.Said, Size: max(x.Said.Size, len(x.Said.Plain)), Why: r.why(x, before)}
		if i == 0 || x.Later > 0 {
			b.At = x.At
		}
		b.Kind, b.Words = eventOf(x.Event)
		b.Heavy = b.Size > maxAnswer
		if x.Said.Where != "" {
			b.Place = v.say("try.at_" + x.Said.Where)
		}
		if x.Said.Intent != "" {
			b.Intent = r.named(x.Said.Intent)
		}
		if x.Said.Lang != "" {
			b.Lang = v.say("try.lang_" + string(x.Said.Lang))
		}
		before = x.Said
		out.Bubbles = append(out.Bubbles, b)
	}
	return out, nil
}

// compare marks where the two phones do not say the same.
func (p *tryPage) compare() {
	if len(p.Phones) != 2 {
		return
	}
	for i := range p.Phones[0].Bubbles {
		a, b := &p.Phones[0].Bubbles[i], &p.Phones[1].Bubbles[i]
		if a.Said.Plain != b.Said.Plain || a.Said.Status != b.Said.Status {
			a.Differs, b.Differs = true, true
			p.Differ++
		}
	}
}
