package console

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"zhilu/knowledge/people"
)

// refusal is an answer that is not the page somebody wanted: what happened, why, what to do.
type refusal struct {
	status int
	key    string // of the text; empty for the usual one of the status
	args   []any
	held   *held // what was typed
	who    []string
}

func (r *refusal) Error() string { return fmt.Sprintf("refused with %d", r.status) }

// errDone says that an answer was given and nothing is left to do.
var errDone = errors.New("answered")

// answer turns an error of a handler into what the person sees: the one place that does.
// What it does not know is a fault of ours; its text goes nowhere, since it may quote input.
func (v *visit) answer(err error) {
	var r *refusal
	var wait people.ErrWait
	switch {
	case err == nil, errors.Is(err, errDone):
		return
	case errors.As(err, &r):
	case ofStore(err) != nil:
		r = ofStore(err)
		if r.status >= http.StatusInternalServerError {
			v.console.log.Error("console store", "route", pattern(v.gin), "error", class(err))
			r.held = v.hold()
		}
	case errors.As(err, &wait):
		v.gin.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.For.Seconds()))))
		r = &refusal{status: http.StatusTooManyRequests, args: []any{v.console.words.span(v.lang, wait.For)}}
	case errors.Is(err, people.ErrUnverified):
		v.answer(v.verifyFirst())
		return
	case errors.Is(err, people.ErrNotFound):
		r = &refusal{status: http.StatusNotFound}
	case errors.Is(err, people.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		v.console.log.Error("console store away", "route", pattern(v.gin), "error", class(err))
		r = &refusal{status: http.StatusServiceUnavailable, held: v.hold()}
	case errors.Is(err, context.Canceled):
		return // the person has gone
	default:
		v.console.log.Error("console fault", "route", pattern(v.gin), "error", class(err))
		r = &refusal{status: http.StatusInternalServerError, held: v.hold()}
	}
	v.status = r.status
	if err := v.show("refused", r.page(v)); err != nil && !errors.Is(err, errDone) {
		v.fault()
	}
}

// refusedPage is what the page of a refusal shows.
type refusedPage struct {
	Title, Text string
	Who         []string // who may do it
	Held        *held
}

func (r *refusal) page(v *visit) refusedPage {
	status := "refused." + strconv.Itoa(r.status)
	key, args := r.key, r.args
	if key == "" {
		key = status + "_text"
	}
	p := refusedPage{Title: v.say(status), Text: v.say(key, args...), Who: r.who, Held: r.held}
	if _, ok := v.console.words[status]; !ok {
		p.Title = v.say("refused.other")
	}
	return p
}

// fault is the last resort, when not even a page can be made.
func (v *visit) fault() {
	if v.gin.Writer.Written() {
		return
	}
	v.gin.Data(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte(v.say("refused.500")+"\n"+v.say("refused.500_text")+"\n"))
	v.gin.Abort()
}

// class names an error by its types, never by its text.
func class(err error) string {
	name := fmt.Sprintf("%T", err)
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		name += " " + fmt.Sprintf("%T", inner)
	}
	return name
}

// refuseRole says which role a deed needs, and who has the say over roles.
func (v *visit) refuseRole(least people.Role) error {
	r := &refusal{status: http.StatusForbidden, key: "refused.role", held: nil,
		args: []any{v.say("role." + string(least)), v.say("role." + string(v.who.Role))}}
	all, err := v.console.people.People(v.ctx())
	if err != nil {
		return r // the names are a courtesy
	}
	for _, p := range all {
		if !p.Disabled && p.Role == people.Admin && len(r.who) < 5 {
			r.who = append(r.who, p.Name)
		}
	}
	return r
}
