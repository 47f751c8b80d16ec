package simulator

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"sync"
)

//go:embed page
var pageFiles embed.FS

// tryLanguages are the languages of the chat page's own labels; the first is the
// default. The bot's language is another matter.
var tryLanguages = []string{"zh", "es", "en"}

const (
	tryUsers    = 200 // tabs remembered
	tryInFlight = 32  // messages under way at once
)

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// try is the chat page: one WeChat user for each browser tab.
type try struct {
	p       *Platform
	page    *template.Template
	strings map[string]string // language → JSON of the labels
	slots   chan struct{}

	mu   sync.Mutex
	tabs *lru[*tab]
}

// Try is a chat page for the browser that shows the account as a phone would;
// every message takes the whole way over HTTP to the webhook and back. It
// serves everything below prefix, such as "/try/", and must be reached there:
//
//	mux.Handle("/try/", p.Try("/try/"))
//
// Every browser tab is one user, as long as it is open; nothing is stored but
// the last message of the last 200 tabs, in memory. There is no sign-in: show
// the page only to people who may talk to the bot.
//
// The page's JSON calls are POST {prefix}send and POST {prefix}poll; their
// bodies and answers are the types sendCall, sendAnswer, pollCall, pollAnswer.
//
// For browser tests: #log holds the conversation, .bubble.out the user's side,
// .bubble.in the account's, .notice.fault the platform's fault notice, .note the
// page's own remarks. A bubble's text is exactly the message. a.tap[data-id]
// [data-send] is a tappable option, a.link a link. #text and #send write;
// #more opens #tray with #follow, #unfollow, #picture, #voice, #sticker,
// #location, #again, #new-user and #details (shows .detail under each message,
// with [data-outcome] and the fields .query, .sent, .posted, .got, .opened).
// #lang-zh, #lang-es and #lang-en switch the labels. #log has aria-busy="true"
// while an answer is outstanding.
func (p *Platform) Try(prefix string) http.Handler {
	t := &try{
		p:       p,
		page:    template.Must(template.ParseFS(pageFiles, "page/index.html")),
		strings: map[string]string{},
		slots:   make(chan struct{}, tryInFlight),
		tabs:    newLRU[*tab](tryUsers),
	}
	for _, lang := range tryLanguages {
		t.strings[lang] = compactStrings(lang)
	}
	prefix = "/" + strings.Trim(prefix, "/")
	if prefix == "/" {
		return t.routes()
	}
	outer := http.NewServeMux()
	outer.Handle(prefix, http.RedirectHandler(prefix+"/", http.StatusMovedPermanently))
	outer.Handle(prefix+"/", http.StripPrefix(prefix, t.routes()))
	return outer
}

func (t *try) routes() http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	static := http.FileServerFS(files)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", t.index)
	for _, name := range []string{"app.js", "view.js", "style.css", "icon.svg"} {
		mux.Handle("GET /"+name, static)
	}
	mux.HandleFunc("POST /send", t.send)
	mux.HandleFunc("POST /poll", t.poll)
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		guarded.ServeHTTP(w, r)
	})
}

// index serves the page in the language of ?lang= or of the browser. All labels
// of all languages travel with it, so that switching keeps the conversation.
func (t *try) index(w http.ResponseWriter, r *http.Request) {
	lang := pageLanguage(r)
	labels := map[string]string{}
	if err := json.Unmarshal([]byte(t.strings[lang]), &labels); err != nil {
		panic(err) // read once already
	}
	all := make([]string, len(tryLanguages))
	for i, l := range tryLanguages {
		all[i] = fmt.Sprintf("%q:%s", l, t.strings[l])
	}
	var b bytes.Buffer
	err := t.page.Execute(&b, map[string]any{
		"Lang": lang, "Name": t.p.cfg.Name, "T": labels, "Strings": "{" + strings.Join(all, ",") + "}",
	})
	if err != nil {
		http.Error(w, "page", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

func pageLanguage(r *http.Request) string {
	wanted := r.URL.Query().Get("lang") + "," + r.Header.Get("Accept-Language")
	for part := range strings.SplitSeq(wanted, ",") {
		part = strings.ToLower(strings.TrimSpace(part))
		for _, lang := range tryLanguages {
			if part == lang || strings.HasPrefix(part, lang+"-") || strings.HasPrefix(part, lang+";") {
				return lang
			}
		}
	}
	return tryLanguages[0]
}

// compactStrings reads a label file; a broken one is a broken build.
func compactStrings(lang string) string {
	raw, err := pageFiles.ReadFile("page/strings/" + lang + ".json")
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		panic(fmt.Errorf("page/strings/%s.json: %w", lang, err))
	}
	return b.String()
}
