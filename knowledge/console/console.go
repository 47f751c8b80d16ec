// Package console is the operators' pages: who may sign in, what they see, what they may do.
// It is an http.Handler and nothing else; cmd gives it its stores and an address that the
// internet does not reach. It knows no WeChat and no dialog.
//
// A page is four things.
//
//  1. A route in routes.go: method, path, the least role, the handler. Nothing answers that
//     is not in that table; add fresh (asks for the password again), second (needs a session
//     with a second factor) or upload (a larger body) when the deed needs it.
//  2. A handler, a method func (c *Console) name(v *visit) error in a file of the page. It
//     ends in return v.show("page", data); after a form that was done, in
//     return v.redirect("/path", "page.saved", args...); when a field is wrong, in
//     return v.again("page", data); when it cannot be done, in
//     return v.refuse(http.StatusConflict, "page.why", args...). Any other error is returned
//     as it is: answer.go decides what the person sees of it.
//  3. A template templates/page.html that defines "title" and "main". It gets a *view: the
//     handler's data is .Data. Texts are {{t "page.key" .Data.N}}, fields are
//     {{template "input" (input .Data.Name "name=name" "label=page.name")}}, and each form
//     has {{template "csrf" $}}. See templates/parts.html for the other parts.
//  4. Texts in strings/page.yaml, each in three languages, each key beginning with "page.".
//
// TestRoutes, TestStrings and TestTemplates walk the table, the texts and the templates, and
// every page that a test opens goes through checkHTML: a new page is checked before it has a
// test. Its story belongs in page_test.go, with newConsole and signIn from console_test.go,
// and its pictures in TestPictures. A page may have static/page.css and static/page.js, which
// it names in a block "head"; nothing may be inline (see doorHeaders).
package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"zhilu/knowledge/counts"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// Config is what a console needs. All but Counts, Unanswered and Insecure must be set.
type Config struct {
	People *people.Store
	Store  *versions.Store // drafts, releases, audit
	Live   *versions.Live  // what this instance serves
	Bench  Bench           // what the dialog does with a release
	Counts *counts.Reader  // what was asked, and what nobody could answer; nil for none
	Now    func() time.Time
	Log    *slog.Logger
	Meter  Meter // nil measures nothing
	// Unanswered gives messages that nobody could answer, masked; nil for those of Counts.
	Unanswered func(context.Context) ([]string, error)
	// URL is where people reach the console, for links; "" for where a request says it came in.
	URL string
	// Proxies are the addresses or networks (10.0.0.0/8) whose X-Forwarded-For is believed.
	Proxies []string
	// Insecure is the trial mode over plain http on the loopback: cookies without Secure, no
	// HSTS, and neither a second factor nor the password again, since whoever came by the
	// one-time link has neither.
	Insecure bool
}

// The results of an attempt to sign in.
const (
	LoginDone    = "done"
	LoginRefused = "refused"
)

// Meter is told what operators of a server watch. Its methods must be safe for concurrent use.
type Meter interface {
	Login(result string) // LoginDone or LoginRefused
	AuditFailed()        // a record of the audit could not be written
}

type noMeter struct{}

func (noMeter) Login(string) {}
func (noMeter) AuditFailed() {}

// Console answers the requests of operators. It is safe for concurrent use.
type Console struct {
	people   *people.Store
	now      func() time.Time
	log      *slog.Logger
	meter    Meter
	insecure bool
	url      string
	proxies  []string

	store *versions.Store
	live  *versions.Live
	bench Bench
	desk  *desk
	gate  *gate
	exams *exams

	counts    *counts.Reader // nil when nobody counts
	haystacks haystacks      // of the search in entries
	refusals  oncePer        // of sign-ins, in the audit
	uploads   uploads        // sheets that somebody looks at

	routes []route
	words  words
	pages  *pages
	static static
	engine *gin.Engine
}

// New builds a console. A page without a template, a template with a text that does not
// exist, or a text that lacks a language is an error here, not in front of a person.
func New(cfg Config) (*Console, error) {
	if cfg.People == nil || cfg.Store == nil || cfg.Live == nil || cfg.Bench.Say == nil || cfg.Now == nil || cfg.Log == nil {
		return nil, errors.New("console: people, store, live, bench, now and log are required")
	}
	if cfg.Meter == nil {
		cfg.Meter = noMeter{}
	}
	c := &Console{people: cfg.People, now: cfg.Now, log: cfg.Log, meter: cfg.Meter, insecure: cfg.Insecure, url: strings.TrimSuffix(cfg.URL, "/"), proxies: cfg.Proxies,
		store: cfg.Store, live: cfg.Live, bench: cfg.Bench,
		desk:  &desk{store: cfg.Store, live: cfg.Live},
		exams: &exams{bench: cfg.Bench}, counts: cfg.Counts,
	}
	c.gate = newGate(cfg, c.desk)
	built, err := builtIn()
	if err != nil {
		return nil, err
	}
	c.words, c.static, c.pages = built.words, built.static, built.pages
	c.routes = c.table()
	if err := c.router(); err != nil {
		return nil, err
	}
	return c, nil
}

// ServeHTTP answers one request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.engine.ServeHTTP(w, r) }

// router is the table as gin knows it. What is not in the table is not found, for everybody.
func (c *Console) router() error {
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.ContextWithFallback = true
	if err := engine.SetTrustedProxies(c.proxies); err != nil {
		return fmt.Errorf("console: the proxies: %w", err)
	}
	engine.Use(c.door)
	for _, r := range c.routes {
		engine.Handle(r.method, r.path, c.guard(r))
	}
	engine.NoRoute(c.lost(http.StatusNotFound))
	engine.NoMethod(c.lost(http.StatusMethodNotAllowed))
	c.engine = engine
	return nil
}
