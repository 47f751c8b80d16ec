package knowledge

import (
	"crypto/sha256"
	"reflect"
	"sync"
)

// digest is the SHA-256 of what something was made from.
type digest = [sha256.Size]byte

// remembered is how many results a memo holds: some times the entries of a usual base, so that
// the drafts and releases that are in use share what is equal in them.
const remembered = 1024

// memo holds the latest results of a function, by the digest of all that it was given. It saves
// time and never changes a result. Safe for any number of goroutines; what it gives may not be
// changed.
type memo[V any] struct {
	mu     sync.Mutex
	values map[digest]V
	order  []digest // of values, the oldest first
}

func (m *memo[V]) get(key digest) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	return v, ok
}

func (m *memo[V]) put(key digest, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[digest]V{}
	}
	if _, known := m.values[key]; !known {
		m.order = append(m.order, key)
	}
	m.values[key] = v
	if len(m.order) > remembered {
		delete(m.values, m.order[0])
		m.order = m.order[1:]
	}
}

// copied is a copy of v that shares no map, slice or pointer with it. Every field must be exported,
// as those of the files of a base are.
func copied(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	copyInto(out, v)
	return out
}

func copyInto(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyInto(to.Elem(), from.Elem())
		}
	case reflect.Struct:
		for i := range from.NumField() {
			copyInto(to.Field(i), from.Field(i))
		}
	case reflect.Slice:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		if from.Type().Elem().Kind() != reflect.Struct {
			reflect.Copy(to, from)
			return
		}
		for i := range from.Len() {
			copyInto(to.Index(i), from.Index(i))
		}
	case reflect.Map:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeMapWithSize(from.Type(), from.Len()))
		for it := from.MapRange(); it.Next(); {
			value := reflect.New(from.Type().Elem()).Elem()
			copyInto(value, it.Value())
			to.SetMapIndex(it.Key(), value)
		}
	default:
		to.Set(from)
	}
}
