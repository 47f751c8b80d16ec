package bot

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"你好\tñ\n😀":                 "你好\tñ\n😀",
		"a\x00b\x08c\x0bd\x1fe":    "abcde",
		"\ufffea\uffffb\ufffd":     "ab\ufffd",
		"a\xffb\xe4\xbdc":          "abc",
		"\xed\xa0\x80x":            "x", // a lone surrogate
		"a\r\nb\rc\n":              "a\nb\nc\n",
		"a\r\x00\nb":               "a\nb",
		"\x7f\u0085\U0001fffe":     "\x7f\u0085\U0001fffe", // discouraged, not forbidden
		strings.Repeat("x\x01", 3): "xxx",
	} {
		if got := Clean(in); got != want || Clean(got) != got {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	long := strings.Repeat("长", 30)
	for name, c := range map[string]struct {
		in   string
		max  int
		want string
	}{
		"within the limit":       {"你好\n\n", 8, "你好\n\n"},
		"paragraph before line":  {"aaaa aaaa\n\nbb bb\ncc. cc cc cc", 18, "aaaa aaaa"},
		"blank line with space":  {"aaaa aaaa\n \nbb bb\ncc. cc cc cc", 18, "aaaa aaaa"},
		"paragraph at the limit": {"aaaa aaaa aaaa\n\nbbbb", 14, "aaaa aaaa aaaa"},
		"too early a paragraph":  {"hi\n\naaaa aaaa aaaa\nbbbb", 20, "hi\n\naaaa aaaa aaaa"},
		"line":                   {"aaaa aaaa\nbbbb. bbbb bbbb", 18, "aaaa aaaa"},
		"Chinese sentence":       {"今天去。明天，后天再去", 24, "今天去。"},
		"with its quote":         {"他说“今天去。”明天再去吧", 27, "他说“今天去。”"},
		"dots":                   {"今天……明天再去吧", 18, "今天……"},
		"Spanish sentence":       {"¿Vas hoy? Mañana no puedo", 15, "¿Vas hoy?"},
		"half-width, Chinese":    {"今天去吗?明天再去", 16, "今天去吗?"},
		"no sentence: decimal":   {"cuesta 3.141592 euros", 12, "cuesta"},
		"no sentence: site":      {"mira example.com/abc", 15, "mira example.co"},
		"no sentence: item":      {"aaaa bbbb\n1. cccc", 12, "aaaa bbbb"},
		"comma":                  {"今天去，明天再去吧", 18, "今天去，"},
		"space":                  {"one two three four", 12, "one two"},
		"space at the limit":     {"one two three", 7, "one two"},
		"letters":                {long, 32, strings.Repeat("长", 10)},
		"too little room":        {"长", 2, ""},
		"no room":                {"a", 0, ""},
		"less than none":         {"a", -1, ""},
		"only space":             {strings.Repeat(" ", 9), 5, ""},
		"accent":                 {"aaae\u0301b", 5, "aaa"},
		"family":                 {"aaa👨‍👩‍👧b", 18, "aaa"},
		"whole family":           {"aaa👨‍👩‍👧b", 21, "aaa👨‍👩‍👧"},
		"skin tone":              {"aaa👍🏽b", 8, "aaa"},
		"flags":                  {"🇨🇳🇪🇸", 12, "🇨🇳"},
		"keycap":                 {"aaa1\ufe0f\u20e3b", 8, "aaa"},
		"only marks":             {"e" + strings.Repeat("\u0301", 9), 6, "e\u0301\u0301"},
		"link":                   {`aaa <a href="http://b.c/ d">e f</a> ggg`, 30, "aaa"},
		"whole link":             {`aaa <a href="b">e</a> ggg`, 21, `aaa <a href="b">e</a>`},
		"link in capitals":       {"aaa <A\nHREF='b'>e\nf</A > ggg", 22, "aaa"},
		"only a link":            {`<a href="http://example.invalid/">e</a>`, 10, `<a href="h`},
		"link after a line":      {"hi\n\nabc <a href='http://b.c/'>long</a> x", 25, "hi\n\nabc"},
		"joiner of nothing":      {"aaa\u200d bbb", 6, "aaa\u200d"},
		"no link":                {"a <a b c d e f", 10, "a <a b c d"},
		"no link either":         {"a <abbr x y>b</abbr></a>", 11, "a <abbr x"},
	} {
		if got := Cut(c.in, c.max); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Three-byte characters must not step over the limit, whatever is in front of them.
func TestCutAtEveryLimit(t *testing.T) {
	s := "Hola, ¿qué tal? 你好。\n\n<a href=\"x\">看</a> 👨‍👩‍👧 🇨🇳é" + strings.Repeat("长", 50)
	for max := range len(s) {
		checkCut(t, s, max)
	}
}

// The limit that counts, with a text as knowledge has it: close to Aim or above it.
func TestCutLongAnswer(t *testing.T) {
	s := strings.Repeat("请带上护照和照片，然后去办事处。", 60)
	got := Cut(s, Aim)
	if !strings.HasSuffix(got, "。") || len(got) < Aim-48 {
		t.Errorf("%d bytes, ends %q", len(got), got[len(got)-12:])
	}
}
