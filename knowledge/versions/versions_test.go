package versions_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"zhilu/dialog/session/redistest"
	"zhilu/knowledge"
	"zhilu/knowledge/knowledgetest"
	"zhilu/knowledge/versions"
)

var builtIn = versions.NewBase(knowledgetest.Base)

const hotline = "channel/nfra-12378.yaml"

// eachRedis runs a test on the embedded Redis and on a real server.
func eachRedis(t *testing.T, test func(*testing.T, redis.UniversalClient)) {
	t.Run("embedded", func(t *testing.T) {
		rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
		t.Cleanup(func() { rdb.Close() })
		test(t, rdb)
	})
	t.Run("server", func(t *testing.T) {
		rdb := redistest.Start(t).PatientClient()
		t.Cleanup(func() { rdb.Close() })
		test(t, rdb)
	})
}

var clock = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newStore(rdb redis.UniversalClient) *versions.Store {
	return versions.New(rdb, func() time.Time { return clock }, builtIn)
}

var (
	lin = versions.Actor{Login: "lin", Role: "editor"}
	ana = versions.Actor{Login: "ana", Role: "reviewer"}
)

// swap gives a file of the base with something replaced.
func swap(t *testing.T, path, old, now string) []byte {
	t.Helper()
	out := bytes.ReplaceAll(knowledgetest.Base()[path], []byte(old), []byte(now))
	if bytes.Equal(out, knowledgetest.Base()[path]) {
		t.Fatalf("%s does not hold %q", path, old)
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustBe(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func save(t *testing.T, s *versions.Store, by versions.Actor, path string, rev int, data []byte) {
	t.Helper()
	must(t, s.Save(t.Context(), by, []versions.File{{Path: path, Rev: rev, Data: data}}, "why"))
}

// publication is the draft as a gate would hand it over.
func publication(t *testing.T, s *versions.Store) versions.Publication {
	t.Helper()
	d, err := s.Draft(t.Context())
	must(t, err)
	p, err := s.Active(t.Context())
	must(t, err)
	base, err := s.Files(t.Context(), d.Base)
	must(t, err)
	files := d.Over(base)
	parsed, ps := knowledge.ReadFiles(files, nil)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return versions.Publication{Draft: parsed, Files: files, Counter: d.Counter, Epoch: p.Epoch, Reason: "number corrected"}
}

func phone(t *testing.T, l *versions.Live) string {
	t.Helper()
	return l.Release().Entry("nfra-12378").Facts["phone"].Value
}

func newLive(t *testing.T, s *versions.Store, a *versions.Archive) *versions.Live {
	t.Helper()
	l, err := versions.NewLive(t.Context(), s, a, slog.New(slog.DiscardHandler))
	must(t, err)
	return l
}

// TestStory is the life of a correction: saved, stale for another, published by a second
// person, live on two instances, rolled back, switched off.
func TestStory(t *testing.T) {
	eachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		ctx, s := t.Context(), newStore(rdb)
		here, there := newLive(t, s, nil), newLive(t, newStore(rdb), nil)
		if phone(t, here) != "12378" || here.Serving().Pointer.ID != "" {
			t.Fatal("the built-in base is not live")
		}
		right := swap(t, hotline, `value: "12378"`, `value: "12379"`)
		save(t, s, lin, hotline, 0, right)
		var stale *versions.ErrStale
		err := s.Save(ctx, ana, []versions.File{{Path: hotline, Rev: 0, Data: swap(t, hotline, "12378", "12370")}}, "")
		if !errors.As(err, &stale) || stale.Now.Who != "lin" || !bytes.Equal(stale.Now.Data, right) {
			t.Fatalf("a stale save: %v", err)
		}
		mustBe(t, s.Save(ctx, ana, []versions.File{{Path: hotline, Rev: 1, Data: right}}, ""), versions.ErrNothing)

		pub := publication(t, s)
		var second *versions.ErrSecond
		if _, err := s.Publish(ctx, lin, pub); !errors.As(err, &second) || !slices.Equal(second.Paths, []string{hotline}) {
			t.Fatalf("published by its author: %v", err)
		}
		p, err := s.Publish(ctx, ana, pub)
		must(t, err)
		if p.Number != 2 || p.Epoch != 1 || p.ID != pub.Draft.Digest() {
			t.Fatalf("%+v", p)
		}
		for _, l := range []*versions.Live{here, there} {
			must(t, l.Refresh(ctx))
			if phone(t, l) != "12379" || l.Trouble() != "" {
				t.Fatal("the correction is not live")
			}
		}
		d, err := s.Draft(ctx)
		must(t, err)
		if len(d.Changes) != 0 || d.Base != p.ID {
			t.Fatalf("after publishing the draft is %+v", d)
		}
		if _, err = s.Publish(ctx, ana, pub); !errors.Is(err, versions.ErrMoved) {
			t.Fatalf("published twice: %v", err)
		}

		_, err = s.Activate(ctx, ana, 1, 0, "wrong")
		mustBe(t, err, versions.ErrMoved)
		p, err = s.Activate(ctx, ana, 1, p.Epoch, "wrong after all")
		must(t, err)
		must(t, there.Refresh(ctx))
		if phone(t, there) != "12378" {
			t.Fatal("the way back did not lead back")
		}
		p, err = s.Switch(ctx, ana, knowledge.Off{Entries: []knowledge.ID{"nfra-12378"}}, p.Epoch, "line is dead")
		must(t, err)
		must(t, there.Refresh(ctx))
		if !there.Release().Silenced("nfra-12378") || p.Number != 1 {
			t.Fatal("not switched off")
		}
		_, err = s.Switch(ctx, ana, knowledge.Off{Entries: []knowledge.ID{knowledge.SelfHarm}}, p.Epoch, "no")
		mustBe(t, err, versions.ErrNotFound)

		must(t, s.Record(ctx, lin, versions.Audit{Action: "release.publish", Result: "refused"}))
		must(t, s.VerifyAudit(ctx))
		log, err := s.Audit(ctx, 0, 10)
		must(t, err)
		var actions []string
		for _, a := range log {
			actions = append(actions, a.Action)
		}
		if got := strings.Join(actions, " "); got != "release.publish switch release.activate release.publish draft.save" {
			t.Errorf("audit: %s", got)
		}
		history, err := s.History(ctx, hotline)
		must(t, err)
		if len(history) != 2 || history[0].Rev != 1 || history[1].Rev != 0 || !bytes.Equal(history[1].Data, knowledgetest.Base()[hotline]) {
			t.Errorf("history: %d revisions", len(history))
		}
		list, err := s.Releases(ctx)
		must(t, err)
		if len(list) != 2 || list[0].Number != 2 || !slices.Equal(list[0].Authors, []string{"lin"}) {
			t.Errorf("releases: %+v", list)
		}
	})
}

// TestOneOfManyWins: of many who save the same revision, and of many who publish the same
// draft, exactly one does, and the audit chain holds.
func TestOneOfManyWins(t *testing.T) {
	eachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		ctx, s := t.Context(), newStore(rdb)
		won := func(do func(i int) error, lost error) {
			t.Helper()
			errs := make([]error, 8)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() { errs[i] = do(i) })
			}
			wg.Wait()
			n := 0
			for _, err := range errs {
				var stale *versions.ErrStale
				switch {
				case err == nil:
					n++
				case lost == nil && !errors.As(err, &stale), lost != nil && !errors.Is(err, lost):
					t.Errorf("the loser got %v", err)
				}
			}
			if n != 1 {
				t.Fatalf("%d won", n)
			}
		}
		numbers := "34567890"
		var data [][]byte
		for i := range 8 {
			data = append(data, swap(t, hotline, `value: "12378"`, `value: "1239`+numbers[i:i+1]+`"`))
		}
		won(func(i int) error {
			return s.Save(ctx, lin, []versions.File{{Path: hotline, Data: data[i]}}, "")
		}, nil)
		pub := publication(t, s)
		won(func(int) error { _, err := s.Publish(ctx, ana, pub); return err }, versions.ErrMoved)
		must(t, s.VerifyAudit(ctx))
	})
}

func TestNeedsSecond(t *testing.T) {
	old := knowledgetest.Base()[hotline]
	edit := func(change func(*knowledge.Entry)) []byte {
		e, err := knowledge.Decode(old)
		must(t, err)
		change(e)
		out, err := knowledge.Encode(e)
		must(t, err)
		return out
	}
	for name, c := range map[string]struct {
		now  []byte
		want bool
	}{
		"same":     {old, false},
		"phrase":   {edit(func(e *knowledge.Entry) { e.Phrases.Zh = append(e.Phrases.Zh, "金监") }), false},
		"examples": {edit(func(e *knowledge.Entry) { e.Examples.Es = "hola\n" }), false},
		"text":     {edit(func(e *knowledge.Entry) { e.Text.Es += "\nmás" }), true},
		"fact":     {edit(func(e *knowledge.Entry) { f := e.Facts["phone"]; f.Value = "1"; e.Facts["phone"] = f }), true},
		"gone":     {nil, true},
		"broken":   {[]byte("{"), true},
	} {
		if got := versions.NeedsSecond(hotline, old, c.now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !versions.NeedsSecond("channel/new.yaml", nil, old) || versions.NeedsSecond("concepts.yaml", nil, old) {
		t.Error("a new entry needs a second person, concepts do not")
	}
}

func TestEmergency(t *testing.T) {
	eachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		ctx, s := t.Context(), newStore(rdb)
		save(t, s, lin, hotline, 0, swap(t, hotline, `value: "12378"`, `value: "12379"`))
		pub := publication(t, s)
		pub.Emergency = true
		_, err := s.Publish(ctx, lin, pub)
		must(t, err)
		list, err := s.Releases(ctx)
		must(t, err)
		if !list[0].Emergency || list[0].Reviewed != nil {
			t.Fatalf("no red mark: %+v", list[0])
		}
		var second *versions.ErrSecond
		if err := s.MarkReviewed(ctx, lin, 2, ""); !errors.As(err, &second) {
			t.Fatalf("the author reviewed it: %v", err)
		}
		must(t, s.MarkReviewed(ctx, ana, 2, "called the line"))
		mustBe(t, s.MarkReviewed(ctx, ana, 2, ""), versions.ErrNothing)
		list, err = s.Releases(ctx)
		must(t, err)
		if list[0].Reviewed == nil || list[0].Reviewed.Who != "ana" {
			t.Errorf("%+v", list[0])
		}
	})
}

// TestRefusals: what is refused leaves everything as it was.
func TestRefusals(t *testing.T) {
	eachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		ctx, s := t.Context(), newStore(rdb)
		for _, path := range []string{"", "../x.yaml", "channel/../../x.yaml", "nothing/x.yaml", "channel/X.yaml", "channel/x.yml", "channel//x.yaml", "/channel/x.yaml", "channel/x.yaml\x00"} {
			mustBe(t, s.Save(ctx, lin, []versions.File{{Path: path, Data: []byte("x")}}, ""), versions.ErrNotFound)
		}
		mustBe(t, s.Save(ctx, lin, []versions.File{{Path: hotline, Data: make([]byte, 1<<20)}}, ""), versions.ErrNotFound)
		mustBe(t, s.Save(ctx, lin, []versions.File{{Path: hotline, Data: knowledgetest.Base()[hotline]}}, ""), versions.ErrNothing)
		mustBe(t, s.SaveTest(ctx, lin, "../x", "", ""), versions.ErrName)
		mustBe(t, s.DeleteTest(ctx, lin, "x", ""), versions.ErrNotFound)
		_, err := s.Activate(ctx, ana, 7, 0, "why")
		mustBe(t, err, versions.ErrNotFound)
		_, err = s.Switch(ctx, ana, knowledge.Off{Card: true}, 0, "")
		mustBe(t, err, versions.ErrReason)
		_, err = s.Publish(ctx, ana, publication(t, s))
		mustBe(t, err, versions.ErrNothing)
		if n, err := rdb.Exists(ctx, "kb:{kb}:active", "kb:{kb}:audit", "kb:{kb}:draft").Result(); n != 0 || err != nil {
			t.Errorf("something was written: %d %v", n, err)
		}
	})
}

// TestDamage: a release that is not what its id says is never served.
func TestDamage(t *testing.T) {
	eachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		ctx, s := t.Context(), newStore(rdb)
		l := newLive(t, newStore(rdb), nil)
		save(t, s, lin, hotline, 0, swap(t, hotline, `value: "12378"`, `value: "12379"`))
		p, err := s.Publish(ctx, ana, publication(t, s))
		must(t, err)
		other := maps.Clone(knowledgetest.Base())
		other[hotline] = swap(t, hotline, `value: "12378"`, `value: "00000"`)
		packed, err := other.Pack()
		must(t, err)
		for name, bad := range map[string][]byte{"another content": packed, "no archive": []byte("x"), "cut": packed[:len(packed)/2]} {
			must(t, rdb.Set(ctx, "kb:{kb}:release:"+p.ID, bad, 0).Err())
			if err := l.Refresh(ctx); !errors.Is(err, versions.ErrCorrupt) || phone(t, l) != "12378" || l.Trouble() != "release" {
				t.Errorf("%s: %v, %s", name, err, phone(t, l))
			}
		}
		must(t, rdb.Del(ctx, "kb:{kb}:release:"+p.ID).Err())
		mustBe(t, l.Refresh(ctx), versions.ErrNotFound)
		must(t, rdb.Set(ctx, "kb:{kb}:audit:x", "", 0).Err())
		must(t, rdb.LSet(ctx, "kb:{kb}:audit", 0, `{"n":1,"who":"nobody","action":"x","result":"ok"}`).Err())
		mustBe(t, s.VerifyAudit(ctx), versions.ErrCorrupt)
	})
}

// TestArchive: what was published is there as folders; an empty Redis is filled from it, and
// a server without Redis starts from it.
func TestArchive(t *testing.T) {
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "archive")
	a, err := versions.OpenArchive(dir)
	must(t, err)
	first := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	defer first.Close()
	s := newStore(first)
	save(t, s, lin, hotline, 0, swap(t, hotline, `value: "12378"`, `value: "12379"`))
	must(t, s.SaveTest(ctx, lin, "hola", "> hola\n", ""))
	p, err := s.Publish(ctx, ana, publication(t, s))
	must(t, err)
	must(t, s.Keep(ctx, a))
	must(t, s.Keep(ctx, a)) // once more changes nothing
	folder, err := filepath.Glob(filepath.Join(dir, "0002-*", "channel", "nfra-12378.yaml"))
	if err != nil || len(folder) != 1 {
		t.Fatalf("the release is not there as a folder: %v %v", folder, err)
	}

	empty := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	defer empty.Close()
	restored := newStore(empty)
	l := newLive(t, restored, a)
	if got := l.Serving().Pointer; got.ID != p.ID || got.Number != 2 || phone(t, l) != "12379" {
		t.Errorf("restored: %+v", got)
	}
	tests, err := restored.Tests(ctx)
	must(t, err)
	list, err := restored.Releases(ctx)
	must(t, err)
	if tests["hola"].Text != "> hola\n" || len(list) != 2 {
		t.Errorf("tests %v, %d releases", tests, len(list))
	}
	must(t, restored.VerifyAudit(ctx))

	gone := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, DialerRetries: 1})
	defer gone.Close()
	if l := newLive(t, newStore(gone), a); phone(t, l) != "12379" || l.Trouble() != "redis" {
		t.Errorf("without Redis: %s, %q", phone(t, l), l.Trouble())
	}
	must(t, os.WriteFile(filepath.Join(filepath.Dir(filepath.Dir(folder[0])), "channel", "nfra-12378.yaml"), []byte("x"), 0o600))
	if l := newLive(t, newStore(gone), a); phone(t, l) != "12378" {
		t.Error("a damaged archive was served")
	}
}

// TestRedisGone: a change that cannot be written is an error, and what is live stays.
func TestRedisGone(t *testing.T) {
	server := redistest.Start(t)
	rdb := server.Client()
	defer rdb.Close()
	patient := server.PatientClient()
	s := newStore(patient)
	save(t, s, lin, hotline, 0, swap(t, hotline, `value: "12378"`, `value: "12379"`))
	pub := publication(t, s)
	l := newLive(t, newStore(patient), nil)
	patient.Close()
	server.Kill()
	s = newStore(rdb)
	_, err := s.Publish(t.Context(), ana, pub)
	mustBe(t, err, versions.ErrUnavailable)
	if errors.Is(err, versions.ErrUnknown) {
		t.Error("nothing was sent, and it is called unknown")
	}
	mustBe(t, s.Save(t.Context(), lin, []versions.File{{Path: hotline, Rev: 1, Data: knowledgetest.Base()[hotline]}}, ""), versions.ErrUnavailable)
	if phone(t, l) != "12378" {
		t.Error("something else is live")
	}
	server.Up()
	again := server.PatientClient()
	defer again.Close()
	s = newStore(again)
	_, err = s.Publish(t.Context(), ana, pub)
	must(t, err)
	must(t, s.VerifyAudit(t.Context()))
}

// TestRun: an instance follows by itself.
func TestRun(t *testing.T) {
	eachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		s := newStore(rdb)
		l := newLive(t, newStore(rdb), nil)
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { l.Run(ctx) })
		defer wg.Wait()
		defer stop()
		save(t, s, lin, hotline, 0, swap(t, hotline, `value: "12378"`, `value: "12379"`))
		_, err := s.Publish(t.Context(), ana, publication(t, s))
		must(t, err)
		for phone(t, l) != "12379" { // ends with the test's own time limit
			if t.Context().Err() != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
}
