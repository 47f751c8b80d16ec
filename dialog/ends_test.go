package dialog

import (
	"strings"
	"testing"

	"zhilu/knowledge"
	"zhilu/knowledge/danger"
)

// TestEndsOfALongText: danger is found at both ends of a text that is longer than any message.
func TestEndsOfALongText(t *testing.T) {
	filler := strings.Repeat("他们每天打电话。", 3000)
	rel, err := knowledge.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"我不想活了。" + filler, filler + "我不想活了"} {
		if r := Route(rel, text); r.found != danger.SelfHarm {
			t.Errorf("%d bytes: %+v", len(text), r)
		}
	}
	if got := ends(filler); len(got) > 2*readEnd+1 || ends("short") != "short" {
		t.Errorf("%d bytes are read", len(got))
	}
}
