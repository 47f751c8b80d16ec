package console

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhilu/knowledge"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/versions"
)

// missesShown is how many messages one page lists.
const missesShown = 50

// unansweredPage lists the messages that nobody could answer.
type unansweredPage struct {
	Off     bool // nothing is counted
	Any     bool // there are messages, though none may pass the filters
	Tabs    []missTab
	Lang    field
	Langs   []option
	Search  field
	Show    string
	Rows    []missRow
	Found   int
	Older   string // address of the next page
	Newer   string
	Cut     bool // a search found more than are listed
	OldBase bool // the draft has faults: the last columns speak of what is live
}

type missTab struct {
	Path, Name string
	Count      int
	Here       bool
}

// missRow is one message in the list.
type missRow struct {
	counts.Miss
	Language string
	Speech   knowledge.Lang // for the attribute lang
	Got      string         // what it gets now; "" for nothing
	Handled  string
}

// unansweredPage shows the list. A search is posted, so that no word of a message gets into an
// address.
func (c *Console) unansweredPage(v *visit) error {
	page := unansweredPage{Off: c.counts == nil}
	if page.Off {
		return v.show("unanswered", page)
	}
	all, err := c.counts.Misses(v.ctx())
	if err != nil {
		return noCounts(err)
	}
	s, err := v.look()
	if err != nil {
		return err
	}
	ask := v.query
	if v.route.method == post {
		ask, page.Search = v.posted, v.field("search")
	}
	page.Any, page.Show = len(all) > 0, "open"
	if ask("show") == "handled" {
		page.Show = "handled"
	}
	page.Langs = []option{{"", v.say("unanswered.every_language")}}
	for _, l := range []knowledge.Lang{knowledge.ZhHans, knowledge.ZhHant, knowledge.Es, knowledge.En} {
		page.Langs = append(page.Langs, option{string(l), l.Title(v.lang)})
	}
	if slices.ContainsFunc(page.Langs, func(o option) bool { return o.Value == ask("lang") }) {
		page.Lang.Value = ask("lang")
	}
	page.tabs(v, all)
	page.list(v, s, all, ask("page"))
	return v.show("unanswered", page)
}

func (page *unansweredPage) tabs(v *visit, all []counts.Miss) {
	handled := 0
	for _, m := range all {
		if m.Done != "" {
			handled++
		}
	}
	for _, t := range []missTab{{"open", "unanswered.open", len(all) - handled, false}, {"handled", "unanswered.handled", handled, false}} {
		page.Tabs = append(page.Tabs, missTab{Path: missesAt(t.Path, page.Lang.Value, 1), Name: v.say(t.Name), Count: t.Count, Here: t.Path == page.Show})
	}
}

// missesAt is the address of a list; nothing in it was typed.
func missesAt(show, lang string, page int) string {
	to := "/unanswered?show=" + show
	if lang != "" {
		to += "&lang=" + lang
	}
	if page > 1 {
		to += "&page=" + strconv.Itoa(page)
	}
	return to
}

func (page *unansweredPage) list(v *visit, s *snapshot, all []counts.Miss, at string) {
	needle := strings.ToLower(page.Search.Value)
	var found []counts.Miss
	for _, m := range all {
		if (m.Done != "") == (page.Show == "handled") && (page.Lang.Value == "" || m.Lang == page.Lang.Value) && strings.Contains(strings.ToLower(m.Text), needle) {
			found = append(found, m)
		}
	}
	page.Found = len(found)
	n, _ := strconv.Atoi(at)
	n = max(1, min(n, (len(found)+missesShown-1)/missesShown))
	if needle != "" {
		n, page.Cut = 1, len(found) > missesShown
	} else {
		if n > 1 {
			page.Newer = missesAt(page.Show, page.Lang.Value, n-1)
		}
		if len(found) > n*missesShown {
			page.Older = missesAt(page.Show, page.Lang.Value, n+1)
		}
	}
	rel, drafted := v.console.answering(s)
	page.OldBase = !drafted
	for _, m := range found[min(len(found), (n-1)*missesShown):min(len(found), n*missesShown)] {
		row := missRow{Miss: m, Language: langTitle(v, m.Lang), Speech: knowledge.Lang(m.Lang), Got: v.gets(s, rel, m.Text)}
		if m.Done != "" {
			row.Handled = v.say("unanswered.done_" + m.Done)
		}
		page.Rows = append(page.Rows, row)
	}
}

// langTitle names the language of a message; a message may have none that the bot knows.
func langTitle(v *visit, lang string) string {
	for _, l := range []knowledge.Lang{knowledge.ZhHans, knowledge.ZhHant, knowledge.Es, knowledge.En} {
		if string(l) == lang {
			return l.Title(v.lang)
		}
	}
	return v.say("unanswered.no_language")
}

// answering is the release that says what a message gets now: the draft, or what is live while
// the draft has faults.
func (c *Console) answering(s *snapshot) (rel *knowledge.Release, drafted bool) {
	if rel := c.desk.compiled(s); rel != nil {
		return rel, true
	}
	return c.live.Release(), false
}

// gets is what a message gets, by name; "" for nothing.
func (v *visit) gets(s *snapshot, rel *knowledge.Release, text string) string {
	label := v.console.bench.Route(rel, text)
	switch e := s.entries[knowledge.ID(label)]; {
	case label == v.console.bench.Unanswered:
		return ""
	case e != nil:
		return v.name(s, e)
	}
	return label
}

// name is what an entry is called, or else its id.
func (v *visit) name(s *snapshot, e *knowledge.Entry) string {
	return cmp.Or(s.name(e, v.lang, v.console.now()), string(e.ID))
}

// noCounts is the error of a reader for a person: the counts are away like any store.
func noCounts(err error) error { return fmt.Errorf("%w: %w", versions.ErrUnavailable, err) }

// miss is the message of the path.
func (c *Console) miss(v *visit) (counts.Miss, error) {
	if c.counts == nil {
		return counts.Miss{}, v.refuse(http.StatusNotFound, "unanswered.off")
	}
	m, err := c.counts.Miss(v.ctx(), v.param("key"))
	if errors.Is(err, counts.ErrNotFound) {
		return m, v.refuse(http.StatusNotFound, "unanswered.gone")
	}
	if err != nil {
		return m, noCounts(err)
	}
	return m, nil
}

// waiting is the message of the path, of which nobody has made anything yet. What was typed is
// kept when somebody was faster.
func (c *Console) waiting(v *visit) (counts.Miss, error) {
	m, err := c.miss(v)
	if err == nil && m.Done != "" {
		err = &refusal{status: http.StatusConflict, key: "unanswered.already", args: []any{m.By}, held: v.hold()}
	}
	return m, err
}

// resolve marks a message as handled, after the deed. That it went meanwhile, or that the mark
// could not be made, does not undo what was saved; the person is told.
func (v *visit) resolve(m counts.Miss, how, to, key string, args ...any) error {
	err := v.console.counts.Resolve(v.ctx(), m.Key, how, v.who.Login)
	if err != nil && !errors.Is(err, counts.ErrNotFound) {
		v.console.log.Error("miss not marked", "error", class(err))
		return v.redirect(to, "unanswered.not_marked")
	}
	return v.redirect(to, key, args...)
}
