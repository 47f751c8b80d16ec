package console

import "slices"

// solid leaves out pieces without text.
func solid(all ...piece) []piece {
	return slices.DeleteFunc(all, func(p piece) bool { return p.Text == "" })
}

// sides are the old text and the new one of a difference, each with its own marks.
func sides(all []piece) (old, now []piece) {
	for _, p := range all {
		if !p.Added {
			old = append(old, p)
		}
		if !p.Removed {
			now = append(now, p)
		}
	}
	return old, now
}
