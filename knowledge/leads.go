package knowledge

import (
	"slices"
	"strings"
)

// bareSituations need neither evidence nor rights: what they say is to stay alive.
var bareSituations = []ID{"self-harm"}

// checkLeads asks that an entry leads on to where a borrower must go next. That the ids of
// a list exist is asked in checkLists, that a situation has a channel in checkFields.
func (c *compiler) checkLeads(e *Entry) {
	if e.Kind == Situation && !slices.Contains(bareSituations, e.ID) {
		if len(e.Evidence) == 0 {
			c.reportAbout(e, "$.id", "$.evidence", "", NoEvidence, "evidence is missing: say what to keep")
		}
		if len(e.Rights) == 0 {
			c.reportAbout(e, "$.id", "$.rights", "", NoRight, "rights is missing: say what collectors may not do here")
		}
	}
	if e.Parent != "" {
		c.checkParent(e)
	}
}

// checkParent asks that the way up from a channel ends at a channel.
func (c *compiler) checkParent(e *Entry) {
	bad := func(format string, args ...any) { c.report(e, "$.parent", "", BadParent, format, args...) }
	parent := c.entry(e.Parent)
	switch {
	case e.Parent == e.ID:
		bad("an entry is not its own parent")
		return
	case parent == nil:
		bad("there is no entry %s", e.Parent)
		return
	case parent.Kind != Channel:
		bad("%s is a %s, not a channel", e.Parent, parent.Kind)
		return
	}
	seen := []ID{e.ID}
	for up := parent; up != nil && up.Parent != up.ID; up = c.entry(up.Parent) {
		if up.ID == e.ID {
			bad("the parents go round in a circle: %s", way(append(seen, e.ID)))
			return
		}
		if slices.Contains(seen, up.ID) {
			return // the circle lies further up and is reported there
		}
		seen = append(seen, up.ID)
	}
}

func way(ids []ID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = string(id)
	}
	return strings.Join(parts, " > ")
}
