package danger

import (
	_ "embed"
	"strings"
)

//go:embed testdata/must.txt
var mustList string

// Must is a message that has to be recognised as danger.
type Must struct {
	Kind Kind
	Text string
}

// MustList are the messages that every release has to recognise (reliability-design §7).
func MustList() []Must {
	var list []Must
	for line := range strings.Lines(mustList) {
		fields := strings.SplitN(strings.TrimRight(line, "\n"), "\t", 3)
		if len(fields) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		list = append(list, Must{Kind(fields[0]), fields[2]})
	}
	return list
}
