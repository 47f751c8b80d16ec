package console

import (
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// maxReason is the longest reason that the audit takes, in characters.
const maxReason = 500

func (v *visit) publishForm() publishForm {
	f := publishForm{Reason: v.field("reason"), Read: v.field("read"), Base: v.field("base"), Emergency: v.field("emergency"), Ticks: map[string]field{}}
	for _, id := range v.gin.Request.PostForm["talk"] {
		f.Ticks[id] = field{Value: "yes"}
	}
	return f
}

// publish makes the draft live. The draft is looked at anew: what the form was made of may be
// minutes old.
func (c *Console) publish(v *visit) error {
	form := v.publishForm()
	s, tests, err := c.atGate(v.ctx())
	if err != nil {
		return v.unpublished(err)
	}
	r, err := c.inspect(v, s, tests)
	if err != nil {
		return v.unpublished(err)
	}
	if v.posted("key") != s.Key() {
		return c.moved(v, s, r, form)
	}
	if blocks := r.blocks(); len(blocks) > 0 {
		v.recordRefusal("blocked: " + strings.ReplaceAll(strings.Join(blocks, " "), "publish.block.", ""))
		return c.showPublish(v, s, r, form, http.StatusUnprocessableEntity, v.say("publish.blocked"))
	}
	if form.Emergency.Value == "yes" && !v.who.Role.Includes(people.Publisher) {
		v.recordRefusal("role")
		return v.refuseRole(people.Publisher)
	}
	if !form.check(v, s, r) {
		return c.showPublish(v, s, r, form, http.StatusUnprocessableEntity, "")
	}
	emergency := form.Emergency.Value == "yes" && len(s.rivals(v.who.Login)) > 0
	p, err := c.store.Publish(v.ctx(), v.actor(), versions.Publication{Draft: s.parsed, Files: s.files, Counter: s.draft.Counter,
		Epoch: s.pointer.Epoch, Reason: form.Reason.Value, Emergency: emergency})
	var own *versions.ErrSecond
	switch {
	case errors.As(err, &own):
		v.recordRefusal("second person")
		return c.showPublish(v, s, r, form, http.StatusForbidden, v.say("publish.second_refused"))
	case errors.Is(err, versions.ErrMoved):
		return c.lookAgain(v, form)
	case err != nil:
		return v.unpublished(err)
	}
	return c.published(v, p, r, tests)
}

// lookAgain shows what somebody else changed at the last moment.
func (c *Console) lookAgain(v *visit, form publishForm) error {
	s, tests, err := c.atGate(v.ctx())
	if err != nil {
		return v.unpublished(err)
	}
	r, err := c.inspect(v, s, tests)
	if err != nil {
		return v.unpublished(err)
	}
	return c.moved(v, s, r, form)
}

// moved refuses a form that was filled in for another draft. The reason stays; what was ticked
// was another report and has to be read anew.
func (c *Console) moved(v *visit, s *snapshot, r *report, form publishForm) error {
	v.recordRefusal("moved")
	return c.showPublish(v, s, r, publishForm{Reason: form.Reason, Emergency: form.Emergency}, http.StatusConflict, v.say("publish.moved"))
}

// check says beside each field what is missing.
func (f *publishForm) check(v *visit, s *snapshot, r *report) bool {
	if n := utf8.RuneCountInString(f.Reason.Value); n == 0 || n > maxReason {
		f.Reason.Problem = v.say("publish.reason_wanted")
	}
	if len(r.Talks) > 0 && f.Read.Value != "yes" {
		f.Read.Problem = v.say("publish.read_wanted")
	}
	if s.elsewhere() && f.Base.Value != "yes" {
		f.Base.Problem = v.say("publish.base_wanted")
	}
	fine := sound(f.Reason, f.Read, f.Base)
	for _, t := range r.ways() {
		if f.Ticks[t.ID()].Value != "yes" {
			f.Ticks[t.ID()], fine = field{Problem: v.say("publish.talk_wanted")}, false
		}
	}
	return fine
}

// unpublished says of an error of the store what it means here: what is live has not changed,
// or nobody knows.
func (v *visit) unpublished(err error) error {
	key := ""
	switch {
	case errors.Is(err, versions.ErrUnknown):
		key = "publish.unknown"
	case errors.Is(err, versions.ErrUnavailable):
		key = "publish.unavailable"
	default:
		return err
	}
	v.console.log.Error("console store", "route", v.route.path, "error", class(err))
	return &refusal{status: http.StatusServiceUnavailable, key: key, held: v.hold()}
}

// published does what follows: this instance serves the release at once, and the saved
// conversations that were accepted are recorded as they go now.
func (c *Console) published(v *visit, p versions.Pointer, r *report, tests map[string]versions.Test) error {
	said := "publish.done"
	if err := c.live.Refresh(v.ctx()); err != nil {
		said = "publish.done_later"
	}
	if !c.recordAgain(v, r, tests, v.say("publish.rerecorded", p.Number)) {
		said = "publish.done_tests"
	}
	return v.redirect(releasePath(p.Number), said, p.Number)
}

// recordAgain keeps accepted conversations. One that somebody saved meanwhile stays as it is.
func (c *Console) recordAgain(v *visit, r *report, tests map[string]versions.Test, why string) bool {
	fine := true
	now, err := c.store.Tests(v.ctx())
	for _, t := range r.Talks {
		if !t.Saved || t.Fault != "" {
			continue
		}
		if err != nil {
			return false
		}
		if !now[t.Name].At.Equal(tests[t.Name].At) || now[t.Name].Text != tests[t.Name].Text {
			continue
		}
		text, failed := c.bench.Record(r.Release, tests[t.Name].Text)
		if failed == nil {
			failed = c.store.SaveTest(v.ctx(), v.actor(), t.Name, text, why)
		}
		fine = fine && failed == nil
	}
	return fine
}
