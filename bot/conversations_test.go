package bot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zhilu/bot"
	"zhilu/dialog"
	"zhilu/dialog/transcript"
	"zhilu/knowledge"
	"zhilu/knowledge/danger"
	"zhilu/knowledge/knowledgetest"
)

// The size of TestRandomConversations.
const (
	randomConversations = 2000
	longestConversation = 12 // turns
	sampled             = 10 // one turn in so many is run twice, and one is followed by "menu"
)

// TestRandomConversations: whatever comes, in whatever order, there is a reply that fits into one
// message, danger comes first, the menu is one word away, the state holds nothing but codes of the
// release, and a turn depends on nothing but what it is given, and changes nothing of it.
func TestRandomConversations(t *testing.T) {
	w := newWorld(t)
	for n := range randomConversations {
		c := &conversation{w: w, rng: rand.New(rand.NewPCG(1, uint64(n))), now: transcript.Start, rel: w.releases[n%len(w.releases)], ticks: n%10 == 0}
		c.play(t)
		if t.Failed() {
			t.Fatalf("conversation %d:\n%s", n, strings.Join(c.log, "\n"))
		}
	}
	if w.menus < 100 || w.cards < 100 || w.moved < 10 {
		t.Errorf("the menu was tried %d times, danger %d times, %d places were lost with a release: too few to show anything", w.menus, w.cards, w.moved)
	}
	t.Logf("%d turns, %d menus, %d cards, %d places lost with a release", w.turns, w.menus, w.cards, w.moved)
}

// world is what the conversations draw from.
type world struct {
	releases []*knowledge.Release
	codes    map[string]map[string]bool // by release
	words    []string
	must     []danger.Must

	turns, menus, cards, moved int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	whole, less := base(), smallerBase(t)
	half := knowledge.Off{Entries: []knowledge.ID{"nfra-12378"}, Flows: []knowledge.ID{"threats"}}
	w := &world{releases: []*knowledge.Release{whole, whole, whole, less, less, whole.WithOff(half), less.WithOff(half), whole.WithOff(knowledge.Off{Card: true})},
		codes: map[string]map[string]bool{}, must: danger.MustList()}
	for _, rel := range w.releases {
		w.codes[rel.ID] = codesOf(rel)
	}
	for _, kind := range knowledge.Kinds() {
		for _, e := range whole.All(kind) {
			for _, list := range [][]string{e.Phrases.Zh, e.Phrases.En, e.Phrases.Es, {e.Name.Zh, e.Name.En, e.Name.Es, string(e.ID)}} {
				for _, word := range list {
					w.words = append(w.words, strings.TrimPrefix(word, "="))
				}
			}
		}
	}
	w.words = append(w.words, "存好了", "我在广东", "shanxi", "我叫王小明", "me llamo Ana García", "<a href=\"x\">", "&amp;", "]]>", strings.Repeat("长", 700), "我的身份证号是110101199003071234",
		"\x00\xff", " ", "", "🙂", "广东还是广西", "they call my boss", "me amenazan")
	slices.Sort(w.words)
	w.words = slices.Compact(w.words)
	return w
}

// smallerBase is a release from which two entries of each kind are gone that no text speaks of.
func smallerBase(t *testing.T) *knowledge.Release {
	t.Helper()
	files := knowledgetest.Base()
	d, ps := knowledge.ReadFiles(files, nil)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	for _, kind := range []knowledge.Kind{knowledge.Situation, knowledge.Right, knowledge.Evidence, knowledge.Channel} {
		gone := 0
		for _, e := range base().Menu(kind) {
			if gone < 2 && !knowledge.Required(e.ID) && !spokenOf(files, e.ID) {
				d = without(d, e.ID)
				gone++
			}
		}
		if gone == 0 {
			t.Fatalf("no %s can be taken away", kind)
		}
	}
	rel, ps := knowledge.Compile(d)
	if rel == nil {
		t.Fatal(ps)
	}
	return rel
}

// spokenOf reports whether a text refers to an entry, or another channel falls back to it.
func spokenOf(files knowledge.Files, id knowledge.ID) bool {
	for _, data := range files {
		for _, mention := range []string{"{" + string(id) + ".", "{" + string(id) + "}", "parent: " + string(id) + "\n"} {
			if bytes.Contains(data, []byte(mention)) {
				return true
			}
		}
	}
	return false
}

// without gives a draft without an entry, also in the lists of others.
func without(d *knowledge.Draft, id knowledge.ID) *knowledge.Draft {
	less := *d
	less.Entries = nil
	drop := func(ids []knowledge.ID) []knowledge.ID {
		return slices.DeleteFunc(slices.Clone(ids), func(x knowledge.ID) bool { return x == id })
	}
	for _, e := range d.Entries {
		if e.ID == id {
			continue
		}
		kept := *e
		kept.Rights, kept.Evidence, kept.Channels, kept.Drops = drop(e.Rights), drop(e.Evidence), drop(e.Channels), drop(e.Drops)
		less.Entries = append(less.Entries, &kept)
	}
	return &less
}

// codesOf is everything that a state may be made of.
func codesOf(rel *knowledge.Release) map[string]bool {
	codes := map[string]bool{rel.ID: true, "": true}
	for _, code := range []string{"aside", "clarify", "resume", "stopped", "self", "other", "zh-Hans", "zh-Hant", "en", "es",
		"stay", "offices", "more", "tick", "untick", "call", "card", "lang"} {
		codes[code] = true
	}
	for _, w := range dialog.States() { // some are the names of moves too
		codes[string(w)] = true
	}
	for _, kind := range knowledge.Kinds() {
		for _, e := range rel.All(kind) {
			codes[string(e.ID)] = true
		}
	}
	for code := range rel.Provinces.ByCode {
		codes[code] = true
	}
	return codes
}

// strangers are the strings in a value that are no codes and no choices made of codes.
func strangers(v reflect.Value, codes map[string]bool) (found []string) {
	switch v.Kind() {
	case reflect.String:
		if _, choice := v.Interface().(dialog.Move); choice {
			name, value, two := strings.Cut(strings.Replace(v.String(), ":", "=", 1), "=")
			if codes[name] && (!two || codes[value] || name == "more" && len(value) < 4 && strings.Trim(value, "0123456789") == "") {
				return nil
			}
		}
		if !codes[v.String()] {
			found = append(found, v.String())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			found = append(found, strangers(v.Field(i), codes)...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			found = append(found, strangers(v.Index(i), codes)...)
		}
	case reflect.Bool, reflect.Int, reflect.Int64:
	default:
		found = append(found, "a field of kind "+v.Kind().String())
	}
	return found
}

// conversation is one user.
type conversation struct {
	w     *world
	rng   *rand.Rand
	rel   *knowledge.Release
	now   time.Time
	ticks bool // somebody who works through the lists of evidence
	state dialog.State
	menus [][]dialog.Option // that were shown
	given []given           // states as they were handed in
	log   []string
}

type given struct {
	state dialog.State
	was   string
}

func (c *conversation) play(t *testing.T) {
	for range 1 + c.rng.IntN(longestConversation) {
		c.pass()
		in, must := c.input()
		c.turn(t, in, must)
		if t.Failed() {
			return
		}
	}
	for _, g := range c.given { // also what later turns did to what they share
		if is := encoded(g.state); is != g.was {
			t.Errorf("a state that was handed in was changed:\n%s\n%s", g.was, is)
		}
	}
}

// pass lets time go by, and now and then another release go live.
func (c *conversation) pass() {
	midnight := time.Date(c.now.Year(), c.now.Month(), c.now.Day()+1, 0, 0, 0, 0, knowledge.Beijing)
	switch c.rng.IntN(12) {
	case 0:
		c.now = midnight.Add(-time.Second)
	case 1:
		c.now = midnight
	case 2:
		c.now = c.now.AddDate(0, 1+c.rng.IntN(20), 0)
	case 3:
		c.now = c.now.Add(-time.Hour) // a clock that was set back
	case 4:
		c.now = c.now.Add(time.Duration(c.rng.IntN(40)) * time.Hour)
	default:
		c.now = c.now.Add(time.Duration(c.rng.IntN(300)) * time.Second)
	}
	if c.rng.IntN(8) == 0 {
		c.rel = c.w.releases[c.rng.IntN(len(c.w.releases))]
	}
}

// input makes one up. A message that is danger beyond doubt comes with its kind.
func (c *conversation) input() (in dialog.Input, must danger.Kind) {
	word := func() string { return c.w.words[c.rng.IntN(len(c.w.words))] }
	if c.ticks && c.rng.IntN(2) == 0 { // from any of the lists that were ever shown
		items := c.rel.Menu(knowledge.Evidence)
		move := []string{"tick=", "tick=", "untick="}[c.rng.IntN(3)] + string(items[c.rng.IntN(len(items))].ID)
		return dialog.Input{Text: "x", Choice: dialog.Move(move)}, danger.None
	}
	switch c.rng.IntN(16) {
	case 0:
		m := c.w.must[c.rng.IntN(len(c.w.must))]
		if c.rng.IntN(2) == 0 {
			in.Choice = "gone" // of a menu long ago: the words count
		}
		in.Text = m.Text
		return in, m.Kind
	case 1:
		return dialog.Input{Kind: []dialog.Kind{dialog.Media, dialog.Follow, dialog.Scan}[c.rng.IntN(3)]}, danger.None
	case 2:
		return dialog.Input{Kind: dialog.Button, Choice: dialog.Move(word())}, danger.None
	case 3:
		return dialog.Input{Text: c.noise()}, danger.None
	case 4:
		return dialog.Input{Text: word() + " " + word() + c.noise()}, danger.None
	case 5:
		return dialog.Input{Text: fmt.Sprint(c.rng.IntN(12))}, danger.None
	case 6, 7, 8, 9, 10, 11:
		if o, ok := c.option(c.rng.IntN(4) == 0); ok {
			if c.rng.IntN(4) == 0 {
				return dialog.Input{Text: []string{o.Key, o.Label}[c.rng.IntN(2)]}, danger.None
			}
			return dialog.Input{Text: o.Label, Choice: o.Move}, danger.None
		}
	}
	return dialog.Input{Text: word()}, danger.None
}

// option is one of the last menu, or of any that was shown.
func (c *conversation) option(stale bool) (dialog.Option, bool) {
	if len(c.menus) == 0 {
		return dialog.Option{}, false
	}
	menu := c.menus[len(c.menus)-1]
	if stale {
		menu = c.menus[c.rng.IntN(len(c.menus))]
	}
	if len(menu) == 0 {
		return dialog.Option{}, false
	}
	return menu[c.rng.IntN(len(menu))], true
}

// noise is what nobody types: runes of all planes, marks without letters, broken UTF-8.
func (c *conversation) noise() string {
	var b strings.Builder
	for range c.rng.IntN(30) {
		switch c.rng.IntN(5) {
		case 0:
			b.WriteByte(byte(c.rng.IntN(256)))
		case 1:
			b.WriteRune(rune(c.rng.IntN(utf8.MaxRune)))
		case 2:
			b.WriteRune([]rune{0x200d, 0x202e, 0xfe0f, 0x301, 0, 0xfffe, '<', '&', ']', 0x1f1e8, 0x2066, '\r'}[c.rng.IntN(12)])
		default:
			b.WriteRune(rune(0x4e00 + c.rng.IntN(0x5000)))
		}
	}
	return b.String()
}

// turn runs one step and looks at everything that comes out.
func (c *conversation) turn(t *testing.T, in dialog.Input, must danger.Kind) {
	t.Helper()
	before := encoded(c.state)
	c.given = append(c.given, given{c.state, before})
	c.log = append(c.log, fmt.Sprintf("%s %.8s off %v: %d %.200q %q in %s", c.now.Format(time.RFC3339), c.rel.ID, c.rel.Off(), in.Kind, in.Text, in.Choice, before))
	c.w.turns++
	from := c.state
	turn := dialog.Step(c.rel, c.state, in, c.now)
	c.check(t, turn)
	if c.rng.IntN(sampled) == 0 {
		if again := dialog.Step(c.rel, c.state, in, c.now); !reflect.DeepEqual(again, turn) {
			t.Errorf("a second run gives\n%+v\nthe first\n%+v", again, turn)
		}
		c.look(t, dialog.Stateless(c.rel, in, c.now))
	}
	if must != danger.None {
		c.w.cards++
		number := map[danger.Kind]string{danger.SelfHarm: "12356", danger.Violence: "110"}[must]
		if !slices.Contains(turn.Effects, dialog.Crisis) || !strings.Contains(turn.Reply.Text, number) {
			t.Errorf("no crisis card: %s", bot.Render(turn.Reply))
		}
		if lost := dialog.Stateless(c.rel, in, c.now); !strings.Contains(lost.Reply.Text, number) {
			t.Errorf("no crisis card without a state: %s", bot.Render(lost.Reply))
		}
	}
	if from.At.State != "" && from.Rel != c.rel.ID && turn.State.At.State == dialog.Menu && from.At.State != dialog.Menu {
		c.w.moved++
	}
	if c.rng.IntN(sampled) == 0 && !c.rel.Off().Card {
		c.w.menus++
		for _, word := range []string{"菜单", "menu", "menú"} {
			if menu := dialog.Step(c.rel, turn.State, dialog.Input{Text: word}, c.now); menu.State.At.State != dialog.Menu || menu.State.Over != "" {
				t.Errorf("%q leads from %+v to %+v", word, turn.State, menu.State)
			}
		}
	}
	c.state = turn.State
	c.menus = append(c.menus, turn.Reply.Options)
}

// check looks at a turn and at the state it leads to.
func (c *conversation) check(t *testing.T, turn dialog.Turn) {
	t.Helper()
	c.look(t, turn)
	state := encoded(turn.State)
	var back dialog.State
	if err := json.Unmarshal([]byte(state), &back); err != nil || encoded(back) != state || len(state) > 2000 {
		t.Errorf("a state of %d bytes, %v: %s", len(state), err, state)
	}
	if found := strangers(reflect.ValueOf(turn.State), c.w.codes[c.rel.ID]); len(found) > 0 {
		t.Errorf("%q are no codes of the release: %s", found, state)
	}
}

// look looks at what the user gets.
func (c *conversation) look(t *testing.T, turn dialog.Turn) {
	t.Helper()
	text := bot.Render(turn.Reply)
	if strings.TrimSpace(turn.Reply.Text) == "" || len(text) > bot.MaxContent || bot.Clean(text) != text {
		t.Errorf("a reply of %d bytes: %q", len(text), text)
	}
	if strings.Contains(turn.Reply.Text, "{") {
		t.Errorf("a reference was not filled in: %s", turn.Reply.Text)
	}
	keys := map[string]bool{}
	for _, o := range turn.Reply.Options {
		if keys[o.Key] || len(o.Key) != 1 || o.Label == "" || o.Move == "" {
			t.Errorf("option %+v of %+v", o, turn.Reply.Options)
		}
		keys[o.Key] = true
	}
}

func encoded(s dialog.State) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // plain fields
	}
	return string(b)
}
