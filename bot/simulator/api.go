package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The paths that the API serves. FailNext and Config.Quotas take them.
const (
	pathToken       = "/cgi-bin/token"
	pathStable      = "/cgi-bin/stable_token"
	pathSend        = "/cgi-bin/message/custom/send"
	pathTyping      = "/cgi-bin/message/custom/typing"
	pathMenuCreate  = "/cgi-bin/menu/create"
	pathMenuGet     = "/cgi-bin/menu/get"
	pathMenuDelete  = "/cgi-bin/menu/delete"
	pathConditional = "/cgi-bin/menu/addconditional"
	pathCallbackIP  = "/cgi-bin/getcallbackip"
	pathDomainIP    = "/cgi-bin/get_api_domain_ip"
	pathTags        = "/cgi-bin/tags/get"
	pathTemplates   = "/cgi-bin/template/get_all_private_template"

	forcedRefresh = "force_refresh"
)

const (
	beijing    = 8 * time.Hour
	maxAPIBody = 1 << 20
)

// endpoint is one call of the API. run holds the lock and does no I/O.
type endpoint struct {
	method string
	token  bool // needs an access token
	needs  ability
	run    func(p *Platform, r *http.Request, body []byte) (any, error)
}

var endpoints = map[string]endpoint{
	pathToken:       {http.MethodGet, false, always, (*Platform).getToken},
	pathStable:      {http.MethodPost, false, always, (*Platform).getStableToken},
	pathSend:        {http.MethodPost, true, customerService, (*Platform).customSend},
	pathTyping:      {http.MethodPost, true, customerService, (*Platform).customTyping},
	pathMenuCreate:  {http.MethodPost, true, customMenu, (*Platform).createMenu},
	pathMenuGet:     {http.MethodGet, true, customMenu, (*Platform).getMenu},
	pathMenuDelete:  {http.MethodGet, true, customMenu, (*Platform).deleteMenu},
	pathConditional: {http.MethodPost, true, conditionalMenu, (*Platform).addConditional},
	pathCallbackIP:  {http.MethodGet, true, always, (*Platform).ownIPs},
	pathDomainIP:    {http.MethodGet, true, always, (*Platform).ownIPs},
	pathTags:        {http.MethodGet, true, userTags, (*Platform).noTags},
	pathTemplates:   {http.MethodGet, true, templateMessages, (*Platform).noTemplates},
}

// API is the platform's side of the calls that a bot makes: point the bot's API
// address at it. Like the platform it answers 200 with an errcode inside. It
// serves token, stable_token, message/custom/send and typing, menu/create, get,
// delete and addconditional, getcallbackip and get_api_domain_ip, tags/get and
// template/get_all_private_template (both empty), all under /cgi-bin/.
func (p *Platform) API() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAPIBody))
		var out any
		if err != nil {
			err = apiError{47001, ""}
		} else {
			out, err = p.call(r, body)
		}
		if err != nil {
			out = p.errorBody(err)
		}
		w.Header().Set("Content-Type", "application/json; encoding=utf-8")
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(out) // the caller has gone: nobody to tell
	})
}

// FailNext makes the next calls of path (such as /cgi-bin/message/custom/send)
// fail with these error codes, one call each, whatever they ask.
func (p *Platform) FailNext(path string, errcodes ...int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fails[path] = append(p.fails[path], errcodes...)
}

func (p *Platform) call(r *http.Request, body []byte) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	path := r.URL.Path
	e, ok := endpoints[path]
	if !ok {
		return nil, apiError{40066, ""}
	}
	if next := p.fails[path]; len(next) > 0 {
		p.fails[path] = next[1:]
		return nil, apiError{next[0], "injected"}
	}
	if err := p.admit(e, r); err != nil {
		return nil, err
	}
	if e.token && !p.spend(path) { // the token calls count once they know who asks
		return nil, apiError{45009, ""}
	}
	return e.run(p, r, body)
}

// admit checks method, token and what the account may do, in this order.
func (p *Platform) admit(e endpoint, r *http.Request) error {
	switch {
	case e.method == http.MethodGet && r.Method != http.MethodGet:
		return apiError{43001, ""}
	case e.method == http.MethodPost && r.Method != http.MethodPost:
		return apiError{43002, ""}
	}
	if e.token {
		if code := p.tokens.check(r.URL.Query().Get("access_token"), p.now()); code != 0 {
			return apiError{code, ""}
		}
	}
	if !slices.Contains(abilities[p.cfg.Kind], e.needs) {
		return apiError{48001, ""}
	}
	return nil
}

// apiError is an errcode and what it is about.
type apiError struct {
	code int
	hint string
}

func (e apiError) Error() string {
	text := errorTexts[e.code]
	if text == "" {
		text = "error"
	}
	switch {
	case e.code == 40164 && e.hint != "": // here the platform puts what it is about into the sentence
		text = fmt.Sprintf("invalid ip %s ipv6 ::ffff:%s, not in whitelist", e.hint, e.hint)
	case e.hint != "":
		text += " hint: [" + e.hint + "]"
	}
	return text
}

func (p *Platform) errorBody(err error) any {
	e := apiError{code: -1}
	errors.As(err, &e)
	return map[string]any{"errcode": e.code, "errmsg": fmt.Sprintf("%s rid: sim-%x", e.Error(), p.random(4))}
}

var succeeded = map[string]any{"errcode": 0, "errmsg": "ok"}

func (p *Platform) ownIPs(*http.Request, []byte) (any, error) {
	return map[string]any{"ip_list": []string{"127.0.0.1"}}, nil
}

func (p *Platform) noTags(*http.Request, []byte) (any, error) {
	return map[string]any{"tags": []any{}}, nil
}

func (p *Platform) noTemplates(*http.Request, []byte) (any, error) {
	return map[string]any{"template_list": []any{}}, nil
}

// decode reads a JSON body. The escapes that Go writes for <, > and & by default
// were seen on phones as these very six characters, so they stay such here.
func decode(body []byte, into any) error {
	for _, esc := range []string{`\u003c`, `\u003e`, `\u0026`} {
		body = []byte(strings.ReplaceAll(string(body), esc, `\`+esc))
	}
	if json.Unmarshal(body, into) != nil {
		return apiError{47001, ""}
	}
	return nil
}
