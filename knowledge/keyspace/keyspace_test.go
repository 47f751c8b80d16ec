package keyspace

import "testing"

func TestMatches(t *testing.T) {
	pid := "0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"wx:<account>:{<pid>}:s", "wx:wx1:{" + pid + "}:s", true}, {"wx:<account>:{<pid>}:s", "wx:wx1:{" + pid + "}:s2", false},
		{"wx:<account>:{<pid>}:s", "wx:wx1:{oOpenId}:s", false}, {"wx:<account>:{<pid>}:m:<msg>", "wx:wx1:{" + pid + "}:m:123", true},
		{"kb:{kb}:n:<day>", "kb:{kb}:n:2026-11-22", true}, {"kb:{kb}:n:<day>", "kb:{kb}:n:w:ab", false}, {"kb:{kb}:n:w:<writer>", "kb:{kb}:n:w:ab", true},
		{"kb:{kb}:history:<path>", "kb:{kb}:history:right/x.yaml", true}, {"kb:{kb}:draft", "kb:{kb}:draft:head", false}, {"kb:{kb}:draft", "kbx{kb}:draft", false},
	} {
		if got := (Key{Pattern: c.pattern}).Matches(c.name); got != c.want {
			t.Errorf("%s and %s: %t", c.pattern, c.name, got)
		}
	}
}
