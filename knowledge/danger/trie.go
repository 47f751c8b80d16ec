package danger

// trie finds the texts of all classes in one pass over the units of a message.
type trie struct {
	roots []uint32          // by unit
	next  map[uint64]uint32 // by node and unit
	found [][]uint16        // by node: classes of which a text ends there
}

func newTrie(units int) trie {
	return trie{roots: make([]uint32, units), next: map[uint64]uint32{}, found: make([][]uint16, 1)}
}

// add enters a text of a class, in every way in which its keys can be satisfied.
func (t *trie) add(text []key, v *vocabulary, class uint16) {
	if len(text) == 0 {
		return
	}
	at := []uint32{0}
	for i, k := range text {
		var to []uint32
		for _, id := range v.of(k) {
			for _, node := range at {
				if i == 0 {
					to = append(to, t.child(&t.roots[id]))
					continue
				}
				edge := uint64(node)<<16 | uint64(id)
				n := t.next[edge]
				n = t.child(&n)
				t.next[edge] = n
				to = append(to, n)
			}
		}
		at = to
	}
	for _, node := range at {
		have := t.found[node]
		if len(have) == 0 || have[len(have)-1] != class { // classes are added one after another
			t.found[node] = append(have, class)
		}
	}
}

// child gives the node *n, making it if there is none yet.
func (t *trie) child(n *uint32) uint32 {
	if *n == 0 {
		*n = uint32(len(t.found))
		t.found = append(t.found, nil)
	}
	return *n
}
