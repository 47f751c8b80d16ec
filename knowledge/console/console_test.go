package console

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/gin-gonic/gin"
	"github.com/pquerna/otp/totp"
	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/knowledgetest"
	"zhilu/knowledge/people"
	"zhilu/knowledge/people/peopletest"
	"zhilu/knowledge/versions"
)

// What every test of the console uses: a console over miniredis, people who are signed in,
// and a client that behaves like a browser.

func init() {
	gin.SetMode(gin.TestMode)
	peopletest.CheapPasswords() // the tests sign in hundreds of times
}

// site is a console under test.
type site struct {
	*Console
	redis *miniredis.Miniredis
	clock *clock
	log   *bytes.Buffer
}

// clock is a time that a test moves by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// testBase is the built-in base of the tests; it is compiled once.
var testBase = versions.NewBase(knowledgetest.Base)

// newConsole starts a console as it runs behind https; change may alter its configuration.
func newConsole(t *testing.T, change ...func(*Config)) *site {
	t.Helper()
	s := &site{redis: miniredis.RunT(t), clock: &clock{at: time.Date(2026, 8, 3, 6, 5, 0, 0, time.UTC)}, log: &bytes.Buffer{}}
	rdb := redis.NewClient(&redis.Options{Addr: s.redis.Addr(), MaxRetries: -1})
	t.Cleanup(func() { _ = rdb.Close() })
	store := versions.New(rdb, s.clock.now, testBase)
	live, err := versions.NewLive(t.Context(), store, nil, slog.New(slog.DiscardHandler))
	ok(t, err)
	cfg := Config{Store: store, Live: live, Bench: testBench(), People: people.New(rdb, []byte("a secret of a test, 32 bytes long"), s.clock.now), Now: s.clock.now,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&cfg)
	}
	if s.Console, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	return s
}

// password is what every person of the tests has.
const password = "seven purple kettles sing"

// signIn makes a person of a role and gives their browser: signed in, for reviewers and above
// with the second factor. The login is the role.
func (s *site) signIn(t *testing.T, role people.Role) *client {
	t.Helper()
	return s.signInAs(t, string(role), role.Includes(people.Reviewer))
}

// signInAs signs somebody in whose role is the first part of the login: editor, editor-2.
func (s *site) signInAs(t *testing.T, login string, factor bool) *client {
	t.Helper()
	role, _, _ := strings.Cut(login, "-")
	name := strings.ToUpper(login[:1]) + login[1:]
	s.join(t, login, name, people.Role(role))
	token, _, err := s.people.SignIn(t.Context(), login, password, "192.0.2.1", "Test browser")
	ok(t, err)
	if factor {
		_, secret, err := s.people.BeginTOTP(t.Context(), token)
		ok(t, err)
		token, _, err = s.people.FinishTOTP(t.Context(), token, s.code(t, secret))
		ok(t, err)
	}
	c := s.visitor(t)
	c.cookies[c.name(sessionCookie)] = token
	return c
}

// join makes a person with a password.
func (s *site) join(t *testing.T, login, name string, role people.Role) {
	t.Helper()
	link, err := s.people.Invite(t.Context(), "test", login, name, role)
	ok(t, err)
	_, err = s.people.Redeem(t.Context(), link, password)
	ok(t, err)
}

// code is the present one-time code of a secret.
func (s *site) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, s.clock.now())
	ok(t, err)
	return code
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// client is a browser: it keeps cookies and says where its requests come from.
type client struct {
	t       *testing.T
	site    *site
	cookies map[string]string
	header  http.Header // sent with every request
	addr    string      // where it is, when that matters
}

// visitor is a browser of somebody signed out, who reads English.
func (s *site) visitor(t *testing.T) *client {
	return &client{t: t, site: s, cookies: map[string]string{}, header: http.Header{"Accept-Language": {"en"}}}
}

func (c *client) name(cookie string) string {
	if c.site.insecure {
		return cookie
	}
	return "__Host-" + cookie
}

// token is the session of this browser, empty when signed out.
func (c *client) token() string { return c.cookies[c.name(sessionCookie)] }

// page is an answer.
type page struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   string
}

// get opens a page.
func (c *client) get(path string) page {
	c.t.Helper()
	return c.send(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form as a page of the console would: with its token, from the same place.
// Fields are name, value, name, value.
func (c *client) post(path string, fields ...string) page {
	c.t.Helper()
	form := url.Values{"csrf": {c.csrf()}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return c.send(formRequest(path, form))
}

// formRequest is a form from the same place.
func formRequest(path string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// csrf is the token of the forms of this browser.
func (c *client) csrf() string {
	c.t.Helper()
	if t := c.token(); t != "" {
		return c.site.people.CSRF(t)
	}
	if c.cookies[c.name(visitCookie)] == "" { // as if a page with a form had been opened
		c.cookies[c.name(visitCookie)] = base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	}
	return c.site.people.CSRF(c.cookies[c.name(visitCookie)])
}

// send sends any request with the cookies of this browser and keeps those of the answer.
func (c *client) send(r *http.Request) page {
	c.t.Helper()
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for name, values := range c.header {
		if r.Header.Get(name) == "" {
			r.Header[name] = values
		}
	}
	if c.addr != "" {
		r.RemoteAddr = c.addr
	}
	w := httptest.NewRecorder()
	c.site.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
			continue
		}
		c.cookies[cookie.Name] = cookie.Value
	}
	p := page{c.t, w.Code, w.Result().Header, w.Body.String()}
	if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		for _, fault := range checkHTML(p.Body) {
			c.t.Errorf("%s %s: %s", r.Method, r.URL.Path, fault)
		}
	}
	return p
}

// follow opens the page a redirect leads to.
func (c *client) follow(p page) page {
	c.t.Helper()
	p.want(http.StatusSeeOther)
	return c.get(p.Header.Get("Location"))
}

// want checks the status and that the page says all the texts.
func (p page) want(status int, texts ...string) page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("status %d, want %d: %s", p.Status, status, p.brief())
	}
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(p.Body), text) {
			p.t.Errorf("%q is missing in: %s", text, p.brief())
		}
	}
	return p
}

// not checks that the page does not say a text.
func (p page) not(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(html.UnescapeString(p.Body), text) {
			p.t.Errorf("%q is in: %s", text, p.brief())
		}
	}
	return p
}

// find gives the first group of an expression in the page.
func (p page) find(expression string) string {
	p.t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(p.Body)
	if m == nil {
		p.t.Fatalf("%s does not match: %s", expression, p.brief())
	}
	return html.UnescapeString(m[1])
}

var tags = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`)

// brief is the text of the main part in short, for messages.
func (p page) brief() string {
	body := p.Body
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, " "))), " ")
	return fmt.Sprintf("[%d %s] %s", p.Status, p.Header.Get("Location"), cutRunes(text, 200))
}

// testBench stands for the dialog: it answers with the text of the entry that a message leads
// to. A transcript is lines of "> message", "< answer" and "= status".
func testBench() Bench {
	say := func(rel *knowledge.Release, message string, now time.Time) Turn {
		lang := cmp.Or(knowledge.DetectLang(message), knowledge.ZhHans)
		label := rel.Match(message).Label
		if label == "" || rel.Off().Card {
			return Turn{message, rel.In(lang, now).Text(knowledge.MsgHotlines), "menu none " + string(lang)}
		}
		return Turn{message, rel.In(lang, now).Text(label), "entry " + string(label) + " " + string(lang)}
	}
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, knowledge.Beijing)
	play := func(rel *knowledge.Release, text string) ([]Turn, error) {
		var turns []Turn
		now := now
		for n, line := range strings.Split(strings.TrimSpace(text), "\n") {
			switch {
			case strings.HasPrefix(line, "# now "):
				at, known := readClock(line[6:])
				if now = at; !known {
					return nil, fmt.Errorf("line %d: no time", n+1)
				}
			case strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "> ") && rel != nil:
				turns = append(turns, say(rel, line[2:], now))
			case strings.HasPrefix(line, "> "):
				turns = append(turns, Turn{Event: line[2:]})
			case strings.HasPrefix(line, "<") && len(turns) > 0:
				if t := &turns[len(turns)-1]; rel == nil {
					t.Text = strings.TrimPrefix(t.Text+"\n"+strings.TrimPrefix(line[1:], " "), "\n")
				}
			case strings.HasPrefix(line, "= ") && len(turns) > 0:
				if rel == nil {
					turns[len(turns)-1].Status = line[2:]
				}
			default:
				return nil, fmt.Errorf("line %d: a line starts with >, < or =", n+1)
			}
		}
		return turns, nil
	}
	return Bench{
		Play: play,
		Say: func(rel *knowledge.Release, _ []byte, event string, at time.Time) (Said, error) {
			t := say(rel, event, at)
			fields := strings.Fields(t.Status)
			return Said{State: []byte("{}"), Text: t.Text, Plain: t.Text, Status: t.Status, Where: fields[0], Intent: fields[1], Lang: knowledge.Lang(fields[2]),
				Options: []Option{{Key: "1", Label: "菜单", Event: "菜单"}}}, nil
		},
		Record: func(rel *knowledge.Release, text string) (string, error) {
			turns, err := play(rel, text)
			var b strings.Builder
			above := linesAbove(text)
			for i, t := range turns {
				for _, l := range above[i] {
					fmt.Fprintf(&b, "# %s\n", strings.TrimSpace(l.Note+map[bool]string{true: "now " + l.Now}[l.Now != ""]+map[bool]string{true: "later " + l.Later}[l.Later != ""]))
				}
				fmt.Fprintf(&b, "> %s\n< %s\n= %s\n", t.Event, strings.ReplaceAll(t.Text, "\n", "\n< "), t.Status)
			}
			return b.String(), err
		},
		Golden: func() map[string]string { return map[string]string{"hotline": "> 12378\n", "threats": "> 威胁\n"} },
		Crisis: func(*knowledge.Release) ([]string, int) { return nil, 2 },
		Measure: func(rel *knowledge.Release) Figures {
			var f Figures
			for i, text := range []string{"12378", "12345", "威胁"} {
				got := string(rel.Match(text).Label)
				f.Rows = append(f.Rows, Row{ID: fmt.Sprint(i), Text: text, Expect: got, Got: got, Lang: knowledge.ZhHans, Right: true})
				f.All.Right, f.All.All = f.All.Right+1, f.All.All+1
			}
			return f
		},
		Route: func(rel *knowledge.Release, message string) string {
			return cmp.Or(string(rel.Match(message).Label), "none")
		},
		Danger: func(message string) (knowledge.ID, string) {
			if strings.Contains(message, "不想活") {
				return knowledge.SelfHarm, "A rule of the tests"
			}
			return "", ""
		},
		Falls:      func(before, after Figures) bool { return before.All.Right-after.All.Right > 1 },
		Unanswered: "none",
	}
}
