package console

import (
	"errors"
	"net/http"

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
	return v.console.store.Record(v.ctx(), v.actor(), versions.Audit{Action: action, Object: object, Why: why})
}

// recordRefusal notes that a deed was refused. That it cannot be noted changes nothing for the
// person, who is refused all the same.
func (v *visit) recordRefusal(result string) {
	if safe(v.route.method) || v.who.Login == "" {
		return
	}
	err := v.console.store.Record(v.ctx(), v.actor(), versions.Audit{Action: "refused", Object: v.route.method + " " + v.route.path, Result: result})
	if err != nil {
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
