package console

import (
	"context"
	"sync"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// desk keeps what pages look at most: the draft, read and checked, beside what is live. It is
// made anew when either changes, which two small reads tell.
type desk struct {
	store *versions.Store
	live  *versions.Live

	mu   sync.Mutex
	last *snapshot

	compiling sync.Mutex
	release   *knowledge.Release // of compiled
	of        *knowledge.Draft
}

// snapshot is the draft at one moment, beside what is live. Nothing in it may be changed.
type snapshot struct {
	live    *versions.Serving
	pointer versions.Pointer // what should be live; an instance may lag behind for seconds
	draft   versions.Draft
	base    knowledge.Files // those the draft started from
	files   knowledge.Files // with the changes of the draft
	parsed  *knowledge.Draft
	revs    map[string]int

	entries  map[knowledge.ID]*knowledge.Entry
	problems knowledge.Problems // of the whole draft, warnings too
	sketch   func() *knowledge.Sketch
}

// look gives the draft as it is now. The error is that of the store.
func (d *desk) look(ctx context.Context) (*snapshot, error) {
	pointer, err := d.store.Active(ctx)
	if err != nil {
		return nil, err
	}
	counter, err := d.store.DraftCounter(ctx)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	serving := d.live.Serving()
	if v := d.last; v != nil && v.draft.Counter == counter && v.pointer.Epoch == pointer.Epoch && v.pointer.ID == pointer.ID && v.live == serving {
		return v, nil
	}
	v, err := d.make(ctx, pointer, serving)
	if err == nil {
		d.last = v
	}
	return v, err
}

func (d *desk) make(ctx context.Context, pointer versions.Pointer, serving *versions.Serving) (*snapshot, error) {
	draft, err := d.store.Draft(ctx)
	if err != nil {
		return nil, err
	}
	base, err := d.store.Files(ctx, draft.Base)
	if err != nil {
		return nil, err
	}
	revs, err := d.store.Revisions(ctx)
	if err != nil {
		return nil, err
	}
	like := serving.Draft
	if d.last != nil {
		like = d.last.parsed
		if d.last.draft.Counter == draft.Counter && d.last.draft.Base == draft.Base { // only the pointer moved
			v := *d.last
			v.pointer, v.live, v.revs = pointer, serving, revs
			return &v, nil
		}
	}
	v := &snapshot{live: serving, pointer: pointer, draft: draft, base: base, files: draft.Over(base), revs: revs, entries: map[knowledge.ID]*knowledge.Entry{}}
	var unread knowledge.Problems
	v.parsed, unread = knowledge.ReadFiles(v.files, like)
	v.problems = append(unread, v.parsed.Problems()...)
	v.sketch = sync.OnceValue(v.parsed.Sketch)
	for _, e := range v.parsed.Entries {
		if v.entries[e.ID] == nil {
			v.entries[e.ID] = e
		}
	}
	return v, nil
}

// problemsOf are those of one entry.
func (v *snapshot) problemsOf(id knowledge.ID) knowledge.Problems {
	var list knowledge.Problems
	for _, p := range v.problems {
		if p.Entry == id {
			list = append(list, p)
		}
	}
	return list
}

// path is where an entry stands; a new one stands in the folder of its kind.
func (v *snapshot) path(e *knowledge.Entry) string {
	if p := v.parsed.Path(e); p != "" {
		return p
	}
	return knowledge.PathOf(e)
}

// changed reports whether the draft changes an entry.
func (v *snapshot) changed(e *knowledge.Entry) bool {
	_, ok := v.draft.Changes[v.path(e)]
	return ok
}

// checked is the draft with a file in the place of what it has, nil for none, and every problem
// that it would have.
func (v *snapshot) checked(path string, data []byte) (d *knowledge.Draft, all knowledge.Problems) {
	files := make(knowledge.Files, len(v.files)+1)
	for name, content := range v.files {
		files[name] = content
	}
	if data == nil {
		delete(files, path)
	} else {
		files[path] = data
	}
	d, unread := knowledge.ReadFiles(files, v.parsed)
	return d, append(unread, d.Problems()...)
}

// diff is what the draft changes of what is live.
func (v *snapshot) diff() []knowledge.Change { return knowledge.Diff(v.live.Draft, v.parsed) }

// compiled is the draft as a release, with nothing switched off; nil while the draft has
// errors. It takes a second at most, once a draft: the release is kept.
func (d *desk) compiled(v *snapshot) *knowledge.Release {
	d.compiling.Lock()
	defer d.compiling.Unlock()
	if d.of == v.parsed {
		return d.release
	}
	d.of, d.release = v.parsed, nil
	if len(v.problems.Errors()) == 0 {
		d.release, _ = knowledge.CompileAfter(v.parsed, v.live.Release)
	}
	if d.release != nil {
		d.live.Offer(d.release)
	}
	return d.release
}
