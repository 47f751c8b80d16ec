package bot

import (
	"strings"
	"testing"
	"unicode/utf8"

	"zhilu/dialog"
)

// FuzzRender: whatever a base says, a reply is one message of valid text, and unless its options
// alone are too long, every one of them is in it.
func FuzzRender(f *testing.F) {
	f.Add("你好", "1", "催收", "threats", "一句话", "隐私", 3)
	f.Add(strings.Repeat("长。", 400), "2", "<a href='x'>", "a=b&c", "", strings.Repeat("尾", 100), 9)
	f.Add("", "0", strings.Repeat(" ", 300), "\"'<>", "é\u0301", "", 40)
	f.Fuzz(func(t *testing.T, text, key, label, move, note, tail string, options int) {
		for _, s := range []*string{&text, &key, &label, &move, &note, &tail} {
			*s = Clean(*s) // what a base holds is clean
		}
		r := dialog.Reply{Text: text, Tail: tail}
		for range min(max(options, 0), 50) {
			r.Options = append(r.Options, dialog.Option{Key: key, Label: label, Move: dialog.Move(move), Note: note})
		}
		before := len(r.Options)
		s := Render(r)
		if len(s) > MaxContent || !utf8.ValidString(s) || Clean(s) != s || len(r.Options) != before || r.Text != text {
			t.Fatalf("%+v: %d bytes %q", r, len(s), s)
		}
		rest := dialog.Reply{Options: r.Options, Tail: tail}.Plain()
		if line := key + ". " + label; len(rest) <= Aim && strings.Count(s, line) < len(r.Options) {
			t.Fatalf("%+v: an option is missing: %q", r, s)
		}
	})
}
