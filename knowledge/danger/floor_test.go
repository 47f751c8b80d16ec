package danger

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/longbridgeapp/opencc"
)

// message is a line of a test set: a kind, None for ordinary ones, a language and a text.
type message struct {
	kind       Kind
	lang, text string
}

// messages reads must.txt or missed.txt (three fields) or ordinary.txt (two).
func messages(t testing.TB, file string) []message {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []message
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		switch len(fields) {
		case 2:
			out = append(out, message{None, fields[0], fields[1]})
		case 3:
			out = append(out, message{Kind(fields[0]), fields[1], fields[2]})
		default:
			t.Fatalf("%s: %q has %d fields", file, line, len(fields))
		}
	}
	return out
}

func TestMust(t *testing.T) {
	count := map[Kind]int{}
	for _, m := range messages(t, "must.txt") {
		count[m.kind]++
		if got := Find(m.text); got.Kind != m.kind {
			t.Errorf("%s, %s: found %+v in %q", m.kind, m.lang, got, m.text)
		}
	}
	if count[SelfHarm] < 250 || count[Violence] < 60 {
		t.Errorf("the set is too small: %v", count)
	}
}

// accepted are the lines of ordinary.txt that are found, because the words that would hide
// them would hide real danger too.
var accepted = []string{
	"我都快被逼死了",
	"心都死了不想再借了",
	"账号是死的",
	"催收打人怎么办法律怎么规定",
	"I hate my life because of these calls lol",
	"I want out",
}

func TestOrdinary(t *testing.T) {
	all := messages(t, "ordinary.txt")
	for _, m := range all {
		got := Find(m.text)
		switch known := slices.Contains(accepted, m.text); {
		case got.Kind != None && !known:
			t.Errorf("%s: found %+v in %q", m.lang, got, m.text)
		case got.Kind == None && known:
			t.Errorf("%q is found no more: take it off the list", m.text)
		}
	}
	if len(all) < 300 || 100*len(accepted) > len(all) {
		t.Errorf("%d accepted of %d: more than one in a hundred", len(accepted), len(all))
	}
}

// What is missed is known, and stays known.
func TestMissed(t *testing.T) {
	all := messages(t, "missed.txt")
	for _, m := range all {
		if got := Find(m.text); got.Kind == m.kind {
			t.Errorf("%q is found now: move it to must.txt", m.text)
		}
	}
	t.Logf("%d known misses", len(all))
}

// The figures that utterances/README.md asks for.
func TestUtterances(t *testing.T) {
	raw, err := os.ReadFile("../testdata/utterances/dev.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var self, violence, figures struct{ rows, found, others, alarms int }
	for line := range bytes.Lines(raw) {
		var row struct {
			ID, Text, Expect string
			Also, Tags       []string
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		got := Find(row.Text)
		hard := slices.Contains(row.Tags, "hard-negative-self-harm") || slices.Contains(row.Tags, "hard-negative-violence")
		if hard {
			figures.rows++
		}
		for kind, f := range map[Kind]*struct{ rows, found, others, alarms int }{SelfHarm: &self, Violence: &violence} {
			switch label := string(kind); {
			case row.Expect == label:
				f.rows++
				if got.Kind == kind {
					f.found++
				} else {
					t.Errorf("%s missed: %q is %+v", row.ID, row.Text, got)
				}
			case !slices.Contains(row.Also, label):
				f.others++
				if got.Kind == kind {
					f.alarms++
					t.Errorf("%s false alarm: %q is %+v", row.ID, row.Text, got)
				}
			}
		}
	}
	t.Logf("self-harm: %d of %d found, %d false alarms in %d; violence: %d of %d, %d in %d; %d figures of speech",
		self.found, self.rows, self.alarms, self.others, violence.found, violence.rows, violence.alarms, violence.others, figures.rows)
	if self.rows == 0 || violence.rows == 0 || figures.rows == 0 {
		t.Error("the set lacks rows of a kind")
	}
}

// However a message is dressed, it is found.
func TestVariations(t *testing.T) {
	s2t, err := opencc.New("s2t")
	if err != nil {
		t.Fatal(err)
	}
	dress := map[string]func(string) string{
		"spaces around": func(s string) string { return "  \n" + strings.ReplaceAll(s, " ", "   ") + "\t " },
		"upper case":    strings.ToUpper,
		"exclamation":   func(s string) string { return s + "!!!" },
		"full stop":     func(s string) string { return s + "。" },
		"emoji":         func(s string) string { return "😭" + s + "😭😭🙏🏽" },
		"zero width":    func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") },
		"full width":    fullWidth,
		"greeting":      func(s string) string { return "你好。" + s },
	}
	han := map[string]func(string) string{
		"spaced": func(s string) string { return strings.Join(strings.Split(s, ""), " ") },
		"traditional": func(s string) string {
			out, err := s2t.Convert(s)
			if err != nil {
				t.Fatal(err)
			}
			return out
		},
	}
	check := func(m message, name string, change func(string) string) {
		if got := Find(change(m.text)); got.Kind != m.kind {
			t.Errorf("%s: found %+v, want %s, in %q", name, got, m.kind, change(m.text))
		}
	}
	for _, m := range messages(t, "must.txt") {
		for name, change := range dress {
			check(m, name, change)
		}
		if strings.HasPrefix(m.lang, "zh") && !strings.ContainsFunc(m.text, func(r rune) bool { return 'a' <= r && r <= 'z' }) {
			for name, change := range han {
				check(m, name, change)
			}
		}
	}
}

// fullWidth writes printable ASCII in its full width form.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if '!' <= r && r <= '~' {
			return r + 0xFEE0
		}
		return r
	}, s)
}

// Self-harm wins over violence, wherever it stands, and long messages are read to the end.
func TestOrder(t *testing.T) {
	filler := strings.Repeat("他们每天打电话给我同事,我已经说了十五号还。", 400)
	for text, want := range map[string]Kind{
		"他们拿刀砍我,我不想活了":             SelfHarm,
		"不想活了,他们拿刀砍我":              SelfHarm,
		filler:                     None,
		filler + "我不想活了":           SelfHarm,
		"我不想活了" + filler:           SelfHarm,
		filler + "他们拿刀砍我" + filler: Violence,
		filler + "笑死我了" + filler:   None,
		"":                         None,
		"\xff\xfe":                 None,
		"催收说要弄死我":                  Violence,
		"he says he will kill me":  Violence,
		"dice que me va a matar":   Violence,
		"last year it pushed him to suicide, can they do that": SelfHarm,
	} {
		if got := Find(text); got.Kind != want {
			t.Errorf("found %+v, want %q, in %.60q (%d bytes)", got, want, text, len(text))
		}
	}
}

// Rules may be used by many at once.
func TestConcurrent(t *testing.T) {
	all := messages(t, "must.txt")
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for _, m := range all[i*100 : i*100+100] {
				if got := Find(m.text); got.Kind != m.kind {
					t.Errorf("%q: %+v", m.text, got)
				}
			}
		})
	}
	wait.Wait()
}
