package doctor

import (
	"context"
	"errors"
	"slices"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// releases looks at what is live: whether every instance can read it, what of it is switched off,
// whether this program brought a newer base, and how old its facts are.
func (s Setup) releases(ctx context.Context, n *notes, down error) {
	if down != nil {
		if s.RedisMode == "embedded" { // empty when the server starts
			n.add("releases-built-in", "id", short(s.BuiltIn().Digest()))
		} else {
			n.add("releases-unknown")
		}
		s.facts(n, s.BuiltIn())
		return
	}
	store := versions.New(s.Redis, s.Now, s.Base)
	p, err := store.Active(ctx)
	if err != nil {
		n.storeFault(err)
		return
	}
	list, err := store.Releases(ctx)
	if err != nil {
		n.storeFault(err)
		return
	}
	files, err := store.Files(ctx, p.ID)
	if err != nil {
		n.storeFault(err)
		return
	}
	live, problems := knowledge.ReadFiles(files, nil)
	if len(problems) > 0 {
		n.add("releases-damaged")
		return
	}
	if p.ID == "" {
		n.add("releases-built-in", "id", short(live.Digest()))
	} else {
		n.add("releases-live", "number", p.Number, "id", short(p.ID), "at", p.At.In(knowledge.Beijing).Format("2006-01-02 15:04"))
		s.newer(n, p, list, live)
	}
	n.looseEnds(p, list)
	s.facts(n, live)
}

func (n *notes) storeFault(err error) {
	switch {
	case errors.Is(err, versions.ErrNotFound), errors.Is(err, versions.ErrCorrupt):
		n.add("releases-damaged")
	default:
		n.add("releases-unknown")
	}
}

// newer compares what is live with what came with the program. A base that was never released and
// was checked later, or as late, is the newer one.
func (s Setup) newer(n *notes, p versions.Pointer, list []versions.Release, live *knowledge.Draft) {
	builtIn := s.BuiltIn()
	id := builtIn.Digest()
	known := p.ID == id || slices.ContainsFunc(list, func(r versions.Release) bool { return r.ID == id })
	if !known && newest(builtIn) >= newest(live) {
		n.add("releases-newer", "id", short(id), "number", p.Number, "day", newest(builtIn))
	}
}

// newest is the latest day on which anything in a base was checked.
func newest(d *knowledge.Draft) knowledge.Date {
	var day knowledge.Date
	for _, e := range d.Entries {
		day = max(day, e.Checked)
		for _, f := range e.Facts {
			day = max(day, f.Checked)
		}
	}
	return day
}

// looseEnds are switches that are still off and emergencies that nobody else has looked at.
func (n *notes) looseEnds(p versions.Pointer, list []versions.Release) {
	switch {
	case p.Off.Card:
		n.add("releases-card")
	case p.Off.Any():
		n.add("releases-off", "count", len(p.Off.Entries)+len(p.Off.Flows))
	}
	waiting := 0
	for _, r := range list {
		if r.Emergency && r.Reviewed == nil {
			waiting++
		}
	}
	if waiting > 0 {
		n.add("releases-emergency", "count", waiting)
	}
}

// short is how an id is shown.
func short(id string) string { return id[:min(len(id), 12)] }

// people looks at who can sign in, and whether the audit is whole.
func (s Setup) people(ctx context.Context, n *notes, down error) {
	switch {
	case s.RedisMode == "embedded": // its people live and end with the server
		return
	case down != nil:
		n.add("people-unknown")
		return
	}
	all, err := people.New(s.Redis, s.Secret, s.Now).People(ctx)
	if err != nil {
		n.add("people-unknown")
		return
	}
	active, safe, admins := 0, 0, 0
	for _, p := range all {
		if p.Disabled || !p.HasPassword {
			continue
		}
		active++
		if p.Role.Includes(people.Publisher) && p.HasTOTP {
			safe++
		}
		if p.Role == people.Admin {
			admins++
		}
	}
	switch {
	case len(all) == 0:
		n.add("people-none")
	case active == 0:
		n.add("people-invited")
	case admins == 0:
		n.add("people-no-admin")
	case safe == 0:
		n.add("people-no-factor")
	default:
		n.add("people-ok", "active", active, "safe", safe)
	}
	s.audit(ctx, n)
}

func (s Setup) audit(ctx context.Context, n *notes) {
	var broken versions.ErrRecord
	switch err := versions.New(s.Redis, s.Now, s.Base).VerifyAudit(ctx); {
	case err == nil:
		n.add("people-audit")
	case errors.As(err, &broken):
		n.add("people-audit-broken", "record", broken.N)
	default:
		n.add("people-unknown")
	}
}
