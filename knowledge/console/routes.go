package console

import (
	"net/http"
	"strings"

	"zhilu/knowledge/people"
)

// Who may come without a role.
const (
	anyone   people.Role = ""          // also the signed-out
	signedIn people.Role = "signed in" // whatever the role, also before the second factor
)

// need is what a route asks for besides a role.
type need uint8

const (
	fresh  need = 1 << iota // the password again, unless it was given within ten minutes
	second                  // a session with a second factor
	upload                  // a body of up to 8 MiB instead of 1
	plain                   // the same for everybody: nobody asks who it is
)

// route is one thing the console answers. A route with an unsafe method needs a token of the
// session (or, signed out, of the visit) besides what stands here.
type route struct {
	method, path string
	least        people.Role
	handle       func(*visit) error
	needs        need
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// table is everything the console answers, and the only place that says so.
func (c *Console) table() []route {
	return []route{
		{get, "/static/:hash/:name", anyone, c.file, plain},
		{post, "/language", anyone, c.setLanguage, 0},

		{get, "/sign-in", anyone, c.signInPage, 0},
		{post, "/sign-in", anyone, c.signIn, 0},
		{get, "/enter/:token", anyone, c.enterPage, 0},
		{post, "/enter/:token", anyone, c.enter, 0},
		{get, "/invite/:token", anyone, c.invitePage, 0},
		{post, "/invite/:token", anyone, c.redeem, 0},
		{get, "/verify", signedIn, c.verifyPage, 0},
		{post, "/verify", signedIn, c.verify, 0},
		{post, "/sign-out", signedIn, c.signOut, 0},

		{get, "/", people.Viewer, c.today, 0},

		// entries.go
		{get, "/entries", people.Viewer, c.entriesPage, 0},
		{get, "/entries/new", people.Editor, c.newEntryPage, 0},
		{post, "/entries", people.Editor, c.newEntry, 0},
		{get, "/entries/:id", people.Viewer, c.entryPage, 0},
		{post, "/entries/:id", people.Translator, c.saveEntry, 0},
		{post, "/entries/:id/preview", people.Translator, c.previewEntry, 0},
		{post, "/entries/:id/delete", people.Editor, c.deleteEntry, 0},
		{post, "/entries/:id/discard", people.Editor, c.discardEntry, 0},
		{get, "/entries/:id/history", people.Viewer, c.entryHistory, 0},
		{post, "/entries/:id/restore", people.Editor, c.restoreEntry, 0},
		// unanswered.go
		{get, "/unanswered", people.Viewer, c.unansweredPage, 0},
		{post, "/unanswered", people.Viewer, c.unansweredPage, 0}, // a search: no word of it in an address
		{get, "/unanswered/:key", people.Viewer, c.missPage, 0},
		{post, "/unanswered/:key/phrase", people.Editor, c.missToPhrase, 0},
		{post, "/unanswered/:key/example", people.Editor, c.missToExample, 0},
		{post, "/unanswered/:key/entry", people.Editor, c.missToEntry, 0},
		{post, "/unanswered/:key/test", people.Editor, c.missToTest, 0},
		{post, "/unanswered/:key/ignore", people.Editor, c.ignoreMiss, 0},
		{post, "/unanswered/:key/reopen", people.Editor, c.reopenMiss, 0},

		// numbers.go
		{get, "/numbers", people.Viewer, c.numbersPage, 0},
		{get, "/numbers/export", people.Viewer, c.exportNumbers, 0},
		// audit.go, sheets.go
		{get, "/audit", people.Viewer, c.auditPage, 0},
		{get, "/audit/check", people.Viewer, c.auditCheck, 0},
		{get, "/audit/export", people.Admin, c.auditExport, fresh | second},
		{get, "/sheets", people.Translator, c.sheetsPage, 0},
		{get, "/sheets/export", people.Translator, c.sheetsExport, 0},
		{post, "/sheets/preview", people.Translator, c.sheetsPreview, upload},
		{post, "/sheets/apply", people.Translator, c.sheetsApply, 0},

		{get, "/confirm", people.Viewer, c.confirmPage, 0},
		{post, "/confirm", people.Viewer, c.confirm, 0},
		{get, "/account", people.Viewer, c.account, 0},
		{post, "/account/name", people.Viewer, c.rename, 0},
		{post, "/account/password", people.Viewer, c.changePassword, 0},
		{post, "/account/factor", people.Viewer, c.beginFactor, fresh},
		{post, "/account/factor/finish", people.Viewer, c.finishFactor, 0},
		{post, "/account/sessions/end", people.Viewer, c.endOwnSession, 0},

		// publish.go, releases.go, switch.go
		{get, "/publish", people.Viewer, c.publishPage, 0},
		{post, "/publish/check", people.Translator, c.checkDraft, 0},
		{post, "/publish", people.Reviewer, c.publish, fresh | second},
		{get, "/releases", people.Viewer, c.releasesPage, 0},
		{get, "/releases/:number", people.Viewer, c.releasePage, 0},
		{get, "/releases/:number/zip", people.Viewer, c.releaseZip, 0},
		{post, "/releases/:number/activate", people.Publisher, c.activate, fresh | second},
		{post, "/releases/:number/review", people.Reviewer, c.review, second},
		{get, "/switch", people.Publisher, c.switchPage, 0},
		{post, "/switch", people.Publisher, c.turnSwitch, fresh | second},

		// Facts and sources
		{get, "/facts", people.Viewer, c.facts, 0},
		{post, "/facts/:entry", people.Reviewer, c.factsChecked, 0},
		{get, "/facts/:entry/new", people.Editor, c.newFactPage, 0},
		{post, "/facts/:entry/new", people.Editor, c.saveNewFact, 0},
		{get, "/facts/:entry/:name", people.Viewer, c.factPage, 0},
		{post, "/facts/:entry/:name", people.Translator, c.saveFact, 0},
		{post, "/facts/:entry/:name/checked", people.Reviewer, c.factChecked, 0},
		{post, "/facts/:entry/:name/delete", people.Editor, c.deleteFact, 0},
		{get, "/sources", people.Viewer, c.sources, 0},
		{get, "/sources/new", people.Editor, c.newSourcePage, 0},
		{post, "/sources/new", people.Editor, c.saveNewSource, 0},
		{get, "/sources/:id", people.Viewer, c.sourcePage, 0},
		{post, "/sources/:id", people.Editor, c.saveSource, 0},
		{post, "/sources/:id/delete", people.Editor, c.deleteSource, 0},
		// try.go, tests.go
		{get, "/try", people.Viewer, c.tryPage, 0},
		{post, "/try", people.Viewer, c.trySay, 0},
		{post, "/try/test", people.Editor, c.keepTry, 0},
		{get, "/tests", people.Viewer, c.testsPage, 0},
		{post, "/tests", people.Editor, c.addTest, 0},
		{get, "/tests/messages", people.Viewer, c.messagesPage, 0},
		{post, "/tests/messages/example", people.Editor, c.addExample, 0},
		{get, "/tests/export", people.Viewer, c.exportTests, 0},
		{get, "/tests/:name", people.Viewer, c.testPage, 0},
		{post, "/tests/:name", people.Editor, c.editTest, 0},
		{get, "/tests/:name/raw", people.Viewer, c.rawTest, 0},
		{post, "/tests/:name/record", people.Editor, c.rerecord, 0},
		{post, "/tests/:name/delete", people.Editor, c.deleteTest, 0},

		{get, "/people", people.Admin, c.peoplePage, second},
		{post, "/people", people.Admin, c.invite, fresh | second},
		{get, "/people/:login", people.Admin, c.personPage, second},
		{post, "/people/:login/role", people.Admin, c.setRole, fresh | second},
		{post, "/people/:login/disable", people.Admin, c.disable, fresh | second},
		{post, "/people/:login/enable", people.Admin, c.enable, fresh | second},
		{post, "/people/:login/link", people.Admin, c.newLink, fresh | second},
		{post, "/people/:login/reset", people.Admin, c.reset, fresh | second},
		{post, "/people/:login/factor", people.Admin, c.removeFactor, fresh | second},
		{post, "/people/:login/sessions/end", people.Admin, c.endSessions, fresh | second},
	}
}

// menu is the navigation in its order. An entry shows when its route exists and the person
// may go there.
var menu = []struct{ Path, Key string }{
	{"/", "nav.today"}, {"/entries", "nav.entries"}, {"/facts", "nav.facts"}, {"/try", "nav.try"},
	{"/publish", "nav.publish"}, {"/unanswered", "nav.unanswered"}, {"/numbers", "nav.numbers"},
	{"/tests", "nav.tests"}, {"/sheets", "nav.sheets"}, {"/switch", "nav.switch"},
	{"/audit", "nav.audit"}, {"/people", "nav.people"},
}

// find gives the route that answers a path; nil when none does.
func (c *Console) find(method, path string) *route {
	for i, r := range c.routes {
		if r.method == method && r.matches(path) {
			return &c.routes[i]
		}
	}
	return nil
}

func (r route) matches(path string) bool {
	want, have := strings.Split(r.path, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != have[i] && (!strings.HasPrefix(want[i], ":") || have[i] == "") {
			return false
		}
	}
	return true
}

// admits reports whether a person may use a route; the second factor is the guard's matter.
func (r route) admits(p people.Person) bool {
	switch r.least {
	case anyone:
		return true
	case signedIn:
		return p.Login != ""
	default:
		return p.Login != "" && p.Role.Includes(r.least)
	}
}
