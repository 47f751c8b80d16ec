package classify

import (
	"math/rand/v2"
	"testing"
)

// TestTable: a table says what a Go map says, while it grows and when keys are put again, also
// with keys that fall into the same cell.
func TestTable(t *testing.T) {
	for name, key := range map[string]func(r *rand.Rand) uint64{
		"hashes":    func(r *rand.Rand) uint64 { return r.Uint64() },
		"few":       func(r *rand.Rand) uint64 { return r.Uint64N(500) },
		"same cell": func(r *rand.Rand) uint64 { return r.Uint64N(300) << 20 },
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 0))
			var table Table
			want := map[uint64]int32{}
			for range 20_000 {
				k, v := key(r), r.Int32N(1<<30)
				if r.IntN(20) == 0 {
					v = 0
				}
				table.Put(k, v)
				want[k] = v
				absent := key(r)
				got, ok := table.Get(absent)
				if wanted, there := want[absent]; ok != there || got != wanted {
					t.Fatalf("%x is %d, %v; want %d, %v", absent, got, ok, wanted, there)
				}
			}
			check(t, &table, want)
		})
	}
}

func check(t *testing.T, table *Table, want map[uint64]int32) {
	t.Helper()
	if table.Len() != len(want) {
		t.Errorf("%d keys, want %d", table.Len(), len(want))
	}
	for k, v := range want {
		if got, ok := table.Get(k); !ok || got != v {
			t.Errorf("%x is %d, %v; want %d", k, got, ok, v)
		}
	}
}

func TestEmptyTable(t *testing.T) {
	var table Table
	if _, ok := table.Get(0); ok || table.Len() != 0 {
		t.Error("a key in an empty table")
	}
	table.Put(0, 0)
	if v, ok := table.Get(0); !ok || v != 0 {
		t.Error("the key 0 with the value 0 is lost")
	}
}

func TestTableWithout(t *testing.T) {
	var table Table
	want := map[uint64]int32{}
	for i := range int32(1000) {
		k := Hash(uint64(i), 1)
		table.Put(k, i)
		if i%3 != 0 {
			want[k] = i
		}
	}
	rest := table.without(func(v int32) bool { return v%3 == 0 })
	check(t, &rest, want)
}

// TestHash: pairs that are nearly the same have hashes of their own, also in the low bits
// that choose a cell.
func TestHash(t *testing.T) {
	seen, low := map[uint64]bool{}, map[uint64]int{}
	for a := range uint64(100) {
		for b := range uint64(100) {
			h := Hash(0x4E00+a, 0x4E00+b)
			seen[h] = true
			low[h&0x3FFF]++
		}
	}
	if len(seen) != 10_000 {
		t.Errorf("10000 pairs have %d hashes", len(seen))
	}
	for _, n := range low {
		if n > 20 {
			t.Fatalf("%d of 10000 pairs fall into one of 16384 cells", n)
		}
	}
}
