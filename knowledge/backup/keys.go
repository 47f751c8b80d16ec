package backup

import "strings"

// Keeps reports whether a backup holds the keys of a kind, by its pattern.
func Keeps(pattern string) bool {
	if before, _, many := strings.Cut(pattern, "<"); many && pattern != keyDay+"<day>" {
		pattern = before + "x"
	}
	if _, listed := keepFor(pattern); listed {
		return true
	}
	return strings.HasPrefix(pattern, keyRelease) // their files are a part of their own
}
