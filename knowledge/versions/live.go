package versions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"zhilu/knowledge"
)

// Serving is what an instance answers from. Nothing in it changes.
type Serving struct {
	Release *knowledge.Release // with what is switched off
	Draft   *knowledge.Draft   // what it was compiled from
	Files   knowledge.Files
	Pointer Pointer // zero for the built-in base
}

// Live is the release that an instance answers from. It follows the pointer in Redis: by
// pub/sub, which is fast and may lose, and by asking every few seconds, which is sure. A new
// release is read, checked against its id and compiled aside, then swapped in at once; on any
// error the old one stays. Safe for any number of goroutines.
type Live struct {
	store   *Store
	archive *Archive // nil for none
	log     *slog.Logger

	serving atomic.Pointer[Serving]
	trouble atomic.Pointer[string]
	offered atomic.Pointer[knowledge.Release]
	busy    sync.Mutex // one refresh at a time
	failed  atomic.Int64
}

// How an instance follows the pointer; how long the first look may take before the server starts
// without Redis; how long a start may take with one that answers.
const (
	pollEvery = 3 * time.Second
	firstLook = 700 * time.Millisecond
	firstLoad = 10 * time.Second
)

// NewLive starts from what is live in Redis; out of reach, or with nothing published, from the
// archive; and else from the built-in base. The error is that of the built-in base.
func NewLive(ctx context.Context, store *Store, archive *Archive, log *slog.Logger) (*Live, error) {
	l := &Live{store: store, archive: archive, log: log}
	err := l.start(ctx)
	l.note(err)
	if l.serving.Load() != nil || err != nil && l.fromArchive() {
		return l, nil
	}
	builtIn, err := store.base.compiled()
	if err != nil {
		return nil, err
	}
	l.serving.Store(builtIn)
	return l, nil
}

// start serves what is live in Redis, if anything is. An empty one is filled from the archive.
func (l *Live) start(ctx context.Context) error {
	look, cancel := context.WithTimeout(ctx, firstLook)
	defer cancel()
	p, err := l.store.Active(look)
	if err != nil {
		return err
	}
	load, cancel := context.WithTimeout(ctx, firstLoad)
	defer cancel()
	if p.Epoch == 0 && l.archive != nil {
		if _, err := l.store.Restore(load, l.archive); err != nil {
			return err
		}
	}
	return l.refresh(load)
}

// fromArchive serves what the archive holds as live.
func (l *Live) fromArchive() bool {
	if l.archive == nil {
		return false
	}
	p, files, err := l.archive.live()
	if err != nil {
		return false
	}
	next, err := compile(nil, nil, p, files)
	if err != nil {
		l.note(err)
		return false
	}
	l.serving.Store(next)
	return true
}

// Serving is what the instance answers from now.
func (l *Live) Serving() *Serving { return l.serving.Load() }

// Release is the release that the instance answers from now.
func (l *Live) Release() *knowledge.Release { return l.serving.Load().Release }

// Offer names a release that was compiled here and may become live: what it has learnt need not
// be learnt again.
func (l *Live) Offer(r *knowledge.Release) { l.offered.Store(r) }

// Trouble says in a word why the instance may not answer from what is live: "" when it does,
// "redis" when it cannot ask, "release" when what is live cannot be used.
func (l *Live) Trouble() string {
	if t := l.trouble.Load(); t != nil {
		return *t
	}
	return ""
}

// Failures is how often what is live could not be used here.
func (l *Live) Failures() int64 { return l.failed.Load() }

func (l *Live) note(err error) {
	word := ""
	switch {
	case err == nil:
	case errors.Is(err, ErrUnavailable):
		word = "redis"
	default:
		word = "release"
		l.failed.Add(1)
	}
	if word != l.Trouble() {
		l.log.Warn("release", "trouble", word)
	}
	l.trouble.Store(&word)
}

// Refresh asks what is live and serves it. On an error the instance goes on with what it has.
func (l *Live) Refresh(ctx context.Context) error {
	l.busy.Lock()
	defer l.busy.Unlock()
	err := l.refresh(ctx)
	l.note(err)
	return err
}

func (l *Live) refresh(ctx context.Context) error {
	p, err := l.store.Active(ctx)
	if err != nil {
		return err
	}
	was := l.serving.Load()
	switch {
	case p.ID == "" && was != nil && was.Pointer.ID != "":
		return fmt.Errorf("%w: the pointer is gone", ErrNotFound) // an emptied Redis takes nothing back
	case p.ID == "" && p.Epoch == 0, was != nil && was.Pointer.Epoch == p.Epoch && was.Pointer.ID == p.ID:
		return nil
	}
	var next *Serving
	if was != nil && (was.Pointer.ID == p.ID) { // only a switch was moved
		next = &Serving{Release: was.Release.WithOff(p.Off), Draft: was.Draft, Files: was.Files, Pointer: p}
	} else {
		files := l.store.atHand(p.ID)
		if files == nil {
			if files, err = l.store.fetch(ctx, l.store.rdb, p.ID); err != nil {
				return err
			}
		}
		if next, err = compile(was, l.offered.Load(), p, files); err != nil {
			return err
		}
		l.store.seen.put(p.ID, files)
	}
	l.serving.Store(next)
	l.log.Info("release", "active", short(next.Release.ID), "number", p.Number, "epoch", p.Epoch, "off", p.Off.Any())
	return nil
}

// compile makes a release of files, taking over from the one before what is the same.
func compile(was *Serving, offered *knowledge.Release, p Pointer, files knowledge.Files) (*Serving, error) {
	var like *knowledge.Draft
	var before *knowledge.Release
	if was != nil {
		like, before = was.Draft, was.Release
	}
	d, ps := knowledge.ReadFiles(files, like)
	if len(ps) > 0 {
		return nil, fmt.Errorf("%w: %d files cannot be read", ErrCorrupt, len(ps))
	}
	rel, problems := knowledge.CompileAfter(d, before, offered)
	if rel == nil {
		return nil, fmt.Errorf("%w: %d problems", ErrCorrupt, len(problems.Errors()))
	}
	if p.ID != "" && rel.ID != p.ID {
		return nil, fmt.Errorf("%w: release %.12s", ErrCorrupt, p.ID)
	}
	return &Serving{Release: rel.WithOff(p.Off), Draft: d, Files: files, Pointer: p}, nil
}

// Run follows the pointer until ctx ends, and keeps the archive up to date.
func (l *Live) Run(ctx context.Context) {
	news := l.store.rdb.Subscribe(ctx, Changes)
	defer news.Close()
	wake := news.Channel()
	archived := int64(-1)
	for {
		wait := time.NewTimer(time.Duration(float64(pollEvery) * (0.8 + 0.4*rand.Float64())))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case _, open := <-wake:
			if !open {
				wake = nil
			}
		case <-wait.C:
		}
		wait.Stop()
		if l.Refresh(ctx) != nil || l.archive == nil {
			continue
		}
		if epoch := l.Serving().Pointer.Epoch; epoch != archived {
			if err := l.store.Keep(ctx, l.archive); err != nil {
				l.log.Warn("archive", "class", "not written")
				continue
			}
			archived = epoch
		}
	}
}
