package console

import (
	"errors"
	"net/http"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// actor is the person of the visit, as the audit names them.
func (v *visit) actor() versions.Actor {
	return versions.Actor{Login: v.who.Login, Role: string(v.who.Role), From: v.session.From}
}

// look gives the draft beside what is live.
func (v *visit) look() (*snapshot, error) { return v.console.desk.look(v.ctx()) }

// record writes into the audit what is about to be done where the store of versions does not do
// it itself. On an error the deed must not take place.
func (v *visit) record(action, object, why string) error {
	err := v.console.store.Record(v.ctx(), v.actor(), versions.Audit{Action: action, Object: object, Why: why})
	if err != nil {
		v.console.meter.AuditFailed()
	}
	return err
}

// recordRefusal notes that a deed was refused. That it cannot be noted changes nothing for the
// person, who is refused all the same.
func (v *visit) recordRefusal(result string) {
	if safe(v.route.method) || v.who.Login == "" {
		return
	}
	err := v.console.store.Record(v.ctx(), v.actor(), versions.Audit{Action: "refused", Object: v.route.method + " " + v.route.path, Result: result})
	if err != nil {
		v.console.meter.AuditFailed()
		v.console.log.Error("audit not written", "route", v.route.path, "error", class(err))
	}
}

// ofStore is what a person sees of an error of the store of versions; nil for another error.
// What a page can say beside a field (a stale save, a second person) it has to say itself.
func ofStore(err error) *refusal {
	switch {
	case errors.Is(err, versions.ErrUnknown):
		return &refusal{status: http.StatusServiceUnavailable, key: "refused.unknown"}
	case errors.Is(err, versions.ErrUnavailable):
		return &refusal{status: http.StatusServiceUnavailable}
	case errors.Is(err, versions.ErrMoved):
		return &refusal{status: http.StatusConflict, key: "refused.moved"}
	case errors.Is(err, versions.ErrNothing):
		return &refusal{status: http.StatusConflict, key: "refused.nothing"}
	case errors.Is(err, versions.ErrReason):
		return &refusal{status: http.StatusUnprocessableEntity, key: "refused.reason"}
	case errors.Is(err, versions.ErrNotFound):
		return &refusal{status: http.StatusNotFound}
	case errors.Is(err, versions.ErrCorrupt):
		return &refusal{status: http.StatusInternalServerError, key: "refused.corrupt"}
	}
	return nil
}

// deed does something of which the store of versions knows nothing: to a person, a session, a
// password. The record comes first, and without it nothing is done; when the deed then fails, a
// second record says so.
func (v *visit) deed(action, object string, do func() error) error {
	return v.change(versions.Audit{Action: action, Object: object}, do)
}

// change is deed for what has a before and after.
func (v *visit) change(a versions.Audit, do func() error) error {
	if err := v.console.store.Record(v.ctx(), v.actor(), a); err != nil {
		return err
	}
	err := do()
	if err != nil {
		a.Result = undone(err)
		v.note(v.actor(), a)
	}
	return err
}

// note writes a record that nothing depends on.
func (v *visit) note(by versions.Actor, a versions.Audit) {
	if err := v.console.store.Record(v.ctx(), by, a); err != nil {
		v.console.meter.AuditFailed()
		v.console.log.Error("audit not written", "route", v.route.path, "error", class(err))
	}
}

// undone says in a word why a deed did not take place, as the audit keeps it.
func undone(err error) string {
	var wait people.ErrWait
	var weak people.ErrWeak
	var invalid people.ErrInvalid
	switch {
	case errors.As(err, &wait):
		return "wait"
	case errors.As(err, &weak):
		return "weak"
	case errors.As(err, &invalid):
		return "invalid"
	case errors.Is(err, people.ErrWrong), errors.Is(err, people.ErrStale):
		return "wrong"
	case errors.Is(err, people.ErrLastAdmin):
		return "last-admin"
	case errors.Is(err, people.ErrTaken), errors.Is(err, people.ErrDisabled):
		return "taken"
	case errors.Is(err, people.ErrNotFound):
		return "gone"
	}
	return "failed"
}
