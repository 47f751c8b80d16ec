package console

import (
	"encoding/json"
	"path"
	"strings"
	"time"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// auditRow is one record in words.
type auditRow struct {
	N          int64
	At         time.Time
	Who, Login string // Login is empty when nobody is known by it
	Role       string
	What       string
	On         []auditObject
	Why        string
	Result     string // "" when it took place
	From       string // for administrators
	Unreadable bool
}

// auditObject is what a record is about; Path is empty when no page shows it.
type auditObject struct{ Text, Path string }

func (v *visit) auditRow(a versions.Audit, names map[string]string) auditRow {
	if a.Hash == "" {
		return auditRow{N: a.N, Unreadable: true}
	}
	r := auditRow{N: a.N, At: a.At, Who: a.Who, What: v.auditWords(a.Action), On: v.auditObjects(a), Why: a.Why}
	switch name, known := names[a.Who]; {
	case known:
		r.Who, r.Login = name, a.Who
	case a.Who == "":
		r.Who = v.say("audit.nobody")
	case a.Who == auditByCommand:
		r.Who = v.say("audit.command")
	case a.Who == "archive":
		r.Who = v.say("audit.archive")
	}
	if _, ok := v.console.words["role."+a.Role]; ok {
		r.Role = v.say("role." + a.Role)
	}
	if a.Result != versions.Done {
		r.Result = v.auditResult(a.Result)
	}
	if v.seesAddresses() {
		r.From = a.From
	}
	return r
}

// auditResult says why something did not take place.
func (v *visit) auditResult(result string) string {
	key := "audit.not_" + strings.ReplaceAll(result, "-", "_")
	if _, ok := v.console.words[key]; ok {
		return v.say(key)
	}
	return result
}

// auditObjects reads the object of a record: files, a release, a person, a switch.
func (v *visit) auditObjects(a versions.Audit) []auditObject {
	group, _, _ := strings.Cut(a.Action, ".")
	switch {
	case a.Object == "":
		return nil
	case group == "draft":
		return v.auditFiles(a.Object)
	case group == "release":
		return []auditObject{v.auditLink(v.say("audit.release", a.Object), "/releases/"+a.Object)}
	case group == "miss":
		return []auditObject{v.auditLink(v.say("audit.miss"), "/unanswered/"+a.Object)}
	case group == "test":
		return []auditObject{v.auditLink(a.Object, "/tests/"+a.Object)}
	case a.Action == "person.role" && a.After != "":
		return []auditObject{v.auditLink(a.Object, "/people/"+a.Object), {Text: v.say("role."+a.Before) + " → " + v.say("role."+a.After)}}
	case group == "person", group == "session" && a.Object != a.Who:
		return []auditObject{v.auditLink(a.Object, "/people/"+a.Object)}
	case group == "session":
		return nil // who it was stands beside
	case a.Action == "switch":
		return v.auditSwitch(a.Object)
	}
	return []auditObject{{Text: a.Object}}
}

// auditFiles links files that are entries.
func (v *visit) auditFiles(files string) []auditObject {
	var list []auditObject
	for _, name := range strings.Fields(files) {
		if knowledge.EntryFile(name) {
			id := strings.TrimSuffix(path.Base(name), ".yaml")
			list = append(list, v.auditLink(id, "/entries/"+id))
			continue
		}
		list = append(list, auditObject{Text: name})
	}
	return list
}

// auditSwitch says what was off from then on.
func (v *visit) auditSwitch(object string) []auditObject {
	var off knowledge.Off
	if json.Unmarshal([]byte(object), &off) != nil {
		return []auditObject{{Text: object}}
	}
	var list []auditObject
	if !off.Any() {
		list = append(list, auditObject{Text: v.say("audit.all_on")})
	}
	if off.Card {
		list = append(list, auditObject{Text: v.say("audit.card")})
	}
	for _, id := range off.Entries {
		list = append(list, v.auditLink(v.say("audit.off_entry", string(id)), "/entries/"+string(id)))
	}
	for _, id := range off.Flows {
		list = append(list, v.auditLink(v.say("audit.off_flow", string(id)), "/entries/"+string(id)))
	}
	return list
}

// auditLink is a link for whom the page is open.
func (v *visit) auditLink(text, to string) auditObject {
	if !v.may(to) {
		to = ""
	}
	return auditObject{text, to}
}

// may reports whether there is a page at a path that the person may open.
func (v *visit) may(to string) bool {
	to, _, _ = strings.Cut(to, "?")
	r := v.console.find(get, to)
	return r != nil && r.admits(v.who)
}

// May is may for templates: a link that leads nowhere is not shown.
func (w *view) May(to string) bool { return w.visit.may(to) }
