package console

import (
	"net/http"
	"slices"
	"testing"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// TestSwitch switches an answer, a flow and the bot off and on again; everybody sees it on
// every page.
func TestSwitch(t *testing.T) {
	s := newConsole(t)
	there := s.other(t)
	viewer, publisher := s.signIn(t, people.Viewer), s.signIn(t, people.Publisher)
	viewer.get("/switch").want(http.StatusForbidden)
	viewer.get("/").want(http.StatusOK).not("switched off")
	p := publisher.get("/switch").want(http.StatusOK, "Nothing is switched off.", "El contenido se está revisando", "这里的内容正在核对", "The content here is being checked").
		not(`value="self-harm"`, `value="violence"`, `value="crisis-12356"`, `value="delete-data"`)
	epoch := p.find(`name="epoch" value="(\d+)"`)

	off := func(want int, fields ...string) page {
		t.Helper()
		return publisher.post("/switch", append([]string{"turn", "off"}, fields...)...).want(want)
	}
	off(http.StatusUnprocessableEntity, "what", "entry", "id", "nfra-12378", "epoch", epoch).want(http.StatusUnprocessableEntity, "Please give a reason")
	off(http.StatusUnprocessableEntity, "what", "entry", "id", "", "epoch", epoch, "reason", "kept words").want(http.StatusUnprocessableEntity, "choose one from the list", "kept words")
	for _, id := range []string{"self-harm", "violence", "crisis-12356", "police-110", "emergency", "delete-data", "hotlines"} {
		for _, what := range []string{"entry", "flow"} {
			off(http.StatusUnprocessableEntity, "what", what, "id", id, "epoch", epoch, "reason", "no")
		}
	}
	off(http.StatusUnprocessableEntity, "what", "flow", "id", "nfra-12378", "epoch", epoch, "reason", "no flow")
	off(http.StatusUnprocessableEntity, "what", "bot", "epoch", epoch, "reason", "all").want(http.StatusUnprocessableEntity, "Read the card, then tick here")
	off(http.StatusConflict, "what", "entry", "id", "nfra-12378", "epoch", "7", "reason", "kept words").want(http.StatusConflict, "kept words", "somebody changed a switch")
	publisher.post("/switch", "turn", "sideways", "reason", "x").want(http.StatusBadRequest)
	if s.live.Serving().Pointer.Off.Any() {
		t.Fatal("switched off all the same")
	}

	publisher.follow(off(http.StatusSeeOther, "what", "entry", "id", "nfra-12378", "epoch", epoch, "reason", "wrong number")).want(http.StatusOK, "Switched off.", "Switch the answer “")
	off(http.StatusSeeOther, "what", "flow", "id", "threats", "epoch", "1", "reason", "wrong")
	off(http.StatusSeeOther, "what", "bot", "epoch", "2", "reason", "much is wrong", "sure", "yes")
	for _, path := range []string{"/account", "/publish", "/releases", "/nothing-here"} {
		viewer.get(path).want(viewer.get(path).Status, "The whole bot is switched off", "the flow “", "the answer “").not(`href="/switch"`)
	}
	viewer.get("/").want(http.StatusOK, "The whole bot is switched off", "the answer is not given", "no steps, the hotline card instead") // Today says it among the rest
	publisher.get("/account").want(http.StatusOK, "Look or switch on again")
	s.visitor(t).get("/sign-in").want(http.StatusOK).not("switched off")
	ok(t, there.Refresh(t.Context()))
	now := there.Release().Off()
	if !now.Card || !slices.Equal(now.Entries, []knowledge.ID{"nfra-12378"}) || !slices.Equal(now.Flows, []knowledge.ID{"threats"}) {
		t.Errorf("the other instance: %+v", now)
	}

	on := func(epoch string, fields ...string) {
		t.Helper()
		publisher.follow(publisher.post("/switch", append([]string{"turn", "on", "epoch", epoch, "reason", "mended"}, fields...)...)).want(http.StatusOK, "Switched on again.")
	}
	on("3", "what", "bot")
	on("4", "what", "flow", "id", "threats")
	on("5", "what", "entry", "id", "nfra-12378")
	viewer.get("/").want(http.StatusOK).not("switched off")
	if s.audited(t, "switch", "ok") != 6 || s.audited(t, "refused", "cannot be switched off") == 0 || s.audited(t, "refused", "moved") != 1 {
		t.Error("not in the audit")
	}
	s.redis.SetError("LOADING not now")
	publisher.post("/switch", "turn", "off", "what", "bot", "sure", "yes", "reason", "kept words", "epoch", "6").want(http.StatusServiceUnavailable, "kept words")
}
