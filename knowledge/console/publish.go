package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// publishPage is what the draft changes against what is live, what the gate found out about
// it, and the form that makes it live.
type publishPage struct {
	Live    versions.Pointer
	Release *releaseLine // the live one; nil for the built-in base
	Lag     bool         // this instance does not serve yet what is live
	Refusal string

	Changes   []*subject
	Entries   int    // how many of them are there
	Quiet     bool   // files were saved and nothing a release holds is different
	Elsewhere string // the release that the draft started from, when it is not the live one
	Second    bool   // something needs a second person

	Key    string
	Report *reportPage
	Form   publishForm

	Mine   bool       // the visitor wrote something that needs a second person
	Own    []*subject // what that is
	Others []string   // who could publish instead
	May    bool       // has the role
	Lane   bool       // may use the emergency lane
}

// publishForm is what somebody gives who publishes.
type publishForm struct {
	Reason, Read, Base, Emergency field
	Ticks                         map[string]field // conversations that reach another state
}

// checkLimit is how long an examination may take: less than a page has, so that the answer
// still arrives.
const checkLimit = 18 * time.Second

func (c *Console) publishPage(v *visit) error {
	s, tests, err := c.atGate(v.ctx())
	if err != nil {
		return err
	}
	return c.showPublish(v, s, c.gate.kept(s, tests), publishForm{}, 0, "")
}

// atGate gives what an examination looks at: the draft, beside what is live now.
func (c *Console) atGate(ctx context.Context) (*snapshot, map[string]versions.Test, error) {
	s, err := c.desk.look(ctx)
	if err != nil {
		return nil, nil, err
	}
	if s.pointer.Epoch != s.live.Pointer.Epoch && c.live.Refresh(ctx) == nil {
		if s, err = c.desk.look(ctx); err != nil {
			return nil, nil, err
		}
	}
	tests, err := c.store.Tests(ctx)
	return s, tests, err
}

// inspect has a draft examined within the time a page has.
func (c *Console) inspect(v *visit, s *snapshot, tests map[string]versions.Test) (*report, error) {
	ctx, cancel := context.WithTimeout(v.ctx(), checkLimit)
	defer cancel()
	r, err := c.gate.examine(ctx, s, tests)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, &refusal{status: http.StatusServiceUnavailable, key: "publish.slow", held: v.hold()}
	}
	return r, err
}

// checkDraft runs the gate and leads back to its report.
func (c *Console) checkDraft(v *visit) error {
	s, tests, err := c.atGate(v.ctx())
	if err != nil {
		return err
	}
	if _, err := c.inspect(v, s, tests); err != nil {
		return err
	}
	return v.redirect("/publish#gate", "")
}

// showPublish shows the page with a form; refusal says why a deed did not take place.
func (c *Console) showPublish(v *visit, s *snapshot, r *report, form publishForm, status int, refusal string) error {
	everybody, err := c.people.People(v.ctx())
	if err != nil {
		return err
	}
	names := namesOf(everybody)
	lines, _, err := c.releaseLines(v.ctx(), names)
	if err != nil {
		return err
	}
	p := publishPage{Live: s.pointer, Lag: s.pointer.Epoch != s.live.Pointer.Epoch, Refusal: refusal,
		Changes: v.draftChanges(s, names), Key: s.Key(), Form: form, Report: v.reportPage(r, form.Ticks),
		May: v.who.Role.Includes(people.Reviewer), Lane: v.who.Role.Includes(people.Publisher)}
	p.Mine, p.Entries, p.Quiet = len(s.rivals(v.who.Login)) > 0, len(p.Changes), len(p.Changes) == 0 && len(s.draft.Changes) > 0
	for _, one := range p.Changes {
		p.Second = p.Second || one.Second
		if one.Second && one.Own {
			p.Own = append(p.Own, one)
		}
	}
	p.Others = mayPublish(everybody, s, v.who.Login)
	for i, line := range lines {
		if line.Live {
			p.Release = &lines[i]
		}
	}
	if s.elsewhere() {
		p.Elsewhere = v.releaseName(lines, s.draft.Base)
	}
	v.status, v.explained = status, refusal != ""
	return v.show("publish", p)
}

func namesOf(everybody []people.Person) map[string]string {
	names := map[string]string{}
	for _, p := range everybody {
		names[p.Login] = p.Name
	}
	return names
}

// mayPublish names the people who could publish a draft: the role, and none of its texts theirs.
func mayPublish(everybody []people.Person, s *snapshot, but string) []string {
	var names []string
	for _, p := range everybody {
		if p.Login != but && !p.Disabled && p.HasPassword && p.Role.Includes(people.Reviewer) && len(s.rivals(p.Login)) == 0 {
			names = append(names, p.Name)
		}
	}
	return names
}

// releaseName is what a release is called, by its id.
func (v *visit) releaseName(lines []releaseLine, id string) string {
	for _, r := range lines {
		if r.ID == id {
			return v.say("publish.release", r.Number)
		}
	}
	return v.say("publish.built_in")
}
