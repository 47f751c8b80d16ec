package console

import (
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
	"zhilu/knowledge/knowledgetest"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

var (
	formField = regexp.MustCompile(`(?s)<input[^>]*>|<textarea[^>]*>.*?</textarea>|<select[^>]*>.*?</select>`)
	fieldName = regexp.MustCompile(`^<[^>]* name="([^"]*)"`)
	fieldAt   = regexp.MustCompile(`^<[^>]* value="([^"]*)"`)
	selected  = regexp.MustCompile(`<option value="([^"]*)" selected`)
	textarea  = regexp.MustCompile(`(?s)^<textarea[^>]*>\n?(.*)</textarea>$`)
)

// formFields are the fields of a form as a browser sends them.
func formFields(form string) []pair {
	var list []pair
	for _, f := range formField.FindAllString(form, -1) {
		name := fieldName.FindStringSubmatch(f)
		if name == nil || strings.Contains(f, `type="checkbox"`) && !strings.Contains(f, " checked") {
			continue
		}
		value := fieldAt
		switch {
		case strings.HasPrefix(f, "<select"):
			value = selected
		case strings.HasPrefix(f, "<textarea"):
			value = textarea
		}
		p := pair{Name: html.UnescapeString(name[1])}
		if m := value.FindStringSubmatch(f); m != nil {
			p.Value = html.UnescapeString(m[1])
		}
		list = append(list, p)
	}
	return list
}

// TestEntryForm: the form of every entry of the base, sent back, changes nothing.
func TestEntryForm(t *testing.T) {
	draft, ps := knowledge.Read(knowledge.Base())
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	for _, e := range draft.Entries {
		f := entryFormOf(e)
		for path, value := range f {
			if key := refused(value, slotOf(t, path)); key != "" {
				t.Errorf("%s: %s would be refused: %s", e.ID, path, key)
			}
			f[path] = value + " " // so that each field is put
		}
		now, wrong := f.apply(e)
		if len(wrong) > 0 {
			t.Errorf("%s: %v", e.ID, wrong)
		}
		if c := knowledge.Diff(&knowledge.Draft{Entries: []*knowledge.Entry{e}}, &knowledge.Draft{Entries: []*knowledge.Entry{now}}); len(c) > 0 {
			t.Errorf("%s: %+v", e.ID, c[0])
		}
	}
}

func slotOf(t *testing.T, path string) slot {
	t.Helper()
	for _, s := range slots {
		if s.path == path {
			return s
		}
	}
	t.Fatal(path)
	return slot{}
}

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{"": "", "\n\n": "", " a ": "a", "a  \n\n b\n": "a\n\n b", "\n a": "a", "一　\n二": "一\n二"} {
		if got := tidy(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// BenchmarkEntriesPage opens the list, a search and an entry in a base of 500 entries.
func BenchmarkEntriesPage(b *testing.B) {
	open := manyEntries(b)
	for _, path := range []string{"/entries", "/entries?q=telefono", "/entries/nfra-12378"} {
		b.Run(path, func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = open(path)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/page")
			b.ReportMetric(float64(size)/1024, "KiB/page")
		})
	}
}

// manyEntries is a console over a base of 500 entries; what it gives opens a page and says how
// large it is.
func manyEntries(b *testing.B) func(path string) int {
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(b).Addr()})
	b.Cleanup(func() { _ = rdb.Close() })
	now := func() time.Time { return time.Date(2026, 8, 3, 6, 5, 0, 0, time.UTC) }
	files := knowledge.Files{}
	for name, data := range knowledgetest.Base() {
		files[name] = data
	}
	draft, _ := knowledge.ReadFiles(files, nil)
	var like []*knowledge.Entry
	for _, e := range draft.Entries {
		if e.Kind == knowledge.Channel || e.Kind == knowledge.Right {
			like = append(like, e)
		}
	}
	for i := 0; len(draft.Entries)+i < 500; i++ {
		e := *like[i%len(like)]
		e.ID, e.Phrases, e.Order = knowledge.ID(fmt.Sprintf("copy-%d", i)), knowledge.Phrases{Zh: []string{fmt.Sprintf("复制品 %d", i)}}, 0
		data, err := knowledge.Encode(&e)
		if err != nil {
			b.Fatal(err)
		}
		files[knowledge.PathOf(&e)] = data
	}
	store := versions.New(rdb, now, versions.NewBase(func() knowledge.Files { return files }))
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	live, err := versions.NewLive(b.Context(), store, nil, log)
	if err != nil {
		b.Fatal(err)
	}
	persons := people.New(rdb, []byte("a secret of a test, 32 bytes long"), now)
	c, err := New(Config{Store: store, Live: live, Bench: testBench(), People: persons, Now: now, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	link, err := persons.Invite(b.Context(), "test", "editor", "Editor", people.Editor)
	if err == nil {
		_, err = persons.Redeem(b.Context(), link, password)
	}
	token, _, err2 := persons.SignIn(b.Context(), "editor", password, "192.0.2.1", "Test browser")
	if err != nil || err2 != nil {
		b.Fatal(err, err2)
	}
	return func(path string) int {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: "__Host-" + sessionCookie, Value: token})
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
		return w.Body.Len()
	}
}
