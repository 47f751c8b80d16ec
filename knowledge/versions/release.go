package versions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"zhilu/knowledge"
)

// Pointer says what is live: one release, and what of it is switched off.
type Pointer struct {
	ID     string        `json:"id"`
	Number int           `json:"number"`
	Epoch  int64         `json:"epoch"` // grows with every change of the pointer
	Who    string        `json:"who"`
	Note   string        `json:"note"`
	At     time.Time     `json:"at"`
	Off    knowledge.Off `json:"off,omitzero"`
}

// Release is what became of a draft, or the built-in base. Its content never changes.
type Release struct {
	Number    int       `json:"number"` // 1 is the first; never used twice
	ID        string    `json:"id"`
	Who       string    `json:"who"`
	Authors   []string  `json:"authors,omitempty"`
	Paths     []string  `json:"paths,omitempty"` // the files that differ from the release before
	Reason    string    `json:"reason"`
	At        time.Time `json:"at"`
	Emergency bool      `json:"emergency,omitempty"` // published without a second person
	Reviewed  *Review   `json:"reviewed,omitempty"`  // the look that an emergency asks for afterwards
}

// Review is the second look at an emergency release.
type Review struct {
	Who string    `json:"who"`
	At  time.Time `json:"at"`
	Why string    `json:"why,omitempty"`
}

// Publication is a draft that passed the gate.
type Publication struct {
	Draft     *knowledge.Draft // as it was compiled
	Files     knowledge.Files  // its files
	Counter   int64            // of the draft, when the gate looked at it
	Epoch     int64            // of the pointer, likewise
	Reason    string
	Emergency bool // without a second person: a red mark stays until somebody else has looked
}

// ErrSecond says that a person cannot publish their own texts and facts (product O5).
type ErrSecond struct{ Paths []string }

func (e *ErrSecond) Error() string {
	return fmt.Sprintf("another person must publish what you wrote yourself: %v", e.Paths)
}

// Active gives the pointer; a zero one while the built-in base is live.
func (s *Store) Active(ctx context.Context) (Pointer, error) { return s.active(ctx, s.rdb) }

func (s *Store) active(ctx context.Context, g getter) (Pointer, error) {
	var p Pointer
	err := getJSON(g.Get(ctx, keyActive), &p)
	return p, err
}

// Releases lists the releases, newest first.
func (s *Store) Releases(ctx context.Context) ([]Release, error) { return s.releases(ctx, s.rdb) }

func (s *Store) releases(ctx context.Context, g getter) ([]Release, error) {
	rows, err := g.LRange(ctx, keyReleases, 0, -1).Result()
	if err != nil {
		return nil, storeError(err, false)
	}
	reviews, err := g.HGetAll(ctx, keyReviewed).Result()
	if err != nil {
		return nil, storeError(err, false)
	}
	list := make([]Release, len(rows))
	for i, row := range rows {
		r := &list[len(rows)-1-i]
		if err := json.Unmarshal([]byte(row), r); err != nil {
			return nil, fmt.Errorf("%w: release %d", ErrCorrupt, i+1)
		}
		if review, ok := reviews[fmt.Sprint(r.Number)]; ok {
			r.Reviewed = new(Review)
			if err := json.Unmarshal([]byte(review), r.Reviewed); err != nil {
				return nil, fmt.Errorf("%w: review of release %d", ErrCorrupt, r.Number)
			}
		}
	}
	return list, nil
}

// Files gives the files of a release; "" is the built-in base. They are checked against the id.
// The caller may not change them.
func (s *Store) Files(ctx context.Context, id string) (knowledge.Files, error) {
	return s.files(ctx, s.rdb, id)
}

func (s *Store) files(ctx context.Context, g getter, id string) (knowledge.Files, error) {
	if files := s.atHand(id); files != nil {
		return files, nil
	}
	files, err := s.fetch(ctx, g, id)
	if err != nil {
		return nil, err
	}
	if d, ps := knowledge.ReadFiles(files, nil); len(ps) > 0 || d.Digest() != id {
		return nil, fmt.Errorf("%w: release %.12s", ErrCorrupt, id)
	}
	s.seen.put(id, files)
	return files, nil
}

// atHand gives files that were checked before.
func (s *Store) atHand(id string) knowledge.Files {
	if id == "" {
		return s.base.files()
	}
	return s.seen.get(id)
}

// fetch reads a release; the caller compares it with its id.
func (s *Store) fetch(ctx context.Context, g getter, id string) (knowledge.Files, error) {
	packed, err := g.Get(ctx, keyRelease(id)).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, fmt.Errorf("%w: release %.12s", ErrNotFound, id)
	case err != nil:
		return nil, storeError(err, false)
	}
	files, err := knowledge.Unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return files, nil
}

// Publish stores a release and makes it live. It gives ErrMoved when the draft or the pointer
// is not what the gate looked at, ErrNothing when the release is live already, *ErrSecond when
// the publisher wrote any of its texts and facts and it is no emergency. Switches stay as they
// are. On any error but ErrUnknown the release before stays live everywhere.
func (s *Store) Publish(ctx context.Context, by Actor, pub Publication) (Pointer, error) {
	if err := checkReason(pub.Reason); err != nil {
		return Pointer{}, err
	}
	d, ps := knowledge.ReadFiles(pub.Files, pub.Draft) // the files are what is stored, whatever was compiled
	if len(ps) > 0 {
		return Pointer{}, fmt.Errorf("%w: %d files cannot be read", ErrCorrupt, len(ps))
	}
	id := d.Digest()
	packed, err := pub.Files.Pack()
	if err != nil {
		return Pointer{}, err
	}
	// The content first: an unreferenced release harms nobody, a pointer to nothing would.
	if err := s.rdb.SetNX(ctx, keyRelease(id), packed, 0).Err(); err != nil {
		return Pointer{}, storeError(err, false)
	}
	var p Pointer
	err = s.change(ctx, []string{keyActive, keyDraft, keyHead, keyReleases, keyAudit}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		d, was, list, err := s.look(ctx, tx)
		if err != nil {
			return nil, err
		}
		switch {
		case d.Counter != pub.Counter || was.Epoch != pub.Epoch:
			return nil, ErrMoved
		case was.ID == id || was.ID == "" && s.base.id() == id:
			return nil, ErrNothing
		}
		if err := s.second(ctx, tx, by, d); err != nil && !pub.Emergency {
			return nil, err
		}
		list, seeds, err := s.seed(was, list)
		if err != nil {
			return nil, err
		}
		rel := Release{Number: newest(list) + 1, ID: id, Who: by.Login, Authors: authors(d), Paths: slices.Sorted(maps.Keys(d.Changes)),
			Reason: pub.Reason, At: s.now().UTC().Truncate(time.Second), Emergency: pub.Emergency}
		p = Pointer{ID: id, Number: rel.Number, Epoch: was.Epoch + 1, Who: by.Login, Note: pub.Reason, At: rel.At, Off: was.Off}
		action := "release.publish"
		if pub.Emergency {
			action = "release.emergency"
		}
		record, err := s.next(ctx, tx, by, Audit{Action: action, Object: fmt.Sprint(rel.Number), Before: short(was.ID), After: short(id), Why: pub.Reason})
		if err != nil {
			return nil, err
		}
		return func(pipe redis.Pipeliner) {
			seeds(ctx, pipe)
			pipe.RPush(ctx, keyReleases, asJSON(rel))
			s.point(ctx, pipe, p, record)
			pipe.Del(ctx, keyDraft)
			pipe.Set(ctx, keyHead, asJSON(head{id, d.Counter + 1}), 0)
		}, nil
	})
	if err == nil {
		s.seen.put(id, pub.Files)
	}
	return s.settle(p, err)
}

// look reads what a publication is weighed against.
func (s *Store) look(ctx context.Context, g getter) (Draft, Pointer, []Release, error) {
	d, err := s.draft(ctx, g)
	if err != nil {
		return d, Pointer{}, nil, err
	}
	p, err := s.active(ctx, g)
	if err != nil {
		return d, p, nil, err
	}
	list, err := s.releases(ctx, g)
	return d, p, list, err
}

// seed makes the built-in base the first release, so that one can go back to it.
func (s *Store) seed(was Pointer, list []Release) ([]Release, func(context.Context, redis.Pipeliner), error) {
	if was.ID != "" || len(list) > 0 {
		return list, func(context.Context, redis.Pipeliner) {}, nil
	}
	id := s.base.id()
	packed, err := s.base.files().Pack()
	if err != nil {
		return nil, nil, err
	}
	first := Release{Number: 1, ID: id, Reason: "built in", At: s.now().UTC().Truncate(time.Second)}
	return []Release{first}, func(ctx context.Context, p redis.Pipeliner) {
		p.SetNX(ctx, keyRelease(id), packed, 0)
		p.RPush(ctx, keyReleases, asJSON(first))
	}, nil
}

func newest(list []Release) int {
	n := 0
	for _, r := range list {
		n = max(n, r.Number)
	}
	return n
}

func authors(d Draft) []string {
	var names []string
	for _, c := range d.Changes {
		names = append(names, c.Authors...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func short(id string) string { return id[:min(len(id), 12)] }

// point sets the pointer with its record and tells every instance.
func (s *Store) point(ctx context.Context, pipe redis.Pipeliner, p Pointer, record Audit) {
	pipe.Set(ctx, keyActive, asJSON(p), 0)
	pipe.RPush(ctx, keyAudit, asJSON(record))
	pipe.Publish(ctx, Changes, p.Epoch)
}

// settle finds out what became of a change of the pointer whose answer was lost.
func (s *Store) settle(p Pointer, err error) (Pointer, error) {
	if !errors.Is(err, ErrUnknown) {
		if err != nil {
			return Pointer{}, err
		}
		return p, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	switch now, again := s.Active(ctx); {
	case again != nil:
		return Pointer{}, err
	case now.Epoch == p.Epoch && now.ID == p.ID && now.Who == p.Who && now.At.Equal(p.At):
		return now, nil
	}
	return Pointer{}, ErrUnavailable // it did not take place
}

// move changes the pointer by one epoch.
func (s *Store) move(ctx context.Context, by Actor, epoch int64, why string, a Audit, to func(g getter, was Pointer) (Pointer, error)) (Pointer, error) {
	if err := checkReason(why); err != nil {
		return Pointer{}, err
	}
	var p Pointer
	err := s.change(ctx, []string{keyActive, keyReleases, keyAudit}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		was, err := s.active(ctx, tx)
		if err != nil {
			return nil, err
		}
		if was.Epoch != epoch {
			return nil, ErrMoved
		}
		if p, err = to(tx, was); err != nil {
			return nil, err
		}
		p.Epoch, p.Who, p.Note, p.At = was.Epoch+1, by.Login, why, s.now().UTC().Truncate(time.Second)
		a.Before, a.After, a.Why = short(was.ID), short(p.ID), why
		record, err := s.next(ctx, tx, by, a)
		return func(pipe redis.Pipeliner) { s.point(ctx, pipe, p, record) }, err
	})
	return s.settle(p, err)
}

// Activate makes an existing release live: the way back. The draft stays as it is. epoch is
// that of the pointer the person looked at; ErrMoved when it has moved on.
func (s *Store) Activate(ctx context.Context, by Actor, number int, epoch int64, why string) (Pointer, error) {
	a := Audit{Action: "release.activate", Object: fmt.Sprint(number)}
	return s.move(ctx, by, epoch, why, a, func(g getter, was Pointer) (Pointer, error) {
		if was.Number == number {
			return was, ErrNothing
		}
		list, err := s.releases(ctx, g)
		if err != nil {
			return was, err
		}
		for _, r := range list {
			if r.Number == number {
				if _, err := s.files(ctx, s.rdb, r.ID); err != nil {
					return was, err
				}
				was.ID, was.Number = r.ID, r.Number
				return was, nil
			}
		}
		return was, fmt.Errorf("%w: release %d", ErrNotFound, number)
	})
}

// Switch switches something off or on again. What keeps people alive cannot be switched off.
func (s *Store) Switch(ctx context.Context, by Actor, off knowledge.Off, epoch int64, why string) (Pointer, error) {
	return s.move(ctx, by, epoch, why, Audit{Action: "switch", Object: string(asJSON(off))}, func(_ getter, was Pointer) (Pointer, error) {
		for _, id := range slices.Concat(off.Entries, off.Flows) {
			if !knowledge.Switchable(id) {
				return was, fmt.Errorf("%w: %s cannot be switched off", ErrNotFound, id)
			}
		}
		was.Off = off
		return was, nil
	})
}

// MarkReviewed takes the red mark off an emergency release. The person must be another one than
// who published and who wrote it.
func (s *Store) MarkReviewed(ctx context.Context, by Actor, number int, why string) error {
	return s.change(ctx, []string{keyReleases, keyReviewed, keyAudit}, func(tx *redis.Tx) (func(redis.Pipeliner), error) {
		list, err := s.releases(ctx, tx)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(list, func(r Release) bool { return r.Number == number && r.Emergency })
		switch {
		case at < 0:
			return nil, ErrNotFound
		case list[at].Reviewed != nil:
			return nil, ErrNothing
		case list[at].Who == by.Login || slices.Contains(list[at].Authors, by.Login):
			return nil, &ErrSecond{list[at].Paths}
		}
		record, err := s.next(ctx, tx, by, Audit{Action: "release.review", Object: fmt.Sprint(number), Why: why})
		review := Review{Who: by.Login, At: s.now().UTC().Truncate(time.Second), Why: why}
		return func(p redis.Pipeliner) {
			p.HSet(ctx, keyReviewed, fmt.Sprint(number), asJSON(review))
			p.RPush(ctx, keyAudit, asJSON(record))
		}, err
	})
}
