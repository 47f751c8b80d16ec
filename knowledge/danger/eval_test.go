package danger

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestEvalTmp(t *testing.T) {
	r, err := compileFloor()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("rules", len(r.sets[0].trie.next), r.sets[0].classes, r.sets[0].vocabulary.size)
	for _, f := range strings.Fields(os.Getenv("SETS")) {
		fh, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(fh)
		n, bad := map[string]int{}, map[string]int{}
		for sc.Scan() {
			p := strings.Split(sc.Text(), "\t")
			want, text, key := Kind(p[0]), p[len(p)-1], p[0]+" "+p[1]
			if len(p) == 2 {
				want, key = None, p[0]
			}
			n[key]++
			if got := r.Find(text); got.Kind != want {
				bad[key]++
				fmt.Printf("%s want %q got %q %s | %s\n", key, want, got.Kind, got.Rule, text)
			}
		}
		for k := range n {
			fmt.Printf("== %s %s: %d wrong of %d\n", f, k, bad[k], n[k])
		}
	}
}
