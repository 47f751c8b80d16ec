package knowledge

import (
	"maps"
	"sync"
	"weak"
)

// matchers are those that a release still holds, by what they were learnt from.
var matchers = struct {
	sync.Mutex
	alive map[digest]weak.Pointer[matcher]
}{alive: map[digest]weak.Pointer[matcher]{}}

// learned gives the matcher of a digest, and makes it unless some release has it.
func learned(from digest, make func() *matcher) *matcher {
	matchers.Lock()
	m := matchers.alive[from].Value()
	matchers.Unlock()
	if m != nil {
		return m
	}
	m = make()
	matchers.Lock()
	defer matchers.Unlock()
	maps.DeleteFunc(matchers.alive, func(_ digest, w weak.Pointer[matcher]) bool { return w.Value() == nil })
	matchers.alive[from] = weak.Make(m)
	return m
}
