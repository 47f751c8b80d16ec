package fold

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
)

// The generated table says, rune by rune, what the library says; dialectRunes come on top.
func TestTableAgreesWithOpenCC(t *testing.T) {
	cc, err := opencc.New("t2s")
	if err != nil {
		t.Fatal(err)
	}
	for r := rune(0x2E80); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.Han, r) || strings.ContainsRune(dialectRunes, r) {
			continue
		}
		want, err := cc.Convert(string(r))
		if err != nil {
			t.Fatal(err)
		}
		if to, _ := utf8.DecodeRuneInString(want); mapped(to) != to {
			continue // a second step, as with 帳, 帐, 账
		}
		if got := string(mapped(r)); got != want {
			t.Errorf("%q becomes %q, with OpenCC %q: run go generate", r, got, want)
		}
	}
}

func TestRunesAreMappedToTheEnd(t *testing.T) {
	eachPair(simplifiedPairs+dialectRunes+latinPairs, func(from, _ rune) {
		to := mapped(from)
		if mapped(to) != to {
			t.Errorf("%q becomes %q, which becomes %q", from, to, mapped(to))
		}
	})
}

// A result must be stable by itself, and no word may hide behind a shorter one that ends
// before it does.
func TestDialectWordsAreStable(t *testing.T) {
	for _, w := range dialectWords {
		from, to := w[0], w[1]
		if Text(to) != to {
			t.Errorf("%s → %s becomes %s", from, to, Text(to))
		}
		if got := Text(from); got != to {
			t.Errorf("%s becomes %s, want %s", from, got, to)
		}
	}
}
