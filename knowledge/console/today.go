package console

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// todayPage is what waits, most urgent first.
type todayPage struct {
	Trouble string // of versions.Live
	Blind   bool   // the release that should be live cannot be read: nothing else is known
	Off     []todayLink
	Card    bool        // the whole bot is off
	Mine    []todayTask // what this person can do something about
	Others  []todayTask // what waits for others
	First   bool        // nothing was edited and nobody invited yet
	Live    todayLive
	Draft   todayDraft
	Numbers *todayNumbers
	Steps   []todayStep
}

// todayTask is one thing that waits.
type todayTask struct {
	Sort  string // emergency, errors, publish, facts, gaps, unanswered
	Count int
	Bad   bool // it harms borrowers now, or may
	Title string
	Note  string
	Lines []todayLink
	More  int // lines that are not listed
	Do    string
	Path  string
	other bool // this person may not, whatever the role
}

// todayLink is a line of a task; Path is empty when there is no page for it.
type todayLink struct{ Text, Note, Path string }

type todayStep struct{ Key, Path string }

// todayLive is the release that is live.
type todayLive struct {
	Number  int // 0: the built-in base
	Who     string
	Reason  string
	At      time.Time
	Path    string
	Lagging bool // this instance answers from another one than the store says
}

// todayDraft is what the draft changes.
type todayDraft struct {
	Count   int
	Lines   []todayLink
	More    int
	Errors  int
	Own     int    // files that this person wrote and may not publish alone
	Publish string // ready, errors, second, role, nothing
}

// today is the start page. It reads the draft from the desk, and a few small keys.
func (c *Console) today(v *visit) error {
	s, err := v.look()
	if trouble := c.live.Trouble(); trouble != "" && (errors.Is(err, versions.ErrNotFound) || errors.Is(err, versions.ErrCorrupt)) {
		return v.show("today", todayPage{Trouble: trouble, Blind: true, Steps: v.todaySteps()})
	}
	if err != nil {
		return err
	}
	releases, err := c.store.Releases(v.ctx())
	if err != nil {
		return err
	}
	staff, err := c.people.People(v.ctx())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range staff {
		names[p.Login] = p.Name
	}
	page := todayPage{Trouble: c.live.Trouble(), Card: s.pointer.Off.Card, Off: v.todayOff(s), Steps: v.todaySteps(),
		First: s.pointer.Epoch == 0 && s.draft.Counter == 0 && len(staff) <= 1}
	page.Live = v.todayLive(s, releases, names)
	page.Draft = v.todayDraft(s, names)
	var misses *todayTask
	page.Numbers, misses = c.todayNumbers(v)
	tasks := []*todayTask{v.todayEmergency(releases, names), v.todayErrors(s), v.todayPublish(page.Draft),
		v.todayFacts(s), v.todayGaps(s), misses}
	for _, t := range tasks {
		switch {
		case t == nil:
		case !t.other && v.who.Role.Includes(todayNeeds[t.Sort]):
			page.Mine = append(page.Mine, *t)
		default:
			t.Path = "" // a button that does not help this person
			page.Others = append(page.Others, *t)
		}
	}
	return v.show("today", page)
}

// todayNeeds is the role that can do something about a task.
var todayNeeds = map[string]people.Role{"emergency": people.Reviewer, "errors": people.Translator, "publish": people.Reviewer,
	"facts": people.Reviewer, "gaps": people.Translator, "unanswered": people.Editor}

// todaySteps are the pages a role needs most, the first of them first.
func (v *visit) todaySteps() []todayStep {
	by := map[people.Role][]string{
		people.Viewer:     {"/try", "/entries", "/numbers"},
		people.Translator: {"/entries?show=gaps", "/sheets", "/try"},
		people.Editor:     {"/entries", "/try", "/unanswered", "/sheets"},
		people.Reviewer:   {"/publish", "/facts", "/try", "/entries"},
		people.Publisher:  {"/publish", "/switch", "/facts", "/try"},
		people.Admin:      {"/publish", "/people", "/switch", "/audit"},
	}
	words := map[string]string{"/try": "today.step_try", "/entries": "today.step_entries", "/numbers": "today.step_numbers", "/entries?show=gaps": "today.step_gaps",
		"/sheets": "today.step_sheets", "/unanswered": "today.step_unanswered", "/publish": "today.step_publish", "/facts": "today.step_facts",
		"/switch": "today.step_switch", "/people": "today.step_people", "/audit": "today.step_audit"}
	var steps []todayStep
	for _, to := range by[v.who.Role] {
		if v.may(to) {
			steps = append(steps, todayStep{words[to], to})
		}
	}
	return steps
}

// link is the path of a page that the person may open, else "".
func (v *visit) link(to string) string {
	if v.may(to) {
		return to
	}
	return ""
}

// entryLink names an entry in the language of the visit.
func (v *visit) entryLink(s *snapshot, e *knowledge.Entry, note string) todayLink {
	return todayLink{v.name(s, e), note, v.link("/entries/" + string(e.ID))}
}

func (v *visit) todayOff(s *snapshot) []todayLink {
	var list []todayLink
	add := func(ids []knowledge.ID, key string) {
		for _, id := range ids {
			l := todayLink{Text: string(id), Note: v.say(key)}
			if e := s.entries[id]; e != nil {
				l = v.entryLink(s, e, v.say(key))
			}
			list = append(list, l)
		}
	}
	add(s.pointer.Off.Entries, "today.off_answer")
	add(s.pointer.Off.Flows, "today.off_flow")
	return list
}

func (v *visit) todayLive(s *snapshot, releases []versions.Release, names map[string]string) todayLive {
	l := todayLive{Number: s.pointer.Number, Lagging: s.pointer.Epoch != s.live.Pointer.Epoch}
	for _, r := range releases {
		if r.Number == l.Number && l.Number > 0 {
			l.Who, l.Reason, l.At = cmp.Or(names[r.Who], r.Who), r.Reason, r.At
			l.Path = v.link("/releases/" + strconv.Itoa(r.Number))
		}
	}
	return l
}

// listed is how many lines of a list the page shows.
const listed = 5

// todayDraft says what the draft changes, and what keeps this person from publishing it.
func (v *visit) todayDraft(s *snapshot, names map[string]string) todayDraft {
	d := todayDraft{Count: len(s.draft.Changes)}
	byPath := map[string]*knowledge.Entry{}
	for _, e := range s.parsed.Entries {
		byPath[s.path(e)] = e
	}
	changes := make([]versions.Change, 0, d.Count)
	for path, c := range s.draft.Changes {
		changes = append(changes, c)
		if slices.Contains(c.Authors, v.who.Login) && versions.NeedsSecond(path, s.base[path], c.Data) {
			d.Own++
		}
	}
	slices.SortFunc(changes, func(a, b versions.Change) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Path, b.Path)) })
	for i, c := range changes {
		if i == listed {
			d.More = d.Count - listed
			break
		}
		var who []string
		for _, login := range c.Authors {
			who = append(who, cmp.Or(names[login], login))
		}
		note := v.say("today.by", v.joined(who))
		if e := byPath[c.Path]; e != nil {
			d.Lines = append(d.Lines, v.entryLink(s, e, note))
			continue
		}
		if c.Data == nil {
			note = v.say("today.deleted", v.joined(who))
		}
		d.Lines = append(d.Lines, todayLink{Text: c.Path, Note: note})
	}
	d.Errors = len(s.problems.Errors())
	switch {
	case d.Count == 0:
		d.Publish = "nothing"
	case d.Errors > 0:
		d.Publish = "errors"
	case !v.who.Role.Includes(people.Reviewer):
		d.Publish = "role"
	case d.Own > 0:
		d.Publish = "second"
	default:
		d.Publish = "ready"
	}
	return d
}

// joined writes a list of names.
func (v *visit) joined(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += v.say("today.and")
		}
		out += s
	}
	return out
}
