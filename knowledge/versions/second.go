package versions

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"zhilu/knowledge"
)

// second gives *ErrSecond when the draft changes texts or facts that the person wrote.
func (s *Store) second(ctx context.Context, g getter, by Actor, d Draft) error {
	base, err := s.files(ctx, g, d.Base)
	if err != nil {
		return err
	}
	var own []string
	for path, c := range d.Changes {
		if slices.Contains(c.Authors, by.Login) && NeedsSecond(path, base[path], c.Data) {
			own = append(own, path)
		}
	}
	if len(own) == 0 {
		return nil
	}
	slices.Sort(own)
	return &ErrSecond{own}
}

// NeedsSecond reports whether a change of a file may not be published by who wrote it: anything
// a borrower reads. What only helps to find an answer (phrases, examples, concepts, the place
// in a menu) needs no second person.
func NeedsSecond(path string, old, now []byte) bool {
	if path == "concepts.yaml" {
		return false
	}
	if old == nil || now == nil {
		return true
	}
	a, errA := knowledge.Decode(old)
	b, errB := knowledge.Decode(now)
	if errA != nil || errB != nil {
		return true
	}
	for _, e := range []*knowledge.Entry{a, b} {
		e.Phrases, e.Examples, e.Order = knowledge.Phrases{}, knowledge.Examples{}, 0
	}
	return !reflect.DeepEqual(a, b)
}

// shelf keeps the files of the releases last asked for: they never change.
type shelf struct {
	mu    sync.Mutex
	ids   []string
	files map[string]knowledge.Files
}

// shelved is how many releases are kept at hand: the live one, the draft's base, one to compare.
const shelved = 4

func (s *shelf) get(id string) knowledge.Files {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[id]
}

func (s *shelf) put(id string, files knowledge.Files) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files[id] != nil {
		return
	}
	if s.files == nil {
		s.files = map[string]knowledge.Files{}
	}
	if len(s.ids) == shelved {
		delete(s.files, s.ids[0])
		s.ids = s.ids[1:]
	}
	s.ids, s.files[id] = append(s.ids, id), files
}
