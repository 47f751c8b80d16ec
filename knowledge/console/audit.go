package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// auditPage is the list of what was done and refused, newest first.
type auditPage struct {
	Rows    []auditRow
	People  []option
	Actions []option
	Who     field
	Action  field
	Refused bool
	Narrow  bool   // a filter is on
	Inside  bool   // it is not the newest page
	Older   string // address of the next page; "" when there is none
	Passed  int64  // records looked at without filling the page: the next page goes on there
	Chain   *auditChain
}

// auditChain is what the walk along the chain found.
type auditChain struct {
	Records int64 // how many there are
	Broken  int64 // number of the first that was changed; 0 when the chain is whole
}

// How many records a page shows, and how many are looked through for them at once.
const (
	auditRows = 50
	auditScan = 500
	auditMost = 5000
)

func (c *Console) auditPage(v *visit) error { return c.showAudit(v, nil) }

// auditCheck walks the whole chain of records.
func (c *Console) auditCheck(v *visit) error {
	chain := &auditChain{}
	err := c.store.VerifyAudit(v.ctx())
	var broken versions.ErrRecord
	switch {
	case errors.As(err, &broken):
		chain.Broken = broken.N
	case err != nil:
		return err
	}
	last, err := c.store.Audit(v.ctx(), 0, 1)
	if err == nil && len(last) > 0 {
		chain.Records = last[0].N
	}
	return c.showAudit(v, chain)
}

func (c *Console) showAudit(v *visit, chain *auditChain) error {
	f := auditFilter{who: cutRunes(v.query("who"), 60), action: cutRunes(v.query("action"), 60), refused: v.query("refused") == "yes"}
	before, err := strconv.ParseInt(v.query("before"), 10, 64)
	if err != nil && v.query("before") != "" || before < 0 {
		return v.refuse(http.StatusBadRequest, "audit.before")
	}
	page := auditPage{Who: field{Value: f.who}, Action: field{Value: f.action}, Refused: f.refused, Narrow: f != auditFilter{}, Inside: before > 0, Chain: chain}
	found, next, err := c.readAudit(v, before, f)
	if err != nil {
		return err
	}
	staff, err := c.people.People(v.ctx())
	if err != nil {
		return err
	}
	names := map[string]string{}
	page.People = []option{{"", v.say("audit.anybody")}}
	for _, p := range staff {
		names[p.Login] = p.Name
		page.People = append(page.People, option{p.Login, p.Name + " (" + p.Login + ")"})
	}
	page.People = append(page.People, option{auditByCommand, v.say("audit.command")})
	page.Actions = v.auditActions()
	for _, a := range found {
		page.Rows = append(page.Rows, v.auditRow(a, names))
	}
	if next > 1 {
		page.Older = "/audit?" + f.query(next).Encode()
		if len(found) < auditRows {
			page.Passed = next
		}
	}
	return v.show("audit", page)
}

// auditByCommand is who acts when zhilu operator does.
const auditByCommand = "command line"

// auditFilter is what of the audit is asked for.
type auditFilter struct {
	who, action string // the action may be a group: "person."
	refused     bool
}

func (f auditFilter) holds(a versions.Audit) bool {
	return (f.who == "" || a.Who == f.who) && (!f.refused || a.Result != versions.Done) &&
		(f.action == "" || a.Action == f.action || strings.HasSuffix(f.action, ".") && strings.HasPrefix(a.Action, f.action))
}

func (f auditFilter) query(before int64) url.Values {
	q := url.Values{"before": {strconv.FormatInt(before, 10)}}
	if f.who != "" {
		q.Set("who", f.who)
	}
	if f.action != "" {
		q.Set("action", f.action)
	}
	if f.refused {
		q.Set("refused", "yes")
	}
	return q
}

// readAudit gives the records of a page, and the number to go on before; 1 at the end. With a
// filter it looks at some thousand records at most: the person may ask for more.
func (c *Console) readAudit(v *visit, before int64, f auditFilter) (found []versions.Audit, next int64, err error) {
	step := int64(auditScan)
	if f == (auditFilter{}) {
		step = auditRows
	}
	for seen := int64(0); seen < auditMost; seen += step {
		list, err := c.records(v, before, step)
		if err != nil {
			return nil, 0, err
		}
		for _, a := range list {
			before = a.N
			if !f.holds(a) && a.Hash != "" { // one that cannot be read is shown always
				continue
			}
			if found = append(found, a); len(found) == auditRows {
				return found, before, nil
			}
		}
		if int64(len(list)) < step {
			return found, 1, nil
		}
	}
	return found, before, nil
}

// records gives n records before a number. One that cannot be read comes with its number alone.
func (c *Console) records(v *visit, before, n int64) ([]versions.Audit, error) {
	list, err := c.store.Audit(v.ctx(), before, n)
	var broken versions.ErrRecord
	if !errors.As(err, &broken) {
		return list, err
	}
	if before == 0 { // the number of the last is not known: find the end around the broken one
		before = broken.N + 1
		for {
			more, err := c.store.Audit(v.ctx(), before+1, 1)
			if !errors.As(err, &broken) && (err != nil || len(more) == 0 || more[0].N != before) {
				break
			}
			before++
		}
	}
	for number := before - 1; number > max(0, before-1-n); number-- {
		one, err := c.store.Audit(v.ctx(), number+1, 1)
		switch {
		case errors.As(err, &broken) || err == nil && len(one) == 0:
			list = append(list, versions.Audit{N: number})
		case err != nil:
			return nil, err
		default:
			list = append(list, one[0])
		}
	}
	return list, nil
}

// auditActions are the choices of the filter: groups, then single actions.
func (v *visit) auditActions() []option {
	all := []option{{"", v.say("audit.anything")}}
	for _, group := range auditGroups {
		all = append(all, option{group, v.say("audit.group_" + strings.TrimSuffix(group, "."))})
	}
	for _, action := range auditKnown {
		all = append(all, option{action, v.say("audit.do_" + strings.ReplaceAll(action, ".", "_"))})
	}
	return all
}

var auditGroups = []string{"draft.", "release.", "test.", "person.", "session."}

// auditKnown are the actions that have words of their own.
var auditKnown = []string{
	"draft.save", "draft.delete", "release.publish", "release.emergency", "release.activate", "release.review", "release.restore", "switch",
	"test.save", "test.delete", "refused", "person.invite", "person.link", "person.redeem", "person.role", "person.disable", "person.enable",
	"person.reset", "person.rename", "person.password", "person.factor", "person.factor-remove",
	"session.start", "session.refused", "session.end", "miss.ignore", "miss.reopen", "audit.export",
	"backup.save", "backup.restore",
}

// auditWords says what an action is; one that nobody knows is given as it is.
func (v *visit) auditWords(action string) string {
	if slices.Contains(auditKnown, action) {
		return v.say("audit.do_" + strings.ReplaceAll(action, ".", "_"))
	}
	return action
}

// seesAddresses reports whether the person sees addresses.
func (v *visit) seesAddresses() bool { return v.who.Role.Includes(people.Admin) }
