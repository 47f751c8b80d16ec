package simulator

import "container/list"

// lru is a bounded map; the entry used longest ago goes first. It has no lock.
type lru[V any] struct {
	max   int
	order *list.List // of entry[V], most recently used in front
	byKey map[string]*list.Element
}

type entry[V any] struct {
	key   string
	value V
}

func newLRU[V any](max int) *lru[V] {
	return &lru[V]{max: max, order: list.New(), byKey: map[string]*list.Element{}}
}

// get gives the entry of key, made by fresh if there is none, and marks it used.
func (l *lru[V]) get(key string, fresh func() V) V {
	if v, ok := l.peek(key); ok {
		return v
	}
	v := fresh()
	l.byKey[key] = l.order.PushFront(entry[V]{key, v})
	if l.order.Len() > l.max {
		old := l.order.Remove(l.order.Back()).(entry[V])
		delete(l.byKey, old.key)
	}
	return v
}

// peek gives the entry of key if there is one, and marks it used.
func (l *lru[V]) peek(key string) (V, bool) {
	e, ok := l.byKey[key]
	if !ok {
		var zero V
		return zero, false
	}
	l.order.MoveToFront(e)
	return e.Value.(entry[V]).value, true
}
