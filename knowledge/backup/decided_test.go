package backup

import "strings"

// left are the keys that are not in a backup, and why.
var left = map[string]string{
	"release:":  "is kept as releases/<id>.zip",
	"session:":  "signs somebody in",
	"sessions:": "signs somebody in",
	"link:":     "signs somebody in",
	"linkof:":   "signs somebody in",
	"wait:":     "is over after a day",
	"known:":    "says from where somebody signed in",
	"n:w:":      "is over after an hour",
	"miss:":     "holds words of borrowers",
	"changes":   "is a channel",
	"restore:":  "is under way",
}

// Decided says whether a key, or the beginning of one, stands in one of the two tables.
func Decided(name string) bool {
	for start := range left {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	for _, k := range kept {
		if name == k.name {
			return true
		}
	}
	return false
}
