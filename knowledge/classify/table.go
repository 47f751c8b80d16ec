package classify

// Table is a map from 64-bit keys that are hashes already to small numbers: a few times faster
// than a Go map, which is what a message would otherwise spend most of its time on. It is
// written once and then safe for concurrent use.
type Table struct {
	cells []cell
	used  int
}

// cell holds a key and its value plus one; 0 is an empty cell.
type cell struct {
	key   uint64
	value int32
}

// Get gives the value of a key, and whether there is one.
func (t *Table) Get(key uint64) (int32, bool) {
	if t.used == 0 {
		return 0, false
	}
	mask := uint64(len(t.cells) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch c := t.cells[i]; {
		case c.value == 0:
			return 0, false
		case c.key == key:
			return c.value - 1, true
		}
	}
}

// Put sets the value of a key, from 0.
func (t *Table) Put(key uint64, value int32) {
	if 2*(t.used+1) > len(t.cells) {
		old := t.cells
		t.cells, t.used = make([]cell, max(64, 2*len(old))), 0
		for _, c := range old {
			if c.value != 0 {
				t.Put(c.key, c.value-1)
			}
		}
	}
	mask := uint64(len(t.cells) - 1)
	i := key & mask
	for t.cells[i].value != 0 && t.cells[i].key != key {
		i = (i + 1) & mask
	}
	if t.cells[i].value == 0 {
		t.used++
	}
	t.cells[i] = cell{key, value + 1}
}

// Len is the number of keys.
func (t *Table) Len() int { return t.used }

// Hash makes a key of two values.
func Hash(a, b uint64) uint64 { return mix(mix(0, a), b) }

// without is the table without the values that drop reports.
func (t *Table) without(drop func(int32) bool) Table {
	var rest Table
	for _, c := range t.cells {
		if c.value != 0 && !drop(c.value-1) {
			rest.Put(c.key, c.value-1)
		}
	}
	return rest
}
