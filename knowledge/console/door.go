package console

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"

	"github.com/gin-gonic/gin"
)

// door is what every request passes, also one for a path that does not exist: headers, the
// check where it comes from, one line in the log, and what a panic becomes.
func (c *Console) door(g *gin.Context) {
	began := c.now()
	doorHeaders(g.Writer.Header(), c.insecure)
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("console panic", "route", pattern(g), "method", g.Request.Method, "at", frames())
			c.brief(g).fault()
		}
		c.log.Info("console", "route", pattern(g), "method", method(g.Request.Method), "status", g.Writer.Status(),
			"duration_ms", c.now().Sub(began).Milliseconds())
	}()
	if fromElsewhere(g.Request) {
		v := c.brief(g)
		v.answer(v.refuse(http.StatusForbidden, "refused.elsewhere"))
		g.Abort()
		return
	}
	g.Next()
}

// doorHeaders are on every answer. Nothing inline runs, nothing comes from or goes to another
// place, and nothing of a page stays in the browser's store. OWASP ASVS 5.0, 3.4.
func doorHeaders(h http.Header, insecure bool) {
	for k, v := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
			"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Cache-Control":                "no-store",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
	} {
		h.Set(k, v)
	}
	if !insecure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

var crossOrigin = http.NewCrossOriginProtection()

// fromElsewhere reports an unsafe request that another site made a browser send, or one that
// does not say where it comes from: every browser since 2020 sends one of the two headers.
func fromElsewhere(r *http.Request) bool {
	if safe(r.Method) {
		return false
	}
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return true
	}
	return crossOrigin.Check(r) != nil
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// pattern is the route as the table writes it: a path may hold a token.
func pattern(g *gin.Context) string {
	if p := g.FullPath(); p != "" {
		return p
	}
	return "none"
}

// method keeps out of the log what a client made up.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodPatch:
		return m
	default:
		return "other"
	}
}

// frames names the functions of ours that a panic went through: no values, no messages.
func frames() []string {
	pc := make([]uintptr, 32)
	all := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	var names []string
	for {
		f, more := all.Next()
		if strings.HasPrefix(f.Function, "zhilu/") {
			names = append(names, fmt.Sprintf("%s:%d", f.Function, f.Line))
		}
		if !more || len(names) == 8 {
			return names
		}
	}
}

// lost answers what is not in the table, alike for everybody.
func (c *Console) lost(status int) gin.HandlerFunc {
	return func(g *gin.Context) {
		v := c.brief(g)
		if err := c.identify(v); err != nil {
			c.log.Warn("console session", "error", class(err))
		}
		v.answer(&refusal{status: status})
	}
}
